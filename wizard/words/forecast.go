package words

import (
	"regexp"
	"strings"
	"sync"

	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Receiver returns a receiver's name.
func (p P) Receiver(id string) string { return p.t("forecast.receiver." + id) }

// Outlook words what a receiver does and why, without its name, to be put after or beside Receiver.
func (p P) Outlook(o forecast.Outlook) string { return p.outlook(o, "forecast.if") }

// outlook words an outlook; assumed is the ID of the text that introduces its assumptions.
func (p P) outlook(o forecast.Outlook, assumed string) string {
	id, sure := "forecast.outcome."+string(o.Outcome), "no"
	if !o.Confidence.Soft() {
		sure = "yes"
	}
	if o.Worst != "" {
		id = "forecast.worst." + string(o.Worst)
	}
	out := p.t(id, "code", o.Code, "sure", sure)
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
	switch {
	case !f.Memory:
		return p.t("forecast.with")
	case f.Until.IsZero():
		return p.t("forecast.later-on")
	}
	return p.t("forecast.after", "clock", p.When(f.Until, p.Now))
}

// Foreseen is one receiver's outlook.
type Foreseen struct {
	Receiver string
	forecast.Outlook
}

// Says returns the outlooks as sentences with the receivers' names, to be read one after the other. Only the first one
// with an assumption says "but": two in a row would contradict each other.
func (p P) Says(all ...Foreseen) []string {
	var out []string
	assumed := "forecast.if"
	for _, x := range all {
		out = append(out, p.t("forecast.says", "receiver", p.Receiver(x.Receiver), "text", p.outlook(x.Outlook, assumed)))
		if len(x.Assumes) > 0 {
			assumed = "forecast.if-too"
		}
	}
	return out
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
