package checks

import (
	"cmp"
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// KeyUnseenArgs are the arguments of dkim-unknown.
type KeyUnseenArgs struct {
	Selector Text
	Reason   Reason
}

var ruleDKIMUnknown = Rule{
	Code: DKIMUnknown, Severity: Unknown, RFC: rfcDKIM + " section 6.1.2",
	After: after(),
	Args:  KeyUnseenArgs{},
	Judge: dkimUnknown,
}

// dkimUnknown finds a look-up of a key that failed, where it matters (see facts.KeyUnseen).
func dkimUnknown(in *facts.Facts) []Finding {
	k, ok := in.KeyUnseen()
	if !ok {
		return nil
	}
	return one(Finding{Name: k.Answer.Name, Args: KeyUnseenArgs{Text(k.Selector), Reason(k.Answer.Reason)}, Evidence: facts.Evidence(k.Answer)})
}

// The states of sender-unaligned: which identifiers of the service's mail could align, and whether it is certain that its
// key is missing.
var (
	AlignNever  = State{"align", "never"}  // SPF never passes for the owner's domain
	AlignCustom = State{"align", "custom"} // it does with an envelope sender in the owner's domain
	AlignFree   = State{"align", "free"}   // a free account: neither SPF nor DKIM ever passes for the owner's domain
	AlignSeen   = State{"align", "seen"}   // a mail in hand shows it
	AlignPath   = State{"align", "path"}   // a mail in hand has an envelope sender elsewhere, and nothing passed
	AlignNoMX   = State{"align", "no-mx"}  // there is one with an SPF record but no MX, so that the service does not use it
	AlignUnset  = State{"align", "unset"}  // nothing in DNS shows that a domain of the owner's was set up there
	AlignHalf   = State{"align", "half"}   // there is an envelope sender in the owner's domain, without an SPF record
	KeyNone     = State{"key", "none"}
	KeyNotFound = State{"key", "not-found"}
	KeySeen     = State{"key", "other"} // the mail in hand is signed by another domain, or not at all
	MenuKnown   = State{"menu", "menu"} // the catalogue knows where the console shows the key
)

// SenderUnalignedArgs are the arguments of sender-unaligned.
type SenderUnalignedArgs struct {
	Service Service
	Menu    Menu
	At      Name // the envelope sender's domain, with AlignHalf, AlignPath and AlignNoMX
	Term    Text // what its SPF record needs, with AlignHalf
}

var ruleSenderUnaligned = Rule{
	Code: SenderUnaligned, Severity: Harms, RFC: rfcDMARC + " section 4.4",
	After:   after(TargetDoubled),
	Aspects: []Aspect{{AlignNever, AlignCustom, AlignFree, AlignSeen, AlignPath, AlignHalf, AlignNoMX, AlignUnset}, {KeyNone, KeyNotFound, KeySeen}},
	Remarks: []State{MenuKnown},
	Args:    SenderUnalignedArgs{},
	Judge:   senderUnaligned,
}

// senderUnaligned finds the services in use whose mail fails DMARC. Where the key may only not have been found, the
// finding is Unknown.
func senderUnaligned(in *facts.Facts) []Finding {
	out := seenUnaligned(in)
	for _, u := range in.Unaligned() {
		id := u.Service.ID
		f := Finding{Args: SenderUnalignedArgs{Service(id), Menu(id), Name(cmp.Or(u.Path, u.NoMX)), Text(u.Term)}, Evidence: keyEvidence(in, in.KeyOf(u.Unsigned))}
		f.States = []State{either(u.Align == catalog.AlignNever, AlignNever, AlignCustom), KeyNone}
		if u.Free {
			f.States[0] = AlignFree
		}
		if !u.Proven {
			f.Severity, f.States[1] = Unknown, KeyNotFound
		}
		if u.Unset { // it may be set up for a subdomain of any name
			f.Severity, f.States[0] = Unknown, AlignUnset
		}
		if u.Path != "" { // that much is certain, whether the mail is signed or not
			f.Severity, f.States[0] = "", AlignHalf
			f.Evidence = append(f.Evidence, facts.Evidence(in.DNS.Get(u.Path, snapshot.MX), in.DNS.TXT(u.Path))...)
		}
		if u.NoMX != "" {
			f.States[0] = AlignNoMX
			f.Evidence = append(f.Evidence, facts.Evidence(in.DNS.Get(u.NoMX, snapshot.MX), in.DNS.TXT(u.NoMX))...)
		}
		if u.Service.HasMenu() && !u.Free {
			f.States = append(f.States, MenuKnown)
		}
		out = append(out, f)
	}
	return out
}

// keyEvidence returns the answers at a key's name and at the _domainkey name above it.
func keyEvidence(in *facts.Facts, name string) []snapshot.Answer {
	_, at, _ := dnsname.CutKey("." + name)
	return facts.Evidence(in.DNS.TXT(name), in.DNS.TXT(dnsname.Keys(at)))
}

// DKIMMissingArgs are the arguments of dkim-missing.
type DKIMMissingArgs struct {
	Service  Service
	Selector Text // the one that was looked at; "" if none is known
}

// The states of dkim-missing: where the key was seen to be absent, and how it gets into DNS.
var (
	MissingAbsent   = State{"seen", "absent"}  // there is no key at all, or the selector is certain
	MissingUsual    = State{"seen", "usual"}   // it is not at the usual selector; other names cannot be searched for
	MissingCopied   = State{"how", "copied"}   // the owner copies it from the service's console
	MissingMade     = State{"how", "made"}     // the owner makes it on a server of their own
	MissingSwitched = State{"how", "switched"} // a switch in the DNS panel publishes it
)

var ruleDKIMMissing = Rule{
	Code: DKIMMissing, Severity: Harms, Page: gmailGuide,
	After:   after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled, RecordWrongType),
	Aspects: []Aspect{{MissingAbsent, MissingUsual}, {MissingCopied, MissingMade, MissingSwitched}},
	Args:    DKIMMissingArgs{},
	Judge:   dkimMissing,
}

// dkimMissing finds the services that can sign and whose key was seen to be absent from DNS. It only harms: where SPF
// fails too, the SPF finding blocks.
func dkimMissing(in *facts.Facts) []Finding {
	var out []Finding
	for _, u := range in.Keyless() {
		name := in.KeyOf(u)
		how := MissingCopied
		switch {
		case in.Switched(u.Service):
			how = MissingSwitched
		case in.RunByOwner(u.Service):
			how = MissingMade
		}
		out = append(out, Finding{Name: name, Args: DKIMMissingArgs{Service(u.Service.ID), Text(u.Selector)}, Evidence: keyEvidence(in, name),
			States: []State{either(u.Usual, MissingUsual, MissingAbsent), how}})
	}
	return out
}

// DKIMHalfArgs are the arguments of dkim-half.
type DKIMHalfArgs struct {
	Service   Service
	Selectors Names // the ones without a key
}

var ruleDKIMHalf = Rule{
	Code: DKIMHalf, Severity: Advice, RFC: rfcDKIM + " section 3.1",
	After: after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled, RecordWrongType),
	Args:  DKIMHalfArgs{},
	Judge: dkimHalf,
}

// dkimHalf finds services that need keys at several selectors at once and of which only some are in DNS. Such a service
// signs with one key and switches to another whenever it likes.
func dkimHalf(in *facts.Facts) []Finding {
	var out []Finding
	for _, h := range in.Halves() {
		name := in.KeyName(h.Lacking[0])
		out = append(out, Finding{Name: name, Args: DKIMHalfArgs{Service(h.Service.ID), h.Lacking}, Evidence: keyEvidence(in, name)})
	}
	return out
}

// The states of dkim-crossed: whether the service has another key that is right, and whether the right target was seen.
var (
	CrossedAll  = State{"left", "none"}
	CrossedSome = State{"left", "some"}
	RightSeen   = State{"right", "seen"} // at another selector
	RightUnseen = State{"right", "unseen"}
)

// DKIMCrossedArgs are the arguments of dkim-crossed.
type DKIMCrossedArgs struct {
	Selector Text
	Other    Text // the selector whose key the alias leads to
	Service  Service
	Target   Name // where the alias leads
	Right    Name // where it should lead, with RightSeen
}

var ruleDKIMCrossed = Rule{
	Code: DKIMCrossed, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.2",
	After:   after(NSMoving, NSElsewhere, NameDoubled, TargetDoubled),
	Aspects: []Aspect{{CrossedAll, CrossedSome}, {RightSeen, RightUnseen}},
	Args:    DKIMCrossedArgs{},
	Judge:   dkimCrossed,
}

// dkimCrossed finds aliases that lead to the key of another selector of the same service. It is advice while another selector
// has its own key.
func dkimCrossed(in *facts.Facts) []Finding {
	var out []Finding
	for _, c := range in.CrossedAliases() {
		f := Finding{Name: c.Key.Answer.Name, States: []State{either(c.All, CrossedAll, CrossedSome), either(c.Right != "", RightSeen, RightUnseen)},
			Args:     DKIMCrossedArgs{Text(c.Key.Selector), Text(c.Other), Service(c.Service.ID), Name(c.Target), Name(c.Right)},
			Evidence: facts.Evidence(c.Key.Answer)}
		if !c.All {
			f.Severity = Advice
		}
		out = append(out, f)
	}
	return out
}

var ruleDKIMCannot = Rule{
	Code: DKIMCannot, Severity: Advice, Page: gmailGuide,
	After: after(),
	Args:  ServiceArgs{},
	Judge: dkimCannot,
}

// dkimCannot finds mail hosts that offer no DKIM signing.
func dkimCannot(in *facts.Facts) []Finding { return hostsBySigning(in, catalog.SigningNo) }

var ruleDKIMAsk = Rule{
	Code: DKIMAsk, Severity: Advice, Page: gmailGuide,
	After: after(),
	Args:  ServiceArgs{},
	Judge: dkimAsk,
}

// dkimAsk finds mail hosts of which the catalogue does not know whether they sign. A usable key in DNS settles the
// question.
func dkimAsk(in *facts.Facts) []Finding {
	if len(in.GoodSelectors()) > 0 {
		return nil
	}
	return hostsBySigning(in, catalog.SigningUnknown)
}

// hostsBySigning returns a finding for each mail host in use whose catalogue entry has this value for signing.
func hostsBySigning(in *facts.Facts, can catalog.Signing) []Finding {
	var out []Finding
	for _, s := range in.Services() {
		if s.Host && s.Kind != catalog.KindFreeMail && s.DKIM.Can == can && !in.SendsNothing() {
			out = append(out, Finding{Args: ServiceArgs{Service(s.ID)}})
		}
	}
	return out
}

// The states of dkim-not-found: why it is believed that there is no key.
var (
	NotFoundNone  = State{"proven", "none"}  // the _domainkey name above all keys does not exist
	NotFoundTried = State{"proven", "tried"} // none of the selectors that were tried has a key
)

// DKIMNotFoundArgs are the arguments of dkim-not-found.
type DKIMNotFoundArgs struct {
	Count   Count   // of selectors tried
	Tried   Names   `words:"-"`
	Service Service // whose console tells the selector, with MenuKnown
	Menu    Menu
}

var ruleDKIMNotFound = Rule{
	Code: DKIMNotFound, Severity: Advice, RFC: rfcDKIM + " section 3.6.2.1",
	After:   after(DKIMCannot, DKIMAsk, DKIMMisplaced, NameDoubled),
	Aspects: []Aspect{{NotFoundNone, NotFoundTried}},
	Remarks: []State{MenuKnown},
	Args:    DKIMNotFoundArgs{},
	Judge:   dkimNotFound,
}

// dkimNotFound reports that none of the selectors tried has a key, which does not prove that there is none. It is certain
// where _domainkey itself does not exist (RFC 8020), but a few old servers deny such names wrongly, so this stays advice.
func dkimNotFound(in *facts.Facts) []Finding {
	if len(in.GoodSelectors()) > 0 || in.SendsNothing() || in.FreeMailOnly() || len(in.Keyless()) > 0 || len(in.FaultySelectors()) > 0 {
		return nil
	}
	if _, unseen := in.KeyUnseen(); unseen || in.SignedBeside() {
		return nil // the key may be the one whose look-up failed, or is a related domain's
	}
	if _, wild := in.WildcardKey(); wild {
		return nil
	}
	if slices.ContainsFunc(in.KeysAsked(), func(k facts.Key) bool { return k.Answer.Cut() }) {
		return nil // the part that was cut off may hold a key
	}
	var tried Names
	seen := keyEvidence(in, dnsname.Keys(in.Owner.Domain))
	for _, k := range in.KeysAsked() {
		if k.Answer.Known() {
			tried = append(tried, k.Selector)
			seen = append(seen, k.Answer)
		}
	}
	if !in.NoKeys() && len(tried) == 0 {
		return nil
	}
	args := DKIMNotFoundArgs{Count: Count(len(tried)), Tried: tried}
	f := Finding{States: []State{either(in.NoKeys(), NotFoundNone, NotFoundTried)}, Evidence: seen[:1]}
	if u := in.Unsigned(); len(u) > 0 && u[0].Service.HasMenu() {
		args.Service, args.Menu = Service(u[0].Service.ID), Menu(u[0].Service.ID)
		f.States = append(f.States, MenuKnown)
	}
	f.Args = args
	return one(f)
}

// The states of dkim-wildcard: whether it is known which service the key belongs to.
var (
	WildcardOne   = State{"whose", "one"}   // only one service signs, so the key is its
	WildcardWhose = State{"whose", "whose"} // several services sign; which of them uses it is unknown
)

// DKIMWildcardArgs are the arguments of dkim-wildcard.
type DKIMWildcardArgs struct {
	At Name
}

var ruleDKIMWildcard = Rule{
	Code: DKIMWildcard, Severity: Advice, RFC: "RFC 4592",
	After:   after(),
	Aspects: []Aspect{{WildcardOne, WildcardWhose}},
	Args:    DKIMWildcardArgs{},
	Judge:   dkimWildcard,
}

// dkimWildcard finds a wildcard TXT record that answers every selector with one key. Receivers use it whatever selector
// the signature names (RFC 4592).
func dkimWildcard(in *facts.Facts) []Finding {
	if _, ok := in.WildcardKey(); !ok || in.SendsNothing() {
		return nil
	}
	name := dnsname.Key("*", in.Owner.Domain)
	f := Finding{Name: name, States: []State{WildcardOne}, Args: DKIMWildcardArgs{Name(name)},
		Evidence: facts.Evidence(in.DNS.TXT(in.KeyName(facts.WildcardLabel)))}
	if in.Signing() > 1 {
		f.Severity, f.States = Unknown, []State{WildcardWhose}
	}
	return one(f)
}

// The states of dkim-astray: who named the selector.
var (
	AstrayGiven = State{"named", "given"}  // the owner
	AstrayMail  = State{"named", "signed"} // the signature of the mail in hand, in the name of a related domain
)

// DKIMAstrayArgs are the arguments of dkim-astray.
type DKIMAstrayArgs struct {
	Selector Text
	Signer   Name // whose key it is, with AstrayMail
	Domain   Name // the domain that was checked, with AstrayMail
}

var ruleDKIMAstray = Rule{
	Code: DKIMAstray, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.1",
	After:   after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled),
	Aspects: []Aspect{{AstrayGiven, AstrayMail}},
	Args:    DKIMAstrayArgs{},
	Judge:   dkimAstray,
}

// dkimAstray finds selectors at which there is no record although the owner named them, or the mail in hand is signed with
// them in the name of a related domain. The latter is advice where the mail passed DMARC without that signature.
func dkimAstray(in *facts.Facts) []Finding {
	var out []Finding
	for _, k := range in.Astray() {
		out = append(out, Finding{Name: in.KeyName(k.Selector), States: []State{AstrayGiven}, Args: DKIMAstrayArgs{Selector: Text(k.Selector)},
			Evidence: keyEvidence(in, in.KeyName(k.Selector))})
	}
	for _, s := range in.KeylessSignatures() {
		name := dnsname.Key(s.Selector, s.Domain)
		f := Finding{Name: name, States: []State{AstrayMail}, Args: DKIMAstrayArgs{Text(s.Selector), Name(s.Domain), Name(in.Owner.Domain)},
			Evidence: facts.Evidence(in.DNS.TXT(name))}
		if in.Owner.Mail.DMARC == "pass" {
			f.Severity = Advice
		}
		out = append(out, f)
	}
	return out
}

// DKIMOKArgs are the arguments of dkim-ok.
type DKIMOKArgs struct {
	Selectors Names
	Count     Count
}

var ruleDKIMOK = Rule{
	Code: DKIMOK, Severity: Fine, RFC: rfcDKIM + " section 3.6.1",
	After: after(CNAMEBeside),
	Args:  DKIMOKArgs{},
	Judge: dkimOK,
}

// dkimOK reports that at least one usable key was seen, apart from those that are not the keys that the owner pasted.
func dkimOK(in *facts.Facts) []Finding {
	good := slices.DeleteFunc(slices.Clone(in.GoodSelectors()), func(sel string) bool {
		return slices.ContainsFunc(in.Mismatches(), func(m facts.Mismatch) bool { return m.Selector == sel })
	})
	if len(good) == 0 {
		return nil
	}
	name := in.KeyName(good[0])
	seen := in.DNS.TXT(name)
	if seen.Status == snapshot.Unasked {
		seen = in.DNS.TXT(in.KeyName(facts.WildcardLabel))
	}
	return one(Finding{Name: name, Args: DKIMOKArgs{good, Count(len(good))}, Evidence: facts.Evidence(seen)})
}
