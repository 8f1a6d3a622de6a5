package words

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// Finding words a finding.
func (p P) Finding(f checks.Finding) Finding {
	args := i18n.Args{"name": snapshot.Printable(f.Name)}
	for k, v := range f.Args {
		args[k] = p.value(k, v)
	}
	if words := p.problem(f); words != "" {
		args["problem"] = words
	}
	word := func(slot string) string { return p.Lang.T("finding."+string(f.Code)+"."+slot, args) }
	out := Finding{What: word("what"), Why: word("why"), Fix: word("fix")}
	if soft := p.unconfirmed(f); soft != "" {
		out.Why = p.t("present.joined", "first", out.Why, "then", soft)
	}
	for _, a := range f.Evidence {
		if e := p.evidence(a, f.Name); !slices.Contains(out.Evidence, e) {
			out.Evidence = append(out.Evidence, e)
		}
	}
	return out
}

// problem words what is wrong with a DKIM key or a DMARC record; "" where the finding names no such mistake.
func (p P) problem(f checks.Finding) string {
	code := f.Args["problem"]
	switch topic, _, _ := strings.Cut(string(f.Code), "-"); {
	case code == "":
	case topic == "dkim":
		return p.t("dkim.problem." + code)
	case topic == "dmarc":
		return p.t("dmarc.problem." + code)
	}
	return ""
}

// unconfirmed says so where a finding rests on a fact about a service that no source confirms, or that was looked at
// more than a year ago.
func (p P) unconfirmed(f checks.Finding) string {
	topic, id := "", f.Args["service"]
	switch f.Code {
	case checks.SPFSenderMissing:
		topic = "spf"
	case checks.DKIMMissing:
		topic = "dkim"
	case checks.SenderUnaligned:
		topic = "align"
	default:
		return ""
	}
	e, ok := p.entry(id)
	switch {
	case !ok:
		return ""
	case e.Old(p.Now):
		return p.t("present.unconfirmed-dated", "service", p.service(id), "date", e.Checked)
	case e.Conf[topic].Soft():
		return p.t("present.unconfirmed", "service", p.service(id))
	}
	return ""
}

// entry is what the catalogue has of a host or sender.
func (p P) entry(id string) (catalog.Entry, bool) {
	if h, ok := p.Catalog.Host(id); ok {
		return h.Entry, true
	}
	s, ok := p.Catalog.Sender(id)
	return s.Entry, ok
}

// enumerated are the arguments of findings that list names.
var enumerated = []string{"servers", "new", "old", "good", "parent", "zone", "world", "records", "hosts", "names", "selectors"}

// value words an argument of a finding: beside what arg does, seconds become a time span, and a list is parted as the
// language does.
func (p P) value(key, value string) string {
	switch {
	case key == "left" || key == "most":
		if n, err := strconv.ParseUint(value, 10, 32); err == nil {
			return p.Duration(time.Duration(n) * time.Second)
		}
	case slices.Contains(enumerated, key):
		return strings.ReplaceAll(snapshot.Printable(value), ", ", p.t("present.list"))
	}
	return p.arg(key, value)
}

// arg words an argument: a catalogue ID becomes the entry's name, a reason its words; the rest is foreign text.
func (p P) arg(key, value string) string {
	switch key {
	case "need": // what is known of a service's SPF
		if x, ok := p.Catalog.Sender(value); ok && x.SPFWhy.Given() {
			return p.in(x.SPFWhy)
		}
		return p.t("present.need")
	case "service":
		return snapshot.Printable(p.service(value))
	case "menu": // where the service's console shows the value
		if h, ok := p.Catalog.Host(value); ok {
			return p.in(h.DKIM.Menu)
		}
		if x, ok := p.Catalog.Sender(value); ok {
			return p.in(x.DKIM.Menu)
		}
	case "said", "real":
		if panel, ok := p.Catalog.Panel(value); ok {
			return p.in(panel.Name)
		}
	case "reason":
		return p.reason(snapshot.Reason(value))
	}
	return snapshot.Printable(value)
}

// Evidence words one answer: who said what, and when.
func (p P) Evidence(a snapshot.Answer) string { return p.evidence(a, "") }

// evidence leaves the name out where it is what is being talked about anyway.
func (p P) evidence(a snapshot.Answer, about string) string {
	text := p.Heard(a, about)
	if a.At.IsZero() {
		return text
	}
	return p.t("present.evidence.at", "text", text, "clock", p.Clock(a.At))
}

// Heard words one answer without the time: who said what, where the talk is about a name already.
func (p P) Heard(a snapshot.Answer, about string) string {
	what := string(a.Type)
	if a.Name != about && a.Name != "" {
		what = p.t("present.evidence.of", "name", a.Name, "type", string(a.Type))
	}
	id, data := "present.evidence."+string(a.Status), ""
	switch a.Status {
	case snapshot.Unasked:
		id = "present.evidence.unasked"
	case snapshot.Failed:
		data = p.reason(a.Reason)
		if len(a.Referral) > 0 {
			id, data = "present.evidence.referral", strings.Join(a.Referral, " / ")
		}
	case snapshot.OK:
		data = strings.Join(a.Data(), " / ")
		if a.Type == snapshot.MX {
			if data = reading.Unescape(data); data == "" { // the letters that were typed
				data = "." // RFC 7505
			}
		}
		if data == "" && len(a.Chain) > 0 {
			id, data = "present.evidence.alias", reading.Unescape(a.Chain[len(a.Chain)-1].Target)
		}
	}
	text := p.t(id, "what", what, "data", data)
	if len(a.Chain) > 0 && id != "present.evidence.alias" && a.Known() {
		text = p.t("present.evidence.via", "text", text, "name", reading.Unescape(a.Chain[len(a.Chain)-1].Target))
	}
	server := a.Server
	if server == "" {
		server = a.Key.At
	}
	if server != "" {
		text = p.t("present.evidence.by", "server", server, "text", text)
	}
	return text
}

// reason words why a question failed.
func (p P) reason(r snapshot.Reason) string {
	if r == "" {
		r = snapshot.Unreachable
	}
	return p.t("present.reason." + string(r))
}

// Misfit words why a reply does not fit its question.
func (p P) Misfit(m *wizard.Misfit) string { return p.t("wizard.misfit."+m.Code, "value", m.Value) }

// Stage words the DMARC policy that holds and the one to go to next; "" where there is nothing to say.
func (p P) Stage(held, next string) string {
	switch {
	case next != "":
		return p.t("present.stage." + next)
	case held == "quarantine":
		return p.t("present.stage.stay")
	}
	return ""
}
