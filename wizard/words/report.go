package words

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// sendersMost is how many senders one sentence names.
const sendersMost = 5

// ReportSender returns the name of a sender in a report: of a service if it is known, else a description.
func (p P) ReportSender(id string) string {
	if id == "" {
		return p.t("report.page.unnamed")
	}
	if p.Catalog != nil {
		if _, ok := p.Catalog.Host(id); ok {
			return p.service(id)
		}
		if _, ok := p.Catalog.Sender(id); ok {
			return p.service(id)
		}
	}
	return snapshot.Printable(id)
}

// senders names the first few of a list.
func (p P) senders(names []string) string {
	var out []string
	for i, n := range names {
		if i == sendersMost {
			out = append(out, p.t("spf.page.left-out", "number", strconv.Itoa(len(names)-i)))
			break
		}
		out = append(out, p.ReportSender(n))
	}
	return strings.Join(out, p.t("words.list"))
}

// Judgement words whose mail a source sends.
func (p P) Judgement(j report.Judgement) string { return p.t("report.judgement." + string(j)) }

// Ground words why a source is judged as it is.
func (p P) Ground(g report.Ground) string { return p.t("report.ground." + string(g)) }

// Amount words a number of messages, records, reports or days.
func (p P) Amount(of string, n int64) string {
	return p.Lang.T("report.amount."+of, i18n.Args{"count": n})
}

// Oddity words an oddity in the reports.
func (p P) Oddity(o report.Oddity) string {
	ip := ""
	if o.IP.IsValid() {
		ip = o.IP.String()
	}
	return p.t("report.oddity."+string(o.Code), "ip", p.ReportSender(ip), "messages", p.Amount("messages", o.Messages),
		"records", p.Amount("records", int64(o.Times)), "reports", p.Amount("reports", int64(o.Times)),
		"method", strings.ToUpper(o.Method), "want", o.Want, "got", o.Got)
}

// ReportError says why a file gave no report.
func (p P) ReportError(e *report.Error) string {
	if e.Why == report.Unreadable && e.Err != nil {
		return p.t("report.error.unreadable-why", "error", p.Trouble(e.Err))
	}
	return p.t("report.error." + string(e.Why))
}

// StageBecause words the reasons why a stage is next, or not yet.
func (p P) StageBecause(s report.Stage, e report.Evidence) []string {
	var out []string
	for _, b := range s.Because {
		out = append(out, p.because(b, e))
	}
	return out
}

func (p P) because(b report.Because, e report.Evidence) string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	messages := func(n int64) string { return p.Amount("messages", n) }
	days := func(n int) string { return p.Amount("days", int64(n)) }
	id := "report.because." + string(b)
	switch b {
	case report.FewDays:
		return p.t(id, "days", days(e.Days), "policy", e.Policy, "want", days(report.WantDays))
	case report.FewMessages:
		return p.t(id, "messages", messages(e.Own), "want", strconv.Itoa(report.WantMessages))
	case report.Gap:
		return p.t(id, "days", days(e.Gap))
	case report.OwnFails:
		if len(e.Failing) == 0 {
			return p.t(id+"-share", "messages", messages(e.Own), "passed", number(e.Passed))
		}
		return p.t(id, "names", p.senders(groupNames(e.Failing)))
	case report.SPFAlone:
		if len(e.SPFGroups) == 0 {
			return p.t(id+"-share", "messages", messages(e.SPFOnly))
		}
		return p.t(id, "names", p.senders(groupNames(e.SPFGroups)))
	case report.Lists:
		return p.t(id, "messages", messages(e.Lists))
	case report.Forwards:
		return p.t(id, "messages", messages(e.Forwards))
	case report.Contradiction:
		return p.t(id, "messages", messages(e.Punished))
	case report.UnseenSender:
		return p.t(id, "names", p.senders(e.Unseen))
	case report.PartOnly:
		return p.t(id, "percent", strconv.Itoa(e.Percent))
	case report.Clean:
		return p.t(id, "passed", number(e.Passed), "messages", messages(e.Own), "days", days(e.Days))
	case report.Outdated:
		return p.t(id, "days", days(int(e.Age/(24*time.Hour))))
	case report.NothingOwn, report.TestOnly, report.Top, report.NoListSeen:
	}
	return p.t(id)
}

// ReportsBrief says in a few sentences what the reports of a domain show: how much passes, which stage is next, and
// the first reason for it.
func (p P) ReportsBrief(d reported.Domain) string {
	var out []string
	if t := d.Tally; t.Messages > 0 {
		out = append(out, p.t("report.page.passing", "passed", strconv.FormatInt(t.Passed, 10), "messages", strconv.FormatInt(t.Messages, 10),
			"percent", Percent(t.Passed, t.Messages)))
	}
	out = append(out, p.StageLine(d))
	if why := p.StageBecause(d.Stage, d.Evidence); len(why) > 0 {
		out = append(out, why[0])
	}
	return p.Sentences(out...)
}

// StageLine says which stage is next.
func (p P) StageLine(d reported.Domain) string {
	switch {
	case d.Ramp > 0:
		return p.t("report.page.step-ramp", "policy", d.Stage.Policy, "percent", strconv.Itoa(d.Ramp))
	case d.Due():
		return p.t("report.page.step", "policy", d.Stage.Policy)
	}
	return p.t("report.page.stay", "policy", d.Stage.Policy)
}

// Percent formats part of whole as a percentage with one decimal place. It rounds to 100 only if all is included.
func Percent(part, whole int64) string {
	share := 100 * float64(part) / float64(whole)
	if part < whole && share > 99.9 {
		share = 99.9
	}
	return strconv.FormatFloat(share, 'f', 1, 64) + " %"
}

// StageAgain says when to look at reports again: if days are missing, after those; if something must be fixed, a week
// later; after a step, once enough days have passed. "" if nothing is left to do.
func (p P) StageAgain(s report.Stage, e report.Evidence) string {
	on := func(dated, plain string, days int) string {
		if p.Now.IsZero() {
			return p.t(plain, "days", p.Amount("days", int64(days)))
		}
		return p.t(dated, "days", p.Amount("days", int64(days)), "date", p.Now.AddDate(0, 0, days).Format(time.DateOnly))
	}
	again := func(days int) string { return on("report.page.again-on", "report.page.again", days) }
	switch {
	case !s.Stands(e):
		return on("report.page.again-step-on", "report.page.again-step", report.WantDays)
	case s.Mends():
		return p.t("report.page.again-mended")
	case s.Again > 0:
		return again(s.Again)
	case !slices.Contains(s.Because, report.Top):
		return again(afterWeek)
	}
	return ""
}

// afterWeek is when to look again if no other number of days is known, in days.
const afterWeek = 7

func groupNames(list []report.Group) (out []string) {
	for _, g := range list {
		out = append(out, g.Name)
	}
	return out
}

// Misaligned says for which other domain a source's mail passes, if it does not pass for the owner's: a result that is
// not aligned does not count (RFC 9989 section 4.4). "" if there is none.
func (p P) Misaligned(j report.Judged) string {
	for _, c := range []struct {
		method string
		fails  bool
		other  int64
		names  []string
	}{{"DKIM", !j.DKIM, j.OtherKey, j.Signers}, {"SPF", !j.SPF, j.OtherSPF, j.Envelopes}} {
		if !c.fails || c.other == 0 || len(c.names) == 0 {
			continue
		}
		id := "report.page.misaligned"
		if j.Passed() {
			id = "report.page.misaligned-passes"
		}
		return p.t(id, "method", c.method, "names", strings.Join(printables(c.names), p.t("words.list")))
	}
	return ""
}

func printables(names []string) (out []string) {
	for _, n := range names {
		out = append(out, snapshot.Printable(n))
	}
	return out
}

// ReportAdvice says what to do, and where, about a source of the owner's whose mail fails.
func (p P) ReportAdvice(j report.Judged) []string {
	text, name := "report.do.server", p.ReportSender(j.Name())
	switch {
	case j.Service != "":
		text = "report.do.service"
		if s, ok := p.Catalog.Sender(j.Service); ok && s.Align == catalog.AlignCustom {
			text = "report.do.return-path"
		}
	case j.Ground == report.ByStrict:
		text = "report.do.strict"
	case j.Ground == report.ByOwnKey:
		text = "report.do.broken"
	}
	out := []string{p.t(text, "name", name)}
	if menu := p.menu(j.Service); menu != "" {
		out = append(out, p.t("report.do.menu", "menu", menu))
	}
	return out
}
