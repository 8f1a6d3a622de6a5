package propagation

import (
	"slices"
	"strings"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Wants turns a plan's changes into wants, in their order. Changes of the same kind of record at the same name and type
// become one want, such as one SPF record replaced and another removed. Changes without a value are left out. base is
// what DNS answered before: it gives the old answers and the negative TTL.
func Wants(changes []plan.Change, base *snapshot.Snapshot) []Want {
	type group struct {
		name string
		t    snapshot.Type
		sort sort
	}
	if base == nil {
		return nil // nothing was looked at yet, so nothing is waited for
	}
	var order []group
	values, gone := map[group][]string{}, map[group][]string{}
	for _, c := range changes {
		if c.Action != plan.Remove && c.Value == "" {
			continue
		}
		model := c.Value
		if c.Action == plan.Remove && len(c.Old) > 0 {
			model = c.Old[0]
		}
		g := group{strings.ToLower(c.Name), c.Type, sortOf(strings.ToLower(c.Name), c.Type, model)}
		if !slices.Contains(order, g) {
			order = append(order, g)
		}
		if c.Action != plan.Remove && !slices.Contains(values[g], c.Value) {
			values[g] = append(values[g], c.Value)
		}
		gone[g] = append(gone[g], c.Old...)
	}
	zone, _ := base.Zone()
	before := Want{Taken: base.Taken, Serials: serials(base, zone), Moving: moving(base, zone)}
	var out []Want
	for _, g := range order {
		w := before
		w.Name, w.Type, w.Old, w.NegTTL = g.name, g.t, base.Get(g.name, g.t), negativeTTL(base, g.name, g.t, zone)
		if snapshot.Below(g.name, zone) {
			w.Zone = zone
		}
		for _, v := range gone[g] {
			if !slices.Contains(values[g], v) && !slices.Contains(w.Gone, v) {
				w.Gone = append(w.Gone, v)
			}
		}
		if len(values[g]) == 0 {
			out = append(out, w)
		}
		for _, v := range values[g] {
			w.Value = v
			out = append(out, w)
		}
	}
	return out
}

// serials returns the zone's serial at each of its servers.
func serials(s *snapshot.Snapshot, zone string) map[string]uint32 {
	out := map[string]uint32{}
	for _, a := range s.Answers {
		if a.Via == snapshot.Server && a.Type == snapshot.SOA && a.Name == zone && a.AA && a.SOA != nil {
			out[a.Key.At] = a.SOA.Serial
		}
	}
	return out
}

// negativeTTL returns the negative TTL in seconds from the SOA of the answer itself, else from the zone's SOA; 0 if
// unknown.
func negativeTTL(s *snapshot.Snapshot, name string, t snapshot.Type, zone string) uint32 {
	for _, a := range []snapshot.Answer{s.Get(name, t), s.Get(zone, snapshot.SOA)} {
		if a.SOA != nil {
			return a.SOA.NegativeTTL()
		}
	}
	for _, a := range s.Answers { // every negative answer of the zone has the same SOA
		if a.SOA != nil && a.Via != snapshot.Resolver && a.SOA.Zone == zone {
			return a.SOA.NegativeTTL()
		}
	}
	return 0
}
