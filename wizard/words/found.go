package words

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// LineText is a line of the found page: its answer, and how it is known ("" if the owner said it).
type LineText struct{ Value, Why string }

// Line words a line: the answer, and what DNS shows about it.
func (p P) Line(step wizard.StepID, r wizard.Reply, clues []catalog.Clue, said bool) LineText {
	if step == wizard.StepBounce {
		return LineText{Value: p.t("words.found.pasted")}
	}
	var names []string
	var t LineText
	for _, v := range r.Values {
		name := p.answer(step, v)
		if x := r.Extra[v]; x != "" {
			name += "  " + snapshot.Printable(x)
		}
		names = append(names, name)
		for _, c := range clues {
			if c.ID == v && t.Why == "" {
				t.Why = p.Because(c)
			}
		}
	}
	t.Value = strings.Join(names, p.t("words.list"))
	if r.Said() {
		if len(clues) > 0 && t.Why == "" && clues[0].Sure() && r.Values[0] != owner.Unknown {
			t.Why = p.t("words.found.but", "name", p.answer(step, clues[0].ID))
		}
		if t.Why == "" && !said && len(r.Values) == 1 && r.Values[0] == owner.None {
			t.Why = p.t("words.found.why-none")
		}
		return t
	}
	if t.Value = p.t("words.found." + string(step)); len(clues) > 0 {
		for _, c := range clues[:min(len(clues), 3)] {
			names = append(names, p.answer(step, c.ID))
		}
		t.Why = p.t("words.found.maybe", "names", strings.Join(names, p.t("words.list")))
	}
	return t
}

// answer words an answer to a question: the name of a catalogue entry, or of a fixed option.
func (p P) answer(step wizard.StepID, id string) string {
	if step == wizard.StepPanel {
		if x, ok := p.Catalog.Panel(id); ok && id != owner.Unknown {
			return p.in(x.Name)
		}
	} else if h, ok := p.Catalog.Host(id); ok && id != owner.Unknown {
		return p.in(h.Name)
	} else if s, ok := p.Catalog.Sender(id); ok {
		return p.in(s.Name)
	}
	if id == owner.Unknown {
		return p.t("words.found.unknown") // a list's own words promise how to find out
	}
	if text := "wizard." + string(step) + ".option." + id; p.Lang.Has(text) {
		return p.t(text)
	}
	return snapshot.Printable(id)
}

// InHand says in one line what was read from a mail in hand: what was refused where, why, and from where it came; "" if
// there is no mail, or nothing could be read from it.
func (p P) InHand(m owner.Mail) string {
	var out []string
	add := func(id, value string) {
		if value != "" {
			out = append(out, p.t("words.inhand."+id, "value", snapshot.Printable(value)))
		}
	}
	add("recipient", m.Recipient)
	if m.Cause != "" {
		add("cause", p.t(bounce.Cause(m.Cause).Words("name")))
	}
	add("codes", m.Codes)
	add("author", m.Domain)
	switch m.Route {
	case owner.Forward:
		add("through", m.Through)
	case owner.List:
		add("list", m.List)
	}
	if len(m.IPs) > 0 && m.Route == "" {
		add("ip", m.IPs[0].String())
	}
	if m.Envelope != m.Domain {
		add("envelope", m.Envelope)
	}
	add("spf", p.result(m.SPF))
	add("dmarc", p.result(m.DMARC))
	return strings.Join(out, p.t("words.list"))
}

// result returns the word for a result that a receiver stated (RFC 8601 section 2.7), or the result itself where there is none.
func (p P) result(said string) string {
	switch r := message.Result(said); r {
	case message.Pass, message.Fail, message.None, message.PermError, message.TempError:
		return p.t(r.Words())
	}
	return said
}

// Find says how to find the answer to a question; names returns the domain's records of a type, as far as DNS has shown
// them.
func (p P) Find(step wizard.StepID, names func(snapshot.Type) []string) []string {
	out := []string{p.t("wizard." + string(step) + ".find")}
	t := snapshot.MX
	if step == wizard.StepPanel {
		t = snapshot.NS
	}
	var list []string
	for _, v := range names(t) {
		fields := strings.Fields(snapshot.Printable(v)) // an MX begins with its preference
		list = append(list, fields[len(fields)-1])
	}
	if len(list) > 0 && step != wizard.StepServices {
		out = append(out, p.t("words.found.seen-"+strings.ToLower(string(t)), "names", strings.Join(list, p.t("words.list"))))
	}
	return out
}

// Warn warns of a valid reply that will not do what the owner wants; "" for none.
func (p P) Warn(r wizard.Reply, domain string) string {
	if r.Step != wizard.StepReport || len(r.Values) == 0 {
		return ""
	}
	switch _, host, _ := strings.Cut(r.Values[0], "@"); {
	case input.FreeMail(host):
		return p.t("wizard.report.free-mail", "host", host)
	case domain != "" && input.Registrable(host) != input.Registrable(domain):
		return p.t("wizard.report.other-domain", "host", host, "domain", domain)
	}
	return ""
}

// Advice says what to do about the symptom that the owner described, besides the findings; "" if there is no symptom,
// or if the mail in hand says more.
func (p P) Advice(a owner.Answers) string {
	switch id := "words.advice." + string(a.Symptom); {
	case a.Symptom == "", a.Symptom == owner.SymptomBounce && a.Mail.Kind != "", !p.Lang.Has(id):
		return ""
	case a.Volume == owner.VolumeBulk:
		return p.Sentences(p.t(id), p.t("words.advice.bulk"))
	default:
		return p.t(id)
	}
}

// aboutVolume are the attempts that are of no use to one who sends little mail.
var aboutVolume = []string{"words.attempts.spam.7", "words.attempts.gmail.5"}

// Attempts lists what to try where DNS does not explain the symptom that the owner described, in the order to try it. Each
// says how to see the result. The list is empty if there is no symptom, or if the mail in hand says more.
func (p P) Attempts(a owner.Answers) (out []string) {
	if a.Symptom == "" || a.Mail.Cause != "" {
		return nil
	}
	for n := 1; ; n++ {
		id := "words.attempts." + string(a.Symptom) + "." + strconv.Itoa(n)
		if !p.Lang.Has(id) {
			return out
		}
		if a.Volume != owner.VolumeSmall || !slices.Contains(aboutVolume, id) {
			out = append(out, p.t(id))
		}
	}
}
