package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"todoku/checks"
	"todoku/i18n"
	"todoku/tui"
	"todoku/wizard/session"
	"todoku/wizard/words"
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
	words   words.P
	r       result
	colours bool
	width   int // of the terminal in cells; 0 where there is none
}

func (a *app) page(r result) string {
	p := a.newPage(r)
	p.name()
	p.verdict()
	for _, f := range r.found {
		if f.Under == "" && (f.Severity == checks.Blocks || f.Severity == checks.Harms) {
			p.finding(f)
		}
	}
	p.receivers()
	p.changes()
	p.ways()
	if !words.Mended(r.plan, r.in.Answers.Domain) {
		p.list(a.lang.T("cmd.page.tries"), p.words.Tries(r.plan))
	}
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

// newPage begins a page about a result.
func (a *app) newPage(r result) *page {
	return &page{app: a, words: words.P{Lang: a.lang, Catalog: r.in.Catalog, Now: r.in.DNS.Taken}, r: r, colours: a.colours(), width: a.width()}
}

// write adds text as it is.
func (p *page) write(texts ...string) {
	for _, t := range texts {
		_, _ = p.WriteString(t)
	}
}

// name is the domain that the page is about.
func (p *page) name() {
	name := p.r.input.Unicode
	if p.r.input.Domain != name {
		name += " (" + p.r.input.Domain + ")"
	}
	p.write(p.style(styleBold, printable(name)), "\n")
}

func (p *page) verdict() {
	style := map[checks.Verdict]string{checks.VerdictOK: styleGood, checks.VerdictFix: styleBad}[p.r.verdict]
	if style == "" {
		style = styleBold
	}
	p.write(p.style(style, p.t("verdict-"+string(p.r.verdict))), "\n")
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
	for i, under := range p.whats(checks.Symptoms(p.r.found, f), func(g checks.Finding) bool { return g.Severity != checks.Fine }) {
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
		add(p.t("was"), c.Was)
		add(p.t("remove"), c.Remove...)
		add(p.t("ask"), c.Ask)
		if c.Ask != "" {
			add("", p.t("ask-flag"))
		}
		add(p.t("made"), c.Made)
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

// ways prints what is left to the owner where the SPF record is too big, with the flag that takes each.
func (p *page) ways() {
	list := p.words.Ways(p.r.plan)
	if len(list) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(stylePart, p.t("ways")))
	for i, w := range list {
		p.prose(fmt.Sprintf("  %d. ", i+1), "     ", w.Text)
		_, _ = fmt.Fprintln(p, "     "+printable(w.Value)) // to be copied: never broken
		for _, c := range w.Checked {
			p.prose("     - ", "       ", c)
		}
		for _, t := range w.Take.Drop {
			_, _ = fmt.Fprintln(p, "     "+p.t("way-flag", i18n.Args{"flag": "--spf-drop " + printable(t)}))
		}
		if len(w.Take.Flatten) > 0 {
			_, _ = fmt.Fprintln(p, "     "+p.t("way-flag", i18n.Args{"flag": "--spf-flatten " + printable(strings.Join(w.Take.Flatten, " --spf-flatten "))}))
		}
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
	if margin == "" {
		_, _ = fmt.Fprintln(p)
	}
	p.columns(margin, 0, rows)
}

// columns is rows with a column for the labels that is at least so many cells wide.
func (p *page) columns(margin string, width int, rows []row) {
	for _, r := range rows {
		width = max(width, ansi.StringWidth(r.label))
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
	return session.Panel(r.in.Answers, r.found, r.in.Seen)
}
