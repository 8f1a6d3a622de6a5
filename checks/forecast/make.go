package forecast

import (
	"maps"
	"slices"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Make gives the forecast for a domain before and after a plan.
func Make(in *facts.Facts, p plan.Plan) Forecast {
	return foresee(in, p, in.Memory())
}

// foresee is Make, where caches hold what is told.
func foresee(in *facts.Facts, p plan.Plan, memory []facts.Remembered) Forecast {
	if len(in.DNS.Answers) == 0 {
		return Forecast{}
	}
	services, sources := in.Services(), in.Sources()
	refused := slices.ContainsFunc(services, func(s facts.Service) bool { return in.Fate(s) == facts.FateFails })
	out := Forecast{Silent: in.SendsNothing() && !refused, Changes: len(p.Changes) > 0 || len(memory) > 0, Memory: len(p.Changes) == 0 && len(memory) > 0}
	out.Until = latest(memory)
	now := gather(in, services, sources, nil)
	for _, r := range receivers() {
		if r.Listed {
			out.Lists = append(out.Lists, Checklist{Receiver: r.ID, Extends: r.Extends, Items: checklist(r, now)})
		}
	}
	if out.Silent {
		return out
	}
	then := now
	if len(p.Changes) > 0 {
		later := in.WithDNS(in.DNS.With(p.Edits()))
		then = gather(later, services, sources, toCome(p))
	}
	seen := map[string]subject{}
	for _, place := range holders(memory) {
		seen[place] = gather(in.SeenFrom(place), services, sources, nil)
	}
	for _, r := range receivers() {
		out.Lines = append(out.Lines, Line{Receiver: r.ID, Bulk: r.Bulk, Now: today(r, now, seen), Then: outlook(r, then)})
	}
	return out
}

// Made gives the forecast for the time at which every place has seen the plan's records: they are the present then, and what
// the plan cannot publish yet, for want of a value, is still to come.
func Made(in *facts.Facts, p plan.Plan) Forecast {
	rest := plan.Plan{Changes: slices.DeleteFunc(slices.Clone(p.Changes), func(c plan.Change) bool { return c.Value != "" || c.Action == plan.Remove })}
	return foresee(in.WithDNS(in.DNS.With(p.Edits())), rest, nil)
}

// today is what a receiver does now: by what the resolver that it asks still holds, or, where that is not known, at worst
// by what any watched one holds.
func today(r Receiver, truth subject, seen map[string]subject) Outlook {
	out := outlook(r, truth)
	for _, place := range slices.Sorted(maps.Keys(seen)) {
		if r.Resolver != "" && r.Resolver != place {
			continue
		}
		if o := outlook(r, seen[place]); Worse(o.Outcome, out.Outcome) {
			out = o
		}
	}
	return out
}

// holders are the places that hold something older.
func holders(memory []facts.Remembered) (out []string) {
	for _, m := range memory {
		for _, h := range m.Held {
			if !slices.Contains(out, h.Place) {
				out = append(out, h.Place)
			}
		}
	}
	return out
}

// latest is when every place asks anew; zero where one does not tell.
func latest(memory []facts.Remembered) (out time.Time) {
	for _, m := range memory {
		if m.Until.IsZero() {
			return time.Time{}
		}
		if m.Until.After(out) {
			out = m.Until
		}
	}
	return out
}

// toCome are the services for which the plan publishes a key: after it, they sign.
func toCome(p plan.Plan) promised {
	out := promised{}
	for _, c := range p.Changes {
		if c.Service != "" && c.Action != plan.Remove && dnsname.InKeys(c.Name) {
			out[c.Service] = true
		}
	}
	return out
}

// judged is a demand judged for one way.
type judged struct {
	Demand
	fact
	service string
}

// judge judges all that a receiver asks of one way.
func judge(r Receiver, f subject, w way) []judged {
	var out []judged
	for _, d := range r.Demands {
		if d.Direct && !f.direct {
			continue
		}
		out = append(out, judged{d, needs[d.Need](f, w), w.service})
	}
	return out
}

// comes is what a judged demand makes of the mail.
func (j judged) comes() Outcome {
	switch {
	case j.Outcome == "" || j.state == Met || j.state == Hidden:
		return Delivered
	case j.state == Unsure:
		return Unknown
	}
	return j.Outcome
}

// mayCome is the gravest that a judged demand may make of the mail.
func (j judged) mayCome() Outcome {
	if j.comes() == Delivered {
		return Delivered
	}
	return j.Outcome
}

// worse orders what was judged: the gravest first that it may come to, so that no outcome is milder because less was seen;
// of two that may come to the same, the one that is certain.
func (j judged) worse(o judged) bool {
	if a, b := j.mayCome(), o.mayCome(); a != b {
		return Worse(a, b)
	}
	return Worse(j.comes(), o.comes())
}

// outlook is what a receiver would do: the gravest that follows from any demand, for any of the ways.
func outlook(r Receiver, f subject) Outlook {
	var all []judged
	for _, w := range f.ways {
		all = append(all, judge(r, f, w)...)
	}
	top := all[0]
	for _, j := range all[1:] {
		if j.worse(top) {
			top = j
		}
	}
	if top.comes() == Delivered {
		return delivered(r, all)
	}
	out := Outlook{Outcome: top.comes(), Code: top.Code, Reason: top.reason, Source: top.Source, Confidence: top.Confidence, Evidence: top.seen}
	if out.Outcome == Unknown && top.Outcome != Unknown {
		out.Worst = top.Outcome
	}
	same := func(j judged) bool {
		return j.Need == top.Need && j.state == top.state && j.reason.Code == top.reason.Code
	}
	for _, j := range all {
		if same(j) && !slices.Contains(out.Services, j.service) {
			out.Services = append(out.Services, j.service)
		}
	}
	if len(out.Services) == len(f.ways) {
		out.Services = nil
	}
	return out
}

// delivered: nothing speaks against it, under the conditions that the demands rest on.
func delivered(r Receiver, all []judged) Outlook {
	out := Outlook{Outcome: Delivered, Reason: Reason{Code: "nothing-against"}, Source: r.Source, Confidence: catalog.Confirmed}
	for _, j := range all {
		if j.Outcome == "" {
			continue
		}
		for _, a := range j.assumes {
			if !slices.Contains(out.Assumes, a) {
				out.Assumes = append(out.Assumes, a)
			}
		}
		for _, e := range j.seen {
			if !slices.ContainsFunc(out.Evidence, func(o snapshot.Answer) bool { return o.Key == e.Key }) {
				out.Evidence = append(out.Evidence, e)
			}
		}
	}
	return out
}

// checklist gives each demand as it stands for the worst of the ways.
func checklist(r Receiver, f subject) []Judged {
	var out []Judged
	for _, d := range r.Demands {
		if d.Level == Effect || d.Direct && !f.direct {
			continue
		}
		one := Judged{Demand: d}
		var about []string
		for _, w := range f.ways {
			got := needs[d.Need](f, w)
			switch {
			case one.State == "" || graver(got.state, one.State):
				one.State, one.Reason, one.Assumes, one.Evidence = got.state, got.reason, got.assumes, got.seen
				about = []string{w.service}
			case got.state == one.State && got.reason.Code == one.Reason.Code:
				about = append(about, w.service)
			}
		}
		if len(about) < len(f.ways) {
			one.Services = about
		}
		out = append(out, one)
	}
	return out
}
