package spf

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// Repaired applies every certain correction, also those that show only once others are made. fixed lists them; their
// spans refer to the text at that moment.
func (r Record) Repaired() (text string, fixed []Problem) {
	return r.repaired(func(Problem) bool { return true })
}

// repaired is Repaired for the problems that want accepts.
func (r Record) repaired(want func(Problem) bool) (text string, fixed []Problem) {
	for range 8 {
		var b strings.Builder
		at := 0
		n := len(fixed)
		for _, p := range r.Problems {
			if !p.Certain || p.Span.Start < at || !want(p) {
				continue
			}
			b.WriteString(r.Raw[at:p.Span.Start])
			b.WriteString(p.Fix)
			at = p.Span.End
			fixed = append(fixed, p)
		}
		if len(fixed) == n {
			break
		}
		b.WriteString(r.Raw[at:])
		r = Parse(b.String())
	}
	return r.Raw, fixed
}

// NoteCode names a decision of Merge.
type NoteCode string

// The decisions of Merge.
const (
	NoteAdded             NoteCode = "added"   // a need was added
	NotePresent           NoteCode = "present" // a need was there already
	NoteCovered           NoteCode = "covered" // another term covers a need
	NoteInvalidNeed       NoteCode = "invalid-need"
	NoteJoined            NoteCode = "joined"
	NoteNotSPF            NoteCode = "not-spf"
	NoteUnglued           NoteCode = "unglued" // other text before the record was removed; it needs a TXT record of its own
	NoteMilderAll         NoteCode = "milder-all"
	NoteAllAdded          NoteCode = "all-added"
	NoteRedirectToInclude NoteCode = "redirect-to-include"
	NoteRedirectDropped   NoteCode = "redirect-dropped"
	NoteDuplicateDropped  NoteCode = "duplicate-dropped"
	NoteDoubleVersion     NoteCode = "double-version"
	NoteRepaired          NoteCode = "repaired"       // a character was removed or added
	NoteBrokenDropped     NoteCode = "broken-dropped" // a term that receivers cannot parse and that has no correction was dropped
	NotePerhaps           NoteCode = "perhaps-meant"  // the same; Fix is what it may have been meant to be
	NoteBlankDropped      NoteCode = "blank-dropped"  // blanks before or behind the text were removed
	NoteCorrected         NoteCode = "corrected"      // the text was replaced by Fix, which is certain or equals a need
	NoteAfterAllMoved     NoteCode = "after-all-moved"
	NoteExpDropped        NoteCode = "exp-dropped"
)

// Note is one decision of Merge.
type Note struct {
	Code NoteCode
	Text string // the term it is about
	Fix  string // with NotePerhaps and NoteCorrected: the term that was meant
}

// merger collects the terms of the merged record in order. all and tail are kept apart.
type merger struct {
	terms []Term
	tail  []Term // exp and unknown modifiers that came after all
	all   *Term
	seen  map[string]bool
	notes []Note
}

func (m *merger) note(code NoteCode, text string) { m.put(Note{Code: code, Text: text}) }

// put adds a note unless it is there already.
func (m *merger) put(n Note) {
	if !slices.Contains(m.notes, n) {
		m.notes = append(m.notes, n)
	}
}

// Merge joins the records at one name into one that also has the needed terms (such as "include:a.example" or
// "a:www1.example"), with as few changes as possible: order and qualifiers stay, and needs come before "all". notes lists
// what was decided. A single record that needs no change is returned unchanged.
func Merge(records []string, needs []string) (merged string, notes []Note) {
	m := merger{seen: map[string]bool{}}
	var parsed []Record
	wanted := m.wanted(needs)
	for _, txt := range records {
		if !Is(txt) && !Resembles(txt) {
			m.note(NoteNotSPF, txt)
			continue
		}
		parsed = append(parsed, m.repair(txt, wanted))
	}
	for i, r := range parsed {
		if i > 0 {
			m.note(NoteJoined, r.Raw)
		}
		m.take(r, i > 0 || len(parsed) > 1 || unmet(parsed, wanted))
	}
	for _, t := range wanted {
		m.add(t)
	}
	redirected := slices.ContainsFunc(m.terms, func(t Term) bool { return t.Modifier && t.Name == "redirect" })
	if m.all == nil && !redirected {
		t, _ := readTerm("~all")
		m.all = &t
		m.note(NoteAllAdded, "~all")
	}
	out := Record{Raw: version}
	if len(parsed) > 0 {
		out.Raw = parsed[0].Raw
	}
	out.Terms = m.terms
	if m.all != nil {
		out.Terms = append(out.Terms, *m.all)
	}
	out.Terms = append(out.Terms, m.tail...)
	merged = out.String()
	if len(records) == 1 && Parse(records[0]).Valid() && Parse(records[0]).String() == merged {
		merged = records[0]
	}
	return merged, m.notes
}

// zoneLine matches what stands before the text in a line of a zone file (RFC 1035 section 5.1): name, TTL, class, type.
var zoneLine = pattern.New(`(?i)^\s*(\S+\s+)?(\d+[smhdw]?\s+)?(IN\s+)?(\d+[smhdw]?\s+)?(TXT|SPF)\s+["(]*\s*$`)

// fieldLabel matches the name of a panel's field or of the record in front of the text: "TXT=", "Value:", "SPF record: ".
var fieldLabel = pattern.New(`(?i)^\s*@\s*$|^\s*["'(]*(?:txt|spf|text|value|data|content|record|type|値|内容|レコード)(?:[ -]?(?:record|value|data|レコード))?\s*[=:：]\s*["'(]*\s*$`)

// repair makes the certain corrections and those that equal a need. It drops terms that still cannot be parsed, since one
// of them spoils the whole record.
func (m *merger) repair(txt string, wanted []Term) Record {
	text, fixed := Parse(txt).repaired(func(p Problem) bool { return p.Code != TrailingDot && p.Code != Duplicate && p.Code != Covered })
	for _, p := range fixed {
		if p.Code == DoubleVersion {
			m.note(NoteDoubleVersion, p.Text)
			continue
		}
		if fix := strings.TrimSpace(p.Fix); fix != "" && strings.TrimSpace(p.Text) == fix {
			m.note(NoteBlankDropped, fix)
			continue
		} else if fix != "" && strings.TrimSpace(p.Text) != "" {
			m.put(Note{NoteCorrected, p.Text, fix})
			continue
		}
		m.note(NoteRepaired, cmp.Or(strings.TrimSpace(p.Fix), p.Text))
	}
	r := Parse(text)
	if at := strings.Index(lower(r.Raw), version); at > 0 {
		code := NoteUnglued
		if zoneLine.MatchString(r.Raw[:at]) || fieldLabel.MatchString(r.Raw[:at]) {
			code = NoteRepaired // a whole line of a zone file was pasted, or the name of a field
		}
		m.note(code, strings.TrimSpace(r.Raw[:at]))
		r = Parse(r.Raw[at:])
	}
	kept := r.Terms[:0:0]
	for _, t := range r.Terms {
		if _, bad := readTerm(t.Text); bad != nil {
			fix := r.perhaps(t)
			switch meant, bad := readTerm(fix); {
			case fix == "" || bad != nil:
				m.note(NoteBrokenDropped, t.Text)
			case slices.ContainsFunc(wanted, func(w Term) bool { return w.same() == meant.same() }):
				m.put(Note{NoteCorrected, t.Text, fix})
				kept = append(kept, meant)
			default:
				m.put(Note{NotePerhaps, t.Text, fix})
			}
			continue
		}
		kept = append(kept, t)
	}
	r.Terms = kept
	return r
}

// perhaps returns what a term that cannot be parsed may have been meant to be, or "" if there is no suggestion.
func (r Record) perhaps(t Term) string {
	for _, p := range r.Problems {
		if p.Fatal && !p.Certain && p.Fix != "" && p.Span == t.Span {
			return p.Fix
		}
	}
	return ""
}

// wanted parses the needs, each once.
func (m *merger) wanted(needs []string) (out []Term) {
	have := map[string]bool{}
	for _, s := range needs {
		t, bad := readTerm(strings.TrimSpace(s))
		switch {
		case bad != nil || t.Name == "all" || t.Modifier: // a modifier lets nobody pass
			m.note(NoteInvalidNeed, s)
		case !have[t.same()]:
			have[t.same()] = true
			out = append(out, t)
		}
	}
	return out
}

// unmet reports whether a need is not in the records yet.
func unmet(records []Record, wanted []Term) bool {
	var have []Term
	for _, r := range records {
		have = append(have, r.effective()...)
	}
	return slices.ContainsFunc(wanted, func(t Term) bool { return met(have, t) == "" })
}

// met returns NotePresent if the terms contain t, NoteCovered if a wider network covers it, else "".
func met(terms []Term, t Term) NoteCode {
	for _, old := range terms {
		switch {
		case old.same() == t.same():
			return NotePresent
		case old.Modifier && old.Name == "redirect" && t.Name == "include" && t.Qualifier == '+' && name(old.Value) == name(t.Value):
			return NotePresent // a redirect lets pass what the include would
		case t.within(old):
			return NoteCovered
		}
	}
	return ""
}

// take adds one record's terms. growing says that the merged record will have more than these.
func (m *merger) take(r Record, growing bool) {
	var all *Term
	for i, t := range r.Terms {
		if !t.Modifier && t.Name == "all" && all == nil {
			all = &r.Terms[i]
		}
	}
	ended := false
	for _, t := range r.Terms {
		switch {
		case t.Modifier && t.Name == "redirect":
			m.redirect(t, all != nil, growing)
		case t.Modifier && t.Name == "exp":
			m.explanation(t, ended)
		case t.Modifier && ended:
			m.tail = append(m.tail, t)
		case t.Modifier:
			m.keep(t)
		case t.Name == "all":
			if ended {
				m.note(NoteDuplicateDropped, t.Text)
			}
			ended = true
		default:
			if m.keep(t) && ended {
				m.note(NoteAfterAllMoved, t.Text)
			}
		}
	}
	if all != nil {
		m.end(*all)
	}
}

// keep adds a term unless it is there already, and reports whether it did.
func (m *merger) keep(t Term) bool {
	if m.seen[t.same()] {
		m.note(NoteDuplicateDropped, t.Text)
		return false
	}
	m.seen[t.same()] = true
	m.terms = append(m.terms, t)
	return true
}

// redirect turns a redirect into an include once the record grows, since a redirect only counts if nothing else matches
// and there is no all.
func (m *merger) redirect(t Term, hasAll, growing bool) {
	switch {
	case !growing:
		m.keep(t)
	case hasAll:
		m.note(NoteRedirectDropped, t.Text)
	default:
		include, bad := readTerm("include:" + t.Value)
		if bad != nil {
			m.note(NoteBrokenDropped, t.Text)
			return
		}
		m.note(NoteRedirectToInclude, include.Text)
		m.keep(include)
	}
}

// explanation keeps the first exp modifier; a record may have only one.
func (m *merger) explanation(t Term, ended bool) {
	if m.seen["exp="] {
		m.note(NoteExpDropped, t.Text)
		return
	}
	m.seen["exp="] = true
	if ended {
		m.tail = append(m.tail, t)
	} else {
		m.terms = append(m.terms, t)
	}
}

// end keeps the milder of two all terms.
func (m *merger) end(t Term) {
	if m.all == nil {
		m.all = &t
		return
	}
	if m.all.Qualifier == t.Qualifier {
		return
	}
	const mild = "+-~?"
	if strings.IndexByte(mild, t.Qualifier) > strings.IndexByte(mild, m.all.Qualifier) {
		m.all = &t
	}
	m.note(NoteMilderAll, m.all.Text)
}

// add puts a need after the other terms, or before a term for the same address with another qualifier, since the first
// match decides.
func (m *merger) add(t Term) {
	if code := met(m.terms, t); code != "" {
		m.note(code, t.Text)
		return
	}
	at := len(m.terms)
	bare := t
	bare.Qualifier = 0
	for i, old := range m.terms {
		old.Qualifier = 0
		if !old.Modifier && old.same() == bare.same() {
			at = min(at, i)
		}
	}
	m.note(NoteAdded, t.Text)
	m.terms = slices.Insert(m.terms, at, t)
}
