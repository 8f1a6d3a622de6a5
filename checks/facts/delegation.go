package facts

import (
	"slices"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
)

// Filtered reports whether a resolver says that it withholds the answer (RFC 8914 section 4, codes 15 to 18).
func Filtered(a snapshot.Answer) bool {
	return slices.ContainsFunc(a.Errors, func(e snapshot.ExtendedError) bool { return e.Code >= 15 && e.Code <= 18 })
}

// NameServers are the hosts in charge of the zone, as far as that is known.
func (f *Facts) NameServers() []string {
	zone, ok := f.DNS.Zone()
	if !ok {
		return nil
	}
	return f.DNS.NameServers(zone)
}

// Standing is how a name server did when it was asked about the zone.
type Standing string

// How a name server did.
const (
	Serves  Standing = "serves"  // it answers with authority
	Lame    Standing = "lame"    // it answers, and does not serve the zone
	Failing Standing = "failing" // it answers that it cannot (SERVFAIL)
	Dead    Standing = "dead"    // it does not answer
	Nowhere Standing = "nowhere" // its name has no address
	Inside  Standing = "inside"  // its address leads into somebody's own network
	Unseen  Standing = "unseen"  // not known
)

// NameServer is one host that somebody calls a name server of the zone.
type NameServer struct {
	Host string
	SOA  snapshot.Answer // its own word on the zone
	How  Standing
}

// Delegation is all that was seen of who serves the zone.
type Delegation struct {
	Zone string
	// Sent are the hosts to which the zone above sends the world; empty while that is not known.
	Sent     []string
	Referral []snapshot.Answer
	Named    []string // by the servers that serve the zone, of those in Sent
	Names    []snapshot.Answer
	Cached   snapshot.Answer // what the resolver holds
	Servers  []NameServer    // everyone, those in Sent first
}

// Delegation is that of the domain's zone; ok is false while the zone is not known.
func (f *Facts) Delegation() (d Delegation, ok bool) { return f.delegation() }

func (f *Facts) readDelegation() (d Delegation, ok bool) {
	if d.Zone, ok = f.DNS.Zone(); !ok {
		return d, false
	}
	d.Referral = f.DNS.Referrals(d.Zone)
	if len(d.Referral) > 0 {
		d.Sent = f.DNS.NameServers(d.Zone)
	}
	d.Cached, _ = f.DNS.Find(snapshot.Key{Name: d.Zone, Type: snapshot.NS, Via: snapshot.Resolver})
	add := func(host string) {
		if !slices.ContainsFunc(d.Servers, func(s NameServer) bool { return s.Host == host }) {
			d.Servers = append(d.Servers, f.serverAt(d.Zone, host))
		}
	}
	for _, h := range d.Sent {
		add(h)
	}
	for _, h := range d.Cached.Data() {
		add(h)
	}
	for _, s := range d.Servers {
		ns, _ := f.DNS.Find(snapshot.Key{Name: d.Zone, Type: snapshot.NS, Via: snapshot.Server, At: s.Host})
		if s.How != Serves || ns.Status != snapshot.OK || len(d.Sent) > 0 && !slices.Contains(d.Sent, s.Host) {
			continue
		}
		d.Names = append(d.Names, ns)
		for _, h := range ns.Data() {
			if !slices.Contains(d.Named, h) {
				d.Named = append(d.Named, h)
			}
		}
	}
	slices.Sort(d.Named)
	for _, h := range d.Named {
		add(h)
	}
	return d, true
}

// serverAt is how one host did.
func (f *Facts) serverAt(zone, host string) NameServer {
	s := NameServer{Host: host, How: Unseen}
	s.SOA, _ = f.DNS.Find(snapshot.Key{Name: zone, Type: snapshot.SOA, Via: snapshot.Server, At: host})
	four, six := f.DNS.Get(host, snapshot.A), f.DNS.Get(host, snapshot.AAAA)
	switch {
	case four.Absent() && six.Absent() && !f.glued(host):
		s.How = Nowhere
	case s.SOA.Status == snapshot.OK && len(s.SOA.Records) > 0:
		s.How = Serves
	case s.SOA.Known(), s.SOA.Reason == snapshot.Refused, s.SOA.Reason == snapshot.NotAuth:
		s.How = Lame
	case s.SOA.Reason == snapshot.ServFail:
		s.How = Failing
	case s.SOA.Reason == snapshot.Private:
		s.How = Inside
	case len(four.Records) == 0 && four.Status != snapshot.Unasked && !f.glued(host):
		// IPv6 alone may fail for want of it here.
	case s.SOA.Reason == snapshot.Timeout, s.SOA.Reason == snapshot.Unreachable:
		s.How = Dead
	}
	return s
}

// glued reports whether an IPv4 address came along with the host's name.
func (f *Facts) glued(host string) bool {
	return slices.ContainsFunc(f.DNS.Answers, func(a snapshot.Answer) bool {
		return slices.ContainsFunc(a.Glue, func(g snapshot.NameServer) bool { return g.Host == host && g.Addr.Is4() })
	})
}

// Current are the servers to which the world is sent or that the zone names: all but those that a cache alone remembers.
func (d Delegation) Current() []NameServer {
	return slices.DeleteFunc(slices.Clone(d.Servers), func(s NameServer) bool { return d.Remembered(s.Host) })
}

// Remembered reports whether only a cache still calls the host a name server.
func (d Delegation) Remembered(host string) bool {
	return len(d.Sent) > 0 && !slices.Contains(d.Sent, host) && !slices.Contains(d.Named, host)
}

// Are lists the servers of the list that stand in one of the ways.
func Are(list []NameServer, how ...Standing) []NameServer {
	return slices.DeleteFunc(slices.Clone(list), func(s NameServer) bool { return !slices.Contains(how, s.How) })
}

// Hosts are the names of the servers.
func Hosts(list []NameServer) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.Host)
	}
	return out
}

// SOAs are what the servers said of the zone, as evidence.
func SOAs(list []NameServer) []snapshot.Answer {
	var out []snapshot.Answer
	for _, s := range list {
		out = append(out, s.SOA)
	}
	return Evidence(out...)
}

// Serial is the version of the zone that a server holds.
func (s NameServer) Serial() uint32 {
	if s.SOA.SOA != nil {
		return s.SOA.SOA.Serial
	}
	return 0
}

// Newer reports whether serial a comes after b (RFC 1982 section 3.2).
func Newer(a, b uint32) bool { return int32(a-b) > 0 }

// Registry is what the servers above the registered domain say of it: their referrals, or that there is no such name.
func (f *Facts) Registry() []snapshot.Answer {
	name := input.Registrable(f.Owner.Domain)
	for up := snapshot.Parent(name); up != ""; up = snapshot.Parent(up) {
		ns, _ := f.DNS.Find(snapshot.Key{Name: up, Type: snapshot.NS, Via: snapshot.Resolver})
		if len(ns.Records) == 0 {
			continue
		}
		var out []snapshot.Answer
		for _, host := range ns.Data() {
			a, _ := f.DNS.Find(snapshot.Key{Name: name, Type: snapshot.NS, Via: snapshot.Server, At: host})
			out = append(out, a)
		}
		return Evidence(out...)
	}
	return nil
}

// OwnView reports whether the resolver serves another zone of that name than the world sees: its word is one of
// authority and names other masters, or the name servers that it gives live in a private network.
func (f *Facts) OwnView() bool {
	d, _ := f.Delegation()
	if d.Cached.Status != snapshot.OK || len(d.Sent) == 0 {
		return false
	}
	if !slices.ContainsFunc(d.Cached.Data(), d.Remembered) {
		return false // it names whom the world asks
	}
	indoors := func(host string) bool {
		a := f.DNS.Get(host, snapshot.A)
		return len(a.Records) > 0 && !slices.ContainsFunc(a.Data(), Public)
	}
	return d.Cached.AA || !slices.ContainsFunc(d.Cached.Data(), func(h string) bool { return !indoors(h) })
}

// Silent is the first failed answer where not one question was answered, so that nothing may be said of the domain.
func (f *Facts) Silent() (failed snapshot.Answer, ok bool) {
	for _, a := range f.DNS.Answers {
		if a.Known() || a.Reason == snapshot.Delegated {
			return snapshot.Answer{}, false // somebody answers
		}
	}
	if len(f.DNS.Answers) == 0 {
		return snapshot.Answer{}, false
	}
	return f.DNS.Answers[0], true
}

// Unregistered is a registered name that does not exist.
type Unregistered struct {
	Name       string
	Remembered bool // a resolver still has its name servers
	Evidence   []snapshot.Answer
}

// Unregistered reports whether the name that somebody would have registered does not exist. A name below a registered one
// that does not exist is no such case: it only holds no records yet. The registry's servers have the last word: a
// resolver may still remember that there was no such name, or filter it.
func (f *Facts) Unregistered() (u Unregistered, ok bool) {
	name := input.Registrable(f.Owner.Domain)
	ns, _ := f.DNS.Find(snapshot.Key{Name: name, Type: snapshot.NS, Via: snapshot.Resolver})
	said := f.Registry()
	denied, open := false, len(said) == 0
	for _, a := range said {
		if len(a.Referral) > 0 || len(a.Records) > 0 {
			return u, false
		}
		denied = denied || a.Status == snapshot.NXDomain
		open = open || !a.Known()
	}
	if !denied && (ns.Status != snapshot.NXDomain || !open || Filtered(ns)) {
		return u, false
	}
	return Unregistered{name, len(ns.Records) > 0, append(said, Evidence(ns)...)}, true
}

// Unanswered are the answers that show that no authoritative server of the zone answers for it, or that nobody can say who
// they are; nil where one does, or where something graver is so.
func (f *Facts) Unanswered() []snapshot.Answer {
	if _, silent := f.Silent(); silent {
		return nil
	}
	if _, gone := f.Unregistered(); gone {
		return nil
	}
	var seen []snapshot.Answer
	for _, a := range f.DNS.Answers {
		if a.Via != snapshot.Authority {
			continue
		}
		if a.Known() || a.Reason == snapshot.Delegated {
			return nil
		}
		seen = append(seen, a)
	}
	if len(seen) == 0 { // nobody to ask: the delegation itself is not known
		for name := f.Owner.Domain; name != ""; name = snapshot.Parent(name) {
			seen = append(seen, Evidence(f.DNS.Get(name, snapshot.NS))...)
		}
	}
	return seen
}
