package words

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"todoku/checks/report"
	"todoku/checks/snapshot"
	"todoku/i18n"
)

// reported is how many senders are named in one sentence.
const reported = 5

// ReportSender is the name of a sender in a report: of a service where it is known, else what stands for it.
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
		if i == reported {
			out = append(out, p.t("spf.page.left-out", "number", strconv.Itoa(len(names)-i)))
			break
		}
		out = append(out, p.ReportSender(n))
	}
	return strings.Join(out, p.t("words.list"))
}

// Judgement says whose the mail of a source is.
func (p P) Judgement(j report.Judgement) string { return p.t("report.judgement." + string(j)) }

// Ground says why a source is judged as it is.
func (p P) Ground(g report.Ground) string { return p.t("report.ground." + string(g)) }

// Amount is a number of messages, records, reports or days.
func (p P) Amount(of string, n int64) string {
	return p.Lang.T("report.amount."+of, i18n.Args{"count": n})
}

// Oddity words something odd in reports.
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
	var path *fs.PathError
	if e.Why == report.Unreadable && e.Err != nil {
		err := e.Err
		if errors.As(err, &path) {
			err = path.Err
		}
		return p.t("report.error.unreadable-why", "error", err.Error())
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
	case report.NothingOwn, report.TestOnly, report.Top:
	}
	return p.t(id)
}

func groupNames(list []report.Group) (out []string) {
	for _, g := range list {
		out = append(out, g.Name)
	}
	return out
}

// ReportAdvice says what to do about a source of the owner's whose mail fails, and where.
func (p P) ReportAdvice(j report.Judged) []string {
	text, name := "report.do.server", p.ReportSender(j.Name())
	switch {
	case j.Service != "":
		text = "report.do.service"
		if s, ok := p.Catalog.Sender(j.Service); ok && s.Align == "custom" {
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
