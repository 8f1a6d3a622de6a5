package present

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"todoku/checks"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// Finding words a finding.
func (p P) Finding(f checks.Finding) Finding {
	args := i18n.Args{"name": snapshot.Printable(f.Name)}
	for k, v := range f.Args {
		args[k] = p.arg(k, v)
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

// unconfirmed says so where a finding rests on a fact about a service that no source confirms.
func (p P) unconfirmed(f checks.Finding) string {
	topic, id := "", f.Args["service"]
	switch f.Code {
	case checks.SPFSenderMissing:
		topic = "spf"
	case checks.DKIMMissing:
		topic = "dkim"
	default:
		return ""
	}
	h, host := p.Catalog.Host(id)
	s, sender := p.Catalog.Sender(id)
	if host && h.Conf[topic].Soft() || !host && sender && s.Conf[topic].Soft() {
		return p.t("present.unconfirmed", "service", p.service(id))
	}
	return ""
}

// arg words an argument: a catalogue ID becomes the entry's name, a reason its words, seconds a time span; the rest is
// foreign text.
func (p P) arg(key, value string) string {
	switch key {
	case "service":
		return snapshot.Printable(p.service(value))
	case "said", "real":
		if panel, ok := p.Catalog.Panel(value); ok {
			return p.in(panel.Name)
		}
	case "reason":
		return p.reason(snapshot.Reason(value))
	case "left", "most":
		if n, err := strconv.ParseUint(value, 10, 32); err == nil {
			return p.Duration(time.Duration(n) * time.Second)
		}
	}
	return snapshot.Printable(value)
}

// Evidence words one answer: who said what, and when.
func (p P) Evidence(a snapshot.Answer) string { return p.evidence(a, "") }

// evidence leaves the name out where it is what is being talked about anyway.
func (p P) evidence(a snapshot.Answer, about string) string {
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
		if data == "" && len(a.Chain) > 0 {
			id, data = "present.evidence.alias", a.Chain[len(a.Chain)-1].Target
		}
	}
	text := p.t(id, "what", what, "data", data)
	server := a.Server
	if server == "" {
		server = a.Key.At
	}
	if server != "" {
		text = p.t("present.evidence.by", "server", server, "text", text)
	}
	if a.At.IsZero() {
		return text
	}
	return p.t("present.evidence.at", "text", text, "clock", p.Clock(a.At))
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
