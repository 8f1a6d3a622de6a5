package checks

import (
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// spfSeverity: Gmail asks a small sender for SPF or DKIM, so a broken SPF alone refuses nothing where a good key stands.
func spfSeverity(in *facts.Facts) Severity {
	if len(in.GoodSelectors()) > 0 && !in.ListUnsigned() {
		return Harms
	}
	return Blocks
}

// spfEvidence is the answer that holds the domain's own record.
func spfEvidence(in *facts.Facts) []snapshot.Answer {
	return facts.Evidence(in.DNS.TXT(in.Owner.Domain))
}

// UnseenArgs are the arguments of spf-unknown and dmarc-unknown.
type UnseenArgs struct {
	Reason Reason
}

// The states of spf-unknown: which question had no answer.
var (
	SPFUnseenRecord  = State{"what", "record"}  // for a record of the tree
	SPFUnseenAddress = State{"what", "address"} // for the servers that a term of it names
)

var ruleSPFUnknown = Rule{
	Code: SPFUnknown, Severity: Unknown, RFC: rfcSPF + " section 2.6.6",
	After:   after(),
	Aspects: []Aspect{{SPFUnseenRecord, SPFUnseenAddress}},
	Args:    UnseenArgs{},
	Judge:   spfUnknown,
}

// spfUnknown: the record itself, a part of its tree, or the servers that it names could not be seen.
func spfUnknown(in *facts.Facts) []Finding {
	var out []Finding
	for _, a := range in.SPFUnseen() {
		if i := len(out) - 1; i >= 0 && out[i].Name == a.Name { // both families of one name
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

// spfMultiple: two records are a permanent error for every receiver.
func spfMultiple(in *facts.Facts) []Finding {
	recs, _ := in.SPFRecords()
	if len(recs) < 2 { // of an answer that was cut, what is there counts
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

// spfMisplaced: a record at www or mail while the domain itself has none.
func spfMisplaced(in *facts.Facts) []Finding {
	if !in.LacksSPF() {
		return nil
	}
	var out []Finding
	for _, at := range []string{"www." + in.Owner.Domain, "mail." + in.Owner.Domain, in.HalfTyped()} {
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
	After:   after(NSMoving, NSElsewhere, SPFSyntax, SPFTypographic, SPFMisplaced, NameDoubled, CNAMEBeside, RecordWrongType),
	Aspects: []Aspect{{MissingKnown, MissingUnknown}},
	Args:    SPFMissingArgs{},
	Judge:   spfMissing,
}

// spfMissing: it was seen that there is no record.
func spfMissing(in *facts.Facts) []Finding {
	if !in.LacksSPF() || in.SendsNothing() {
		return nil
	}
	return one(Finding{Severity: spfSeverity(in), States: []State{either(len(in.Terms()) > 0, MissingKnown, MissingUnknown)},
		Args: SPFMissingArgs{Name(in.Owner.Domain)}, Evidence: spfEvidence(in)})
}

// The states of spf-too-many-lookups: what there is too much of.
var (
	ManyTerms   = State{"state", "terms"}   // terms that need a look-up
	ManyServers = State{"state", "servers"} // mail servers behind one mx
)

// SPFTooManyArgs are the arguments of spf-too-many-lookups.
type SPFTooManyArgs struct {
	Count Count
	Limit Number
	Term  Text   // that takes the most
	Cost  Number // how many it takes
}

var ruleSPFTooManyLookups = Rule{
	Code: SPFTooManyLookups, Severity: Blocks, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple),
	Aspects: []Aspect{{ManyTerms, ManyServers}},
	Args:    SPFTooManyArgs{},
	Judge:   spfTooManyLookups,
}

// spfTooManyLookups: receivers stop at ten look-ups with a permanent error.
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
	Terms   Texts // that would let its mail pass
}

var ruleSPFSenderMissing = Rule{
	Code: SPFSenderMissing, Severity: Blocks, RFC: rfcSPF + " section 5", Page: gmailGuide,
	After: after(SPFMissing, SPFSyntax, SPFTypographic, SPFIneffective),
	Args:  SPFSenderMissingArgs{},
	Judge: spfSenderMissing,
}

// spfSenderMissing: the record does not let the mail of a service in use pass.
func spfSenderMissing(in *facts.Facts) []Finding {
	var out []Finding
	for _, l := range in.Lacks() {
		if l.Unknown || len(l.Others) > 0 {
			continue // spf-unknown, spf-host-unknown or spf-none-covered says so
		}
		if _, refused := in.RefusedBefore(l); refused {
			continue // spf-sender-refused says so
		}
		if l.Service == "given" && !slices.ContainsFunc(l.Terms, func(term string) bool {
			return !slices.ContainsFunc(out, func(f Finding) bool { return slices.Contains(f.Args.(SPFSenderMissingArgs).Terms, term) })
		}) {
			continue // the address of a server that was named too
		}
		out = append(out, Finding{Severity: spfSeverity(in), Args: SPFSenderMissingArgs{Service(l.Service), l.Terms}, Evidence: spfEvidence(in)})
	}
	return out
}

// SPFNoneCoveredArgs are the arguments of spf-none-covered.
type SPFNoneCoveredArgs struct {
	Services Services // of which one sends
}

var ruleSPFNoneCovered = Rule{
	Code: SPFNoneCovered, Severity: Blocks, RFC: rfcSPF + " section 5", Page: gmailGuide,
	After: after(SPFMissing, SPFSyntax, SPFTypographic, SPFIneffective),
	Args:  SPFNoneCoveredArgs{},
	Judge: spfNoneCovered,
}

// spfNoneCovered: DNS shows that one of several services sends, and the record lets the mail of none of them pass.
func spfNoneCovered(in *facts.Facts) []Finding {
	var out []Finding
	for _, l := range in.Lacks() {
		if !l.Unknown && len(l.Others) > 0 {
			out = append(out, Finding{Severity: spfSeverity(in), Args: SPFNoneCoveredArgs{append(Services{l.Service}, l.Others...)}, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// The states of spf-host-unknown: why it is not known whether the record covers whoever sends.
var (
	WhoNobody   = State{"who", "nobody"}
	WhoReceiver = State{"who", "receiver"}
	WhoForward  = State{"who", "forward"}
	WhoGateway  = State{"who", "gateway"}
	WhoDiffer   = State{"who", "differ"}
	WhoMail     = State{"who", "mail"}
	WhoUnseen   = State{"who", "unseen"}
)

// whoStates are the states by the doubt.
var whoStates = map[facts.Doubt]State{
	facts.DoubtNobody: WhoNobody, facts.DoubtReceiver: WhoReceiver, facts.DoubtForward: WhoForward, facts.DoubtGateway: WhoGateway,
	facts.DoubtDiffer: WhoDiffer, facts.DoubtMail: WhoMail, facts.DoubtUnseen: WhoUnseen,
}

// SPFHostUnknownArgs are the arguments of spf-host-unknown.
type SPFHostUnknownArgs struct {
	Services Services // that it is about; none where nobody is known
	Servers  Names    // that take the domain's mail in, with WhoReceiver
}

var ruleSPFHostUnknown = Rule{
	Code: SPFHostUnknown, Severity: Unknown, RFC: rfcSPF + " section 4",
	After:   after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic, SPFUnknown),
	Aspects: []Aspect{{WhoNobody, WhoReceiver, WhoForward, WhoGateway, WhoDiffer, WhoMail, WhoUnseen}},
	Args:    SPFHostUnknownArgs{},
	Judge:   spfHostUnknown,
}

// spfHostUnknown: there is a record, but DNS does not show whether it lets the sender pass, so it is asked who sends.
func spfHostUnknown(in *facts.Facts) []Finding {
	var out []Finding
	for _, u := range in.Undecided() {
		out = append(out, Finding{States: []State{whoStates[u.Doubt]}, Args: SPFHostUnknownArgs{u.Services, u.Servers},
			Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain), in.DNS.Get(in.Owner.Domain, snapshot.MX))})
	}
	return out
}

// The states of spf-ask: what is not known.
var (
	AskConsole = State{"ask", "console"} // only the service's console tells what it needs
	AskServer  = State{"ask", "server"}  // which of its servers is the owner's
	AskRoute   = State{"ask", "route"}   // whether its mail leaves by itself or through the gateway
	AskTaker   = State{"ask", "taker"}   // whether its mail leaves from the server that takes mail in, which passes
)

// SPFAskArgs are the arguments of spf-ask.
type SPFAskArgs struct {
	Service Service
	Need    Need
	Where   Where   // where the server's name or address stands, with AskServer
	Term    Text    // that is lacking, with AskServer with its gap
	Gateway Service // with AskRoute
}

var ruleSPFAsk = Rule{
	Code: SPFAsk, Severity: Unknown, RFC: rfcSPF + " section 5",
	After:   after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic),
	Aspects: []Aspect{{AskConsole, AskServer, AskRoute, AskTaker}},
	Args:    SPFAskArgs{},
	Judge:   spfAsk,
}

// spfAsk: nobody can say here whether the record covers a service in use. That is asked, never claimed.
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

// spfServerMisread: what the owner gave for a host's server is none of its, so that it was not used.
func spfServerMisread(in *facts.Facts) []Finding {
	var out []Finding
	for _, s := range in.Services() {
		if s.Misread != "" {
			out = append(out, Finding{Args: ServerMisreadArgs{Service(s.ID), Text(s.Misread), Where(s.ID)}, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// The states of spf-ok: what is taken for granted.
var (
	Assumed    = State{"assumed", "assumed"}       // that the server which takes mail in sends too
	Candidates = State{"candidates", "candidates"} // that one of several sends, of which all pass
	Kept       = State{"kept", "kept"}             // at a service that keeps the record
	Behind     = State{"behind", "behind"}         // that mail leaves through the gateway alone
)

// SPFOKArgs are the arguments of spf-ok.
type SPFOKArgs struct {
	Record  Record `words:"-"`
	Lookups Number
	Limit   Number
	Senders Services // whom it covers: services, names or addresses of servers; none where the domain sends nothing
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

// spfOK: one readable record within its limits lets the mail of everyone pass who is known to send, or likely to.
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

// The states of spf-include-dead and spf-loop: why the term leads nowhere, and who can mend it.
var (
	DeadMissing  = State{"why", "missing"}  // no record there
	DeadSeveral  = State{"why", "several"}  // several records there
	DeadSyntax   = State{"why", "syntax"}   // a record that cannot be read
	DeadSenders  = State{"why", "senders"}  // no record there for the addresses that are known to send
	HolderDomain = State{"whose", "domain"} // the term is in the domain's own record
	HolderOwn    = State{"whose", "own"}    // in another record of the owner's
	HolderTheirs = State{"whose", "theirs"} // in a company's record
	MendTarget   = State{"mend", "target"}  // what it leads to is the owner's, and is to be mended there
	MendMake     = State{"mend", "make"}    // it is a name of the owner's, and was never made
	MendTerm     = State{"mend", "term"}    // the term is to go from the domain's own record
	MendHolder   = State{"mend", "holder"}  // the record that holds the term is to be mended
	MendCompany  = State{"mend", "company"} // only a company can mend it
)

// SPFDeadArgs are the arguments of spf-include-dead and spf-loop.
type SPFDeadArgs struct {
	Include Name // where the term leads
	Term    Text // as written
	Holder  Name // whose record holds the term
	Top     Text // the term of the own record that leads to it
}

var ruleSPFIncludeDead = Rule{
	Code: SPFIncludeDead, Severity: Blocks, RFC: rfcSPF + " section 5.2",
	After:   after(SPFMultiple, SPFPlaceholder),
	Aspects: []Aspect{{DeadMissing, DeadSeveral, DeadSyntax, DeadSenders}, {HolderDomain, HolderOwn, HolderTheirs}, {MendTarget, MendMake, MendTerm, MendHolder, MendCompany}},
	Args:    SPFDeadArgs{},
	Judge:   spfIncludeDead,
}

// spfIncludeDead: an include or redirect leads to a name without exactly one readable record, which is a permanent error
// for every receiver that reaches it.
func spfIncludeDead(in *facts.Facts) []Finding {
	why := map[string]State{"several-records": DeadSeveral, "syntax": DeadSyntax}
	var out []Finding
	torn := in.TornSPF()
	for _, d := range onceEach(in.DeadEnds(), false) {
		if torn && d.Holder == in.Owner.Domain {
			continue // nobody wrote that name
		}
		state, ok := why[d.Node.Why]
		if !ok {
			state = DeadMissing
		}
		f := deadEnd(in, d, d.Node.Domain)
		switch {
		case d.Some:
			state = DeadSenders
		case in.DNS.InZone(d.Node.Domain):
			f.States[1] = either(state == DeadMissing, MendMake, MendTarget)
		}
		f.States = append([]State{state}, f.States...)
		out = append(out, f)
	}
	return out
}

var ruleSPFLoop = Rule{
	Code: SPFLoop, Severity: Blocks, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple, SPFPlaceholder),
	Aspects: []Aspect{{HolderDomain, HolderOwn, HolderTheirs}, {MendTerm, MendHolder, MendCompany}},
	Args:    SPFDeadArgs{},
	Judge:   spfLoop,
}

// spfLoop: a record includes one that it stands in itself.
func spfLoop(in *facts.Facts) []Finding {
	var out []Finding
	for _, d := range onceEach(in.DeadEnds(), true) {
		out = append(out, deadEnd(in, d, d.Holder))
	}
	return out
}

// onceEach keeps the dead ends that are loops, or those that are none, each term of a holder once.
func onceEach(all []facts.DeadEnd, loops bool) []facts.DeadEnd {
	var out []facts.DeadEnd
	for _, d := range all {
		same := func(e facts.DeadEnd) bool { return e.Node.Term == d.Node.Term && e.Holder == d.Holder }
		if (d.Node.Why == "loop") == loops && !slices.ContainsFunc(out, same) {
			out = append(out, d)
		}
	}
	return out
}

// deadEnd tells of a dead end, with the answer at a name as its evidence.
func deadEnd(in *facts.Facts, d facts.DeadEnd, at string) Finding {
	states := []State{HolderTheirs, MendCompany}
	switch {
	case d.Holder == in.Owner.Domain:
		states = []State{HolderDomain, MendTerm}
	case d.Own:
		states = []State{HolderOwn, MendHolder}
	}
	return Finding{
		Severity: spfSeverity(in), Evidence: facts.Evidence(in.DNS.TXT(at)), States: states,
		Args: SPFDeadArgs{Name(d.Node.Domain), Text(d.Node.Term), Name(d.Holder), Text(d.Top)},
	}
}
