package probe

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// good is a resolver that works.
var good = says(false, jp)

// changed is a good answer with something changed.
func changed(f func(*dns.Msg)) handler {
	return func(req *dns.Msg, tcp bool) []parcel {
		m := new(dns.Msg)
		if err := m.Unpack(good(req, tcp)[0].wire); err != nil {
			panic(err)
		}
		f(m)
		return pack(m)
	}
}

var (
	wrongID = changed(func(m *dns.Msg) { m.Id++ })
	wrongQ  = changed(func(m *dns.Msg) { m.Question[0].Name = "other.jp." })
	// lame is an authoritative server of a zone above that is asked as a resolver.
	lame = changed(func(m *dns.Msg) {
		rr, _ := dns.NewRR("jp. 300 NS a.dns.jp.")
		m.Answer, m.Ns, m.RecursionAvailable = nil, []dns.RR{rr}, false
	})
	// endless is a chain of 40 aliases.
	endless = changed(func(m *dns.Msg) {
		m.Answer = nil
		for i, from := 0, "example.jp."; i < 40; i++ {
			to := fmt.Sprintf("c%d.jp.", i)
			m.Answer = append(m.Answer, &dns.CNAME{Hdr: dns.RR_Header{Name: from, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 300}, Target: to})
			from = to
		}
	})
)

// both sends two answers to one question.
func both(first, then handler) handler {
	return func(req *dns.Msg, tcp bool) []parcel { return append(first(req, tcp), then(req, tcp)...) }
}

func silent(*dns.Msg, bool) []parcel { return nil }

func garbage(*dns.Msg, bool) []parcel {
	return []parcel{{latency, []byte("HTTP/1.1 400 Bad Request\r\n\r\n")}, {latency, nil}}
}

// cut has the right ID, and then the message ends.
func cut(req *dns.Msg, tcp bool) []parcel {
	p := good(req, tcp)
	p[0].wire = p[0].wire[:20]
	return p
}

// truncated says over UDP that TCP is needed.
func truncated(onTCP handler) handler {
	return func(req *dns.Msg, tcp bool) []parcel {
		if tcp {
			return onTCP(req, tcp)
		}
		return cutOff(req, tcp)
	}
}

// late is silent over UDP for longer than a step.
func late(h handler) handler {
	return func(req *dns.Msg, tcp bool) []parcel {
		p := h(req, tcp)
		if !tcp {
			p[0].after = 800 * time.Millisecond
		}
		return p
	}
}

func cutOff(req *dns.Msg, _ bool) []parcel {
	m := new(dns.Msg).SetReply(req)
	m.Truncated = true
	return pack(m)
}

// huge is a message of nearly 64 KiB.
func huge(req *dns.Msg, _ bool) []parcel {
	m := new(dns.Msg).SetReply(req)
	m.Compress = true
	for i := range 220 {
		txt := fmt.Sprintf("%s%03d", strings.Repeat("x", 247), i)
		m.Answer = append(m.Answer, &dns.TXT{Hdr: dns.RR_Header{Name: "example.jp.", Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{txt}})
	}
	return pack(m)
}

// withoutEDNS knows RFC 1035 and nothing later.
func withoutEDNS(req *dns.Msg, tcp bool) []parcel {
	if req.IsEdns0() != nil {
		return rcode(dns.RcodeFormatError)(req, tcp)
	}
	return good(req, tcp)
}

// refusing does not repeat the question.
func refusing(req *dns.Msg, _ bool) []parcel {
	m := new(dns.Msg).SetRcode(req, dns.RcodeRefused)
	m.Question = nil
	return pack(m)
}

// explained is SERVFAIL with an extended error.
func explained(code uint16) handler {
	return func(req *dns.Msg, _ bool) []parcel {
		m := new(dns.Msg).SetRcode(req, dns.RcodeServerFailure)
		m.SetEdns0(1232, false)
		m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: code, ExtraText: "署名\xff"})
		return pack(m)
	}
}

// validating fails unless checking is disabled.
func validating(req *dns.Msg, tcp bool) []parcel {
	if req.CheckingDisabled {
		return good(req, tcp)
	}
	return rcode(dns.RcodeServerFailure)(req, tcp)
}

// failing fails the first n questions.
func failing(n int, h handler) handler {
	var seen atomic.Int32
	return func(req *dns.Msg, tcp bool) []parcel {
		if int(seen.Add(1)) <= n {
			return rcode(dns.RcodeServerFailure)(req, tcp)
		}
		return h(req, tcp)
	}
}

func echo(req *dns.Msg, _ bool) []parcel { return pack(req) }

// Every way in which a resolver fails, by name, and what is then known.
func TestFaults(t *testing.T) {
	tests := []struct {
		name   string
		h      handler
		status snapshot.Status
		reason snapshot.Reason
		within time.Duration
	}{
		{"fine", good, snapshot.OK, "", latency},
		{"timeout", silent, snapshot.Failed, snapshot.Timeout, 3 * time.Second},
		{"one lost packet", losing(1, good), snapshot.OK, "", time.Second},
		{"three lost packets", losing(3, good), snapshot.OK, "", 3 * time.Second},
		{"servfail", rcode(dns.RcodeServerFailure), snapshot.Failed, snapshot.ServFail, 3 * latency},
		{"servfail once", failing(1, good), snapshot.OK, "", 2 * latency},
		{"servfail once, then no data", failing(1, rcode(dns.RcodeNameError)), snapshot.NXDomain, "", 2 * latency},
		{"servfail, then refused", failing(1, rcode(dns.RcodeRefused)), snapshot.Failed, snapshot.ServFail, 2 * latency},
		{"servfail, then silence", failing(1, silent), snapshot.Failed, snapshot.ServFail, 3 * time.Second},
		{"servfail, then DNSSEC told", failing(1, explained(7)), snapshot.Failed, snapshot.Bogus, 2 * latency},
		{"servfail, then another cause", failing(1, explained(22)), snapshot.Failed, snapshot.ServFail, 2 * latency},
		{"refused", rcode(dns.RcodeRefused), snapshot.Failed, snapshot.Refused, latency},
		{"refused without question", refusing, snapshot.Failed, snapshot.Refused, latency},
		{"not implemented", rcode(dns.RcodeNotImplemented), snapshot.Failed, snapshot.Refused, 2 * latency},
		{"no EDNS", withoutEDNS, snapshot.OK, "", 2 * latency},
		{"wrong id", wrongID, snapshot.Failed, snapshot.Malformed, 3 * time.Second},
		{"forged id, then the right one", both(wrongID, good), snapshot.OK, "", latency},
		{"wrong question", wrongQ, snapshot.Failed, snapshot.Malformed, 3 * time.Second},
		{"wrong question, then the right one", both(wrongQ, good), snapshot.OK, "", latency},
		{"garbage", garbage, snapshot.Failed, snapshot.Malformed, 3 * time.Second},
		{"garbage, then the right one", both(garbage, good), snapshot.OK, "", latency},
		{"cut short", cut, snapshot.Failed, snapshot.Malformed, 3 * time.Second},
		{"an echo", echo, snapshot.Failed, snapshot.Malformed, 3 * time.Second},
		{"truncated", truncated(good), snapshot.OK, "", 2 * latency},
		{"truncated, huge", truncated(huge), snapshot.OK, "", 2 * latency},
		{"truncated, TCP closed", truncated(silent), snapshot.Failed, snapshot.Truncated, 2 * latency},
		{"truncated, wrong id", truncated(wrongID), snapshot.Failed, snapshot.Truncated, 2 * latency},
		{"truncated, again", truncated(cutOff), snapshot.Failed, snapshot.Truncated, 2 * latency},
		{"truncated, late", late(truncated(good)), snapshot.OK, "", 820 * time.Millisecond},
		{"truncated, late, TCP closed", late(truncated(silent)), snapshot.Failed, snapshot.Truncated, 1600 * time.Millisecond},
		{"no EDNS, late", late(withoutEDNS), snapshot.OK, "", 1600 * time.Millisecond},
		{"endless chain", endless, snapshot.Failed, snapshot.Loop, latency},
		{"DNSSEC, told", explained(6), snapshot.Failed, snapshot.Bogus, latency},
		{"DNSSEC, not told", validating, snapshot.Failed, snapshot.Bogus, 3 * latency},
		{"servfail with another cause", explained(22), snapshot.Failed, snapshot.ServFail, latency},
		{"no recursion", lame, snapshot.Failed, snapshot.Refused, latency},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &fakeNet{at: map[string]handler{"192.0.2.53:53": tt.h}}
				began := time.Now()
				a := client(n, nil).Ask(t.Context(), ask("example.jp", snapshot.TXT))
				if a.Status != tt.status || a.Reason != tt.reason {
					t.Errorf("got %s %s, want %s %s", a.Status, a.Reason, tt.status, tt.reason)
				}
				if took := time.Since(began); took > tt.within {
					t.Errorf("took %s, want at most %s", took, tt.within)
				}
				if tt.name == "DNSSEC, told" && (len(a.Errors) != 1 || a.Errors[0] != snapshot.ExtendedError{Code: 6, Text: "署名�"}) {
					t.Errorf("errors %+v", a.Errors)
				}
				if tt.name == "truncated, huge" && (len(a.Records) != 220 || a.Transport != "tcp") {
					t.Errorf("%d records over %s", len(a.Records), a.Transport)
				}
			})
		})
	}
}
