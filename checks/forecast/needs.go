package forecast

import (
	"slices"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/spf"
)

// Need names a demand that the engine can judge; its words are forecast.need.<Need> in i18n.
type Need string

// hidden returns a judge for a need that DNS never shows; code says what decides it.
func hidden(code string) func(subject, way) fact {
	return func(subject, way) fact { return said(Hidden, code) }
}

// needs are the judges of all needs.
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

// Needs returns every need that can be judged, in no particular order.
func Needs() []Need {
	var out []Need
	for n := range needs {
		out = append(out, n)
	}
	return out
}

// hardFail judges whether -all hits this mail. It is documented nowhere whether a good signature makes up for that.
func hardFail(f subject, w way) fact {
	switch {
	case !w.hard && w.spf.reason.Code == spfUnseen && f.mayRefuse():
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

// mayRefuse reports whether the SPF record has, or if it was not seen may have, a term with the qualifier "-".
func (f subject) mayRefuse() bool {
	recs, known := f.in.SPFRecords()
	return !known || slices.ContainsFunc(recs, func(r string) bool {
		return slices.ContainsFunc(spf.Parse(r).Terms, func(t spf.Term) bool { return !t.Modifier && t.Qualifier == '-' })
	})
}

// policyHits judges whether the domain's own policy asks receivers to treat this mail so because it is not aligned. With
// t=y (RFC 9989 section 4.7) or pct below 100 receivers differ, so it is Unsure.
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

// written returns the policy as the record states it, regardless of t=y.
func (f subject) written() string {
	if f.held.At != dnsname.Policy(f.in.Owner.Domain) && f.held.Record.Sub != "" {
		return f.held.Record.Sub
	}
	return f.held.Record.Policy
}
