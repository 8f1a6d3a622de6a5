package checks

import (
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// spfSeverity returns the severity of an SPF failure. Gmail asks small senders for SPF or DKIM, so a broken SPF record
// only harms where a usable key exists.
func spfSeverity(in *facts.Facts) Severity {
	if len(in.GoodSelectors()) > 0 && !in.ListUnsigned() {
		return Harms
	}
	return Blocks
}

// spfEvidence returns the answer that holds the domain's own SPF record.
func spfEvidence(in *facts.Facts) []snapshot.Answer {
	return facts.Evidence(in.DNS.TXT(in.Owner.Domain))
}

// UnseenArgs are the arguments of spf-unknown and dmarc-unknown.
type UnseenArgs struct {
	Reason Reason
}

// The states of spf-unknown: which look-up failed.
var (
	SPFUnseenRecord  = State{"what", "record"}  // of a record in the include tree
	SPFUnseenAddress = State{"what", "address"} // of the servers that a term names
)

var ruleSPFUnknown = Rule{
	Code: SPFUnknown, Severity: Unknown, RFC: rfcSPF + " section 2.6.6",
	After:   after(),
	Aspects: []Aspect{{SPFUnseenRecord, SPFUnseenAddress}},
	Args:    UnseenArgs{},
	Judge:   spfUnknown,
}

// spfUnknown finds failed look-ups of the SPF record, of a record that it includes, or of the servers that its terms
// name.
func spfUnknown(in *facts.Facts) []Finding {
	var out []Finding
	for _, a := range in.SPFUnseen() {
		if i := len(out) - 1; i >= 0 && out[i].Name == a.Name { // A and AAAA of one name
			out[i].Evidence = append(out[i].Evidence, a)
			continue
		}
		out = append(out, Finding{Name: a.Name, States: []State{either(a.Type == snapshot.TXT, SPFUnseenRecord, SPFUnseenAddress)},
			Args: UnseenArgs{Reason(a.Reason)}, Evidence: facts.Evidence(a)})
	}
	return out
}

// CountArgs are the arguments of spf-multiple and dmarc-multiple.
type CountArgs struct {
	Count Count // of records
}

var ruleSPFMultiple = Rule{
	Code: SPFMultiple, Severity: Blocks, RFC: rfcSPF + " section 4.5",
	After: after(),
	Args:  CountArgs{},
	Judge: spfMultiple,
}

// spfMultiple finds several SPF records at the domain, which is a permanent error (RFC 7208 section 4.5).
func spfMultiple(in *facts.Facts) []Finding {
	recs, _ := in.SPFRecords()
	if len(recs) < 2 { // records that were kept of a cut answer count
		return nil
	}
	return one(Finding{Severity: spfSeverity(in), Args: CountArgs{Count(len(recs))}, Evidence: spfEvidence(in)})
}

// SPFMisplacedArgs are the arguments of spf-misplaced.
type SPFMisplacedArgs struct {
	At     Name
	Domain Name
}

var ruleSPFMisplaced = Rule{
	Code: SPFMisplaced, Severity: Harms, RFC: rfcSPF + " section 3",
	After: after(),
	Args:  SPFMisplacedArgs{},
	Judge: spfMisplaced,
}

// spfMisplaced finds an SPF record at www, mail or a half-typed name while the domain itself has none.
func spfMisplaced(in *facts.Facts) []Finding {
	if !in.LacksSPF() {
		return nil
	}
	var out []Finding
	for _, at := range []string{"www." + in.Owner.Domain, "mail." + in.Owner.Domain, "spf." + in.Owner.Domain, "_spf." + in.Owner.Domain, in.HalfTyped()} {
		a := in.DNS.TXT(at)
		if there, seen := reading.SPFRecords(in.DNS, at); seen && len(there) > 0 && !in.MaybeWildcard(a) {
			out = append(out, Finding{Name: at, Severity: spfSeverity(in), Args: SPFMisplacedArgs{Name(at), Name(in.Owner.Domain)}, Evidence: facts.Evidence(a)})
		}
	}
	return out
}

// The states of spf-missing: whether it is known who sends, and so what belongs in the record.
var (
	MissingKnown   = State{"sender", "known"}
	MissingUnknown = State{"sender", "unknown"}
)

// SPFMissingArgs are the arguments of spf-missing.
type SPFMissingArgs struct {
	Domain Name
}

var ruleSPFMissing = Rule{
	Code: SPFMissing, Severity: Blocks, RFC: rfcSPF + " section 4.5", Page: gmailGuide,
	After:   after(DomainShared, NSMoving, NSElsewhere, SPFSyntax, SPFTypographic, SPFMisplaced, NameDoubled, CNAMEBeside, RecordWrongType),
	Aspects: []Aspect{{MissingKnown, MissingUnknown}},
	Args:    SPFMissingArgs{},
	Judge:   spfMissing,
}

// spfMissing reports that the domain sends mail and was seen to have no SPF record.
func spfMissing(in *facts.Facts) []Finding {
	if !in.LacksSPF() || in.SendsNothing() {
		return nil
	}
	return one(Finding{Severity: spfSeverity(in), States: []State{either(len(in.Terms()) > 0, MissingKnown, MissingUnknown)},
		Args: SPFMissingArgs{Name(in.Owner.Domain)}, Evidence: spfEvidence(in)})
}

// The states of spf-too-many-lookups: which limit is exceeded.
var (
	ManyTerms   = State{"state", "terms"}   // ten terms that need a look-up
	ManyServers = State{"state", "servers"} // ten mail servers behind one mx term
)

// SPFTooManyArgs are the arguments of spf-too-many-lookups.
type SPFTooManyArgs struct {
	Count Count
	Limit Number
	Term  Text   // the term that needs the most
	Cost  Number // how many it needs
}

var ruleSPFTooManyLookups = Rule{
	Code: SPFTooManyLookups, Severity: Blocks, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple),
	Aspects: []Aspect{{ManyTerms, ManyServers}},
	Args:    SPFTooManyArgs{},
	Judge:   spfTooManyLookups,
}

// spfTooManyLookups finds SPF records that exceed the limit of ten DNS look-ups, which is a permanent error (RFC 7208
// section 4.6.4).
func spfTooManyLookups(in *facts.Facts) []Finding {
	m, ok := in.TooManyLookups()
	if !ok {
		return nil
	}
	term, cost := in.Costliest()
	return one(Finding{Severity: spfSeverity(in), Name: m.Name, States: []State{either(m.Servers, ManyServers, ManyTerms)},
		Args: SPFTooManyArgs{Count(m.Count), spf.MaxLookups, Text(term), Number(cost)}, Evidence: m.Evidence})
}

// SPFSenderMissingArgs are the arguments of spf-sender-missing.
type SPFSenderMissingArgs struct {
	Service Service
	Terms   Texts // the terms that are missing
}

var ruleSPFSenderMissing = Rule{
	Code: SPFSenderMissing, Severity: Blocks, RFC: rfcSPF + " section 5", Page: gmailGuide,
	After: after(SPFMissing, SPFSyntax, SPFTypographic, SPFIneffective, SPFUnread),
	Args:  SPFSenderMissingArgs{},
	Judge: spfSenderMissing,
}

// spfSenderMissing finds services in use whose mail the SPF record does not let pass.
func spfSenderMissing(in *facts.Facts) []Finding {
	var out []Finding
	for _, l := range in.Lacks() {
		if l.Unknown || len(l.Others) > 0 {
			continue // spf-unknown, spf-host-unknown or spf-none-covered reports it
		}
		if _, refused := in.RefusedBefore(l); refused {
			continue // spf-sender-refused reports it
		}
		if l.Service == owner.FromOwner && !slices.ContainsFunc(l.Terms, func(term string) bool {
			return !slices.ContainsFunc(out, func(f Finding) bool { return slices.Contains(f.Args.(SPFSenderMissingArgs).Terms, term) })
		}) {
			continue // the address of a server that is in the list already
		}
		out = append(out, Finding{Severity: spfSeverity(in), Args: SPFSenderMissingArgs{Service(l.Service), l.Terms}, Evidence: spfEvidence(in)})
	}
	return out
}

// SPFNoneCoveredArgs are the arguments of spf-none-covered.
type SPFNoneCoveredArgs struct {
	Services Services // the candidates, one of which sends
}

var ruleSPFNoneCovered = Rule{
	Code: SPFNoneCovered, Severity: Blocks, RFC: rfcSPF + " section 5", Page: gmailGuide,
	After: after(SPFMissing, SPFSyntax, SPFTypographic, SPFIneffective),
	Args:  SPFNoneCoveredArgs{},
	Judge: spfNoneCovered,
}

// spfNoneCovered finds groups of services of which DNS shows that one sends, where the SPF record covers none of them.
func spfNoneCovered(in *facts.Facts) []Finding {
	var out []Finding
	for _, l := range in.Lacks() {
		if !l.Unknown && len(l.Others) > 0 {
			out = append(out, Finding{Severity: spfSeverity(in), Args: SPFNoneCoveredArgs{append(Services{l.Service}, l.Others...)}, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// The states of spf-host-unknown: why it is unknown whether the record covers the sender; see facts.Doubt.
var (
	WhoNobody   = State{"who", "nobody"}
	WhoReceiver = State{"who", "receiver"}
	WhoForward  = State{"who", "forward"}
	WhoGateway  = State{"who", "gateway"}
	WhoDiffer   = State{"who", "differ"}
	WhoMail     = State{"who", "mail"}
	WhoUnseen   = State{"who", "unseen"}
)

// whoStates maps each doubt to its state.
var whoStates = map[facts.Doubt]State{
	facts.DoubtNobody: WhoNobody, facts.DoubtReceiver: WhoReceiver, facts.DoubtForward: WhoForward, facts.DoubtGateway: WhoGateway,
	facts.DoubtDiffer: WhoDiffer, facts.DoubtMail: WhoMail, facts.DoubtUnseen: WhoUnseen,
}

// SPFHostUnknownArgs are the arguments of spf-host-unknown.
type SPFHostUnknownArgs struct {
	Services Services // the services in doubt; empty if none is known
	Servers  Names    // the domain's mail servers, with WhoReceiver
}

var ruleSPFHostUnknown = Rule{
	Code: SPFHostUnknown, Severity: Unknown, RFC: rfcSPF + " section 4",
	After:   after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic, SPFUnknown),
	Aspects: []Aspect{{WhoNobody, WhoReceiver, WhoForward, WhoGateway, WhoDiffer, WhoMail, WhoUnseen}},
	Args:    SPFHostUnknownArgs{},
	Judge:   spfHostUnknown,
}

// spfHostUnknown reports that there is an SPF record but DNS does not show whether it covers the sender, so the owner has
// to be asked who sends.
func spfHostUnknown(in *facts.Facts) []Finding {
	var out []Finding
	for _, u := range in.Undecided() {
		out = append(out, Finding{States: []State{whoStates[u.Doubt]}, Args: SPFHostUnknownArgs{u.Services, u.Servers},
			Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain), in.DNS.Get(in.Owner.Domain, snapshot.MX))})
	}
	return out
}

// The states of spf-ask: what is unknown.
var (
	AskConsole = State{"ask", "console"} // the terms that it needs, which only its console shows
	AskServer  = State{"ask", "server"}  // which of its servers the owner uses
	AskRoute   = State{"ask", "route"}   // whether its mail goes out directly or through the gateway
	AskTaker   = State{"ask", "taker"}   // whether its mail goes out from the MX server, which the record covers
)

// SPFAskArgs are the arguments of spf-ask.
type SPFAskArgs struct {
	Service Service
	Need    Need
	Where   Where   // where the console shows the server's name or address, with AskServer
	Term    Text    // the missing term; with AskServer it still has its placeholder
	Gateway Service // with AskRoute
}

var ruleSPFAsk = Rule{
	Code: SPFAsk, Severity: Unknown, RFC: rfcSPF + " section 5",
	After:   after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic),
	Aspects: []Aspect{{AskConsole, AskServer, AskRoute, AskTaker}},
	Args:    SPFAskArgs{},
	Judge:   spfAsk,
}

// spfAsk finds services in use of which it is unknown whether the SPF record covers them.
func spfAsk(in *facts.Facts) []Finding {
	var out []Finding
	why := map[string]State{facts.AskConsole: AskConsole, facts.AskServer: AskServer, facts.AskRoute: AskRoute, facts.AskTaker: AskTaker}
	for _, s := range in.SPFAsks() {
		args := SPFAskArgs{Service: Service(s.ID), Need: Need(s.ID), Term: Text(s.Term), Gateway: Service(s.Gateway)}
		f := Finding{States: []State{why[s.Why]}, Evidence: spfEvidence(in)}
		if s.Why == facts.AskServer {
			args.Where = Where(s.ID)
		}
		f.Args = args
		out = append(out, f)
	}
	return out
}

// ServerMisreadArgs are the arguments of spf-server-misread.
type ServerMisreadArgs struct {
	Service Service
	Given   Text
	Where   Where
}

var ruleSPFServerMisread = Rule{
	Code: SPFServerMisread, Severity: Advice, RFC: rfcSPF + " section 5",
	After: after(),
	Args:  ServerMisreadArgs{},
	Judge: spfServerMisread,
}

// spfServerMisread finds answers for a host's server that are not a server of that host and were therefore not used.
func spfServerMisread(in *facts.Facts) []Finding {
	var out []Finding
	for _, s := range in.Services() {
		if s.Misread != "" {
			out = append(out, Finding{Args: ServerMisreadArgs{Service(s.ID), Text(s.Misread), Where(s.ID)}, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// The states of spf-ok: what the judgement assumes.
var (
	Assumed    = State{"assumed", "assumed"}       // that the MX server sends too
	Candidates = State{"candidates", "candidates"} // that one of several services sends, all of which pass
	Kept       = State{"kept", "kept"}             // nothing; a service hosts the record
	Behind     = State{"behind", "behind"}         // that all mail goes out through the gateway
)

// SPFOKArgs are the arguments of spf-ok.
type SPFOKArgs struct {
	Record  Record `words:"-"`
	Lookups Number
	Limit   Number
	Senders Services // the services, server names or addresses that it covers; empty if the domain sends nothing
	Servers Names    // with Assumed
	Gateway Service  // with Behind
	Keeper  Service  // with Kept
}

var ruleSPFOK = Rule{
	Code: SPFOK, Severity: Fine, RFC: rfcSPF + " section 4",
	After:   after(),
	Remarks: []State{Assumed, Candidates, Behind, Kept},
	Args:    SPFOKArgs{},
	Judge:   spfOK,
}

// spfOK reports that exactly one readable record, within its limits, covers everyone who is known or likely to send.
func spfOK(in *facts.Facts) []Finding {
	lost := slices.ContainsFunc(in.UnreadSPF(), func(u facts.Unread) bool { return u.Sure && len(u.Lost) > 0 })
	if !in.SPFPasses() || in.HiddenByAlias() || lost || len(in.Passing()) == 0 {
		return nil
	}
	t, _ := in.SPFTree()
	args := SPFOKArgs{Record: Record(t.Root.Record), Lookups: Number(t.Lookups), Limit: spf.MaxLookups}
	f := Finding{Evidence: spfEvidence(in)}
	for _, s := range in.Passing() {
		if s.ID != "" {
			args.Senders = append(args.Senders, s.ID)
		}
		args.Senders = append(append(args.Senders, s.Or...), s.Servers...)
		switch {
		case s.Likely && s.ID == "":
			args.Servers = s.Servers
			f.States = append(f.States, Assumed)
		case s.Likely && !f.Is(Candidates):
			f.States = append(f.States, Candidates)
		}
	}
	if g, ok := in.Behind(); ok {
		args.Gateway = Service(g)
		f.States = append(f.States, Behind)
	}
	if k := in.Keeper(); k != "" {
		args.Keeper = Service(k)
		f.States = append(f.States, Kept)
	}
	f.Args = args
	return one(f)
}
