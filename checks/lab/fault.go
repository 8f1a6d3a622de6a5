package lab

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// FaultKind is one way in which a server fails.
type FaultKind string

// The faults. In a scenario's "servers" section a fault is written as its word here, a delay as "delay=20ms", a broken
// signature as "bogus=7" (RFC 8914), one for a name and those below it as "servfail@mail.example", for that name alone as
// "servfail@=mail.example", and for a single type there as "servfail@mail.example/A".
const (
	Delay         FaultKind = "delay"          // the answer comes Fault.Delay later, in real time
	Dead          FaultKind = "dead"           // no answer at all, and TCP does not connect
	Lost          FaultKind = "lost"           // UDP packets are lost; use First, or UDP is dead while TCP works
	ServFail      FaultKind = "servfail"       // SERVFAIL
	Refused       FaultKind = "refused"        // REFUSED
	Truncated     FaultKind = "truncated"      // every UDP answer is empty with TC, so that TCP is needed
	WrongID       FaultKind = "wrong-id"       // the answer has another ID
	Spoofed       FaultKind = "spoofed"        // a forged answer with another ID comes before the right one (UDP)
	WrongQuestion FaultKind = "wrong-question" // the answer is to another name
	Garbage       FaultKind = "garbage"        // bytes that are not a DNS message
	Loop          FaultKind = "loop"           // every name is an alias of another one, endlessly
	Huge          FaultKind = "huge"           // tens of kilobytes of TXT, over TCP
	Bogus         FaultKind = "bogus"          // of a resolver: DNSSEC validation fails, unless the question has CD; set Name and Code
	Hijacked      FaultKind = "hijacked"       // an interceptor answers instead of the server: recursive, not authoritative
)

// False answers, as servers and filters give them. From a name server they come with the AA bit.
const (
	NX           FaultKind = "nx"          // NXDOMAIN, and no SOA beside it
	NXProved     FaultKind = "nx+soa"      // NXDOMAIN with the SOA of the name's zone
	NoData       FaultKind = "nodata"      // no record, and no SOA beside it
	NoDataProved FaultKind = "nodata+soa"  // no record, with the SOA of the name's zone
	Blocked      FaultKind = "blocked"     // NXDOMAIN with an extended error that names a filter; Code: 15 to 18 of RFC 8914, 17 if 0
	BlockedZone  FaultKind = "blocked+soa" // the same with the SOA of the filter's own zone
	Nulled       FaultKind = "pihole"      // the null address, and nothing for other types
	Captive      FaultKind = "captive"     // the address of a portal, and nothing for other types
	Elsewhere    FaultKind = "elsewhere"   // no record, with the SOA of a zone that does not contain the name
	Referral     FaultKind = "referral"    // a referral to the servers of the parent name, not authoritative
	OtherName    FaultKind = "other-name"  // the right records, at another name
	Stale        FaultKind = "stale"       // NXDOMAIN with SOA, marked as stale (RFC 8767)
	Heap         FaultKind = "heap"        // hundreds of TXT records that begin "v=" before the right ones, over TCP
	CutOff       FaultKind = "cut"         // every answer has TC, even over TCP
)

var faultKinds = []FaultKind{Delay, Dead, Lost, ServFail, Refused, Truncated, WrongID, Spoofed, WrongQuestion, Garbage, Loop, Huge, Bogus, Hijacked,
	NX, NXProved, NoData, NoDataProved, Blocked, BlockedZone, Nulled, Captive, Elsewhere, Referral, OtherName, Stale, Heap, CutOff}

// Fault is one fault of a server.
type Fault struct {
	Kind  FaultKind
	Delay time.Duration // for Delay
	Code  uint16        // for Bogus and Blocked: the extended error (RFC 8914); 0 means none for Bogus
	// First restricts the fault to the first so many questions from outside; 0 means all. The lab's own resolvers do not
	// see such a passing fault.
	First int
	// Name restricts the fault to questions at or below a name; "" means all.
	Name string
	// Alone restricts it to that name.
	Alone bool
	// Type restricts the fault to questions of a type; "" means all.
	Type snapshot.Type
}

// ParseFault reads a fault as scenario files write it: KIND[=DELAY or CODE][@[=]NAME[/TYPE]].
func ParseFault(word string) (Fault, error) {
	word, name, _ := strings.Cut(word, "@")
	name, typ, typed := strings.Cut(name, "/")
	name, alone := strings.CutPrefix(name, "=")
	if _, known := dns.StringToType[typ]; typed && !known {
		return Fault{}, fmt.Errorf("unknown record type %q", typ)
	}
	kind, value, valued := strings.Cut(word, "=")
	for _, k := range faultKinds {
		if string(k) != kind || valued && k != Delay && k != Bogus && k != Blocked || !valued && k == Delay {
			continue
		}
		f := Fault{Kind: k, Name: canon(name), Alone: alone, Type: snapshot.Type(typ)}
		switch {
		case k == Delay:
			d, err := time.ParseDuration(value)
			if err != nil || d < 0 {
				return Fault{}, fmt.Errorf("bad delay %q", value)
			}
			f.Delay = d
		case valued:
			code, err := strconv.ParseUint(value, 10, 16)
			if err != nil {
				return Fault{}, fmt.Errorf("bad error code %q", value)
			}
			f.Code = uint16(code)
		}
		return f, nil
	}
	return Fault{}, fmt.Errorf("no such fault: %q", word)
}

type activeFault struct {
	Fault
	used int
}

// Fault breaks a server, named by its host name, one of its addresses, or a place's ID ("google"); "*" is every server.
// The faults given replace those the server had; none given heals it. What is set for "*" comes on top.
//
//	n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: 20 * time.Millisecond})  // every answer takes 20 ms
//	n.Fault("ns1.dns.ne.jp", lab.Fault{Kind: lab.Lost, First: 1})           // one lost packet
//	n.Fault("ns1.dns.ne.jp", lab.Fault{Kind: lab.Dead})                     // one dead name server
//	n.Fault("system", lab.Fault{Kind: lab.ServFail, Name: "mail.example"})  // one name that does not resolve
func (n *Internet) Fault(server string, faults ...Fault) error {
	n.remember()
	var active []*activeFault
	for _, f := range faults {
		f.Name = canon(f.Name)
		active = append(active, &activeFault{Fault: f})
	}
	if server == "*" {
		n.faultMu.Lock()
		defer n.faultMu.Unlock()
		n.every = active
		return nil
	}
	s := n.hosts[canon(server)]
	if r := n.resolvers[server]; r != nil {
		s = r.server
	}
	if a, err := netip.ParseAddr(server); err == nil {
		s = n.addrs[a]
	}
	if s == nil {
		return fmt.Errorf("the lab has no server %q", server)
	}
	n.faultMu.Lock()
	defer n.faultMu.Unlock()
	n.faults[s] = active
	return nil
}

// concerns reports whether a question has the name and type to which the fault is restricted.
func (f Fault) concerns(req *dns.Msg) bool {
	if f.Name == "" && f.Type == "" {
		return true
	}
	if req == nil || len(req.Question) == 0 {
		return false
	}
	q := req.Question[0]
	at := canon(q.Name)
	return snapshot.Below(at, f.Name) && (at == f.Name || !f.Alone) && (f.Type == "" || dns.TypeToString[q.Qtype] == string(f.Type))
}

// trouble is what goes wrong in one exchange.
type trouble struct {
	kinds map[FaultKind]bool
	delay time.Duration
	code  uint16
}

// troubleFor counts the question and returns what goes wrong with its answer. req is nil when a TCP connection is
// opened. Exchanges between the lab's own servers (inside) take no time and lose nothing.
func (n *Internet) troubleFor(s *server, req *dns.Msg, inside bool) trouble {
	n.faultMu.Lock()
	defer n.faultMu.Unlock()
	var t trouble
	for _, list := range [][]*activeFault{n.every, n.faults[s]} {
		for _, f := range list {
			if req == nil && f.Kind != Dead || inside && (f.First > 0 || f.Kind == Lost) {
				continue
			}
			if !f.concerns(req) {
				continue
			}
			if f.First > 0 && f.used >= f.First {
				continue
			}
			if req != nil {
				f.used++
			}
			if t.kinds == nil {
				t.kinds = map[FaultKind]bool{}
			}
			t.kinds[f.Kind] = true
			t.delay += f.Delay
			t.code = max(t.code, f.Code)
		}
	}
	return t
}

// spoil turns a right answer into what the faults make of it.
func (t trouble) spoil(req, resp *dns.Msg, tcp bool) *dns.Msg {
	name := dns.Fqdn(req.Question[0].Name)
	switch {
	case t.kinds[ServFail]:
		resp = new(dns.Msg).SetRcode(req, dns.RcodeServerFailure)
	case t.kinds[Refused]:
		resp = new(dns.Msg).SetRcode(req, dns.RcodeRefused)
	case t.kinds[Bogus] && !req.CheckingDisabled:
		resp = new(dns.Msg).SetRcode(req, dns.RcodeServerFailure)
		resp.RecursionAvailable = true
		if t.code != 0 {
			explain(req, resp, t.code)
		}
	case t.kinds[Loop]:
		resp = new(dns.Msg).SetReply(req)
		resp.Authoritative = true
		resp.Answer = []dns.RR{&dns.CNAME{Hdr: rrHeader(name, dns.TypeCNAME, defaultTTL), Target: nextAlias(name)}}
	case t.kinds[Huge]:
		resp = hugeAnswer(req)
	}
	if t.kinds[CutOff] || t.kinds[Truncated] && !tcp {
		resp = new(dns.Msg).SetReply(req)
		resp.Authoritative, resp.Truncated = true, true
	}
	if t.kinds[WrongID] {
		resp.Id ^= 0x5555
	}
	if t.kinds[WrongQuestion] {
		resp.Question = []dns.Question{{Name: "another.example.", Qtype: req.Question[0].Qtype, Qclass: dns.ClassINET}}
		for i, rr := range resp.Answer {
			resp.Answer[i] = dns.Copy(rr)
			resp.Answer[i].Header().Name = "another.example."
		}
	}
	return resp
}

// explain adds an extended error (RFC 8914) if the client uses EDNS.
func explain(req, resp *dns.Msg, code uint16) {
	if req.IsEdns0() == nil {
		return
	}
	resp.SetEdns0(maxUDP, false)
	resp.IsEdns0().Option = append(resp.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: code})
}

// nextAlias counts up: a1.name, a2.name, and so on without end.
func nextAlias(name string) string {
	first, rest, _ := strings.Cut(name, ".")
	var i int
	if _, err := fmt.Sscanf(first, "a%d", &i); err == nil && first == fmt.Sprintf("a%d", i) {
		return fmt.Sprintf("a%d.%s", i+1, rest)
	}
	return "a1." + name
}

func hugeAnswer(req *dns.Msg) *dns.Msg {
	resp := new(dns.Msg).SetReply(req)
	resp.Authoritative = true
	for i := range 230 {
		txt := fmt.Sprintf("%03d%s", i, strings.Repeat("x", 250))
		resp.Answer = append(resp.Answer, &dns.TXT{Hdr: rrHeader(req.Question[0].Name, dns.TypeTXT, defaultTTL), Txt: []string{txt}})
	}
	resp.Compress = true
	return resp
}
