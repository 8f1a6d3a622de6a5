package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
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

// dkimUnknown: an answer about a key failed, and no good key was seen.
func dkimUnknown(in *facts.Facts) []Finding {
	k, ok := in.KeyUnseen()
	if !ok {
		return nil
	}
	return one(Finding{Name: k.Answer.Name, Args: KeyUnseenArgs{Text(k.Selector), Reason(k.Answer.Reason)}, Evidence: facts.Evidence(k.Answer)})
}

// The states of sender-unaligned: what of the service's mail could align, and whether its key is certain to lack.
var (
	AlignNever  = State{"align", "never"}  // SPF never passes in the domain's name
	AlignCustom = State{"align", "custom"} // it does with a return path in the domain
	AlignFree   = State{"align", "free"}   // a free account: neither SPF nor DKIM ever passes in the domain's name
	AlignSeen   = State{"align", "seen"}   // a mail in hand shows it
	KeyNone     = State{"key", "none"}
	KeyNotFound = State{"key", "not-found"}
	KeySeen     = State{"key", "other"} // the mail in hand is signed by another domain, or not at all
	MenuKnown   = State{"menu", "menu"} // where its console gives the key is known
)

// SenderUnalignedArgs are the arguments of sender-unaligned.
type SenderUnalignedArgs struct {
	Service Service
	Menu    Menu
}

var ruleSenderUnaligned = Rule{
	Code: SenderUnaligned, Severity: Harms, RFC: rfcDMARC + " section 4.4",
	After:   after(),
	Aspects: []Aspect{{AlignNever, AlignCustom, AlignFree, AlignSeen}, {KeyNone, KeyNotFound, KeySeen}},
	Remarks: []State{MenuKnown},
	Args:    SenderUnalignedArgs{},
	Judge:   senderUnaligned,
}

// senderUnaligned: DMARC fails for the mail of a service in use. Where its key may only not have been found, that is said
// and nothing claimed.
func senderUnaligned(in *facts.Facts) []Finding {
	out := seenUnaligned(in)
	for _, u := range in.Unaligned() {
		id := u.Service.ID
		f := Finding{Args: SenderUnalignedArgs{Service(id), Menu(id)}, Evidence: keyEvidence(in, in.KeyOf(u.Unsigned))}
		f.States = []State{either(u.Align == catalog.AlignNever, AlignNever, AlignCustom), KeyNone}
		if u.Free {
			f.States[0] = AlignFree
		}
		if !u.Proven {
			f.Severity, f.States[1] = Unknown, KeyNotFound
		}
		if u.Service.HasMenu() && !u.Free {
			f.States = append(f.States, MenuKnown)
		}
		out = append(out, f)
	}
	return out
}

// keyEvidence is what was seen at the name where a key belongs, and at the name above all keys.
func keyEvidence(in *facts.Facts, name string) []snapshot.Answer {
	_, at, _ := dnsname.CutKey("." + name)
	return facts.Evidence(in.DNS.TXT(name), in.DNS.TXT(dnsname.Keys(at)))
}

// DKIMMisplacedArgs are the arguments of dkim-misplaced.
type DKIMMisplacedArgs struct {
	At       Name
	Selector Text // "" where it is not known
	Domain   Name
	Record   Record `words:"-"`
}

// The states of dkim-misplaced: whether it is known for which selector the key is meant.
var (
	SelectorKnown   = State{"selector-known", "known"}
	SelectorUnknown = State{"selector-known", "unknown"}
)

var ruleDKIMMisplaced = Rule{
	Code: DKIMMisplaced, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.1",
	After:   after(),
	Aspects: []Aspect{{SelectorKnown, SelectorUnknown}},
	Args:    DKIMMisplacedArgs{},
	Judge:   dkimMisplaced,
}

// dkimMisplaced: a key stands at the selector's name without _domainkey, at _domainkey alone, or at the domain itself,
// while a key is missing where a receiver looks.
func dkimMisplaced(in *facts.Facts) []Finding {
	d := in.Owner.Domain
	unsigned := in.Unsigned()
	if len(unsigned) == 0 && len(in.GoodSelectors()) > 0 {
		return nil
	}
	var out []Finding
	look := func(at, selector string) {
		if slices.ContainsFunc(out, func(f Finding) bool { return f.Name == at }) {
			return
		}
		if f, found := keyBeside(in, at, selector); found {
			out = append(out, f)
		}
	}
	for _, k := range in.Owner.Keys {
		if sel := strings.ToLower(k.Selector); sel != "" && !slices.Contains(in.GoodSelectors(), sel) {
			look(sel+"."+d, sel)
		}
	}
	for _, u := range unsigned {
		if u.Selector != "" && u.Below == "" {
			look(u.Selector+"."+d, u.Selector)
		}
	}
	look(dnsname.Keys(d), "")
	look(d, "")
	return out
}

// keyBeside finds a good key at a name where no receiver looks.
func keyBeside(in *facts.Facts, at, selector string) (f Finding, found bool) {
	a := in.DNS.TXT(at)
	if !a.Known() || at != in.Owner.Domain && in.MaybeWildcard(a) {
		return f, false
	}
	for _, v := range a.Data() {
		if dkim.Is(v) && dkim.Parse(v).Valid() {
			return Finding{Name: at, States: []State{either(selector != "", SelectorKnown, SelectorUnknown)},
				Args: DKIMMisplacedArgs{Name(at), Text(selector), Name(in.Owner.Domain), Record(v)}, Evidence: facts.Evidence(a)}, true
		}
	}
	return f, false
}

// ServiceArgs are the arguments of dkim-missing, dkim-cannot and dkim-ask.
type ServiceArgs struct {
	Service Service
}

// The states of dkim-missing: how the key gets into DNS.
var (
	MissingCopied   = State{"how", "copied"}   // its console shows it, and it is copied
	MissingSwitched = State{"how", "switched"} // the panel's own switch makes it
)

var ruleDKIMMissing = Rule{
	Code: DKIMMissing, Severity: Harms, Page: gmailGuide,
	After:   after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled, RecordWrongType),
	Aspects: []Aspect{{MissingCopied, MissingSwitched}},
	Args:    ServiceArgs{},
	Judge:   dkimMissing,
}

// dkimMissing: a service that can sign has no key in DNS, and that was seen. Together with a failing SPF nothing passes,
// but that is said of SPF; alone it harms: forwarded mail, bulk mail, and DMARC by DKIM.
func dkimMissing(in *facts.Facts) []Finding {
	var out []Finding
	for _, u := range in.Keyless() {
		name := in.KeyOf(u)
		out = append(out, Finding{Name: name, States: []State{either(in.Switched(u.Service), MissingSwitched, MissingCopied)}, Args: ServiceArgs{Service(u.Service.ID)}, Evidence: keyEvidence(in, name)})
	}
	return out
}

// DKIMHalfArgs are the arguments of dkim-half.
type DKIMHalfArgs struct {
	Service   Service
	Selectors Names // that are lacking
}

var ruleDKIMHalf = Rule{
	Code: DKIMHalf, Severity: Advice, RFC: rfcDKIM + " section 3.1",
	After: after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled, RecordWrongType),
	Args:  DKIMHalfArgs{},
	Judge: dkimHalf,
}

// dkimHalf: of the keys that a service needs side by side some are lacking. It signs with one of them, and changes to another
// when it likes.
func dkimHalf(in *facts.Facts) []Finding {
	var out []Finding
	for _, h := range in.Halves() {
		name := in.KeyName(h.Lacking[0])
		out = append(out, Finding{Name: name, Args: DKIMHalfArgs{Service(h.Service.ID), h.Lacking}, Evidence: keyEvidence(in, name)})
	}
	return out
}

var ruleDKIMCannot = Rule{
	Code: DKIMCannot, Severity: Advice, Page: gmailGuide,
	After: after(),
	Args:  ServiceArgs{},
	Judge: dkimCannot,
}

// dkimCannot: the mail host offers no signing, so no key is demanded; the ways out are told.
func dkimCannot(in *facts.Facts) []Finding { return unsigning(in, catalog.SigningNo) }

var ruleDKIMAsk = Rule{
	Code: DKIMAsk, Severity: Advice, Page: gmailGuide,
	After: after(),
	Args:  ServiceArgs{},
	Judge: dkimAsk,
}

// dkimAsk: whether the mail host can sign is not known here, so it is asked, never claimed. A key that is seen answers it.
func dkimAsk(in *facts.Facts) []Finding {
	if len(in.GoodSelectors()) > 0 {
		return nil
	}
	return unsigning(in, catalog.SigningUnknown)
}

// unsigning lists the mail hosts in use of which the catalogue says this about signing.
func unsigning(in *facts.Facts, can catalog.Signing) []Finding {
	var out []Finding
	for _, s := range in.Services() {
		if s.Host && s.Kind != catalog.KindFreeMail && s.DKIM.Can == can && !in.SendsNothing() {
			out = append(out, Finding{Args: ServiceArgs{Service(s.ID)}})
		}
	}
	return out
}

// The states of dkim-not-found.
var (
	NotFoundNone  = State{"proven", "none"}  // the name above all keys does not exist
	NotFoundTried = State{"proven", "tried"} // nothing at the names that were tried
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
	After:   after(DKIMCannot, DKIMAsk, DKIMMisplaced),
	Aspects: []Aspect{{NotFoundNone, NotFoundTried}},
	Remarks: []State{MenuKnown},
	Args:    DKIMNotFoundArgs{},
	Judge:   dkimNotFound,
}

// dkimNotFound: no key among the selectors tried; that is not the same as none. Where the name above them all does not
// exist there is none, but a few old servers are wrong about such names, so that nothing hangs on it here.
func dkimNotFound(in *facts.Facts) []Finding {
	if len(in.GoodSelectors()) > 0 || in.SendsNothing() || in.FreeMailOnly() || len(in.Keyless()) > 0 || len(in.FaultySelectors()) > 0 {
		return nil
	}
	if _, unseen := in.KeyUnseen(); unseen {
		return nil // the one that was not seen may be it
	}
	if _, wild := in.WildcardKey(); wild {
		return nil
	}
	if slices.ContainsFunc(in.KeysAsked(), func(k facts.Key) bool { return k.Answer.Cut() }) {
		return nil // a key may be what was cut off
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

// The states of dkim-wildcard.
var (
	WildcardOne   = State{"whose", "one"}   // one service signs, so that it is that one's
	WildcardWhose = State{"whose", "whose"} // which of several services signs with it was not seen
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

// dkimWildcard: one key answers for every selector. What a wildcard answers is an answer (RFC 4592): whoever signs, a
// receiver finds this key.
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

// DKIMAstrayArgs are the arguments of dkim-astray.
type DKIMAstrayArgs struct {
	Selector Text
}

var ruleDKIMAstray = Rule{
	Code: DKIMAstray, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.1",
	After: after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled),
	Args:  DKIMAstrayArgs{},
	Judge: dkimAstray,
}

// dkimAstray: the owner named a selector, and nothing stands there.
func dkimAstray(in *facts.Facts) []Finding {
	var out []Finding
	for _, k := range in.Astray() {
		out = append(out, Finding{Name: in.KeyName(k.Selector), Args: DKIMAstrayArgs{Text(k.Selector)}, Evidence: keyEvidence(in, in.KeyName(k.Selector))})
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

// dkimOK: at least one usable key was seen.
func dkimOK(in *facts.Facts) []Finding {
	good := in.GoodSelectors()
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
