package document

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// page builds the text output of check: the verdict first, then the cause, what to do, the records in the panel's form,
// and what could not be checked.
type page struct {
	strings.Builder
	Layout
	words words.P
	in    Input
}

// Page returns the diagnosis as text.
func Page(in Input, l Layout) string {
	p := newPage(in, l)
	p.name()
	p.verdict()
	p.mail()
	for _, f := range p.in.Findings {
		if f.Under == "" && (f.Severity == checks.Blocks || f.Severity == checks.Harms || f.Code == checks.MailRefused) {
			p.finding(f)
		}
	}
	p.detours()
	p.receivers()
	p.changes()
	p.ways()
	if !words.Mended(p.in.Plan, p.in.Answers.Domain) {
		p.list(p.t("tries"), p.words.Tries(p.in.Plan))
	}
	p.list(p.t("left"), p.whats(p.in.Plan.Left, p.beyond))
	p.list(p.t("advice"), p.whats(p.in.Findings, is(checks.Advice)))
	p.list(p.t("unknown"), p.unknown())
	p.list(p.t("fine"), p.whats(p.in.Findings, is(checks.Fine)))
	return p.String()
}

// beyond reports whether to list what the plan cannot mend, which is done only beside records that mend something.
func (p *page) beyond(checks.Finding) bool { return len(p.in.Plan.Changes) > 0 }

func is(s checks.Severity) func(checks.Finding) bool {
	return func(f checks.Finding) bool { return f.Severity == s && f.Under == "" && f.Code != checks.MailRefused }
}

// t returns a text of this topic.
func (p *page) t(id string, args ...i18n.Args) string { return p.words.Lang.T("cmd.page."+id, args...) }

// newPage starts a page about a domain.
func newPage(in Input, l Layout) *page { return &page{Layout: l, words: in.words(), in: in} }

// write adds text as it is.
func (p *page) write(texts ...string) {
	for _, t := range texts {
		_, _ = p.WriteString(t)
	}
}

// name prints the domain that the page is about.
func (p *page) name() {
	name := p.in.domain()
	if ascii := p.in.Answers.Domain; ascii != name {
		name += " (" + ascii + ")"
	}
	p.write(p.style(Bold, printable(name)), "\n")
}

func (p *page) verdict() {
	verdict := checks.VerdictOf(p.in.Findings)
	style, ok := map[checks.Verdict]Style{checks.VerdictOK: Good, checks.VerdictFix: Bad}[verdict]
	if !ok {
		style = Bold
	}
	word := verdictWord(p.in)
	if word == wordRefused {
		style = Bold
	}
	p.write(p.style(style, p.t("verdict-"+word)), "\n")
	if p.in.DNS != nil {
		p.prose("", "", p.words.Arrives(p.in.Forecast, p.in.Findings, p.in.Answers))
	}
}

// finding prints a cause with its symptoms folded under it.
func (p *page) finding(f checks.Finding) {
	w := p.words.Finding(f)
	rows := []row{{label: Severity(p.words.Lang, f.Severity), text: w.What, style: Bold}, {label: p.t("why"), text: w.Why}, {label: p.t("fix"), text: w.Fix}}
	for i, e := range w.Evidence {
		label := ""
		if i == 0 {
			label = p.t("evidence")
		}
		rows = append(rows, row{label: label, text: e})
	}
	for i, under := range p.whats(checks.Symptoms(p.in.Findings, f), func(g checks.Finding) bool { return g.Severity != checks.Fine }) {
		label := ""
		if i == 0 {
			label = p.t("under")
		}
		rows = append(rows, row{label: label, text: under})
	}
	p.rows("", rows)
	p.marked(f.Record(), f.Problems)
}

// changes prints the records to make, in a safe order and in the panel's own form.
func (p *page) changes() {
	if len(p.in.Plan.Changes) == 0 {
		return
	}
	zone, _ := p.in.DNS.Zone()
	list := p.words.Changes(p.in.Plan, p.in.Panel(), zone, p.in.Answers)
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, p.t("changes", i18n.Args{"count": len(list)})))
	told := map[string]bool{}
	for i, c := range list {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Bold, fmt.Sprintf("%d/%d  %s", i+1, len(list), c.Title)))
		var rows []row
		add := func(label string, texts ...string) {
			for _, text := range texts {
				if text != "" {
					rows = append(rows, row{label: label, text: text})
					label = ""
				}
			}
		}
		add(p.t("first"), c.First)
		add(p.t("panel"), c.Panel)
		add(p.t("open"), c.Menu, c.Soft)
		for _, f := range c.Fields {
			rows = append(rows, row{label: f.Label, text: f.Value, whole: true})
		}
		add(p.t("was"), c.Was, c.CutOff)
		add(p.t("remove"), c.Remove...)
		add(p.t("ask"), c.Ask)
		switch {
		case c.Server != "":
			add("", p.t("server-flag", i18n.Args{"id": c.Server}))
		case c.Ask != "":
			add("", p.t("ask-flag"))
		}
		add(p.t("made"), c.Made)
		// Warnings about the panel as a whole are printed only once.
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

// detours prints the ways around a forward or a list, each with its price.
func (p *page) detours() {
	list := p.words.Detours(p.in.Plan)
	if len(list) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, p.t("detours")))
	for i, d := range list {
		p.prose(fmt.Sprintf("  %d. ", i+1), "     ", d.Text)
		p.prose("     - ", "       ", d.Price)
	}
	if len(letters(p.in)) > 0 {
		p.prose("  ", "  ", p.t("letters"))
	}
}

// ways prints the owner's choices where the SPF record is too big, with the flags for each.
func (p *page) ways() {
	list := p.words.Ways(p.in.Plan)
	if len(list) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, p.t("ways")))
	for i, w := range list {
		p.prose(fmt.Sprintf("  %d. ", i+1), "     ", w.Text)
		_, _ = fmt.Fprintln(p, "     "+printable(w.Value)) // to be copied, so never wrapped
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

// row is a label with its text. A whole text is to be copied, so it is never wrapped.
type row struct {
	label, text string
	style       Style
	whole       bool
}

// rows prints labels and texts in two columns. On a terminal prose is wrapped inside its own column; in a pipe every
// text stays on one line.
func (p *page) rows(margin string, rows []row) {
	if margin == "" {
		_, _ = fmt.Fprintln(p)
	}
	p.columns(margin, 0, rows)
}

// columns is rows with a label column at least so many cells wide.
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
			head := margin + p.style(Dim, r.label) + pad + "  "
			if i > 0 {
				head = strings.Repeat(" ", len(margin)+width+2)
			}
			_, _ = fmt.Fprintln(p, strings.TrimRight(head+p.style(r.style, l), " "))
		}
	}
}

// list prints a heading and one line for each item.
func (p *page) list(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, heading))
	for _, l := range lines {
		_, _ = fmt.Fprintln(p, "  - "+strings.Join(p.wrap(l, 4), "\n    "))
	}
}

// whats returns the sentences of the findings for which wanted is true.
func (p *page) whats(found []checks.Finding, wanted func(checks.Finding) bool) []string {
	return p.sentences(found, wanted, func(w words.Finding) string { return w.What })
}

func (p *page) sentences(found []checks.Finding, wanted func(checks.Finding) bool, of func(words.Finding) string) []string {
	var out []string
	for _, f := range found {
		if wanted(f) {
			if text := of(p.words.Finding(f)); !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// unknown lists what could not be checked: the findings that say so, with how to find out, and the failed questions that no
// finding mentions.
func (p *page) unknown() []string {
	out := p.sentences(checks.Causes(p.in.Findings), is(checks.Unknown), func(w words.Finding) string { return p.words.Sentences(w.What, w.Why, w.Fix) })
	for _, a := range checks.Unheard(p.in.seen(), p.in.Findings) {
		if text := p.words.Evidence(a); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// seen returns the input as the rules read it.
func (in Input) seen() *facts.Facts { return facts.Read(in.Answers, in.DNS, in.Catalog) }
