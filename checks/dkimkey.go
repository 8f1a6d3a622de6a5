package checks

import (
	"slices"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/facts"
)

// The states of findings about one key: whether anything hangs on it, and what is known of the mistake.
var (
	KeyUsed    = State{"use", "used"}            // mail in use hangs on it
	KeyUnused  = State{"use", "unused"}          // a leftover, or a spare
	KeySecret  = State{"use", "secret"}          // the private key stands in DNS
	KeyMeasure = State{"length", "length-known"} // how long it should be
	KeyCut     = State{"length", "length-unknown"}
)

// KeyArgs are the arguments of findings about the key at one selector.
type KeyArgs struct {
	Selector Text
}

// keyFaults makes a finding of each selector at which a judge sees its fault. One on which nothing hangs is advice. A key
// that is not the pasted one is told by dkim-mismatch alone.
func keyFaults(in *facts.Facts, judge func(facts.Key) (f Finding, bad bool)) []Finding {
	told := in.Mismatches()
	var out []Finding
	for _, k := range in.KeysAsked() {
		f, bad := judge(k)
		if !bad || slices.ContainsFunc(told, func(m facts.Mismatch) bool { return m.Selector == k.Selector }) {
			continue
		}
		f.Name, f.Evidence = k.Answer.Name, facts.Evidence(k.Answer)
		used := in.Matters(k)
		if !used {
			f.Severity = Advice
		}
		f.States = append([]State{either(used, KeyUsed, KeyUnused)}, f.States...)
		out = append(out, f)
	}
	return out
}

// brokenKey reads the one key at a selector where it is broken in a way that is wanted, by its code of package dkim.
func brokenKey(k facts.Key, want func(code string) bool) (r dkim.Record, p dkim.Problem, ok bool) {
	if len(k.Records) != 1 || k.Several() {
		return r, p, false
	}
	r = dkim.Parse(k.Records[0])
	code := facts.BrokenBy(r)
	if code == "" || !want(code) {
		return r, p, false
	}
	p.Code = code
	if i := slices.IndexFunc(r.Problems, func(p dkim.Problem) bool { return p.Code == code }); i >= 0 {
		p = r.Problems[i]
	}
	return r, p, true
}

// The states of dkim-mismatch: what DNS has in place of the pasted key.
var (
	MismatchCut     = State{"kind", "cut"}     // its beginning
	MismatchService = State{"kind", "service"} // the key of another service
	MismatchAlias   = State{"kind", "alias"}   // another target
	MismatchOld     = State{"kind", "old"}     // some other key
)

// mismatchStates are the states by how DNS differs.
var mismatchStates = map[string]State{facts.DiffersCut: MismatchCut, facts.DiffersService: MismatchService, facts.DiffersAlias: MismatchAlias,
	facts.DiffersOld: MismatchOld}

// DKIMMismatchArgs are the arguments of dkim-mismatch.
type DKIMMismatchArgs struct {
	Selector Text
	Service  Service // whose key stands there, with MismatchService
}

var ruleDKIMMismatch = Rule{
	Code: DKIMMismatch, Severity: Harms, RFC: rfcDKIM + " section 3.6.2",
	After:   after(),
	Aspects: []Aspect{{MismatchCut, MismatchService, MismatchAlias, MismatchOld}},
	Args:    DKIMMismatchArgs{},
	Judge:   dkimMismatch,
}

// dkimMismatch: what the console shows, as pasted, is not what DNS has at the selector.
func dkimMismatch(in *facts.Facts) []Finding {
	var out []Finding
	for _, m := range in.Mismatches() {
		out = append(out, Finding{Name: in.KeyName(m.Selector), States: []State{mismatchStates[m.How]},
			Args: DKIMMismatchArgs{Text(m.Selector), Service(m.Service)}, Evidence: facts.Evidence(m.Answer)})
	}
	return out
}

// The states of dkim-multiple: what stands side by side.
var (
	SeveralKeys   = State{"several", "keys"}
	SeveralBeside = State{"several", "beside"} // one key, and texts that are none
	SeveralHalves = State{"several", "halves"} // two parts of one key
)

// DKIMMultipleArgs are the arguments of dkim-multiple.
type DKIMMultipleArgs struct {
	Selector Text
	Count    Count // of texts
	Beside   Texts // those that are no key, with SeveralBeside
}

var ruleDKIMMultiple = Rule{
	Code: DKIMMultiple, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.2",
	After:   after(),
	Aspects: []Aspect{{SeveralKeys, SeveralBeside, SeveralHalves}},
	Remarks: []State{KeyUnused},
	Args:    DKIMMultipleArgs{},
	Judge:   dkimMultiple,
}

// dkimMultiple: several texts at one selector, of which a receiver takes any or none (RFC 6376 section 3.6.2.2). One that is
// no key spoils it as well as a second key does.
func dkimMultiple(in *facts.Facts) []Finding {
	out := keyFaults(in, func(k facts.Key) (Finding, bool) {
		if k.Answer.Cut() {
			return Finding{}, false // what stands there was not seen whole
		}
		args := DKIMMultipleArgs{Selector: Text(k.Selector), Count: Count(len(k.Records) + len(k.Beside))}
		state := SeveralKeys
		if _, halves := k.Whole(); halves {
			state = SeveralHalves
		} else if len(k.Records) == 1 {
			state, args.Beside = SeveralBeside, Texts(k.Beside)
		}
		return Finding{States: []State{state}, Args: args}, k.Several()
	})
	for i := range out {
		out[i].States = slices.DeleteFunc(out[i].States, func(s State) bool { return s == KeyUsed })
	}
	return out
}

// DKIMTruncatedArgs are the arguments of dkim-truncated.
type DKIMTruncatedArgs struct {
	Selector Text
	Have     Number // letters of the key
	Want     Number // those that its length field asks for, with KeyMeasure
}

var ruleDKIMTruncated = Rule{
	Code: DKIMTruncated, Severity: Harms, RFC: rfcDKIM + " section 3.6.1",
	After:   after(),
	Aspects: []Aspect{{KeyUsed, KeyUnused}, {KeyMeasure, KeyCut}},
	Args:    DKIMTruncatedArgs{},
	Judge:   dkimTruncated,
}

// dkimTruncated: the key's own length field asks for more than is there.
func dkimTruncated(in *facts.Facts) []Finding {
	return keyFaults(in, func(k facts.Key) (Finding, bool) {
		_, p, ok := brokenKey(k, func(code string) bool { return code == dkim.Truncated })
		return Finding{States: []State{either(p.Want > 0, KeyMeasure, KeyCut)}, Args: DKIMTruncatedArgs{Text(k.Selector), Number(p.Have), Number(p.Want)}}, ok
	})
}

// DKIMMalformedArgs are the arguments of dkim-malformed.
type DKIMMalformedArgs struct {
	Selector Text
	Problem  KeyFault
}

var ruleDKIMMalformed = Rule{
	Code: DKIMMalformed, Severity: Harms, RFC: rfcDKIM + " section 3.6.1",
	After:   after(),
	Aspects: []Aspect{{KeyUsed, KeyUnused, KeySecret}},
	Args:    DKIMMalformedArgs{},
	Judge:   dkimMalformed,
}

// dkimMalformed: something stands at a selector, but no receiver can use it.
func dkimMalformed(in *facts.Facts) []Finding {
	out := keyFaults(in, func(k facts.Key) (Finding, bool) {
		_, p, ok := brokenKey(k, func(code string) bool { return code != dkim.Truncated && code != dkim.ShortKey })
		return Finding{Args: DKIMMalformedArgs{Text(k.Selector), KeyFault(p.Code)}}, ok
	})
	for i, f := range out {
		if f.Args.(DKIMMalformedArgs).Problem == dkim.PrivateKey {
			out[i].States = []State{KeySecret}
		}
	}
	return out
}

// DKIMShortKeyArgs are the arguments of dkim-short-key.
type DKIMShortKeyArgs struct {
	Selector Text
	Bits     Number
}

var ruleDKIMShortKey = Rule{
	Code: DKIMShortKey, Severity: Harms, RFC: "RFC 8301 section 3.2",
	After:   after(),
	Aspects: []Aspect{{KeyUsed, KeyUnused}},
	Args:    DKIMShortKeyArgs{},
	Judge:   dkimShortKey,
}

// dkimShortKey: receivers must not accept RSA below 1024 bits (RFC 8301 section 3.2).
func dkimShortKey(in *facts.Facts) []Finding {
	return keyFaults(in, func(k facts.Key) (Finding, bool) {
		r, _, ok := brokenKey(k, func(code string) bool { return code == dkim.ShortKey })
		return Finding{Args: DKIMShortKeyArgs{Text(k.Selector), Number(r.Bits)}}, ok
	})
}

var ruleDKIMRevoked = Rule{
	Code: DKIMRevoked, Severity: Harms, RFC: rfcDKIM + " section 3.6.1",
	After: after(),
	Args:  KeyArgs{},
	Judge: dkimRevoked,
}

// dkimRevoked: the key is empty, which means that it is withdrawn (RFC 6376 section 3.6.1). A spare beside a good key of
// the same service is kept so on purpose, and nothing is said of it.
func dkimRevoked(in *facts.Facts) []Finding {
	all := keyFaults(in, func(k facts.Key) (Finding, bool) {
		return Finding{Args: KeyArgs{Text(k.Selector)}}, len(k.Records) == 1 && !k.Several() && dkim.Parse(k.Records[0]).Revoked
	})
	all = slices.DeleteFunc(all, func(f Finding) bool { return f.Is(KeyUnused) })
	for i := range all {
		all[i].States = nil
	}
	return all
}

// DKIMCNAMEDeadArgs are the arguments of dkim-cname-dead.
type DKIMCNAMEDeadArgs struct {
	Selector Text
	Target   Name
	Service  Service // whose alias it is, with AliasService
}

// The states of dkim-cname-dead beside those of any key: whose alias it is.
var (
	AliasUnused  = State{"alias", "leftover"}
	AliasService = State{"alias", "service"}
	AliasAny     = State{"alias", "any"} // not known
)

var ruleDKIMCNAMEDead = Rule{
	Code: DKIMCNAMEDead, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.1",
	After:   after(TargetDoubled, RecordWrongType),
	Aspects: []Aspect{{KeyUsed, KeyUnused}, {AliasUnused, AliasService, AliasAny}},
	Args:    DKIMCNAMEDeadArgs{},
	Judge:   dkimCNAMEDead,
}

// dkimCNAMEDead: an alias to the provider leads to no key: the provider has not made it yet, or has no longer.
func dkimCNAMEDead(in *facts.Facts) []Finding {
	return keyFaults(in, func(k facts.Key) (Finding, bool) {
		if !facts.DeadAlias(k.Answer) {
			return Finding{}, false
		}
		service := in.ServiceOf(k)
		whose := either(service != "", AliasService, AliasAny)
		if !in.Matters(k) {
			whose = AliasUnused
		}
		target := k.Answer.Chain[len(k.Answer.Chain)-1].Target
		return Finding{States: []State{whose}, Args: DKIMCNAMEDeadArgs{Text(k.Selector), Name(target), Service(service)}}, true
	})
}

var ruleDKIMTesting = Rule{
	Code: DKIMTesting, Severity: Advice, RFC: rfcDKIM + " section 3.6.1",
	After: after(),
	Args:  KeyArgs{},
	Judge: dkimTesting,
}

// dkimTesting: t=y asks receivers to treat a signed mail as an unsigned one (RFC 6376 section 3.6.1).
func dkimTesting(in *facts.Facts) []Finding {
	var out []Finding
	for _, k := range in.KeysAsked() {
		if len(k.Records) != 1 {
			continue
		}
		if r := dkim.Parse(k.Records[0]); r.Valid() && r.Testing {
			out = append(out, Finding{Name: k.Answer.Name, Args: KeyArgs{Text(k.Selector)}, Evidence: facts.Evidence(k.Answer)})
		}
	}
	return out
}

// The states of dkim-unusual.
var (
	KeyEd25519 = State{"kind", "ed25519"}
	KeyLong    = State{"kind", "long"}
)

// DKIMUnusualArgs are the arguments of dkim-unusual.
type DKIMUnusualArgs struct {
	Selector Text
	Bits     Number
}

var ruleDKIMUnusual = Rule{
	Code: DKIMUnusual, Severity: Advice, RFC: "RFC 8463 section 5", Also: []string{"RFC 8301 section 3.2"},
	After:   after(),
	Aspects: []Aspect{{KeyEd25519, KeyLong}},
	Args:    DKIMUnusualArgs{},
	Judge:   dkimUnusual,
}

// dkimUnusual: a good key that not every receiver can use: Ed25519 with no RSA key beside it (RFC 8463 section 5), or RSA
// above 4096 bits (RFC 8301 section 3.2).
func dkimUnusual(in *facts.Facts) []Finding {
	var out []Finding
	for _, k := range in.KeysAsked() {
		if len(k.Records) != 1 {
			continue
		}
		r := dkim.Parse(k.Records[0])
		ed25519 := r.KeyType == "ed25519"
		switch {
		case !r.Valid():
			continue
		case !ed25519 && r.Bits <= 4096:
			return nil // a plain one stands beside it
		}
		out = append(out, Finding{Name: k.Answer.Name, States: []State{either(ed25519, KeyEd25519, KeyLong)},
			Args: DKIMUnusualArgs{Text(k.Selector), Number(r.Bits)}, Evidence: facts.Evidence(k.Answer)})
	}
	return out
}
