package main

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// floor does the look-ups of a check in the shortest way, without the program's own code: each question is sent as soon
// as the answer that it needs is there. The difference to a check's duration is the program's own overhead. It judges
// nothing.
type floor struct {
	t        testing.TB
	resolver string
	port     string
	domain   string

	mu    sync.Mutex
	asked map[string]bool
	work  sync.WaitGroup
	count int
}

func newFloor(t testing.TB, resolver netip.AddrPort, port uint16, domain string) *floor {
	return &floor{t: t, resolver: resolver.String(), port: strconv.Itoa(int(port)), domain: domain + ".", asked: map[string]bool{}}
}

// run returns how long the look-ups took, and how many questions there were.
func (f *floor) run() (time.Duration, int) {
	began := time.Now()
	f.ask(f.resolver, f.domain, dns.TypeSOA, nil)
	f.ask(f.resolver, "zz-todoku-probe.invalid.", dns.TypeA, nil)
	_, tld, _ := strings.Cut(f.domain, ".")
	f.ask(f.resolver, tld, dns.TypeNS, func(m *dns.Msg) {
		for _, rr := range m.Answer[:min(len(m.Answer), 2)] {
			f.addresses(rr.(*dns.NS).Ns, func(at string) { f.ask(at, f.domain, dns.TypeNS, nil); f.ask(at, f.domain, dns.TypeDS, nil) })
		}
	})
	f.ask(f.resolver, f.domain, dns.TypeNS, func(m *dns.Msg) {
		var once sync.Once
		for _, rr := range m.Answer {
			if ns, ok := rr.(*dns.NS); ok {
				f.addresses(ns.Ns, func(at string) { f.server(at); once.Do(func() { f.guesses(at) }) })
			}
		}
	})
	f.work.Wait()
	return time.Since(began), f.count
}

// server asks one of the zone's servers for the records that mail needs.
func (f *floor) server(at string) {
	for _, t := range []uint16{dns.TypeSOA, dns.TypeNS} {
		f.ask(at, f.domain, t, nil)
	}
	f.ask(at, f.domain, dns.TypeTXT, f.spf)
	f.ask(at, f.domain, dns.TypeMX, func(m *dns.Msg) {
		for _, rr := range m.Answer {
			if mx, ok := rr.(*dns.MX); ok {
				if dns.IsSubDomain(f.domain, mx.Mx) {
					f.ask(at, mx.Mx, dns.TypeA, f.reverse)
				} else {
					f.addresses(mx.Mx, func(string) {})
				}
			}
		}
	})
	for _, name := range []string{"_dmarc.", "_domainkey.", "zz-todoku-probe.", "zz-todoku-probe._domainkey."} {
		f.ask(at, name+f.domain, dns.TypeTXT, nil)
	}
}

// guesses asks one server for the names that may have a key or a service's mail.
func (f *floor) guesses(at string) {
	for _, l := range strings.Fields("em bounce bounces send mail mg email pm-bounces envelope outbound") {
		f.ask(at, l+"."+f.domain, dns.TypeMX, nil)
	}
	f.ask(at, f.domain, dns.TypeA, nil)
	for _, sel := range strings.Fields("google selector1 s1 k1 k2 default dkim mail") {
		f.ask(at, sel+"._domainkey."+f.domain, dns.TypeTXT, func(m *dns.Msg) {
			for _, rr := range m.Answer {
				if c, ok := rr.(*dns.CNAME); ok {
					f.ask(f.resolver, c.Target, dns.TypeTXT, nil)
				}
			}
		})
	}
	f.ask(at, "_domainkey."+f.domain, dns.TypeTXT, func(m *dns.Msg) {
		if m.Rcode == dns.RcodeNameError {
			return
		}
		for i := range 60 {
			f.ask(at, "s"+strconv.Itoa(i)+"x._domainkey."+f.domain, dns.TypeTXT, nil)
		}
	})
}

// spf follows a record as RFC 7208 section 5 does.
func (f *floor) spf(m *dns.Msg) {
	for _, rr := range m.Answer {
		txt, ok := rr.(*dns.TXT)
		if !ok {
			continue
		}
		for _, term := range strings.Fields(strings.Join(txt.Txt, "")) {
			term = strings.TrimLeft(term, "+-~?")
			for _, opening := range []string{"include:", "redirect="} {
				if name, ok := strings.CutPrefix(term, opening); ok {
					f.ask(f.resolver, dns.Fqdn(name), dns.TypeTXT, f.spf)
				}
			}
			if name, ok := strings.CutPrefix(term, "a:"); ok {
				f.addresses(dns.Fqdn(name), func(string) {})
			}
		}
	}
}

// reverse asks for the name of an address, and for that name's address.
func (f *floor) reverse(m *dns.Msg) {
	for _, rr := range m.Answer {
		if a, ok := rr.(*dns.A); ok {
			name, _ := dns.ReverseAddr(a.A.String())
			f.ask(f.resolver, name, dns.TypePTR, nil)
		}
	}
}

// addresses asks for a host's addresses, and goes on with each.
func (f *floor) addresses(host string, then func(at string)) {
	f.ask(f.resolver, host, dns.TypeAAAA, nil)
	f.ask(f.resolver, host, dns.TypeA, func(m *dns.Msg) {
		for _, rr := range m.Answer {
			if a, ok := rr.(*dns.A); ok {
				then(net.JoinHostPort(a.A.String(), f.port))
			}
		}
	})
}

// ask puts a question once, and goes on with its answer.
func (f *floor) ask(at, name string, t uint16, then func(*dns.Msg)) {
	key := at + name + strconv.Itoa(int(t))
	f.mu.Lock()
	twice := f.asked[key] && then == nil
	f.asked[key] = true
	if !twice {
		f.count++
	}
	f.mu.Unlock()
	if twice {
		return
	}
	f.work.Go(func() {
		m := new(dns.Msg).SetQuestion(name, t)
		m.SetEdns0(1232, false)
		reply, _, err := (&dns.Client{Timeout: 3 * time.Second}).Exchange(m, at)
		if err != nil {
			f.t.Error(err)
			return
		}
		if then != nil {
			then(reply)
		}
	})
}
