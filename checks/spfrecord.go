package checks

import (
	"cmp"
	"slices"
	"strings"

	"todoku/checks/facts"
	"todoku/checks/spf"
)

// SPFRecordArgs are the arguments of the findings that are about mistakes in one SPF record.
type SPFRecordArgs struct {
	Record Record `words:"-"`
	Piece  Texts  // what is wrong, as written
}

// marked makes a finding of each record that has mistakes of a kind.
func marked(in *facts.Facts, want func(spf.Problem) bool) []Finding {
	var out []Finding
	for _, v := range in.DNS.TXT(in.Owner.Domain).Data() {
		if !spf.Is(v) {
			continue
		}
		var found []spf.Problem
		for _, p := range spf.Parse(v).Problems {
			if want(p) {
				found = append(found, p)
			}
		}
		if len(found) > 0 {
			out = append(out, Finding{Args: SPFRecordArgs{Record(v), pieces(v, found)}, Problems: found, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// unread makes a finding of each text that was meant to be the record and is none, where there is no real one.
func unread(in *facts.Facts, want func(spf.Problem) bool) []Finding {
	texts := in.DNS.TXT(in.Owner.Domain).Data()
	if slices.ContainsFunc(texts, spf.Is) {
		return nil
	}
	var out []Finding
	for _, v := range texts {
		if !spf.Resembles(v) {
			continue
		}
		bad := slices.DeleteFunc(spf.Parse(v).Problems, func(p spf.Problem) bool { return !p.Fatal || !want(p) })
		if len(bad) > 0 {
			out = append(out, Finding{Args: SPFRecordArgs{Record(v), pieces(v, bad)}, Problems: bad, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// pieces lists what is wrong, as written, each once; the whole record where no piece of it says so.
func pieces(record string, found []spf.Problem) Texts {
	var out Texts
	for _, p := range found {
		// An odd blank is all that some mistakes are.
		if text := cmp.Or(strings.TrimSpace(p.Text), p.Text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return Texts{record}
	}
	return out
}

// severe sets the severity of what a receiver cannot read.
func severe(in *facts.Facts, list []Finding) []Finding {
	for i, f := range list {
		if slices.ContainsFunc(f.Problems, func(p spf.Problem) bool { return p.Fatal }) {
			list[i].Severity = spfSeverity(in)
		}
	}
	return list
}

// letters are the mistakes that copying from a web page makes: they look right.
var letters = []spf.Code{spf.Typographic, spf.ControlChar, spf.Quotes}

// copied reports whether letters that only look like the right ones are all that is wrong: those around the version too.
func copied(p spf.Problem) bool {
	odd := func(r rune) bool { return r >= 0x80 || r < ' ' || r == '"' || r == '\'' || r == '\\' }
	return slices.Contains(letters, p.Code) || p.Code == spf.BadVersion && strings.ContainsFunc(p.Text, odd)
}

var ruleSPFSyntax = Rule{
	Code: SPFSyntax, Severity: Blocks, RFC: rfcSPF + " section 4.6",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfSyntax,
}

// spfSyntax: a receiver cannot read the record, or does not even take it for one. A text that only resembles a record
// does no harm beside a real one: receivers pass it over.
func spfSyntax(in *facts.Facts) []Finding {
	out := marked(in, func(p spf.Problem) bool {
		return p.Fatal && p.Code != spf.Placeholder && !slices.Contains(letters, p.Code)
	})
	return severe(in, append(out, unread(in, func(p spf.Problem) bool { return !copied(p) })...))
}

var ruleSPFTypographic = Rule{
	Code: SPFTypographic, Severity: Blocks, RFC: rfcSPF + " section 4.6",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfTypographic,
}

// spfTypographic: letters that only look like the right ones.
func spfTypographic(in *facts.Facts) []Finding {
	out := marked(in, func(p spf.Problem) bool { return p.Fatal && slices.Contains(letters, p.Code) })
	return severe(in, append(out, unread(in, copied)...))
}

var ruleSPFPlaceholder = Rule{
	Code: SPFPlaceholder, Severity: Harms, RFC: rfcSPF + " section 5",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfPlaceholder,
}

// spfPlaceholder: an example's stand-in was left where the owner's own value belongs.
func spfPlaceholder(in *facts.Facts) []Finding {
	return severe(in, marked(in, func(p spf.Problem) bool { return p.Code == spf.Placeholder }))
}

var ruleSPFIneffective = Rule{
	Code: SPFIneffective, Severity: Harms, RFC: rfcSPF + " section 4.6",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfIneffective,
}

// spfIneffective: receivers read the record without complaint, but a term in it counts for nothing.
func spfIneffective(in *facts.Facts) []Finding {
	return marked(in, func(p spf.Problem) bool { return p.Grave() && p.Code != spf.Placeholder && p.Code != spf.PassAll })
}

var ruleSPFPtr = Rule{
	Code: SPFPtr, Severity: Advice, RFC: rfcSPF + " section 5.5",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfPtr,
}

// spfPtr: the ptr mechanism, which the standard advises against.
func spfPtr(in *facts.Facts) []Finding {
	return marked(in, func(p spf.Problem) bool { return p.Code == spf.UsesPtr })
}

// untidy does no harm that the owner would notice.
var untidy = []spf.Code{spf.Duplicate, spf.Covered, spf.TrailingDot, spf.PrivateAddress, spf.BroadRange, spf.NeutralAll, spf.UnknownModifier, spf.DoubleVersion,
	spf.TooLong, spf.RedirectIgnored, spf.OddDomain}

var ruleSPFUntidy = Rule{
	Code: SPFUntidy, Severity: Advice, RFC: rfcSPF + " sections 3.4 and 5",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfUntidy,
}

// spfUntidy: terms that do no harm and no good.
func spfUntidy(in *facts.Facts) []Finding {
	return marked(in, func(p spf.Problem) bool { return !p.Fatal && slices.Contains(untidy, p.Code) })
}

// SPFPassAllArgs are the arguments of spf-pass-all.
type SPFPassAllArgs struct {
	Record Record `words:"-"`
	Term   Text   // that lets anybody pass
}

var ruleSPFPassAll = Rule{
	Code: SPFPassAll, Severity: Harms, RFC: rfcSPF + " section 5.1",
	After: after(),
	Args:  SPFPassAllArgs{},
	Judge: spfPassAll,
}

// spfPassAll: anybody may send in the domain's name.
func spfPassAll(in *facts.Facts) []Finding {
	term, ok := in.PassesAnybody()
	if !ok {
		return nil
	}
	t, _ := in.SPFTree()
	problems := slices.DeleteFunc(slices.Clone(t.Root.Parsed.Problems), func(p spf.Problem) bool { return p.Code != spf.PassAll })
	return one(Finding{Args: SPFPassAllArgs{Record(t.Root.Record), Text(term)}, Problems: problems, Evidence: spfEvidence(in)})
}

var ruleSPFNoAll = Rule{
	Code: SPFNoAll, Severity: Advice, RFC: rfcSPF + " section 4.7",
	After: after(SPFSyntax, SPFTypographic),
	Args:  SPFRecordArgs{},
	Judge: spfNoAll,
}

// spfNoAll: neither all nor redirect ends the record, so strangers are neither refused nor marked.
func spfNoAll(in *facts.Facts) []Finding {
	if _, ok := in.SPFTree(); !ok {
		return nil
	}
	return marked(in, func(p spf.Problem) bool { return p.Code == spf.NoAll })
}
