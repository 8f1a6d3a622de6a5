package plan

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// NextStage returns the DMARC policy after the plan is published, and the one to move to after a month of clean reports
// (RFC 9989 section 7.4): quarantine after none, and reject after quarantine if there is a DKIM key. next is "" if there
// is no further step; held is "" too if no policy is known.
func NextStage(in *facts.Facts, p Plan) (held, next string) {
	later := in.WithDNS(in.DNS.With(p.Edits()))
	policy := later.Policy()
	if !policy.Readable || !policy.Own {
		return "", ""
	}
	switch held = policy.Applied; held {
	case "none":
		next = "quarantine"
	case "quarantine":
		if len(later.GoodSelectors()) > 0 {
			next = "reject"
		}
	}
	return held, next
}

// Standing returns the records that are at the authoritative servers and that some watched resolver does not see yet, as
// if they were to be added: what to wait for when no record has to be changed.
func Standing(in *facts.Facts) []Change {
	var out []Change
	for _, r := range in.Memory() {
		c := Change{Action: Add, Name: r.Name, Type: r.Type, TTL: ttl(r.Right)}
		if len(r.Right.Chain) > 0 {
			c.Type, c.Value = snapshot.CNAME, r.Right.Chain[0].Target
			out = append(out, c)
			continue
		}
		for _, x := range r.Right.Records {
			c.Value = x.Data
			switch {
			case r.Type == snapshot.MX:
				c.Value = exchange(x.Pref, x.Data)
			case !facts.IsMailRecord([]string{x.Data}):
				continue
			}
			out = append(out, c)
		}
	}
	return out
}

// Awaited returns what to wait for: the plan's changes if one of them can be made now (it has a value or removes a
// record), else the records that are not visible everywhere yet, or the plan's changes if there are none.
func Awaited(in *facts.Facts, p Plan) []Change {
	if slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Value != "" || c.Action == Remove }) {
		return p.Changes
	}
	if standing := Standing(in); len(standing) > 0 {
		return standing
	}
	return p.Changes
}

// Stays returns a function that reports whether an answer holds a mail record for which the findings lead to no change.
// Watched resolvers may be asked for such records without making them cache what is about to change.
func Stays(in *facts.Facts, found []checks.Finding) func(snapshot.Answer) bool {
	changed := map[string]bool{}
	if !checks.Fatal(found) {
		for _, c := range propose(in, found).Changes {
			changed[c.Name] = true
		}
	}
	return func(a snapshot.Answer) bool { return !changed[a.Name] && len(facts.MailData(a)) > 0 }
}
