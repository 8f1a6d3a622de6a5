package checks

import (
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// ExchangeState is what is known of one MX record.
type ExchangeState string

// The states of an MX record. Only the first two take mail.
const (
	ExchangeOK       ExchangeState = "ok"
	ExchangeAlias    ExchangeState = "alias"    // the name is a CNAME, outside the standard (RFC 5321 section 5.1)
	ExchangeUnseen   ExchangeState = "unseen"   // its addresses are not known
	ExchangeNull     ExchangeState = "null"     // "." (RFC 7505)
	ExchangeLiteral  ExchangeState = "literal"  // an address in place of a name
	ExchangeWidth    ExchangeState = "width"    // full-width letters in the name
	ExchangeUndotted ExchangeState = "undotted" // the zone stands behind a full name
	ExchangeDead     ExchangeState = "dead"     // the name has no address
	ExchangePrivate  ExchangeState = "private"  // it has none that the internet reaches
)

// Exchange is one MX record, judged.
type Exchange struct {
	Pref   uint16
	Target string
	State  ExchangeState
	// Meant is the name that should stand there; "" where it is not known. It has an address that was seen.
	Meant    string
	evidence []snapshot.Answer
}

// Exchanges judges the MX records of the domain, in their order.
func Exchanges(in In) []Exchange {
	var out []Exchange
	for _, r := range in.DNS.Get(in.Answers.Domain, snapshot.MX).Records {
		x := Exchange{Pref: r.Pref, Target: r.Data}
		x.judge(in)
		out = append(out, x)
	}
	return out
}

func (x *Exchange) judge(in In) {
	zone := zoneOf(in)
	four, six := in.DNS.Get(x.Target, snapshot.A), in.DNS.Get(x.Target, snapshot.AAAA)
	x.evidence = evidence(four, six)
	ip, literal := reading.Literal(x.Target, zone)
	plain := reading.Plain(x.Target)
	meant, undotted := reading.Undotted(x.Target, zone)
	absent := four.Absent() && six.Absent()
	switch {
	case x.Target == "" || x.Target == ".":
		x.State = ExchangeNull
	case literal:
		x.State, x.Meant = ExchangeLiteral, hostWith(in, ip)
	case plain != x.Target:
		x.State = ExchangeWidth
		if addressed(in, plain) {
			x.Meant = plain
		}
	case undotted && (absent || byWildcard(in, four)) && (addressed(in, meant) || snapshot.Below(meant, zone)):
		x.State = ExchangeUndotted
		if addressed(in, meant) {
			x.Meant = meant
		}
	case absent:
		x.State = ExchangeDead
	case len(four.Records)+len(six.Records) == 0:
		x.State = ExchangeUnseen
	case !slices.ContainsFunc(slices.Concat(four.Data(), six.Data()), public):
		x.State = ExchangePrivate
	case len(four.Chain) > 0 && four.Chain[0].Name == x.Target:
		x.State, x.Meant = ExchangeAlias, four.Chain[len(four.Chain)-1].Target
	default:
		x.State = ExchangeOK
	}
}

// byWildcard reports whether an address is what the zone gives any name.
func byWildcard(in In, a snapshot.Answer) bool {
	wild := in.DNS.Get(WildcardLabel+"."+in.Answers.Domain, snapshot.A)
	return len(wild.Records) > 0 && slices.Equal(wild.Data(), a.Data())
}

// addressed reports whether a name is known to have an address.
func addressed(in In, name string) bool {
	return len(in.DNS.Get(name, snapshot.A).Records)+len(in.DNS.Get(name, snapshot.AAAA).Records) > 0
}

// public reports whether the internet reaches an address.
func public(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	return err == nil && !snapshot.IsPrivate(ip)
}

// hostWith finds a name that has the address: the usual one of the domain, the address's own that leads back to it, or
// the domain itself; "" where none was seen.
func hostWith(in In, ip netip.Addr) string {
	names := []string{"mail." + in.Answers.Domain}
	names = append(names, in.DNS.Get(snapshot.Reverse(ip), snapshot.PTR).Data()...)
	for _, name := range append(names, in.Answers.Domain) {
		for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
			if a := in.DNS.Get(name, t); len(a.Chain) == 0 && slices.Contains(a.Data(), ip.String()) {
				return name
			}
		}
	}
	return ""
}

// NullMX reports whether the only MX says that the domain takes no mail (RFC 7505 section 3).
func NullMX(in In) bool {
	mx := in.DNS.Get(in.Answers.Domain, snapshot.MX)
	return len(mx.Records) == 1 && (mx.Records[0].Data == "" || mx.Records[0].Data == ".")
}

// mxNull: mail is sent from a domain that says it takes none; some receivers refuse the sender for it.
func mxNull(in In) []Finding {
	if !NullMX(in) || SendsNothing(in) {
		return nil
	}
	return one(Finding{Evidence: evidence(in.DNS.Get(in.Answers.Domain, snapshot.MX))})
}

// mxMissing: without an MX, mail goes to the address of the domain itself (RFC 5321 section 5.1). That may be the mail
// server; where it is known to be another, or there is none, mail is lost.
func mxMissing(in In) []Finding {
	a := in.DNS.Get(in.Answers.Domain, snapshot.MX)
	if !a.Absent() || SendsNothing(in) {
		return nil
	}
	four, six := in.DNS.Get(in.Answers.Domain, snapshot.A), in.DNS.Get(in.Answers.Domain, snapshot.AAAA)
	f := Finding{Args: Args{"state": "lost", "service": "", "address": ""}, Evidence: evidence(a, four)}
	if len(four.Records)+len(six.Records) > 0 || !four.Known() {
		f.Severity, f.Args["state"] = Advice, "fallback"
	}
	if service, sure := elsewhere(in, four); service != "" && sure {
		f.Severity = Harms
		f.Args = Args{"state": "elsewhere", "service": service, "address": four.Records[0].Data}
	}
	return one(f)
}

// mxMoved: the MX names the domain's own host, whose address has gone to the website's server, while the mail host is
// elsewhere.
func mxMoved(in In) []Finding {
	own := in.DNS.Get(in.Answers.Domain, snapshot.A)
	for _, x := range Exchanges(in) {
		if x.State != ExchangeOK && x.State != ExchangeAlias {
			continue
		}
		at := in.DNS.Get(x.Target, snapshot.A)
		if !snapshot.Below(x.Target, in.Answers.Domain) || len(own.Records) == 0 || !slices.Equal(own.Data(), at.Data()) {
			return nil // a mail server of its own
		}
		service, sure := elsewhere(in, at)
		if service == "" {
			return nil
		}
		f := Finding{
			Args:     Args{"mx": x.Target, "address": at.Records[0].Data, "service": service},
			Evidence: evidence(in.DNS.Get(in.Answers.Domain, snapshot.MX), at, in.DNS.Get(reverseOf(at), snapshot.PTR)),
		}
		if !sure {
			f.Severity = Advice
		}
		return one(f)
	}
	return nil
}

func reverseOf(a snapshot.Answer) string {
	ip, err := netip.ParseAddr(a.Records[0].Data)
	if err != nil {
		return ""
	}
	return snapshot.Reverse(ip)
}

// elsewhere names the mail host in use that is known not to be at the addresses: they are none of its own, and their
// reverse names, which were seen, are not its. sure is false where only DNS names the host, and may be out of date. "" where
// it may well be there.
func elsewhere(in In, at snapshot.Answer) (service string, sure bool) {
	if len(at.Records) == 0 || in.Catalog == nil {
		return "", false
	}
	ptr := in.DNS.Get(reverseOf(at), snapshot.PTR)
	if !ptr.Known() {
		return "", false
	}
	for _, s := range Services(in) {
		if !s.Host {
			continue
		}
		h, ok := in.Catalog.Host(s.ID)
		if !ok || h.Own || mayBe(in, s, h, at, ptr.Data()) {
			return "", false
		}
		if service == "" {
			service = s.ID
		}
	}
	return service, len(in.Answers.HostIDs()) > 0
}

// mayBe reports whether the addresses may be the host's. A host that takes mail under its customers' own names is known by
// its servers' reverse names; one without any says nothing, unless the very server is known.
func mayBe(in In, s Service, h catalog.Host, at snapshot.Answer, names []string) bool {
	for _, n := range names {
		if slices.Contains(in.Catalog.NameOwners(n), h.ID) {
			return true
		}
	}
	nets := networks(in, s)
	if len(nets) == 0 || len(h.Detect.MX)+len(h.Detect.PTR) == 0 || len(h.Detect.PTR) > 0 && len(names) == 0 && s.Value == "" {
		return true // nothing is known of where it is
	}
	return slices.ContainsFunc(at.Data(), func(v string) bool {
		ip, err := netip.ParseAddr(v)
		return err != nil || slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(ip) })
	})
}

// networks lists the addresses from which a service sends, by its own SPF terms, without those that only say "wherever
// this domain points". Nothing where an answer to that is missing.
func networks(in In, s Service) []netip.Prefix {
	var out []netip.Prefix
	for _, t := range Terms(in) {
		if t.Service != s.ID || t.Text == "" || t.Usual {
			continue
		}
		tree := spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, "v=spf1 "+t.Text+" -all")
		if len(tree.Missing) > 0 {
			return nil
		}
		out = append(out, tree.Networks...)
	}
	return out
}

// mxAddress: an MX record must name a host (RFC 1035 section 3.3.9); this one has an address, or letters that no name has.
func mxAddress(in In) []Finding {
	var out []Finding
	list := Exchanges(in)
	for _, x := range list {
		if x.State != ExchangeLiteral && x.State != ExchangeWidth {
			continue
		}
		shown := reading.Unescape(x.Target)
		f := Finding{
			Args:     Args{"target": shown, "kind": string(x.State), "meant": x.Meant},
			Evidence: evidence(append([]snapshot.Answer{in.DNS.Get(in.Answers.Domain, snapshot.MX)}, x.evidence...)...),
		}
		if x.Meant == "" && receives(list) {
			f.Severity = Advice // another one takes the mail, and what belongs here is not known
		}
		out = append(out, f)
	}
	return out
}

// receives reports whether one of the MX records takes mail.
func receives(list []Exchange) bool {
	return slices.ContainsFunc(list, func(x Exchange) bool { return x.State == ExchangeOK || x.State == ExchangeAlias })
}

// mxCNAME: nearly everybody delivers to an alias all the same, so it is advice, and no reason to touch what works.
func mxCNAME(in In) []Finding {
	var out []Finding
	for _, x := range Exchanges(in) {
		if x.State == ExchangeAlias {
			out = append(out, Finding{
				Args:     Args{"target": x.Target, "meant": x.Meant},
				Evidence: evidence(append([]snapshot.Answer{in.DNS.Get(in.Answers.Domain, snapshot.MX)}, x.evidence...)...),
			})
		}
	}
	return out
}

// mxDead: an MX that leads to no server. It harms where no other takes the mail.
func mxDead(in In) []Finding {
	if SendsNothing(in) {
		return nil
	}
	list := Exchanges(in)
	unseen := slices.ContainsFunc(list, func(x Exchange) bool { return x.State == ExchangeUnseen })
	var out []Finding
	for _, x := range list {
		null := x.State == ExchangeNull && len(list) > 1
		if x.State != ExchangeDead && x.State != ExchangePrivate && !null {
			continue
		}
		f := Finding{
			Args:     Args{"target": or(x.Target, "."), "kind": string(x.State), "others": "no"},
			Evidence: evidence(append([]snapshot.Answer{in.DNS.Get(in.Answers.Domain, snapshot.MX)}, x.evidence...)...),
		}
		if receives(list) || unseen {
			f.Severity, f.Args["others"] = Advice, "yes"
		}
		out = append(out, f)
	}
	return out
}

// mxOK: a server takes the mail, as far as DNS tells.
func mxOK(in In) []Finding {
	a := in.DNS.Get(in.Answers.Domain, snapshot.MX)
	list := Exchanges(in)
	if !a.Known() || !receives(list) {
		return nil
	}
	if len(mxMoved(in)) > 0 || hiddenByAlias(in) {
		return nil
	}
	return one(Finding{Args: Args{"hosts": strings.Join(a.Data(), ", ")}, Evidence: evidence(a)})
}

// ownServer reports whether the owner runs the mail server, and the address that was told for it.
func ownServer(in In) (addr string, ok bool) {
	if in.Catalog == nil {
		return "", false
	}
	for _, h := range in.Answers.Hosts {
		if e, known := in.Catalog.Host(h.ID); known && e.Own && h.ID != owner.Unknown {
			return h.Value, true
		}
	}
	return "", false
}
