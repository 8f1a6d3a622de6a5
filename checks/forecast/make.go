package forecast

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Make returns the forecast for a domain before and after a plan.
func Make(in *facts.Facts, p plan.Plan) Forecast {
	return foresee(in, p, in.Memory())
}

// foresee is Make with what caches hold given by memory.
func foresee(in *facts.Facts, p plan.Plan, memory []facts.Remembered) Forecast {
	if len(in.DNS.Answers) == 0 {
		return Forecast{}
	}
	services, sources := in.Services(), in.Sources()
	out := Forecast{Silent: in.SendsNothing(), Changes: len(p.Changes) > 0 || len(memory) > 0, Memory: len(p.Changes) == 0 && len(memory) > 0}
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
	var others []Line
	for _, r := range receivers() {
		refused := bounced(r, in.Owner.Mail)
		if beside(r, in.Owner.Volume) && !(refused && r.Extends == "" && r.Bulk) { // it took the owner for a bulk sender
			continue
		}
		if l := (Line{Receiver: r.ID, Bulk: r.Bulk, Now: today(r, now, seen), Then: outlook(r, then)}); refused {
			out.Lines = append(out.Lines, l)
		} else {
			others = append(others, l)
		}
	}
	out.Lines = append(out.Lines, others...)
	return out
}

// bounced reports whether the bounce in hand is from the receiver.
func bounced(r Receiver, m owner.Mail) bool {
	return m.Kind == owner.MailBounce && m.Receiver != "" && m.Receiver == cmp.Or(r.Bounces, r.Extends, r.ID)
}

// beside reports whether a receiver's demands are not for a sender of so much mail: those of bulk senders for one who sends
// few, those of all senders for one whom the receiver counts as a bulk sender.
func beside(r Receiver, v owner.Volume) bool {
	switch v {
	case owner.VolumeSmall:
		return r.Bulk
	case owner.VolumeBulk:
		return slices.ContainsFunc(receivers(), func(o Receiver) bool { return o.Bulk && o.Extends == r.ID })
	}
	return false
}

// Made returns the forecast for when the plan's records are visible everywhere: Now is that moment, and Then adds what
// the plan cannot publish yet because a value is missing.
func Made(in *facts.Facts, p plan.Plan) Forecast {
	rest := plan.Plan{Changes: slices.DeleteFunc(slices.Clone(p.Changes), func(c plan.Change) bool { return c.Value != "" || c.Action == plan.Remove })}
	return foresee(in.WithDNS(in.DNS.With(p.Edits())), rest, nil)
}

// today returns what a receiver does now: according to what its resolver still holds, or if that is unknown, the worst
// according to any watched resolver.
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

// holders returns the IDs of the resolvers that hold older answers.
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

// latest returns when the last resolver asks again; zero if none holds anything old.
func latest(memory []facts.Remembered) (out time.Time) {
	for _, m := range memory {
		if m.Until.After(out) {
			out = m.Until
		}
	}
	return out
}

// toCome returns the services for which the plan publishes a key.
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

// judge judges every demand of a receiver for one way.
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

// comes returns the outcome for the mail that follows from the demand.
func (j judged) comes() Outcome {
	switch {
	case j.Outcome == "" || j.state == Met || j.state == Hidden:
		return Delivered
	case j.state == Unsure:
		return Unknown
	}
	return j.Outcome
}

// mayCome returns the gravest outcome that may follow from the demand.
func (j judged) mayCome() Outcome {
	if j.comes() == Delivered {
		return Delivered
	}
	return j.Outcome
}

// worse orders judged demands: the gravest possible outcome first, so that seeing less never makes an outcome milder; of
// two with the same, the certain one first.
func (j judged) worse(o judged) bool {
	if a, b := j.mayCome(), o.mayCome(); a != b {
		return Worse(a, b)
	}
	return Worse(j.comes(), o.comes())
}

// outlook returns what a receiver would do: the gravest outcome of any demand for any way.
func outlook(r Receiver, f subject) Outlook {
	var all []judged
	for _, w := range f.ways {
		all = append(all, judge(r, f, w)...)
	}
	if len(all) == 0 { // every demand is for direct mail only
		return delivered(r, nil)
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

// delivered returns the outlook if nothing speaks against delivery, with the assumptions of all demands.
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

// checklist returns each demand judged for the worst of the ways.
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
