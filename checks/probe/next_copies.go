package probe

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// maxLost is the number of selectors without a key that are looked up at wrong names.
const maxLost = 2

// maxBare is the number of selectors without a text at which an address is looked for.
const maxBare = 4

// copies looks up the wrong names at which records often end up, only for records that are missing at the right ones, so
// it costs a healthy domain nothing. It does not ask first whether anything exists above such a name, since that would
// take another round.
func (n *asker) copies() {
	twice, half := dnsname.Doubled(n.d, n.apex)
	if records, known := reading.SPFRecords(n.s, n.d); known && len(records) == 0 {
		n.route(n.d, snapshot.SPF)
		for _, at := range []string{"www." + n.d, "mail." + n.d, "spf." + n.d, "_spf." + n.d, twice, half} {
			n.route(at, snapshot.TXT)
		}
	}
	if n.best(n.d, snapshot.MX).Absent() {
		for _, at := range []string{"mail." + n.d, "www." + n.d, twice} {
			n.route(at, snapshot.MX)
			if hosts := n.s.Get(at, snapshot.MX).Data(); len(hosts) > 0 && label(hosts[0]) {
				n.route(WildcardLabel+"."+n.d, snapshot.MX)
				n.route(WildcardLabel+"."+n.apex, snapshot.MX)
				n.route(hosts[0], snapshot.A)
			}
		}
	}
	if n.lacksPolicy() {
		n.route("dmarc."+n.d, snapshot.TXT)
		for _, at := range []string{twice, "www." + n.d, "mail." + n.d, half} {
			n.route(dnsname.Policy(at), snapshot.TXT)
		}
	}
	for i, sel := range n.lostKeys() {
		n.route(sel+"."+n.d, snapshot.TXT)
		for _, at := range dnsname.Mistyped(sel, n.d) {
			if i == 0 { // one slip is enough to see how the names were typed
				n.route(at, snapshot.TXT)
			}
		}
		if i == 0 {
			n.misnamed(sel)
		}
		for _, at := range []string{twice, half} {
			n.route(dnsname.Key(sel, at), snapshot.TXT)
		}
	}
	if n.best(n.wildKey, snapshot.TXT).Status == snapshot.NXDomain {
		for _, sel := range n.bare() {
			n.route(dnsname.Key(sel, n.d), snapshot.A)
		}
	}
	n.keysDoubled(twice)
	n.keysDoubled(half)
}

// misnamed looks for a key among those of the domains above in the zone, and where the domain has no key at all, below a
// misspelt label.
func (n *asker) misnamed(sel string) {
	for at := n.d; at != n.apex && snapshot.Below(at, n.apex); {
		at = snapshot.Parent(at)
		n.route(dnsname.Key(sel, at), snapshot.TXT)
	}
	if n.best(n.keysAt, snapshot.TXT).Status == snapshot.NXDomain {
		for _, at := range dnsname.Misspelt(sel, n.d) {
			n.route(at, snapshot.TXT)
		}
	}
}

// bare returns the selectors whose name exists without a text, so that something else is there: a web proxy answers with
// its addresses.
func (n *asker) bare() (out []string) {
	for i := range n.s.Answers {
		a := &n.s.Answers[i]
		if a.Status != snapshot.NoData || a.Type != snapshot.TXT || len(a.Chain) > 0 || len(out) == maxBare {
			continue
		}
		if sel, ok := dnsname.SelectorAt(a.Name, n.d); ok && sel != WildcardLabel && !slices.Contains(out, sel) {
			out = append(out, sel)
		}
	}
	return out
}

// keysDoubled looks for keys below a doubled domain although their selectors are not known: the name _domainkey exists there if
// there are any (RFC 8020). If something is there, it also looks whether it comes from a wildcard.
func (n *asker) keysDoubled(at string) {
	if n.best(n.keysAt, snapshot.TXT).Status == snapshot.NXDomain && !n.found() {
		n.route(dnsname.Keys(at), snapshot.TXT)
	}
	branch := n.s.TXT(dnsname.Keys(at))
	stands := branch.Status == snapshot.OK || branch.Status == snapshot.NoData
	if !stands && !n.textBelow(at) {
		return
	}
	n.route(WildcardLabel+"."+at, snapshot.TXT)
	for _, s := range n.services() { // a service's keys are made together
		for _, sel := range s.dkim.Together() {
			n.route(dnsname.Key(sel, at), snapshot.TXT)
		}
	}
	if !stands || n.s.TXT(WildcardLabel+"."+at).Status != snapshot.NXDomain {
		return
	}
	g, _ := n.guesses()
	for _, sel := range g.head[:min(len(g.head), maxDenied)] {
		n.route(dnsname.Key(sel, at), snapshot.TXT)
	}
}

// textBelow reports whether a text or alias was seen at or below a name.
func (n *asker) textBelow(at string) bool {
	return slices.ContainsFunc(n.positives(), func(a *snapshot.Answer) bool { return a.Type == snapshot.TXT && snapshot.Below(a.Name, at) })
}

// lacksPolicy reports whether it is known that no DMARC record applies to the domain.
func (n *asker) lacksPolicy() bool {
	for _, name := range dmarc.Walk(n.d) {
		if !snapshot.Below(name, n.reg) {
			continue
		}
		if records, known := reading.DMARCRecords(n.s, dnsname.PolicyDomain(name)); !known || len(records) > 0 {
			return false
		}
	}
	return true
}

// lostKeys returns the selectors at which a key is expected and known to be missing.
func (n *asker) lostKeys() (out []string) {
	lost := func(sel string) bool {
		records, known := reading.DKIMRecords(n.s, sel, n.d)
		return known && !slices.ContainsFunc(records, func(r string) bool { return dkim.Parse(r).Valid() })
	}
	add := func(sel string) {
		if label(sel) && len(out) < maxLost && !slices.Contains(out, sel) {
			out = append(out, sel)
		}
	}
	for _, k := range n.a.Keys {
		if sel := strings.ToLower(k.Selector); lost(sel) {
			add(sel)
		}
	}
	if len(n.a.Keys) > 0 {
		return out
	}
	for _, s := range n.services() {
		fixed := slices.DeleteFunc(slices.Clone(s.dkim.Selectors), func(sel string) bool { return !label(sel) })
		if len(fixed) > 0 && !slices.ContainsFunc(fixed, func(sel string) bool { return !lost(sel) }) {
			add(fixed[0])
		}
	}
	return out
}
