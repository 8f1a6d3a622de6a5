package probe

import (
	"strings"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// maxLinks bounds the aliases followed within one message; resolvers give up near this number too.
const maxLinks = 11

// follow walks the aliases from the asked name within the message, and reports false for a circle or a chain
// without end.
func follow(a *snapshot.Answer, m *dns.Msg) (end string, ok bool) {
	end = strings.ToLower(a.Name)
	if a.Type == snapshot.CNAME {
		return end, true
	}
	to := map[string]*dns.CNAME{}
	for _, rr := range m.Answer {
		if c, is := rr.(*dns.CNAME); is && to[plain(c.Hdr.Name)] == nil {
			to[plain(c.Hdr.Name)] = c
		}
	}
	for c := to[end]; c != nil; c = to[end] {
		if len(a.Chain) == maxLinks {
			return end, false
		}
		next := plain(c.Target)
		a.Chain = append(a.Chain, snapshot.Link{Name: end, Target: next, TTL: c.Hdr.Ttl, DNAME: redirected(m, end, next)})
		end = next
	}
	return end, true
}

// redirected is the name whose DNAME made an alias: nobody wrote that alias, and it stands for every name below
// (RFC 6672 section 3.3).
func redirected(m *dns.Msg, from, to string) string {
	for _, rr := range m.Answer {
		d, is := rr.(*dns.DNAME)
		if !is {
			continue
		}
		owner, target := plain(d.Hdr.Name), plain(d.Target)
		if below, ok := strings.CutSuffix(from, "."+owner); ok && to == strings.TrimSuffix(below+"."+target, ".") {
			return owner
		}
	}
	return ""
}
