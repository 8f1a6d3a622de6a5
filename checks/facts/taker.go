package facts

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/spf"
)

// takerSends reports whether a host that only its MX shows may send from the MX server itself, which the record covers.
// It is false if the catalogue confirms that the host sends from other servers.
func (f *Facts) takerSends(s Service, t spf.Tree) bool {
	c, _ := f.Seen().Find(s.ID)
	h, host := f.Catalog.Host(s.ID)
	if !s.Host || !host || !s.Receives || s.Ground >= catalog.GroundTold || c.By("because-spf") || !f.CoversMX(t) {
		return false
	}
	return h.Conf["spf"] != catalog.Confirmed || slices.ContainsFunc(s.SPF, func(raw string) bool {
		bare := strings.TrimLeft(raw, "+")
		return bare == "mx" || strings.HasPrefix(bare, "a:") // its servers send by themselves as well
	})
}

// takersKin returns the target of an include that belongs to the company of the domain's MX servers, since companies
// often send from other servers than they receive on. It returns "" if there is none or if the servers are the owner's.
func (f *Facts) takersKin(t spf.Tree) string {
	kin := ""
	for _, taker := range f.takers() {
		at := input.Registrable(taker)
		if at == "" || f.DNS.InZone(taker) || kin != "" && kin != at {
			return ""
		}
		kin = at
	}
	i := slices.IndexFunc(t.Root.Children, func(c spf.Node) bool {
		return kin != "" && c.Via == "include" && c.Why == "" && input.Registrable(c.Domain) == kin && c.Parsed.Valid() && !strings.HasPrefix(c.Term, "-")
	})
	if i < 0 || len(spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, "v=spf1 "+t.Root.Children[i].Term+" -all").Networks) == 0 {
		return ""
	}
	if passes, _ := Covered(f.DNS, t, f.Owner.Domain, t.Root.Children[i].Term); !passes {
		return ""
	}
	return t.Root.Children[i].Domain
}

// asksForAddress reports whether a record looks up a name made from the sending address (RFC 7208 section 5.7), by a
// company that is not known to list whole ranges: the result for one address then says nothing of its neighbours.
func (f *Facts) asksForAddress(n spf.Node) bool {
	return slices.ContainsFunc(n.Parsed.Terms, func(t spf.Term) bool {
		low := strings.ToLower(t.Value)
		if t.Modifier || t.Name != "exists" || t.Qualifier != '+' || !strings.Contains(low, "%{i") && !strings.Contains(low, "%{p") && !strings.Contains(low, "%{c") {
			return false
		}
		owners := f.Catalog.SPFOwners(n.Domain)
		return len(owners) == 0 || slices.ContainsFunc(owners, func(id string) bool {
			c, _ := f.Seen().Find(id)
			return c.Kind == catalog.KindHostedSPF
		})
	}) || slices.ContainsFunc(n.Children, f.asksForAddress)
}

// oneAddress reports whether a term is a single address.
func oneAddress(term string) bool {
	terms := spf.Parse("v=spf1 " + term).Terms
	return len(terms) == 1 && terms[0].Prefix.IsValid() && terms[0].Prefix.IsSingleIP()
}
