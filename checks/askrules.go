package checks

import (
	"slices"

	"todoku/checks/catalog"
	"todoku/checks/reading"
)

// spfAsk: what a service in use needs in the SPF record is told only by its own console or guide, so that nobody can
// say here whether the record covers it. That is asked, never claimed. A host is covered where the record lets the
// server pass that receives, a sender where the record names servers of its own.
func spfAsk(in In) []Finding {
	recs, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if !known || len(recs) != 1 || SendsNothing(in) {
		return nil
	}
	t, walked := tree(in)
	var out []Finding
	for _, s := range Services(in) {
		switch {
		case !s.Ask:
		case s.Host && walked && coversMX(in, t):
		case !s.Host && listed(in, s.ID):
		default:
			out = append(out, Finding{Args: Args{"service": s.ID, "need": s.ID}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
		}
	}
	return out
}

// listed reports whether the SPF record names servers of the sender.
func listed(in In, id string) bool {
	seen := in.WithSeen().Seen
	i := slices.IndexFunc(seen.Senders, func(c catalog.Clue) bool { return c.ID == id })
	return i >= 0 && slices.Contains(seen.Senders[i].Evidence, in.DNS.TXT(in.Answers.Domain).Key)
}
