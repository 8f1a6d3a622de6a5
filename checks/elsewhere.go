package checks

import (
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// The states of ns-elsewhere: what stands at the panel that nobody asks, and whether it is known who answers.
var (
	ElsewhereThere   = State{"state", "there"}   // mail records that the real zone lacks
	ElsewhereSame    = State{"state", "same"}    // the same mail records
	ElsewhereEmpty   = State{"state", "empty"}   // no mail records
	ElsewhereNothing = State{"state", "nothing"} // not even the zone
	ElsewhereUnnamed = State{"state", "unnamed"} // not known: servers without names of their own
	ElsewhereSilent  = State{"state", "silent"}  // not known: no answer
	ElsewhereUnsure  = State{"state", "unsure"}  // only a cache says who answers
	RealKnown        = State{"real", "known"}
	RealUnknown      = State{"real", "unknown"}
	RealMaybe        = State{"real", "maybe"} // with ElsewhereUnsure
	// RealBare: the zone that answers has next to nothing of a domain in use, so that its name servers may have been switched
	// by mistake: all is as before once they are put back.
	RealBare = State{"real", "put-back"}
)

// elsewhereStates are the states by what is known of the copy.
var elsewhereStates = map[facts.CopyState]State{facts.CopyThere: ElsewhereThere, facts.CopySame: ElsewhereSame, facts.CopyEmpty: ElsewhereEmpty,
	facts.CopyNothing: ElsewhereNothing, facts.CopyUnnamed: ElsewhereUnnamed, facts.CopySilent: ElsewhereSilent}

// NSElsewhereArgs are the arguments of ns-elsewhere.
type NSElsewhereArgs struct {
	Said    Panel // where the owner edits records
	Real    Panel // where they would be seen; "" where it is not known
	Servers Names // in charge
	Records Kinds // what stands at Said, with ElsewhereThere and ElsewhereSame
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

// nsElsewhere: the owner edits records in a panel that does not answer for the domain. The panel's own name servers tell
// what stands there, where they are known by name.
func nsElsewhere(in *facts.Facts) []Finding {
	if in.Catalog == nil || len(in.NameServers()) == 0 || len(in.Unanswered()) > 0 {
		return nil // nobody answers at all
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
			return one(f) // nobody named it, but what lacks is there
		}
	}
	return out
}

// atPanel tells of a panel that does not serve the zone; ok is false where it does serve it, or where that cannot be told.
func atPanel(in *facts.Facts, p catalog.Panel) (f Finding, ok bool) {
	panels := in.Seen().Panels
	if len(p.NS) == 0 { // without name servers of its own it cannot be told from DNS
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
		return f, false // the name servers may be the panel's under another name
	}
	zone, _ := in.DNS.Zone()
	who := in.DNS.Referrals(zone)
	if len(who) == 0 { // a cache's word, which may be from before a move to the very panel
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
		f.Severity = suffering(in, lost)
	}
	return f, true
}

// suffering is how much harm records at a wrong place do: as much as the lack of what they hold; and none where nothing
// is lacking at the right one.
func suffering(in *facts.Facts, lost Kinds) Severity {
	spf := in.LacksSPF() && !in.SendsNothing()
	switch {
	case spf && slices.Contains(lost, facts.SPF):
		return spfSeverity(in)
	case len(lost) > 0 || spf || in.LacksPolicy() || len(in.Keyless()) > 0 || in.LacksMX():
		return Harms
	}
	return Advice
}
