package dmarc

import (
	"slices"
	"strings"

	"example.org/todoku/checks/internal/taglist"
)

// Joined is the record with the addresses of every rua and ruf in one list each: of a tag that is there twice receivers
// take one, so that the addresses of the other get nothing.
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

// Stray reads the report addresses in a text that is no DMARC record, where it begins with a tag of one: a piece that was
// saved as a record of its own. ok is false where it is no such piece.
func Stray(txt string) (piece Record, ok bool) {
	tags, _ := taglist.Parse(txt)
	if Is(txt) || len(tags) == 0 || !known(strings.ToLower(tags[0].Name)) || strings.EqualFold(tags[0].Name, "v") {
		return Record{}, false
	}
	return Parse("v=DMARC1; p=none; " + txt).Joined(), true
}

// Take is the record with the report addresses of another beside its own.
func (r Record) Take(o Record) Record {
	r.Reports, r.Failures = joined(r.Reports, o.Reports), joined(r.Failures, o.Failures)
	return r
}

// joined adds the addresses that a list lacks.
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
