package plan

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// worthTelling are the decisions of spf.Merge that the owner would ask about. Added terms show in the record itself.
var worthTelling = map[spf.NoteCode]bool{
	spf.NoteJoined: true, spf.NoteUnglued: true, spf.NoteMilderAll: true, spf.NoteAllAdded: true, spf.NoteRedirectToInclude: true, spf.NoteRedirectDropped: true,
	spf.NoteDuplicateDropped: true, spf.NoteDoubleVersion: true, spf.NoteRepaired: true, spf.NoteBlankDropped: true, spf.NoteCorrected: true, spf.NotePerhaps: true, spf.NoteBrokenDropped: true, spf.NoteAfterAllMoved: true, spf.NoteExpDropped: true,
}

// clearFaults drops placeholders, terms that let anybody pass, and terms that refuse a sender in use, each with a note.
// It drops no other term that lets somebody pass.
func clearFaults(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	out := record
	parsed := spf.Parse(record)
	_, alone := in.OwnVoids()
	for _, t := range slices.Backward(parsed.Terms) { // from the end, so that positions before stay true
		code := NoteCode("")
		switch {
		case placeholder(in.StandIns(parsed), t):
			code = NotePlaceholderDropped
		case refusesNeeded(in, t):
			code = NoteRefusalDropped
		case open(t):
			code = NoteOpenTermDropped
		case alone && serverAsMX(in, t):
			out = byAddress(out, t)
			notes = append(notes, termNote(NoteServerByName, t))
		case in.ServerIncluded(t):
			out = byAddress(out, t)
			notes = append(notes, termNote(NoteServerIncluded, t))
		case t.Name == "all" && t.Qualifier == '+' && !t.Modifier:
			out = out[:t.Start] + "~all" + out[t.End:]
			notes = append(notes, termNote(NoteOpenAllClosed, t))
		}
		if code != "" {
			out = without(out, t)
			notes = append(notes, termNote(code, t))
		}
	}
	return out, notes
}

// byAddress returns a record with a in place of the term's own mechanism, for the same name.
func byAddress(record string, t spf.Term) string {
	i := strings.Index(strings.ToLower(t.Text), t.Name)
	return record[:t.Start] + t.Text[:i] + "a" + t.Text[i+len(t.Name):] + record[t.End:]
}

// serverAsMX reports whether an mx term names a mail server itself. mx looks up the MX of that name and should be a,
// which looks up its address (RFC 7208 sections 5.3 and 5.4).
func serverAsMX(in *facts.Facts, t spf.Term) bool {
	name := strings.ToLower(strings.TrimSuffix(t.Value, "."))
	if t.Modifier || t.Name != "mx" || t.Qualifier != '+' || name == "" || strings.Contains(name, "%") || !in.DNS.InZone(name) || !in.DNS.Get(name, snapshot.MX).Absent() {
		return false
	}
	return len(in.DNS.Get(name, snapshot.A).Records)+len(in.DNS.Get(name, snapshot.AAAA).Records) > 0
}

// placeholder reports whether a term contains one of the placeholders.
func placeholder(all []spf.Problem, t spf.Term) bool {
	return slices.ContainsFunc(all, func(p spf.Problem) bool { return p.Span.Start < t.End && t.Start < p.Span.End })
}

// refusesNeeded reports whether a term refuses servers that a needed term would let pass.
func refusesNeeded(in *facts.Facts, t spf.Term) bool {
	if t.Modifier || t.Name == "all" || t.Qualifier == '+' {
		return false
	}
	return slices.ContainsFunc(in.Terms(), func(need facts.Term) bool {
		n := spf.Parse("v=spf1 " + need.Text).Terms
		if t.Prefix.IsValid() && need.Text != "" { // a part of the ranges that the service sends from
			nets := spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, "v=spf1 "+need.Text+" -all").Networks
			return slices.ContainsFunc(nets, t.Prefix.Overlaps)
		}
		return len(n) == 1 && n[0].Name == t.Name && strings.EqualFold(n[0].Value, t.Value) && n[0].Prefix == t.Prefix
	})
}

// open reports whether a term lets half of all addresses or more pass.
func open(t spf.Term) bool {
	if t.Modifier || t.Qualifier != '+' {
		return false
	}
	wide := func(bits int) bool { return bits >= 0 && bits <= 1 }
	switch t.Name {
	case "ip4", "ip6":
		return t.Prefix.IsValid() && wide(t.Prefix.Bits())
	case "a", "mx":
		return wide(t.CIDR4) || wide(t.CIDR6)
	}
	return false
}

// inlineOwnIncludes replaces includes of the owner's own zone by their addresses while the record needs too many
// look-ups. It only takes records that contain nothing but addresses, since nobody else changes those.
func inlineOwnIncludes(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	for range spf.Parse(record).Terms {
		t := spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, record)
		if t.Lookups <= spf.MaxLookups {
			break
		}
		i := slices.IndexFunc(t.Root.Parsed.Terms, func(term spf.Term) bool {
			return term.Name == "include" && term.Qualifier == '+' && in.DNS.InZone(term.Value) && len(addresses(in, term.Value)) > 0
		})
		if i < 0 {
			break
		}
		term := t.Root.Parsed.Terms[i]
		record = record[:term.Start] + strings.Join(addresses(in, term.Value), " ") + record[term.End:]
		notes = append(notes, termNote(NoteOwnIncludeInlined, term))
	}
	return record, notes
}

// addresses returns the ip4 and ip6 terms of an included record, or nil if it has anything else but its all.
func addresses(in *facts.Facts, name string) []string {
	recs, known := reading.SPFRecords(in.DNS, strings.ToLower(name))
	if !known || len(recs) != 1 {
		return nil
	}
	r := spf.Parse(recs[0])
	var out []string
	for _, t := range r.Terms {
		switch {
		case t.Name == "all":
		case (t.Name == "ip4" || t.Name == "ip6") && t.Qualifier == '+':
			out = append(out, t.Text)
		default:
			return nil
		}
	}
	return out
}

// unglued keeps the text before an SPF record in the same TXT record (mostly a site verification) as a record of its own.
func unglued(c Change) []Change {
	var out []Change
	for _, n := range c.Notes {
		text := n.Args["term"]
		if n.Code != NoteCode(spf.NoteUnglued) || !strings.Contains(text, "=") || snapshot.Printable(text) != text {
			continue
		}
		apart := c
		apart.Action, apart.Value, apart.Old, apart.Notes = Add, text, nil, []Note{{Code: NoteKeptApart}}
		out = append(out, apart)
	}
	return out
}
