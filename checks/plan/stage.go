package plan

import (
	"todoku/checks"
	"todoku/checks/facts"
	"todoku/checks/snapshot"
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

// Stays says which of the domain's answers no change is planned for, and that hold a record of mail: what a cache says of
// them can be asked without making it remember what is about to go.
func Stays(in *facts.Facts) func(snapshot.Answer) bool {
	changed := map[string]bool{}
	for _, c := range Make(in, checks.Diagnose(in)).Changes {
		changed[c.Name] = true
	}
	return func(a snapshot.Answer) bool { return !changed[a.Name] && len(facts.MailData(a)) > 0 }
}
