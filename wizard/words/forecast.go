package words

import (
	"regexp"
	"strings"
	"sync"

	"example.org/todoku/checks"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Receiver returns a receiver's name.
func (p P) Receiver(id string) string { return p.t("forecast.receiver." + id) }

// Outlook words what a receiver does and why, without its name, to be put after or beside Receiver.
func (p P) Outlook(o forecast.Outlook) string {
	id := "forecast.outcome." + string(o.Outcome)
	if o.Worst != "" {
		id = "forecast.worst." + string(o.Worst)
	}
	return p.outlook(o, p.t(id, "code", o.Code, "sure", sure(o)), "forecast.if")
}

// sure returns "yes" or "no", as texts ask for it: whether the receiver itself says what it does.
func sure(o forecast.Outlook) string {
	if o.Confidence.Soft() {
		return "no"
	}
	return "yes"
}

// outlook adds to what a receiver does why, for whose mail, and under which assumptions; assumed is the ID of the text
// that introduces those.
func (p P) outlook(o forecast.Outlook, out, assumed string) string {
	if o.Outcome != forecast.Delivered {
		out = p.Sentences(out, p.Reason(o.Reason))
	}
	return p.Sentences(out, p.about(o.Services), p.assuming(assumed, o.Assumes))
}

// Whose says that a forecast is about the owner's own mail and not about mail from others that the owner forwards; ""
// if nothing is forwarded.
func (p P) Whose(a owner.Answers) string {
	if a.Route != owner.Forward || a.Forward.Mine != owner.Mine {
		return ""
	}
	return p.t("forecast.not-forwarded")
}

// Then returns the label of the later of two outlooks: with the records, or when caches ask again.
func (p P) Then(f forecast.Forecast) string {
	if !f.Memory {
		return p.t("forecast.with")
	}
	return p.t("forecast.after", "clock", p.When(f.Until, p.Now))
}

// Foreseen is one receiver's outlook. Refused says that the mail is known not to arrive for a reason other than the
// domain's DNS, so that good DNS promises nothing. Failed says that the mail in hand is such a mail: it failed DMARC.
type Foreseen struct {
	Receiver string
	forecast.Outlook
	Refused, Failed bool
}

// Says returns the outlooks as sentences with the receivers' names, to be read one after the other. The first sentence
// says whether the mail arrives. Only the first outlook with an assumption says "but": two in a row would contradict
// each other.
func (p P) Says(all ...Foreseen) []string {
	var out []string
	assumed := "forecast.if"
	for _, x := range all {
		id := "forecast.says." + string(x.Outcome)
		switch {
		case x.Worst != "":
			id = "forecast.says-worst." + string(x.Worst)
		case x.Failed && x.Refused && x.Outcome == forecast.Delivered:
			id = "forecast.says.failed"
		case x.Refused && x.Outcome == forecast.Delivered:
			id = "forecast.says.not-dns"
		}
		arrives := p.t(id, "receiver", p.Receiver(x.Receiver), "code", x.Code, "sure", sure(x.Outlook))
		out = append(out, p.outlook(x.Outlook, arrives, assumed))
		if len(x.Assumes) > 0 {
			assumed = "forecast.if-too"
		}
	}
	return out
}

// Arrives returns the first sentences of a diagnosis: whether the mail arrives today at the forecast's first receiver,
// or why that cannot be told, and that mail from others which the owner forwards is another matter.
func (p P) Arrives(f forecast.Forecast, found []checks.Finding, a owner.Answers) string {
	switch {
	case f.Silent:
		return p.t("forecast.says.silent")
	case len(f.Lines) == 0:
		return p.t("forecast.says.unseen")
	}
	l := f.Lines[0]
	return p.Sentences(p.Says(Today(l, found, a))[0], p.Whose(a))
}

// Today is what a receiver does now.
func Today(l forecast.Line, found []checks.Finding, a owner.Answers) Foreseen {
	own := snapshot.Below(a.Mail.Domain, a.Domain)
	return Foreseen{Receiver: l.Receiver, Outlook: l.Now, Refused: Refused(l, found, a), Failed: own && a.Mail.DMARC == "fail"}
}

// Refused reports whether a receiver that DNS gives no reason to refuse the mail may refuse it all the same: the owner
// says that it does not arrive, there is a mail in hand, or it is stopped on its route.
func Refused(l forecast.Line, found []checks.Finding, a owner.Answers) bool {
	if l.Now.Outcome != forecast.Delivered {
		return false
	}
	x := Scene{Findings: found}
	return a.Mail.Kind != "" || a.Symptom != "" && a.Symptom != owner.SymptomCheckup || x.stopped() || x.troubled(false)
}

// Reason words the reason of an outlook or a demand's state.
func (p P) Reason(r forecast.Reason) string {
	args := []string{"ip", "", "host", "", "result", "", "bits", "", "policy", ""}
	for k, v := range r.Args {
		args = append(args, k, v)
	}
	return p.t("forecast.reason."+r.Code, args...)
}

// Need words a demand.
func (p P) Need(j forecast.Judged) string {
	need := p.t("forecast.need." + string(j.Need))
	if j.Level == forecast.Recommended {
		return p.t("forecast.recommended", "need", need)
	}
	return need
}

// Stands words the state of a demand, with its reason.
func (p P) Stands(j forecast.Judged) string {
	return p.Sentences(p.Reason(j.Reason), p.about(j.Services))
}

// DemandState returns the state of a demand in a word.
func (p P) DemandState(s forecast.State) string { return p.t("forecast.state." + string(s)) }

// Sentences joins sentences as the language does, leaving out empty ones.
func (p P) Sentences(texts ...string) (out string) {
	for _, t := range texts {
		if out == "" || t == "" {
			out += t
			continue
		}
		out = p.t("words.joined", "first", out, "then", t)
	}
	return out
}

// Cited returns what a source is called in the reader's language, and its URL if it has one. A source without a name
// here is returned as it is.
func (p P) Cited(source string) (name, address string) {
	if strings.HasPrefix(source, "https://") && !strings.Contains(source, " ") {
		address = source
	}
	if m := rfcSection().FindStringSubmatch(source); m != nil {
		return p.t("forecast.rfc", "rfc", m[1], "section", m[2]), ""
	}
	id := "forecast.cited." + strings.Trim(notAlone().ReplaceAllString(strings.ToLower(source), "-"), "-")
	if !p.Lang.Has(id) {
		return source, ""
	}
	return p.t(id), address
}

// rfcSection matches a section of an RFC in a source.
var rfcSection = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(RFC [0-9]+) section ([0-9A-Za-z.]+)$`) })

// notAlone matches characters that no text's ID contains.
var notAlone = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[^a-z0-9]+") })

// Cite returns Cited in one line.
func (p P) Cite(source string) string {
	name, address := p.Cited(source)
	return strings.TrimSpace(name + " " + address)
}

// about says whose mail is meant, if not all of it.
func (p P) about(services []string) string {
	if len(services) == 0 {
		return ""
	}
	var names []string
	for _, id := range services {
		names = append(names, snapshot.Printable(p.service(id)))
	}
	return p.t("forecast.of", "services", p.all(names))
}

// all enumerates a list, with the word for "and" before the last item.
func (p P) all(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], p.t("words.list")) + p.t("forecast.and") + list[last]
}

func (p P) assuming(id string, list []forecast.Assumption) string {
	if len(list) == 0 {
		return ""
	}
	var all []string
	for _, a := range list {
		all = append(all, p.t("forecast.assume."+string(a)))
	}
	return p.t(id, "list", p.all(all))
}
