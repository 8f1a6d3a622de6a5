package catalog

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

// longKey is a 2048-bit DKIM record of 410 bytes, as consoles show it.
var longKey = "v=DKIM1; k=rsa; p=" + strings.Repeat("MIIBIjANBgkqhkiG9w0BAQEF", 16) + "IDAQABxx"

// samplePlan is what every panel is asked to take: one record of each shape that a plan may hold.
var samplePlan = []struct {
	name  string
	kind  snapshot.Type
	value string
	ttl   uint32
}{
	{"example.jp", snapshot.TXT, "v=spf1 include:_spf.google.com ~all", 3600},
	{"_dmarc.example.jp", snapshot.TXT, "v=DMARC1; p=none; rua=mailto:d@example.jp", 3600},
	{"google._domainkey.example.jp", snapshot.TXT, longKey, 3600},
	{"s1._domainkey.example.jp", snapshot.CNAME, "s1.domainkey.u1.wl1.sendgrid.net", 3600},
	{"example.jp", snapshot.MX, "1 smtp.google.com", 60},
	{"_dmarc.shop.example.jp", snapshot.TXT, "v=DMARC1; p=none", 0},
}

// TestForms writes the sample plan into every panel; a golden file each.
func TestForms(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Panels() {
		t.Run(p.ID, func(t *testing.T) {
			var b strings.Builder
			for _, r := range samplePlan {
				f := p.Write("example.jp", r.name, r.kind, r.value, r.ttl)
				fmt.Fprintf(&b, "# %s %s\nhost  [%s]\ntype  [%s]\nvalue [%s]\n", r.name, r.kind, f.Host, f.Type, f.Value)
				for _, x := range []struct{ label, v string }{{"prio ", f.Priority}, {"ttl  ", f.TTL}, {"line ", f.Line}} {
					if x.v != "" {
						fmt.Fprintf(&b, "%s [%s]\n", x.label, x.v)
					}
				}
				fmt.Fprintf(&b, "notes %s\n\n", strings.Join(f.Notes, " "))
			}
			golden(t, filepath.Join("testdata", "forms", p.ID+".txt"), b.String())
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (see it with -update and git diff):\n%s", file, got)
	}
}

// TestFormKeepsValue: whatever a panel wants, what a resolver would read from the form is the value that was asked for.
func TestFormKeepsValue(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Panels() {
		for _, r := range samplePlan {
			f := p.Write("example.jp", r.name, r.kind, r.value, r.ttl)
			switch r.kind {
			case snapshot.TXT:
				if got := joined(f.Value); got != r.value {
					t.Errorf("%s: %s reads as %q", p.ID, r.name, got)
				}
			default:
				if got := strings.TrimSuffix(f.Value, "."); !strings.HasSuffix(r.value, got) || got == "" {
					t.Errorf("%s: %s reads as %q", p.ID, r.name, got)
				}
			}
		}
	}
}

// joined reads a value as a zone file does where it is quoted.
func joined(v string) string {
	if !strings.HasPrefix(v, `"`) {
		return v
	}
	parts := strings.Split(strings.Trim(v, `"`), `" "`)
	for _, p := range parts {
		if len(p) > 255 && len(parts) > 1 {
			return "a string over 255 bytes"
		}
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(strings.Join(parts, ""))
}

func TestWriteCorners(t *testing.T) {
	p := Panel{Apex: []HostForm{"@"}, Sub: "label", Quotes: "required", Long: "limit:255", Dot: "required", Alias: "no", TTL: TTL{Min: 300, Editable: "yes"}}
	for _, d := range []struct {
		about, zone, name string
		kind              snapshot.Type
		value             string
		ttl               uint32
		want              Form
	}{
		{"a quote inside is escaped", "example.jp", "example.jp", snapshot.TXT, `a"b\c`, 300,
			Form{Host: "@", Type: "TXT", Value: `"a\"b\\c"`, TTL: "300", Notes: []string{"form-quotes"}}},
		{"a domain below the zone", "example.jp", "_dmarc.shop.example.jp", snapshot.TXT, "x", 300,
			Form{Host: "_dmarc.shop", Type: "TXT", Value: `"x"`, TTL: "300", Notes: []string{"form-host-label", "form-quotes"}}},
		{"no name of the zone, though it ends alike", "example.jp", "notexample.jp", snapshot.TXT, "x", 300,
			Form{Host: "notexample.jp", Type: "TXT", Value: `"x"`, TTL: "300", Notes: []string{"form-outside-zone", "form-quotes"}}},
		{"too long is told, never cut", "example.jp", "example.jp", snapshot.TXT, strings.Repeat("x", 256), 300,
			Form{Host: "@", Type: "TXT", Value: `"` + strings.Repeat("x", 256) + `"`, TTL: "300", Notes: []string{"form-too-long", "form-quotes"}}},
		{"the shortest TTL", "example.jp", "example.jp", snapshot.TXT, "x", 60,
			Form{Host: "@", Type: "TXT", Value: `"x"`, TTL: "300", Notes: []string{"form-quotes", "form-ttl-min"}}},
		{"an alias where _ is refused", "example.jp", "s1._domainkey.example.jp", snapshot.CNAME, "a.example.", 300,
			Form{Host: "s1._domainkey", Type: "CNAME", Value: "a.example.", TTL: "300", Notes: []string{"form-host-label", "form-dot", "form-no-underscore"}}},
		{"type 99 becomes TXT", "example.jp", "example.jp", snapshot.SPF, "x", 300,
			Form{Host: "@", Type: "TXT", Value: `"x"`, TTL: "300", Notes: []string{"form-quotes"}}},
	} {
		if got := p.Write(d.zone, d.name, d.kind, d.value, d.ttl); fmt.Sprint(got) != fmt.Sprint(d.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", d.about, got, d.want)
		}
	}
}

// TestCodesWorded: every code that Detect and Write may give has words in both languages.
func TestCodesWorded(t *testing.T) {
	for _, l := range i18n.Langs() {
		for _, code := range append(noteCodes, clueCodes...) {
			if !l.Has(code) {
				t.Errorf("%s: no words for %s", l, code)
			}
		}
	}
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range c.Panels() {
		for _, r := range samplePlan {
			for _, n := range p.Write("example.jp", r.name, r.kind, r.value, r.ttl).Notes {
				seen[n] = true
			}
		}
	}
	for n := range seen {
		found := false
		for _, k := range noteCodes {
			found = found || k == n
		}
		if !found {
			t.Errorf("note %s is not listed", n)
		}
	}
}

var noteCodes = []string{"form-not-editable", "form-outside-zone", "form-host-blank", "form-host-label", "form-host-full",
	"form-host-other", "form-host-unknown", "form-quotes", "form-chunks", "form-too-long", "form-long-unknown", "form-dot",
	"form-no-dot", "form-dot-unknown", "form-mx-value", "form-no-underscore", "form-underscore-unknown", "form-ttl-zone", "form-ttl-min", "form-ttl-unknown"}

var clueCodes = []string{"because-mx", "because-ptr", "because-spf", "because-ns", "because-cname", "because-txt",
	"because-selector", "because-sub-mx", "because-own"}
