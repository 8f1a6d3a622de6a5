package words_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"todoku/checks/catalog"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is a plan with a change of every kind: a record rewritten, added, removed, an alias, a long key that is pasted
// and one that is still asked for.
var sample = plan.Plan{Changes: []plan.Change{
	{Action: plan.Replace, Name: "example.jp", Type: snapshot.TXT, TTL: 3600, Value: "v=spf1 include:_spf.google.com include:sendgrid.net ~all",
		Old: []string{"v=spf1 include:_spf.google.com -all", "v=spf1 include:sendgrid.net ~all"}, Service: "google-workspace"},
	{Action: plan.Add, Name: "google._domainkey.example.jp", Type: snapshot.TXT, TTL: 3600, Service: "google-workspace", Gate: "start-signing",
		Value: "v=DKIM1; k=rsa; p=" + strings.Repeat("MIIBIjANBgkqhkiG9w0BAQEF", 16) + "IDAQABxx"},
	{Action: plan.Add, Name: "_domainkey.example.jp", Type: snapshot.TXT, TTL: 3600, Ask: "google-workspace", Service: "google-workspace"},
	{Action: plan.Add, Name: "s1._domainkey.example.jp", Type: snapshot.CNAME, TTL: 3600, Value: "s1.domainkey.u1.wl1.sendgrid.net", Service: "sendgrid"},
	{Action: plan.Add, Name: "_dmarc.example.jp", Type: snapshot.TXT, TTL: 3600, Value: "v=DMARC1; p=none; rua=mailto:d@example.jp"},
	{Action: plan.Add, Name: "example.jp", Type: snapshot.MX, TTL: 3600, Value: "1 smtp.google.com"},
	{Action: plan.Remove, Name: "_dmarc.example.jp.example.jp", Type: snapshot.TXT, TTL: 3600, Old: []string{"v=DMARC1; p=none"}},
}}

// TestPanelWords: what the owner of each panel reads for the same plan, in both languages; a golden file each.
func TestPanelWords(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := owner.Answers{Domain: "example.jp", Hosts: []owner.Host{{ID: "google-workspace"}}, Senders: []string{"sendgrid"}}
	for _, panel := range c.Panels {
		t.Run(panel.ID, func(t *testing.T) {
			var b strings.Builder
			for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
				p := words.P{Lang: lang, Catalog: c}
				for i, x := range p.Changes(sample, panel.ID, "example.jp", a) {
					if i == 0 {
						fmt.Fprintf(&b, "=== %s: %s\n%s\n%s\n", lang, x.Panel, x.Menu, x.Soft)
					}
					panelWords(&b, x)
				}
			}
			file := filepath.Join("testdata", "panels", panel.ID+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("%s differs (see it with -update and git diff):\n%s", file, b.String())
			}
		})
	}
}

func panelWords(b *strings.Builder, x words.Change) {
	fmt.Fprintf(b, "\n# %s\n", x.Title)
	for _, f := range x.Fields {
		value := f.Value
		if len(value) > 90 {
			value = fmt.Sprintf("%s ... %s (%d)", value[:40], value[len(value)-40:], len(value))
		}
		fmt.Fprintf(b, "%s: %s\n", f.Label, value)
	}
	for _, d := range x.Diff {
		fmt.Fprintf(b, "%c %s\n", d.Mark, strings.TrimSpace(d.Text))
	}
	for _, part := range []struct {
		mark string
		list []string
	}{{"x", x.Remove}, {"!", x.Beware}, {"?", []string{x.Ask}}, {"<", []string{x.Made}}, {">", []string{x.Gate}}} {
		for _, text := range part.list {
			if text != "" {
				fmt.Fprintf(b, "%s %s\n", part.mark, text)
			}
		}
	}
}
