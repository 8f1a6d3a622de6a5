package checks

import (
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// The states of ns-elsewhere: what the zone at the panel's servers holds, and whether it is known whose servers are in
// charge.
var (
	ElsewhereThere   = State{"state", "there"}   // mail records that the zone in charge lacks
	ElsewhereSame    = State{"state", "same"}    // the same mail records
	ElsewhereEmpty   = State{"state", "empty"}   // no mail records
	ElsewhereNothing = State{"state", "nothing"} // not even the zone
	ElsewhereUnnamed = State{"state", "unnamed"} // unknown: the panel's servers have no fixed names
	ElsewhereSilent  = State{"state", "silent"}  // unknown: no answer
	ElsewhereUnsure  = State{"state", "unsure"}  // only a cache says which servers are in charge
	RealKnown        = State{"real", "known"}
	RealUnknown      = State{"real", "unknown"}
	RealMaybe        = State{"real", "maybe"} // with ElsewhereUnsure
	// RealBare: the zone in charge is almost empty although the domain is in use, so its name servers may have been
	// changed by mistake and can be changed back.
	RealBare = State{"real", "put-back"}
)

// elsewhereStates maps what is known of the copy to states.
var elsewhereStates = map[facts.CopyState]State{facts.CopyThere: ElsewhereThere, facts.CopySame: ElsewhereSame, facts.CopyEmpty: ElsewhereEmpty,
	facts.CopyNothing: ElsewhereNothing, facts.CopyUnnamed: ElsewhereUnnamed, facts.CopySilent: ElsewhereSilent}

// NSElsewhereArgs are the arguments of ns-elsewhere.
type NSElsewhereArgs struct {
	Said    Panel // where the owner edits records
	Real    Panel // where records take effect; "" if unknown
	Servers Names // the name servers in charge
	Records Kinds // the kinds of record at Said, with ElsewhereThere and ElsewhereSame
	Back    Names // the name servers of Said, with RealBare
}

var ruleNSElsewhere = Rule{
	Code: NSElsewhere, Severity: Harms, RFC: rfcDNS + " section 4.2",
	After: after(),
	Aspects: []Aspect{
		{ElsewhereThere, ElsewhereSame, ElsewhereEmpty, ElsewhereNothing, ElsewhereUnnamed, ElsewhereSilent, ElsewhereUnsure},
		{RealKnown, RealUnknown, RealMaybe, RealBare},
	},
	Args:  NSElsewhereArgs{},
	Judge: nsElsewhere,
}

// nsElsewhere finds a panel in which the owner edits records although its name servers are not in charge of the domain.
// Where their names are known, the panel's own servers were asked what they hold.
func nsElsewhere(in *facts.Facts) []Finding {
	if in.Catalog == nil || len(in.NameServers()) == 0 || len(in.Unanswered()) > 0 {
		return nil // zone-unreachable reports that
	}
	named, _ := in.Catalog.Panel(in.Owner.Panel)
	var mail []string
	for _, h := range in.Owner.Hosts {
		mail = append(mail, h.ID)
	}
	for _, c := range in.Seen().Hosts {
		mail = append(mail, c.ID)
	}
	var out []Finding
	for _, p := range in.Catalog.LikelyPanels(in.Owner.Panel, mail) {
		f, ok := atPanel(in, p)
		switch {
		case !ok:
		case p.ID == named.ID:
			out = one(f)
		case f.Is(ElsewhereThere) && in.CopyAt(p).Lacks(in):
			return one(f) // the owner did not name this panel, but the missing records are in it
		}
	}
	return out
}

// atPanel returns the finding for a panel that does not serve the zone; ok is false where it does, or where DNS cannot
// tell.
func atPanel(in *facts.Facts, p catalog.Panel) (f Finding, ok bool) {
	panels := in.Seen().Panels
	if len(p.NS) == 0 { // DNS cannot show a panel that has no name servers of its own
		return f, false
	}
	if slices.ContainsFunc(panels, func(c catalog.Clue) bool { return c.ID == p.ID || c.Ambiguous }) || slices.ContainsFunc(in.NameServers(), p.Serves) {
		return f, false
	}
	c := in.CopyAt(p)
	state, whose := elsewhereStates[c.State], RealUnknown
	args := NSElsewhereArgs{Said: Panel(p.ID), Servers: in.NameServers(), Records: c.Records}
	seen := c.State == facts.CopyThere || c.State == facts.CopySame || c.State == facts.CopyEmpty
	if len(panels) > 0 {
		args.Real, whose = Panel(panels[0].ID), RealKnown
	} else if !seen {
		return f, false // the name servers in charge may be the panel's under other names
	}
	zone, _ := in.DNS.Zone()
	who := in.DNS.Referrals(zone)
	if len(who) == 0 { // only a cached NS set, which may date from before a move to this panel
		who = facts.Evidence(in.DNS.Get(zone, snapshot.NS))
		switch {
		case seen:
			return f, false
		case c.State == facts.CopySilent || c.State == facts.CopyUnnamed:
			f.Severity, state, whose = Unknown, ElsewhereUnsure, RealMaybe
		}
	}
	f.States, f.Args, f.Evidence = []State{state, whose}, args, append(who[:1:1], c.Evidence...)
	if c.State == facts.CopyThere && in.Bare() && slices.Contains(c.Records, facts.MX) {
		args.Back = p.Servers()
		f.States, f.Args = []State{state, RealBare}, args
	}
	if f.Severity == "" {
		lost := Kinds(nil)
		if c.State == facts.CopyThere {
			lost = c.Records
		}
		f.Severity = wrongServers(in, lost)
	}
	return f, true
}

// wrongServers returns the severity of records at the wrong servers: that of lacking them at the right ones, or Advice where
// nothing is lacking there. lost are the kinds of record that only the wrong servers have.
func wrongServers(in *facts.Facts, lost Kinds) Severity {
	spf := in.LacksSPF() && !in.SendsNothing()
	switch {
	case spf && slices.Contains(lost, facts.SPF):
		return spfSeverity(in)
	case len(lost) > 0 || spf || in.LacksPolicy() || len(in.Keyless()) > 0 || in.LacksMX():
		return Harms
	}
	return Advice
}
