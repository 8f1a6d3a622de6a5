package checks

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
)

// SPFRecordArgs are the arguments of findings about mistakes in one SPF record.
type SPFRecordArgs struct {
	Record Record `words:"-"`
	Piece  Texts  // what is wrong, as written
}

// recordsWith returns a finding for each SPF record with problems that want accepts.
func recordsWith(in *facts.Facts, want func(spf.Problem) bool) []Finding {
	return perRecord(in, func(r spf.Record) []spf.Problem {
		return slices.DeleteFunc(slices.Clone(r.Problems), func(p spf.Problem) bool { return !want(p) })
	})
}

// perRecord returns a finding for each SPF record in which find returns problems. Records that were torn into strings are left
// out: spf-syntax reports those.
func perRecord(in *facts.Facts, find func(spf.Record) []spf.Problem) []Finding {
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

// unread returns a finding for each text that was meant to be the SPF record, if there is no real one.
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

// pieces returns the texts of the problems, each once, or the whole record if no problem has a text.
func pieces(record string, found []spf.Problem) Texts {
	var out Texts
	for _, p := range found {
		// Some mistakes are nothing but an odd blank.
		if text := cmp.Or(strings.TrimSpace(p.Text), p.Text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return Texts{record}
	}
	return out
}

// gradeFatal gives the findings with a fatal problem the severity of an SPF failure.
func gradeFatal(in *facts.Facts, list []Finding) []Finding {
	for i, f := range list {
		if slices.ContainsFunc(f.Problems, func(p spf.Problem) bool { return p.Fatal }) {
			list[i].Severity = spfSeverity(in)
		}
	}
	return list
}

// copyMistakes are the mistakes that come from copying from a web page; they look right.
var copyMistakes = []spf.Code{spf.Typographic, spf.ControlChar, spf.Quotes}

// isCopyMistake reports whether a problem is nothing but a look-alike character, in the version tag too.
func isCopyMistake(p spf.Problem) bool {
	odd := func(r rune) bool { return r >= 0x80 || r < ' ' || r == '"' || r == '\'' || r == '\\' }
	return slices.Contains(copyMistakes, p.Code) || p.Code == spf.BadVersion && strings.ContainsFunc(p.Text, odd)
}

// The states of spf-syntax: where the mistake lies.
var (
	SyntaxText    = State{"state", "text"}    // in the text itself
	SyntaxVersion = State{"state", "version"} // in its first word, so that it is no SPF record (RFC 7208 section 4.5)
	SyntaxBlank   = State{"state", "blank"}   // nothing but a blank before its first word
	SyntaxStrings = State{"state", "strings"} // quotation marks were missing, so each term became a separate string
)

// SPFSyntaxArgs are the arguments of spf-syntax.
type SPFSyntaxArgs struct {
	Record  Record `words:"-"`
	Piece   Texts  // what is wrong, as written
	Strings Count  // how many strings the record became
	Meant   Text   // the record with blanks between the strings
}

var ruleSPFSyntax = Rule{
	Code: SPFSyntax, Severity: Blocks, RFC: rfcSPF + " sections 3.3 and 4.6",
	After:   after(SPFMultiple),
	Aspects: []Aspect{{SyntaxText, SyntaxVersion, SyntaxBlank, SyntaxStrings}},
	Args:    SPFSyntaxArgs{},
	Judge:   spfSyntax,
}

// spfSyntax finds SPF records that receivers cannot parse, or do not even recognize. A text that only resembles a record
// does no harm beside a real one and is left out.
func spfSyntax(in *facts.Facts) []Finding {
	out := recordsWith(in, func(p spf.Problem) bool {
		return p.Fatal && p.Code != spf.Placeholder && !slices.Contains(copyMistakes, p.Code)
	})
	out = gradeFatal(in, append(out, unread(in, func(p spf.Problem) bool { return !isCopyMistake(p) })...))
	for i, f := range out {
		a := f.Args.(SPFRecordArgs)
		state := either(spf.Is(string(a.Record)), SyntaxText, SyntaxVersion)
		if state == SyntaxVersion && spf.Is(strings.TrimLeft(string(a.Record), " \t")) {
			state = SyntaxBlank
		}
		out[i].Args, out[i].States = SPFSyntaxArgs{Record: a.Record, Piece: a.Piece}, []State{state}
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

// The states of spf-unread: whether the terms of the ignored text count anyway.
var (
	UnreadLost    = State{"state", "lost"}    // no readable record covers them
	UnreadCovered = State{"state", "covered"} // the readable record covers them
	UnreadUnsure  = State{"state", "unsure"}  // no readable record covers them, but words before them suggest that this was intended
)

// SPFUnreadArgs are the arguments of spf-unread.
type SPFUnreadArgs struct {
	Record Record `words:"-"`
	Piece  Texts  // the text that receivers ignore
	Terms  Texts  // its terms that no readable record covers
}

// holds reports whether the ignored text has what another finding misses: the terms of a sender, or an all term.
func (a SPFUnreadArgs) holds(o Finding) bool {
	switch m := o.Args.(type) {
	case SPFSenderMissingArgs:
		return len(m.Terms) > 0 && !slices.ContainsFunc(m.Terms, func(t string) bool { return !slices.Contains(a.Terms, t) })
	case SPFRecordArgs:
		return o.Code == SPFNoAll && slices.ContainsFunc(strings.Fields(string(a.Record)), func(t string) bool {
			return strings.EqualFold(strings.TrimLeft(t, "+-~?"), "all")
		})
	}
	return false
}

var ruleSPFUnread = Rule{
	Code: SPFUnread, Severity: Advice, RFC: rfcSPF + " section 4.5",
	After:   after(),
	Aspects: []Aspect{{UnreadLost, UnreadCovered, UnreadUnsure}},
	Args:    SPFUnreadArgs{},
	Judge:   spfUnread,
}

// spfUnread finds texts beside a readable SPF record that were meant to be SPF records and that receivers ignore.
func spfUnread(in *facts.Facts) []Finding {
	var out []Finding
	for _, u := range in.UnreadSPF() {
		f := Finding{States: []State{UnreadCovered}, Evidence: spfEvidence(in), Args: SPFUnreadArgs{Record(u.Raw), Texts{u.Raw}, u.Lost}}
		switch {
		case len(u.Lost) > 0 && u.Sure:
			f.Severity, f.States = Harms, []State{UnreadLost}
			if slices.ContainsFunc(in.Lacks(), func(l facts.Lacking) bool {
				return !l.Unknown && len(l.Others) == 0 && f.Args.(SPFUnreadArgs).holds(Finding{Args: SPFSenderMissingArgs{Terms: l.Terms}})
			}) {
				f.Severity = spfSeverity(in) // mail of a service in use fails for it
			}
		case len(u.Lost) > 0:
			f.States = []State{UnreadUnsure}
		}
		out = append(out, f)
	}
	return out
}

// The states of spf-typographic: which characters are wrong.
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

// spfTypographic finds characters that only look like the right ones.
func spfTypographic(in *facts.Facts) []Finding {
	out := recordsWith(in, func(p spf.Problem) bool { return p.Fatal && slices.Contains(copyMistakes, p.Code) })
	out = gradeFatal(in, append(out, unread(in, isCopyMistake)...))
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

// spfPlaceholder finds placeholders of an example that were never replaced.
func spfPlaceholder(in *facts.Facts) []Finding {
	return gradeFatal(in, perRecord(in, in.StandIns))
}

var ruleSPFIneffective = Rule{
	Code: SPFIneffective, Severity: Harms, RFC: rfcSPF + " section 4.6",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfIneffective,
}

// spfIneffective finds terms that receivers accept without complaint but that have no effect.
func spfIneffective(in *facts.Facts) []Finding {
	return perRecord(in, func(r spf.Record) []spf.Problem {
		return slices.DeleteFunc(slices.Clone(r.Problems), func(p spf.Problem) bool {
			return !p.Grave() || p.Code == spf.Placeholder || p.Code == spf.PassAll ||
				slices.ContainsFunc(r.Problems, func(q spf.Problem) bool { return q.Fatal && q.Span == p.Span }) // an error wherever it stands
		})
	})
}

var ruleSPFPtr = Rule{
	Code: SPFPtr, Severity: Advice, RFC: rfcSPF + " section 5.5",
	After: after(SPFMultiple),
	Args:  SPFRecordArgs{},
	Judge: spfPtr,
}

// spfPtr finds the ptr mechanism, which SHOULD NOT be used (RFC 7208 section 5.5).
func spfPtr(in *facts.Facts) []Finding {
	return recordsWith(in, func(p spf.Problem) bool { return p.Code == spf.UsesPtr })
}

// untidy are the states of spf-untidy: the harmless mistakes, by their codes of package spf.
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

// spfUntidy finds harmless mistakes, one finding for each kind.
func spfUntidy(in *facts.Facts) []Finding {
	var out []Finding
	for _, s := range untidy {
		for _, f := range recordsWith(in, func(p spf.Problem) bool { return !p.Fatal && string(p.Code) == s.name }) {
			f.States = []State{s}
			out = append(out, f)
		}
	}
	return out
}

// The states of spf-pass-all: what lets anybody pass.
var (
	PassAllEnding = State{"by", "ending"} // the all term
	PassAllTerm   = State{"by", "term"}   // another term, such as a very large range
)

// SPFPassAllArgs are the arguments of spf-pass-all.
type SPFPassAllArgs struct {
	Record Record `words:"-"`
	Term   Text   // the term that lets anybody pass
}

var ruleSPFPassAll = Rule{
	Code: SPFPassAll, Severity: Harms, RFC: rfcSPF + " section 5.1",
	After:   after(),
	Aspects: []Aspect{{PassAllEnding, PassAllTerm}},
	Args:    SPFPassAllArgs{},
	Judge:   spfPassAll,
}

// spfPassAll finds a record that lets any server send for the domain.
func spfPassAll(in *facts.Facts) []Finding {
	term, ok := in.PassesAnybody()
	if !ok {
		return nil
	}
	t, _ := in.SPFTree()
	problems := slices.DeleteFunc(slices.Clone(t.Root.Parsed.Problems), func(p spf.Problem) bool { return p.Code != spf.PassAll })
	state := either(strings.EqualFold(strings.TrimPrefix(term, "+"), "all"), PassAllEnding, PassAllTerm)
	return one(Finding{States: []State{state}, Args: SPFPassAllArgs{Record(t.Root.Record), Text(term)}, Problems: problems, Evidence: spfEvidence(in)})
}

var ruleSPFNoAll = Rule{
	Code: SPFNoAll, Severity: Advice, RFC: rfcSPF + " section 4.7",
	After: after(SPFSyntax, SPFTypographic, SPFUnread),
	Args:  SPFRecordArgs{},
	Judge: spfNoAll,
}

// spfNoAll finds a record without all or redirect, which gives servers that it does not list a neutral result.
func spfNoAll(in *facts.Facts) []Finding {
	if _, ok := in.SPFTree(); !ok {
		return nil
	}
	return recordsWith(in, func(p spf.Problem) bool { return p.Code == spf.NoAll })
}
