package plan_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// net is a small DNS: "name TYPE value", one a line; a name without any is known to be empty.
func net(t *testing.T, s *snapshot.Snapshot, lines ...string) *snapshot.Snapshot {
	t.Helper()
	got := map[snapshot.Key]snapshot.Answer{}
	for _, l := range lines {
		f := strings.SplitN(l, " ", 3)
		via := snapshot.Resolver
		if snapshot.Below(f[0], domain) {
			via = snapshot.Authority
		}
		k := snapshot.Key{Name: f[0], Type: snapshot.Type(f[1]), Via: via}
		a, ok := got[k]
		if !ok {
			a = snapshot.Answer{Key: k, Status: snapshot.NXDomain}
		}
		if len(f) == 3 {
			a.Status = snapshot.OK
			a.Records = append(a.Records, snapshot.Record{Data: f[2], TTL: 300})
		}
		got[k] = a
	}
	for _, a := range got {
		s.Add(a)
	}
	return s
}

func many(n int, f func(i int) string) string {
	var out []string
	for i := range n {
		out = append(out, f(i))
	}
	return strings.Join(out, " ")
}

// includes is n foreign includes of two networks each, with their records.
func includes(n int) (terms string, lines []string) {
	for i := range n {
		name := fmt.Sprintf("spf%d.sender.test", i)
		lines = append(lines, name+fmt.Sprintf(" TXT v=spf1 ip4:203.0.113.%d ip4:203.0.113.%d ?all", 2*i, 2*i+1))
	}
	return many(n, func(i int) string { return fmt.Sprintf("include:spf%d.sender.test", i) }), lines
}

func make2(t *testing.T, s *snapshot.Snapshot, a owner.Answers) (*facts.Facts, plan.Plan) {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	a.Domain = domain
	in := facts.Read(a, s, cat)
	return in, plan.Make(in, checks.Diagnose(in))
}

func noteCodes(c plan.Change) (out []string) {
	for _, n := range c.Notes {
		out = append(out, string(n.Code)+" "+n.Args["term"])
	}
	return out
}

func wayCodes(p plan.Plan) (out []string) {
	for _, w := range p.Ways {
		out = append(out, w.Code+" "+w.Args["term"])
	}
	return out
}

// TestExactLimits: ten look-ups and two empty ones are nobody's fault; one more of either is.
func TestExactLimits(t *testing.T) {
	for _, c := range []struct {
		includes, voids int
		want            []checks.Code
	}{{9, 0, nil}, {10, 0, []checks.Code{checks.SPFTooManyLookups}}, {0, 2, nil}, {0, 3, []checks.Code{checks.SPFVoidLookups}}} {
		terms, lines := includes(c.includes)
		for i := range c.voids {
			lines = append(lines, fmt.Sprintf("old%d.%s A", i, domain), fmt.Sprintf("old%d.%s AAAA", i, domain))
			terms += fmt.Sprintf(" a:old%d.%s", i, domain)
		}
		record := "v=spf1 include:_spf.google.com " + strings.TrimSpace(terms) + " ~all"
		in, _ := make2(t, net(t, world(t, map[string][]string{domain: {record}}), lines...), google())
		var got []checks.Code
		for _, f := range checks.Diagnose(in) {
			if f.Code == checks.SPFTooManyLookups || f.Code == checks.SPFVoidLookups {
				got = append(got, f.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d includes, %d voids: %v, want %v", c.includes+1, c.voids, got, c.want)
		}
	}
}

// TestFlattenIsOfferedLast: includes of nobody known, none of which may go: moving one is offered, then flattening with
// its price; nothing is done unasked, and what is chosen is proved.
func TestFlattenIsOfferedLast(t *testing.T) {
	terms, lines := includes(11)
	record := "v=spf1 include:_spf.google.com " + terms + " -all"
	s := net(t, world(t, map[string][]string{domain: {record}}), lines...)
	_, p := make2(t, s, google())
	for _, c := range p.Changes {
		if c.Name == domain {
			t.Errorf("changed unasked: %s", c.Value)
		}
	}
	if got := wayCodes(p); !slices.Equal(got, []string{"subdomain include:spf0.sender.test", "flatten include:spf0.sender.test include:spf1.sender.test"}) {
		t.Fatalf("ways: %q", got)
	}
	way := p.Ways[len(p.Ways)-1]
	if way.Lookups != 10 || !spf.Parse(way.Value).Valid() || !strings.HasSuffix(way.Value, " -all") || !strings.Contains(way.Value, " ip4:203.0.113.0/31 ip4:203.0.113.2/31 ") {
		t.Errorf("flattened: %+v", way)
	}
	if len(way.Tries) == 0 || way.Tries[0].Before != "permerror" && way.Tries[0].Before != "pass" || way.Tries[0].After != "pass" {
		t.Errorf("tries: %+v", way.Tries)
	}
	if !slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Code == checks.SPFTooManyLookups }) {
		t.Errorf("left: %v", p.Left)
	}

	a := google()
	a.SPF = way.Take
	_, p = make2(t, s, a)
	if len(p.Left) > 0 || p.Lookups != 10 || p.Changes[0].Value != way.Value || len(p.Ways) > 0 {
		t.Errorf("chosen: %+v", p)
	}
	if got := noteCodes(p.Changes[0]); !slices.Contains(got, "flattened include:spf0.sender.test") || !slices.Contains(got, "all-kept -all") {
		t.Errorf("notes: %q", got)
	}
}

// TestNotFlattened: what hangs on the mail, refuses somebody or is not known to the last is never written out.
func TestNotFlattened(t *testing.T) {
	for about, other := range map[string]string{
		"exists": "v=spf1 exists:%{i}.sender.test ip4:203.0.113.99 -all", "a refusal": "v=spf1 -ip4:203.0.113.99 ip4:203.0.113.96/29 -all",
		"everybody": "v=spf1 +all", "ptr": "v=spf1 ptr ip4:203.0.113.99 -all", "not known": "v=spf1 a:unasked.sender.test ip4:203.0.113.99 -all",
	} {
		terms := many(11, func(i int) string { return fmt.Sprintf("include:spf%d.sender.test", i) })
		var lines []string
		for i := range 11 {
			lines = append(lines, fmt.Sprintf("spf%d.sender.test TXT %s", i, other))
		}
		s := net(t, world(t, map[string][]string{domain: {"v=spf1 " + terms + " ~all"}}), lines...)
		_, p := make2(t, s, google())
		for _, w := range p.Ways {
			if w.Code == "flatten" {
				t.Errorf("%s: %s", about, w.Value)
			}
		}
	}
}

// TestLongRecord: past 450 bytes what says the same twice goes, nobody's addresses go unasked, and a part of its own is
// offered; the answer's growth past one packet is told.
func TestLongRecord(t *testing.T) {
	ips := many(24, func(i int) string { return fmt.Sprintf("ip4:203.0.113.%d", 4*i) })
	record := "v=spf1 " + ips + " ip4:192.0.2.0/24 ip4:192.0.2.9 -all"
	_, p := make2(t, world(t, map[string][]string{domain: {record}}), google())
	c := p.Changes[0]
	if strings.Contains(c.Value, "192.0.2.9 ") || !strings.Contains(c.Value, ips) || !strings.Contains(c.Value, "include:_spf.google.com") {
		t.Errorf("record: %s", c.Value)
	}
	if got := noteCodes(c); !slices.Contains(got, "duplicate-dropped ip4:192.0.2.9") {
		t.Errorf("notes: %q", got)
	}
	i := slices.IndexFunc(p.Ways, func(w plan.Way) bool { return w.Code == "split" })
	if i < 0 {
		t.Fatalf("ways: %q", wayCodes(p))
	}
	w := p.Ways[i]
	if len(w.Value) > spf.MaxSize || len(w.Args["record"]) > spf.MaxSize || !spf.Parse(w.Args["record"]).Valid() ||
		w.Value != "v=spf1 include:_spf."+domain+" include:_spf.google.com -all" || !strings.Contains(w.Args["record"], ips) {
		t.Errorf("split: %+v", w)
	}
}

// TestAnswerGrows: the growth of the answer past one packet is told, once it is passed and not again.
func TestAnswerGrows(t *testing.T) {
	for _, c := range []struct {
		other string
		want  bool
	}{{strings.Repeat("x", 380), false}, {strings.Repeat("x", 410), true}, {strings.Repeat("x", 600), false}} {
		_, p := make2(t, world(t, map[string][]string{domain: {"v=spf1 ~all", c.other}}), google())
		if got := slices.Contains(noteCodes(p.Changes[0]), "answer-large "); got != c.want {
			t.Errorf("%d other bytes: %q", len(c.other), noteCodes(p.Changes[0]))
		}
	}
}

// TestVoidsGo: names that lead to nothing go where there are too many, the domain's own a and mx too; a name that was
// not asked for stays.
func TestVoidsGo(t *testing.T) {
	s := net(t, world(t, map[string][]string{domain: {"v=spf1 a a:old." + domain + " mx:gone.test a:unasked.test include:_spf.google.com ~all"}}),
		domain+" A", domain+" AAAA", "old."+domain+" A", "old."+domain+" AAAA", "gone.test MX")
	_, p := make2(t, s, google())
	if want := "v=spf1 a:unasked.test include:_spf.google.com ~all"; p.Changes[0].Value != want || p.Voids > 2 {
		t.Errorf("%s, %d voids", p.Changes[0].Value, p.Voids)
	}
}

// TestBrokenBelow: a sender's own record leads nowhere. What nobody needs goes; what is needed stays, and who can mend it
// is told.
func TestBrokenBelow(t *testing.T) {
	lines := []string{"spf.protection.outlook.com TXT v=spf1 include:gone.outlook.test -all", "gone.outlook.test TXT"}
	record := "v=spf1 include:_spf.google.com include:spf.protection.outlook.com ~all"
	s := net(t, world(t, map[string][]string{domain: {record}}), lines...)
	in, p := make2(t, s, google())
	f := checks.Diagnose(in)[0]
	if f.Code != checks.SPFIncludeDead || !f.Is(checks.HolderTheirs) ||
		f.Args != (checks.SPFDeadArgs{Include: f.Args.(checks.SPFDeadArgs).Include, Term: f.Args.(checks.SPFDeadArgs).Term, Holder: "spf.protection.outlook.com", Top: "include:spf.protection.outlook.com"}) {
		t.Errorf("%+v", f)
	}
	if want := "v=spf1 include:_spf.google.com ~all"; p.Changes[0].Value != want || len(p.Left) > 0 {
		t.Errorf("not needed: %s, %v", p.Changes[0].Value, p.Left)
	}
	a := google()
	a.Hosts = append(a.Hosts, owner.Host{ID: "microsoft-365"})
	_, p = make2(t, s, a)
	if !slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Code == checks.SPFIncludeDead }) {
		t.Errorf("needed: nothing is left: %+v", p.Changes)
	}
	for _, c := range p.Changes {
		if c.Name == domain {
			t.Errorf("needed: %s", c.Value)
		}
	}
}

// TestMergedPasses: whatever is merged, flattened or parted still lets every address pass that passed before.
func TestMergedPasses(t *testing.T) {
	terms, lines := includes(12)
	s := net(t, world(t, map[string][]string{domain: {"v=spf1 " + terms + " ~all"}}), lines...)
	in, p := make2(t, s, google())
	for _, w := range p.Ways {
		if w.Code != "flatten" {
			continue
		}
		t2 := spf.Walk(reading.SPF(in.DNS), domain, w.Value)
		for i := range 24 {
			ip := netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
			if !slices.ContainsFunc(t2.Networks, func(n netip.Prefix) bool { return n.Contains(ip) }) {
				t.Errorf("%s no longer passes under %s", ip, w.Value)
			}
		}
		return
	}
	t.Errorf("no flattening in %q", wayCodes(p))
}

// TestBounceIsTried: the address in a pasted bounce is judged too, and lets nobody into the record.
func TestBounceIsTried(t *testing.T) {
	a := google()
	a.Mail = owner.Mail{Kind: "bounce", Envelope: domain, IPs: []netip.Addr{netip.MustParseAddr("203.0.113.41")}}
	_, p := make2(t, world(t, map[string][]string{domain: {"v=spf1 -all"}}), a)
	if strings.Contains(p.Changes[0].Value, "203.0.113.41") {
		t.Errorf("a bounce's address was let in: %s", p.Changes[0].Value)
	}
	if p.Tries[0] != (plan.Try{IP: "203.0.113.41", From: "bounce", Before: "fail", After: "fail", Term: "-all"}) {
		t.Errorf("%+v", p.Tries)
	}
}

// TestNeededAndDead: what a service in use asks for, and what leads nowhere, is neither added nor taken out; it is left,
// and said.
func TestNeededAndDead(t *testing.T) {
	for _, record := range []string{"v=spf1 include:_spf.google.com mx ~all", "v=spf1 mx ~all", "no record"} {
		s := world(t, map[string][]string{domain: {record}})
		s.Add(snapshot.Answer{Key: snapshot.Key{Name: "_spf.google.com", Type: snapshot.TXT, Via: snapshot.Resolver}, Status: snapshot.NXDomain})
		_, p := make2(t, s, google())
		for _, c := range p.Changes {
			if c.Name == domain {
				t.Errorf("%s: %s", record, c.Value)
			}
		}
		if len(p.Left) == 0 {
			t.Errorf("%s: nothing is left", record)
		}
	}
}
