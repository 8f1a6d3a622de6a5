package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"todoku/checks"
	"todoku/i18n"
	"todoku/tui"
	"todoku/wizard/present"
	"todoku/wizard/summary"
)

// The few styles of text output (SGR parameters); none where colour is unwanted.
const (
	styleBold = "1"
	styleBad  = "1;31"
	styleGood = "1;32"
	styleDim  = "2"
	stylePart = "1;36"
)

// page builds the text output of check: the verdict first, then the cause, what to do, the records in the panel's form,
// and what could not be checked.
type page struct {
	strings.Builder
	app     *app
	words   present.P
	r       result
	colours bool
	width   int // of the terminal in cells; 0 where there is none
}

func (a *app) page(r result) string {
	p := &page{app: a, words: present.P{Lang: a.lang, Catalog: r.in.Catalog, Now: r.in.DNS.Taken}, r: r, colours: a.colours(), width: a.width()}
	p.verdict()
	for _, f := range r.found {
		if f.Under == "" && (f.Severity == checks.Blocks || f.Severity == checks.Harms) {
			p.finding(f)
		}
	}
	p.changes()
	p.list(a.lang.T("cmd.page.left"), p.whats(r.plan.Left, p.beyond))
	p.list(a.lang.T("cmd.page.advice"), p.whats(r.found, is(checks.Advice)))
	p.list(a.lang.T("cmd.page.unknown"), p.unknown())
	p.list(a.lang.T("cmd.page.fine"), p.whats(r.found, is(checks.Fine)))
	return p.String()
}

// beyond: what remains is only told beside records that mend something.
func (p *page) beyond(checks.Finding) bool { return len(p.r.plan.Changes) > 0 }

func is(s checks.Severity) func(checks.Finding) bool {
	return func(f checks.Finding) bool { return f.Severity == s && f.Under == "" }
}

// style wraps text in a style where colour is wanted.
func (p *page) style(style, text string) string {
	if !p.colours || text == "" || style == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// t words an id of this topic.
func (p *page) t(id string, args ...i18n.Args) string { return p.app.lang.T("cmd.page."+id, args...) }

func (p *page) verdict() {
	name := p.r.input.Unicode
	if p.r.input.Domain != name {
		name += " (" + p.r.input.Domain + ")"
	}
	style := map[checks.Verdict]string{checks.VerdictOK: styleGood, checks.VerdictFix: styleBad}[p.r.verdict]
	if style == "" {
		style = styleBold
	}
	_, _ = fmt.Fprintf(p, "%s\n%s\n", p.style(styleBold, printable(name)), p.style(style, p.t("verdict-"+string(p.r.verdict))))
}

// finding prints a cause with what follows from it folded under it.
func (p *page) finding(f checks.Finding) {
	w := p.words.Finding(f)
	rows := []row{{label: p.app.severity(f.Severity), text: w.What, style: styleBold}, {label: p.t("why"), text: w.Why}, {label: p.t("fix"), text: w.Fix}}
	for i, e := range w.Evidence {
		label := ""
		if i == 0 {
			label = p.t("evidence")
		}
		rows = append(rows, row{label: label, text: e})
	}
	for i, under := range p.whats(p.r.found, func(g checks.Finding) bool { return g.Under == f.Code && g.Severity != checks.Fine }) {
		label := ""
		if i == 0 {
			label = p.t("under")
		}
		rows = append(rows, row{label: label, text: under})
	}
	p.rows("", rows)
	p.marked(f.Args["record"], f.Problems)
}

// changes prints the records to make, in a safe order and in the panel's own form.
func (p *page) changes() {
	if len(p.r.plan.Changes) == 0 {
		return
	}
	zone, _ := p.r.in.DNS.Zone()
	list := p.words.Changes(p.r.plan, p.r.panel(), zone, p.r.in.Answers)
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(stylePart, p.t("changes", i18n.Args{"count": len(list)})))
	told := map[string]bool{}
	for i, c := range list {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(styleBold, fmt.Sprintf("%d/%d  %s", i+1, len(list), c.Title)))
		var rows []row
		add := func(label string, texts ...string) {
			for _, text := range texts {
				if text != "" {
					rows = append(rows, row{label: label, text: text})
					label = ""
				}
			}
		}
		add(p.t("panel"), c.Panel)
		add(p.t("open"), c.Menu, c.Soft)
		for _, f := range c.Fields {
			rows = append(rows, row{label: f.Label, text: f.Value, whole: true})
		}
		add(p.t("remove"), c.Remove...)
		add(p.t("ask"), c.Ask)
		if c.Ask != "" {
			add("", p.t("ask-flag"))
		}
		// What holds for the panel as a whole is told once.
		add(p.t("beware"), slices.DeleteFunc(slices.Clone(c.Beware), func(b string) bool { return told[b] })...)
		for _, b := range c.Beware {
			told[b] = true
		}
		add(p.t("note"), c.Notes...)
		add(p.t("proved"), c.Checked...)
		add(p.t("gate"), c.Gate)
		p.rows("  ", rows)
	}
}

// row is a label with its text. A whole text is to be copied: it is never broken into lines.
type row struct {
	label, text, style string
	whole              bool
}

// rows prints labels and texts in two columns, measured in cells. On a terminal prose is wrapped below its own column;
// in a pipe every text stays on its line.
func (p *page) rows(margin string, rows []row) {
	width := 0
	for _, r := range rows {
		width = max(width, ansi.StringWidth(r.label))
	}
	if margin == "" {
		_, _ = fmt.Fprintln(p)
	}
	for _, r := range rows {
		pad := strings.Repeat(" ", width-ansi.StringWidth(r.label))
		lines := []string{r.text}
		if !r.whole {
			lines = p.wrap(r.text, len(margin)+width+2)
		}
		for i, l := range lines {
			head := margin + p.style(styleDim, r.label) + pad + "  "
			if i > 0 {
				head = strings.Repeat(" ", len(margin)+width+2)
			}
			_, _ = fmt.Fprintln(p, strings.TrimRight(head+p.style(r.style, l), " "))
		}
	}
}

// wrap breaks a text for what is left of a terminal's line behind an indent; elsewhere it stays whole.
func (p *page) wrap(text string, indent int) []string {
	if p.width < indent+minText {
		return []string{text}
	}
	return tui.Wrap(text, p.width-indent)
}

// minText is how many cells a column of prose needs; below that the terminal breaks lines better.
const minText = 24

// list prints a heading with one line each.
func (p *page) list(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(stylePart, heading))
	for _, l := range lines {
		_, _ = fmt.Fprintln(p, "  - "+strings.Join(p.wrap(l, 4), "\n    "))
	}
}

// whats lists in words what the findings say that are wanted.
func (p *page) whats(found []checks.Finding, wanted func(checks.Finding) bool) []string {
	var out []string
	for _, f := range found {
		if wanted(f) {
			if text := p.words.Finding(f).What; !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// unknown lists what could not be checked: the findings that say so, and the questions that got no answer for no reason told.
func (p *page) unknown() []string {
	out := p.whats(checks.Causes(p.r.found), func(f checks.Finding) bool { return f.Severity == checks.Unknown })
	for _, a := range checks.Unheard(p.r.in, p.r.found) {
		if text := p.words.Evidence(a); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// panel is the ID of the panel in which records are edited.
func (r result) panel() string {
	return summary.Input{Answers: r.in.Answers, Findings: r.found, Seen: r.in.Seen}.Panel()
}
