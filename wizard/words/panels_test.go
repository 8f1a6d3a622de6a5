package words_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
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
	for _, panel := range c.Panels() {
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
	if x.First != "" {
		fmt.Fprintf(b, "- first: %s\n- open: %s\n- menu: %s\n", x.First, x.Was, x.Menu)
	}
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

// A record that stands there is opened: nothing that its owner reads sends them to where one is added, and nothing warns of
// adding. The line to open is quoted.
func TestReplaceIsNoAdding(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := owner.Answers{Domain: "example.jp", Hosts: []owner.Host{{ID: "google-workspace"}}}
	adding := map[i18n.Lang][]string{i18n.JA: {"追加", "足す", "新規"}, i18n.EN: {"Add", "add ", "New"}}
	for _, panel := range c.Panels() {
		for lang, wrong := range adding {
			p := words.P{Lang: lang, Catalog: c}
			list := p.Changes(sample, panel.ID, "example.jp", a)
			for _, i := range []int{0, len(list) - 1} { // rewritten, removed
				x, was := list[i], sample.Changes[i].Old[0]
				if x.First == "" || i == 0 && !slices.Contains(sample.Changes[0].Old, x.Was) || i > 0 && !strings.Contains(x.Value, was) {
					t.Errorf("%s: the line to open is not told: %q %q", panel.ID, x.First, x.Was)
				}
				for _, w := range wrong {
					if len(panel.Apex) > 0 && panel.ID != "unknown" && strings.Contains(x.Menu, w) {
						t.Errorf("%s: %q leads to %s", panel.ID, x.Title, x.Menu)
					}
				}
				for _, w := range panel.Beware {
					if w.When == "add" && slices.Contains(x.Beware, w.Text.In(string(lang))) {
						t.Errorf("%s warns of adding: %v", panel.ID, w.Text)
					}
				}
			}
		}
	}
}

// What a field must hold is said in the panel's own label, and what is to be copied is what the panel wants.
func TestSlip(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	const zone = "example.jp"
	doubled := func(name string) (propagation.Sight, propagation.Want) {
		return propagation.Sight{State: propagation.Wrong, Diff: &propagation.Diff{Kind: propagation.DoubledName, Want: name, Found: name + "." + zone}},
			propagation.Want{Name: name, Type: snapshot.TXT, Value: "v=spf1 -all", Zone: zone}
	}
	for _, x := range []struct{ panel, name, field, has, must, copy string }{
		{"sakura-domain", zone, "エントリ名", zone, "@", "@"},
		{"xserver", zone, "ホスト名", zone, "空欄", ""},
		{"xserver", "google._domainkey." + zone, "ホスト名", "google._domainkey." + zone, "google._domainkey", "google._domainkey"},
		{"", "_dmarc." + zone, "ホスト名", "_dmarc." + zone, "_dmarc", "_dmarc"},
	} {
		p := words.P{Lang: i18n.JA, Catalog: c, Panel: x.panel}
		s, w := doubled(x.name)
		got, ok := p.Slip(s, w)
		if want := (words.Slip{Field: x.field, Has: x.has, Must: x.must, Copy: x.copy}); !ok || got != want {
			t.Errorf("%s %s: %+v, want %+v", x.panel, x.name, got, want)
		}
		if text := p.Sight(s, propagation.Place{}, time.Time{}).Advice(); strings.Count(text, x.field) != 1 || !strings.Contains(text, x.must) {
			t.Errorf("%s: %s", x.panel, text)
		}
	}
	p := words.P{Lang: i18n.JA, Catalog: c, Panel: "google-cloud-dns"}
	s := propagation.Sight{State: propagation.Wrong, Diff: &propagation.Diff{Kind: propagation.Changed, Right: "v=spf1 -all", Now: "v=spf1 ~all"}}
	w := propagation.Want{Name: zone, Type: snapshot.TXT, Value: "v=spf1 -all", Zone: zone}
	if got, ok := p.Slip(s, w); !ok || got.Copy != `"v=spf1 -all"` || got.Has != "v=spf1 ~all" || got.Field != "データ" {
		t.Errorf("%+v", got)
	}
	s.Diff.Kind = propagation.Several
	if got, ok := p.Slip(s, w); ok {
		t.Errorf("a record that stands twice has no wrong field: %+v", got)
	}
}
