package checks

import (
	"cmp"
	"slices"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

var ruleDMARCUnknown = Rule{
	Code: DMARCUnknown, Severity: Unknown, RFC: rfcDMARC + " section 4.10",
	After: after(),
	Args:  UnseenArgs{},
	Judge: dmarcUnknown,
}

// dmarcUnknown finds a failed look-up on the DMARC tree walk, because of which it is unknown which policy applies.
func dmarcUnknown(in *facts.Facts) []Finding {
	a := in.DNS.TXT(in.PolicyName())
	for _, name := range dmarc.Walk(in.Owner.Domain) {
		if got := in.DNS.TXT(name); got.Status == snapshot.Failed {
			a = got
			break
		}
	}
	if in.Policy().Known || a.Status == snapshot.Unasked || a.Cut() { // answer-cut reports answers that were cut off
		return nil
	}
	return one(Finding{Name: a.Name, Args: UnseenArgs{Reason(a.Reason)}, Evidence: facts.Evidence(a)})
}

var ruleDMARCMultiple = Rule{
	Code: DMARCMultiple, Severity: Harms, RFC: rfcDMARC + " section 4.10",
	After: after(),
	Args:  CountArgs{},
	Judge: dmarcMultiple,
}

// dmarcMultiple finds several DMARC records at one name; receivers then apply none (RFC 9989 section 4.10).
func dmarcMultiple(in *facts.Facts) []Finding {
	p := in.Policy()
	if !p.Known || len(p.Records) < 2 {
		return nil
	}
	return one(Finding{Name: p.At, Args: CountArgs{Count(len(p.Records))}, Evidence: policyEvidence(in)})
}

// tagNoRecord is the problem of a text that was meant to be a DMARC record and is not one.
const tagNoRecord = "not-a-record"

// tagCut is the problem of a record that ends with its version.
const tagCut = "cut"

var ruleDMARCSyntax = Rule{
	Code: DMARCSyntax, Severity: Harms, RFC: rfcDMARC + " section 4.7",
	After: after(DMARCMultiple),
	Args:  PolicyPieceArgs{},
	Judge: dmarcSyntax,
}

// dmarcSyntax finds a DMARC record that receivers ignore, or a text that was meant to be one.
func dmarcSyntax(in *facts.Facts) []Finding {
	name := in.PolicyName()
	if p := in.Policy(); p.Known && len(p.Records) > 0 {
		name = p.At // a broken record of a parent domain applies here too
	}
	a := in.DNS.TXT(name)
	var out []Finding
	for _, v := range a.Data() {
		code, piece := "", v
		switch {
		case dmarc.Is(v):
			if p, bad := facts.PolicyProblem(dmarc.Parse(v)); bad {
				code, piece = p.Code, cmp.Or(p.Text, v)
				if code == dmarc.NoPolicy && len(dmarc.Parse(v).Tags) == 1 {
					code = tagCut
				}
			}
		case dmarc.Resembles(v):
			code = cmp.Or(lookAlike(v), tagNoRecord)
		}
		if code != "" {
			out = append(out, Finding{Name: name, Args: PolicyPieceArgs{Record(v), Pieces{piece}, PolicyTag(code)}, Evidence: facts.Evidence(a)})
		}
	}
	return out
}

// lookAlike returns the problem of letters that only look like the right ones, if nothing else keeps a text from being a
// DMARC record; else "".
func lookAlike(v string) string {
	code, plain, done := "", "", 0
	for _, p := range dmarc.Parse(v).Problems {
		if (p.Code == dmarc.FullWidth || p.Code == dmarc.Typographic) && p.Start >= done {
			code, plain, done = cmp.Or(code, p.Code), plain+v[done:p.Start]+p.Fix, p.End
		}
	}
	if !dmarc.Is(plain + v[done:]) {
		return ""
	}
	return code
}

// DMARCMisplacedArgs are the arguments of dmarc-misplaced.
type DMARCMisplacedArgs struct {
	At     Name
	Meant  Name
	Record Record `words:"-"`
}

var ruleDMARCMisplaced = Rule{
	Code: DMARCMisplaced, Severity: Harms, RFC: rfcDMARC + " section 4.10",
	After: after(),
	Args:  DMARCMisplacedArgs{},
	Judge: dmarcMisplaced,
}

// dmarcMisplaced finds a DMARC record at the domain itself or at a mistyped name, where receivers do not look.
func dmarcMisplaced(in *facts.Facts) []Finding {
	d := in.Owner.Domain
	own, known := reading.DMARCRecords(in.DNS, d)
	if !known || len(own) > 0 {
		return nil
	}
	var severity Severity
	if len(in.Policy().Records) > 0 {
		severity = Advice // the policy of a parent domain applies
	}
	var out []Finding
	for _, at := range []string{d, "dmarc." + d, dnsname.Policy(in.HalfTyped()), dnsname.Policy("www." + d), dnsname.Policy("mail." + d)} {
		a := in.DNS.TXT(at)
		if !a.Known() || at != d && in.MaybeWildcard(a) {
			continue
		}
		for _, v := range a.Data() {
			if dmarc.Is(v) || dmarc.Resembles(v) {
				out = append(out, Finding{Name: at, Severity: severity, Args: DMARCMisplacedArgs{Name(at), Name(in.PolicyName()), Record(v)}, Evidence: facts.Evidence(a)})
				break
			}
		}
	}
	return out
}

var ruleDMARCMissing = Rule{
	Code: DMARCMissing, Severity: Harms, Page: gmailGuide, Also: []string{docomoGuide},
	After: after(DomainShared, NSMoving, NSElsewhere, DMARCSyntax, DMARCMisplaced, NameDoubled, CNAMEBeside, RecordWrongType),
	Judge: dmarcMissing,
}

// dmarcMissing reports that no DMARC policy applies to the domain and that this was seen. It is advice where the owner
// cannot add one.
func dmarcMissing(in *facts.Facts) []Finding {
	if !in.LacksPolicy() {
		return nil
	}
	f := Finding{Name: in.PolicyName(), Evidence: facts.Evidence(in.DNS.TXT(in.PolicyName()))}
	if in.LentFrom() != "" {
		f.Severity = Advice
	}
	return one(f)
}

// The states of dmarc-strict: what the policy asks for, and whether it is certain that there is no key.
var (
	StrictReject     = State{"policy", "reject"}
	StrictQuarantine = State{"policy", "quarantine"}
	StrictNobody     = State{"key", "nobody"} // nothing shows who sends
)

var ruleDMARCStrict = Rule{
	Code: DMARCStrict, Severity: Harms, RFC: rfcDMARC + " section 7.4",
	After:   after(),
	Aspects: []Aspect{{StrictReject, StrictQuarantine}, {KeyNone, KeyNotFound, StrictNobody}},
	Judge:   dmarcStrict,
}

// dmarcStrict finds a policy of quarantine or reject where no mail of the domain was seen to pass with alignment. A key
// may exist at a selector that was not guessed; the severity and the states say how certain it is.
func dmarcStrict(in *facts.Facts) []Finding {
	strict, p := in.Strict(), in.Policy()
	if strict == facts.StrictNone {
		return nil
	}
	reject, proven := p.Applied == "reject", strict == facts.StrictProven
	f := Finding{
		Name: p.At, Severity: Harms, States: []State{either(reject, StrictReject, StrictQuarantine), either(proven, KeyNone, KeyNotFound)},
		Evidence: facts.Evidence(in.DNS.TXT(p.At), in.DNS.TXT(in.Owner.Domain), in.DNS.TXT(dnsname.Keys(in.Owner.Domain))),
	}
	switch {
	case strict == facts.StrictNobody:
		f.Severity, f.States[1] = Unknown, StrictNobody
	case proven && reject:
		f.Severity = Blocks
	case !proven && !reject:
		f.Severity = Advice
	}
	return one(f)
}

// DMARCInheritedArgs are the arguments of dmarc-inherited.
type DMARCInheritedArgs struct {
	At     Name
	Tag    Word
	Policy Word
}

var ruleDMARCInherited = Rule{
	Code: DMARCInherited, Severity: Advice, RFC: rfcDMARC + " section 4.10",
	After: after(),
	Args:  DMARCInheritedArgs{},
	Judge: dmarcInherited,
}

// dmarcInherited finds a subdomain without its own record to which the policy of a parent domain applies.
func dmarcInherited(in *facts.Facts) []Finding {
	p := in.Policy()
	if !p.Readable || p.Own || p.Applied == "none" {
		return nil
	}
	return one(Finding{Name: p.At, Args: DMARCInheritedArgs{Name(p.At), Word(p.Tag), Word(p.Applied)},
		Evidence: facts.Evidence(in.DNS.TXT(p.At), in.DNS.TXT(in.PolicyName()))})
}

// The states of dmarc-old-view: what is published at the registered domain.
var (
	OldViewNone  = State{"there", "none"}
	OldViewOther = State{"there", "other"}
)

// DMARCOldViewArgs are the arguments of dmarc-old-view.
type DMARCOldViewArgs struct {
	At  Name
	Old Name // where receivers that follow RFC 7489 look
}

var ruleDMARCOldView = Rule{
	Code: DMARCOldView, Severity: Advice, RFC: "RFC 7489 section 6.6.3",
	After:   after(),
	Aspects: []Aspect{{OldViewNone, OldViewOther}},
	Args:    DMARCOldViewArgs{},
	Judge:   dmarcOldView,
}

// dmarcOldView finds a policy that receivers which still follow RFC 7489 do not see: they look only at the registered
// domain (section 6.6.3), which has another record or none.
func dmarcOldView(in *facts.Facts) []Finding {
	p := in.Policy()
	registered := input.Registrable(in.Owner.Domain)
	old := dnsname.Policy(registered)
	if !p.Known || len(p.Records) == 0 || p.At == old || p.Own {
		return nil
	}
	theirs, seen := reading.DMARCRecords(in.DNS, registered)
	if !seen {
		return nil
	}
	return one(Finding{Name: p.At, States: []State{either(len(theirs) == 0, OldViewNone, OldViewOther)},
		Args: DMARCOldViewArgs{Name(p.At), Name(old)}, Evidence: facts.Evidence(in.DNS.TXT(p.At), in.DNS.TXT(old))})
}

// The states of dmarc-ok: the policy that receivers apply.
var (
	PolicyNone       = State{"policy", "none"}
	PolicyQuarantine = State{"policy", "quarantine"}
	PolicyReject     = State{"policy", "reject"}
)

// policyStates maps the applied policy to the states of dmarc-ok.
var policyStates = map[string]State{"none": PolicyNone, "quarantine": PolicyQuarantine, "reject": PolicyReject}

var ruleDMARCOK = Rule{
	Code: DMARCOK, Severity: Fine, RFC: rfcDMARC + " section 4.7",
	After:   after(CNAMEBeside),
	Aspects: []Aspect{{PolicyNone, PolicyQuarantine, PolicyReject}},
	Judge:   dmarcOK,
}

// dmarcOK reports that every receiver reads the policy as intended and that the policy does not reject the owner's own
// mail.
func dmarcOK(in *facts.Facts) []Finding {
	p := in.Policy()
	strict := in.Strict()
	apart := slices.ContainsFunc(in.Misaligned(), func(m facts.Misaligned) bool { return m.Left == facts.LeftNothing })
	turns := apart || strict == facts.StrictProven || strict == facts.StrictNobody || strict == facts.StrictMaybe && p.Applied == "reject"
	if !p.Readable || p.Own && p.PercentRisk() || in.PolicyCased() || turns {
		return nil
	}
	return one(Finding{Name: p.At, States: []State{policyStates[p.Applied]}, Evidence: policyEvidence(in)})
}
