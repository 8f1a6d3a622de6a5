package words

import (
	"regexp"
	"strings"

	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Receiver is a receiver's name.
func (p P) Receiver(id string) string { return p.t("forecast.receiver." + id) }

// Outlook words what a receiver does and why, without its name: it reads on from Receiver, or stands beside it.
func (p P) Outlook(o forecast.Outlook) string { return p.outlook(o, "forecast.if") }

// outlook ends with what is assumed, in the words of that text.
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

// Whose says of what mail a forecast speaks, where the owner forwards what others wrote: of the owner's own, and not of that.
// "" where that needs no word.
func (p P) Whose(a owner.Answers) string {
	if a.Route != owner.Forward || a.Forward.Mine != owner.Mine {
		return ""
	}
	return p.t("forecast.not-forwarded")
}

// Then is the word for when the later of two outlooks holds: with the records, or when caches ask anew.
func (p P) Then(f forecast.Forecast) string {
	switch {
	case !f.Memory:
		return p.t("forecast.with")
	case f.Until.IsZero():
		return p.t("forecast.later-on")
	}
	return p.t("forecast.after", "clock", p.When(f.Until, p.Now))
}

// Foreseen is what one receiver does.
type Foreseen struct {
	Receiver string
	forecast.Outlook
}

// Says gives the outlooks as sentences with the receivers' names, to be read one behind the other. Only the first of them
// that assumes something says "but": two in a row would take back what the one before took back.
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

// Reason words why.
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

// Stands words how a demand stands, with its reason.
func (p P) Stands(j forecast.Judged) string {
	return p.Sentences(p.Reason(j.Reason), p.about(j.Services))
}

// DemandState is how a demand stands in a word.
func (p P) DemandState(s forecast.State) string { return p.t("forecast.state." + string(s)) }

// Sentences puts sentences one behind the other, as the language does; empty ones are left out.
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

// Cited is what a source is called, in the reader's language, and its address where it has one. A source that has no name
// here is given as it stands.
func (p P) Cited(source string) (name, address string) {
	if strings.HasPrefix(source, "https://") && !strings.Contains(source, " ") {
		address = source
	}
	if m := rfcSection.FindStringSubmatch(source); m != nil {
		return p.t("forecast.rfc", "rfc", m[1], "section", m[2]), ""
	}
	id := "forecast.cited." + strings.Trim(notAlone.ReplaceAllString(strings.ToLower(source), "-"), "-")
	if !p.Lang.Has(id) {
		return source, ""
	}
	return p.t(id), address
}

// rfcSection is a section of an RFC, as sources name it.
var rfcSection = regexp.MustCompile(`^(RFC [0-9]+) section ([0-9A-Za-z.]+)$`)

// notAlone is what stands in no text's ID.
var notAlone = regexp.MustCompile("[^a-z0-9]+")

// Cite is Cited in a line.
func (p P) Cite(source string) string {
	name, address := p.Cited(source)
	return strings.TrimSpace(name + " " + address)
}

// about says whose mail it is, where not all of it.
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

// all enumerates, with the word for "and" before the last.
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
