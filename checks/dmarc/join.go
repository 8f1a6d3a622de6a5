package dmarc

import (
	"slices"
	"strings"

	"example.org/todoku/checks/internal/taglist"
)

// Joined returns the record with the addresses of all rua tags, and of all ruf tags, in one list each. Receivers use only
// one of several equal tags.
func (r Record) Joined() Record {
	for _, t := range r.Tags {
		tag := taglist.Tag{Name: t.Name, Value: t.Value}
		switch strings.ToLower(t.Name) {
		case "rua":
			r.Reports = joined(r.Reports, new(parser).uris(tag))
		case "ruf":
			r.Failures = joined(r.Failures, new(parser).uris(tag))
		}
	}
	return r
}

// Stray returns the report addresses of a text that is no DMARC record but begins with a tag of one: a part that was
// saved as a record of its own. ok is false if it is not such a part.
func Stray(txt string) (piece Record, ok bool) {
	tags, _ := taglist.Parse(txt)
	if Is(txt) || len(tags) == 0 || !known(strings.ToLower(tags[0].Name)) || strings.EqualFold(tags[0].Name, "v") {
		return Record{}, false
	}
	return Parse("v=DMARC1; p=none; " + txt).Joined(), true
}

// Take returns the record with the report addresses of o added to its own.
func (r Record) Take(o Record) Record {
	r.Reports, r.Failures = joined(r.Reports, o.Reports), joined(r.Failures, o.Failures)
	return r
}

// joined returns list with the reports of more that it lacks.
func joined(list, more []Report) []Report {
	out := slices.Clone(list)
	for _, m := range more {
		if !slices.ContainsFunc(out, func(r Report) bool {
			return r.URI == m.URI || r.Address != "" && strings.EqualFold(r.Address, m.Address)
		}) {
			out = append(out, m)
		}
	}
	return out
}
