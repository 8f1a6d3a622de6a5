package checks

import (
	"cmp"
	"slices"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// The states of forward-breaks-spf: who forwards, how safely the mail passes, and what else is known of the forwarding
// server.
var (
	ForwardMine    = State{"who", "mine"}      // the owner's own mailbox forwards
	ForwardTheirs  = State{"who", "theirs"}    // a recipient's mailbox forwards
	ForwardBetween = State{"who", "between"}   // a company in between forwards
	ForwardUnknown = State{"who", "unknown"}   // the owner did not say
	ForwardStrict  = State{"strict", "strict"} // somebody else forwards, and the SPF record ends in -all
	ForwardPlain   = State{"strict", "plain"}
	ForwardOwn     = State{"strict", "own"} // the owner's own mailbox forwards; what its server does is unknown
	// The owner's own mailbox forwards, and its server rewrites the envelope sender, keeps it, or does what its operator
	// configured.
	ForwardOwnRewrites = State{"strict", "own-rewrites"}
	ForwardOwnKeeps    = State{"strict", "own-keeps"}
	ForwardOwnOperator = State{"strict", "own-operator"}
	// Every service in use signs with DKIM, so forwarded mail passes by its signature.
	ForwardStrictSigned = State{"strict", "strict-signed"}
	ForwardSigned       = State{"strict", "signed"}

	ForwardHost     = State{"host", "host"}         // the forwarding host is known
	ForwardShown    = State{"known", "shown"}       // a forwarded mail showed what the server does
	ForwardNamed    = State{"by", "named"}          // and gave the server's name
	ForwardStated   = State{"known", "stated"}      // the host documents what it does
	ForwardReported = State{"known", "reported"}    // other people report it of the host
	ForwardSealed   = State{"seal", "sealed"}       // it adds an ARC seal
	ForwardChanged  = State{"changed", "changed"}   // the author's DKIM signature arrived broken
	ForwardNoCopy   = State{"copy", "no-copy"}      // no copy stays in the forwarding mailbox
	ForwardStraight = State{"straight", "straight"} // the sample mail was not forwarded
)

// ForwardArgs are the arguments of forward-breaks-spf.
type ForwardArgs struct {
	Host Service // with ForwardHost
	By   Name    // the forwarding server as a mail showed it, with ForwardNamed
	Seen Day     // when the catalogue's claim was last checked, with ForwardStated and ForwardReported
}

var ruleForwardBreaksSPF = Rule{
	Code: ForwardBreaksSPF, Severity: Advice, Page: "https://support.google.com/mail/answer/175365",
	Aspects: []Aspect{{ForwardMine, ForwardTheirs, ForwardBetween, ForwardUnknown},
		{ForwardStrict, ForwardPlain, ForwardOwn, ForwardOwnRewrites, ForwardOwnKeeps, ForwardOwnOperator, ForwardStrictSigned, ForwardSigned}},
	Remarks: []State{ForwardHost, ForwardShown, ForwardNamed, ForwardStated, ForwardReported, ForwardSealed, ForwardChanged, ForwardNoCopy, ForwardStraight},
	Args:    ForwardArgs{},
	Judge:   forwardBreaksSPF,
}

// forwardBreaksSPF reports that mail reaches Gmail through a forwarding server, which the sender's SPF record does not
// cover.
func forwardBreaksSPF(in *facts.Facts) []Finding {
	if in.Owner.Route != owner.Forward {
		return nil
	}
	by := in.Forwarder()
	f := Finding{Evidence: by.Evidence}
	if len(f.Evidence) == 0 {
		f.Evidence = facts.Evidence(in.DNS.Get(in.Owner.Domain, snapshot.MX))
	}
	switch {
	case in.Owner.Forward.Mine == owner.Mine:
		f.States, f.Severity = []State{ForwardMine, ForwardOwn}, Unknown
		ownForward(in, by, &f)
	case in.AllSigned() && in.RefusesAll():
		f.States = []State{forwarder(in), ForwardStrictSigned}
	case in.AllSigned():
		f.States = []State{forwarder(in), ForwardSigned}
	case in.RefusesAll():
		f.States, f.Severity = []State{forwarder(in), ForwardStrict}, Harms
	default:
		f.States = []State{forwarder(in), ForwardPlain}
	}
	if in.Owner.Forward.Mine != owner.Mine && in.RefusesAll() {
		f.Evidence = append(facts.Evidence(in.DNS.TXT(in.Owner.Domain)), f.Evidence...)
	}
	addRemarks(in, by, &f)
	return one(f)
}

// ownForward sets the state and severity for the owner's own forwarding by what its server does with the envelope sender.
// What a mail showed is certain; what the catalogue says is not, unless a bounce confirms it.
func ownForward(in *facts.Facts, by facts.Forwarder, f *Finding) {
	switch by.Envelope {
	case catalog.EnvelopeRewritten:
		f.States[1], f.Severity = ForwardOwnRewrites, Advice
		if by.Shown {
			f.Severity = Fine
		}
	case catalog.EnvelopeKept:
		f.States[1] = ForwardOwnKeeps
		if by.Shown || in.Owner.Mail.Kind == owner.MailBounce && in.Owner.Mail.Route == owner.Forward && in.Owner.Mail.Unproven() {
			f.Severity = Harms
		}
	case catalog.EnvelopeOperator:
		f.States[1] = ForwardOwnOperator
	}
	if in.Owner.Forward.Copy == owner.No && f.Severity == Fine {
		f.Severity = Advice
	}
}

// addRemarks adds how the forwarding server is known, and what else a mail showed of it.
func addRemarks(in *facts.Facts, by facts.Forwarder, f *Finding) {
	shown, args := in.Owner.Forward.Shown, ForwardArgs{}
	known := by.Envelope == catalog.EnvelopeRewritten || by.Envelope == catalog.EnvelopeKept
	day, err := time.Parse(time.DateOnly, by.Checked)
	if by.Host != "" {
		f.States, args.Host = append(f.States, ForwardHost), Service(by.Host)
	}
	switch {
	case by.Shown:
		f.States = append(f.States, ForwardShown)
	case known && by.Soft && err == nil:
		f.States, args.Seen = append(f.States, ForwardReported), Day(day)
	case known && err == nil:
		f.States, args.Seen = append(f.States, ForwardStated), Day(day)
	}
	if by.By != "" {
		f.States, args.By = append(f.States, ForwardNamed), Name(by.By)
	}
	for _, r := range []struct {
		is    bool
		state State
	}{
		{shown.Seal == owner.Yes, ForwardSealed},
		{shown.Forwarded == owner.Yes && shown.Signature == "fail", ForwardChanged},
		{in.Owner.Forward.Mine == owner.Mine && in.Owner.Forward.Copy == owner.No, ForwardNoCopy},
		{shown.Forwarded == owner.No, ForwardStraight},
	} {
		if r.is {
			f.States = append(f.States, r.state)
		}
	}
	if f.Severity == Fine && shown.Signature == "fail" {
		f.Severity = Harms
	}
	f.Args = args
}

func forwarder(in *facts.Facts) State {
	switch in.Owner.Forward.Mine {
	case owner.Theirs:
		return ForwardTheirs
	case owner.Between:
		return ForwardBetween
	}
	return ForwardUnknown
}

// The states of list-domain: what is known of the SPF record of the list's domain, and whether the bounced address is a
// member.
var (
	ListSPFUnseen  = State{"records", "unseen"}
	ListSPFNone    = State{"records", "none"}
	ListSPFBroken  = State{"records", "broken"} // several records, or a permanent error
	ListSPFLacks   = State{"records", "lacks"}  // it does not cover the server from which a bounced post was sent
	ListSPFNobody  = State{"records", "nobody"} // it lets no server pass
	ListSPFThere   = State{"records", "there"}
	MemberYes      = State{"member", "member"}
	MemberNo       = State{"member", "stranger"}
	MemberNotKnown = State{"member", "not-said"}

	ListCompared = State{"compared", "compared"} // the bounced address was looked up in the list of members
	ListForeign  = State{"whose", "foreign"}     // somebody else runs the list
)

// ListFromRefused holds where the domain's DMARC policy is quarantine or reject, so that mail fails if the list changes
// it and keeps the author's From address.
var ListFromRefused = State{"from", "from-refused"}

// ListDomainArgs are the arguments of list-domain.
type ListDomainArgs struct {
	List    Name    // the list's domain
	Policy  Word    // the DMARC policy of the owner's domain, with ListFromRefused
	Bounced Address // the address that bounced, with ListCompared
	Among   Count   // how many members were compared
	IP      Address // from which a bounced post was sent, with ListSPFLacks
}

var ruleListDomain = Rule{
	Code: ListDomain, Severity: Advice, Page: "https://support.google.com/mail/answer/175365",
	Aspects: []Aspect{{ListSPFUnseen, ListSPFNone, ListSPFBroken, ListSPFLacks, ListSPFNobody, ListSPFThere}, {MemberYes, MemberNo, MemberNotKnown}},
	Remarks: []State{ListCompared, ListForeign, ListFromRefused},
	Args:    ListDomainArgs{},
	Judge:   listDomain,
}

// listDomain reports that mail goes through a mailing list. A list uses its own envelope sender, so it is the list's
// domain that needs SPF.
func listDomain(in *facts.Facts) []Finding {
	if in.Owner.Route != owner.List {
		return nil
	}
	list := in.Owner.List
	host := cmp.Or(list.Domain(), in.Owner.Domain)
	abroad := host != in.Owner.Domain // the owner's own domain is covered by the other rules
	how, seen := in.ListSPF(host)
	f, args := Finding{Name: host, Evidence: seen}, ListDomainArgs{List: Name(host)}
	has := map[facts.ListSPF]State{facts.ListUnseen: ListSPFUnseen, facts.ListNone: ListSPFNone, facts.ListBroken: ListSPFBroken,
		facts.ListLacks: ListSPFLacks, facts.ListNobody: ListSPFNobody, facts.ListThere: ListSPFThere}[how]
	switch {
	case abroad && how == facts.ListUnseen:
		f.Severity = Unknown
	case how == facts.ListLacks, how == facts.ListNobody, how == facts.ListNone, how == facts.ListBroken:
		f.Severity = Harms
	}
	if how == facts.ListLacks {
		args.IP = Address(in.Owner.Mail.IPs[0].String())
	}
	f.States = []State{has, member(list)}
	if list.Among > 0 {
		f.States, args.Bounced, args.Among = append(f.States, ListCompared), Address(list.Bounced), Count(list.Among)
	}
	if abroad && list.Mine == owner.No {
		f.States = append(f.States, ListForeign)
	}
	if p := in.Policy(); p.Known && (p.Applied == "reject" || p.Applied == "quarantine") {
		f.States, args.Policy = append(f.States, ListFromRefused), Word(p.Applied)
		f.Evidence = append(f.Evidence, facts.Evidence(in.DNS.TXT(p.At))...)
	}
	f.Args = args
	return one(f)
}

func member(list owner.ListStory) State {
	switch list.Member {
	case owner.Yes:
		return MemberYes
	case owner.No:
		return MemberNo
	}
	return MemberNotKnown
}

// longTTL is the TTL in seconds above which ttl-long advises to lower it before a change. Most panels set an hour.
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

// ttlLong finds records with a long TTL among those that another finding wants changed.
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

// editable returns whether the TTL can be set in the panel that serves the zone.
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
