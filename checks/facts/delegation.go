package facts

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
)

// Filtered reports whether a resolver says that it withholds the answer (RFC 8914 section 4, codes 15 to 18: blocked,
// censored, filtered, prohibited).
func Filtered(a snapshot.Answer) bool {
	return slices.ContainsFunc(a.Errors, func(e snapshot.ExtendedError) bool { return e.Code >= 15 && e.Code <= 18 })
}

// NameServers returns the name servers in charge of the zone, or nil if the zone is not known.
func (f *Facts) NameServers() []string {
	zone, ok := f.DNS.Zone()
	if !ok {
		return nil
	}
	return f.DNS.NameServers(zone)
}

// Standing is how a name server behaved when it was asked about the zone.
type Standing string

// The standings of a name server.
const (
	Serves  Standing = "serves"  // it answers with authority
	Lame    Standing = "lame"    // it answers but does not serve the zone
	Failing Standing = "failing" // it answers that it cannot (SERVFAIL)
	Dead    Standing = "dead"    // it does not answer
	Nowhere Standing = "nowhere" // its name has no address
	Inside  Standing = "inside"  // its address is a private one
	Unseen  Standing = "unseen"  // not known
)

// NameServer is a host that the parent, the zone or a cache names as a name server of the zone.
type NameServer struct {
	Host string
	SOA  snapshot.Answer // its answer to the SOA query
	How  Standing
}

// Delegation is all that was seen of who serves the zone.
type Delegation struct {
	Zone string
	// Sent are the name servers of the parent's referral; empty if that is unknown.
	Sent     []string
	Referral []snapshot.Answer
	Named    []string // the NS set that the servers in Sent give themselves
	Names    []snapshot.Answer
	Cached   snapshot.Answer // the NS set that the resolver holds
	Servers  []NameServer    // all of them, those in Sent first
}

// Delegation returns the delegation of the domain's zone; ok is false if the zone is not known.
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

// serverAt returns one name server with its standing.
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
	case s.SOA.Reason == snapshot.Private && f.ownAddress(host):
		// The office's resolver has an address of its own for the name; the world may see another one.
	case s.SOA.Reason == snapshot.Private:
		s.How = Inside
	case len(four.Records) == 0 && four.Status != snapshot.Unasked && !f.glued(host):
		// The host has only IPv6, which may be what is missing here.
	case s.SOA.Reason == snapshot.Timeout, s.SOA.Reason == snapshot.Unreachable:
		s.How = Dead
	}
	return s
}

// ownAddress reports whether the resolver answers for the host's address with authority, as one with a zone of its own
// does, and no glue shows what the rest of the internet sees.
func (f *Facts) ownAddress(host string) bool {
	return !f.glued(host) && slices.ContainsFunc([]snapshot.Type{snapshot.A, snapshot.AAAA}, func(t snapshot.Type) bool {
		a, _ := f.DNS.Find(snapshot.Key{Name: host, Type: t, Via: snapshot.Resolver})
		return a.AA && len(a.Records) > 0
	})
}

// glued reports whether some answer carried an IPv4 glue address for the host.
func (f *Facts) glued(host string) bool {
	return slices.ContainsFunc(f.DNS.Answers, func(a snapshot.Answer) bool {
		return slices.ContainsFunc(a.Glue, func(g snapshot.NameServer) bool { return g.Host == host && g.Addr.Is4() })
	})
}

// Current returns the servers that the parent or the zone itself names, without those that only a cache remembers.
func (d Delegation) Current() []NameServer {
	return slices.DeleteFunc(slices.Clone(d.Servers), func(s NameServer) bool { return d.Remembered(s.Host) })
}

// Remembered reports whether only a cache still names the host.
func (d Delegation) Remembered(host string) bool {
	return len(d.Sent) > 0 && !slices.Contains(d.Sent, host) && !slices.Contains(d.Named, host)
}

// WithStanding returns the servers with one of the given standings.
func WithStanding(list []NameServer, how ...Standing) []NameServer {
	return slices.DeleteFunc(slices.Clone(list), func(s NameServer) bool { return !slices.Contains(how, s.How) })
}

// Hosts returns the names of the servers.
func Hosts(list []NameServer) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.Host)
	}
	return out
}

// SOAs returns the servers' answers to the SOA query, as evidence.
func SOAs(list []NameServer) []snapshot.Answer {
	var out []snapshot.Answer
	for _, s := range list {
		out = append(out, s.SOA)
	}
	return Evidence(out...)
}

// Serial returns the SOA serial that the server gave, or 0 if it gave none.
func (s NameServer) Serial() uint32 {
	if s.SOA.SOA != nil {
		return s.SOA.SOA.Serial
	}
	return 0
}

// Newer reports whether serial a comes after b (RFC 1982 section 3.2).
func Newer(a, b uint32) bool { return int32(a-b) > 0 }

// Registry returns what the servers of the parent zone say of the registrable domain: referrals, or that the name does
// not exist. It returns nil if they are not known.
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

// OwnView reports whether the resolver serves another zone of the domain's name than the rest of the internet sees: its
// NS set differs from the delegation and is authoritative or has only private addresses.
func (f *Facts) OwnView() bool {
	d, _ := f.Delegation()
	if d.Cached.Status != snapshot.OK || len(d.Sent) == 0 {
		return false
	}
	if !slices.ContainsFunc(d.Cached.Data(), d.Remembered) {
		return false // it names only servers of the delegation
	}
	indoors := func(host string) bool {
		a := f.DNS.Get(host, snapshot.A)
		return len(a.Records) > 0 && !slices.ContainsFunc(a.Data(), Public)
	}
	return d.Cached.AA || !slices.ContainsFunc(d.Cached.Data(), func(h string) bool { return !indoors(h) })
}

// Silent returns the first failed answer if not one question was answered; else ok is false.
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

// Unregistered is a registrable domain that does not exist.
type Unregistered struct {
	Name       string
	Remembered bool // a resolver still holds its name servers
	Evidence   []snapshot.Answer
}

// Unregistered reports whether the registrable domain does not exist; a missing name below an existing one does not
// count. The registry's servers decide, since a resolver may have cached an earlier NXDOMAIN or filter the name.
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

// Unanswered returns the answers which show that no authoritative server of the zone answers, or that they are not known.
// It returns nil if one answers, or if Silent or Unregistered holds.
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

// LentFrom returns the zone that holds the domain's records if that is a company's own, below whose name it lends names to
// its customers (a private suffix of the Public Suffix List); else "".
func (f *Facts) LentFrom() string {
	zone, ok := f.DNS.Zone()
	suffix, icann := publicsuffix.PublicSuffix(f.Owner.Domain)
	if !ok || icann || suffix == f.Owner.Domain || !strings.Contains(suffix, ".") || !snapshot.Below(suffix, zone) {
		return ""
	}
	return zone
}
