package checks_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
)

// TestTooManyLookups: the ways out of too many look-ups, the mildest first, and what may go only once the owner was asked.
func TestTooManyLookups(t *testing.T) {
	in := trial.New(t, "spf-many-services").Look(t)
	codes := func(p plan.Plan) (out []string) {
		for _, n := range p.Changes[0].Notes {
			out = append(out, string(n.Code)+" "+n.Args["term"])
		}
		return out
	}

	p := plan.Make(in, checks.Diagnose(in))
	want := []string{"duplicate-dropped mx:irodori.example", "needless-dropped include:sendgrid.net", "needless-dropped include:servers.mcsv.net",
		"unchosen-kept include:_spf.salesforce.com", "unchosen-kept include:spf.protection.outlook.com"}
	if got := codes(p); !slices.Equal(got, want) || p.Lookups > 10 {
		t.Errorf("asked: %q, %d look-ups", got, p.Lookups)
	}

	// Nobody was asked which services send: only what nobody needs goes, and names become addresses.
	o := in.Owner
	o.Senders = nil
	for i, a := range in.DNS.Answers {
		if a.Name == "irodori.example" && a.Type == "TXT" {
			in.DNS.Answers[i].Records[0].Data = strings.Replace(a.Records[0].Data, " ~all", " exists:%{i}.allow.irodori.example exists:%{i}.more.irodori.example ~all", 1)
		}
	}
	unasked := facts.Read(o, in.DNS, in.Catalog)
	p = plan.Make(unasked, checks.Diagnose(unasked))
	want = []string{"duplicate-dropped mx:irodori.example", "needless-dropped include:sendgrid.net", "needless-dropped include:servers.mcsv.net",
		"inbound-dropped +mx", "addresses-written a:mail.irodori.example", "unchosen-kept include:spf.protection.outlook.com"}
	if got := codes(p); !slices.Equal(got, want) || p.Lookups > 10 {
		t.Errorf("not asked: %q, %d look-ups: %s", got, p.Lookups, p.Changes[0].Value)
	}
	if v := p.Changes[0].Value; !strings.Contains(v, "include:_spf.salesforce.com") || !strings.Contains(v, " ip4:203.0.113.20 ") {
		t.Errorf("not asked: %s", v)
	}
}

// TestNoWayOut: where nothing may go without the owner, the ways are told in order, and what remains is said.
func TestNoWayOut(t *testing.T) {
	in := trial.New(t, "spf-many-services").Look(t)
	o := in.Owner
	o.Senders = nil
	for i, a := range in.DNS.Answers {
		if a.Name == "irodori.example" && a.Type == "TXT" {
			many := "v=spf1 exists:%{i}.one.irodori.example exists:%{i}.two.irodori.example"
			for _, x := range []string{"_spf.google.com", "spf.sender.xserver.jp", "servers.mcsv.net", "_spf.salesforce.com", "spf.protection.outlook.com"} {
				many += " include:" + x + " exists:%{i}." + x
			}
			in.DNS.Answers[i].Records[0].Data = many + " ~all"
		}
	}
	in = facts.Read(o, in.DNS, in.Catalog)
	p := plan.Make(in, checks.Diagnose(in))
	var got []string
	for _, w := range p.Ways {
		if !slices.Contains(got, w.Code) {
			got = append(got, w.Code)
		}
	}
	left := slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Code == checks.SPFTooManyLookups })
	t.Log(p.Changes, p.Ways, p.Lookups)
	if !left || !slices.Equal(got, []string{"drop", "subdomain", "flatten"}) {
		t.Errorf("left: %v, ways: %q", left, got)
	}
}
