package document

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/wizard/words"
)

// Receiver is what one receiver would do with a mail from the domain.
type Receiver struct {
	Receiver string  `json:"receiver"`
	Bulk     bool    `json:"bulk,omitempty"` // only for senders that the receiver counts as bulk senders
	Now      Outlook `json:"now"`
	Then     Outlook `json:"then"`   // after every change; it has no evidence, since nobody has seen it
	Source   string  `json:"source"` // of Now
}

// Outlook is what a receiver does and why. Outcome is delivered, banner, spam-likely, deferred, rejected, dropped or
// unknown ("cannot be known from DNS"); Worst is the outcome if what is not known turns out badly.
type Outlook struct {
	Outcome    forecast.Outcome      `json:"outcome"`
	Worst      forecast.Outcome      `json:"worst,omitempty"`
	Code       string                `json:"code"`   // its SMTP reply; "" where it sends none or that is not known
	Reason     string                `json:"reason"` // a code
	Args       map[string]string     `json:"args"`
	Services   []string              `json:"services,omitempty"` // whose mail it is about, if not all mail
	Assumes    []forecast.Assumption `json:"assumes,omitempty"`
	Text       string                `json:"text"`
	Source     string                `json:"source"`
	Confidence catalog.Confidence    `json:"confidence"`
	Evidence   []Evidence            `json:"evidence,omitempty"`
}

// Requirements is a receiver's checklist for senders, and how the domain meets it.
type Requirements struct {
	Receiver string        `json:"receiver"`
	Extends  string        `json:"extends,omitempty"` // the receiver whose list this one contains
	Items    []Requirement `json:"items"`
}

// Requirement is one demand. State is met, unmet, unknown (not answered, or at a name that was not asked) or unseen
// (not visible in the domain's DNS).
type Requirement struct {
	Need       forecast.Need         `json:"need"`
	Level      forecast.Level        `json:"level"` // required or recommended
	State      forecast.State        `json:"state"`
	What       string                `json:"what"`
	Reason     string                `json:"reason"`
	Args       map[string]string     `json:"args"`
	Text       string                `json:"text"`
	Services   []string              `json:"services,omitempty"`
	Assumes    []forecast.Assumption `json:"assumes,omitempty"`
	Source     string                `json:"source"`
	Confidence catalog.Confidence    `json:"confidence"`
	Evidence   []Evidence            `json:"evidence"`
}

func receivers(p words.P, f forecast.Forecast) []Receiver {
	out := []Receiver{}
	for _, l := range f.Lines {
		r := Receiver{Receiver: l.Receiver, Bulk: l.Bulk, Now: outlook(p, l.Now), Then: outlook(p, l.Then), Source: l.Now.Source}
		r.Then.Evidence = nil
		out = append(out, r)
	}
	return out
}

func outlook(p words.P, o forecast.Outlook) Outlook {
	return Outlook{Outcome: o.Outcome, Worst: o.Worst, Code: o.Code, Reason: o.Reason.Code, Args: utf8Args(o.Reason.Args), Services: o.Services,
		Assumes: o.Assumes, Text: p.Outlook(o), Source: o.Source, Confidence: o.Confidence, Evidence: evidence(o.Evidence)}
}

func requirements(p words.P, lists []forecast.Checklist) []Requirements {
	var out []Requirements
	for _, c := range lists {
		r := Requirements{Receiver: c.Receiver, Extends: c.Extends, Items: []Requirement{}}
		for _, j := range c.Items {
			r.Items = append(r.Items, Requirement{Need: j.Need, Level: j.Level, State: j.State, What: p.Need(j), Reason: j.Reason.Code,
				Args: utf8Args(j.Reason.Args), Text: p.Stands(j), Services: j.Services, Assumes: j.Assumes, Source: j.Source,
				Confidence: j.Confidence, Evidence: evidence(j.Evidence)})
		}
		out = append(out, r)
	}
	return out
}

func utf8Args(args map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range args {
		out[k] = UTF8(v)
	}
	return out
}

// forecast lists what each receiver would do, now and with the records.
func (b *builder) forecast() {
	f := b.in.Forecast
	if !f.Silent && len(f.Lines) == 0 {
		return
	}
	b.title(2, b.p.T("forecast.title"))
	if f.Silent {
		b.say(b.p.T("forecast.silent"))
		return
	}
	var rows [][2]string
	for _, l := range f.Lines {
		now, then := b.p.Outlook(l.Now), b.p.Outlook(l.Then)
		rows = append(rows, [2]string{b.p.Receiver(l.Receiver), now})
		if f.Changes && then != now {
			rows = append(rows, [2]string{b.p.Then(f), then})
		}
	}
	b.add(block{kind: table, rows: rows})
	b.say(b.p.Whose(b.in.Answers))
	b.say(b.p.T("forecast.seen"))
	b.say(b.p.T("forecast.bulk"))
}

// requirements lists what each receiver demands; one that extends another's list shows only its own demands.
func (b *builder) requirements() {
	if len(b.in.Forecast.Lists) == 0 {
		return
	}
	b.title(2, b.p.T("forecast.lists"))
	told := map[string]forecast.Checklist{}
	for _, c := range b.in.Forecast.Lists {
		told[c.Receiver] = c
		name := b.p.Receiver(c.Receiver)
		items := c.Items
		if base, ok := told[c.Extends]; ok {
			b.title(3, b.p.T("forecast.more", "receiver", name, "base", b.p.Receiver(c.Extends)))
			items = slices.DeleteFunc(slices.Clone(items), func(j forecast.Judged) bool {
				return slices.ContainsFunc(base.Items, func(o forecast.Judged) bool { return o.Need == j.Need && o.Level == j.Level })
			})
		} else {
			b.title(3, b.p.T("forecast.list", "receiver", name))
		}
		var rows [][2]string
		var sources []string
		for _, j := range items {
			rows = append(rows, [2]string{b.p.DemandState(j.State), b.p.T("forecast.item", "need", b.p.Need(j), "reason", b.p.Stands(j))})
			if !slices.Contains(sources, j.Source) {
				sources = append(sources, j.Source)
			}
		}
		for i, s := range sources {
			sources[i] = b.p.Cite(s)
		}
		b.add(block{kind: table, rows: rows})
		b.say(b.p.T("forecast.source", "source", strings.Join(sources, ", ")))
	}
}
