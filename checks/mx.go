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
	MXUnseenRecord  = State{"what", "record"}  // which servers take the mail
	MXUnseenAddress = State{"what", "address"} // where one of them is
)

// MXUnknownArgs are the arguments of mx-unknown.
type MXUnknownArgs struct {
	Host   Name // whose address was asked for, with MXUnseenAddress
	Reason Reason
}

var ruleMXUnknown = Rule{
	Code: MXUnknown, Severity: Unknown, RFC: "RFC 5321 section 5.1",
	After:   after(),
	Aspects: []Aspect{{MXUnseenRecord, MXUnseenAddress}},
	Args:    MXUnknownArgs{},
	Judge:   mxUnknown,
}

// mxUnknown: it could not be seen which server takes the mail, or none of those that are named was seen to have an address.
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

// mxNull: mail is sent from a domain that says it takes none; some receivers refuse the sender for it. Where only the SPF
// record says that somebody sends, it is not known that anybody does.
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

// mxEvidence is the answer to the domain's MX, and what else was seen.
func mxEvidence(in *facts.Facts, more ...snapshot.Answer) []snapshot.Answer {
	return facts.Evidence(append([]snapshot.Answer{in.DNS.Get(in.Owner.Domain, snapshot.MX)}, more...)...)
}

// The states of mx-missing.
var (
	MXLost      = State{"state", "lost"}      // mail has nowhere to go
	MXFallback  = State{"state", "fallback"}  // it goes to the domain's own address, which may be right
	MXElsewhere = State{"state", "elsewhere"} // it goes to the domain's own address, which is not the mail host
)

// MXMissingArgs are the arguments of mx-missing.
type MXMissingArgs struct {
	Service Service // the mail host, with MXElsewhere
	Address Address // where mail goes instead, with MXElsewhere
}

var ruleMXMissing = Rule{
	Code: MXMissing, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(NSMoving, NSElsewhere, CNAMEBeside),
	Aspects: []Aspect{{MXLost, MXFallback, MXElsewhere}},
	Args:    MXMissingArgs{},
	Judge:   mxMissing,
}

// mxMissing: without an MX, mail goes to the address of the domain itself (RFC 5321 section 5.1). That may be the mail
// server; where it is known to be another, or there is none, mail is lost.
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

// mxMoved: the MX names the domain's own host, whose address has gone to the website's server, while the mail host is
// elsewhere.
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

// The states of mx-elsewhere.
var (
	ElsewhereAll  = State{"part", "all"}   // no MX leads to the mail host
	ElsewherePart = State{"part", "part"}  // some do, others lead to another company
	GiveKnown     = State{"give", "given"} // the mail host's MX is known
	GiveUnknown   = State{"give", "not-given"}
)

// MXElsewhereArgs are the arguments of mx-elsewhere.
type MXElsewhereArgs struct {
	Service Service // the mail host
	At      Service // whose servers take the mail
	Hosts   Names   // of the MX records that lead there
	Give    Names   // the mail host's MX, each with its preference, with GiveKnown
}

var ruleMXElsewhere = Rule{
	Code: MXAtAnother, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(),
	Aspects: []Aspect{{ElsewhereAll, ElsewherePart}, {GiveKnown, GiveUnknown}},
	Args:    MXElsewhereArgs{},
	Judge:   mxElsewhere,
}

// mxElsewhere: the owner keeps the mailboxes at one company, and mail is delivered, all of it or now and then, to another.
func mxElsewhere(in *facts.Facts) []Finding {
	m, ok := in.ElsewhereMX()
	if !ok {
		return nil
	}
	return one(Finding{
		States:   []State{either(m.All, ElsewhereAll, ElsewherePart), either(len(m.Host.MX) > 0, GiveKnown, GiveUnknown)},
		Args:     MXElsewhereArgs{Service(m.Host.ID), Service(m.At), m.Targets, m.Host.MX},
		Evidence: mxEvidence(in),
	})
}

// The states of mx-address.
var (
	MXLiteral   = State{"kind", "literal"} // an address in place of a name
	MXWidth     = State{"kind", "width"}   // full-width letters
	MXMeant     = State{"meant", "known"}  // the name that belongs there was seen
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
	Aspects: []Aspect{{MXLiteral, MXWidth}, {MXMeant, MXMeantNone}},
	Args:    MXAddressArgs{},
	Judge:   mxAddress,
}

// mxAddress: an MX record must name a host (RFC 1035 section 3.3.9); this one has an address, or letters that no name has.
func mxAddress(in *facts.Facts) []Finding {
	var out []Finding
	list := in.Exchanges()
	for _, x := range list {
		if x.State != facts.ExchangeLiteral && x.State != facts.ExchangeWidth {
			continue
		}
		f := Finding{
			States:   []State{either(x.State == facts.ExchangeLiteral, MXLiteral, MXWidth), either(x.Meant != "", MXMeant, MXMeantNone)},
			Args:     MXAddressArgs{Name(reading.Unescape(x.Target)), Name(x.Meant)},
			Evidence: mxEvidence(in, x.Evidence...),
		}
		if x.Meant == "" && facts.Receives(list) {
			f.Severity = Advice // another one takes the mail, and what belongs here is not known
		}
		out = append(out, f)
	}
	return out
}

// MXCNAMEArgs are the arguments of mx-cname.
type MXCNAMEArgs struct {
	Target Name
	Meant  Name // where the alias leads
}

var ruleMXCNAME = Rule{
	Code: MXCNAME, Severity: Advice, RFC: "RFC 2181 section 10.3",
	After: after(),
	Args:  MXCNAMEArgs{},
	Judge: mxCNAME,
}

// mxCNAME: nearly everybody delivers to an alias all the same, so it is advice, and no reason to touch what works.
func mxCNAME(in *facts.Facts) []Finding {
	var out []Finding
	for _, x := range in.Exchanges() {
		if x.State == facts.ExchangeAlias {
			out = append(out, Finding{Args: MXCNAMEArgs{Name(x.Target), Name(x.Meant)}, Evidence: mxEvidence(in, x.Evidence...)})
		}
	}
	return out
}

// The states of mx-dead.
var (
	MXNoAddress = State{"kind", "dead"}     // the name has no address
	MXPrivate   = State{"kind", "private"}  // its address is in a private network
	MXDot       = State{"kind", "null"}     // "takes no mail" beside other records
	MXAlone     = State{"others", "alone"}  // no other record takes the mail
	MXOthers    = State{"others", "others"} // another one does, or may
)

// deadStates are the states by what is known of the record.
var deadStates = map[facts.ExchangeState]State{facts.ExchangeDead: MXNoAddress, facts.ExchangePrivate: MXPrivate, facts.ExchangeNull: MXDot}

// MXDeadArgs are the arguments of mx-dead.
type MXDeadArgs struct {
	Target Name
}

var ruleMXDead = Rule{
	Code: MXDead, Severity: Harms, RFC: "RFC 5321 section 5.1",
	After:   after(CNAMEBeside),
	Aspects: []Aspect{{MXNoAddress, MXPrivate, MXDot}, {MXAlone, MXOthers}},
	Args:    MXDeadArgs{},
	Judge:   mxDead,
}

// mxDead: an MX that leads to no server. It harms where no other takes the mail.
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

// mxOK: a server takes the mail, as far as DNS tells.
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
