package document

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// JudgedPage describes the SPF evaluation of one mail.
func JudgedPage(w words.P, domain string, ip netip.Addr, v spf.Verdict, l Layout) string {
	p := &page{Layout: l, words: w}
	style := Bad
	switch v.Result {
	case spf.Pass:
		style = Good
	case spf.TempError:
		style = Normal
	}
	_, _ = fmt.Fprintf(p, "%s  %s\n%s\n", p.style(Bold, printable(domain)), ip, p.style(style, p.words.Result(v.Result, domain)))
	if v.Why != "" && v.Why != spf.WhyNoRecord && len(v.Trace) == 0 { // the result itself says that there is no record
		_, _ = fmt.Fprintln(p, p.words.Step(spf.Step{Domain: domain, Why: v.Why}))
	}
	var rows []row
	add := func(label, text string) {
		if text != "" {
			rows = append(rows, row{label: w.Lang.T("spf.page." + label), text: printable(text), whole: true})
		}
	}
	add("record", v.Record)
	add("decided", v.Term)
	add("told", v.Explanation)
	p.rows("", rows)
	if len(v.Trace) > 0 {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, w.Lang.T("spf.page.trace")))
		p.trace(v.Trace)
	}
	if v.Record != "" {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.total(v.Lookups, v.Voids))
		p.faults(v.Record, spf.Parse(v.Record).Problems)
	}
	return p.String()
}

func (p *page) total(lookups, voids int) string {
	return p.words.Lang.T("spf.page.total", i18n.Args{"lookups": strconv.Itoa(lookups), "limit": strconv.Itoa(spf.MaxLookups),
		"voids": strconv.Itoa(voids), "void_limit": strconv.Itoa(spf.MaxVoids)})
}

// Reading is an SPF record to be explained term by term.
type Reading struct {
	Tree  spf.Tree
	Uses  []facts.Used // of its terms
	Alone bool         // DNS was not asked, so only the record's own text is judged
	Sound bool         // nothing is wrong with it
}

// ReadingPage explains a record term by term.
func ReadingPage(w words.P, r Reading, l Layout) string {
	p, t := &page{Layout: l, words: w}, r.Tree
	if !r.Alone {
		_, _ = fmt.Fprintln(p, p.style(Bold, printable(t.Root.Domain)))
	}
	if t.Root.Record == "" {
		_, _ = fmt.Fprintln(p, p.words.Step(spf.Step{Domain: t.Root.Domain, Why: t.Root.Why}))
		return p.String()
	}
	_, _ = fmt.Fprintf(p, "%s\n\n%s\n", printable(t.Root.Record), p.style(Part, w.Lang.T("spf.page.aloud")))
	for _, s := range p.words.Aloud(t, r.Uses) {
		margin := strings.Repeat("  ", s.Depth+1)
		head := margin + s.Term
		if s.Cost != "" {
			head += "  " + p.style(Dim, "("+s.Cost+")")
		}
		_, _ = fmt.Fprintln(p, head)
		for _, text := range append([]string{s.Text}, s.Notes...) {
			p.prose(margin+"  ", margin+"  ", text)
		}
	}
	if t.Root.Why == spf.WhySeveral {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Bad, p.words.Step(spf.Step{Domain: t.Root.Domain, Why: t.Root.Why})))
	}
	total := p.total(t.Lookups, t.Voids)
	if r.Alone {
		total = w.Lang.T("spf.page.offline", i18n.Args{"lookups": strconv.Itoa(t.Lookups), "limit": strconv.Itoa(spf.MaxLookups)})
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", total)
	if t.Lookups > spf.MaxLookups || t.Voids > spf.MaxVoids {
		_, _ = fmt.Fprintln(p, p.style(Bad, w.Lang.T("spf.page.over")))
	}
	p.faults(t.Root.Record, t.Root.Parsed.Problems)
	if r.Sound && len(t.Root.Parsed.Problems) == 0 {
		_, _ = fmt.Fprintf(p, "\n%s\n", w.Lang.T("spf.page.good"))
	}
	return p.String()
}

// trace draws the terms as a tree, each with its cost and why it matched or not.
func (p *page) trace(steps []spf.Step) {
	type line struct{ term, cost, why string }
	var lines []line
	var width, costs int
	var walk func([]spf.Step, int)
	walk = func(list []spf.Step, depth int) {
		for _, s := range list {
			r := line{term: strings.Repeat("  ", depth+1) + printable(s.Term), why: p.words.Step(s)}
			if s.Lookups > 0 {
				r.cost = p.words.Lang.T("spf.cost", i18n.Args{"count": s.Lookups})
			}
			lines = append(lines, r)
			width, costs = max(width, ansi.StringWidth(r.term)), max(costs, ansi.StringWidth(r.cost))
			walk(s.Children, depth+1)
		}
	}
	walk(steps, 0)
	for _, r := range lines {
		_, _ = fmt.Fprintf(p, "%s%s  %s%s  %s\n", r.term, gap(r.term, width), p.style(Dim, r.cost), gap(r.cost, costs), r.why)
	}
}

// gap returns the blanks that pad a text to a width in cells.
func gap(text string, width int) string {
	return strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// recordWidth returns the width in cells of an underlined record.
func (p *page) recordWidth() int {
	if p.Width >= minText+2 {
		return p.Width - 2
	}
	return 76
}

// faults underlines the mistakes in a record and explains them, under a heading.
func (p *page) faults(record string, problems []spf.Problem) {
	if len(problems) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, p.words.Lang.T("spf.page.problems")))
	p.marked(record, problems)
}

// marked underlines the mistakes in a record and explains them one by one.
func (p *page) marked(record string, problems []spf.Problem) {
	if len(problems) == 0 {
		return
	}
	for _, l := range words.Underline(record, spans(problems), p.recordWidth(), ansi.StringWidth) {
		_, _ = fmt.Fprintln(p, "  "+l)
	}
	for _, x := range problems {
		f := p.words.Fault(x)
		head := f.Piece
		if strings.TrimSpace(head) != "" {
			head += ": "
		}
		p.prose("  - ", "    ", head+f.What)
		if f.Repair != "" {
			_, _ = fmt.Fprintln(p, "    "+f.Repair) // to be copied, so never wrapped
		}
	}
}

// prose prints a text behind a head; below indents its further lines.
func (p *page) prose(head, below, text string) {
	_, _ = fmt.Fprintln(p, head+strings.Join(p.wrap(text, len(below)), "\n"+below))
}

func spans(problems []spf.Problem) []spf.Span {
	var out []spf.Span
	for _, x := range problems {
		out = append(out, x.Span)
	}
	return out
}
