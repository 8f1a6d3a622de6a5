package plan

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// movedMX carries over the MX that was seen at servers which nobody asks, or not any more, where everybody else finds none; and
// the addresses there of the domain and of the mail servers in it, where those are lacking too. An MX of another company
// than the mail host is left where it is.
func movedMX(in *facts.Facts, found []checks.Finding) []Change {
	because := codes(found, checks.MXMissing)
	if len(because) == 0 {
		return nil
	}
	var out []Change
	for _, f := range found {
		if !slices.Contains(f.Unasked(), facts.MX) || len(out) > 0 {
			continue
		}
		for _, a := range f.Evidence {
			if a.Via != snapshot.Server || a.Type != snapshot.MX || a.Name != in.Owner.Domain || len(a.Chain) > 0 || !in.MayReceive(a.Data()) {
				continue
			}
			for _, r := range a.Records {
				moved := movedAddresses(in, a.Key.At, r.Data, because)
				if in.DNS.InZone(r.Data) && len(moved) == 0 && !addressed(in, r.Data) {
					continue // its address was not seen, and an MX without one takes no mail
				}
				out = append(out, moved...)
				out = append(out, Change{
					Action: Add, Name: in.Owner.Domain, Type: snapshot.MX, TTL: defaultTTL, Value: r.Value(snapshot.MX), Because: because,
					Notes: []Note{{Code: NoteMXMoved}},
				})
			}
		}
	}
	if len(out) == 0 {
		return hostsMX(in, because)
	}
	return out
}

// hostsMX are the MX records of the mail host that the owner named, where they are the same for all of its customers, for a
// domain that has none.
func hostsMX(in *facts.Facts, because []checks.Code) (out []Change) {
	ids := in.Owner.HostIDs()
	if len(ids) != 1 || in.Catalog == nil || !in.LacksMX() {
		return nil
	}
	h, _ := in.Catalog.Host(ids[0])
	for _, mx := range h.MX {
		out = append(out, Change{Action: Add, Name: in.Owner.Domain, Type: snapshot.MX, TTL: defaultTTL, Value: mx, Because: because, Service: h.ID})
	}
	return out
}

// addressed reports whether a name was seen to have an address.
func addressed(in *facts.Facts, name string) bool {
	return len(in.DNS.Get(name, snapshot.A).Records)+len(in.DNS.Get(name, snapshot.AAAA).Records) > 0
}

// movedAddresses carries over the addresses of a name of the zone from a server that nobody asks, where the name has none.
func movedAddresses(in *facts.Facts, server, name string, because []checks.Code) []Change {
	if !in.DNS.InZone(name) || addressed(in, name) {
		return nil
	}
	var out []Change
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
		there, _ := in.DNS.Find(snapshot.Key{Name: name, Type: t, Via: snapshot.Server, At: server})
		if !in.DNS.Get(name, t).Absent() || len(there.Chain) > 0 {
			continue
		}
		for _, v := range there.Data() {
			out = append(out, Change{Action: Add, Name: name, Type: t, TTL: defaultTTL, Value: v, Because: because, Notes: []Note{{Code: NoteAddressMoved}}})
		}
	}
	return out
}

// reverseChanges make the name lead to the sending address that the address's reverse name already says: where the name has no
// address of that family, or where the owner said that the server is there and the name is a mail server's. The domain itself
// is the website's too, and is left alone.
func reverseChanges(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	told, _ := in.OwnServer()
	for _, f := range found {
		args, ok := f.Args.(checks.PTRArgs)
		if !ok || f.Code != checks.PTRMismatch || !f.Is(checks.PTRZone) && !f.Is(checks.PTRZoneNone) || f.Is(checks.PTRMaybe) || f.Is(checks.PTRAssumed) {
			continue
		}
		name, t := string(args.Host), snapshot.Type(args.Type)
		now := in.DNS.Get(name, t)
		c := Change{Action: Add, Name: name, Type: t, TTL: ttl(now), Value: string(args.IP), Because: []checks.Code{f.Code}, Notes: []Note{{Code: NoteLeadsBack}}}
		web := name == in.Owner.Domain || name == in.Apex() || name == "www."+in.Owner.Domain
		switch {
		case len(now.Chain) > 0 || web || !now.Known():
			continue
		case len(now.Records) > 0 && (string(args.IP) != told || !slices.ContainsFunc(in.Exchanges(), func(x facts.Exchange) bool { return x.Target == name })):
			continue // something else may be there
		case len(now.Records) > 0:
			c.Action, c.Old, c.Notes = Replace, now.Data()[:1], []Note{{Code: NoteLeadsBackProxy}}
		}
		out = append(out, c)
		for i := 1; i < len(now.Records); i++ {
			out = append(out, Change{Action: Remove, Name: name, Type: t, TTL: ttl(now), Old: now.Data()[i : i+1], Because: c.Because, Notes: []Note{{Code: NoteLeadsBackProxy}}})
		}
	}
	return out
}

// beforeWildcard puts first what a name has by a wildcard alone and would lose with the first record that is made at or below
// it (RFC 4592 section 2.2): the site and the mailboxes go on as they were.
func beforeWildcard(in *facts.Facts, changes []Change) []Change {
	name := in.Owner.Domain
	made := in.ByWildcard()
	i := slices.IndexFunc(changes, func(c Change) bool { return c.Action != Remove && snapshot.Below(c.Name, name) })
	if i >= 0 && in.WildcardUnseen() {
		changes = slices.Clone(changes)
		changes[i].Notes = append(slices.Clone(changes[i].Notes), Note{Code: NoteWildcardUnseen})
	}
	if i < 0 || len(made) == 0 {
		return changes
	}
	var first []Change
	for _, a := range made {
		c := Change{Action: Add, Name: name, Type: a.Type, TTL: ttl(a), Because: changes[i].Because, Notes: []Note{{Code: NoteWildcardEnds}}}
		beside := slices.ContainsFunc(changes, func(o Change) bool { return o.Name == name && o.Type != snapshot.CNAME && o.Action != Remove })
		if len(a.Chain) > 0 && !beside {
			c.Type, c.Value = snapshot.CNAME, a.Chain[0].Target
			return append([]Change{c}, changes...)
		}
		if len(a.Chain) > 0 && a.Type == snapshot.TXT {
			continue // what the alias's own name proves is its own
		}
		for _, r := range a.Records {
			c.Value = r.Value(a.Type)
			if !slices.ContainsFunc(changes, func(o Change) bool {
				return o.Name == name && o.Type == a.Type && (o.Value == c.Value || slices.Contains(o.Old, c.Value))
			}) {
				first = append(first, c)
			}
		}
	}
	return append(first, changes...)
}
