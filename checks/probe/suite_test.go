package probe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
	"go.yaml.in/yaml/v3"

	"example.org/todoku/checks/reading"
)

// suiteZone is the data of one scenario of the RFC 7208 suite: names to records.
type suiteZone map[string][]any

// answer fills in what a recursive resolver would say.
func (z suiteZone) answer(m *dns.Msg, name, owner string, typ uint16, depth int) {
	rrs, ok := z[name]
	if !ok {
		m.Rcode = dns.RcodeNameError
		return
	}
	hasTXT := slices.ContainsFunc(rrs, func(rr any) bool { m, _ := rr.(map[string]any); return m["TXT"] != nil })
	silent := false
	for _, rr := range rrs {
		fields, ok := rr.(map[string]any)
		silent = silent || !ok // TIMEOUT: the types that are not given
		for t, v := range fields {
			if t == "SPF" && !hasTXT {
				t = "TXT" // it stands for a TXT record where the zone gives none
			}
			h := dns.RR_Header{Name: owner, Rrtype: dns.StringToType[t], Class: dns.ClassINET, Ttl: 60}
			if t == "CNAME" && depth < 10 {
				to := dns.Fqdn(fmt.Sprint(v))
				m.Answer = append(m.Answer, &dns.CNAME{Hdr: h, Target: to})
				z.answer(m, plain(to), to, typ, depth+1)
				return
			}
			if h.Rrtype != typ || v == "NONE" {
				continue
			}
			if v == "TIMEOUT" {
				m.Rcode = dns.RcodeServerFailure // what a resolver says when the zone's servers are silent
				return
			}
			switch t {
			case "TXT":
				m.Answer = append(m.Answer, &dns.TXT{Hdr: h, Txt: suiteStrings(v)})
			case "A":
				m.Answer = append(m.Answer, &dns.A{Hdr: h, A: net.ParseIP(v.(string))})
			case "AAAA":
				m.Answer = append(m.Answer, &dns.AAAA{Hdr: h, AAAA: net.ParseIP(v.(string))})
			case "PTR":
				m.Answer = append(m.Answer, &dns.PTR{Hdr: h, Ptr: dns.Fqdn(v.(string))})
			case "MX":
				pair := v.([]any)
				m.Answer = append(m.Answer, &dns.MX{Hdr: h, Preference: uint16(pair[0].(int)), Mx: dns.Fqdn(fmt.Sprint(pair[1]))})
			}
		}
	}
	if silent && len(m.Answer) == 0 {
		m.Rcode = dns.RcodeServerFailure
	}
}

// suiteStrings are the strings of one TXT record in presentation form, none too long.
func suiteStrings(v any) (out []string) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, s := range list {
		text := fmt.Sprint(s)
		for len(text) > 255 {
			out, text = append(out, shown(text[:255])), text[255:]
		}
		out = append(out, shown(text))
	}
	return out
}

func shown(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// TestSuiteThroughTheProgram puts every case of the RFC 7208 suite to the built program, over a real socket.
func TestSuiteThroughTheProgram(t *testing.T) {
	dir := os.Getenv("TODOKU_SUITES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "suites")
	}
	data, err := os.ReadFile(filepath.Join(dir, "rfc7208", "rfc7208-tests.yml"))
	if err != nil {
		t.Skipf("the RFC 7208 suite is not here: %v", err)
	}
	program := filepath.Join(t.TempDir(), "todoku")
	if out, err := exec.Command("go", "build", "-o", program, "example.org/todoku/cmd/todoku").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var total, passed atomic.Int32
	t.Run("cases", func(t *testing.T) {
		dec := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var s struct {
				Tests map[string]struct {
					HELO        string `yaml:"helo"`
					Host        string `yaml:"host"`
					MailFrom    string `yaml:"mailfrom"`
					Result      any    `yaml:"result"`
					Explanation string `yaml:"explanation"`
				} `yaml:"tests"`
				ZoneData map[string][]any `yaml:"zonedata"`
			}
			if dec.Decode(&s) != nil {
				return
			}
			zone := suiteZone{}
			for name, rrs := range s.ZoneData {
				zone[strings.ToLower(name)] = rrs
			}
			at := serveSuite(t, zone)
			for id, c := range s.Tests {
				total.Add(1)
				t.Run(id, func(t *testing.T) {
					t.Parallel()
					want, ok := c.Result.([]any)
					if !ok {
						want = []any{c.Result}
					}
					got := judge(t, program, at, c.Host, c.HELO, c.MailFrom)
					if !slices.Contains(want, any(got.Result)) {
						t.Errorf("%s, want %v", got.Result, want)
						return
					}
					if c.Explanation != "" && c.Explanation != "DEFAULT" && got.Result == "fail" && got.Explanation != c.Explanation {
						t.Errorf("explanation %q, want %q", got.Explanation, c.Explanation)
						return
					}
					passed.Add(1)
				})
			}
		}
	})
	t.Logf("%d of %d cases", passed.Load(), total.Load())
	if total.Load() != 203 {
		t.Errorf("%d cases, want 203", total.Load())
	}
}

type judgement struct {
	Schema      int
	Result      string
	Explanation string
}

func judge(t *testing.T, program string, at netip.AddrPort, ip, helo, from string) (out judgement) {
	t.Helper()
	cmd := exec.Command(program, "spf", "--json", "--resolver", at.String(), "--timeout", "10s", "--ip="+ip, "--helo="+helo, "--mail-from="+from)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil || out.Schema != 1 {
		t.Fatalf("%v: %s%s", err, text, stderr.String())
	}
	// The exit status says the same.
	status := map[string]int{"pass": 0, "temperror": 3}
	if want, known := status[out.Result], cmd.ProcessState.ExitCode(); known != want && (want != 0 || known != 1 || out.Result == "pass") {
		t.Errorf("%s, but exit status %d", out.Result, known)
	}
	return out
}

// serveSuite answers on a loopback port until the test ends.
func serveSuite(t *testing.T, z suiteZone) netip.AddrPort {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.RecursionAvailable = true
		z.answer(m, reading.Unescape(plain(q.Question[0].Name)), q.Question[0].Name, q.Question[0].Qtype, 0)
		_ = w.WriteMsg(m)
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = pc.Close() })
	return netip.MustParseAddrPort(pc.LocalAddr().String())
}
