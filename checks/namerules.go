package checks

import (
	"slices"
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/dmarc"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// WildcardLabel is a label that nobody uses: an answer for it shows a wildcard.
const WildcardLabel = "zz-todoku-probe"

// Anywhere reports whether an answer is what the zone says of any name (a wildcard, RFC 4592), so that nothing stands at
// the asked name itself.
func Anywhere(in In, a snapshot.Answer) bool {
	for _, at := range []string{"", "_domainkey."} {
		wild := in.DNS.TXT(WildcardLabel + "." + at + in.Answers.Domain)
		switch {
		case len(wild.Chain) > 0 && len(a.Chain) > 0 && wild.Chain[0].Target == a.Chain[0].Target:
			return true
		case len(wild.Records) > 0 && slices.Equal(slices.Sorted(slices.Values(wild.Data())), slices.Sorted(slices.Values(a.Data()))):
			return true
		}
	}
	return false
}

// scattered is Anywhere for copies at wrong names: where it could not be seen what the zone says of any name, nothing is
// claimed of one.
func scattered(in In, a snapshot.Answer) bool {
	return in.DNS.TXT(WildcardLabel+"."+in.Answers.Domain).Status == snapshot.Failed || Anywhere(in, a)
}

// zoneOf is the apex to which a panel appends what is typed; the domain itself while that is not known.
func zoneOf(in In) string {
	if zone, ok := in.DNS.Zone(); ok {
		return zone
	}
	return in.Answers.Domain
}

// half is the domain with its first label once more in front: what comes of a name of which only the beginning was typed.
func half(in In) string {
	label, _, _ := strings.Cut(in.Answers.Domain, ".")
	return label + "." + in.Answers.Domain
}

// formats tell the mail records apart; a copy counts by its kind.
var formats = []func(string) bool{spf.Is, dmarc.Is, dkim.Is}

// mailRecord reports whether one of the texts is a record of mail.
func mailRecord(texts []string) bool {
	return slices.ContainsFunc(texts, func(t string) bool {
		return slices.ContainsFunc(formats, func(is func(string) bool) bool { return is(t) })
	})
}

// stands reports whether a record of the same kind as one of the copy's stands at the right place.
func stands(right, copied snapshot.Answer) bool {
	for _, is := range formats {
		if slices.ContainsFunc(copied.Data(), is) {
			return slices.ContainsFunc(right.Data(), is)
		}
	}
	return false
}

// nameDoubled: a record typed with the full name, or its beginning, into a field that appends the domain (mistakes 1
// and 2 of the field).
func nameDoubled(in In) []Finding {
	var out []Finding
	d := in.Answers.Domain
	for _, q := range in.DNS.Answers {
		if q.Type != snapshot.TXT || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == q.Name }) {
			continue
		}
		meant, doubled := strings.CutSuffix(q.Name, "."+zoneOf(in))
		if !doubled || !snapshot.Below(meant, d) {
			if meant, doubled = strings.CutSuffix(q.Name, "."+half(in)); !doubled || !strings.HasSuffix(meant, "._domainkey") {
				continue
			}
			meant += "." + d
		}
		a := in.DNS.TXT(q.Name)
		if !a.Known() || !mailRecord(a.Data()) || scattered(in, a) {
			continue
		}
		f := Finding{Name: q.Name, Args: Args{"doubled": q.Name, "meant": meant}, Evidence: evidence(a)}
		switch {
		case stands(in.DNS.TXT(meant), a):
			f.Severity = Advice // a leftover: the right one is there too
		case meant == d:
			f.Severity = spfSeverity(in)
		}
		out = append(out, f)
	}
	return out
}

// nameWildcard: a wildcard TXT with a record of mail, or one that answers for the DMARC name in place of a policy. It
// breaks nothing by itself; but who looks finds "a record" at every name, and one of SPF holds for names below.
func nameWildcard(in In) []Finding {
	d := in.Answers.Domain
	wild, policy := in.DNS.TXT(WildcardLabel+"."+d), in.DNS.TXT("_dmarc."+d)
	if len(wild.Records) == 0 || slices.ContainsFunc(wild.Data(), dmarc.Is) {
		return nil
	}
	text := wild.Records[0].Data
	i := slices.IndexFunc(wild.Data(), spf.Is)
	if i >= 0 {
		text = wild.Records[i].Data
	}
	hides := "no"
	if policy.Known() && len(policy.Records) > 0 && Anywhere(in, policy) {
		hides = "policy"
	}
	if hides == "no" && i < 0 {
		return nil
	}
	name := "*." + d
	if len(wild.Chain) > 0 {
		name = wild.Chain[0].Target // a wildcard alias: the texts stand there
		if name == d {
			return nil // everything leads to the domain itself
		}
	}
	return one(Finding{Name: name, Args: Args{"at": name, "record": text, "hides": hides}, Evidence: evidence(wild, policy)})
}

// spfMisplaced: a record at www or mail while the domain itself has none.
func spfMisplaced(in In) []Finding {
	own, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if !known || len(own) > 0 {
		return nil
	}
	var out []Finding
	for _, at := range []string{"www." + in.Answers.Domain, "mail." + in.Answers.Domain, half(in)} {
		a := in.DNS.TXT(at)
		if there, seen := reading.SPFRecords(in.DNS, at); seen && len(there) > 0 && !scattered(in, a) {
			out = append(out, Finding{Name: at, Severity: spfSeverity(in), Args: Args{"at": at, "domain": in.Answers.Domain}, Evidence: evidence(a)})
		}
	}
	return out
}

// dmarcMisplaced: the record stands at the domain itself, or where a half-typed name puts it; nobody asks there.
func dmarcMisplaced(in In) []Finding {
	d := in.Answers.Domain
	own, known := reading.DMARCRecords(in.DNS, d)
	if !known || len(own) > 0 {
		return nil
	}
	var severity Severity
	if _, above, _ := policy(in); len(above) > 0 {
		severity = Advice // the policy of the domain above holds
	}
	var out []Finding
	for _, at := range []string{d, "dmarc." + d, "_dmarc." + half(in), "_dmarc.www." + d, "_dmarc.mail." + d} {
		a := in.DNS.TXT(at)
		if !a.Known() || at != d && scattered(in, a) {
			continue
		}
		for _, v := range a.Data() {
			if dmarc.Is(v) || dmarc.Resembles(v) {
				out = append(out, Finding{Name: at, Severity: severity, Args: Args{"at": at, "meant": "_dmarc." + d, "record": v}, Evidence: evidence(a)})
				break
			}
		}
	}
	return out
}

// dkimMisplaced: a key stands at the selector's name without _domainkey, at _domainkey alone, or at the domain itself,
// while a key is missing where a receiver looks.
func dkimMisplaced(in In) []Finding {
	d := in.Answers.Domain
	unsigned := Unsigneds(in)
	if len(unsigned) == 0 && len(Keys(in)) > 0 {
		return nil
	}
	var out []Finding
	look := func(at, selector string) {
		a := in.DNS.TXT(at)
		if !a.Known() || at != d && scattered(in, a) || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == at }) {
			return
		}
		for _, v := range a.Data() {
			if dkim.Is(v) && dkim.Parse(v).Valid() {
				out = append(out, Finding{Name: at, Args: Args{"at": at, "selector": selector, "domain": d, "record": v}, Evidence: evidence(a)})
				return
			}
		}
	}
	missing := func(sel string) bool { return !slices.Contains(Keys(in), sel) }
	for _, k := range in.Answers.Keys {
		if sel := strings.ToLower(k.Selector); sel != "" && missing(sel) {
			look(sel+"."+d, sel)
		}
	}
	for _, u := range unsigned {
		if u.Selector != "" {
			look(u.Selector+"."+d, u.Selector)
		}
	}
	look("_domainkey."+d, "")
	look(d, "")
	return out
}

// wrongType kinds.
const (
	typeSPF   = "spf"   // the record has the type SPF (99), which nobody asks for any more (RFC 7208 section 3.1)
	typeAlias = "alias" // the text became the target of a CNAME
)

// recordWrongType: the text is right and the type is not, so that no receiver sees it.
func recordWrongType(in In) []Finding {
	var out []Finding
	d := in.Answers.Domain
	own, known := reading.SPFRecords(in.DNS, d)
	if old := in.DNS.Get(d, snapshot.SPF); known && len(own) == 0 {
		if i := slices.IndexFunc(old.Data(), func(v string) bool { return spf.Is(v) || spf.Resembles(v) }); i >= 0 {
			out = append(out, Finding{Severity: spfSeverity(in), Args: Args{"at": d, "kind": typeSPF, "record": old.Records[i].Data}, Evidence: evidence(old)})
		}
	}
	for _, q := range in.DNS.Answers {
		a := in.DNS.Get(q.Name, q.Type)
		if !a.Known() || !ownAlias(in, a) || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == a.Name }) {
			continue
		}
		if text, ok := textTarget(in, a.Chain[0].Target); ok {
			out = append(out, Finding{Name: a.Name, Args: Args{"at": a.Name, "kind": typeAlias, "record": text}, Evidence: evidence(a)})
		}
	}
	return out
}

// textTarget reads an alias's target that is really a record's text.
func textTarget(in In, target string) (string, bool) {
	text := reading.Unescape(strings.TrimSuffix(target, "."+zoneOf(in)))
	squeezed := strings.ToLower(strings.Join(strings.Fields(strings.Trim(text, `"'`)), ""))
	for _, head := range []string{"v=spf1", "v=dmarc1", "v=dkim1", "k=rsa;"} {
		if strings.HasPrefix(squeezed, head) {
			return text, true
		}
	}
	return "", false
}

// ownAlias reports whether an answer shows a CNAME at the asked name itself, in the domain's own zone, that no wildcard made.
func ownAlias(in In, a snapshot.Answer) bool {
	return len(a.Chain) > 0 && a.Chain[0].Name == a.Name && a.Type != snapshot.CNAME &&
		snapshot.Below(a.Name, in.Answers.Domain) && (a.Name == in.Answers.Domain || !Anywhere(in, a))
}

// AliasAt finds the target of the CNAME that stands at a name of the domain; "" where none was seen.
func AliasAt(in In, name string) string {
	for _, q := range in.DNS.Answers {
		if q.Name != name {
			continue
		}
		if a := in.DNS.Get(q.Name, q.Type); a.Known() && ownAlias(in, a) {
			return a.Chain[0].Target
		}
	}
	return ""
}

// targetDoubled: the final dot of a CNAME's or MX's value is missing, and the panel put the zone behind it.
func targetDoubled(in In) []Finding {
	var out []Finding
	for _, x := range Exchanges(in) {
		if x.State == ExchangeUndotted {
			out = append(out, Finding{
				Args:     Args{"at": in.Answers.Domain, "type": string(snapshot.MX), "target": x.Target, "meant": x.Meant},
				Evidence: evidence(append([]snapshot.Answer{in.DNS.Get(in.Answers.Domain, snapshot.MX)}, x.evidence...)...),
			})
		}
	}
	for _, q := range in.DNS.Answers {
		target, meant := UndottedAlias(in, q.Name)
		if target == "" || slices.ContainsFunc(out, func(f Finding) bool { return f.Name == q.Name }) {
			continue
		}
		out = append(out, Finding{
			Name: q.Name, Args: Args{"at": q.Name, "type": string(snapshot.CNAME), "target": target, "meant": meant},
			Evidence: evidence(in.DNS.Get(q.Name, q.Type)),
		})
	}
	return out
}

// UndottedAlias tells where the CNAME at a name leads by mistake, and where it was meant to; "" where it is none such. A
// target of the own zone that has records is none: somebody made it.
func UndottedAlias(in In, name string) (target, meant string) {
	a := in.DNS.TXT(name)
	if !a.Known() || len(a.Chain) != 1 || !ownAlias(in, a) || len(a.Records) > 0 && !Anywhere(in, a) {
		return "", ""
	}
	target = a.Chain[0].Target
	meant, ok := reading.Undotted(target, zoneOf(in))
	if _, text := textTarget(in, target); !ok || text {
		return "", ""
	}
	if there := in.DNS.TXT(meant); !snapshot.Below(meant, zoneOf(in)) && !there.Known() {
		return "", "" // whether there is such a name at all was not seen
	}
	return target, meant
}

// cnameBeside: a CNAME at the domain itself, where other records must stand too, or at the DMARC name, where it keeps
// the policy out (RFC 1034 section 3.6.2). An alias that leads to a policy is none: some services want it.
func cnameBeside(in In) []Finding {
	d := in.Answers.Domain
	if SendsNothing(in) {
		return nil
	}
	var out []Finding
	if target := AliasAt(in, d); target != "" {
		var seen []snapshot.Answer
		for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT, snapshot.A, snapshot.AAAA} {
			seen = append(seen, in.DNS.Get(d, t))
		}
		place := "apex"
		if zone, ok := in.DNS.Zone(); !ok || zone != d {
			place = "name"
		}
		severity := Harms
		if lacksSPF(in) {
			severity = spfSeverity(in) // it hides that one
		}
		if _, text := textTarget(in, target); !text && (place == "apex" || lacksSPF(in)) {
			out = append(out, Finding{Name: d, Severity: severity, Args: Args{"at": d, "target": target, "place": place}, Evidence: evidence(seen...)})
		}
	}
	name := "_dmarc." + d
	a := in.DNS.TXT(name)
	target := AliasAt(in, name)
	if target == "" || !a.Known() || slices.ContainsFunc(a.Data(), dmarc.Is) {
		return out
	}
	_, text := textTarget(in, target)
	if undotted, _ := UndottedAlias(in, name); !text && undotted == "" {
		out = append(out, Finding{Name: name, Args: Args{"at": name, "target": target, "place": "policy"}, Evidence: evidence(a)})
	}
	return out
}

// hiddenByAlias reports whether an alias at the domain itself keeps its other records from some receivers.
func hiddenByAlias(in In) bool {
	zone, _ := in.DNS.Zone()
	return zone == in.Answers.Domain && AliasAt(in, zone) != ""
}

func lacksSPF(in In) bool {
	recs, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	return known && len(recs) == 0
}
