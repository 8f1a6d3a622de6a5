package checks_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// whoSends are scenarios by what follows from who sends: the verdict, and whom spf-ok says that the record covers ("" where
// it must not be said).
var whoSends = []struct {
	id      string
	verdict checks.Verdict
	covers  string
}{
	{"who-token", checks.VerdictOK, "google-workspace"},
	{"who-token-alone", checks.VerdictUnknown, ""},
	{"who-mail-macro", checks.VerdictUnknown, ""},
	{"who-kept", checks.VerdictOK, "google-workspace"},
	{"who-gateway", checks.VerdictOK, "mimecast"},
	{"who-gateway-host", checks.VerdictUnknown, ""},
	{"who-gateway-alone", checks.VerdictUnknown, ""},
	{"sender-below", checks.VerdictOK, "google-workspace"},
	{"who-unheard", checks.VerdictOK, "mx.unheard.test"},
	{"who-two-companies", checks.VerdictUnknown, ""},
	{"who-none", checks.VerdictFix, ""},
	{"who-any", checks.VerdictOK, "onamae-mail onamae-rs"},
	{"who-free-or-paid", checks.VerdictUnknown, ""},
	{"who-half-host", checks.VerdictOK, "google-workspace shin-rentalserver xserver"},
	{"who-implicit", checks.VerdictOK, "jibun.example"},
	{"who-forward", checks.VerdictUnknown, ""},
	{"who-told-forward", checks.VerdictUnknown, ""},
	{"free-mail", checks.VerdictFix, ""},
	{"key-of-another", checks.VerdictUnknown, "google-workspace shopify"}, // shopify's include stands there, though it aligns nothing
	{"key-given-astray", checks.VerdictFix, "google-workspace"},
	{"spf-instead", checks.VerdictOK, "google-workspace blastmail"},
	{"server-misread", checks.VerdictUnknown, ""},
	{"server-short", checks.VerdictOK, "xserver"},
	{"form-itself", checks.VerdictOK, "google-workspace"},
	{"form-lacking", checks.VerdictUnknown, "muumuu-mail"},
	{"form-same", checks.VerdictUnknown, "onamae-rs"},
	{"form-proxy", checks.VerdictUnknown, "google-workspace"},
}

// What is not known becomes no change of the SPF record, and the record is called right only for whom it covers.
func TestWhoSends(t *testing.T) {
	for _, c := range whoSends {
		t.Run(c.id, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, find(t, c.id))
			found := checks.Diagnose(in)
			if got := checks.VerdictOf(found); got != c.verdict {
				t.Errorf("verdict %s, want %s", got, c.verdict)
			}
			covers := ""
			for _, f := range found {
				if a, ok := f.Args.(checks.SPFOKArgs); ok {
					covers = strings.Join(a.Senders, " ")
				}
			}
			if covers != c.covers {
				t.Errorf("covers %q, want %q", covers, c.covers)
			}
			for _, ch := range plan.Make(in, found).Changes {
				if ch.Name == in.Owner.Domain {
					t.Errorf("changes the domain's own record: %+v", ch)
				}
			}
		})
	}
}

// A value that has to be asked for leaves a gap, and never a record without its term; with the server's name, in the form
// in which its panel shows it, the record is whole.
func TestServerIsAskedFor(t *testing.T) {
	in := trial.Seen(t, find(t, "server-wanted"))
	p := plan.Make(in, checks.Diagnose(in))
	i := slices.IndexFunc(p.Changes, func(c plan.Change) bool { return c.Name == in.Owner.Domain })
	if i < 0 {
		t.Fatal("nothing is asked for")
	}
	c := p.Changes[i]
	if want := "v=spf1 +a:<server> +mx include:spf.sender.netowl.jp ~all"; c.Value != "" || c.Gap != want || c.Ask != "star-server" {
		t.Errorf("asks %q for %q, value %q", c.Ask, c.Gap, c.Value)
	}
	if slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Code == checks.SPFMissing }) {
		t.Error("the missing record is said to be beyond records")
	}
	o := in.Owner.Clone()
	o.Hosts[0].Value = "SV45"
	in = in.WithOwner(o)
	for _, c := range plan.Make(in, checks.Diagnose(in)).Changes {
		if c.Name == in.Owner.Domain && (c.Gap != "" || !strings.Contains(c.Value, "a:sv45.star.ne.jp")) {
			t.Errorf("with the server's name: %q, gap %q", c.Value, c.Gap)
		}
	}
	in = trial.Seen(t, find(t, "server-in-mx"))
	for _, c := range plan.Make(in, checks.Diagnose(in)).Changes {
		if c.Name == in.Owner.Domain && !strings.Contains(c.Value, "ip4:198.51.100.122 ") {
			t.Errorf("the server in the MX is left out: %q", c.Value)
		}
	}
}

// A server taken for the sender because it takes mail in is no reason to call anything fine once its address did not come.
func TestAssumedSenderNeedsItsAddress(t *testing.T) {
	in := trial.Seen(t, find(t, "who-unheard"))
	for i, a := range in.DNS.Answers {
		if a.Name != "mx.unheard.test" && !(a.Name == in.Owner.Domain && a.Type == snapshot.MX) || a.Type == snapshot.AAAA || a.Name == in.Owner.Domain && a.Via != snapshot.Authority {
			continue
		}
		found := checks.Diagnose(hushed(in, map[int]snapshot.Reason{i: snapshot.Timeout}))
		if checks.VerdictOf(found) == checks.VerdictOK || slices.Contains(codes(found), string(checks.SPFOK)) {
			t.Errorf("without %s %s: %v", a.Name, a.Type, codes(found))
		}
	}
}

// "I do not know" is no answer: what DNS shows holds then.
func TestNotKnowingHidesNothing(t *testing.T) {
	in := trial.Seen(t, find(t, "who-token"))
	o := in.Owner.Clone()
	o.Hosts, o.Senders = []owner.Host{{ID: owner.Unknown}}, []string{owner.Unknown}
	if got := in.WithOwner(o).Services(); len(got) != 1 || got[0].ID != "google-workspace" {
		t.Errorf("services %v", got)
	}
}

// A name that a service signs for below the domain counts only while the policy does not ask for the very name.
func TestKeyBelowAligns(t *testing.T) {
	in := trial.Seen(t, find(t, "sender-below"))
	unsigned := func(in *facts.Facts) bool {
		return slices.ContainsFunc(in.Unsigned(), func(u facts.Unsigned) bool { return u.Service.ID == "mailgun" })
	}
	if unsigned(in) {
		t.Error("the key below the domain is not seen")
	}
	strict := snapshot.Edit{Name: "_dmarc." + in.Owner.Domain, Type: snapshot.TXT, Remove: in.DNS.TXT("_dmarc." + in.Owner.Domain).Data(),
		Add: []string{"v=DMARC1; p=reject; adkim=s"}}
	after := in.WithDNS(in.DNS.With([]snapshot.Edit{strict}))
	if !unsigned(after) && len(after.Misaligned()) == 0 {
		t.Error("a key below the domain aligns under adkim=s")
	}
}

// TestKeyOfBounceName: a service whose bounces come back to a name below the domain may still sign for the domain itself, and
// its key is looked for and made there.
func TestKeyOfBounceName(t *testing.T) {
	sc, err := lab.Parse("bounces.txtar", []byte(`-- scenario.toml --
id = "bounces"
title = { ja = "x", en = "x" }
about = { ja = "x", en = "x" }
[answers]
domain = "kaze.example"
hosts = [{ id = "google-workspace" }]
senders = ["resend"]
-- zone kaze.example @ ns1.hosting.test --
@ MX 1 smtp.google.com.
@ TXT "v=spf1 include:_spf.google.com ~all"
send MX 10 feedback-smtp.us-east-1.amazonses.com.
send TXT "v=spf1 include:amazonses.com ~all"
`))
	if err != nil {
		t.Fatal(err)
	}
	in := trial.Seen(t, sc)
	var made []string
	for _, c := range plan.Make(in, checks.Diagnose(in)).Changes {
		if c.Ask == "resend" {
			made = append(made, c.Name)
		}
	}
	if !slices.Equal(made, []string{"resend._domainkey.kaze.example"}) {
		t.Errorf("Resend's key is to be made at %q", made)
	}
}
