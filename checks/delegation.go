package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dmarc"
	"todoku/checks/intake"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
	"todoku/wizard"
)

// dnsUnreachable: not one question was answered, so nothing may be said of the domain.
func dnsUnreachable(in In) []Finding {
	var failed []snapshot.Answer
	for _, a := range in.DNS.Answers {
		if a.Known() || a.Reason == snapshot.Delegated {
			return nil // somebody answers; zone-unreachable says the rest
		}
		failed = append(failed, a)
	}
	if len(failed) == 0 {
		return nil
	}
	return one(Finding{Args: Args{"reason": string(failed[0].Reason)}, Evidence: failed[:1]})
}

// domainUnregistered: the name that somebody would have registered does not exist. A name below a registered one that
// does not exist is no such case: it only holds no records yet.
func domainUnregistered(in In) []Finding {
	name := intake.Registrable(in.Answers.Domain)
	ns := in.DNS.Get(name, snapshot.NS)
	if ns.Status != snapshot.NXDomain {
		return nil
	}
	return one(Finding{Name: name, Args: Args{"domain": name}, Evidence: evidence(ns)})
}

// zoneUnreachable: no authoritative server of the zone answers, or nobody can say who they are.
func zoneUnreachable(in In) []Finding {
	if len(dnsUnreachable(in)) > 0 || len(domainUnregistered(in)) > 0 {
		return nil
	}
	var seen []snapshot.Answer
	for _, a := range in.DNS.Answers {
		if a.Via != snapshot.Authority {
			continue
		}
		if a.Known() || a.Reason == snapshot.Delegated {
			return nil
		}
		seen = append(seen, a)
	}
	if len(seen) == 0 { // nobody to ask: the delegation itself is not known
		for name := in.Answers.Domain; name != ""; name = snapshot.Parent(name) {
			seen = append(seen, evidence(in.DNS.Get(name, snapshot.NS))...)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return one(Finding{Args: Args{"reason": string(seen[0].Reason)}, Evidence: seen[:1]})
}

func nameServers(in In) []string {
	zone, ok := in.DNS.Zone()
	if !ok {
		return nil
	}
	return in.DNS.Get(zone, snapshot.NS).Data()
}

// nsElsewhere: the owner edits records in a panel that does not answer for the domain (story S2).
func nsElsewhere(in In) []Finding {
	said := in.Answers.Panel
	if said == "" || said == wizard.Unknown || in.Catalog == nil || len(in.Seen.Panels) == 0 {
		return nil
	}
	p, ok := in.Catalog.Panel(said)
	if !ok || len(p.NS) == 0 {
		return nil // a panel without name servers of its own cannot be told from DNS
	}
	for _, c := range in.Seen.Panels {
		if c.ID == p.ID || c.Ambiguous {
			return nil
		}
	}
	zone, _ := in.DNS.Zone()
	return one(Finding{
		Args:     Args{"said": p.ID, "real": in.Seen.Panels[0].ID, "servers": strings.Join(nameServers(in), ", ")},
		Evidence: evidence(in.DNS.Get(zone, snapshot.NS)),
	})
}

// nameDoubled: a record typed with the full name into a field that appends the domain (mistake 1 of the field).
func nameDoubled(in In) []Finding {
	var out []Finding
	d := in.Answers.Domain
	for _, name := range []string{d, "_dmarc." + d} {
		doubled := name + "." + d
		a := in.DNS.TXT(doubled)
		if !a.Known() || len(a.Records) == 0 || anywhere(in, a) {
			continue
		}
		f := Finding{Name: doubled, Args: Args{"doubled": doubled, "meant": name}, Evidence: evidence(a)}
		if stands(in.DNS.TXT(name), a) {
			f.Severity = Advice // a leftover: the right one is there too
		}
		out = append(out, f)
	}
	return out
}

// WildcardLabel is a label that nobody uses: an answer for it shows a wildcard.
const WildcardLabel = "zz-todoku-probe"

// anywhere reports whether an answer is what the zone says of any name (a wildcard), so that it proves nothing.
func anywhere(in In, a snapshot.Answer) bool {
	for _, at := range []string{"", "_domainkey."} {
		wild := in.DNS.TXT(WildcardLabel + "." + at + in.Answers.Domain)
		if len(wild.Records) > 0 && slices.Equal(slices.Sorted(slices.Values(wild.Data())), slices.Sorted(slices.Values(a.Data()))) {
			return true
		}
	}
	return false
}

// stands reports whether a record of the same kind as one of the copy's stands at the right place.
func stands(right, copied snapshot.Answer) bool {
	for _, is := range []func(string) bool{spf.Is, dmarc.Is} {
		if slices.ContainsFunc(copied.Data(), is) {
			return slices.ContainsFunc(right.Data(), is)
		}
	}
	return false
}

func mxMissing(in In) []Finding {
	a := in.DNS.Get(in.Answers.Domain, snapshot.MX)
	if !a.Absent() || sendsNothing(in) {
		return nil
	}
	f := Finding{Evidence: evidence(a)}
	if len(in.DNS.Get(in.Answers.Domain, snapshot.A).Records) > 0 {
		f.Severity = Advice // the address itself takes the mail (RFC 5321 section 5.1)
	}
	return one(f)
}

func mxOK(in In) []Finding {
	a := in.DNS.Get(in.Answers.Domain, snapshot.MX)
	if !a.Known() || len(a.Records) == 0 || nullMX(in) || !slices.ContainsFunc(a.Data(), func(host string) bool {
		return len(in.DNS.Get(host, snapshot.A).Records)+len(in.DNS.Get(host, snapshot.AAAA).Records) > 0
	}) {
		return nil // a server without an address takes no mail
	}
	return one(Finding{Args: Args{"hosts": strings.Join(a.Data(), ", ")}, Evidence: evidence(a)})
}

func forwardBreaksSPF(in In) []Finding {
	if in.Answers.Route != wizard.Forward {
		return nil
	}
	who := in.Answers.Forward.Mine
	if who == "" {
		who = wizard.Unknown
	}
	f := Finding{Args: Args{"who": who, "from": in.Answers.Forward.From, "to": in.Answers.Forward.To, "strict": "no"}}
	if who != "mine" && refusesAll(in) {
		f.Severity, f.Args["strict"], f.Evidence = Harms, "yes", evidence(in.DNS.TXT(in.Answers.Domain))
	}
	return one(f)
}

// listDomain: a list sends with its own envelope sender, so it is the list's domain that needs SPF (story S7).
func listDomain(in In) []Finding {
	if in.Answers.Route != wizard.List {
		return nil
	}
	_, host, ok := strings.Cut(in.Answers.List.Address, "@")
	if !ok {
		host = in.Answers.Domain
	}
	recs, known := reading.SPFRecords(in.DNS, strings.ToLower(host))
	state := "unknown"
	if known {
		state = strconv.Itoa(len(recs))
	}
	member := in.Answers.List.Member
	if member == "" {
		member = wizard.Unknown
	}
	return one(Finding{Name: host, Args: Args{"list": host, "records": state, "member": member}, Evidence: evidence(in.DNS.TXT(host))})
}
