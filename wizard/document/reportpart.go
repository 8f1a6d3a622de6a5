package document

import (
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/wizard/session"
)

// reports says what DMARC reports show: who sent in the domain's name, what to do, and which stage is next.
func (b *builder) reports() {
	r := b.in.Reports
	if r == nil {
		return
	}
	if len(b.blocks) > 1 {
		b.title(2, b.p.T("wizard.reports.title"))
	}
	b.reported(r)
}

// part adds a list with its heading, if it has items.
func (b *builder) part(title string, items []string) {
	if len(items) > 0 {
		b.title(3, title)
		b.add(block{kind: bullets, items: items})
	}
}

// reported says what the reports of one domain show.
func (b *builder) reported(r *reported.Domain) {
	t := r.Tally
	line := b.p.Amount("reports", int64(t.Reports)) + " / " + b.p.Amount("messages", t.Messages)
	if !t.Begin.IsZero() {
		line += ", " + b.p.T("report.page.span", "begin", t.Begin.Format(time.DateOnly), "end", t.End.Format(time.DateOnly))
	}
	b.say(printable(t.Domain) + ": " + line)
	b.say(b.p.T("report.page.policy", "policy", report.Current(t)))
	b.title(3, b.p.T("report.page.whose"))
	b.add(block{kind: chart, amounts: sums(b.p, *r)})
	b.title(3, b.p.T("report.page.sources"))
	rows, rest := largest(b.p, *r)
	b.add(block{kind: chart, amounts: rows})
	if rest > 0 {
		b.say(b.p.T("report.page.more", "number", strconv.Itoa(len(r.Sources)-pageSources), "messages", b.p.Amount("messages", rest)))
	}
	if days, weeks := overTime(b.p, t); len(days) > 0 {
		id := "report.page.days"
		if weeks {
			id = "report.page.weeks"
		}
		b.title(3, b.p.T(id))
		b.add(block{kind: chart, amounts: days})
	}
	var do []string
	for _, s := range r.Failing() {
		do = append(do, strings.Join(append(b.p.ReportAdvice(s), b.p.Ground(s.Ground)), " / "))
	}
	b.part(b.p.T("report.page.do"), do)
	var odd []string
	for _, o := range r.Oddities[:min(len(r.Oddities), pageErrors)] {
		odd = append(odd, b.p.Oddity(o))
	}
	b.part(b.p.T("report.page.odd"), odd)
	b.title(3, b.p.T("report.page.next"))
	b.say(b.p.StageLine(*r))
	b.add(block{kind: bullets, items: b.p.StageBecause(r.Stage, r.Evidence)})
	if r.Ramp > 0 && r.Ramp < 100 {
		b.say(b.p.T("report.page.ramp", "percent", strconv.Itoa(r.Ramp), "policy", r.Stage.Policy))
	}
	if c, ok := session.NextStage(r); ok {
		zone := b.in.Zone()
		if b.in.Answers.Domain != t.Domain {
			zone = t.Domain
		}
		b.record(b.p.Change(c, b.in.Panel(), zone, b.in.Answers), false)
	}
	b.say(b.p.StageAgain(r.Stage, r.Evidence))
}

// told returns amounts as rows of a table: label and number.
func told(rows []amount) [][2]string {
	var out [][2]string
	for _, r := range rows {
		value := number(r.n) + " (" + r.after + ")"
		if r.note != "" {
			value += " " + r.note
		}
		out = append(out, [2]string{r.text, value})
	}
	return out
}
