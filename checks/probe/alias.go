package probe

import (
	"strings"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// maxLinks limits the CNAMEs that are followed in one message; resolvers give up at about this length too.
const maxLinks = 11

// follow follows the CNAMEs from the queried name within the message and returns the final name. ok is false for a loop
// or an overlong chain.
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

// redirected returns the owner name of the DNAME from which a CNAME was synthesized, or "" for an ordinary CNAME (RFC
// 6672 section 3.3).
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
