package spf

import (
	"slices"
	"strings"
)

// Repaired applies every certain repair, also those that show only once others are made. fixed lists them, with
// spans that count in the text as it stood at that repair.
func (r Record) Repaired() (text string, fixed []Problem) {
	return r.repaired(func(Problem) bool { return true })
}

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

// Note is one decision of Merge. The codes: added, present and covered (a need), invalid-need, joined, not-spf,
// unglued (the text before the record, which wants a TXT record of its own),
// milder-all, all-added, redirect-to-include, redirect-dropped, duplicate-dropped, double-version, repaired,
// broken-dropped (a term that no receiver can read and that has no certain repair), after-all-moved, exp-dropped.
type Note struct {
	Code string
	Text string // the term it is about
}

// merger collects terms in order; the end of the record apart.
type merger struct {
	terms []Term
	tail  []Term // exp and unknown modifiers that stood behind all
	all   *Term
	seen  map[string]bool
	notes []Note
}

func (m *merger) note(code, text string) { m.notes = append(m.notes, Note{code, text}) }

// Merge joins the records at one name into one that also holds the needed terms (such as "include:a.example" or
// "a:www1.example"), changing as little as it can: order and qualifiers stay, what is needed stands before "all".
// notes lists, as codes with the term, what was decided. A lone record that needs no change comes back as it is.
func Merge(records []string, needs []string) (merged string, notes []Note) {
	m := merger{seen: map[string]bool{}}
	var parsed []Record
	for _, txt := range records {
		if !Is(txt) && !Resembles(txt) {
			m.note("not-spf", txt)
			continue
		}
		parsed = append(parsed, m.repair(txt))
	}
	wanted := m.wanted(needs)
	for i, r := range parsed {
		if i > 0 {
			m.note("joined", r.Raw)
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
		m.note("all-added", "~all")
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

// repair makes the certain repairs and drops what cannot be read even so, since one such term spoils them all.
func (m *merger) repair(txt string) Record {
	text, fixed := Parse(txt).repaired(func(p Problem) bool { return p.Code != "trailing-dot" && p.Code != "duplicate" && p.Code != "covered" })
	for _, p := range fixed {
		if p.Code == "double-version" {
			m.note(p.Code, p.Text)
			continue
		}
		what := p.Fix
		if strings.TrimSpace(what) == "" {
			what = p.Text
		}
		m.note("repaired", what)
	}
	r := Parse(text)
	if at := strings.Index(lower(r.Raw), version); at > 0 {
		m.note("unglued", strings.TrimSpace(r.Raw[:at]))
		r = Parse(r.Raw[at:])
	}
	kept := r.Terms[:0:0]
	for _, t := range r.Terms {
		if _, bad := readTerm(t.Text); bad != nil {
			m.note("broken-dropped", t.Text)
			continue
		}
		kept = append(kept, t)
	}
	r.Terms = kept
	return r
}

// wanted reads the needs, each once.
func (m *merger) wanted(needs []string) (out []Term) {
	have := map[string]bool{}
	for _, s := range needs {
		t, bad := readTerm(strings.TrimSpace(s))
		switch {
		case bad != nil || t.Name == "all" || t.Modifier: // a modifier lets nobody pass
			m.note("invalid-need", s)
		case !have[t.same()]:
			have[t.same()] = true
			out = append(out, t)
		}
	}
	return out
}

// unmet: is any need not in the records yet?
func unmet(records []Record, wanted []Term) bool {
	var have []Term
	for _, r := range records {
		have = append(have, r.effective()...)
	}
	return slices.ContainsFunc(wanted, func(t Term) bool { return met(have, t) == "" })
}

// met says whether terms hold a need: "present" in the same words, "covered" by a wider network, or "".
func met(terms []Term, t Term) string {
	for _, old := range terms {
		switch {
		case old.same() == t.same():
			return "present"
		case old.Modifier && old.Name == "redirect" && t.Name == "include" && t.Qualifier == '+' && name(old.Value) == name(t.Value):
			return "present" // a redirect lets pass what the include would
		case t.within(old):
			return "covered"
		}
	}
	return ""
}

// take takes over one record's terms. growing says that the record will not stay alone.
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
				m.note("duplicate-dropped", t.Text)
			}
			ended = true
		default:
			if m.keep(t) && ended {
				m.note("after-all-moved", t.Text)
			}
		}
	}
	if all != nil {
		m.end(*all)
	}
}

func (m *merger) keep(t Term) bool {
	if m.seen[t.same()] {
		m.note("duplicate-dropped", t.Text)
		return false
	}
	m.seen[t.same()] = true
	m.terms = append(m.terms, t)
	return true
}

// redirect counts only where nothing else matches, so that it becomes an include once the record grows.
func (m *merger) redirect(t Term, hasAll, growing bool) {
	switch {
	case !growing:
		m.keep(t)
	case hasAll:
		m.note("redirect-dropped", t.Text)
	default:
		include, bad := readTerm("include:" + t.Value)
		if bad != nil {
			m.note("broken-dropped", t.Text)
			return
		}
		m.note("redirect-to-include", include.Text)
		m.keep(include)
	}
}

// explanation: there may be one; the first stays.
func (m *merger) explanation(t Term, ended bool) {
	if m.seen["exp="] {
		m.note("exp-dropped", t.Text)
		return
	}
	m.seen["exp="] = true
	if ended {
		m.tail = append(m.tail, t)
	} else {
		m.terms = append(m.terms, t)
	}
}

// end takes the milder of two ends. "+all" is no end but an open door: it stays only where it stands alone.
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
	m.note("milder-all", m.all.Text)
}

// add puts a need behind the other terms, or before one that means the same address with another qualifier, since
// the first match decides.
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
	m.note("added", t.Text)
	m.terms = slices.Insert(m.terms, at, t)
}
