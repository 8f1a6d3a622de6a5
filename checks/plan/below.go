package plan

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// mendIncludes corrects the owner's other SPF records that the domain's record includes: it joins several at one name,
// corrects mistakes, and removes terms that lead nowhere or in a loop.
func mendIncludes(in *facts.Facts) []Change {
	var names []string
	drop := map[string][]string{}
	mark := func(name string) bool {
		a := in.DNS.TXT(name)
		if name == in.Owner.Domain || !in.DNS.InZone(name) || len(a.Chain) > 0 || a.Status != snapshot.OK || a.Cut() {
			return false
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return true
	}
	var because []checks.Code
	for _, d := range in.DeadEnds() {
		code := checks.SPFIncludeDead
		switch d.Node.Why {
		case spf.WhySeveral, spf.WhySyntax:
			if !mark(d.Node.Domain) {
				continue
			}
		case spf.WhyLoop:
			code = checks.SPFLoop
			fallthrough
		default:
			if !mark(d.Holder) {
				continue
			}
			drop[d.Holder] = append(drop[d.Holder], d.Node.Term)
		}
		if !slices.Contains(because, code) {
			because = append(because, code)
		}
	}
	var out []Change
	for _, name := range names {
		out = append(out, rewritten(in, name, drop[name], because)...)
	}
	return out
}

// rewritten returns the changes that join the SPF records at a name into one, without the terms in drop.
func rewritten(in *facts.Facts, name string, drop []string, because []checks.Code) []Change {
	old, _ := reading.SPFRecords(in.DNS, name)
	if len(old) == 0 {
		return nil
	}
	var notes []Note
	records := slices.Clone(old)
	for i := range records {
		for _, text := range drop {
			if t, ok := termOf(records[i], text); ok {
				records[i] = without(records[i], t)
				notes = append(notes, termNote(NoteLeadsNowhereDropped, t))
			}
		}
	}
	value, said := spf.Merge(records, nil)
	notes = append(notes, mergeNotes(said)...)
	if value == old[0] && len(old) == 1 {
		return nil
	}
	apex := in.DNS.TXT(name)
	out := []Change{{Action: Replace, Name: name, Type: snapshot.TXT, TTL: ttl(apex), Value: value, Old: old[:1], Because: because, Notes: notes}}
	return append(out, removals(name, apex, old[1:], because)...)
}

// removals removes the records that were joined into another.
func removals(name string, a snapshot.Answer, old []string, because []checks.Code) []Change {
	var out []Change
	for _, v := range old {
		out = append(out, Change{Action: Remove, Name: name, Type: snapshot.TXT, TTL: ttl(a), Old: []string{v}, Because: because,
			Notes: []Note{{Code: NoteJoinedAbove}}})
	}
	return out
}

// mergeNotes returns the decisions of spf.Merge that the owner would ask about.
func mergeNotes(said []spf.Note) []Note {
	var out []Note
	for _, s := range said {
		if worthTelling[s.Code] {
			n := Note{Code: NoteCode(s.Code), Args: map[string]string{"term": s.Text}}
			if s.Fix != "" {
				n.Args["fix"] = s.Fix
			}
			out = append(out, n)
		}
	}
	return out
}
