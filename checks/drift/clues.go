package drift

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Clue says who probably made a change, with the grounds in its arguments. It is never certain, since DNS does not
// record who made a change.
type Clue struct {
	Code string
	Args map[string]string
}

// The codes of a Clue.
const (
	ByRegistrar = "registrar" // the domain was suspended: its name servers are those of suspended domains
	ByMove      = "move"      // the domain was moved to other name servers
	ByDefault   = "default"   // the record is what a control panel writes by default
	ByReset     = "reset"     // several records changed at once: the zone was set up again
	ByRestore   = "restore"   // the zone's serial went back: an older copy was restored
	ByService   = "service"   // what a company published behind the owner's alias is gone
	BySetUp     = "set-up"    // a second record for one service: its guide was followed without looking
	ByMailMove  = "mail-move" // the mail was moved to another company
	ByTheirs    = "theirs"    // nothing of the owner's changed, but somebody else's record did
	BySigner    = "signer"    // whoever runs the name servers did not sign the zone again
	ByOldKeys   = "old-keys"  // the DS records of the former company are still registered
	ByRemoval   = "removal"   // everything removed belonged to one service: it was cancelled
	ByHand      = "hand"      // one record and the serial changed: somebody edited it
)

// clues returns who may have made the changes; of each kind only the strongest clue.
func clues(old, now *facts.Facts, d Drift) []Clue {
	if len(d.Changes) == 0 && !d.Harmful() {
		return nil
	}
	out := slices.Concat(byServers(now, d), bySigning(now, d))
	moved := len(out) > 0
	out = append(out, byService(now, d)...)
	out = append(out, bySetUp(now, d)...)
	out = append(out, byMailMove(now, d)...)
	out = append(out, byTheirs(old, now, d)...)
	if !moved {
		out = append(out, byZone(old, now, d, len(out) > 0)...)
	}
	return out
}

// panel returns the ID of the panel that answers for the zone; "" if that is not certain.
func panel(in *facts.Facts) string {
	if p := in.Seen().Panels; len(p) > 0 && !p[0].Ambiguous {
		return p[0].ID
	}
	return ""
}

// of returns the changes of one kind with one of the acts.
func (d Drift) of(kind Kind, acts ...Act) (out []Change) {
	for _, c := range d.Changes {
		if c.Kind == kind && slices.Contains(acts, c.Act) {
			out = append(out, c)
		}
	}
	return out
}

// byServers looks at changed name servers.
func byServers(now *facts.Facts, d Drift) []Clue {
	list := d.of(Servers, Moved, Altered)
	if len(list) == 0 {
		return nil
	}
	zone, _ := now.DNS.Zone()
	is := now.DNS.NameServers(zone)
	if now.Catalog != nil {
		if park, ok := now.Catalog.ParkedAt(is); ok {
			return []Clue{{ByRegistrar, map[string]string{"servers": strings.Join(is, ", "), "kind": park.Kind}}}
		}
	}
	if list[0].Act != Moved {
		return nil
	}
	return []Clue{{ByMove, map[string]string{"was": strings.Join(list[0].Gone, ", "), "servers": strings.Join(list[0].Come, ", "), "panel": panel(now)}}}
}

// bySigning looks at DNSSEC signatures that are no longer valid.
func bySigning(now *facts.Facts, d Drift) []Clue {
	i := slices.IndexFunc(d.Broken, func(f checks.Finding) bool { return f.Code == checks.DNSSECBogus })
	b, ok := now.Bogus()
	switch {
	case i < 0 || !ok:
		return nil
	case b.State == facts.BogusExpired:
		return []Clue{{BySigner, map[string]string{"panel": panel(now)}}}
	case len(d.of(Servers, Moved)) > 0 && len(d.of(Signing, Gone, Altered)) == 0:
		return []Clue{{ByOldKeys, map[string]string{}}}
	}
	return nil
}

// byService looks for an alias of the owner's that still exists while its target's records are gone.
func byService(now *facts.Facts, d Drift) (out []Clue) {
	for _, c := range d.of(DKIM, Gone) {
		a := now.DNS.TXT(c.Name)
		if len(a.Chain) == 0 || now.DNS.InZone(a.Chain[0].Target) {
			continue
		}
		target := a.Chain[0].Target
		if slices.ContainsFunc(out, func(x Clue) bool { return x.Args["service"] == serviceAt(now, target) }) {
			continue
		}
		out = append(out, Clue{ByService, map[string]string{"name": c.Name, "target": target, "service": serviceAt(now, target)}})
	}
	return out
}

func serviceAt(in *facts.Facts, name string) string {
	if in.Catalog == nil {
		return ""
	}
	return in.Catalog.ServiceOf(name)
}

// bySetUp looks for a second SPF record with the terms of one service only.
func bySetUp(now *facts.Facts, d Drift) []Clue {
	for _, c := range d.of(SPF, Doubled) {
		for _, record := range c.Come {
			if id := only(now, record); id != "" {
				return []Clue{{BySetUp, map[string]string{"record": record, "service": id}}}
			}
		}
	}
	return nil
}

// only returns the one service whose names an SPF record contains; "" for none or several.
func only(in *facts.Facts, record string) (id string) {
	for _, t := range spf.Parse(record).Terms {
		if t.Name == "all" || t.Value == "" || in.Catalog == nil {
			continue
		}
		of := in.Catalog.SPFOwners(t.Value)
		if len(of) != 1 || id != "" && of[0] != id {
			return ""
		}
		id = of[0]
	}
	return id
}

// byMailMove looks for mail servers that are now those of another company in the catalogue.
func byMailMove(now *facts.Facts, d Drift) []Clue {
	if _, _, ok := movedMail(now, d); !ok || now.Catalog == nil {
		return nil
	}
	for _, c := range d.of(MX, Moved) {
		if c.Name != now.Owner.Domain {
			continue
		}
		for _, target := range targets(c.Come) {
			if of := now.Catalog.NameOwners(target); len(of) == 1 {
				return []Clue{{ByMailMove, map[string]string{"service": of[0], "server": target}}}
			}
		}
	}
	return nil
}

// byTheirs looks for an SPF record that is unchanged but fails now, because somebody else's record that it names has
// changed.
func byTheirs(old, now *facts.Facts, d Drift) []Clue {
	broken := slices.ContainsFunc(d.Broken, func(f checks.Finding) bool { return f.Code.Topic() == "spf" })
	if !broken || len(d.of(SPF, Gone, Come, Doubled, Altered)) > 0 {
		return nil
	}
	for _, a := range now.DNS.Answers {
		before, _ := old.DNS.Find(a.Key)
		if a.Type != snapshot.TXT || a.Via != snapshot.Resolver || !before.Known() || !a.Known() {
			continue
		}
		if was, is := keep(before.Data(), spf.Is), keep(a.Data(), spf.Is); len(was) > 0 && !slices.Equal(was, is) {
			return []Clue{{ByTheirs, map[string]string{"name": a.Name, "service": serviceAt(now, a.Name)}}}
		}
	}
	return nil
}

// byZone looks at changes in the owner's own zone. explained says that another clue explains the changes, so that a
// single edit needs none.
func byZone(old, now *facts.Facts, d Drift, explained bool) []Clue {
	var lost, mail []Change
	for _, c := range d.Changes {
		if slices.Contains([]Kind{SPF, DKIM, DMARC, MX}, c.Kind) {
			mail = append(mail, c)
			if c.Act == Gone || c.Act == Moved {
				lost = append(lost, c)
			}
		}
	}
	was, is, counted := serials(old, now)
	in := map[string]string{"panel": panel(now), "was": strconv.FormatUint(uint64(was), 10), "is": strconv.FormatUint(uint64(is), 10)}
	record, own := byDefault(now, d)
	gone := removed(now, mail)
	switch {
	case counted && int32(is-was) < 0: // RFC 1982 section 3.2
		return []Clue{{ByRestore, in}}
	case own:
		in["record"] = record
		return []Clue{{ByDefault, in}}
	case gone != "" && !explained:
		in["service"] = gone
		return []Clue{{ByRemoval, in}}
	case len(kinds(lost)) > 1:
		return []Clue{{ByReset, in}}
	case len(mail) == 1 && counted && was != is && !explained:
		in["name"] = mail[0].Name
		return []Clue{{ByHand, in}}
	}
	return nil
}

// removed returns the one service that all removed records belong to, if nothing replaced them and more than one record
// changed; else "".
func removed(in *facts.Facts, list []Change) (id string) {
	if in.Catalog == nil || len(list) < 2 {
		return ""
	}
	for _, c := range list {
		if len(c.Come) > 0 {
			return ""
		}
		for _, v := range c.Gone {
			_, name, ok := strings.Cut(strings.NewReplacer(arrow, "x:", "=", ":").Replace(v), ":")
			of := in.Catalog.ServiceOf(name)
			if !ok || of == "" || id != "" && of != id {
				return ""
			}
			id = of
		}
	}
	return id
}

func kinds(list []Change) map[Kind]bool {
	out := map[Kind]bool{}
	for _, c := range list {
		out[c.Kind] = true
	}
	return out
}

// byDefault reports whether the SPF record lost what services need and now names only the domain's own servers and
// addresses, as control panels write it by default; and returns that record.
func byDefault(now *facts.Facts, d Drift) (record string, ok bool) {
	lost := func(c Change) bool {
		return c.Name == now.Owner.Domain && slices.ContainsFunc(c.Gone, func(t string) bool { return strings.HasPrefix(t, "include:") || strings.HasPrefix(t, "redirect=") })
	}
	records, known := now.SPFRecords()
	if !known || len(records) != 1 || !slices.ContainsFunc(d.of(SPF, Altered), lost) {
		return "", false
	}
	own := false
	for _, t := range spf.Parse(records[0]).Terms {
		switch t.Name {
		case "a", "mx", "ip4", "ip6", "ptr":
			own = true
		case "all":
		default:
			return "", false
		}
	}
	return records[0], own
}
