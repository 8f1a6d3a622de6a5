package checks

import (
	"slices"
	"strings"

	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// spfAligned says whether some mail in use passes SPF in the domain's own name: that of its hosts, and of senders that
// use it for their bounces. known is false where that cannot be told.
func spfAligned(in In) (passes, known bool) {
	recs, seen := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if !seen {
		return false, false
	}
	if len(recs) != 1 || slices.ContainsFunc(spf.Parse(recs[0]).Problems, func(p spf.Problem) bool { return p.Fatal }) {
		return false, true // no record, or a permanent error (RFC 7208 section 4.6)
	}
	t, _ := tree(in)
	asked := false
	for _, term := range Terms(in) {
		if term.Usual || !ownBounces(in, term.Service) {
			continue
		}
		if term.Text == "" {
			return false, false
		}
		covered, sure := Covered(in.DNS, t, in.Answers.Domain, term.Text)
		if covered || !sure {
			return covered, sure
		}
		asked = true
	}
	return false, asked
}

// ownBounces reports whether a service's mail bounces to the domain itself, so that an SPF pass is one for it.
func ownBounces(in In, service string) bool {
	if service == "given" {
		return true
	}
	if in.Catalog == nil {
		return false
	}
	if _, ok := in.Catalog.Host(service); ok {
		return true
	}
	s, ok := in.Catalog.Sender(service)
	return ok && s.Align == "default"
}

// dmarcStrict: the policy has mail refused or put aside, while nothing of the domain is seen to pass in its own name. A key
// may stand at a selector that nobody guessed; then the words leave room for it.
func dmarcStrict(in In) []Finding {
	f, ok := inForce(in)
	if !ok || f.policy == "none" || SendsNothing(in) || len(Keys(in)) > 0 {
		return nil
	}
	if passes, known := spfAligned(in); passes || !known {
		return nil
	}
	// A sub-domain's mail may be signed with a key of the domain above (relaxed alignment, RFC 9989 section 4.4.1).
	proven := NoKeys(in) && !f.inherited(in)
	out := Finding{Name: f.at, Args: Args{"policy": f.policy, "dkim": "none"}, Evidence: evidence(in.DNS.TXT(f.at), in.DNS.TXT(in.Answers.Domain), in.DNS.TXT("_domainkey."+in.Answers.Domain))}
	switch {
	case proven && f.policy == "reject":
		out.Severity = Blocks
	case proven:
		out.Severity = Harms
	default:
		out.Args["dkim"] = "not-found"
		out.Severity = Harms
		if f.policy != "reject" {
			out.Severity = Advice
		}
	}
	return one(out)
}

// senderUnaligned: a service in use whose SPF passes only for its own name, and that has no key of the domain: DMARC fails
// for its mail (RFC 9989 section 4.4), unless a return path in the domain's name was seen. Where the key may only not have
// been found, that is said and nothing claimed.
func senderUnaligned(in In) []Finding {
	if in.Catalog == nil || SendsNothing(in) {
		return nil
	}
	var out []Finding
	for _, u := range Unsigneds(in) {
		s, ok := in.Catalog.Sender(u.Service.ID)
		pasted := slices.ContainsFunc(in.Answers.Keys, func(k owner.Key) bool { return k.Service == u.Service.ID && k.Value != "" })
		if !ok || pasted || s.Align != "never" && s.Align != "custom" {
			continue
		}
		if s.Align == "custom" && returnPath(in, s.Detect.Bounce) {
			continue
		}
		f := Finding{Args: Args{"service": s.ID, "align": s.Align, "menu": s.ID, "key": "none"}, Evidence: evidence(in.DNS.TXT("_domainkey." + in.Answers.Domain))}
		if u.Selector != "" {
			f.Evidence = evidence(in.DNS.TXT(KeyName(in, u.Selector)), in.DNS.TXT("_domainkey."+in.Answers.Domain))
		}
		if !u.Proven {
			f.Severity, f.Args["key"] = Advice, "not-found"
		}
		out = append(out, f)
	}
	return out
}

// returnPath reports whether a bounce host of a service was seen below the domain.
func returnPath(in In, labels []string) bool {
	for _, l := range labels {
		name := strings.ToLower(l) + "." + in.Answers.Domain
		for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT} {
			a := in.DNS.Get(name, t)
			if (len(a.Records) > 0 || len(a.Chain) > 0) && !(t == snapshot.TXT && Anywhere(in, a)) {
				return true
			}
		}
	}
	return false
}
