package checks

import (
	"slices"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
)

// The states of findings about one key: whether mail in use depends on it, and what is known of the fault.
var (
	KeyUsed    = State{"use", "used"}            // mail in use depends on it
	KeyUnused  = State{"use", "unused"}          // a leftover or a spare
	KeySecret  = State{"use", "secret"}          // the private key was published
	KeyMeasure = State{"length", "length-known"} // it is known how long it should be
	KeyCut     = State{"length", "length-unknown"}
)

// KeyArgs are the arguments of findings about the key at one selector.
type KeyArgs struct {
	Selector Text
}

// keyFaults returns a finding for each selector at which judge sees its fault. A key that no mail in use depends on only
// gets advice, and selectors that dkim-mismatch reports are skipped.
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

// brokenKey parses the only key at a selector and returns its problem, if it has one whose code (of package dkim) is
// wanted.
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

// The states of dkim-mismatch: what DNS holds instead of the pasted key.
var (
	MismatchCut     = State{"kind", "cut"}     // only its beginning
	MismatchService = State{"kind", "service"} // the key that was pasted for another service
	MismatchAlias   = State{"kind", "alias"}   // a CNAME to another target
	MismatchOld     = State{"kind", "old"}     // some other key
)

// mismatchStates maps the Differs constants of package facts to states.
var mismatchStates = map[string]State{facts.DiffersCut: MismatchCut, facts.DiffersService: MismatchService, facts.DiffersAlias: MismatchAlias,
	facts.DiffersOld: MismatchOld}

// DKIMMismatchArgs are the arguments of dkim-mismatch.
type DKIMMismatchArgs struct {
	Selector Text
	Service  Service // owner of the key in DNS, with MismatchService
}

var ruleDKIMMismatch = Rule{
	Code: DKIMMismatch, Severity: Harms, RFC: rfcDKIM + " section 3.6.2",
	After:   after(),
	Aspects: []Aspect{{MismatchCut, MismatchService, MismatchAlias, MismatchOld}},
	Args:    DKIMMismatchArgs{},
	Judge:   dkimMismatch,
}

// dkimMismatch finds selectors at which DNS holds something else than the key that the owner pasted from the console.
func dkimMismatch(in *facts.Facts) []Finding {
	var out []Finding
	for _, m := range in.Mismatches() {
		out = append(out, Finding{Name: in.KeyName(m.Selector), States: []State{mismatchStates[m.How]},
			Args: DKIMMismatchArgs{Text(m.Selector), Service(m.Service)}, Evidence: facts.Evidence(m.Answer)})
	}
	return out
}

// The states of dkim-multiple: what the several TXT records at one selector are.
var (
	SeveralKeys   = State{"several", "keys"}
	SeveralBeside = State{"several", "beside"} // one key, and records that are not keys
	SeveralHalves = State{"several", "halves"} // two halves of one key
	SeveralTool   = State{"several", "tool"}   // one key, and a note that a program keeps beside each record that it manages
)

// DKIMMultipleArgs are the arguments of dkim-multiple.
type DKIMMultipleArgs struct {
	Selector Text
	Count    Count // of TXT records
	Beside   Texts // the records that are not keys, with SeveralBeside
}

var ruleDKIMMultiple = Rule{
	Code: DKIMMultiple, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.2",
	After:   after(),
	Aspects: []Aspect{{SeveralKeys, SeveralBeside, SeveralHalves, SeveralTool}},
	Remarks: []State{KeyUnused},
	Args:    DKIMMultipleArgs{},
	Judge:   dkimMultiple,
}

// dkimMultiple finds selectors with several TXT records, of which a receiver may use any or none (RFC 6376 section
// 3.6.2.2). A record that is not a key does the same harm as a second key.
func dkimMultiple(in *facts.Facts) []Finding {
	out := keyFaults(in, func(k facts.Key) (Finding, bool) {
		if k.Answer.Cut() {
			return Finding{}, false // the answer was cut off
		}
		args := DKIMMultipleArgs{Selector: Text(k.Selector), Count: Count(len(k.Records) + len(k.Beside))}
		state := SeveralKeys
		if _, halves := k.Whole(); halves {
			state = SeveralHalves
		} else if len(k.Records) == 1 {
			state, args.Beside = SeveralBeside, Texts(k.Beside)
			if !slices.ContainsFunc(k.Beside, func(v string) bool { return !reading.Registry(v) }) {
				state = SeveralTool
			}
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
	Have     Number // length of the base64 key in characters
	Want     Number // the length that its ASN.1 header announces, with KeyMeasure
}

var ruleDKIMTruncated = Rule{
	Code: DKIMTruncated, Severity: Harms, RFC: rfcDKIM + " section 3.6.1",
	After:   after(),
	Aspects: []Aspect{{KeyUsed, KeyUnused}, {KeyMeasure, KeyCut}},
	Args:    DKIMTruncatedArgs{},
	Judge:   dkimTruncated,
}

// dkimTruncated finds keys that are shorter than their own ASN.1 length field says.
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

// dkimMalformed finds keys that no receiver can parse or use, other than truncated and short ones.
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

// dkimShortKey finds RSA keys below 1024 bits, which receivers must not accept (RFC 8301 section 3.2).
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

// dkimRevoked finds keys with an empty p=, which are revoked (RFC 6376 section 3.6.1). Services keep spare selectors that
// way, so one beside a usable key of the same service is not reported.
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
	Service  Service // the service to which the alias belongs, with AliasService
}

// The states of dkim-cname-dead beside those of any key: whose alias it is.
var (
	AliasUnused  = State{"alias", "leftover"}
	AliasService = State{"alias", "service"}
	AliasAny     = State{"alias", "any"} // unknown
)

var ruleDKIMCNAMEDead = Rule{
	Code: DKIMCNAMEDead, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.1",
	After:   after(TargetDoubled, RecordWrongType),
	Aspects: []Aspect{{KeyUsed, KeyUnused}, {AliasUnused, AliasService, AliasAny}},
	Args:    DKIMCNAMEDeadArgs{},
	Judge:   dkimCNAMEDead,
}

// dkimCNAMEDead finds CNAMEs at selectors that lead to no record: the provider has not published the key yet, or has
// withdrawn it.
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

// dkimTesting finds keys with t=y, which asks receivers to treat signed mail as unsigned (RFC 6376 section 3.6.1).
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

// The states of dkim-unusual: why some receivers cannot use the key.
var (
	KeyEd25519 = State{"kind", "ed25519"}
	KeyLong    = State{"kind", "long"}
	KeyBareRSA = State{"kind", "bare"} // RSA without the SubjectPublicKeyInfo around it
)

// DKIMUnusualArgs are the arguments of dkim-unusual.
type DKIMUnusualArgs struct {
	Selector Text
	Bits     Number
}

var ruleDKIMUnusual = Rule{
	Code: DKIMUnusual, Severity: Advice, RFC: "RFC 8463 section 5", Also: []string{"RFC 8301 section 3.2"},
	After:   after(),
	Aspects: []Aspect{{KeyEd25519, KeyLong, KeyBareRSA}},
	Args:    DKIMUnusualArgs{},
	Judge:   dkimUnusual,
}

// dkimUnusual finds usable keys that not every receiver can verify: Ed25519 (RFC 8463 section 5), RSA above 4096 bits
// (RFC 8301 section 3.2), and RSA in the bare form that RFC 6376 section 3.6.1 describes but few verifiers read. It returns nil if there is an ordinary RSA key as well.
func dkimUnusual(in *facts.Facts) []Finding {
	var out []Finding
	for _, k := range in.KeysAsked() {
		if len(k.Records) != 1 {
			continue
		}
		r := dkim.Parse(k.Records[0])
		f := Finding{Name: k.Answer.Name, Args: DKIMUnusualArgs{Text(k.Selector), Number(r.Bits)}, Evidence: facts.Evidence(k.Answer)}
		switch {
		case !r.Valid():
			continue
		case r.KeyType == "ed25519":
			f.States = []State{KeyEd25519}
		case slices.ContainsFunc(r.Problems, func(p dkim.Problem) bool { return p.Code == dkim.BareRSA }):
			f.Severity, f.States = Harms, []State{KeyBareRSA}
		case r.Bits > 4096:
			f.States = []State{KeyLong}
		default:
			return nil // an RSA key that everybody can use is there too
		}
		out = append(out, f)
	}
	return out
}
