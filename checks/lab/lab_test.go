package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	_ "example.org/todoku/checks/lab/sample" // memory for time
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func open(t testing.TB, id string) (*Internet, *Clock) {
	t.Helper()
	sc, err := Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return startLab(t, sc)
}

func startLab(t testing.TB, sc Scenario) (*Internet, *Clock) {
	t.Helper()
	clock := StoppedClock(start)
	n, err := New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	return n, clock
}

// parse starts an internet from sections written in a test.
func parse(t testing.TB, sections string) (*Internet, *Clock) {
	t.Helper()
	sc, err := Parse("test.txtar", []byte("-- scenario.toml --\nid = \"test\"\n"+sections))
	if err != nil {
		t.Fatal(err)
	}
	return startLab(t, sc)
}

// brief writes a reply as one line, for comparison: code, flags, then the records of the three sections.
func brief(m *dns.Msg) string {
	var b strings.Builder
	b.WriteString(dns.RcodeToString[m.Rcode])
	for _, f := range []struct {
		on   bool
		name string
	}{{m.Authoritative, "aa"}, {m.Truncated, "tc"}, {m.RecursionAvailable, "ra"}} {
		if f.on {
			b.WriteString(" " + f.name)
		}
	}
	for i, section := range [][]dns.RR{m.Answer, m.Ns, m.Extra} {
		var rrs []string
		for _, rr := range section {
			if rr.Header().Rrtype != dns.TypeOPT {
				rrs = append(rrs, strings.Join(strings.Fields(rr.String()), " "))
			}
		}
		slices.Sort(rrs)
		if len(rrs) > 0 {
			b.WriteString(" " + []string{"AN", "NS", "AD"}[i] + "{" + strings.Join(rrs, "; ") + "}")
		}
	}
	return b.String()
}

// patience is how long a test waits for an answer: long, since the machine may be busy, and where none is expected the
// time is simulated.
const patience = 20 * time.Second

// ask puts one question through a real client connection.
func ask(t testing.TB, n *Internet, network, server, name string, typ uint16) (*dns.Msg, error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	addr := server
	if s := n.hosts[server]; s != nil {
		addr = s.addrs[0].String()
	}
	c, err := n.DialContext(ctx, network, net.JoinHostPort(addr, "53"))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	m := new(dns.Msg).SetQuestion(dns.Fqdn(name), typ)
	m.SetEdns0(1232, false)
	client := &dns.Client{Net: network, Timeout: patience}
	resp, _, err := client.ExchangeWithConn(m, &dns.Conn{Conn: c, UDPSize: 1232})
	return resp, err
}

func mustAsk(t testing.TB, n *Internet, server, name string, typ uint16) *dns.Msg {
	t.Helper()
	m, err := ask(t, n, "udp", server, name, typ)
	if err != nil {
		t.Fatalf("%s %s at %s: %v", name, dns.TypeToString[typ], server, err)
	}
	return m
}

// started is a scenario and its internet, whose zones are built. Tests that share it change nothing.
type started struct {
	Scenario
	net *Internet
}

// every starts all scenarios, once for all tests.
var every = sync.OnceValues(func() ([]started, error) {
	list, err := Scenarios()
	if err != nil {
		return nil, err
	}
	var out []started
	for _, sc := range list {
		n, err := New(sc, StoppedClock(start))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sc.ID, err)
		}
		out = append(out, started{sc, n})
	}
	return out, nil
})

func TestEveryScenarioStarts(t *testing.T) {
	list, err := every()
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"} {
		if list[i].ID != id || !list[i].Story {
			t.Errorf("story %d is %q", i, list[i].ID)
		}
	}
	for _, sc := range list {
		t.Run(sc.ID, func(t *testing.T) {
			for _, z := range sc.net.zones {
				if _, err := sc.net.content(z); err != nil {
					t.Error(err)
				}
			}
			for _, lang := range []string{"ja", "en"} {
				if sc.Title[lang] == "" || sc.About[lang] == "" {
					t.Errorf("no title or about in %s", lang)
				}
			}
			if sc.Answers.Domain == "" || len(sc.Findings) == 0 {
				t.Errorf("answers %+v, findings %v", sc.Answers, sc.Findings)
			}
		})
	}
}

// TestAddressesAreDocumentation: nothing in the lab points at a machine of the real internet, but the public resolvers; an
// office's own addresses (RFC 1918) point at none.
func TestAddressesAreDocumentation(t *testing.T) {
	var ok []netip.Prefix
	for _, p := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "127.0.0.0/8", "192.168.0.0/16",
		"8.8.8.8/32", "1.1.1.1/32", "9.9.9.9/32", "2001:4860:4860::8888/128", "2606:4700:4700::1111/128", "2620:fe::fe/128"} {
		ok = append(ok, netip.MustParsePrefix(p))
	}
	list, err := every()
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range list {
		for _, z := range sc.net.zones {
			c, err := sc.net.content(z)
			if err != nil {
				t.Fatal(err)
			}
			for name, types := range c.sets {
				for _, rr := range slices.Concat(types[dns.TypeA], types[dns.TypeAAAA]) {
					for _, a := range addrOf(rr) {
						// Nobody's in particular (RFC 1918), and never connected to: no server of the lab has one.
						if !a.IsPrivate() && !slices.ContainsFunc(ok, func(p netip.Prefix) bool { return p.Contains(a) }) {
							t.Errorf("%s: %s has %s", sc.ID, name, a)
						}
					}
				}
			}
		}
	}
}

// A scenario's file is found by its ID alone.
func TestFindEach(t *testing.T) {
	all, err := Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range all {
		if got, err := Find(strings.ToUpper(want.ID)); err != nil || got.ID != want.ID || got.Answers.Domain != want.Answers.Domain {
			t.Errorf("%s: %q, %v: is the file named case-%s.txtar?", want.ID, got.ID, err, want.ID)
		}
	}
}

func TestFind(t *testing.T) {
	sc, err := Find("s1")
	if err != nil || sc.ID != "S1" || sc.Answers.Domain != "hanazono.example" || sc.Keys["google-workspace"] == "" {
		t.Errorf("%+v, %v", sc, err)
	}
	if _, err := Find("S99"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "S99") {
		t.Error(err)
	}
	if _, err := New(Scenario{ID: "bare"}, NewClock(start)); err == nil {
		t.Error("a scenario out of nothing starts")
	}
}

func TestParseErrors(t *testing.T) {
	const head = "a comment\n-- scenario.toml --\nid = \"x\"\n"
	for _, c := range []struct{ text, want string }{
		{"-- scenario.toml --\nstory = true\n", "no id"},
		{"-- scenario.toml --\nid = \"x\"\nid = 3\n", "test.txtar:3: "},
		{"-- scenario.toml --\nid = \"x\"\ncolour = 3\n", `unknown key "colour"`},
		{head + "[answers]\nfavourite = 3\n", `unknown field "favourite"`},
		{head + "[answers]\nips = [\"nowhere\"]\n", "test.txtar:3: answers"},
		{head + "-- nonsense --\n", `test.txtar:5: unknown section "nonsense"`},
		{head + "-- detect --\nhots sakura-rs\n", `test.txtar:5: want KIND ID`},
		{head + "-- detect --\nhost a ? b c\n", `test.txtar:5: one value`},
		{head + "-- zone a.example @ --\n", `test.txtar:4: zone "a.example" has no server`},
		{head + "-- zone a.example @ ns1.xserver.jp --\n@ A 192.0.2.1\n@ A bad\n", "test.txtar: dns: bad A A: \"bad\" at line: 6:7"},
		{head + "-- zone a.example @ ns1.xserver.jp --\nb.example. A 192.0.2.1\n", "not in the zone"},
		{head + "-- zone a.example @ ns1.xserver.jp --\nwww CNAME b\nwww A 192.0.2.1\n", "is an alias"},
		{head + "-- servers --\n\nns1.a.example\n", "test.txtar:6: ns1.a.example has no address"},
		{head + "-- servers --\nns1.a.example 192.0.2.99 sleepy\n", `"sleepy"`},
		{head + "-- asked --\ngoogle a.example TXT\n", "want PLACE NAME TYPE AGO"},
		{head + "-- asked --\nmoon a.example TXT 3m\n", `no such place: "moon"`},
		{head + "-- asked --\ngoogle a.example TEXT 3m\n", `unknown record type "TEXT"`},
		{head + "-- asked --\ngoogle a.example TXT soon\n", `bad time "soon"`},
		{head + "-- delegation a.example @ x --\n@ A 192.0.2.1\n", "no text of its own"},
	} {
		if _, err := Parse("test.txtar", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{head + "-- zone a.example @ ns.nowhere.example --\n", `no server "ns.nowhere.example" is declared`},
		{head + "-- zone a.example @ ns1.xserver.jp --\n-- zone a.example @ ns2.xserver.jp --\n", "declared twice"},
		{head + "-- servers --\nns1.a.example 198.51.100.31\n", "have the same address"},
	} {
		sc, err := Parse("test.txtar", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(sc, NewClock(start)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	base, err := scenarioFiles.ReadFile("scenarios/s1-google-shop.txtar")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(base))
	f.Add("-- scenario.toml --\nid = \"x\"\n-- zone . @ a. --\n-- hidden zone x @ b --\n* CNAME x\n")
	f.Add("-- servers --\na 192.0.2.1 delay=3s@b\n-- delegation x @ --\n-- asked --\ngoogle x TXT 3h\n")
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := Parse("fuzz.txtar", []byte(text))
		if err != nil {
			return
		}
		clock := NewClock(start)
		clock.Speed(0)
		n, err := New(sc, clock)
		if err != nil {
			return
		}
		req := new(dns.Msg).SetQuestion(dns.Fqdn(sc.Answers.Domain), dns.TypeTXT)
		n.resolvers[System].answer(req) // must end
	})
}

func BenchmarkNew(b *testing.B) {
	sc, err := Find("S1")
	if err != nil {
		b.Fatal(err)
	}
	clock := NewClock(start)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(sc, clock); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseBase is what New costs once more the first time, and BenchmarkParseAll what Scenarios does.
func BenchmarkParseBase(b *testing.B) {
	data, err := scenarioFiles.ReadFile(baseFile)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := parseWorld("base.txtar", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readScenarios(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	n, _ := open(b, "S1")
	for _, c := range []struct{ name, server string }{{"authority", "198.51.100.31"}, {"resolver", "192.0.2.53"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ask(b, n, "udp", c.server, "hanazono.example", dns.TypeMX); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
