package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/dmarc"
	"todoku/checks/input"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// standing is how a name server did when it was asked about the zone.
type standing string

const (
	serves  standing = "serves"  // it answers with authority
	lame    standing = "lame"    // it answers, and does not serve the zone
	failing standing = "failing" // it answers that it cannot (SERVFAIL)
	dead    standing = "dead"    // it does not answer
	nowhere standing = "nowhere" // its name has no address
	inside  standing = "inside"  // its address leads into somebody's own network
	unseen  standing = "unseen"  // not known
)

// nameServer is one host that somebody calls a name server of the zone.
type nameServer struct {
	host string
	soa  snapshot.Answer // its own word on the zone
	how  standing
}

// delegation is all that was seen of who serves the zone.
type delegation struct {
	zone string
	// sent are the hosts to which the zone above sends the world; empty while that is not known.
	sent     []string
	referral []snapshot.Answer
	named    []string // by the servers that serve the zone, of those in sent
	names    []snapshot.Answer
	cached   snapshot.Answer // what the resolver holds
	servers  []nameServer    // everyone, those in sent first
}

// delegationOf reads the delegation of the domain's zone; ok is false while the zone is not known.
func delegationOf(in In) (d delegation, ok bool) {
	if d.zone, ok = in.DNS.Zone(); !ok {
		return d, false
	}
	d.referral = in.DNS.Referrals(d.zone)
	if len(d.referral) > 0 {
		d.sent = in.DNS.NameServers(d.zone)
	}
	d.cached, _ = in.DNS.Find(snapshot.Key{Name: d.zone, Type: snapshot.NS, Via: snapshot.Resolver})
	add := func(host string) {
		if !slices.ContainsFunc(d.servers, func(s nameServer) bool { return s.host == host }) {
			d.servers = append(d.servers, serverAt(in, d.zone, host))
		}
	}
	for _, h := range d.sent {
		add(h)
	}
	for _, h := range d.cached.Data() {
		add(h)
	}
	for _, s := range d.servers {
		ns, _ := in.DNS.Find(snapshot.Key{Name: d.zone, Type: snapshot.NS, Via: snapshot.Server, At: s.host})
		if s.how != serves || ns.Status != snapshot.OK || len(d.sent) > 0 && !slices.Contains(d.sent, s.host) {
			continue
		}
		d.names = append(d.names, ns)
		for _, h := range ns.Data() {
			if !slices.Contains(d.named, h) {
				d.named = append(d.named, h)
			}
		}
	}
	slices.Sort(d.named)
	for _, h := range d.named {
		add(h)
	}
	return d, true
}

// serverAt is how one host did.
func serverAt(in In, zone, host string) nameServer {
	s := nameServer{host: host, how: unseen}
	s.soa, _ = in.DNS.Find(snapshot.Key{Name: zone, Type: snapshot.SOA, Via: snapshot.Server, At: host})
	four, six := in.DNS.Get(host, snapshot.A), in.DNS.Get(host, snapshot.AAAA)
	switch {
	case four.Absent() && six.Absent() && !glued(in, host):
		s.how = nowhere
	case s.soa.Status == snapshot.OK && len(s.soa.Records) > 0:
		s.how = serves
	case s.soa.Known(), s.soa.Reason == snapshot.Refused, s.soa.Reason == snapshot.NotAuth:
		s.how = lame
	case s.soa.Reason == snapshot.ServFail:
		s.how = failing
	case s.soa.Reason == snapshot.Private:
		s.how = inside
	case len(four.Records) == 0 && four.Status != snapshot.Unasked && !glued(in, host):
		// IPv6 alone may fail for want of it here.
	case s.soa.Reason == snapshot.Timeout, s.soa.Reason == snapshot.Unreachable:
		s.how = dead
	}
	return s
}

// glued reports whether an IPv4 address came along with the host's name.
func glued(in In, host string) bool {
	return slices.ContainsFunc(in.DNS.Answers, func(a snapshot.Answer) bool {
		return slices.ContainsFunc(a.Glue, func(g snapshot.NameServer) bool { return g.Host == host && g.Addr.Is4() })
	})
}

// current are the servers to which the world is sent or that the zone names: all but those a cache merely remembers.
func (d delegation) current() []nameServer {
	return slices.DeleteFunc(slices.Clone(d.servers), func(s nameServer) bool { return d.remembered(s.host) })
}

// remembered reports whether only a cache still calls the host a name server.
func (d delegation) remembered(host string) bool {
	return len(d.sent) > 0 && !slices.Contains(d.sent, host) && !slices.Contains(d.named, host)
}

func are(list []nameServer, how ...standing) []nameServer {
	return slices.DeleteFunc(slices.Clone(list), func(s nameServer) bool { return !slices.Contains(how, s.how) })
}

func hosts(list []nameServer) string {
	var out []string
	for _, s := range list {
		out = append(out, s.host)
	}
	return strings.Join(out, ", ")
}

// words is what the servers said of the zone.
func words(list []nameServer) []snapshot.Answer {
	var out []snapshot.Answer
	for _, s := range list {
		out = append(out, s.soa)
	}
	return evidence(out...)
}

// serial is the version of the zone that a server holds.
func (s nameServer) serial() uint32 {
	if s.soa.SOA != nil {
		return s.soa.SOA.Serial
	}
	return 0
}

// newer compares serials as RFC 1982 does.
func newer(a, b uint32) bool { return int32(a-b) > 0 }

// mailRecords are the questions, put to single servers, whose answers decide what becomes of mail.
func mailRecords(in In) []snapshot.Key {
	var out []snapshot.Key
	for _, a := range in.DNS.Answers {
		k := snapshot.Key{Name: a.Name, Type: a.Type}
		if a.Via == snapshot.Server && (a.Type == snapshot.TXT || a.Type == snapshot.MX) && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// heard is one server's answer to one of them; known is false where it was not asked or did not answer.
func heard(in In, host string, k snapshot.Key) (a snapshot.Answer, known bool) {
	k.Via, k.At = snapshot.Server, host
	a, _ = in.DNS.Find(k)
	return a, a.Known()
}

// mailData are the values of an answer that mail depends on: an SPF or DMARC record, a key, a mail server.
func mailData(a snapshot.Answer) []string {
	if len(a.Chain) > 0 {
		return []string{"-> " + a.Chain[0].Target}
	}
	var out []string
	for _, r := range a.Records {
		if a.Type == snapshot.MX || spf.Is(r.Data) || dmarc.Is(r.Data) || strings.Contains(a.Name, "._domainkey.") && dkim.Is(r.Data) {
			out = append(out, strconv.Itoa(int(r.Pref))+" "+r.Data)
		}
	}
	slices.Sort(out)
	return out
}

// differ lists the pairs of answers, the first server's and the second's, in which mail fares differently.
func differ(in In, one, two string) (pairs [][2]snapshot.Answer) {
	for _, k := range mailRecords(in) {
		a, known := heard(in, one, k)
		b, too := heard(in, two, k)
		if known && too && !slices.Equal(mailData(a), mailData(b)) {
			pairs = append(pairs, [2]snapshot.Answer{a, b})
		}
	}
	return pairs
}

// lacking are those of the pairs in which the first server has what the second has nothing of.
func lacking(pairs [][2]snapshot.Answer) (out []snapshot.Answer) {
	for _, p := range pairs {
		if len(mailData(p[0])) > 0 && len(mailData(p[1])) == 0 {
			out = append(out, p[0])
		}
	}
	return out
}

// kinds names the records in answers, for people: "SPF, MX".
func kinds(answers []snapshot.Answer) string {
	had := map[string]bool{}
	for _, a := range answers {
		switch {
		case a.Type == snapshot.MX:
			had["MX"] = true
		case strings.HasPrefix(a.Name, "_dmarc."):
			had["DMARC"] = true
		case strings.Contains(a.Name, "._domainkey."):
			had["DKIM"] = true
		default:
			had["SPF"] = true
		}
	}
	return strings.Join(slices.DeleteFunc([]string{"SPF", "DKIM", "DMARC", "MX"}, func(k string) bool { return !had[k] }), ", ")
}

// registry is what the servers above the registered domain say of it: their referrals, or that there is no such name.
func registry(in In) []snapshot.Answer {
	name := input.Registrable(in.Answers.Domain)
	for up := snapshot.Parent(name); up != ""; up = snapshot.Parent(up) {
		ns, _ := in.DNS.Find(snapshot.Key{Name: up, Type: snapshot.NS, Via: snapshot.Resolver})
		if len(ns.Records) == 0 {
			continue
		}
		var out []snapshot.Answer
		for _, host := range ns.Data() {
			a, _ := in.DNS.Find(snapshot.Key{Name: name, Type: snapshot.NS, Via: snapshot.Server, At: host})
			out = append(out, a)
		}
		return evidence(out...)
	}
	return nil
}
