package plan

import "todoku/checks"

// NextStage is the DMARC policy that holds once the plan is published, and the one to go to after a month of clean reports
// (RFC 9989 section 7.4): quarantine after none, reject after quarantine, and that never by SPF alone. next is "" where there
// is none to go to, held too where no policy is known.
func NextStage(in checks.In, p Plan) (held, next string) {
	later := in
	later.DNS = in.DNS.With(p.Edits())
	held, own, ok := checks.Policy(later)
	if !ok || !own {
		return "", ""
	}
	switch held {
	case "none":
		next = "quarantine"
	case "quarantine":
		if len(checks.Keys(later)) > 0 {
			next = "reject"
		}
	}
	return held, next
}
