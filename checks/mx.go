package checks

import (
	"cmp"
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// The states of mx-unknown: which question had no answer.
var (
	MXUnseenRecord  = State{"what", "record"}  // the MX record
	MXUnseenAddress = State{"what", "address"} // the address of a mail server
)

// MXUnknownArgs are the arguments of mx-unknown.
type MXUnknownArgs struct {
	Host   Name // the mail server, with MXUnseenAddress
	Reason Reason
}

var ruleMXUnknown = Rule{
	Code: MXUnknown, Severity: Unknown, RFC: "RFC 5321 section 5.1",
	After:   after(),
	Aspects: []Aspect{{MXUnseenRecord, MXUnseenAddress}},
	Args:    MXUnknownArgs{},
	Judge:   mxUnknown,
}

// mxUnknown finds failed look-ups because of which it is unknown where mail for the domain goes.
func mxUnknown(in *facts.Facts) []Finding {
	var out []Finding
	for _, a := range in.MXUnseen() {
		f := Finding{Name: a.Name, States: []State{MXUnseenAddress}, Args: MXUnknownArgs{Name(a.Name), Reason(a.Reason)}, Evidence: facts.Evidence(a)}
		if a.Type == snapshot.MX {
			f.States, f.Args = []State{MXUnseenRecord}, MXUnknownArgs{Reason: Reason(a.Reason)}
		}
		out = append(out, f)
	}
	return out
}

var ruleMXNull = Rule{
	Code: MXNull, Severity: Harms, RFC: "RFC 7505 section 4.2",
	After: after(),
	Judge: mxNull,
}

// mxNull finds a null MX (RFC 7505) at a domain that sends mail; some receivers reject such senders. It is Unknown where
// only the SPF record suggests that somebody sends.
func mxNull(in *facts.Facts) []Finding {
	if !in.NullMX() || in.SendsNothing() {
		return nil
	}
	f := Finding{Evidence: mxEvidence(in)}
	if len(in.Services())+len(in.Owner.IPs)+len(in.Owner.Hosts) == 0 {
		f.Severity = Unknown
	}
	return one(f)
}

// mxEvidence returns the answer to the domain's MX query, and more.
func mxEvidence(in *facts.Facts, more ...snapshot.Answer) []snapshot.Answer {
	return facts.Evidence(append([]snapshot.Answer{in.DNS.Get(in.Owner.Domain, snapshot.MX)}, more...)...)
}

// The states of mx-misplaced: where the mail goes today.
var (
	StrayLost = State{"goes", "lost"} // nowhere
	StrayWeb  = State{"goes", "web"}  // to the domain's own address
	StraySame = State{"goes", "same"} // to the domain's own address, which is the mail server's
)

// MXMisplacedArgs are the arguments of mx-misplaced.
type MXMisplacedArgs struct {
	At    Name
	Meant Name
	Hosts Names // the mail servers there
}

var ruleMXMisplaced = Rule{
	Code: MXMisplaced, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(NSMoving, NSElsewhere, CNAMEBeside),
	Aspects: []Aspect{{StrayLost, StrayWeb, StraySame}},
	Args:    MXMisplacedArgs{},
	Judge:   mxMisplaced,
}

// mxMisplaced finds the MX of a domain without one at a name beside it, for which nobody asks.
func mxMisplaced(in *facts.Facts) []Finding {
	at, a := in.StrayMX()
	if at == "" {
		return nil
	}
	f := Finding{Name: at, States: []State{StrayLost}, Args: MXMisplacedArgs{Name(at), Name(in.Owner.Domain), a.Data()}, Evidence: mxEvidence(in, a)}
	switch own := in.DNS.Get(in.Owner.Domain, snapshot.A); {
	case len(own.Records) == 0:
	case slices.Equal(own.Data(), in.DNS.Get(a.Records[0].Data, snapshot.A).Data()):
		f.Severity, f.States = Advice, []State{StraySame}
	default:
		f.States = []State{StrayWeb}
	}
	return one(f)
}

// The states of mx-missing: where mail goes without an MX record.
var (
	MXLost      = State{"state", "lost"}      // nowhere
	MXFallback  = State{"state", "fallback"}  // to the domain's own address, which may be right
	MXElsewhere = State{"state", "elsewhere"} // to the domain's own address, which is not the mail host's
)

// MXMissingArgs are the arguments of mx-missing.
type MXMissingArgs struct {
	Service Service // the mail host, with MXElsewhere
	Address Address // where mail goes instead, with MXElsewhere
}

var ruleMXMissing = Rule{
	Code: MXMissing, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(NSMoving, NSElsewhere, MXMisplaced, CNAMEBeside),
	Aspects: []Aspect{{MXLost, MXFallback, MXElsewhere}},
	Args:    MXMissingArgs{},
	Judge:   mxMissing,
}

// mxMissing finds a domain without MX. Mail then goes to the domain's own address (RFC 5321 section 5.1), which may be
// the mail server; where there is none, or it is known to be another machine, mail is lost.
func mxMissing(in *facts.Facts) []Finding {
	if !in.LacksMX() {
		return nil
	}
	four, six := in.DNS.Get(in.Owner.Domain, snapshot.A), in.DNS.Get(in.Owner.Domain, snapshot.AAAA)
	f := Finding{States: []State{MXLost}, Args: MXMissingArgs{}, Evidence: mxEvidence(in, four)}
	if len(four.Records)+len(six.Records) > 0 || !four.Known() {
		f.Severity, f.States = Advice, []State{MXFallback}
	}
	if service, sure := in.HostElsewhere(four); service != "" && sure {
		f.Severity, f.States = Harms, []State{MXElsewhere}
		f.Args = MXMissingArgs{Service(service), Address(four.Records[0].Data)}
	}
	return one(f)
}

// MXMovedArgs are the arguments of mx-moved.
type MXMovedArgs struct {
	MX      Name
	Address Address
	Service Service // the mail host
}

var ruleMXMoved = Rule{
	Code: MXMoved, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After: after(),
	Args:  MXMovedArgs{},
	Judge: mxMoved,
}

// mxMoved finds an MX that names a host of the domain whose address is the website's server, while the mailboxes are at
// another company.
func mxMoved(in *facts.Facts) []Finding {
	m, ok := in.MovedMX()
	if !ok {
		return nil
	}
	f := Finding{Args: MXMovedArgs{Name(m.Target), Address(m.Address), Service(m.Service)}, Evidence: m.Evidence}
	if !m.Told {
		f.Severity = Advice
	}
	return one(f)
}

// The states of mx-elsewhere: how many of the MX records lead to another company, and whether the right ones are known.
var (
	ElsewhereAll  = State{"part", "all"}   // no MX leads to the mail host
	ElsewherePart = State{"part", "part"}  // some do, others lead to another company
	ElsewhereSend = State{"part", "send"}  // some do, others to a service for sending
	GiveKnown     = State{"give", "given"} // the mail host's MX is known
	GiveUnknown   = State{"give", "not-given"}
)

// MXElsewhereArgs are the arguments of mx-elsewhere.
type MXElsewhereArgs struct {
	Service Service // the mail host
	At      Service // the company whose servers receive the mail
	Hosts   Names   // targets of the MX records that lead there
	Give    Names   // the mail host's MX, each with its preference, with GiveKnown
}

var ruleMXElsewhere = Rule{
	Code: MXAtAnother, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(),
	Aspects: []Aspect{{ElsewhereAll, ElsewherePart, ElsewhereSend}, {GiveKnown, GiveUnknown}},
	Args:    MXElsewhereArgs{},
	Judge:   mxElsewhere,
}

// mxElsewhere finds MX records that deliver all or some mail to another company than the one where the owner has the
// mailboxes.
func mxElsewhere(in *facts.Facts) []Finding {
	m, ok := in.ElsewhereMX()
	if !ok {
		return nil
	}
	part := either(m.All, ElsewhereAll, ElsewherePart)
	if m.Sending {
		part = ElsewhereSend
	}
	return one(Finding{
		States:   []State{part, either(len(m.Host.MX) > 0, GiveKnown, GiveUnknown)},
		Args:     MXElsewhereArgs{Service(m.Host.ID), Service(m.At), m.Targets, m.Host.MX},
		Evidence: mxEvidence(in),
	})
}

// The states of mx-address: what stands in place of a host name, and whether the right name is known.
var (
	MXLiteral   = State{"kind", "literal"} // an IP address
	MXWidth     = State{"kind", "width"}   // full-width letters
	MXText      = State{"kind", "text"}    // a name with something around it
	MXMeant     = State{"meant", "known"}  // a name with that address was seen
	MXMeantNone = State{"meant", "unknown"}
)

// MXAddressArgs are the arguments of mx-address.
type MXAddressArgs struct {
	Target Name
	Meant  Name // the name that belongs there, with MXMeant
}

var ruleMXAddress = Rule{
	Code: MXAddress, Severity: Harms, RFC: "RFC 1035 section 3.3.9",
	After:   after(),
	Aspects: []Aspect{{MXLiteral, MXWidth, MXText}, {MXMeant, MXMeantNone}},
	Args:    MXAddressArgs{},
	Judge:   mxAddress,
}

// mxAddress finds MX records whose target is an IP address, has full-width letters or more in it than a name; it must be a host
// name (RFC 1035 section 3.3.9).
func mxAddress(in *facts.Facts) []Finding {
	kinds := map[facts.ExchangeState]State{facts.ExchangeLiteral: MXLiteral, facts.ExchangeWidth: MXWidth, facts.ExchangeText: MXText}
	var out []Finding
	list := in.Exchanges()
	for _, x := range list {
		kind, ok := kinds[x.State]
		if !ok {
			continue
		}
		f := Finding{
			States:   []State{kind, either(x.Meant != "", MXMeant, MXMeantNone)},
			Args:     MXAddressArgs{Name(reading.Unescape(x.Target)), Name(x.Meant)},
			Evidence: mxEvidence(in, x.Evidence...),
		}
		if x.Meant == "" && facts.Receives(list) {
			f.Severity = Advice // another server receives the mail, and the right name is unknown
		}
		out = append(out, f)
	}
	return out
}

// MXProxiedArgs are the arguments of mx-proxied.
type MXProxiedArgs struct {
	Target Name
	Panel  Panel // whose web proxy it is
	Switch Switch
}

var ruleMXProxied = Rule{
	Code: MXProxied, Severity: Harms, RFC: "RFC 5321 section 5.1", Page: "https://developers.cloudflare.com/dns/troubleshooting/email-issues/",
	After: after(),
	Args:  MXProxiedArgs{},
	Judge: mxProxied,
}

// mxProxied finds MX records whose target leads to the web proxy of the zone's DNS panel, which passes no mail. It is advice
// if another MX receives the mail.
func mxProxied(in *facts.Facts) []Finding {
	var out []Finding
	list := in.Exchanges()
	for _, x := range list {
		if x.State != facts.ExchangeProxied {
			continue
		}
		f := Finding{Args: MXProxiedArgs{Name(x.Target), Panel(x.Panel), Switch(x.Panel)}, Evidence: mxEvidence(in, x.Evidence...)}
		if facts.Receives(list) {
			f.Severity = Advice
		}
		out = append(out, f)
	}
	return out
}

// MXCNAMEArgs are the arguments of mx-cname.
type MXCNAMEArgs struct {
	Target Name
	Meant  Name // the canonical name
}

var ruleMXCNAME = Rule{
	Code: MXCNAME, Severity: Advice, RFC: "RFC 2181 section 10.3",
	After: after(),
	Args:  MXCNAMEArgs{},
	Judge: mxCNAME,
}

// mxCNAME finds MX records whose target is a CNAME (RFC 2181 section 10.3). Nearly every sender delivers to it all the
// same, so it is advice.
func mxCNAME(in *facts.Facts) []Finding {
	var out []Finding
	for _, x := range in.Exchanges() {
		if x.State == facts.ExchangeAlias {
			out = append(out, Finding{Args: MXCNAMEArgs{Name(x.Target), Name(x.Meant)}, Evidence: mxEvidence(in, x.Evidence...)})
		}
	}
	return out
}

// The states of mx-dead: why the record leads to no server, and whether other records do.
var (
	MXNoAddress = State{"kind", "dead"}     // the name has no address
	MXPrivate   = State{"kind", "private"}  // its address is in a private network
	MXDot       = State{"kind", "null"}     // a null MX beside other records
	MXSixOnly   = State{"kind", "six-only"} // the name has only an IPv6 address, and so has every other
	MXAlone     = State{"others", "alone"}  // no other record leads to a server
	MXOthers    = State{"others", "others"} // another one does, or may do
	MXOverSix   = State{"others", "six"}    // it receives mail from senders that have IPv6, with MXSixOnly
)

// deadStates maps the states of MX records that lead to no server to states of mx-dead.
var deadStates = map[facts.ExchangeState]State{facts.ExchangeDead: MXNoAddress, facts.ExchangePrivate: MXPrivate, facts.ExchangeNull: MXDot}

// MXDeadArgs are the arguments of mx-dead.
type MXDeadArgs struct {
	Target Name
}

var ruleMXDead = Rule{
	Code: MXDead, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(CNAMEBeside),
	Aspects: []Aspect{{MXNoAddress, MXPrivate, MXDot, MXSixOnly}, {MXAlone, MXOthers, MXOverSix}},
	Args:    MXDeadArgs{},
	Judge:   mxDead,
}

// mxDead finds MX records that lead to no server. It harms where no other record leads to one. Mail servers without an
// IPv4 address get advice.
func mxDead(in *facts.Facts) []Finding {
	if in.SendsNothing() {
		return nil
	}
	list := in.Exchanges()
	unseen := slices.ContainsFunc(list, func(x facts.Exchange) bool { return x.State == facts.ExchangeUnseen })
	var out []Finding
	for _, x := range list {
		state, dead := deadStates[x.State]
		if !dead || x.State == facts.ExchangeNull && len(list) == 1 {
			continue
		}
		f := Finding{
			States: []State{state, MXAlone}, Args: MXDeadArgs{Name(cmp.Or(x.Target, "."))}, Evidence: mxEvidence(in, x.Evidence...),
		}
		if facts.Receives(list) || unseen {
			f.Severity, f.States = Advice, []State{state, MXOthers}
		}
		out = append(out, f)
	}
	for _, x := range in.SixOnlyMX() {
		out = append(out, Finding{Severity: Advice, States: []State{MXSixOnly, MXOverSix}, Args: MXDeadArgs{Name(x.Target)}, Evidence: mxEvidence(in, x.Evidence...)})
	}
	return out
}

// MXOKArgs are the arguments of mx-ok.
type MXOKArgs struct {
	Hosts Names
}

var ruleMXOK = Rule{
	Code: MXOK, Severity: Fine, RFC: "RFC 5321 section 5.1",
	After: after(),
	Args:  MXOKArgs{},
	Judge: mxOK,
}

// mxOK reports that a mail server receives the domain's mail, as far as DNS shows.
func mxOK(in *facts.Facts) []Finding {
	a := in.DNS.Get(in.Owner.Domain, snapshot.MX)
	if !a.Known() || !facts.Receives(in.Exchanges()) || in.HiddenByAlias() {
		return nil
	}
	_, moved := in.MovedMX()
	if _, elsewhere := in.ElsewhereMX(); moved || elsewhere {
		return nil
	}
	return one(Finding{Args: MXOKArgs{a.Data()}, Evidence: facts.Evidence(a)})
}
