package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/input"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
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
// does not exist is no such case: it only holds no records yet. The registry's servers have the last word: a resolver
// may still remember that there was no such name, or filter it.
func domainUnregistered(in In) []Finding {
	name := input.Registrable(in.Answers.Domain)
	ns, _ := in.DNS.Find(snapshot.Key{Name: name, Type: snapshot.NS, Via: snapshot.Resolver})
	said := registry(in)
	denied, open := false, len(said) == 0
	for _, a := range said {
		if len(a.Referral) > 0 || len(a.Records) > 0 {
			return nil
		}
		denied = denied || a.Status == snapshot.NXDomain
		open = open || !a.Known()
	}
	if !denied && (ns.Status != snapshot.NXDomain || !open || filtered(ns)) {
		return nil
	}
	state := "gone"
	if len(ns.Records) > 0 {
		state = "remembered"
	}
	return one(Finding{Name: name, Args: Args{"domain": name, "state": state}, Evidence: append(said, evidence(ns)...)})
}

// filtered reports whether a resolver says that it withholds the answer (RFC 8914 section 4, codes 15 to 18).
func filtered(a snapshot.Answer) bool {
	return slices.ContainsFunc(a.Errors, func(e snapshot.ExtendedError) bool { return e.Code >= 15 && e.Code <= 18 })
}

// domainParked: the name servers are those at which registrars let domains stand that nobody can use.
func domainParked(in In) []Finding {
	zone, ok := in.DNS.Zone()
	if !ok || in.Catalog == nil {
		return nil
	}
	servers := in.DNS.NameServers(zone)
	p, parked := in.Catalog.ParkedAt(servers)
	if !parked || (p.Kind == catalog.ParkSale || p.Kind == catalog.ParkIdle) && inUse(in) {
		return nil
	}
	sure := "yes"
	if p.Conf.Soft() {
		sure = "no"
	}
	named := in.DNS.Referrals(zone)
	if len(named) == 0 {
		named = evidence(in.DNS.Get(zone, snapshot.NS))
	}
	return one(Finding{Name: zone, Args: Args{"state": p.Kind, "sure": sure, "servers": strings.Join(servers, ", ")}, Evidence: named[:1]})
}

// inUse reports whether a domain has records that somebody made for mail, or whether that is not known.
func inUse(in In) bool {
	mx := in.DNS.Get(in.Answers.Domain, snapshot.MX)
	recs, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	refuses := len(recs) == 1 && strings.Join(strings.Fields(strings.ToLower(recs[0])), " ") == "v=spf1 -all"
	return !mx.Known() || !known || len(recs) > 0 && !refuses || len(recs) == 0 && len(mx.Records) > 0 && !NullMX(in)
}

// zoneUnreachable: no authoritative server of the zone answers for it, or nobody can say who they are. Where each of
// them was heard to know nothing of the zone, that is a fault for all the world, else it is not known.
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
	f := Finding{Args: Args{"state": "silent", "servers": "", "reason": string(seen[0].Reason)}, Evidence: seen[:1]}
	d, ok := delegationOf(in)
	if !ok || len(d.sent) == 0 {
		return one(f)
	}
	// Heard from the registry, so that nobody on the way answers in place of these.
	sent := slices.DeleteFunc(slices.Clone(d.servers), func(s nameServer) bool { return !slices.Contains(d.sent, s.host) })
	f.Args["servers"] = hosts(sent)
	for _, how := range []standing{lame, nowhere, inside} {
		if len(are(sent, how)) == len(sent) {
			f.Severity, f.Args["state"] = Blocks, string(how)
			f.Evidence = append(evidence(d.referral[0]), words(sent)...)
		}
	}
	return one(f)
}

func nameServers(in In) []string {
	zone, ok := in.DNS.Zone()
	if !ok {
		return nil
	}
	return in.DNS.NameServers(zone)
}

// nsElsewhere: the owner edits records in a panel that does not answer for the domain (story S2). The panel's own name
// servers tell what stands there, where they are known by name.
func nsElsewhere(in In) []Finding {
	real := nameServers(in)
	if in.Catalog == nil || len(real) == 0 || len(zoneUnreachable(in)) > 0 {
		return nil // nobody answers at all
	}
	named, _ := in.Catalog.Panel(in.Answers.Panel)
	var mail []string
	for _, h := range in.Answers.Hosts {
		mail = append(mail, h.ID)
	}
	for _, c := range in.Seen.Hosts {
		mail = append(mail, c.ID)
	}
	var out []Finding
	for _, p := range in.Catalog.LikelyPanels(in.Answers.Panel, mail) {
		f, ok := atPanel(in, p, real)
		switch {
		case !ok:
		case p.ID == named.ID:
			out = one(f)
		case f.Args["state"] == "there" && lacksWhat(in, f):
			return one(f) // nobody named it, but what lacks is there
		}
	}
	return out
}

// lacksWhat reports whether the real zone has nothing at a name where the finding saw a record.
func lacksWhat(in In, f Finding) bool {
	return slices.ContainsFunc(f.Evidence, func(a snapshot.Answer) bool {
		return a.Via == snapshot.Server && len(mailData(a)) > 0 && len(mailData(in.DNS.Get(a.Name, a.Type))) == 0
	})
}

// atPanel is what a panel that does not serve the zone has of it; ok is false where it does serve it, or where that
// cannot be told.
func atPanel(in In, p catalog.Panel, real []string) (Finding, bool) {
	if len(p.NS) == 0 {
		return Finding{}, false // a panel without name servers of its own cannot be told from DNS
	}
	if slices.ContainsFunc(in.Seen.Panels, func(c catalog.Clue) bool { return c.ID == p.ID || c.Ambiguous }) || slices.ContainsFunc(real, p.Serves) {
		return Finding{}, false
	}
	f := there(in, p)
	f.Args["said"], f.Args["real"], f.Args["servers"] = p.ID, "", strings.Join(real, ", ")
	if len(in.Seen.Panels) > 0 {
		f.Args["real"] = in.Seen.Panels[0].ID
	} else if !slices.Contains([]string{"there", "same", "empty"}, f.Args["state"]) {
		return Finding{}, false // the name servers may be the panel's under another name
	}
	zone, _ := in.DNS.Zone()
	who := in.DNS.Referrals(zone)
	if len(who) == 0 { // a cache's word, which may be from before a move to the very panel
		who = evidence(in.DNS.Get(zone, snapshot.NS))
		switch f.Args["state"] {
		case "silent", "unnamed":
			f.Severity, f.Args["state"] = Unknown, "unsure"
		case "there", "same", "empty":
			return Finding{}, false
		}
	}
	f.Evidence = append(who[:1:1], f.Evidence...)
	if f.Severity == "" {
		f.Severity = suffering(in, f)
	}
	return f, true
}

// suffering is how much harm records at a wrong place do: as much as the lack of what they hold; and none where nothing
// is lacking at the right one.
func suffering(in In, f Finding) Severity {
	switch {
	case f.holds("SPF") && len(spfMissing(in)) > 0:
		return spfSeverity(in)
	case f.holds("") || len(spfMissing(in))+len(dmarcMissing(in))+len(dkimMissing(in))+len(mxMissing(in)) > 0:
		return Harms
	}
	return Advice
}

// there is what stands at a panel's own name servers: the mail records that the real zone lacks (there), the same as in
// the real zone (same), none (empty), not even the zone (nothing); or that is not known: the servers' names are
// (unnamed), or they did not answer (silent).
func there(in In, p catalog.Panel) Finding {
	f := Finding{Args: Args{"state": "silent", "records": ""}}
	if len(p.Servers()) == 0 {
		f.Args["state"] = "unnamed"
		return f
	}
	zone, _ := in.DNS.Zone()
	for _, a := range in.DNS.Answers {
		if a.Via != snapshot.Server || a.Name != zone || a.Type != snapshot.SOA || !p.Serves(a.Key.At) {
			continue
		}
		switch {
		case a.Status == snapshot.OK:
			return holds(in, a)
		case a.Known(), a.Reason == snapshot.Refused, a.Reason == snapshot.NotAuth:
			f.Args["state"], f.Evidence = "nothing", evidence(a)
		}
	}
	return f
}

// holds compares the zone at another panel's server with the real one.
func holds(in In, soa snapshot.Answer) Finding {
	var lost, all []snapshot.Answer
	known := false
	for _, k := range mailRecords(in) {
		a, ok := heard(in, soa.Key.At, k)
		real := in.DNS.Get(k.Name, k.Type)
		if !ok || !real.Known() {
			continue
		}
		known = true
		if len(mailData(a)) == 0 {
			continue
		}
		all = append(all, a)
		if !slices.Equal(mailData(a), mailData(real)) {
			lost = append(lost, a)
		}
	}
	f := Finding{Args: Args{"state": "same", "records": kinds(all)}, Evidence: append(evidence(soa), all...)}
	switch {
	case !known:
		f.Args["state"] = "silent"
	case len(lost) > 0:
		f.Args["state"], f.Args["records"], f.Evidence = "there", kinds(lost), lost
	case len(all) == 0:
		f.Args["state"] = "empty"
	}
	return f
}

func forwardBreaksSPF(in In) []Finding {
	if in.Answers.Route != owner.Forward {
		return nil
	}
	who := in.Answers.Forward.Mine
	if who == "" {
		who = owner.Unknown
	}
	f := Finding{Args: Args{"who": who, "from": in.Answers.Forward.From, "to": in.Answers.Forward.To, "strict": "no"}}
	if who != "mine" && refusesAll(in) {
		f.Severity, f.Args["strict"], f.Evidence = Harms, "yes", evidence(in.DNS.TXT(in.Answers.Domain))
	}
	return one(f)
}

// listDomain: a list sends with its own envelope sender, so it is the list's domain that needs SPF (story S7).
func listDomain(in In) []Finding {
	if in.Answers.Route != owner.List {
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
		member = owner.Unknown
	}
	return one(Finding{Name: host, Args: Args{"list": host, "records": state, "member": member}, Evidence: evidence(in.DNS.TXT(host))})
}
