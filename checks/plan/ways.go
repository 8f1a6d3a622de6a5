package plan

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/spf"
)

// Way is an option for a record that is too big, which only the owner can choose. It is never applied without being asked
// for.
type Way struct {
	// Code is drop, subdomain, split or flatten; its words are in i18n plan.toml.
	Code  string
	Args  map[string]string
	Value string // the record as it would be
	// Take is set in the owner's answers once the option is chosen; zero if something must be done elsewhere first.
	Take    owner.SPFChoice
	Lookups int
	Voids   int
	Tries   []Try // as Plan.Tries, with this record
}

// takeChosen applies the options that the owner chose.
func takeChosen(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	for _, text := range in.Owner.SPF.Drop {
		if t, ok := termOf(record, text); ok && t.Name != "all" {
			record = without(record, t)
			notes = append(notes, termNote(NoteChosenDropped, t))
		}
	}
	for _, text := range in.Owner.SPF.Flatten {
		t, ok := termOf(record, text)
		if !ok {
			continue
		}
		if nets, ok := flat(in, t); ok {
			record = instead(record, t, nets)
			notes = append(notes, termNote(NoteFlattened, t))
		}
	}
	return record, notes
}

// waysOut returns the options that are left to the owner, in order: drop a service, move one to a subdomain, split the
// record, and last flatten it.
func waysOut(in *facts.Facts, record string) []Way {
	s := measure(in, record)
	var out []Way
	add := func(code, value string, args map[string]string, take owner.SPFChoice) {
		if !spf.Is(value) || !spf.Parse(value).Valid() {
			return
		}
		now := measure(in, value)
		args["bytes"], args["left"] = strconv.Itoa(len(value)), strconv.Itoa(now.tree.Lookups)
		out = append(out, Way{Code: code, Value: value, Args: args, Take: take, Lookups: now.tree.Lookups, Voids: now.tree.Voids})
	}
	for _, x := range spares(in, record) {
		add("drop", without(record, x.Term), map[string]string{"term": x.Term.Text, "service": x.Service, "number": strconv.Itoa(x.cost)},
			owner.SPFChoice{Drop: []string{x.Term.Text}})
	}
	if t, cost, ok := costliest(in, record); ok {
		add("subdomain", without(record, t), map[string]string{"term": t.Text, "number": strconv.Itoa(cost), "name": "news." + in.Owner.Domain,
			"record": "v=spf1 " + t.Text + " ~all"}, owner.SPFChoice{})
	}
	if s.long() {
		if root, part := parted(in, record); part != "" {
			add("split", root, map[string]string{"name": "_spf." + in.Owner.Domain, "record": part}, owner.SPFChoice{})
		}
	}
	if s.tree.Lookups > spf.MaxLookups || s.tree.Voids > spf.MaxVoids || len(deadTops(in, s.tree)) > 0 {
		if value, terms := flattened(in, record); len(terms) > 0 {
			saved := s.tree.Lookups - measure(in, value).tree.Lookups
			add("flatten", value, map[string]string{"term": strings.Join(terms, " "), "number": strconv.Itoa(saved)}, owner.SPFChoice{Flatten: terms})
		}
	}
	return out
}

// costliest returns the include of a sender that needs the most look-ups. The mail host is left out, since it cannot move
// to a subdomain.
func costliest(in *facts.Facts, record string) (best spf.Term, most int, ok bool) {
	hosts := map[string]bool{}
	for _, s := range in.Services() {
		hosts[s.ID] = s.Host
	}
	fixed := map[string]bool{}
	for _, u := range in.Uses(record) {
		fixed[u.Term.Text] = hosts[u.Service]
	}
	for _, c := range measure(in, record).tree.Root.Costs {
		if c.Term.Name == "include" && !c.Term.Modifier && c.Term.Qualifier == '+' && c.Lookups > most && !in.DNS.InZone(c.Term.Value) && !fixed[c.Term.Text] {
			best, most = c.Term, c.Lookups
		}
	}
	return best, most, most > 0
}

// parted moves the addresses of a record into a second record; part is "" if both would not fit their size, or if there
// is no look-up left for the include.
func parted(in *facts.Facts, record string) (root, part string) {
	root, part = record, "v=spf1"
	first := -1
	for _, t := range slices.Backward(spf.Parse(record).Terms) {
		switch {
		case t.Qualifier == '+' && (t.Name == "ip4" || t.Name == "ip6"):
			root, first = without(root, t), t.Start
			part = "v=spf1 " + t.Text + strings.TrimPrefix(part, "v=spf1")
		case t.Qualifier != '+' && !t.Modifier && t.Name != "all":
			return record, "" // the order counts
		}
	}
	if first < 0 {
		return record, ""
	}
	at := len(strings.TrimRight(record[:first], " "))
	root = root[:at] + " include:_spf." + in.Owner.Domain + root[at:]
	part += " ~all"
	if len(root) > spf.MaxSize || len(part) > spf.MaxSize || measure(in, record).tree.Lookups >= spf.MaxLookups {
		return record, ""
	}
	return root, part
}

// flattened replaces includes, a and mx by their addresses until the record is within its limits, first those that save
// the most look-ups for the fewest characters. It returns no terms if that is not enough.
func flattened(in *facts.Facts, record string) (string, []string) {
	var terms []string
	for {
		s := measure(in, record)
		dead := deadTops(in, s.tree)
		if !s.broken() && len(dead) == 0 {
			return record, terms
		}
		type choice struct {
			cost spf.Cost
			text string
		}
		var list []choice
		for _, c := range s.tree.Root.Costs {
			if nets, ok := flat(in, c.Term); ok && c.Lookups > 0 {
				list = append(list, choice{c, instead(record, c.Term, nets)})
			}
		}
		if len(list) == 0 {
			return record, nil
		}
		best := slices.MaxFunc(list, func(a, b choice) int {
			return cmp.Or(cmp.Compare(a.cost.Lookups, b.cost.Lookups), cmp.Compare(len(b.text), len(a.text)))
		})
		record, terms = best.text, append(terms, best.cost.Term.Text)
	}
}

// flat returns the networks that an include, a or mx term lets pass. ok is false if they are not completely known, depend
// on the mail (macros, exists, ptr), or contain exceptions.
func flat(in *facts.Facts, t spf.Term) ([]netip.Prefix, bool) {
	if t.Modifier || t.Qualifier != '+' || t.Name != "include" && t.Name != "a" && t.Name != "mx" {
		return nil, false
	}
	tree := measure(in, "v=spf1 "+t.Text+" -all").tree
	if len(tree.Missing)+len(tree.Failed) > 0 || len(tree.Networks) == 0 || !plain(tree.Root) {
		return nil, false
	}
	return joined(tree.Networks), true
}

// plain reports whether a tree has no faults and nothing but terms that let addresses pass.
func plain(n spf.Node) bool {
	if n.Why != "" {
		return false
	}
	for i, c := range n.Costs {
		switch {
		case c.Term.Name == "all" && i == len(n.Costs)-1 && c.Term.Qualifier != '+':
		case c.Term.Qualifier != '+' && !c.Term.Modifier, c.Term.Name == "all", c.Term.Name == "exists", c.Term.Name == "ptr", strings.Contains(c.Term.Value, "%"):
			return false
		}
	}
	return !slices.ContainsFunc(n.Children, func(c spf.Node) bool { return !plain(c) })
}

// joined sorts networks, drops those within others, and merges neighbours.
func joined(nets []netip.Prefix) []netip.Prefix {
	out := slices.Clone(nets)
	for i := range out {
		out[i] = out[i].Masked()
	}
	for again := true; again; {
		again = false
		slices.SortFunc(out, func(a, b netip.Prefix) int {
			return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
		})
		kept := out[:0]
		for _, n := range out {
			k := len(kept) - 1
			if k >= 0 && kept[k].Bits() <= n.Bits() && kept[k].Contains(n.Addr()) {
				continue
			}
			if k >= 0 && kept[k].Bits() == n.Bits() && n.Bits() > 0 {
				if wide := netip.PrefixFrom(n.Addr(), n.Bits()-1).Masked(); wide.Contains(kept[k].Addr()) {
					kept[k], again = wide, true
					continue
				}
			}
			kept = append(kept, n)
		}
		out = kept
	}
	return out
}
