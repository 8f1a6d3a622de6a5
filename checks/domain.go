package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

var ruleDNSUnreachable = Rule{
	Code: DNSUnreachable, Severity: Unknown, RFC: rfcDNS + " section 4.3.1",
	Judge: dnsUnreachable,
}

// dnsUnreachable reports that not one question was answered, so nothing is known of the domain.
func dnsUnreachable(in *facts.Facts) []Finding {
	failed, ok := in.Silent()
	if !ok {
		return nil
	}
	return one(Finding{Evidence: []snapshot.Answer{failed}})
}

// UnregisteredRemembered is a state of domain-unregistered: some resolvers still hold the domain's name servers.
var UnregisteredRemembered = State{"state", "remembered"}

// DomainUnregisteredArgs are the arguments of domain-unregistered.
type DomainUnregisteredArgs struct {
	Domain Name // the registrable domain
}

var ruleDomainUnregistered = Rule{
	Code: DomainUnregistered, Severity: Blocks, RFC: rfcDNS + " section 4.3.1",
	Remarks: []State{UnregisteredRemembered},
	Args:    DomainUnregisteredArgs{},
	Judge:   domainUnregistered,
}

// domainUnregistered reports that the registrable domain does not exist.
func domainUnregistered(in *facts.Facts) []Finding {
	u, ok := in.Unregistered()
	if !ok {
		return nil
	}
	f := Finding{Name: u.Name, Args: DomainUnregisteredArgs{Name(u.Name)}, Evidence: u.Evidence}
	if u.Remembered {
		f.States = []State{UnregisteredRemembered}
	}
	return one(f)
}

// The states of domain-parked: what kind of parking servers the domain has.
var (
	ParkedExpired = State{"state", "expired"}
	ParkedHeld    = State{"state", "held"} // the registrant's address was not confirmed
	ParkedSale    = State{"state", "sale"}
	ParkedIdle    = State{"state", "idle"}
	ParkedByName  = State{"sure", "by-name"} // only the names of the servers suggest it
)

// parkedStates maps the catalogue's kinds of parking servers to states.
var parkedStates = map[string]State{catalog.ParkExpired: ParkedExpired, catalog.ParkHeld: ParkedHeld, catalog.ParkSale: ParkedSale, catalog.ParkIdle: ParkedIdle}

// DomainParkedArgs are the arguments of domain-parked.
type DomainParkedArgs struct {
	Servers Names
}

var ruleDomainParked = Rule{
	Code: DomainParked, Severity: Blocks, Page: "https://support.kagoya.jp/vps/faq/index.php?action=artikel&cat=6&id=64&artlang=ja",
	Aspects: []Aspect{{ParkedExpired, ParkedHeld, ParkedSale, ParkedIdle}},
	Remarks: []State{ParkedByName},
	Args:    DomainParkedArgs{},
	Judge:   domainParked,
}

// domainParked finds name servers on which registrars park domains that have expired, are on hold, for sale or unused.
func domainParked(in *facts.Facts) []Finding {
	zone, ok := in.DNS.Zone()
	if !ok || in.Catalog == nil {
		return nil
	}
	servers := in.DNS.NameServers(zone)
	p, parked := in.Catalog.ParkedAt(servers)
	if !parked || (p.Kind == catalog.ParkSale || p.Kind == catalog.ParkIdle) && in.InUse() {
		return nil
	}
	named := in.DNS.Referrals(zone)
	if len(named) == 0 {
		named = facts.Evidence(in.DNS.Get(zone, snapshot.NS))
	}
	f := Finding{Name: zone, States: []State{parkedStates[p.Kind]}, Args: DomainParkedArgs{servers}, Evidence: named[:1]}
	if p.Conf.Soft() {
		f.States = append(f.States, ParkedByName)
	}
	return one(f)
}

// The states of domain-shared: whether the name lacks an SPF record.
var (
	SharedLacking = State{"spf", "lacking"}
	SharedThere   = State{"spf", "there"}
)

// DomainSharedArgs are the arguments of domain-shared.
type DomainSharedArgs struct {
	Domain Name
	Zone   Name // the company's zone that holds its records
}

var ruleDomainShared = Rule{
	Code: DomainShared, Severity: Advice, Page: "https://publicsuffix.org/",
	After:   after(),
	Aspects: []Aspect{{SharedLacking, SharedThere}},
	Args:    DomainSharedArgs{},
	Judge:   domainShared,
}

// domainShared finds a domain that a company lends below its own name, as hosts do with their initial domains: its records
// are in the company's zone, where the owner cannot change them.
func domainShared(in *facts.Facts) []Finding {
	zone := in.LentFrom()
	if zone == "" {
		return nil
	}
	soa := in.DNS.Get(zone, snapshot.SOA)
	f := Finding{States: []State{SharedThere}, Args: DomainSharedArgs{Name(in.Owner.Domain), Name(zone)},
		Evidence: facts.Evidence(soa, in.DNS.TXT(in.Owner.Domain))}
	if in.LacksSPF() && !in.SendsNothing() {
		f.Severity, f.States = Blocks, []State{SharedLacking}
	}
	return one(f)
}

// The states of zone-unreachable.
var (
	ZoneSilent  = State{"state", "silent"}  // no server answers, so nothing is known
	ZoneLame    = State{"state", "lame"}    // every server is lame
	ZoneNowhere = State{"state", "nowhere"} // the names of the servers have no address
	ZoneInside  = State{"state", "inside"}  // the servers' addresses are in a private network
)

// zoneStates maps the standing that all servers of the zone share to a state.
var zoneStates = map[facts.Standing]State{facts.Lame: ZoneLame, facts.Nowhere: ZoneNowhere, facts.Inside: ZoneInside}

// ZoneUnreachableArgs are the arguments of zone-unreachable.
type ZoneUnreachableArgs struct {
	Servers Names
	Reason  Reason
}

var ruleZoneUnreachable = Rule{
	Code: ZoneUnreachable, Severity: Unknown, RFC: rfcDNS + " section 4.2.2",
	After:   Codes{more: []Code{DNSUnreachable, DomainUnregistered, DomainParked}},
	Aspects: []Aspect{{ZoneSilent, ZoneLame, ZoneNowhere, ZoneInside}},
	Args:    ZoneUnreachableArgs{},
	Judge:   zoneUnreachable,
}

// zoneUnreachable reports that no authoritative server of the zone answers, or that it is not known which they are. It
// blocks where every server was seen to be lame or to have no usable address, since that is so for everybody; else it is
// Unknown.
func zoneUnreachable(in *facts.Facts) []Finding {
	seen := in.Unanswered()
	if len(seen) == 0 {
		return nil
	}
	args := ZoneUnreachableArgs{Reason: Reason(seen[0].Reason)}
	f := Finding{States: []State{ZoneSilent}, Args: args, Evidence: seen[:1]}
	d, ok := in.Delegation()
	if !ok || len(d.Sent) == 0 {
		return one(f)
	}
	// Only servers that the registry names count: no resolver on the way can have replaced them.
	sent := slices.DeleteFunc(slices.Clone(d.Servers), func(s facts.NameServer) bool { return !slices.Contains(d.Sent, s.Host) })
	args.Servers = facts.Hosts(sent)
	f.Args = args
	for how, state := range zoneStates {
		if len(facts.WithStanding(sent, how)) == len(sent) {
			f.Severity, f.States = Blocks, []State{state}
			f.Evidence = append(facts.Evidence(d.Referral[0]), facts.SOAs(sent)...)
		}
	}
	return one(f)
}

// The states of dnssec-bogus: what is wrong with the signatures.
var (
	BogusLeft     = State{"state", "left"}     // there is a DS, but the zone is not signed
	BogusMismatch = State{"state", "mismatch"} // the DS matches none of the keys
	BogusExpired  = State{"state", "expired"}
	BogusUntil    = State{"state", "expired-on"} // expired, and the day is known
	BogusEarly    = State{"state", "early"}      // the signatures are not valid yet
	BogusOther    = State{"state", "other"}
	BogusMaybe    = State{"state", "maybe"}
)

// bogusStates maps what facts.Bogus found to states.
var bogusStates = map[facts.BogusState]State{facts.BogusLeft: BogusLeft, facts.BogusMismatch: BogusMismatch, facts.BogusExpired: BogusExpired,
	facts.BogusEarly: BogusEarly, facts.BogusUnsigned: BogusOther, facts.BogusOther: BogusOther, facts.BogusMaybe: BogusMaybe}

// DNSSECBogusArgs are the arguments of dnssec-bogus.
type DNSSECBogusArgs struct {
	Day Day // the last day of the signatures, with BogusUntil
}

var ruleDNSSECBogus = Rule{
	Code: DNSSECBogus, Severity: Blocks, RFC: "RFC 4035 section 5.5",
	After:   Codes{more: []Code{DNSUnreachable, DomainUnregistered}},
	Aspects: []Aspect{{BogusLeft, BogusMismatch, BogusExpired, BogusUntil, BogusEarly, BogusOther, BogusMaybe}},
	Args:    DNSSECBogusArgs{},
	Judge:   dnssecBogus,
}

// dnssecBogus reports that validating resolvers reject the zone's answers.
func dnssecBogus(in *facts.Facts) []Finding {
	b, ok := in.Bogus()
	if !ok {
		return nil
	}
	zone, _ := in.DNS.Zone()
	f := Finding{Name: zone, States: []State{bogusStates[b.State]}, Args: DNSSECBogusArgs{Day(b.Until)}, Evidence: b.Evidence}
	switch {
	case b.State == facts.BogusMaybe:
		f.Severity = Unknown
	case b.State == facts.BogusExpired && !b.Until.IsZero():
		f.States = []State{BogusUntil}
	}
	return one(f)
}

// SplitViewArgs are the arguments of split-view.
type SplitViewArgs struct {
	Servers Names // the name servers that the resolver in use gives
	World   Names // the name servers that the registry gives
}

var ruleSplitView = Rule{
	Code: SplitView, Severity: Advice, RFC: "RFC 9499 section 6",
	After: after(),
	Args:  SplitViewArgs{},
	Judge: splitView,
}

// splitView reports that the owner's network serves its own zone of the domain's name, so the owner sees other records
// than the rest of the internet.
func splitView(in *facts.Facts) []Finding {
	d, ok := in.Delegation()
	if !ok || !in.OwnView() || len(facts.WithStanding(d.Current(), facts.Serves)) == 0 {
		return nil
	}
	soa, _ := in.DNS.Find(snapshot.Key{Name: d.Zone, Type: snapshot.SOA, Via: snapshot.Resolver})
	return one(Finding{Name: d.Zone, Evidence: facts.Evidence(d.Cached, soa, d.Referral[0]), Args: SplitViewArgs{d.Cached.Data(), d.Sent}})
}

// AnswerCutArgs are the arguments of answer-cut.
type AnswerCutArgs struct {
	Names Names // of the answers, each followed by its type
}

var ruleAnswerCut = Rule{
	Code: AnswerCut, Severity: Unknown, RFC: "RFC 8914 section 5.2",
	After: after(),
	Args:  AnswerCutArgs{},
	Judge: answerCut,
}

// answerCut finds answers with more records than are kept. What was cut off is unknown.
func answerCut(in *facts.Facts) []Finding {
	var cut []snapshot.Answer
	var names []string
	for _, a := range in.DNS.Answers {
		if a.Cut() {
			cut = append(cut, a)
			if n := strings.Join([]string{a.Name, string(a.Type)}, " "); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	if len(cut) == 0 {
		return nil
	}
	for i := range cut {
		cut[i].Records = cut[i].Records[:min(len(cut[i].Records), 3)] // enough to recognize the answer
	}
	return one(Finding{Name: cut[0].Name, Args: AnswerCutArgs{names}, Evidence: facts.Evidence(cut...)})
}

// DomainAliasArgs are the arguments of domain-alias.
type DomainAliasArgs struct {
	Domain Name
	Above  Name // the domain to which the alias leads
}

var ruleDomainAlias = Rule{
	Code: DomainAlias, Severity: Unknown, RFC: rfcDNS + " section 3.6.2",
	After: Codes{more: []Code{DNSUnreachable, DomainUnregistered, DomainParked, ZoneUnreachable}},
	Args:  DomainAliasArgs{},
	Judge: domainAlias,
}

// domainAlias finds a name that is a CNAME to a parent domain, as website names are, where nothing shows that mail is
// sent from it.
func domainAlias(in *facts.Facts) []Finding {
	above, seen := in.AliasAbove()
	if above == "" {
		return nil
	}
	return one(Finding{Args: DomainAliasArgs{Name(in.Owner.Domain), Name(above)}, Evidence: seen})
}
