package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dmarc"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
)

// policy finds the record that holds for the domain by the tree walk of RFC 9989 section 4.10: the first name that has
// one. known is false where a name before it could not be seen.
func policy(in In) (at string, records []string, known bool) {
	for _, name := range dmarc.Walk(in.Answers.Domain) {
		domain := strings.TrimPrefix(name, "_dmarc.")
		recs, seen := reading.DMARCRecords(in.DNS, domain)
		if !seen {
			// The domain's own name decides nearly always; a name above it that nobody asked leaves that as it is.
			return "", nil, domain != in.Answers.Domain && in.DNS.TXT(name).Status == snapshot.Unasked
		}
		if len(recs) > 0 {
			return name, recs, true
		}
	}
	return "", nil, true
}

func dmarcUnknown(in In) []Finding {
	a := in.DNS.TXT("_dmarc." + in.Answers.Domain)
	if _, _, known := policy(in); known || a.Status == snapshot.Unasked {
		return nil
	}
	return one(Finding{Name: a.Name, Args: Args{"reason": string(a.Reason)}, Evidence: evidence(a)})
}

func dmarcMultiple(in In) []Finding {
	at, recs, known := policy(in)
	if !known || len(recs) < 2 {
		return nil
	}
	return one(Finding{Name: at, Args: Args{"count": strconv.Itoa(len(recs))}, Evidence: evidence(in.DNS.TXT(at))})
}

// dmarcSyntax: a record that receivers ignore, or a text that was meant to be one.
func dmarcSyntax(in In) []Finding {
	name := "_dmarc." + in.Answers.Domain
	if at, recs, known := policy(in); known && len(recs) > 0 {
		name = at // a broken policy above holds for the names below
	}
	a := in.DNS.TXT(name)
	var out []Finding
	for _, v := range a.Data() {
		code, piece := "", v
		switch {
		case dmarc.Is(v):
			if p, bad := spoilt(dmarc.Parse(v)); bad {
				code, piece = p.Code, p.Text
			}
		case dmarc.Resembles(v):
			code = "not-a-record"
		}
		if code != "" {
			out = append(out, Finding{Name: name, Args: Args{"record": v, "piece": piece, "problem": code}, Evidence: evidence(a)})
		}
	}
	return out
}

// dmarcMisplaced: the record stands at the domain itself, where nobody asks for it.
func dmarcMisplaced(in In) []Finding {
	own, known := reading.DMARCRecords(in.DNS, in.Answers.Domain)
	if !known || len(own) > 0 {
		return nil
	}
	apex := in.DNS.TXT(in.Answers.Domain)
	for _, v := range apex.Data() {
		if dmarc.Is(v) || dmarc.Resembles(v) {
			return one(Finding{Args: Args{"at": in.Answers.Domain, "meant": "_dmarc." + in.Answers.Domain, "record": v}, Evidence: evidence(apex)})
		}
	}
	return nil
}

func dmarcMissing(in In) []Finding {
	_, recs, known := policy(in)
	if !known || len(recs) > 0 || sendsNothing(in) {
		return nil
	}
	name := "_dmarc." + in.Answers.Domain
	return one(Finding{Name: name, Args: Args{"domain": in.Answers.Domain}, Evidence: evidence(in.DNS.TXT(name))})
}

// usable is the one readable record that holds for the domain.
func usable(in In) (string, dmarc.Record, bool) {
	at, recs, known := policy(in)
	if !known || len(recs) != 1 {
		return "", dmarc.Record{}, false
	}
	r := dmarc.Parse(recs[0])
	if _, bad := spoilt(r); bad {
		return "", r, false
	}
	return at, r, true
}

// spoilt finds what keeps a record from saying a policy: a receiver ignores it, or reads it as none without being told
// so, which Gmail counts as no policy at all (its code 5.7.40).
func spoilt(r dmarc.Record) (dmarc.Problem, bool) {
	for _, p := range r.Problems {
		if p.Fatal || r.Policy == "" && (p.Code == "no-policy" || p.Code == "bad-policy") {
			return p, true
		}
	}
	return dmarc.Problem{}, false
}

func dmarcNoReports(in In) []Finding {
	at, r, ok := usable(in)
	if !ok || slices.ContainsFunc(r.Reports, func(r dmarc.Report) bool { return r.Address != "" }) {
		return nil
	}
	return one(Finding{Name: at, Evidence: evidence(in.DNS.TXT(at))})
}

func dmarcOK(in In) []Finding {
	at, r, ok := usable(in)
	if !ok {
		return nil
	}
	return one(Finding{Name: at, Args: Args{"policy": applied(in, at, r)}, Evidence: evidence(in.DNS.TXT(at))})
}
