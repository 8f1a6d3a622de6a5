package checks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// TestSPFPlans: what becomes of SPF records as people have them, and which decisions are told.
func TestSPFPlans(t *testing.T) {
	for _, c := range []struct {
		scenario string
		want     []string // the changes of the domain's TXT records
		notes    string   // their codes
	}{
		{"spf-macro-gone", []string{"replace v=spf1 include:_spf.google.com ~all"}, "dead-include-dropped"},
		{"spf-macro-gone-alone", []string{"replace v=spf1 include:_spf.google.com -all"}, "all-kept dead-include-dropped"},
		{"spf-macro-senders", []string{"replace v=spf1 include:_spf.google.com include:%{ir}.spf.kagami.test ~all"}, "moved-behind"},
		{"spf-own-never-made", []string{"replace v=spf1 ip4:203.0.113.77 ~all"}, "dead-include-dropped"},
		{"spf-unread-beside", []string{"replace v=spf1 include:_spf.google.com include:sendgrid.net mx -all", "remove v=spf1include:sendgrid.net mx ~all"},
			"unread-joined joined all-kept needless-kept joined-above"},
		{"spf-unread-same", nil, ""},
		{"spf-unread-old", nil, ""},
		{"spf-beyond-help", nil, ""},
		{"spf-inbound-mx", []string{"replace v=spf1 include:_spf.google.com a:w0.uketori.example a:w1.uketori.example a:w2.uketori.example a:w3.uketori.example " +
			"a:w4.uketori.example a:w5.uketori.example a:w6.uketori.example a:w7.uketori.example a:w8.uketori.example ~all"}, "inbound-dropped"},
		{"spf-void-records", []string{"replace v=spf1 include:_spf.google.com ~all"}, "void-record-dropped void-record-dropped void-record-dropped"},
		{"spf-strings", []string{"replace v=spf1 include:_spf.google.com a:w1.kireme.example ip4:203.0.113.36 ~all"}, "strings-joined"},
		{"spf-strings-in-use", []string{"replace v=spf1 include:_spf.google.com a:w1.tsunagi.example ~all"}, "strings-joined"},
		{"spf-version-two", []string{"replace v=spf1 include:_spf.google.com ~all"}, "corrected"},
		{"spf-version-letter", []string{"replace v=spf1 mx ~all"}, "corrected"},
		{"spf-blank-lost", []string{"replace v=spf1 mx include:_spf.google.com ~all"}, "corrected"},
		{"spf-zero-address", []string{"replace v=spf1 include:_spf.google.com ~all"}, "placeholder-dropped"},
		{"spf-leading-zero", []string{"replace v=spf1 ip4:203.0.113.79 -all"}, "corrected all-kept"},
		{"spf-void-senders", []string{"replace v=spf1 include:_spf.google.com exists:%{i}.a.karaburi.test exists:%{i}.b.karaburi.test exists:%{i}.c.karaburi.test ~all"}, "moved-ahead"},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			in := trial.New(t, c.scenario).Look(t)
			p := plan.Make(in, checks.Diagnose(in))
			var got, notes []string
			for _, x := range p.Changes {
				if x.Type != "TXT" || x.Name != in.Owner.Domain {
					continue
				}
				value := x.Value
				if x.Action == plan.Remove {
					value = x.Old[0]
				}
				got = append(got, string(x.Action)+" "+value)
				for _, n := range x.Notes {
					notes = append(notes, string(n.Code))
				}
			}
			if !slices.Equal(got, c.want) || strings.Join(notes, " ") != c.notes {
				t.Errorf("got %q (%s)\nwant %q (%s)", got, strings.Join(notes, " "), c.want, c.notes)
			}
			for _, f := range p.Left {
				t.Log("left: ", f.Code)
			}
			for _, w := range p.Ways {
				t.Log("way: ", w.Code, w.Value, w.Lookups)
			}
		})
	}
}

// TestManyServers: an mx that stands for more servers than receivers look up is told as that, and not as a matter of terms.
func TestManyServers(t *testing.T) {
	in := trial.New(t, "spf-zero-address").Look(t)
	dns := in.DNS.Clone()
	for i, a := range dns.Answers {
		switch {
		case a.Name == in.Owner.Domain && a.Type == snapshot.TXT:
			dns.Answers[i].Records = []snapshot.Record{{Data: "v=spf1 include:_spf.google.com mx ~all"}}
		case a.Name == in.Owner.Domain && a.Type == snapshot.MX:
			dns.Answers[i].Records = nil
			for n := range 11 {
				dns.Answers[i].Records = append(dns.Answers[i].Records, snapshot.Record{Data: fmt.Sprintf("m%d.%s", n, in.Owner.Domain)})
			}
		}
	}
	found := checks.Diagnose(in.WithDNS(dns))
	if !slices.ContainsFunc(found, func(f checks.Finding) bool { return f.Code == checks.SPFTooManyLookups && f.Is(checks.ManyServers) }) {
		t.Errorf("%+v", found)
	}
}

// dropped are the terms of the texts at the domain that its new record lacks, as they are after repair; nil without a change.
func dropped(in *facts.Facts, p plan.Plan) []string {
	i := slices.IndexFunc(p.Changes, func(c plan.Change) bool {
		return c.Name == in.Owner.Domain && c.Type == snapshot.TXT && c.Action == plan.Replace
	})
	if i < 0 {
		return nil
	}
	texts, _ := in.SPFTexts()
	var out []string
	for _, t := range texts {
		mended, _ := spf.Merge([]string{t.Meant}, nil)
		for _, term := range spf.Parse(mended).Terms {
			kept := slices.ContainsFunc(spf.Parse(p.Changes[i].Value).Terms, func(k spf.Term) bool { return k.Same(in.Owner.Domain) == term.Same(in.Owner.Domain) })
			if !kept && term.Name != "all" {
				out = append(out, term.Text)
			}
		}
	}
	return out
}

// TestSilenceDropsNoTerm: whatever single answer is lacking, the plan takes no include and no mx out that it would not take
// out otherwise. (Names may be written out as addresses in place of another way.)
func TestSilenceDropsNoTerm(t *testing.T) {
	for _, id := range []string{"spf-beyond-help", "spf-inbound-mx", "spf-macro-gone", "spf-void-records", "spf-include-dead"} {
		in := trial.Seen(t, find(t, id))
		before := dropped(in, plan.Make(in, checks.Diagnose(in)))
		for i, a := range in.DNS.Answers {
			if !sample.Takes(i) || a.Via == snapshot.Server || a.Via == snapshot.Cache || strings.Contains(a.Name, "._domainkey.") || a.Type == snapshot.MX && a.Status == snapshot.NXDomain {
				continue
			}
			for _, less := range []*facts.Facts{hushed(in, map[int]snapshot.Reason{i: snapshot.ServFail}), cutOff(in, i)} {
				for _, term := range dropped(less, plan.Make(less, checks.Diagnose(less))) {
					if !slices.Contains(before, term) && (strings.HasPrefix(term, "include:") || strings.HasPrefix(term, "mx")) {
						t.Errorf("%s: without %s %s: takes out %s", id, a.Name, a.Type, term)
					}
				}
			}
		}
	}
}

// cutOff is the snapshot with an answer of which nothing that counts was kept.
func cutOff(in *facts.Facts, i int) *facts.Facts {
	if a := in.DNS.Answers[i]; a.Type != snapshot.TXT || a.Status != snapshot.OK {
		return in
	}
	return cut(in, i, false)
}
