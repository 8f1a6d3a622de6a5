package probe

import (
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// flood answers any question with n records of its type, no two the same, and as many addresses beside NS.
func flood(req *dns.Msg, n int) *dns.Msg {
	m := new(dns.Msg).SetReply(req)
	m.Authoritative, m.RecursionAvailable, m.Compress = true, true, true
	q := req.Question[0]
	head := func(name string, t uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: t, Class: dns.ClassINET, Ttl: 300}
	}
	for i := range n {
		host := fmt.Sprintf("n%04d.%s", i, "example.jp.")
		ip := net.IPv4(198, 51, byte(i>>8), byte(i))
		h := head(q.Name, q.Qtype)
		switch q.Qtype {
		case dns.TypeNS:
			m.Answer = append(m.Answer, &dns.NS{Hdr: h, Ns: host})
			m.Extra = append(m.Extra, &dns.A{Hdr: head("n0000.example.jp.", dns.TypeA), A: ip})
		case dns.TypeMX:
			m.Answer = append(m.Answer, &dns.MX{Hdr: h, Mx: host, Preference: uint16(i)})
		case dns.TypeA:
			m.Answer = append(m.Answer, &dns.A{Hdr: h, A: ip})
		case dns.TypeAAAA:
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: h, AAAA: append(net.ParseIP("2001:db8::")[:12], ip.To4()...)})
		case dns.TypeTXT:
			m.Answer = append(m.Answer, &dns.TXT{Hdr: h, Txt: []string{fmt.Sprintf("a%04d", i)}})
		}
	}
	return m
}

// Of thousands of records an answer keeps some, the same ones in whatever order they come, and says so.
func TestAnAnswerHoldsSoMuch(t *testing.T) {
	for typ, want := range map[snapshot.Type]int{
		snapshot.NS: maxRecords, snapshot.MX: maxRecords, snapshot.A: maxRecords, snapshot.AAAA: maxRecords, snapshot.TXT: maxStrings,
	} {
		req := new(dns.Msg).SetQuestion("example.jp.", dns.StringToType[string(typ)])
		m := flood(req, 5000)
		a := read(ask("example.jp", typ), m, false)
		if a.Status != snapshot.OK || len(a.Records) != want || len(a.Glue) > maxGlue || !a.Cut() {
			t.Errorf("%s: %s, %d records, %d addresses beside, %v", typ, a.Status, len(a.Records), len(a.Glue), a.Errors)
		}
		slices.Reverse(m.Answer)
		slices.Reverse(m.Extra)
		if b := read(ask("example.jp", typ), m, false); !slices.Equal(a.Data(), b.Data()) || !slices.Equal(a.Glue, b.Glue) {
			t.Errorf("%s: another order gives other records", typ)
		}
		if a = read(ask("example.jp", typ), flood(req, want), false); len(a.Records) != want || a.Cut() {
			t.Errorf("%s: %d of %d, %v", typ, len(a.Records), want, a.Errors)
		}
	}
}

// A heap of other TXT records does not hide the policy, and many bytes are too many too.
func TestTooMuchTXT(t *testing.T) {
	req := new(dns.Msg).SetQuestion("example.jp.", dns.TypeTXT)
	m := flood(req, 3000)
	m.Answer = append(m.Answer, &dns.TXT{Hdr: *m.Answer[0].Header(), Txt: []string{"V=spf1 -all"}})
	if a := read(ask("example.jp", snapshot.TXT), m, false); !slices.Contains(a.Data(), "V=spf1 -all") || len(a.Records) != maxStrings || !a.Cut() {
		t.Errorf("%d records, %v", len(a.Records), a.Errors)
	}
	m = new(dns.Msg).SetReply(req)
	for i := range 3 {
		txt := &dns.TXT{Hdr: dns.RR_Header{Name: "example.jp.", Rrtype: dns.TypeTXT, Class: dns.ClassINET}}
		for range 100 {
			txt.Txt = append(txt.Txt, fmt.Sprintf("%d%s", i, strings.Repeat("x", 250)))
		}
		m.Answer = append(m.Answer, txt)
	}
	if a := read(ask("example.jp", snapshot.TXT), m, false); len(a.Records) != 2 || !a.Cut() {
		t.Errorf("%d records of 25 KB, %v", len(a.Records), a.Errors)
	}
}

// A referral is bounded too, and nobody on the wire can set the mark.
func TestReferralHoldsSoMuch(t *testing.T) {
	req := new(dns.Msg).SetQuestion("sub.example.jp.", dns.TypeNS)
	m := flood(req, 5000)
	m.Authoritative, m.Ns, m.Answer = false, m.Answer, nil
	m.SetEdns0(1232, false)
	for range 100 {
		m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: 22}, &dns.EDNS0_EDE{InfoCode: snapshot.Dropped})
	}
	a := read(askAuth("example.jp", "sub.example.jp", snapshot.NS), m, true)
	if a.Reason != snapshot.Delegated || len(a.Referral) != maxRecords || len(a.Glue) > maxGlue || len(a.Errors) != maxErrors+1 || !a.Cut() {
		t.Errorf("%s, %d hosts, %d addresses, %d errors", a.Reason, len(a.Referral), len(a.Glue), len(a.Errors))
	}
	m.Ns = m.Ns[:3]
	if a = read(askAuth("example.jp", "sub.example.jp", snapshot.NS), m, true); a.Cut() {
		t.Error("the mark came from the wire")
	}
}

// hoard returns a snapshot in which every answer about the delegation has n records.
func hoard(n int) *snapshot.Snapshot {
	s := snapshot.New("example.jp", time.Time{})
	put := func(name string, typ snapshot.Type, data func(i int) string) *snapshot.Answer {
		a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: typ, Via: snapshot.Resolver}, Status: snapshot.OK}
		for i := range n {
			a.Records = append(a.Records, snapshot.Record{Data: data(i)})
		}
		s.Add(a)
		return &s.Answers[len(s.Answers)-1]
	}
	host := func(i int) string { return fmt.Sprintf("n%04d.example.jp", i) }
	put("jp", snapshot.NS, host)
	put("example.jp", snapshot.NS, host)
	for i := range maxAbove { // the registry's servers are silent, so that the resolver's word counts
		k := snapshot.Key{Name: "example.jp", Type: snapshot.NS, Via: snapshot.Server, At: host(i)}
		s.Add(snapshot.Answer{Key: k, Status: snapshot.Failed, Reason: snapshot.Timeout})
	}
	for i := range 20 {
		put(host(i), snapshot.A, func(j int) string { return fmt.Sprintf("198.51.%d.%d", j>>8, j&255) })
		put(host(i), snapshot.AAAA, func(j int) string { return fmt.Sprintf("2001:db8::%x", j+1) })
	}
	return s
}

// What Next does does not grow with what an answer holds: the same questions, to the same few servers, by the same
// number of steps.
func TestNextDoesNotGrow(t *testing.T) {
	a := owner.Answers{Domain: "example.jp"}
	few, many := hoard(20), hoard(5000)
	one, two := Next(a, few, nil), Next(a, many, nil)
	if len(one) != len(two) || len(one) < 20 {
		t.Fatalf("%d questions, then %d", len(one), len(two))
	}
	for i, q := range two {
		if !slices.Equal(q.Servers, one[i].Servers) || len(q.Servers) > 2*maxGlue*maxHosts {
			t.Errorf("%v goes to %d servers, else to %d", q.Key, len(q.Servers), len(one[i].Servers))
		}
	}
	small := testing.AllocsPerRun(10, func() { Next(a, few, nil) })
	if big := testing.AllocsPerRun(10, func() { Next(a, many, nil) }); big > small+8 {
		t.Errorf("%.0f allocations, %.0f with few records", big, small)
	}
}

// A whole run among servers that answer everything with as much as a message holds keeps little and does little more
// than reading the messages.
func TestRunAmongHoarders(t *testing.T) {
	const records = 1500 // twice for NS: near the 64 KiB of a message
	cost := map[int]uint64{}
	for _, n := range []int{maxGlue, records} {
		synctest.Test(t, func(t *testing.T) {
			var messages atomic.Int64
			hoarder := func(req *dns.Msg, _ bool) []parcel {
				messages.Add(1)
				return pack(flood(req, n))
			}
			net := &fakeNet{at: map[string]handler{"*": hoarder}}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, err := client(net, nil).Run(t.Context(), owner.Answers{Domain: "example.jp"}, nil, nil)
			runtime.ReadMemStats(&after)
			if err != nil || len(s.Answers) < 30 {
				t.Fatalf("%v, %d answers: %+v", err, len(s.Answers), s.Failures())
			}
			cost[n] = (after.Mallocs - before.Mallocs) / uint64(messages.Load())
			for _, a := range s.Answers {
				if len(a.Records) > maxStrings || len(a.Glue) > 2*maxGlue*maxRecords {
					t.Errorf("%v holds %d records and %d addresses", a.Key, len(a.Records), len(a.Glue))
				}
			}
		})
	}
	// The fake server makes each record, the wire library reads it, and read looks at it: some allocations each.
	if most := cost[maxGlue] + 40*records; cost[records] > most {
		t.Errorf("%d allocations a message, expected at most %d", cost[records], most)
	}
	t.Log(cost)
}
