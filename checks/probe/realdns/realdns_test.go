package realdns

import (
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

func TestStart(t *testing.T) {
	auth := netip.MustParseAddr("127.0.41.1")
	w := Start(t, netip.MustParseAddr("127.0.41.53"), Authority{auth, []Zone{{"shop.example", "$TTL 60\n@ SOA ns x 1 60 60 60 30\n@ NS ns\nns A 127.0.41.1\n@ TXT \"hello\"\n"}}})
	for at, rd := range map[netip.AddrPort]bool{w.Resolver: true, netip.AddrPortFrom(auth, w.Port): false} {
		m := new(dns.Msg).SetQuestion("shop.example.", dns.TypeTXT)
		m.RecursionDesired = rd
		r, err := dns.Exchange(m, at.String())
		if err != nil || len(r.Answer) != 1 || r.Authoritative == rd {
			t.Errorf("%s: %v, %v", at, err, r)
		}
	}
}
