package checks

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
)

// SPFRecordArgs are the arguments of the findings that are about mistakes in one SPF record.
type SPFRecordArgs struct {
	Record Record `words:"-"`
	Piece  Texts  // what is wrong, as written
}

// marked makes a finding of each record that has mistakes of a kind.
func marked(in *facts.Facts, want func(spf.Problem) bool) []Finding {
	return of(in, func(r spf.Record) []spf.Problem {
		return slices.DeleteFunc(slices.Clone(r.Problems), func(p spf.Problem) bool { return !want(p) })
	})
}

// of makes a finding of each record in which something is found. Of one that was torn into strings, that is the mistake.
func of(in *facts.Facts, find func(spf.Record) []spf.Problem) []Finding {
	var out []Finding
	texts, _ := in.SPFTexts()
	for _, text := range texts {
		v := text.Raw
		if !spf.Is(v) || text.Strings > 0 {
			continue
		}
		found := find(text.Record)
		if len(found) > 0 {
			out = append(out, Finding{Args: SPFRecordArgs{Record(v), pieces(v, found)}, Problems: found, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// unread makes a finding of each text that was meant to be the record and is none, where there is no real one.
func unread(in *facts.Facts, want func(spf.Problem) bool) []Finding {
	texts, readable := in.SPFTexts()
	if readable {
		return nil
	}
	var out []Finding
	for _, text := range texts {
		v := text.Raw
		if text.Strings > 0 {
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

// The states of spf-syntax: where the mistake lies.
var (
	SyntaxText    = State{"state", "text"}    // in what was typed
	SyntaxStrings = State{"state", "strings"} // quotation marks are lacking, so that each term became a string of its own
)

// SPFSyntaxArgs are the arguments of spf-syntax.
type SPFSyntaxArgs struct {
	Record  Record `words:"-"`
	Piece   Texts  // what is wrong, as written
	Strings Count  // that the record was torn into
	Meant   Text   // the record with the blanks between them
}

var ruleSPFSyntax = Rule{
	Code: SPFSyntax, Severity: Blocks, RFC: rfcSPF + " sections 3.3 and 4.6",
	After:   after(SPFMultiple),
	Aspects: []Aspect{{SyntaxText, SyntaxStrings}},
	Args:    SPFSyntaxArgs{},
	Judge:   spfSyntax,
}

// spfSyntax: a receiver cannot read the record, or does not even take it for one. A text that only resembles a record
// does no harm beside a real one: receivers pass it over.
func spfSyntax(in *facts.Facts) []Finding {
	out := marked(in, func(p spf.Problem) bool {
		return p.Fatal && p.Code != spf.Placeholder && !slices.Contains(letters, p.Code)
	})
	out = severe(in, append(out, unread(in, func(p spf.Problem) bool { return !copied(p) })...))
	for i, f := range out {
		a := f.Args.(SPFRecordArgs)
		out[i].Args, out[i].States = SPFSyntaxArgs{Record: a.Record, Piece: a.Piece}, []State{SyntaxText}
	}
	texts, readable := in.SPFTexts()
	for _, t := range texts {
		if t.Strings > 0 && (spf.Is(t.Raw) || !readable) {
			out = append(out, Finding{Severity: spfSeverity(in), States: []State{SyntaxStrings}, Evidence: spfEvidence(in),
				Args: SPFSyntaxArgs{Record(t.Raw), Texts{t.Raw}, Count(t.Strings), Text(t.Meant)}})
		}
	}
	return out
}

// The states of spf-unread: what becomes of its terms.
var (
	UnreadLost    = State{"state", "lost"}    // they count nowhere else
	UnreadCovered = State{"state", "covered"} // the readable record says the same
	UnreadUnsure  = State{"state", "unsure"}  // they count nowhere else, and other words before them may say that they need not
)

// SPFUnreadArgs are the arguments of spf-unread.
type SPFUnreadArgs struct {
	Record Record `words:"-"`
	Piece  Texts  // the text that nobody reads
	Terms  Texts  // of it that count nowhere else
}

var ruleSPFUnread = Rule{
	Code: SPFUnread, Severity: Advice, RFC: rfcSPF + " section 4.5",
	After:   after(),
	Aspects: []Aspect{{UnreadLost, UnreadCovered, UnreadUnsure}},
	Args:    SPFUnreadArgs{},
	Judge:   spfUnread,
}

// spfUnread: beside a readable record stands a text that was meant to be one, and no receiver takes it for that.
func spfUnread(in *facts.Facts) []Finding {
	var out []Finding
	for _, u := range in.UnreadSPF() {
		f := Finding{States: []State{UnreadCovered}, Evidence: spfEvidence(in), Args: SPFUnreadArgs{Record(u.Raw), Texts{u.Raw}, u.Lost}}
		switch {
		case len(u.Lost) > 0 && u.Sure:
			f.Severity, f.States = Harms, []State{UnreadLost}
		case len(u.Lost) > 0:
			f.States = []State{UnreadUnsure}
		}
		out = append(out, f)
	}
	return out
}

// The states of spf-typographic: which letters they are.
var (
	TypedLetters = State{"which", "letters"} // full-width, curly and the like
	TypedQuotes  = State{"which", "quotes"}  // quotation marks that became part of the text
)

var ruleSPFTypographic = Rule{
	Code: SPFTypographic, Severity: Blocks, RFC: rfcSPF + " section 4.6",
	After:   after(SPFMultiple),
	Aspects: []Aspect{{TypedLetters, TypedQuotes}},
	Args:    SPFRecordArgs{},
	Judge:   spfTypographic,
}

// spfTypographic: letters that only look like the right ones.
func spfTypographic(in *facts.Facts) []Finding {
	out := marked(in, func(p spf.Problem) bool { return p.Fatal && slices.Contains(letters, p.Code) })
	out = severe(in, append(out, unread(in, copied)...))
	for i, f := range out {
		plain := !slices.ContainsFunc(f.Problems, func(p spf.Problem) bool {
			return !strings.ContainsAny(p.Text, "\"'`") || strings.ContainsFunc(p.Text, func(r rune) bool { return r >= 0x80 || r < ' ' })
		})
		out[i].States = []State{either(plain, TypedQuotes, TypedLetters)}
	}
	return out
}

var ruleSPFPlaceholder = Rule{
	Code: SPFPlaceholder, Severity: Harms, RFC: rfcSPF + " section 5",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfPlaceholder,
}

// spfPlaceholder: an example's stand-in was left where the owner's own value belongs.
func spfPlaceholder(in *facts.Facts) []Finding {
	return severe(in, of(in, in.StandIns))
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

// The states of spf-untidy: each mistake that does no harm which the owner would notice.
var untidy = Aspect{
	{"state", string(spf.Duplicate)}, {"state", string(spf.Covered)}, {"state", string(spf.TrailingDot)}, {"state", string(spf.PrivateAddress)},
	{"state", string(spf.BroadRange)}, {"state", string(spf.NeutralAll)}, {"state", string(spf.UnknownModifier)}, {"state", string(spf.DoubleVersion)},
	{"state", string(spf.TooLong)}, {"state", string(spf.RedirectIgnored)}, {"state", string(spf.OddDomain)},
}

var ruleSPFUntidy = Rule{
	Code: SPFUntidy, Severity: Advice, RFC: rfcSPF + " sections 3.4 and 5",
	After:   after(SPFMultiple),
	Aspects: []Aspect{untidy},
	Args:    SPFRecordArgs{},
	Judge:   spfUntidy,
}

// spfUntidy: terms that do no harm and no good, each kind told by itself.
func spfUntidy(in *facts.Facts) []Finding {
	var out []Finding
	for _, s := range untidy {
		for _, f := range marked(in, func(p spf.Problem) bool { return !p.Fatal && string(p.Code) == s.name }) {
			f.States = []State{s}
			out = append(out, f)
		}
	}
	return out
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
