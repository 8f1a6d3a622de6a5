package checks

import (
	"slices"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// NameDoubledArgs are the arguments of name-doubled.
type NameDoubledArgs struct {
	Doubled Name
	Meant   Name
}

// The states of name-doubled: what was seen below the doubled domain.
var (
	DoubledRecord = State{"seen", "record"} // a record
	DoubledBranch = State{"seen", "branch"} // that keys are there, but not their selectors
)

var ruleNameDoubled = Rule{
	Code: NameDoubled, Severity: Harms, RFC: rfcDNS + " section 3.1",
	After:   after(),
	Aspects: []Aspect{{DoubledRecord, DoubledBranch}},
	Args:    NameDoubledArgs{},
	Judge:   nameDoubled,
}

// nameDoubled finds records at names in which the domain, or its first label, occurs twice: a full or half name was typed
// into a panel field that appends the domain.
func nameDoubled(in *facts.Facts) []Finding {
	var out []Finding
	d := in.Owner.Domain
	for _, q := range in.DNS.Answers {
		if q.Type != snapshot.TXT || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == q.Name }) {
			continue
		}
		at, meant, doubled := in.Doubled(q.Name)
		if !doubled || at == in.HalfTyped() && !dnsname.IsKeyOf(meant, d) { // other records typed in part are called misplaced
			continue
		}
		a := in.DNS.TXT(q.Name)
		alias := dnsname.IsKeyOf(meant, d) && len(a.Chain) > 0 && a.Chain[0].Name == q.Name // wherever it leads
		if !a.Known() || !alias && !facts.IsMailRecord(a.Data()) || in.MaybeWildcard(a) {
			continue
		}
		f := Finding{Name: q.Name, Args: NameDoubledArgs{Name(q.Name), Name(meant)}, Evidence: facts.Evidence(a), States: []State{DoubledRecord}}
		switch right := in.DNS.TXT(meant); {
		case facts.SameKind(right, a), alias && len(right.Chain) > 0:
			f.Severity = Advice // a leftover: the record is at the right name too
		case meant == d:
			f.Severity = spfSeverity(in)
		}
		out = append(out, f)
	}
	return append(out, doubledBranches(in, out)...)
}

// doubledBranches finds a _domainkey name below a doubled domain while the domain itself has no keys at all, and no key
// was seen there: its selector cannot be guessed.
func doubledBranches(in *facts.Facts, found []Finding) []Finding {
	if !in.NoKeys() {
		return nil
	}
	var out []Finding
	for _, at := range in.DoubledDomains() {
		name, meant := dnsname.Keys(at), dnsname.Keys(in.Owner.Domain)
		a, wild := in.DNS.TXT(name), in.DNS.TXT(facts.WildcardLabel+"."+at)
		if a.Status != snapshot.OK && a.Status != snapshot.NoData || wild.Status != snapshot.NXDomain ||
			slices.ContainsFunc(found, func(f Finding) bool { return snapshot.Below(f.Name, name) }) {
			continue
		}
		out = append(out, Finding{Name: name, Args: NameDoubledArgs{Name(name), Name(meant)}, Evidence: facts.Evidence(a, wild), States: []State{DoubledBranch}})
	}
	return out
}

// TargetDoubledArgs are the arguments of target-doubled.
type TargetDoubledArgs struct {
	At     Name
	Type   Type
	Target Name
	Meant  Name
}

var ruleTargetDoubled = Rule{
	Code: TargetDoubled, Severity: Harms, RFC: "RFC 1035 section 5.1",
	After: after(),
	Args:  TargetDoubledArgs{},
	Judge: targetDoubled,
}

// targetDoubled finds CNAME and MX targets that lack the final dot, so that the panel appended the zone name.
func targetDoubled(in *facts.Facts) []Finding {
	var out []Finding
	for _, x := range in.Exchanges() {
		if x.State == facts.ExchangeUndotted {
			out = append(out, Finding{
				Args:     TargetDoubledArgs{Name(in.Owner.Domain), Type(snapshot.MX), Name(x.Target), Name(x.Meant)},
				Evidence: mxEvidence(in, x.Evidence...),
			})
		}
	}
	for _, q := range in.DNS.Answers {
		target, meant := in.UndottedAlias(q.Name)
		if target == "" || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == q.Name }) {
			continue
		}
		out = append(out, Finding{
			Name: q.Name, Args: TargetDoubledArgs{Name(q.Name), Type(snapshot.CNAME), Name(target), Name(meant)},
			Evidence: facts.Evidence(in.DNS.Get(q.Name, q.Type)),
		})
	}
	return out
}

// The states of cname-beside: where the CNAME is.
var (
	BesideApex   = State{"place", "apex"}     // at the zone apex
	BesideName   = State{"place", "host"}     // at the domain, which is not a zone apex
	BesideWild   = State{"place", "wildcard"} // at the domain, made by a wildcard
	BesidePolicy = State{"place", "policy"}   // at the DMARC name, leading to no policy
	BesideKey    = State{"place", "key"}      // beside a DKIM key, so that the answer depends on the query type
	BesideRecord = State{"place", "record"}   // beside a DMARC policy, in the same way
)

// CNAMEBesideArgs are the arguments of cname-beside.
type CNAMEBesideArgs struct {
	At     Name
	Target Name
}

var ruleCNAMEBeside = Rule{
	Code: CNAMEBeside, Severity: Harms, RFC: rfcDNS + " section 3.6.2",
	After:   after(),
	Aspects: []Aspect{{BesideApex, BesideName, BesideWild, BesidePolicy, BesideKey, BesideRecord}},
	Args:    CNAMEBesideArgs{},
	Judge:   cnameBeside,
}

// cnameBeside finds CNAMEs where other records are needed (RFC 1034 section 3.6.2): at the domain itself, beside a key,
// and at the DMARC name unless the alias leads to a policy, as some services want.
func cnameBeside(in *facts.Facts) []Finding {
	if in.SendsNothing() {
		return nil
	}
	var out []Finding
	d := in.Owner.Domain
	if target := in.AliasAt(d); target != "" {
		var seen []snapshot.Answer
		for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT, snapshot.A, snapshot.AAAA} {
			seen = append(seen, in.DNS.Get(d, t))
		}
		zone, ok := in.DNS.Zone()
		apex := ok && zone == d
		severity := Harms
		if in.LacksSPF() {
			severity = spfSeverity(in) // the CNAME hides the SPF record
		}
		if _, text := in.TextTarget(target); !text && (apex || in.LacksSPF()) {
			state := either(apex, BesideApex, BesideName)
			if len(in.ByWildcard()) > 0 {
				state = BesideWild
			}
			out = append(out, Finding{Name: d, Severity: severity, States: []State{state},
				Args: CNAMEBesideArgs{Name(d), Name(target)}, Evidence: facts.Evidence(seen...)})
		}
	}
	out = append(out, aliasBeside(in)...)
	name := in.PolicyName()
	a := in.DNS.TXT(name)
	target := in.AliasAt(name)
	if target == "" || !a.Known() || slices.ContainsFunc(a.Data(), dmarc.Is) {
		return out
	}
	_, text := in.TextTarget(target)
	if undotted, _ := in.UndottedAlias(name); !text && undotted == "" {
		out = append(out, Finding{Name: name, States: []State{BesidePolicy}, Args: CNAMEBesideArgs{Name(name), Name(target)}, Evidence: facts.Evidence(a)})
	}
	return out
}

// aliasBeside finds CNAMEs beside a DKIM key or a DMARC policy. Receivers get the one or the other, depending on what the
// caches on the way hold. It is advice where both lead to the same text.
func aliasBeside(in *facts.Facts) []Finding {
	var out []Finding
	look := func(a snapshot.Answer, state State) {
		target := in.AliasBeside(a.Name)
		if target == "" {
			return
		}
		f := Finding{Name: a.Name, States: []State{state}, Args: CNAMEBesideArgs{Name(a.Name), Name(target)},
			Evidence: facts.Evidence(a, in.DNS.Get(a.Name, snapshot.CNAME), in.DNS.TXT(target))}
		if slices.Equal(in.DNS.TXT(target).Data(), a.Data()) {
			f.Severity = Advice
		}
		out = append(out, f)
	}
	for _, k := range in.KeysAsked() {
		look(k.Answer, BesideKey)
	}
	look(in.DNS.TXT(in.PolicyName()), BesideRecord)
	return out
}

// The states of record-wrong-type: what type the record has, and what it should be.
var (
	WrongTypeTarget  = State{"kind", "target"}  // the target of a CNAME was saved as a text
	WrongTypeSPF     = State{"kind", "spf"}     // an SPF record of type SPF (99), which is obsolete (RFC 7208 section 3.1)
	WrongTypeAlias   = State{"kind", "alias"}   // a text was saved as the target of a CNAME
	WrongTypeProxied = State{"kind", "proxied"} // the DNS panel's web proxy answers where a key belongs
	WrongTypeAddress = State{"kind", "address"} // an address is where a key belongs: a web proxy answers, or the type is wrong
)

// RecordWrongTypeArgs are the arguments of record-wrong-type.
type RecordWrongTypeArgs struct {
	At     Name
	Record Text
	Panel  Panel // whose web proxy answers
	Switch Switch
}

var ruleRecordWrongType = Rule{
	Code: RecordWrongType, Severity: Harms, RFC: rfcSPF + " section 3.1",
	After:   after(),
	Aspects: []Aspect{{WrongTypeSPF, WrongTypeAlias, WrongTypeTarget, WrongTypeProxied, WrongTypeAddress}},
	Args:    RecordWrongTypeArgs{},
	Judge:   recordWrongType,
}

// recordWrongType finds records with the right text and the wrong type, which receivers do not see.
func recordWrongType(in *facts.Facts) []Finding {
	var out []Finding
	d := in.Owner.Domain
	own, known := reading.SPFRecords(in.DNS, d)
	if old := in.DNS.Get(d, snapshot.SPF); known && len(own) == 0 {
		if i := slices.IndexFunc(old.Data(), func(v string) bool { return spf.Is(v) || spf.Resembles(v) }); i >= 0 {
			out = append(out, Finding{Severity: spfSeverity(in), States: []State{WrongTypeSPF},
				Args: RecordWrongTypeArgs{At: Name(d), Record: Text(old.Records[i].Data)}, Evidence: facts.Evidence(old)})
		}
	}
	for _, q := range in.DNS.Answers {
		a := in.DNS.Get(q.Name, q.Type)
		if !a.Known() || !in.OwnAlias(a) || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == a.Name }) {
			continue
		}
		if text, ok := in.TextTarget(a.Chain[0].Target); ok {
			out = append(out, Finding{Name: a.Name, States: []State{WrongTypeAlias}, Args: RecordWrongTypeArgs{At: Name(a.Name), Record: Text(text)}, Evidence: facts.Evidence(a)})
		}
	}
	for _, q := range in.DNS.Answers {
		if q.Type != snapshot.TXT {
			continue
		}
		target, ok := in.TypedTarget(q.Name)
		if ok && !slices.ContainsFunc(out, func(f Finding) bool { return f.Name == q.Name }) {
			out = append(out, Finding{Name: q.Name, States: []State{WrongTypeTarget}, Args: RecordWrongTypeArgs{At: Name(q.Name), Record: Text(target)},
				Evidence: facts.Evidence(in.DNS.TXT(q.Name))})
		}
	}
	for _, k := range in.KeysAsked() {
		if a, ok := in.AddressFor(k); ok {
			panel, proxied := in.ProxyIn(a)
			out = append(out, Finding{Name: a.Name, States: []State{either(proxied, WrongTypeProxied, WrongTypeAddress)},
				Args: RecordWrongTypeArgs{Name(a.Name), Text(a.Records[0].Data), Panel(panel), Switch(panel)}, Evidence: facts.Evidence(k.Answer, a)})
		}
	}
	return out
}

// The states of name-wildcard: which record the wildcard stands in for, or that it does not.
var (
	WildcardSPF    = State{"hides", "spf"}    // the wildcard is an SPF record
	WildcardPolicy = State{"hides", "policy"} // it answers at the DMARC name in place of a policy
	WildcardPast   = State{"hides", "past"}   // it does not apply to the domain, which exists
)

// NameWildcardArgs are the arguments of name-wildcard.
type NameWildcardArgs struct {
	At     Name
	Record Text
	Domain Name // the domain, with WildcardPast
}

var ruleNameWildcard = Rule{
	Code: NameWildcard, Severity: Advice, RFC: "RFC 4592",
	After:   after(),
	Aspects: []Aspect{{WildcardSPF, WildcardPolicy, WildcardPast}},
	Args:    NameWildcardArgs{},
	Judge:   nameWildcard,
}

// nameWildcard finds a wildcard TXT record that is an SPF record or that answers at the DMARC name. It breaks nothing by
// itself, but makes every name seem to have a record, and a wildcard SPF record applies to all names below. Where SPF or MX
// is missing it also finds the wildcard that was meant to give it, and does not.
func nameWildcard(in *facts.Facts) []Finding {
	d := in.Owner.Domain
	if past := in.PassedBy(); len(past) > 0 && (in.LacksMX() || in.LacksSPF() && !in.SendsNothing()) {
		name := "*." + snapshot.Parent(d)
		return one(Finding{Name: name, States: []State{WildcardPast}, Args: NameWildcardArgs{Name(name), Text(past[0].Records[0].Value(past[0].Type)), Name(d)},
			Evidence: facts.Evidence(append(past, in.DNS.Get(d, past[0].Type))...)})
	}
	wild, policy := in.DNS.TXT(facts.WildcardLabel+"."+d), in.DNS.TXT(in.PolicyName())
	if len(wild.Records) == 0 || slices.ContainsFunc(wild.Data(), dmarc.Is) {
		return nil
	}
	text := wild.Records[0].Data
	i := slices.IndexFunc(wild.Data(), spf.Is)
	if i >= 0 {
		text = wild.Records[i].Data
	}
	hides := policy.Known() && len(policy.Records) > 0 && in.FromWildcard(policy)
	if !hides && i < 0 {
		return nil
	}
	name := "*." + d
	if len(wild.Chain) > 0 {
		name = wild.Chain[0].Target // a wildcard CNAME: the TXT records are at its target
		if name == d {
			return nil // everything leads to the domain itself
		}
	}
	return one(Finding{Name: name, States: []State{either(hides, WildcardPolicy, WildcardSPF)},
		Args: NameWildcardArgs{At: Name(name), Record: Text(text)}, Evidence: facts.Evidence(wild, policy)})
}
