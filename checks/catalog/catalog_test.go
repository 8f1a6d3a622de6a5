package catalog

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/i18n"
)

// written are the languages that every text of the catalogue is in; others may have some of them.
var written = []string{"ja", "en"}

func source() (*Catalog, error) { return Read(os.DirFS(".")) }

// TestEntries asks everything of the entries that the program embeds.
func TestEntries(t *testing.T) {
	if err := Check(os.DirFS("."), written...); err != nil {
		t.Fatal(err)
	}
}

// TestServers: of a panel's name servers those can be asked whose whole names are known.
func TestServers(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"sakura-domain": "ns1.dns.ne.jp ns2.dns.ne.jp",
		"wix":           "ns0.wixdns.net",
		"onamae-navi":   "01.dnsv.jp 02.dnsv.jp",
		"onamae-rs":     "ns-rs1.gmoserver.jp",
		"squarespace":   "connect1.squarespacedns.com",
		"cloudflare":    "",
		"route53":       "",
		"gandi":         "",
		"unknown":       "",
	} {
		p, _ := c.Panel(id)
		got := strings.Join(p.Servers(), " ")
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
		for _, n := range p.Servers() {
			if strings.Contains(n, "*") || strings.Count(n, ".") < 2 {
				t.Errorf("%s: %q is no server's name", id, n)
			}
		}
	}
}

// TestLanguages: a text's language is one that the program has; a misspelt one would never be shown.
func TestLanguages(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range unspoken(reflect.ValueOf([]any{c.Hosts(), c.Senders(), c.Panels(), c.Resolvers, c.Selectors(), c.Parks()})) {
		t.Errorf("a text is in %q, which is no folder of i18n", l)
	}
	wrong := Panel{Entry: Entry{Name: Text{"en": "a", "jp": "b"}, Beware: []Warning{{Text: Text{"eng": "c"}}}}}
	if got := unspoken(reflect.ValueOf(&wrong)); !slices.Equal(got, []string{"jp", "eng"}) {
		t.Errorf("of wrong ones: %q", got)
	}
}

// unspoken lists the languages of the texts within a value that the program does not have.
func unspoken(v reflect.Value) (out []string) {
	switch {
	case v.Type() == reflect.TypeFor[Text]():
		for l := range v.Interface().(Text) {
			if !slices.Contains(i18n.Langs(), i18n.Lang(l)) {
				out = append(out, l)
			}
		}
	case (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil():
		return unspoken(v.Elem())
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			out = append(out, unspoken(v.Index(i))...)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = append(out, unspoken(v.Field(i))...)
			}
		}
	}
	return out
}
