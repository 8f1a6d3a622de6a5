package mail_test

import (
	"net/netip"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

func mustAddr(s string) netip.Addr { return netip.MustParseAddr(s) }

// dns is what the system's resolver says.
type dns struct{ n *lab.Internet }

func (d dns) Reply(q spf.Need) spf.Reply {
	values, status := d.n.Lookup(lab.System, q.Name, snapshot.Type(q.Type))
	if status != snapshot.OK {
		return spf.Reply{Status: spf.Void}
	}
	r := spf.Reply{Status: spf.Found, Names: values, TXT: values}
	for _, v := range values {
		if ip, err := netip.ParseAddr(v); err == nil {
			r.Addrs = append(r.Addrs, ip)
		}
	}
	return r
}
