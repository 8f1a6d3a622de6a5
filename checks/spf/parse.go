package spf

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/lately"
	"example.org/todoku/checks/internal/pattern"
)

// Is reports whether a TXT record is an SPF record (RFC 7208 section 4.5): "v=spf1" in any case, followed by a space or
// the end.
func Is(txt string) bool {
	return len(txt) >= len(version) && strings.EqualFold(txt[:len(version)], version) &&
		(len(txt) == len(version) || txt[len(version)] == ' ')
}

// Resembles reports whether a text was meant to be an SPF record but is not one, because of a quote or space before it, a
// misspelt or missing version, full-width letters, or other text before it. Receivers ignore such texts.
func Resembles(txt string) bool {
	if Is(txt) || len(txt) > 1<<16 {
		return false
	}
	f := fold(txt)
	text := lower(f.text)
	if strings.Contains(text, version) || meant.MatchString(text) {
		return true
	}
	if _, ok := misspelt(text); ok {
		return true
	}
	if text = strings.TrimSpace(text); strings.HasPrefix(text, senderID) {
		return false
	}
	return bareTerm.MatchString(text) && bareEnd.MatchString(text)
}

var (
	// meant matches the version as people miswrite it, followed by a space, the end or a term.
	meant = pattern.New(`^[ ,;]*(?:v *[-=:]? *s(?:pf|fp)|s(?:pf|fp) ?1)(?: ?1?(?:\.0)?)?[;:,.]*($| |[+?~-]|include:|ip[46v]|redirect=|exists:|mx|a[: ])`)
	// bareTerm and bareEnd recognize a record without any version.
	bareTerm = pattern.New(`(?:^| )[+?~-]?(?:include:|ip[46]:|ipv[46]:)`)
	bareEnd  = pattern.New(`[+?~-]all\.?$`)
)

// Parse parses a record. It never fails: Problems lists the mistakes in the order of the text. A term that receivers
// cannot parse has the fields of its certain correction, if it has one, so that it can be explained; a Fatal problem over
// its span says that receivers do not read it so.
func Parse(txt string) Record {
	r := recall(txt)
	r.Terms, r.Problems = slices.Clone(r.Terms), slices.Clone(r.Problems)
	return r
}

// parsed caches the records that were parsed last, since many rules parse the same text and a hostile record has tens of
// thousands of terms.
var parsed lately.Memory[Record]

// recall is Parse for callers that change nothing: the slices belong to the cache.
func recall(txt string) Record {
	r, known := parsed.Get(txt)
	if !known {
		r = parse(txt)
		parsed.Put(txt, r)
	}
	return r
}

func parse(txt string) Record {
	p := parser{raw: txt, f: fold(txt)}
	start, ok := p.version()
	if ok {
		p.terms(start)
		p.lint()
	}
	slices.SortStableFunc(p.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End))
	})
	return Record{Raw: txt, Terms: p.out, Problems: p.problems, More: p.more, broken: p.broken}
}

// Valid reports whether receivers can parse the record. Otherwise every mail gets permerror, or the text is no SPF record
// at all.
func (r Record) Valid() bool {
	return !r.broken && !slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Fatal })
}

// String returns the terms as they were written, separated by one space. For a valid record, Parse(r.String()) has the
// same terms. Terms without Text are printed from their fields.
func (r Record) String() string {
	var b strings.Builder
	b.WriteString(version)
	if Is(r.Raw) {
		b.Reset()
		b.WriteString(r.Raw[:len(version)])
	}
	for _, t := range r.Terms {
		b.WriteByte(' ')
		b.WriteString(t.String())
	}
	return b.String()
}

// maxProblems limits the problems that are reported and corrected in one record, since hostile records may have tens of
// thousands. Further ones are only counted.
const maxProblems = 50

type parser struct {
	raw      string
	f        folded
	out      []Term
	problems []Problem
	more     int  // problems beyond maxProblems
	broken   bool // one of those is fatal
}

func (p *parser) report(code Code, s Span, fix string, certain, fatal bool) {
	p.put(Problem{Code: code, Span: s, Text: p.raw[s.Start:s.End], Fix: fix, Certain: certain, Fatal: fatal})
}

func (p *parser) put(list ...Problem) {
	for _, q := range list {
		if len(p.problems) < maxProblems {
			p.problems = append(p.problems, q)
			continue
		}
		p.more++
		p.broken = p.broken || q.Fatal
	}
}

// version returns the offset in the raw text at which the terms begin, and reports problems of the version. ok is false
// if the text is not even similar to an SPF record.
func (p *parser) version() (start int, ok bool) {
	if Is(p.raw) {
		return len(version), true
	}
	if !Resembles(p.raw) {
		p.report(BadVersion, Span{0, len(p.raw)}, "", false, true)
		return 0, false
	}
	text := lower(p.f.text)
	if m := meant.FindStringSubmatchIndex(text); m != nil {
		s := p.f.span(0, m[2])
		s.Start = 0
		fix := version
		if m[2] < len(text) && (m[2] == m[3] || text[m[2]] != ' ') {
			fix += " "
		}
		p.report(BadVersion, s, fix, true, true)
		return s.End, true
	}
	if end, ok := misspelt(text); ok {
		s := p.f.span(0, end)
		s.Start = 0
		fix := version
		if end < len(text) && text[end] != ' ' {
			fix += " "
		}
		p.report(BadVersion, s, fix, true, true)
		return s.End, true
	}
	if i := strings.Index(text, version); i >= 0 {
		end := p.f.span(i, i+len(version)).End
		if strings.Trim(text[:i], " ") == "" {
			n := len(text[i:]) - len(strings.TrimLeft(text[i+len(version):], "0123456789.")) // "v=spf1.1"
			end = p.f.span(i, i+n).End
			fix := version
			if i+n < len(text) && text[i+n] != ' ' {
				fix += " "
			}
			p.report(BadVersion, Span{0, end}, fix, true, true)
		} else {
			p.report(Glued, Span{0, p.f.begins(i)}, "", false, true)
			p.report(BadVersion, Span{p.f.begins(i), end}, version, false, true)
		}
		return end, true
	}
	p.report(BadVersion, Span{0, 0}, version+" ", true, true)
	return 0, true
}

// terms splits the text at spaces, as receivers do, and corrects only words that receivers cannot parse.
func (p *parser) terms(start int) {
	words := p.words(start)
	for i := 0; i < len(words); i++ {
		w := words[i]
		t, bad := readTerm(p.raw[w.Start:w.End])
		if bad == nil {
			t.Span = w
			p.out = append(p.out, t)
			p.suspect(t)
			continue
		}
		if before := len(p.problems); before < maxProblems {
			if !p.joined(w, words, &i) {
				p.mend(w)
			}
			p.fatal(before, w, bad)
			continue
		}
		t.Span = w
		p.out = append(p.out, t)
		p.report(bad.code, w, "", false, true)
	}
}

// fatal makes sure that a word that receivers cannot parse has a fatal problem.
func (p *parser) fatal(before int, w Span, bad *fault) {
	for _, q := range p.problems[before:] {
		if q.Fatal {
			return
		}
	}
	p.report(bad.code, Span{w.Start + bad.start, w.Start + bad.end}, "", false, true)
}

// words returns the spans between spaces from start on.
func (p *parser) words(start int) []Span {
	var out []Span
	for i := start; i < len(p.raw); {
		if p.raw[i] == ' ' {
			i++
			continue
		}
		j := i
		for j < len(p.raw) && p.raw[j] != ' ' {
			j++
		}
		out = append(out, Span{i, j})
		i = j
	}
	return out
}
