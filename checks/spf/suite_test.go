package spf

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// zone is test data in the form of the RFC 7208 suite: names to records, in memory.
type zone map[string][]any

// Reply answers as a resolver would. TIMEOUT stands in the zone for a server that does not answer.
func (z zone) Reply(n Need) Reply {
	var r Reply
	rrs, ok := z[n.Name]
	if !ok {
		return Reply{Status: Void}
	}
	r.Status = Void
	hasTXT := slices.ContainsFunc(rrs, func(rr any) bool { m, _ := rr.(map[string]any); return m["TXT"] != nil })
	for _, rr := range rrs {
		m, ok := rr.(map[string]any)
		if !ok { // TIMEOUT: the types that are not given here stay without an answer
			if r.Status == Void {
				r.Status = TempErr
			}
			continue
		}
		for typ, v := range m {
			if typ == "CNAME" {
				return z.Reply(Need{strings.ToLower(strings.TrimSuffix(v.(string), ".")), n.Type})
			}
			// An SPF record stands for a TXT record where the zone gives no TXT of its own.
			if typ == "SPF" && !hasTXT {
				typ = "TXT"
			}
			if typ != n.Type {
				continue
			}
			if v == "TIMEOUT" {
				return Reply{Status: TempErr}
			}
			if v == "NONE" {
				continue
			}
			r.Status = Found
			switch typ {
			case "TXT":
				r.TXT = append(r.TXT, joinStrings(v))
			case "MX":
				r.Names = append(r.Names, strings.ToLower(strings.TrimSuffix(fmt.Sprint(v.([]any)[1]), ".")))
			case "PTR":
				r.Names = append(r.Names, strings.ToLower(strings.TrimSuffix(v.(string), ".")))
			default:
				r.Addrs = append(r.Addrs, netip.MustParseAddr(v.(string)))
			}
		}
	}
	return r
}

func joinStrings(v any) string {
	if list, ok := v.([]any); ok {
		var b strings.Builder
		for _, s := range list {
			fmt.Fprint(&b, s)
		}
		return b.String()
	}
	return fmt.Sprint(v)
}

type scenario struct {
	Description string
	Tests       map[string]struct {
		HELO, Host, MailFrom string
		Result               any
		Explanation          string
	}
	ZoneData zone
}

func suite(t testing.TB) []scenario {
	dir := os.Getenv("TODOKU_SUITES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "suites")
	}
	data, err := os.ReadFile(filepath.Join(dir, "rfc7208", "rfc7208-tests.yml"))
	if err != nil {
		t.Skipf("the RFC 7208 suite is not here: %v", err)
	}
	var out []scenario
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var raw struct {
			Description string
			Tests       map[string]struct {
				HELO        string `yaml:"helo"`
				Host        string `yaml:"host"`
				MailFrom    string `yaml:"mailfrom"`
				Result      any    `yaml:"result"`
				Explanation string `yaml:"explanation"`
			}
			ZoneData map[string][]any `yaml:"zonedata"`
		}
		if dec.Decode(&raw) != nil {
			return out
		}
		s := scenario{Description: raw.Description, Tests: map[string]struct {
			HELO, Host, MailFrom string
			Result               any
			Explanation          string
		}{}, ZoneData: zone{}}
		for k, v := range raw.Tests {
			s.Tests[k] = struct {
				HELO, Host, MailFrom string
				Result               any
				Explanation          string
			}{v.HELO, v.Host, v.MailFrom, v.Result, v.Explanation}
		}
		for k, v := range raw.ZoneData {
			s.ZoneData[strings.ToLower(k)] = v
		}
		if len(s.Tests) > 0 {
			out = append(out, s)
		}
	}
}

func TestSuite(t *testing.T) {
	total, explained := 0, 0
	for _, s := range suite(t) {
		for id, c := range s.Tests {
			total++
			t.Run(id, func(t *testing.T) {
				v := Evaluate(s.ZoneData, Request{IP: netip.MustParseAddr(c.Host), HELO: c.HELO, MailFrom: c.MailFrom, Receiver: "receiver.example"})
				want, ok := c.Result.([]any)
				if !ok {
					want = []any{c.Result}
				}
				if !slices.Contains(want, any(string(v.Result))) {
					t.Errorf("%s: got %s (%s), want %v\n%s\n%+v", s.Description, v.Result, v.Why, want, v.Record, v.Trace)
				}
				if len(v.Missing) > 0 {
					t.Errorf("asked for %v though all is known", v.Missing)
				}
				if c.Explanation == "" || v.Result != Fail {
					return
				}
				explained++
				if c.Explanation == "DEFAULT" {
					c.Explanation = ""
				}
				if v.Explanation != c.Explanation {
					t.Errorf("explanation %q, want %q", v.Explanation, c.Explanation)
				}
			})
		}
	}
	t.Logf("%d cases, %d with an explanation", total, explained)
	if total != 203 {
		t.Errorf("%d cases, want 203", total)
	}
}
