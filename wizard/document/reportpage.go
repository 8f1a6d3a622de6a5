package document

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// Limits of a page; the JSON and the CSV have everything.
const (
	pageSources = 15
	pageDays    = 31
	pageErrors  = 20
	longestBar  = 24 // in cells
	shortestBar = 4
)

// ReportForm says where the record for the next stage is typed: the panel's ID ("" where it is not known), the zone's
// apex, and the owner's answers.
type ReportForm struct {
	Panel, Zone string
	Answers     owner.Answers
}

// reportPage is a page about what reports say.
type reportPage struct {
	page
	form ReportForm
}

// t returns a text of this topic.
func (p *reportPage) t(id string, args ...string) string {
	return p.words.T("report.page."+id, args...)
}

// ReportPage returns what reports say of a domain: who sent how much, what to do, and what comes next.
func ReportPage(w words.P, r reported.Domain, f ReportForm, l Layout) string {
	p := &reportPage{page: page{Layout: l, words: w}, form: f}
	p.top(r)
	if r.Tally.Messages == 0 {
		p.prose("", "", p.t("no-messages"))
	} else {
		p.whose(r)
		p.todo(r)
		p.sources(r)
		p.days(r.Tally)
	}
	p.odd(r)
	p.next(r)
	return p.String()
}

// number returns a count, the same in every language.
func number(n int64) string { return strconv.FormatInt(n, 10) }

// top prints what was read.
func (p *reportPage) top(r reported.Domain) {
	t := r.Tally
	p.write(p.style(Bold, printable(t.Domain)), "\n")
	line := p.words.Amount("reports", int64(t.Reports)) + " / " + p.words.Amount("messages", t.Messages)
	if t.Duplicates > 0 {
		line += " " + p.t("duplicates", "number", strconv.Itoa(t.Duplicates))
	}
	p.prose("", "", line)
	if !t.Begin.IsZero() {
		p.prose("", "", p.t("span", "begin", t.Begin.Format(time.DateOnly), "end", t.End.Format(time.DateOnly)))
	}
	p.prose("", "", p.t("policy", "policy", report.Current(t)))
	if t.Messages > 0 {
		style := Good
		if len(r.Failing()) > 0 {
			style = Bad
		}
		p.write(p.style(style, p.t("passing", "passed", number(t.Passed), "messages", number(t.Messages), "percent", words.Percent(t.Passed, t.Messages))), "\n")
	}
	p.write(p.stage(r), "\n")
}

// heading starts a section.
func (p *reportPage) heading(id string) {
	p.write("\n", p.style(Part, p.t(id)), "\n")
}

// amount is one row of a table: a text, a bar with its number, and a note.
type amount struct {
	text, after  string
	note         string // on a line of its own
	good, bad, n int64
}

// table prints rows with bars of one scale, as long as the line has room for. The numbers say the same as the bars.
func (p *reportPage) table(rows []amount) {
	var widest, digits, after int
	var most int64 = 1
	for _, r := range rows {
		widest, digits, most = max(widest, ansi.StringWidth(r.text)), max(digits, len(number(r.n))), max(most, r.good+r.bad)
		after = max(after, ansi.StringWidth(r.after))
	}
	length, below := longestBar, false // below: where there is no room beside it, the note goes on a line of its own
	switch {
	case p.Barless:
		length = 0
	case p.Width > 0:
		if length = min(longestBar, p.Width-widest-digits-after-8); widest+digits+after+7 > p.Width {
			length, below = min(longestBar, p.Width-widest-digits-6), true
		}
	}
	pass, fail := cmp.Or(p.Pass, "#"), cmp.Or(p.Fail, "!")
	if length < shortestBar {
		length = 0
	}
	for _, r := range rows {
		good, bad := cells(r.good, most, length), cells(r.bad, most, length)
		bar := p.style(Good, strings.Repeat(pass, good)) + p.style(Bad, strings.Repeat(fail, bad)) + strings.Repeat(" ", max(0, length+1-good-bad))
		line := strings.TrimRight(fmt.Sprintf("  %s%s  %*d  %s", r.text, gap(r.text, widest), digits, r.n, bar), " ")
		if !below {
			line = fmt.Sprintf("  %s%s  %*d  %s %s", r.text, gap(r.text, widest), digits, r.n, bar, r.after)
		}
		_, _ = fmt.Fprintln(p, strings.TrimRight(line, " "))
		if below && r.after != "" {
			_, _ = fmt.Fprintln(p, "    "+r.after)
		}
		if r.note != "" {
			p.prose("    ", "    ", r.note)
		}
	}
}

// cells returns the length of a bar; any amount above zero is at least one cell.
func cells(n, most int64, length int) int {
	if n == 0 || length == 0 {
		return 0
	}
	return max(1, int(float64(n)/float64(most)*float64(length)+0.5))
}

// group is a class of messages in the tables.
type group struct {
	word  string
	holds func(report.Judged) bool
}

var groups = []group{
	{"aligned", func(s report.Judged) bool { return s.Judgement == report.Aligned }},
	{"unaligned", func(s report.Judged) bool { return s.Judgement == report.Unaligned }},
	{"forwarded", func(s report.Judged) bool { return s.Judgement == report.Relayed && !s.ByList() }},
	{"list", func(s report.Judged) bool { return s.ByList() }},
	{"foreign", func(s report.Judged) bool { return s.Judgement == report.Foreign }},
}

// sums returns the messages by who sent them; groups without messages are left out.
func sums(w words.P, r reported.Domain) []amount {
	var rows []amount
	for _, g := range groups {
		x := amount{text: w.T("report.judgement." + g.word)}
		for _, s := range r.Sources {
			switch {
			case !g.holds(s):
				continue
			case s.Passed():
				x.good += s.Count
			default:
				x.bad += s.Count
			}
		}
		if x.n = x.good + x.bad; x.n > 0 {
			x.after = words.Percent(x.n, r.Tally.Messages)
			rows = append(rows, x)
		}
	}
	return rows
}

// whose prints the messages by who sent them.
func (p *reportPage) whose(r reported.Domain) {
	p.heading("whose")
	p.table(sums(p.words, r))
	keyed := func(s report.Judged) bool { return s.Ground == report.ByKeyOnly }
	if slices.ContainsFunc(r.Sources, keyed) { // the signature's name may not be the sender's
		p.prose("  ", "  ", p.words.Ground(report.ByKeyOnly))
	}
}

// sources lists the largest sources, each with what it is and why.
func (p *reportPage) sources(r reported.Domain) {
	p.heading("sources")
	rows, rest := largest(p.words, r)
	p.table(rows)
	if rest > 0 {
		p.prose("  ", "  ", p.t("more", "number", strconv.Itoa(len(r.Sources)-pageSources), "messages", p.words.Amount("messages", rest)))
	}
}

// largest returns the sources with the most messages, and how many messages the others have.
func largest(w words.P, r reported.Domain) (rows []amount, rest int64) {
	word := func(pass bool) string {
		if pass {
			return w.T("report.page.pass")
		}
		return w.T("report.page.fail")
	}
	for i, s := range r.Sources {
		if i >= pageSources {
			rest += s.Count
			continue
		}
		x := amount{n: s.Count, text: w.ReportSender(address(s))}
		if s.Passed() {
			x.good = s.Count
		} else {
			x.bad = s.Count
		}
		if s.Service != "" && address(s) != "" {
			x.text += " " + w.ReportSender(s.Service)
		}
		x.after = w.T("report.page.results", "dkim", word(s.DKIM), "spf", word(s.SPF))
		x.note = w.Misaligned(s)
		rows = append(rows, x)
	}
	return rows, rest
}

// days draws pass and fail over time, by days or by weeks.
func (p *reportPage) days(t *report.Tally) {
	rows, weeks := overTime(p.words, t)
	if len(rows) == 0 {
		return
	}
	if weeks {
		p.heading("weeks")
	} else {
		p.heading("days")
	}
	p.table(rows)
}

// overTime sums by days, or by weeks where there are many days; of too many, only the last ones.
func overTime(w words.P, t *report.Tally) (rows []amount, weeks bool) {
	days, step := t.Days, 1
	if len(days) == 0 {
		return nil, false
	}
	first, last := days[0].Date, days[len(days)-1].Date
	if weeks = last.Sub(first) >= pageDays*24*time.Hour; weeks {
		step = 7
	}
	at := first
	for _, d := range days {
		if n := int(d.Date.Sub(at).Hours()/24) / step; len(rows) == 0 || n > 0 {
			at = at.AddDate(0, 0, n*step)
			rows = append(rows, amount{text: at.Format(time.DateOnly)})
		}
		x := &rows[len(rows)-1]
		x.good, x.bad, x.n = x.good+d.Passed, x.bad+d.Failed, x.n+d.Passed+d.Failed
	}
	for i := range rows {
		rows[i].after = w.T("report.page.day", "passed", number(rows[i].good), "failed", number(rows[i].bad))
	}
	return rows[max(0, len(rows)-2*pageDays):], weeks
}

// todo says what the owner should do about failing mail.
func (p *reportPage) todo(r reported.Domain) {
	failing := r.Failing()
	if len(failing) == 0 {
		return
	}
	p.heading("do")
	for i, s := range failing {
		if i == pageSources {
			p.prose("  ", "  ", p.words.T("spf.page.left-out", "number", strconv.Itoa(len(failing)-i)))
			break
		}
		for n, text := range p.words.ReportAdvice(s) {
			head := "  - "
			if n > 0 {
				head = "    "
			}
			p.prose(head, "    ", text)
		}
		p.prose("    ", "    ", p.words.Ground(s.Ground))
	}
}

// odd lists contradictions.
func (p *reportPage) odd(r reported.Domain) {
	if len(r.Oddities) == 0 {
		return
	}
	p.heading("odd")
	for i, o := range r.Oddities {
		if i == pageErrors {
			p.prose("  ", "  ", p.words.T("spf.page.left-out", "number", strconv.Itoa(len(r.Oddities)-i)))
			break
		}
		text := p.words.Oddity(o)
		if o.File != "" {
			text = p.t("seen-in", "text", text, "file", o.File)
		}
		p.prose("  - ", "    ", text)
	}
}

// stage says in one line which stage is next.
func (p *reportPage) stage(r reported.Domain) string {
	style := Good
	if !r.Due() {
		style = Bold
	}
	return p.style(style, p.words.StageLine(r))
}

// next says which stage is safe and why, or what is missing, and when to look again.
func (p *reportPage) next(r reported.Domain) {
	p.heading("next")
	stands := !r.Due()
	p.write("  ", p.stage(r), "\n")
	for i, b := range p.words.StageBecause(r.Stage, r.Evidence) {
		if i == 1 && !stands {
			p.prose("  ", "  ", p.t("caution"))
		}
		p.prose("  - ", "    ", b)
	}
	if !stands {
		if r.Ramp > 0 && r.Ramp < 100 {
			p.prose("  - ", "    ", p.t("ramp", "percent", strconv.Itoa(r.Ramp), "policy", r.Stage.Policy))
		}
		p.record(r)
	}
	if again := p.words.StageAgain(r.Stage, r.Evidence); again != "" {
		p.prose("  ", "  ", again)
	}
}

// record prints the record of the next stage in the panel's own form, as far as the panel and the present record are
// known.
func (p *reportPage) record(r reported.Domain) {
	if r.Ramp > 0 {
		p.prose("  ", "  ", p.t("change-ramp", "name", r.Name(), "percent", strconv.Itoa(r.Ramp), "policy", r.Stage.Policy))
	} else {
		p.prose("  ", "  ", p.t("change", "name", r.Name(), "old", r.Evidence.Policy, "policy", r.Stage.Policy))
	}
	c, ok := session.NextStage(&r)
	if !ok {
		return
	}
	w := p.words.Change(c, p.form.Panel, cmp.Or(p.form.Zone, r.Tally.Domain), p.form.Answers)
	if p.form.Panel == "" {
		p.prose("  ", "  ", p.t("record"))
		_, _ = fmt.Fprintln(p, "    "+printable(c.Value)) // to be copied, so never wrapped
		return
	}
	rows := []row{{label: p.words.T("cmd.page.panel"), text: w.Panel}}
	if w.Menu != "" {
		rows = append(rows, row{label: p.words.T("cmd.page.open"), text: w.Menu})
	}
	for _, f := range w.Fields {
		rows = append(rows, row{label: f.Label, text: f.Value, whole: true})
	}
	p.rows("  ", append(rows, row{label: p.words.T("cmd.page.was"), text: w.Was}))
}

// ReportRest lists what gave no aggregate report: reports of other kinds, and files that could not be read.
func ReportRest(w words.P, all *report.Reading, l Layout) string {
	p := &reportPage{page: page{Layout: l, words: w}}
	if others := reportOthers(w, all); len(others) > 0 {
		p.heading("others")
		for i, o := range others {
			if i == pageErrors {
				p.prose("  ", "  ", w.T("spf.page.left-out", "number", strconv.Itoa(len(others)-i)))
				break
			}
			p.prose("  - ", "    ", o.Text)
		}
	}
	if len(all.Errors) > 0 {
		p.heading("unread")
		for i, e := range all.Errors {
			if i == pageErrors {
				p.prose("  ", "  ", w.T("spf.page.left-out", "number", strconv.Itoa(len(all.Errors)-i)))
				break
			}
			text := p.t("error", "file", e.File, "text", w.ReportError(e))
			if e.Part != "" {
				text = p.t("error-part", "file", e.File, "part", e.Part, "text", w.ReportError(e))
			}
			p.prose("  - ", "    ", text)
		}
	}
	return strings.TrimPrefix(p.String(), "\n")
}

// ReportNone says that there are no reports, for a domain or at all.
func ReportNone(w words.P, domain string) string {
	if domain == "" {
		return w.T("report.page.nothing") + "\n"
	}
	return w.T("report.page.none", "domain", domain) + "\n"
}
