package roundtrip_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"go.yaml.in/yaml/v3"

	"example.org/todoku/checks/snapshot"
)

// octoEntry is an entry of octoDNS's YAML.
type octoEntry struct {
	TTL    uint32
	Type   snapshot.Type
	Value  string
	Values []yaml.Node
}

// What octoDNS refuses in a TXT value (octodns/record/chunked.py).
var (
	unescapedSemicolon = regexp.MustCompile(`\w;`)
	doubleEscaped      = regexp.MustCompile(`\\\\;`)
)

// octoChunks does with a TXT value what octoDNS does on its way to a provider: it removes outer quotes, puts a
// backslash before quotes, and cuts the rest into strings of 255 characters, none of which ends in a backslash.
func octoChunks(v string) string {
	if strings.HasPrefix(v, `"`) {
		v = v[1 : len(v)-1]
	}
	v = strings.ReplaceAll(strings.ReplaceAll(v, `" "`, ""), `"`, `\"`)
	var out []string
	for len(v) > 0 {
		n := min(255, len(v))
		for v[n-1] == '\\' {
			n--
		}
		out, v = append(out, v[:n]), v[n:]
	}
	return `"` + strings.Join(out, `" "`) + `"`
}

// The entries read back hold all that stands at the names that the plan touches, and octoDNS takes their TXT values.
func TestOctoDNS(t *testing.T) {
	t.Parallel()
	each(t, "octodns", func(t *testing.T, h handed, data string) {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(data), &doc); err != nil {
			t.Fatalf("%s: %v\n%s", h.name, err, data)
		}
		var got []record
		top := doc.Content[0].Content
		var names []string
		for i := 0; i+1 < len(top); i += 2 {
			names = append(names, top[i].Value)
			var list []octoEntry
			if top[i+1].Kind == yaml.MappingNode {
				list = make([]octoEntry, 1)
				sorted(t, h, top[i+1])
				if err := top[i+1].Decode(&list[0]); err != nil {
					t.Fatal(err)
				}
			} else if err := top[i+1].Decode(&list); err != nil {
				t.Fatalf("%s: %v\n%s", h.name, err, data)
			}
			name := strings.Trim(top[i].Value+"."+h.Zone(), ".")
			for _, e := range list {
				got = append(got, octoRecords(t, h, name, e)...)
			}
		}
		if len(names) != len(slices.Compact(slices.Sorted(slices.Values(names)))) {
			t.Errorf("%s: a name twice: %q", h.name, names)
		}
		if h.name == "hostile" {
			at := func(name string) int { return slices.Index(names, name) }
			if at("") != 0 || at("s2._domainkey") > at("s10._domainkey") || at("mail") > at("s0._domainkey") {
				t.Errorf("the names are not in natural order: %q", names)
			}
		}
		same(t, h, got, standing(h.Input))
	})
}

// sorted checks the order of keys, which octoDNS requires.
func sorted(t *testing.T, h handed, m *yaml.Node) {
	t.Helper()
	var keys []string
	for i := 0; i < len(m.Content); i += 2 {
		keys = append(keys, m.Content[i].Value)
	}
	if !slices.IsSorted(keys) {
		t.Errorf("%s: keys out of order: %q", h.name, keys)
	}
}

func octoRecords(t *testing.T, h handed, name string, e octoEntry) []record {
	t.Helper()
	var out []record
	if e.Value != "" {
		out = append(out, plain(name, e.Type, e.TTL, e.Value))
	}
	for _, v := range e.Values {
		switch e.Type {
		case snapshot.MX:
			var mx struct{ Preference, Exchange string }
			sorted(t, h, &v)
			if err := v.Decode(&mx); err != nil {
				t.Fatal(err)
			}
			out = append(out, plain(name, e.Type, e.TTL, mx.Preference+" "+mx.Exchange))
		case snapshot.TXT:
			if unescapedSemicolon.MatchString(v.Value) || doubleEscaped.MatchString(v.Value) || strings.Trim(v.Value, ascii) != "" {
				t.Errorf("%s: octoDNS refuses %s", h.name, v.Value)
			}
			rr, err := dns.NewRR(". 1 IN TXT " + octoChunks(v.Value))
			if err != nil {
				t.Errorf("%s: %v", h.name, err)
				continue
			}
			out = append(out, plain(name, e.Type, e.TTL, bytesOf(strings.Join(rr.(*dns.TXT).Txt, ""))))
		default:
			out = append(out, plain(name, e.Type, e.TTL, v.Value))
		}
	}
	return out
}

// ascii is every letter that octoDNS lets into a value.
var ascii = func() string {
	var b strings.Builder
	for c := ' '; c <= '~'; c++ {
		b.WriteRune(c)
	}
	return b.String()
}()
