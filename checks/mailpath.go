package checks

import (
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/facts"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
)

// The states of forward-breaks-spf.
var (
	ForwardMine    = State{"who", "mine"}      // the owner's mailbox forwards
	ForwardTheirs  = State{"who", "theirs"}    // a recipient's does
	ForwardUnknown = State{"who", "unknown"}   // not said
	ForwardStrict  = State{"strict", "strict"} // a recipient's does, and the SPF record has forwarded mail refused
	ForwardPlain   = State{"strict", "plain"}
	ForwardOwn     = State{"strict", "own"} // the owner's mailbox forwards, so that other senders' SPF counts
	// A key stands for every service in use, so that forwarded mail passes by its signature.
	ForwardStrictSigned = State{"strict", "strict-signed"}
	ForwardSigned       = State{"strict", "signed"}
)

var ruleForwardBreaksSPF = Rule{
	Code: ForwardBreaksSPF, Severity: Advice, Page: "https://support.google.com/mail/answer/175365",
	Aspects: []Aspect{{ForwardMine, ForwardTheirs, ForwardUnknown}, {ForwardStrict, ForwardPlain, ForwardOwn, ForwardStrictSigned, ForwardSigned}},
	Judge:   forwardBreaksSPF,
}

// forwardBreaksSPF: mail reaches Gmail by way of another server, which the sender's SPF does not name.
func forwardBreaksSPF(in *facts.Facts) []Finding {
	if in.Owner.Route != owner.Forward {
		return nil
	}
	switch {
	case in.Owner.Forward.Mine == owner.Mine:
		return one(Finding{States: []State{ForwardMine, ForwardOwn}})
	case in.AllSigned() && in.RefusesAll():
		return one(Finding{States: []State{forwarder(in), ForwardStrictSigned}, Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain))})
	case in.AllSigned():
		return one(Finding{States: []State{forwarder(in), ForwardSigned}})
	case in.RefusesAll():
		return one(Finding{Severity: Harms, States: []State{forwarder(in), ForwardStrict}, Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain))})
	}
	return one(Finding{States: []State{forwarder(in), ForwardPlain}})
}

func forwarder(in *facts.Facts) State {
	return either(in.Owner.Forward.Mine == owner.Theirs, ForwardTheirs, ForwardUnknown)
}

// The states of list-domain: what is known of the list's SPF, and whether the bounced address is a member.
var (
	ListSPFUnseen  = State{"records", "unseen"}
	ListSPFNone    = State{"records", "none"}
	ListSPFThere   = State{"records", "there"}
	MemberYes      = State{"member", "member"}
	MemberNo       = State{"member", "stranger"}
	MemberNotKnown = State{"member", "not-said"}
)

// ListFromRefused holds where the policy of the domain has mail refused or put aside that a list changes and sends on under
// the writer's address.
var ListFromRefused = State{"from", "from-refused"}

// ListDomainArgs are the arguments of list-domain.
type ListDomainArgs struct {
	List   Name // the list's domain
	Policy Word // the domain's own, with ListFromRefused
}

var ruleListDomain = Rule{
	Code: ListDomain, Severity: Advice, Page: "https://support.google.com/mail/answer/175365",
	Aspects: []Aspect{{ListSPFUnseen, ListSPFNone, ListSPFThere}, {MemberYes, MemberNo, MemberNotKnown}},
	Remarks: []State{ListFromRefused},
	Args:    ListDomainArgs{},
	Judge:   listDomain,
}

// listDomain: a list sends with its own envelope sender, so it is the list's domain that needs SPF.
func listDomain(in *facts.Facts) []Finding {
	if in.Owner.Route != owner.List {
		return nil
	}
	_, host, ok := strings.Cut(in.Owner.List.Address, "@")
	if !ok {
		host = in.Owner.Domain
	}
	recs, known := reading.SPFRecords(in.DNS, strings.ToLower(host))
	has, member := ListSPFUnseen, MemberNotKnown
	if known {
		has = either(len(recs) == 0, ListSPFNone, ListSPFThere)
	}
	switch in.Owner.List.Member {
	case owner.Yes:
		member = MemberYes
	case owner.No:
		member = MemberNo
	}
	f := Finding{Name: host, States: []State{has, member}, Args: ListDomainArgs{List: Name(host)}, Evidence: facts.Evidence(in.DNS.TXT(host))}
	if p := in.Policy(); p.Known && (p.Applied == "reject" || p.Applied == "quarantine") {
		f.States, f.Args = append(f.States, ListFromRefused), ListDomainArgs{Name(host), Word(p.Applied)}
		f.Evidence = append(f.Evidence, facts.Evidence(in.DNS.TXT(p.At))...)
	}
	return one(f)
}

// longTTL is what is longer than usual for a record that will be changed, in seconds: an hour is what most panels set.
const longTTL = 2 * 3600

// The states of ttl-long: whether the TTL can be set where the zone is edited.
var (
	TTLEditable = State{"state", "editable"}
	TTLFixed    = State{"state", "fixed"}
	TTLUnknown  = State{"state", "unknown"}
)

// TTLLongArgs are the arguments of ttl-long.
type TTLLongArgs struct {
	Type Type
	Left Seconds
}

var ruleTTLLong = Rule{
	Code: TTLLong, Severity: Advice, RFC: "RFC 1034 section 3.6", Also: []string{"RFC 2181 section 8"},
	After:   after(),
	Aspects: []Aspect{{TTLEditable, TTLFixed, TTLUnknown}},
	Args:    TTLLongArgs{},
	Review:  ttlLong,
}

// ttlLong: a record that is to be replaced is remembered for long. It says nothing where nothing is to be changed.
func ttlLong(in *facts.Facts, found []Finding) []Finding {
	var out []Finding
	for _, f := range found {
		if f.Severity != Blocks && f.Severity != Harms || f.Under != "" {
			continue
		}
		for _, a := range f.Evidence {
			ttl, ok := a.TTL()
			told := slices.ContainsFunc(out, func(g Finding) bool { return g.Name == a.Name && g.Args.(TTLLongArgs).Type == Type(a.Type) })
			if a.Via != snapshot.Authority || a.Name != f.Name || !ok || ttl <= longTTL || told ||
				!slices.Contains([]snapshot.Type{snapshot.TXT, snapshot.MX, snapshot.CNAME}, a.Type) {
				continue
			}
			out = append(out, Finding{Name: a.Name, States: []State{editable(in)}, Args: TTLLongArgs{Type(a.Type), Seconds(ttl)}, Evidence: facts.Evidence(a)})
		}
	}
	return out
}

// editable says whether the TTL can be set where the zone is edited.
func editable(in *facts.Facts) State {
	panels := in.Seen().Panels
	if in.Catalog == nil || len(panels) == 0 || panels[0].Ambiguous {
		return TTLUnknown
	}
	p, _ := in.Catalog.Panel(panels[0].ID)
	switch p.TTL.Editable {
	case catalog.TTLYes, catalog.TTLZone:
		return TTLEditable
	case catalog.TTLNo:
		return TTLFixed
	}
	return TTLUnknown
}
