package words

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// Finding words a finding: in each slot the words of its code, then those of its states.
func (p P) Finding(f checks.Finding) Finding {
	args := i18n.Args{"name": snapshot.Printable(input.Readable(f.Name))}
	for _, a := range checks.Arguments(f.Args) {
		if !a.Zero() {
			args[a.Name] = p.argument(a.Value)
		}
	}
	out := Finding{What: p.slot(f, "what", args), Why: p.slot(f, "why", args), Fix: p.slot(f, "fix", args)}
	if soft := p.unconfirmed(f); soft != "" {
		out.Why = p.t("words.joined", "first", out.Why, "then", soft)
	}
	seen := f.Evidence
	if r, ok := f.Args.(checks.MailRefusedArgs); ok {
		out.Evidence = append(out.Evidence, p.bounced(r))
		if !f.Is(checks.RefusedFound) && !f.Is(checks.RefusedFine) && !f.Is(checks.RefusedUncovered) {
			seen = nil // what DNS says has no part in it
		}
	}
	for _, a := range seen {
		if e := p.evidenceOf(f.Code, a, f.Name); !slices.Contains(out.Evidence, e) {
			out.Evidence = append(out.Evidence, e)
		}
	}
	return out
}

// bounced words the bounce in hand as evidence.
func (p P) bounced(r checks.MailRefusedArgs) string {
	if r.Codes == "" {
		return p.t("words.evidence.bounce")
	}
	return p.t("words.evidence.bounce-codes", "codes", snapshot.Printable(string(r.Codes)))
}

// slot joins the words of the code and of each state.
func (p P) slot(f checks.Finding, slot string, args i18n.Args) string {
	ids := []string{"finding." + string(f.Code) + "." + slot}
	for _, s := range f.States {
		ids = append(ids, "finding."+string(f.Code)+"."+s.String()+"."+slot)
	}
	var out string
	for _, id := range ids {
		switch {
		case !p.Lang.Has(id):
		case out == "":
			out = p.Lang.T(id, args)
		default:
			out = p.t("words.joined", "first", out, "then", p.Lang.T(id, args))
		}
	}
	if testing.Testing() && (out == "" || strings.Contains(out, "<no value>")) {
		panic(fmt.Sprintf("words: %s %v says %q in %s", f.Code, f.States, out, slot))
	}
	return out
}

// unconfirmed says that a finding rests on a fact about a service that no source confirms, or that was checked more
// than a year ago; "" otherwise.
func (p P) unconfirmed(f checks.Finding) string {
	topic, id := "", ""
	switch a := f.Args.(type) {
	case checks.SPFSenderMissingArgs:
		topic, id = "spf", string(a.Service)
	case checks.ServiceArgs:
		if f.Code == checks.DKIMMissing {
			topic, id = "dkim", string(a.Service)
		}
	case checks.SenderUnalignedArgs:
		if !f.Is(checks.AlignFree) { // nothing is needed, or helps
			topic, id = "align", string(a.Service)
		}
	}
	e, ok := p.entry(id)
	switch {
	case !ok:
		return ""
	case e.Old(p.Now):
		return p.t("words.unconfirmed-dated", "service", p.service(id), "date", e.Checked)
	case e.Conf[topic].Soft():
		return p.t("words.unconfirmed", "service", p.service(id))
	}
	return ""
}

// entry returns the catalogue's entry of a host or sender.
func (p P) entry(id string) (catalog.Entry, bool) {
	if h, ok := p.Catalog.Host(id); ok {
		return h.Entry, true
	}
	s, ok := p.Catalog.Sender(id)
	return s.Entry, ok
}

// arg words an argument by its key: a catalogue ID becomes the entry's name, a reason its words; anything else is
// foreign text.
func (p P) arg(key, value string) string {
	switch key {
	case "service":
		return snapshot.Printable(p.service(value))
	case "menu":
		return p.menu(value)
	case "reason":
		return p.reason(snapshot.Reason(value))
	}
	return snapshot.Printable(value)
}

// Evidence words one answer: who said what, and when.
func (p P) Evidence(a snapshot.Answer) string { return p.evidenceOf("", a, "") }

// lacking maps the findings that a record is missing to the name of that record.
var lacking = map[checks.Code]string{checks.SPFMissing: "SPF", checks.DMARCMissing: "DMARC"}

// evidenceOf words an answer with its time, as evidence for a finding.
func (p P) evidenceOf(code checks.Code, a snapshot.Answer, about string) string {
	text := p.HeardOf(code, a, about)
	if a.At.IsZero() {
		return text
	}
	return p.t("words.evidence.at", "text", text, "clock", p.Clock(a.At))
}

// HeardOf words an answer as evidence for a finding. If a record is missing, it only says that none of the TXT
// records is one, since their texts are about something else.
func (p P) HeardOf(code checks.Code, a snapshot.Answer, about string) string {
	record := lacking[code]
	if record == "" || a.Type != snapshot.TXT || a.Status != snapshot.OK || len(a.Data()) == 0 {
		return p.heard(a, about, foremost(code, a))
	}
	text := p.Lang.T("words.evidence.other", map[string]any{"record": record, "count": len(a.Data())})
	if server := cmp.Or(a.Server, a.Key.At); server != "" {
		text = p.t("words.evidence.by", "server", server, "text", text)
	}
	return text
}

// foremost returns the data of an answer. For a finding about SPF, texts like SPF records come first, since the list
// may be cut at the end.
func foremost(code checks.Code, a snapshot.Answer) []string {
	data := a.Data()
	if a.Type == snapshot.TXT && strings.HasPrefix(string(code), "spf-") {
		data = slices.Clone(data)
		slices.SortStableFunc(data, func(x, y string) int { return -cmp.Compare(spfLike(x), spfLike(y)) })
	}
	return data
}

// spfLike is positive for a text that is, or was meant to be, an SPF record.
func spfLike(text string) int {
	return strings.Count(strings.ToLower(text[:min(len(text), 16)]), "spf1")
}

// Heard words one answer without the time: who said what. It leaves out the name if that is about.
func (p P) Heard(a snapshot.Answer, about string) string { return p.heard(a, about, a.Data()) }

func (p P) heard(a snapshot.Answer, about string, all []string) string {
	what := string(a.Type)
	if a.Name != about && a.Name != "" {
		what = p.t("words.evidence.of", "name", a.Name, "type", string(a.Type))
	}
	id, data := "words.evidence."+string(a.Status), ""
	switch a.Status {
	case snapshot.Unasked:
		id = "words.evidence.unasked"
	case snapshot.Failed:
		data = p.reason(a.Reason)
		if len(a.Referral) > 0 {
			id, data = "words.evidence.referral", strings.Join(a.Referral, " / ")
		}
	case snapshot.OK:
		data = strings.Join(all, " / ")
		if a.Type == snapshot.MX {
			if data = reading.Unescape(data); data == "" { // show the characters as they were typed
				data = "." // a null MX (RFC 7505)
			}
		}
		if data == "" && len(a.Chain) > 0 {
			id, data = "words.evidence.alias", reading.Unescape(a.Chain[len(a.Chain)-1].Target)
		}
	}
	text := p.t(id, "what", what, "data", data)
	if len(a.Chain) > 0 && id != "words.evidence.alias" && a.Known() {
		text = p.t("words.evidence.via", "text", text, "name", reading.Unescape(a.Chain[len(a.Chain)-1].Target))
	}
	server := a.Server
	if server == "" {
		server = a.Key.At
	}
	if server != "" {
		text = p.t("words.evidence.by", "server", server, "text", text)
	}
	return text
}

// reason words why a question failed.
func (p P) reason(r snapshot.Reason) string {
	if r == "" {
		r = snapshot.Unreachable
	}
	return p.t("words.reason." + string(r))
}

// Misfit words why a reply does not fit its question.
func (p P) Misfit(m *wizard.Misfit) string { return p.t("wizard.misfit."+m.Code, "value", m.Value) }

// Stage words the DMARC policy in force and the next one; "" if there is nothing to say.
func (p P) Stage(held, next string) string {
	switch {
	case next != "":
		return p.t("words.stage." + next)
	case held == "quarantine":
		return p.t("words.stage.stay")
	}
	return ""
}
