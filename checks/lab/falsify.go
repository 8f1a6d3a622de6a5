package lab

import (
	"cmp"
	"fmt"
	"net/netip"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// portal is the address that a captive portal returns for every name.
var portal = netip.MustParseAddr("192.0.2.254")

// falsify replaces an answer by a false one, if a fault asks for that.
func (n *Internet) falsify(t trouble, req, resp *dns.Msg) *dns.Msg {
	q := req.Question[0]
	out := new(dns.Msg).SetReply(req)
	out.Authoritative, out.RecursionAvailable = resp.Authoritative || !resp.RecursionAvailable, resp.RecursionAvailable
	switch {
	case t.kinds[NX]:
		out.Rcode = dns.RcodeNameError
	case t.kinds[NXProved]:
		out.Rcode, out.Ns = dns.RcodeNameError, []dns.RR{n.startOf(q.Name)}
	case t.kinds[NoData]:
	case t.kinds[NoDataProved]:
		out.Ns = []dns.RR{n.startOf(q.Name)}
	case t.kinds[Blocked], t.kinds[BlockedZone]:
		out.Rcode = dns.RcodeNameError
		if t.kinds[BlockedZone] {
			out.Ns = []dns.RR{madeSOA("rpz.filter.test")}
		}
		explain(req, out, cmp.Or(t.code, dns.ExtendedErrorCodeFiltered))
	case t.kinds[Stale]:
		out.Rcode, out.Ns = dns.RcodeNameError, []dns.RR{n.startOf(q.Name)}
		explain(req, out, dns.ExtendedErrorCodeStaleNXDOMAINAnswer)
	case t.kinds[Nulled]:
		out.Answer = addressed(q, netip.IPv4Unspecified(), netip.IPv6Unspecified())
	case t.kinds[Captive]:
		out.Answer = addressed(q, portal, netip.Addr{})
	case t.kinds[Elsewhere]:
		out.Ns = []dns.RR{madeSOA("parking.test")}
	case t.kinds[Referral]:
		out.Authoritative, out.RecursionAvailable = false, true
		out.Ns = []dns.RR{&dns.NS{Hdr: rrHeader(snapshot.Parent(canon(q.Name)), dns.TypeNS, defaultTTL), Ns: "ns.elsewhere.test."}}
	case t.kinds[OtherName]:
		for _, rr := range resp.Answer {
			rr = dns.Copy(rr)
			rr.Header().Name = "other." + rr.Header().Name
			out.Answer = append(out.Answer, rr)
		}
	case t.kinds[Heap]:
		return heaped(req, resp)
	default:
		return resp
	}
	return out
}

// startOf returns the SOA of the zone that a name is in, as it accompanies a negative answer.
func (n *Internet) startOf(name string) dns.RR {
	visible := map[string]*zone{}
	for _, z := range n.zones {
		if !z.hidden {
			visible[z.name] = z
		}
	}
	apex, _ := enclosing(visible, canon(name), true)
	c, err := n.content(visible[apex])
	if err != nil {
		return madeSOA(apex)
	}
	return c.negative()
}

func madeSOA(apex string) dns.RR {
	return &dns.SOA{Hdr: rrHeader(apex, dns.TypeSOA, defaultMinimum), Ns: dns.Fqdn("ns." + apex), Mbox: dns.Fqdn("hostmaster." + apex),
		Serial: defaultSerial, Refresh: 10800, Retry: 3600, Expire: 604800, Minttl: defaultMinimum}
}

// addressed answers address questions only.
func addressed(q dns.Question, four, six netip.Addr) []dns.RR {
	switch {
	case q.Qtype == dns.TypeA && four.IsValid():
		return []dns.RR{&dns.A{Hdr: rrHeader(canon(q.Name), dns.TypeA, 2), A: four.AsSlice()}}
	case q.Qtype == dns.TypeAAAA && six.IsValid():
		return []dns.RR{&dns.AAAA{Hdr: rrHeader(canon(q.Name), dns.TypeAAAA, 2), AAAA: six.AsSlice()}}
	}
	return nil
}

// heaped puts more TXT records before the right answer than any client keeps.
func heaped(req, resp *dns.Msg) *dns.Msg {
	out := resp.Copy()
	out.Answer, out.Rcode, out.Compress = nil, dns.RcodeSuccess, true
	for i := range 900 {
		out.Answer = append(out.Answer, &dns.TXT{Hdr: rrHeader(canon(req.Question[0].Name), dns.TypeTXT, defaultTTL),
			Txt: []string{fmt.Sprintf("v=0filler%d", i)}})
	}
	out.Answer = append(out.Answer, resp.Answer...)
	return out
}
