package facts

import (
	"net/netip"
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Fate is the SPF result of a sender's mail under the domain's record.
type Fate string

// The values of Fate.
const (
	FatePasses Fate = "passes"
	FateFails  Fate = "fails"  // the record does not let it pass
	FateOpen   Fate = "open"   // only its console shows what it needs, or its server is unknown
	FateUnseen Fate = "unseen" // a look-up that would decide it failed, or it depends on the mail
)

// Lacking is a service whose mail the record does not let pass, or with Others a group of candidates, none of which
// passes.
type Lacking struct {
	Service string
	Others  []string // the other candidates
	Terms   []string // the terms that would let it pass
	Unknown bool     // a look-up that would decide it failed
}

// Lacks returns the services in use that the record does not cover, and the groups of candidates of which none is
// covered. It returns nil unless there is exactly one record.
func (f *Facts) Lacks() []Lacking { return f.lacks() }

func (f *Facts) readLacks() []Lacking {
	if _, ok := f.SPFTree(); !ok {
		return nil
	}
	var out []Lacking
	for _, s := range f.Services() {
		if st, terms := f.fate(s, f.Terms()); st == FateFails || st == FateUnseen {
			out = append(out, Lacking{Service: s.ID, Terms: terms, Unknown: st == FateUnseen})
		}
	}
	if st, terms := f.fate(Service{ID: owner.FromOwner}, f.Terms()); st == FateFails || st == FateUnseen {
		out = append(out, Lacking{Service: owner.FromOwner, Terms: terms, Unknown: st == FateUnseen})
	}
	for _, group := range f.Candidates() {
		l := Lacking{Service: group[0].ID}
		all := true
		for i, s := range group {
			st, terms := f.fate(s, f.termsOf(s))
			all = all && st == FateFails
			l.Terms = append(l.Terms, missing(terms, l.Terms)...)
			if i > 0 {
				l.Others = append(l.Others, s.ID)
			}
		}
		if all {
			out = append(out, l)
		}
	}
	return out
}

// missing returns the elements of list that have does not contain.
func missing(list, have []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(have, s) })
}

// fate returns the fate of a service by its terms, and those of them that the record does not cover. Terms of other
// services are skipped.
func (f *Facts) fate(s Service, terms []Term) (st Fate, lacking []string) {
	t, ok := f.SPFTree()
	if !ok {
		return FateUnseen, nil
	}
	gap, blind := false, false
	for _, term := range terms {
		if term.Service != s.ID || term.Usual {
			continue
		}
		if term.Text == "" {
			gap = true
			continue
		}
		if covered, known := Covered(f.DNS, t, f.Owner.Domain, term.Text); !covered {
			lacking, blind = append(lacking, term.Text), blind || !known || f.asksForAddress(t.Root) && !oneAddress(term.Text)
		}
	}
	switch {
	case blind:
		return FateUnseen, lacking
	case len(lacking) > 0 && s.Host && f.gateway() != "" && s.Kind != catalog.KindGateway:
		return FateOpen, lacking // its mail may go out through the gateway
	case len(lacking) > 0 && f.takerSends(s, t):
		return FateOpen, lacking
	case len(lacking) > 0:
		return FateFails, lacking
	case s.Host && !s.Receives && s.Ground < catalog.GroundMail:
		return FatePasses, nil // the record names it; nothing shows whether it sends from more servers
	case gap, s.Ask && s.Host && !f.CoversMX(t), s.Ask && !s.Host && !f.ListedInSPF(s.ID) && !f.form(s.ID):
		return FateOpen, nil
	}
	return FatePasses, nil
}

// Fate returns the SPF result of a service in use.
func (f *Facts) Fate(s Service) Fate {
	fate, _ := f.fate(s, f.Terms())
	return fate
}

// Settled reports whether it is known from which of its terms a service's mail is sent, so that an address of them can be
// tried.
func (f *Facts) Settled(id string) bool {
	i := slices.IndexFunc(f.Services(), func(s Service) bool { return s.ID == id })
	if i < 0 {
		return true
	}
	if _, gap := f.Gap(f.Services()[i]); gap {
		return false
	}
	_, one := f.SPFTree()
	fate := f.Fate(f.Services()[i])
	return !one || fate == FatePasses || fate == FateFails
}

// gateway returns the ID of the outbound filter that the SPF record names, or "" if there is none.
func (f *Facts) gateway() string {
	for _, c := range f.Seen().Senders {
		if c.Kind == catalog.KindGateway && c.Sends && c.By("because-spf") {
			return c.ID
		}
	}
	return ""
}

// Candidates returns groups of services that the same evidence fits: one of each group sends, so what is true of all
// members is certain. Only evidence that points to no other company counts, and nothing that the owner was asked about.
func (f *Facts) Candidates() [][]Service { return f.candidates() }

func (f *Facts) readCandidates() [][]Service {
	if f.Catalog == nil {
		return nil
	}
	told := len(f.Owner.HostIDs()) > 0
	var out [][]Service
	for _, group := range f.Seen().Sending() {
		var members []Service
		for _, c := range group {
			h, host := f.Catalog.Host(c.ID)
			sure := !c.Ambiguous || c.Ground < catalog.GroundOwn && !c.Receives
			if sure || h.Own || host && told || !host && (f.askedSenders() || len(f.Owner.Senders) > 0) {
				members = nil
				break
			}
			if host {
				members = append(members, f.hostService(h, c.Value, c.Ground))
			} else if s, ok := f.Catalog.Sender(c.ID); ok {
				members = append(members, f.senderService(s, c.Ground))
			}
		}
		if len(members) > 1 {
			out = append(out, members)
		}
	}
	return out
}

// Doubt is the reason for which it is unknown whether the record covers the sender.
type Doubt string

// The values of Doubt.
const (
	DoubtNobody   Doubt = "nobody"   // nothing shows who sends
	DoubtReceiver Doubt = "receiver" // the MX server is not covered, and it is unknown whether it sends
	DoubtForward  Doubt = "forward"  // the MX server only forwards
	DoubtGateway  Doubt = "gateway"  // the MX server is a filter, and nothing shows what is behind it
	DoubtDiffer   Doubt = "differ"   // only some of the candidates pass
	DoubtMail     Doubt = "mail"     // the result depends on the mail
	DoubtUnseen   Doubt = "unseen"   // a look-up that would decide it failed
)

// Undecided is one thing that is unknown about who sends.
type Undecided struct {
	Doubt    Doubt
	Services []string
	Servers  []string
}

// Undecided returns what is unknown about who sends and whether the record covers them. It returns nil unless there is
// exactly one record, and if the domain sends nothing.
func (f *Facts) Undecided() []Undecided { return f.undecided() }

func (f *Facts) readUndecided() []Undecided {
	recs, known := f.SPFRecords()
	if !known || len(recs) != 1 || f.SendsNothing() {
		return nil
	}
	t, _ := f.SPFTree()
	unseen := len(f.SPFUnseen())+len(f.MXUnseen()) > 0
	var out []Undecided
	for _, l := range f.Lacks() {
		switch {
		case l.Unknown && (AsksForMail(t.Root) || f.asksForAddress(t.Root)):
			out = append(out, Undecided{Doubt: DoubtMail, Services: []string{l.Service}})
		case l.Unknown && !unseen:
			out = append(out, Undecided{Doubt: DoubtUnseen, Services: []string{l.Service}})
		}
	}
	if unseen {
		return out // SPFUnseen and MXUnseen name the failed look-up, which might show who sends
	}
	for _, group := range f.Candidates() {
		var ids []string
		fates := map[Fate]bool{}
		free := 0
		for _, s := range group {
			st, _ := f.fate(s, f.termsOf(s))
			ids, fates[st] = append(ids, s.ID), true
			if s.Kind == catalog.KindFreeMail {
				free++ // its mail never passes in the domain's name, whatever the record says
			}
		}
		if free > 0 && free < len(group) || len(fates) > 1 || fates[FateOpen] || fates[FateUnseen] {
			out = append(out, Undecided{Doubt: DoubtDiffer, Services: ids})
		}
	}
	if u, ok := f.receiver(t); ok {
		out = append(out, u)
	}
	return out
}

// receiver returns the doubt that comes from whoever receives the domain's mail. A host that receives is taken to send
// too.
func (f *Facts) receiver(t spf.Tree) (u Undecided, doubtful bool) {
	if len(f.Owner.IPs) > 0 || slices.ContainsFunc(f.Services(), func(s Service) bool { return s.Host && (s.Ground == catalog.GroundTold || s.Receives) }) {
		return u, false
	}
	for _, group := range f.Candidates() {
		if slices.ContainsFunc(group, func(s Service) bool { return s.Host && s.Receives }) {
			return u, false // the group has its own doubt
		}
	}
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	alone := len(f.Services())+len(f.Candidates()) == 0
	for _, kind := range []struct {
		kind  catalog.Kind
		doubt Doubt
	}{{catalog.KindReceiveOnly, DoubtForward}, {catalog.KindGateway, DoubtGateway}} {
		for _, c := range f.Seen().Receiving() {
			if c.Kind == kind.kind {
				return Undecided{Doubt: kind.doubt, Services: []string{c.ID}}, alone
			}
		}
	}
	switch {
	case mx.Status == snapshot.Failed:
		return Undecided{Doubt: DoubtUnseen}, true
	case f.CoversMX(t), alone && f.takersKin(t) != "", f.takenBySender(mx.Data()):
		return u, false
	case len(mx.Data()) == 0:
		return Undecided{Doubt: DoubtNobody}, alone
	case f.mxUnseen():
		return Undecided{Doubt: DoubtUnseen, Servers: mx.Data()}, true
	}
	return Undecided{Doubt: DoubtReceiver, Servers: mx.Data()}, true
}

// takenBySender reports whether all mail servers belong to services that the owner named as senders and whose mail passes, so
// that nothing else is shown to send.
func (f *Facts) takenBySender(servers []string) bool {
	return f.Catalog != nil && len(servers) > 0 && !slices.ContainsFunc(servers, func(name string) bool {
		return !slices.ContainsFunc(f.Catalog.Inbound(name), func(id string) bool {
			i := slices.IndexFunc(f.Services(), func(s Service) bool { return s.ID == id })
			return slices.Contains(f.Owner.Senders, id) && i >= 0 && f.Fate(f.Services()[i]) == FatePasses
		})
	})
}

// mxUnseen reports whether the look-up of a mail server's address failed.
func (f *Facts) mxUnseen() bool {
	return slices.ContainsFunc(f.DNS.Get(f.Owner.Domain, snapshot.MX).Data(), func(name string) bool {
		return f.DNS.Get(name, snapshot.A).Status == snapshot.Failed
	})
}

// Sending is one who is known or likely to send and whom the record lets pass.
type Sending struct {
	ID      string   // ID of the service; "" if it is not in the catalogue
	Or      []string // the other candidates
	Servers []string // names or addresses of servers
	Likely  bool     // only likely: it receives the domain's mail, or is one of several candidates
}

// Passing returns who passes: services in use, addresses that the owner gave, groups of candidates that all pass, and the
// MX server if nothing shows another sender.
func (f *Facts) Passing() []Sending {
	t, ok := f.SPFTree()
	if !ok {
		return nil
	}
	var out []Sending
	host := false
	for _, s := range f.Services() {
		host = host || s.Host && (s.Receives || s.Ground == catalog.GroundTold)
		if st, _ := f.fate(s, f.Terms()); st == FatePasses && f.judged(s) {
			out = append(out, Sending{ID: s.ID})
		}
	}
	for _, ip := range f.Owner.IPs {
		if slices.ContainsFunc(t.Networks, func(n netip.Prefix) bool { return n.Contains(ip) }) {
			out = append(out, Sending{Servers: []string{ip.String()}})
		}
	}
	for _, group := range f.Candidates() {
		one := Sending{ID: group[0].ID, Likely: true}
		all := true
		for i, s := range group {
			st, _ := f.fate(s, f.termsOf(s))
			all, host = all && st == FatePasses, host || s.Receives
			if i > 0 {
				one.Or = append(one.Or, s.ID)
			}
		}
		if all {
			out = append(out, one)
		}
	}
	if !host && len(f.Owner.IPs) == 0 && f.CoversMX(t) {
		out = append(out, Sending{Servers: f.takers(), Likely: true})
	} else if at := f.takersKin(t); !host && len(f.Owner.IPs) == 0 && len(f.Candidates())+len(f.Services()) == 0 && at != "" {
		out = append(out, Sending{Servers: []string{at}, Likely: true})
	}
	return out
}

// judged reports whether the domain's record says anything about a service: it is a host, the record names its servers,
// or it needs terms.
func (f *Facts) judged(s Service) bool {
	if s.Kind == catalog.KindFreeMail || s.Kind == catalog.KindHostedSPF {
		return false
	}
	return s.Host || f.ListedInSPF(s.ID) || slices.ContainsFunc(f.Terms(), func(t Term) bool { return t.Service == s.ID && t.Text != "" })
}

// The reasons for which the owner has to be asked what a service needs in the SPF record.
const (
	AskConsole = "console" // only its console or guide shows it
	AskServer  = "server"  // it is unknown which of its servers the owner uses
	AskRoute   = "route"   // its mail may go out through the gateway that the record names
	AskTaker   = "taker"   // its mail may go out from the MX server, which the record covers
)

// Asked is a service for which the owner has to be asked what it needs in the SPF record.
type Asked struct {
	Service
	Why     string // one of the Ask constants
	Term    string // with AskServer the term with its placeholder; with AskTaker and AskRoute the missing term
	Gateway string // with AskRoute
}

// SPFAsks returns the services in use of which it is unknown what they need in the SPF record, or whether they pass. A
// host without terms counts as covered if the record covers its MX server, a sender if the record names its servers.
func (f *Facts) SPFAsks() []Asked {
	recs, known := f.SPFRecords()
	if !known || len(recs) != 1 || f.SendsNothing() {
		return nil
	}
	var out []Asked
	for _, s := range f.Services() {
		st, lacking := f.fate(s, f.Terms())
		gap, open := f.Gap(s)
		switch {
		case st != FateOpen:
		case len(lacking) > 0 && f.gateway() == "":
			out = append(out, Asked{s, AskTaker, lacking[0], ""})
		case len(lacking) > 0:
			out = append(out, Asked{s, AskRoute, lacking[0], f.gateway()})
		case open:
			out = append(out, Asked{s, AskServer, gap.Raw, ""})
		default:
			out = append(out, Asked{s, AskConsole, "", ""})
		}
	}
	return out
}

// Gap returns the first term that a service needs and whose value is unknown.
func (f *Facts) Gap(s Service) (Term, bool) {
	terms := f.Terms()
	i := slices.IndexFunc(terms, func(t Term) bool { return t.Service == s.ID && !t.Usual && t.Text == "" })
	if i < 0 {
		return Term{}, false
	}
	return terms[i], true
}

// Keeper returns the ID of the service that hosts the record or a part of it, or "" if there is none.
func (f *Facts) Keeper() string {
	for _, c := range f.Seen().Senders {
		if c.Kind == catalog.KindHostedSPF && c.By("because-spf") {
			return c.ID
		}
	}
	return ""
}

// Behind returns the ID of the gateway through which all mail is taken to go out, if the host behind it is unknown.
func (f *Facts) Behind() (gateway string, ok bool) {
	g := f.gateway()
	return g, g != "" && !slices.ContainsFunc(f.Services(), func(s Service) bool { return s.Host })
}
