package lab

import (
	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// Lookup asks a place's resolver (see Places), as a mail server that uses it does, and returns what its cache says
// at this moment of the lab's time: the values as package snapshot writes them, and OK, NoData, NXDomain or Failed.
func (n *Internet) Lookup(place, name string, t snapshot.Type) ([]string, snapshot.Status) {
	r, typ := n.resolvers[place], dns.StringToType[string(t)]
	if _, ok := dns.IsDomainName(name); !ok || r == nil || typ == dns.TypeNone {
		return nil, snapshot.Failed
	}
	n.remember()
	req := new(dns.Msg)
	req.SetQuestion(dns.Fqdn(name), typ)
	resp := r.answer(req)
	switch {
	case resp.Rcode == dns.RcodeNameError:
		return nil, snapshot.NXDomain
	case resp.Rcode != dns.RcodeSuccess:
		return nil, snapshot.Failed
	}
	var out []string
	for _, rr := range resp.Answer {
		if rr.Header().Rrtype == typ {
			out = append(out, valueOf(rr))
		}
	}
	if len(out) == 0 {
		return nil, snapshot.NoData
	}
	return out, snapshot.OK
}

// valueOf returns a record's value as package snapshot writes it, an MX without its preference.
func valueOf(rr dns.RR) string {
	switch rr := rr.(type) {
	case *dns.TXT:
		return joined(rr.Txt)
	case *dns.MX:
		return canon(rr.Mx)
	case *dns.CNAME:
		return canon(rr.Target)
	case *dns.NS:
		return canon(rr.Ns)
	case *dns.PTR:
		return canon(rr.Ptr)
	case *dns.A:
		return rr.A.String()
	case *dns.AAAA:
		return rr.AAAA.String()
	}
	return rr.String()
}
