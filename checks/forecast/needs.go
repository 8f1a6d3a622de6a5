package forecast

import (
	"slices"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/spf"
)

// Need names a demand that the engine can judge; its words are i18n forecast.need.<Need>.
type Need string

// hidden is a need that no DNS shows; code says who decides it.
func hidden(code string) func(subject, way) fact {
	return func(subject, way) fact { return said(Hidden, code) }
}

// needs is every demand that can be judged, for one way of the domain's mail.
var needs = map[Need]func(subject, way) fact{
	"spf":               func(_ subject, w way) fact { return w.spf },
	"dkim":              func(_ subject, w way) fact { return w.dkim },
	"spf-or-dkim":       func(_ subject, w way) fact { return either(w.spf, w.dkim, "nothing-passes") },
	"dmarc":             func(f subject, _ way) fact { return f.dmarc },
	"aligned":           func(_ subject, w way) fact { return w.aligned },
	"ptr":               func(_ subject, w way) fact { return w.ptr },
	"key-size":          func(f subject, _ way) fact { return f.key },
	"sender-exists":     func(f subject, _ way) fact { return f.exists },
	"takes-mail":        func(f subject, _ way) fact { return f.takes },
	"no-hard-fail":      hardFail,
	"policy-reject":     func(f subject, w way) fact { return policyHits(f, w, "reject") },
	"policy-quarantine": func(f subject, w way) fact { return policyHits(f, w, "quarantine") },
	"tls":               hidden("in-the-server"),
	"format":            hidden("in-the-mail"),
	"spam-rate":         hidden("at-the-receiver"),
	"one-click":         hidden("in-the-mail"),
}

// Needs lists the demands that can be judged.
func Needs() []Need {
	var out []Need
	for n := range needs {
		out = append(out, n)
	}
	return out
}

// hardFail: SPF says that nobody else may send (-all), and this mail comes from somebody else. Whether a good signature
// makes up for that is documented nowhere.
func hardFail(f subject, w way) fact {
	switch {
	case !w.hard && w.spf.reason.Code == "spf-unseen" && f.mayRefuse():
		return w.spf
	case !w.hard:
		return said(Met, "no-hard-fail")
	case w.dkim.state == Unmet:
		out := w.spf
		out.reason.Code = "hard-fail"
		return out
	}
	out := w.spf
	out.state, out.reason.Code = Unsure, "hard-fail-signed"
	return out
}

// mayRefuse reports whether the SPF record says of somebody that he may not send, or may say so, since it was not seen.
func (f subject) mayRefuse() bool {
	recs, known := f.in.SPFRecords()
	return !known || slices.ContainsFunc(recs, func(r string) bool {
		return slices.ContainsFunc(spf.Parse(r).Terms, func(t spf.Term) bool { return !t.Modifier && t.Qualifier == '-' })
	})
}

// policyHits: the domain's own policy asks receivers to do that to mail which is not aligned, and this mail is not. Where
// the policy is marked as a test (t=y, RFC 9989 section 4.7), or was meant for a part of the mail (pct), receivers differ.
func policyHits(f subject, w way, policy string) fact {
	at := f.dmarc.seen
	test := f.held.Record.Testing || f.held.Record.Percent != nil && *f.held.Record.Percent < 100
	asked := f.held.Applied == policy || test && f.written() == policy
	switch {
	case f.dmarc.state == Unsure:
		if w.aligned.state == Met {
			return w.aligned
		}
		return f.dmarc
	case !asked:
		return said(Met, "policy-mild", at...)
	case w.aligned.state == Unmet && test:
		return said(Unsure, "policy-testing", at...).with("policy", policy)
	case w.aligned.state == Unmet:
		return said(Unmet, "policy-hits", append(w.aligned.seen, at...)...).with("policy", policy)
	}
	out := w.aligned
	if out.state != Met {
		out.reason = Reason{Code: "policy-may-hit", Args: map[string]string{"policy": policy}}
	}
	return out
}

// written is the policy as the record words it, before any test is taken into account.
func (f subject) written() string {
	if f.held.At != dnsname.Policy(f.in.Owner.Domain) && f.held.Record.Sub != "" {
		return f.held.Record.Sub
	}
	return f.held.Record.Policy
}
