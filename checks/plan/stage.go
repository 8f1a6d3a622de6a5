package plan

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// NextStage is the DMARC policy that holds once the plan is published, and the one to go to after a month of clean reports
// (RFC 9989 section 7.4): quarantine after none, reject after quarantine, and that never by SPF alone. next is "" where there
// is none to go to, held too where no policy is known.
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

// Standing are the records that stand at the authority and that some watched resolver does not see yet, as if they had just
// been made: what there is to wait for where no record has to be made.
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

// Awaited are the changes of a plan whose values are known, or, where there is none, what stands and is not seen
// everywhere yet.
func Awaited(in *facts.Facts, p Plan) []Change {
	if slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Value != "" || c.Action == Remove }) {
		return p.Changes
	}
	if standing := Standing(in); len(standing) > 0 {
		return standing
	}
	return p.Changes
}

// Stays says which of the domain's answers no change is planned for, and that hold a record of mail: what a cache says of
// them can be asked without making it remember what is about to go.
func Stays(in *facts.Facts) func(snapshot.Answer) bool {
	changed := map[string]bool{}
	if found := checks.Diagnose(in); !checks.Fatal(found) {
		for _, c := range propose(in, found).Changes {
			changed[c.Name] = true
		}
	}
	return func(a snapshot.Answer) bool { return !changed[a.Name] && len(facts.MailData(a)) > 0 }
}
