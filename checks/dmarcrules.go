package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dmarc"
	"todoku/checks/input"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
)

// policy finds the record that holds for the domain (RFC 9989 section 4.10): its own, else that of its organizational
// domain, which the tree walk finds. known is false where a name on the way could not be seen.
func policy(in In) (at string, records []string, known bool) {
	walk := dmarc.Walk(in.Answers.Domain)
	if len(walk) == 0 {
		return "", nil, false
	}
	own, seen := reading.DMARCRecords(in.DNS, in.Answers.Domain)
	if !seen || len(own) > 0 {
		return walk[0], own, seen
	}
	below := walk[0] // the name before, going up
	for _, name := range walk[1:] {
		recs, seen := reading.DMARCRecords(in.DNS, strings.TrimPrefix(name, "_dmarc."))
		if !seen {
			if in.DNS.TXT(name).Status == snapshot.Unasked {
				break // a registry's name that nobody asked: what was found stands
			}
			return "", nil, false
		}
		if len(recs) > 0 {
			psd := ""
			if len(recs) == 1 {
				psd = dmarc.Parse(recs[0]).PSD
			}
			if psd == "y" && at == below {
				break // the name below a registry's is the organizational domain
			}
			at, records = name, recs
			if psd == "y" || psd == "n" {
				break
			}
		}
		below = name
	}
	return at, records, true
}

func dmarcUnknown(in In) []Finding {
	a := in.DNS.TXT("_dmarc." + in.Answers.Domain)
	for _, name := range dmarc.Walk(in.Answers.Domain) {
		if got := in.DNS.TXT(name); got.Status == snapshot.Failed {
			a = got
			break
		}
	}
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

func dmarcMissing(in In) []Finding {
	_, recs, known := policy(in)
	if !known || len(recs) > 0 || SendsNothing(in) {
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
		if p.Fatal || p.Code == dmarc.BadPolicy || r.Policy == "" && p.Code == dmarc.NoPolicy {
			return p, true
		}
	}
	return dmarc.Problem{}, false
}

// dmarcOK: every receiver reads the policy as it is meant, and it does not turn against the owner's own mail.
func dmarcOK(in In) []Finding {
	f, ok := inForce(in)
	if !ok {
		return nil
	}
	for _, judge := range []func(In) []Finding{dmarcTagCase, dmarcPct, dmarcStrict} {
		if slices.ContainsFunc(judge(in), func(f Finding) bool { return f.Severity != Advice }) {
			return nil
		}
	}
	return one(Finding{Name: f.at, Args: Args{"policy": f.policy}, Evidence: evidence(in.DNS.TXT(f.at))})
}

// force is the policy that receivers apply to the domain's mail.
type force struct {
	at     string // where its record stands
	tag    string // p, sp or np: which part of it holds
	policy string // none, quarantine, reject; t=y taken into account
	record dmarc.Record
}

// inherited reports whether the record is that of a name above.
func (f force) inherited(in In) bool { return f.at != "_dmarc."+in.Answers.Domain }

// inForce is false where no policy can be read.
func inForce(in In) (force, bool) {
	at, r, ok := usable(in)
	if !ok {
		return force{}, false
	}
	f := force{at: at, tag: "p", policy: r.Policy, record: r}
	if f.inherited(in) {
		switch {
		case r.NonExist != "" && empty(in):
			f.tag, f.policy = "np", r.NonExist
		case r.Sub != "":
			f.tag, f.policy = "sp", r.Sub
		}
	}
	if r.Testing { // one level less (RFC 9989 section 4.7)
		f.policy = map[string]string{"reject": "quarantine", "quarantine": "none"}[f.policy]
	}
	if f.policy == "" {
		f.policy = "none"
	}
	return f, true
}

// Policy is the policy that receivers apply to the domain's mail, and whether its record is the domain's own. ok is false
// where none can be read.
func Policy(in In) (policy string, own, ok bool) {
	f, ok := inForce(in)
	return f.policy, ok && !f.inherited(in), ok
}

// empty reports whether the domain has neither address nor mail server, which is what np= means by a name that does
// not exist (RFC 9989 section 3.2).
func empty(in In) bool {
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA, snapshot.MX} {
		if !in.DNS.Get(in.Answers.Domain, t).Absent() {
			return false
		}
	}
	return true
}

// dmarcInherited: a sub-domain without a record of its own lives under that of a name above, which its owner may have
// forgotten.
func dmarcInherited(in In) []Finding {
	f, ok := inForce(in)
	if !ok || !f.inherited(in) || f.policy == "none" {
		return nil
	}
	return one(Finding{Name: f.at, Args: Args{"at": f.at, "tag": f.tag, "policy": f.policy}, Evidence: evidence(in.DNS.TXT(f.at), in.DNS.TXT("_dmarc."+in.Answers.Domain))})
}

// dmarcOldView: receivers of the old standard look at the registered domain only (RFC 7489 section 6.6.3), and see
// another policy there, or none.
func dmarcOldView(in In) []Finding {
	at, recs, known := policy(in)
	old := "_dmarc." + input.Registrable(in.Answers.Domain)
	if !known || len(recs) == 0 || at == old || at == "_dmarc."+in.Answers.Domain {
		return nil
	}
	theirs, seen := reading.DMARCRecords(in.DNS, input.Registrable(in.Answers.Domain))
	if !seen {
		return nil
	}
	there := "none"
	if len(theirs) > 0 {
		there = "other"
	}
	return one(Finding{Name: at, Args: Args{"at": at, "old": old, "there": there}, Evidence: evidence(in.DNS.TXT(at), in.DNS.TXT(old))})
}
