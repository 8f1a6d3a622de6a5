package document

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
)

// Overview is one domain's line in a table of many.
type Overview struct {
	Domain  string // as people write it
	Verdict string // ok, fix, unknown, wait, refused, or bad where the name is not a domain
	States  [4]string
	First   string // what to do first, else what could not be checked, or why nothing could
}

// OverviewTopics are the topics with a column in an overview, as the first word of findings' codes.
var OverviewTopics = [4]string{"spf", "dkim", "dmarc", "mx"}

// The state of a topic in an overview.
const (
	TopicOK      = "ok"
	TopicFix     = "fix"
	TopicUnknown = "unknown"
	TopicAdvice  = "advice"
	TopicNone    = "none" // there is no finding about it
)

// OverviewOf returns a domain's line.
func OverviewOf(in Input) Overview {
	out := Overview{Domain: in.domain(), Verdict: verdictWord(in), First: firstOf(in)}
	for i, topic := range OverviewTopics {
		out.States[i] = topicState(in.Findings, topic)
	}
	return out
}

// OverviewFailed returns the line of a domain that could not be looked at; bad says that the name is not a domain.
func OverviewFailed(domain, why string, bad bool) Overview {
	verdict := string(checks.VerdictUnknown)
	states := [4]string{TopicUnknown, TopicUnknown, TopicUnknown, TopicUnknown}
	if bad {
		verdict, states = "bad", [4]string{TopicNone, TopicNone, TopicNone, TopicNone}
	}
	return Overview{Domain: domain, Verdict: verdict, States: states, First: why}
}

// topicState returns the gravest state among the findings about a topic, symptoms of other causes included.
func topicState(found []checks.Finding, topic string) string {
	grave := []checks.Severity{checks.Fine, checks.Advice, checks.Unknown, checks.Harms, checks.Blocks}
	states := []string{TopicOK, TopicAdvice, TopicUnknown, TopicFix, TopicFix}
	worst := -1
	for _, f := range found {
		if f.Code.Topic() != topic {
			continue
		}
		for i, s := range grave {
			if s == f.Severity {
				worst = max(worst, i)
			}
		}
	}
	if worst < 0 {
		return TopicNone
	}
	return states[worst]
}

// firstOf returns the first thing to do: the first record, else what the first cause asks for, else what could not be
// checked.
func firstOf(in Input) string {
	p := in.words()
	if list := in.Plan.Changes; len(list) > 0 {
		return p.Changes(in.Plan, in.Panel(), in.Zone(), in.Answers)[0].Title
	}
	causes := checks.Causes(in.Findings)
	for _, s := range []checks.Severity{checks.Blocks, checks.Harms, checks.Unknown} {
		for _, f := range causes {
			if f.Severity != s {
				continue
			}
			w := p.Finding(f)
			if s == checks.Unknown {
				return w.What
			}
			return sentence(cmp.Or(w.Fix, w.What))
		}
	}
	return ""
}

// sentence returns the first sentence of a text.
func sentence(text string) string {
	for _, end := range []string{". ", "。"} {
		if i := strings.Index(text, end); i >= 0 {
			text = text[:i+len(strings.TrimSpace(end))]
		}
	}
	return text
}

// overviewSigns are printed before the words of a state: characters that every terminal and printer has.
var overviewSigns = map[string]string{TopicOK: "+", TopicFix: "!", TopicUnknown: "?", TopicAdvice: "*", TopicNone: "-",
	"wait": "+", "refused": "!", "bad": "-"}

// overviewStyles colour a state; its sign and word say the same.
var overviewStyles = map[string]Style{TopicOK: Good, "wait": Good, TopicFix: Bad, "refused": Bad, TopicUnknown: Bold, "bad": Bold, TopicNone: Dim}

// OverviewPage returns a table of domains in the order given, and how many have which verdict. Without bars (for screen
// readers) it is one sentence a domain; where the terminal is too narrow for the columns, each domain takes several
// lines.
func OverviewPage(lang i18n.Lang, list []Overview, l Layout) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", l.style(Part, lang.T("cmd.overview.title")))
	if l.Barless {
		for _, o := range list {
			fmt.Fprintf(&b, "%s\n", overviewAloud(lang, o))
		}
	} else {
		overviewTable(&b, lang, list, l)
	}
	count := map[string]int{}
	for _, o := range list {
		count[o.Verdict]++
	}
	sums := []string{lang.T("cmd.overview.sum", i18n.Args{"count": len(list)})}
	for _, v := range []string{"fix", "refused", "unknown", "wait", "ok", "bad"} {
		if count[v] > 0 {
			sums = append(sums, fmt.Sprintf("%s %d", lang.T("cmd.overview.verdict-"+v), count[v]))
		}
	}
	for _, line := range l.wrap(strings.Join(sums, "  "), 0) {
		fmt.Fprintf(&b, "%s\n", line)
	}
	return b.String()
}

// overviewAloud returns one domain as a sentence.
func overviewAloud(lang i18n.Lang, o Overview) string {
	parts := []string{lang.T("cmd.overview.verdict-" + o.Verdict)}
	for i, s := range o.States {
		parts = append(parts, strings.ToUpper(OverviewTopics[i])+" "+lang.T("cmd.overview.state-"+s))
	}
	args := i18n.Args{"domain": printable(o.Domain), "states": strings.Join(parts, lang.T("cmd.overview.and")), "first": o.First}
	if o.First == "" {
		return lang.T("cmd.overview.aloud", args)
	}
	return lang.T("cmd.overview.aloud-first", args)
}

// Limits of the table's columns, in cells.
const (
	overviewName  = 32 // a longer name takes a line of its own
	overviewFirst = 24 // with less room than this, what to do first goes below
)

// A cell of the overview's table.
type overviewCell struct {
	text  string
	style Style
}

// overviewTable writes the columns; the last is what to do first.
func overviewTable(b *strings.Builder, lang i18n.Lang, list []Overview, l Layout) {
	head := []overviewCell{{lang.T("cmd.overview.domain"), Dim}, {lang.T("cmd.overview.verdict"), Dim}}
	for _, topic := range OverviewTopics {
		head = append(head, overviewCell{strings.ToUpper(topic), Dim})
	}
	rows := [][]overviewCell{append(head, overviewCell{lang.T("cmd.overview.first"), Dim})}
	for _, o := range list {
		row := []overviewCell{{printable(o.Domain), Bold}, {overviewSigns[o.Verdict] + " " + lang.T("cmd.overview.verdict-"+o.Verdict), overviewStyles[o.Verdict]}}
		for _, s := range o.States {
			row = append(row, overviewCell{overviewSigns[s] + " " + lang.T("cmd.overview.state-"+s), overviewStyles[s]})
		}
		rows = append(rows, append(row, overviewCell{o.First, Normal}))
	}
	width, indent := overviewWidths(rows)
	if l.Width > 0 && l.Width < indent {
		overviewStack(b, rows, l)
		return
	}
	below := l.Width > 0 && l.Width < indent+overviewFirst
	for r, row := range rows {
		line := "  "
		for i, w := range width {
			if row[i].text != "" && ansi.StringWidth(row[i].text) > w {
				b.WriteString("  " + l.style(row[i].style, row[i].text) + "\n")
				row[i].text = ""
			}
			line += l.style(row[i].style, row[i].text) + strings.Repeat(" ", w-ansi.StringWidth(row[i].text)+2)
		}
		first := row[len(width)]
		switch {
		case first.text == "" || below && r == 0:
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		case below:
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			overviewLines(b, first, l, 6)
		default:
			b.WriteString(line)
			var rest strings.Builder
			overviewLines(&rest, first, l, indent)
			b.WriteString(strings.TrimLeft(rest.String(), " "))
		}
	}
}

// overviewWidths returns the widths of all columns but the last, and where the last begins.
func overviewWidths(rows [][]overviewCell) (width []int, indent int) {
	width, indent = make([]int, len(rows[0])-1), 2
	for i := range width {
		for _, row := range rows {
			if w := ansi.StringWidth(row[i].text); i > 0 || w <= overviewName {
				width[i] = max(width[i], w)
			}
		}
		indent += width[i] + 2
	}
	return width, indent
}

// overviewStack writes each domain on several lines.
func overviewStack(b *strings.Builder, rows [][]overviewCell, l Layout) {
	head := rows[0]
	for _, row := range rows[1:] {
		b.WriteString("  " + l.style(row[0].style, row[0].text) + "\n")
		b.WriteString("    " + l.style(row[1].style, row[1].text) + "\n")
		for i := 2; i < len(row)-1; i++ {
			fmt.Fprintf(b, "    %-6s %s\n", head[i].text, l.style(row[i].style, row[i].text))
		}
		if first := row[len(row)-1]; first.text != "" {
			overviewLines(b, first, l, 6)
		}
	}
}

// overviewLines writes a cell as indented lines.
func overviewLines(b *strings.Builder, c overviewCell, l Layout, indent int) {
	for _, line := range l.wrap(c.text, indent) {
		b.WriteString(strings.Repeat(" ", indent) + l.style(c.style, line) + "\n")
	}
}
