package plan

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// movedMX copies the MX, and missing addresses of the domain and its mail servers, from servers that are not in charge of
// the zone, or no longer. Without such it takes the MX of the mail host. An MX that belongs to another company than the
// mail host is left out.
func movedMX(in *facts.Facts, found []checks.Finding) []Change {
	if at, a := in.StrayMX(); at != "" {
		return besideMX(in, at, a)
	}
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
					continue // an MX without a known address would receive no mail
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

// besideMX adds the MX records that were made beside the domain by mistake. Those at the doubled domain are removed; others
// stay, since somebody may use the name.
func besideMX(in *facts.Facts, at string, a snapshot.Answer) (out []Change) {
	because := []checks.Code{checks.MXMisplaced}
	for _, r := range a.Records {
		out = append(out, Change{Action: Add, Name: in.Owner.Domain, Type: snapshot.MX, TTL: ttl(a), Value: r.Value(snapshot.MX), Because: because,
			Notes: []Note{{Code: NoteMXFromBeside, Args: map[string]string{"at": at}}}})
	}
	if _, _, doubled := in.Doubled(at); !doubled {
		return out
	}
	for _, r := range a.Records {
		out = append(out, Change{Action: Remove, Name: at, Type: snapshot.MX, TTL: ttl(a), Old: []string{r.Value(snapshot.MX)}, Because: because,
			Notes: []Note{{Code: NoteNobodyAsksHere}}})
	}
	return out
}

// backToHost replaces the MX that moved away with the website by the server of the mail host that the owner named, if the
// catalogue knows that this server takes the mail.
func backToHost(in *facts.Facts) []Change {
	m, ok := in.MovedMX()
	if !ok || !m.Told || in.Catalog == nil {
		return nil
	}
	h, _ := in.Catalog.Host(m.Service)
	i := slices.IndexFunc(in.Services(), func(s facts.Service) bool { return s.ID == h.ID && s.Value != "" })
	if i < 0 || h.Server == nil || !h.Server.MX || !addressed(in, in.Services()[i].Value) {
		return nil
	}
	server := in.Services()[i].Value
	mx := in.DNS.Get(in.Owner.Domain, snapshot.MX)
	var out []Change
	for _, x := range in.Exchanges() {
		if x.Target != m.Target {
			continue
		}
		c := Change{Action: Replace, Name: in.Owner.Domain, Type: snapshot.MX, TTL: ttl(mx), Value: exchange(x.Pref, server),
			Old: []string{exchange(x.Pref, x.Target)}, Because: []checks.Code{checks.MXMoved}, Service: h.ID,
			Notes: []Note{{Code: NoteMXBackToHost, Args: map[string]string{"service": h.ID}}}}
		if slices.Contains(mx.Data(), server) {
			c.Action, c.Value, c.Notes = Remove, "", []Note{{Code: NoteMXThereAlready, Args: map[string]string{"target": server}}}
		}
		out = append(out, c)
	}
	return out
}

// hostsMX adds the MX records of the mail host that the owner named, if the domain has none and the host has the same
// ones for all customers.
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

// movedAddresses copies the addresses of a name in the zone from a server that is not in charge, if the name has none.
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

// reverseChanges makes the reverse name of a sending address resolve back to it. It does so if the name has no address of
// that family, or if the name is a mail server and the owner said that the server has this address. Website names are
// left alone.
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
			continue // the name may be in use for something else
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

// beforeWildcard first adds explicit records for what a name has only from a wildcard, which stops applying once a record
// is created at or below the name (RFC 4592 section 2.2).
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
			continue // TXT records at the alias's target prove the target's ownership, not this name's
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
