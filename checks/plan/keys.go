package plan

import (
	"cmp"
	"slices"
	"strings"

	"todoku/checks"
	"todoku/checks/dkim"
	"todoku/checks/facts"
	"todoku/checks/snapshot"
)

// keyFaults are the findings that a key in DNS mends.
var keyFaults = []checks.Code{
	checks.DKIMMissing, checks.DKIMNotFound, checks.DKIMMalformed, checks.DKIMMismatch, checks.DKIMTruncated, checks.DKIMShortKey,
	checks.DKIMMultiple, checks.DKIMRevoked, checks.DKIMCNAMEDead, checks.SenderUnaligned,
}

// dkimChanges publishes the key of every service that can sign and has none: pasted ones as they are, others asked for.
func dkimChanges(in *facts.Facts, found []checks.Finding) []Change {
	because := codes(found, keyFaults...)
	var out []Change
	taken := map[string]bool{}
	for _, k := range in.Owner.Keys {
		if k.Value == "" || k.Selector == "" {
			continue
		}
		name := strings.ToLower(k.Selector) + "._domainkey." + in.Owner.Domain
		taken[name] = true
		taken[k.Service] = k.Service != ""
		for _, c := range keyChanges(in, k.Value, k.Alias, name) {
			c.Because, c.Service = because, k.Service
			if c.Action != Remove {
				c.Gate = gate(in, k.Service)
			}
			out = append(out, c)
		}
	}
	for _, u := range in.Unsigned() {
		if c, ok := movedKey(in, found, u); ok && !taken[u.Service.ID] && !taken[c.Name] {
			taken[u.Service.ID], taken[c.Name] = true, true
			out = append(out, c)
		}
		if taken[u.Service.ID] || len(because) == 0 {
			continue
		}
		name := "_domainkey." + in.Owner.Domain
		if u.Selector != "" {
			name = u.Selector + "." + name
			if in.DNS.TXT(name).Cut() {
				continue // a key may be what was cut off
			}
		}
		if taken[name] {
			continue
		}
		t := cmp.Or(u.Service.DKIM.Form, snapshot.TXT)
		c := Change{
			Action: Add, Name: name, Type: t, TTL: defaultTTL, Because: because, Ask: u.Service.ID, Service: u.Service.ID, Gate: gate(in, u.Service.ID),
		}
		if a := in.DNS.TXT(name); len(a.Chain) > 0 && t == snapshot.CNAME {
			c.Action, c.Old = Replace, []string{a.Chain[0].Target}
		} else if keys := slices.DeleteFunc(a.Data(), func(v string) bool { return !dkim.Is(v) }); len(keys) > 0 && len(a.Chain) == 0 && t == snapshot.TXT {
			c.Action, c.Old = Replace, keys
		}
		out = append(out, c)
	}
	return out
}

// keyChanges make one key stand at a name, alone: none where it does already. An alias and a key of its own cannot stand
// side by side (RFC 1034 section 3.6.2).
func keyChanges(in *facts.Facts, value string, alias bool, name string) []Change {
	c := Change{Action: Add, Name: name, Type: snapshot.TXT, TTL: defaultTTL, Value: value}
	a := in.DNS.TXT(name)
	if a.Status == snapshot.Failed { // two keys at one selector would be worse than none
		c.Notes = []Note{{Code: "name-unseen"}}
	}
	remove := func(t snapshot.Type, old, why string) Change {
		return Change{Action: Remove, Name: name, Type: t, TTL: ttl(a), Old: []string{old}, Notes: []Note{{Code: why}}}
	}
	var out []Change
	target := ""
	if len(a.Chain) > 0 {
		target = a.Chain[0].Target
	}
	if alias {
		c.Type = snapshot.CNAME
		if strings.EqualFold(target, strings.TrimSuffix(value, ".")) {
			return nil
		}
		if target != "" {
			c.Action, c.Old = Replace, []string{target}
			return []Change{c}
		}
		for _, v := range a.Data() {
			out = append(out, remove(snapshot.TXT, v, "alias-alone"))
		}
		return append(out, c)
	}
	if target != "" {
		return []Change{remove(snapshot.CNAME, target, "key-for-alias"), c}
	}
	same := slices.IndexFunc(a.Data(), func(v string) bool { return dkim.Parse(v).Valid() && dkim.Same(v, value) })
	if same >= 0 {
		for i, v := range a.Data() {
			if i != same && dkim.Is(v) {
				out = append(out, remove(snapshot.TXT, v, "one-key-only"))
			}
		}
		return out
	}
	old := slices.DeleteFunc(a.Data(), func(v string) bool { return !dkim.Is(v) })
	if len(old) > 0 {
		c.Action, c.Old, c.TTL = Replace, old[:1], ttl(a)
		for _, v := range old[1:] {
			out = append(out, remove(snapshot.TXT, v, "one-key-only"))
		}
	}
	return append([]Change{c}, out...)
}

// gate says what the owner must press in the console once the key is seen.
func gate(in *facts.Facts, service string) string {
	if in.Catalog == nil {
		return ""
	}
	if h, ok := in.Catalog.Host(service); ok && h.DKIM.Start.Given() {
		return "start-signing"
	}
	if s, ok := in.Catalog.Sender(service); ok && s.DKIM.Start.Given() {
		return "start-signing"
	}
	return ""
}
