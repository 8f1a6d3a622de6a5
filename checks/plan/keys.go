package plan

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// keyFaults are the findings that a key in DNS fixes.
var keyFaults = []checks.Code{
	checks.DKIMMissing, checks.DKIMNotFound, checks.DKIMMalformed, checks.DKIMMismatch, checks.DKIMTruncated, checks.DKIMShortKey,
	checks.DKIMMultiple, checks.DKIMRevoked, checks.DKIMCNAMEDead, checks.SenderUnaligned,
}

// dkimChanges publishes the key of every service that can sign and has none: a pasted key, one recovered from a faulty
// record, or one that the owner has to get from the console. The latter only if it was seen that there is no working key.
func dkimChanges(in *facts.Facts, found []checks.Finding) []Change {
	because := codes(slices.DeleteFunc(slices.Clone(found), elsewhere), keyFaults...)
	if slices.ContainsFunc(found, func(f checks.Finding) bool { return f.Is(checks.SelectorAbove) }) {
		because = append(because, checks.DKIMMisplaced)
	}
	var out []Change
	taken := map[string]bool{}   // names and services that need no further key
	several := map[string]bool{} // services with one of the keys that their console gives at once, so that the others are needed too
	take := func(service, name string) {
		sel, _, _ := dnsname.CutKey(name)
		several[service] = several[service] || slices.Contains(signing(in, service).Together(), sel)
		taken[service] = service != "" && !several[service]
	}
	for _, k := range in.Owner.Keys {
		if k.Value == "" || !dkim.IsSelector(k.Selector) {
			continue // without a selector there is no name to publish it at (RFC 6376 section 3.6.2.1)
		}
		name := dnsname.Key(strings.ToLower(k.Selector), in.Owner.Domain)
		taken[name] = true
		take(k.Service, name)
		for _, c := range keyChanges(in, k.Value, k.Alias, name) {
			c.Because, c.Service = because, k.Service
			if c.Action != Remove {
				c.Gate = gate(in, k.Service)
			}
			out = append(out, c)
		}
	}
	for _, c := range slices.Concat(typedAliases(in, found), crossedAliases(in, found), mendedKeys(in, found)) {
		if taken[c.Name] {
			continue
		}
		out = append(out, c)
	}
	for _, c := range out {
		if c.Value != "" || soundKey(in, c.Name) {
			taken[c.Name] = true
			take(c.Service, c.Name)
		}
	}
	for _, f := range found {
		if f.Is(checks.SeveralTool) { // the key is right; the program has to write its note elsewhere
			taken[f.Name], taken[ownerOf(in, f.Name)] = true, true
		}
	}
	for _, u := range in.Unsigned() {
		if c, ok := movedKey(in, found, u); ok && !taken[u.Service.ID] && !taken[c.Name] {
			taken[u.Service.ID], taken[c.Name] = true, true
			out = append(out, c)
		}
		if taken[u.Service.ID] || len(because) == 0 || !u.Proven && !u.Broken {
			continue
		}
		for _, name := range keyNames(in, u) {
			if c, ok := wanted(in, u, name); ok && !taken[name] && !in.DNS.TXT(name).Cut() { // the part that was cut off may hold a key
				taken[name] = true
				c.Because = because
				out = append(out, movedAlias(in, found, c))
			}
		}
	}
	return append(inOrder(in, out), apart(in, found)...)
}

// elsewhere reports whether a finding is about mail of somebody else's server, which no key of the services in use mends.
func elsewhere(f checks.Finding) bool {
	return f.Is(checks.AlignFree) || f.Is(checks.AlignSeen) || f.Is(checks.AlignPath)
}

// inOrder sorts key changes by service and selector, so that a key keeps its place when its value is pasted. Keys without
// a service in use come first, in the order given.
func inOrder(in *facts.Facts, list []Change) []Change {
	place := map[string]int{}
	for i, s := range in.Services() {
		if _, had := place[s.ID]; !had {
			place[s.ID] = i + 1
		}
	}
	at := func(c Change) int {
		sel, _, _ := dnsname.CutKey(c.Name)
		return slices.Index(signing(in, c.Service).Together(), sel)
	}
	slices.SortStableFunc(list, func(a, b Change) int {
		return cmp.Or(place[a.Service]-place[b.Service], at(a)-at(b))
	})
	return list
}

// keyNames returns the names at which a service's keys are missing: one, or several if it needs several keys at once.
func keyNames(in *facts.Facts, u facts.Unsigned) []string {
	together := u.Service.DKIM.Together()
	if u.Below != "" || len(together) < 2 {
		return []string{in.KeyOf(u)}
	}
	var out []string
	for _, sel := range together {
		if !slices.Contains(in.GoodSelectors(), sel) {
			out = append(out, in.KeyName(sel))
		}
	}
	return out
}

// wanted returns the change for a key that only the service's console can give. ok is false below a DNAME, where no
// record can be (RFC 6672 section 2.4), unless that leads to a name in the domain's own zone.
func wanted(in *facts.Facts, u facts.Unsigned, name string) (c Change, ok bool) {
	a := in.DNS.TXT(name)
	if len(a.Chain) > 0 && a.Chain[0].DNAME != "" {
		if name = a.Chain[0].Target; !in.DNS.InZone(name) {
			return Change{}, false
		}
		a = in.DNS.TXT(name)
	}
	if in.FromWildcard(a) {
		a.Records, a.Chain = nil, nil // from a wildcard: there is no record at the name itself
	}
	s := u.Service
	t := cmp.Or(s.DKIM.Form, snapshot.TXT)
	c = Change{Action: Add, Name: name, Type: t, TTL: defaultTTL, Ask: s.ID, Service: s.ID, Gate: gate(in, s.ID), Switch: in.Switched(s)}
	if c.Switch {
		c.Gate, c.Notes = "", []Note{{Code: NoteSwitchMakesIt, Args: map[string]string{"service": s.ID}}}
	}
	if len(a.Chain) > 0 && t == snapshot.CNAME {
		c.Action, c.Old = Replace, []string{a.Chain[0].Target}
	} else if there := a.Data(); len(there) > 0 && len(a.Chain) == 0 && t == snapshot.TXT {
		c.Action, c.Old = Replace, there // whatever it is: beside a key, every other text is in the way
	}
	return c, true
}

// typedAliases creates the CNAMEs whose targets were saved as TXT records.
func typedAliases(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	for _, f := range found {
		args, ok := f.Args.(checks.RecordWrongTypeArgs)
		if !ok || !f.Is(checks.WrongTypeTarget) || f.Name == dnsname.Policy(in.Owner.Domain) && in.DNS.TXT(string(args.Record)).Absent() {
			continue
		}
		c := Change{Action: Add, Name: f.Name, Type: snapshot.CNAME, TTL: ttl(in.DNS.TXT(f.Name)), Value: string(args.Record),
			Because: []checks.Code{f.Code}, Notes: []Note{{Code: NoteTargetFromText}}}
		c.Service = ownerOf(in, f.Name)
		c.Gate = gate(in, c.Service)
		out = append(out, c)
	}
	return out
}

// crossedAliases lets the aliases that lead to the key of another selector lead to their own, where no signature passes as it is.
func crossedAliases(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	for _, x := range in.CrossedAliases() {
		name := x.Key.Answer.Name
		if !x.All || !slices.ContainsFunc(found, func(f checks.Finding) bool { return f.Code == checks.DKIMCrossed && f.Name == name }) {
			continue
		}
		c, ok := wanted(in, facts.Unsigned{Service: x.Service, Selector: x.Key.Selector}, name)
		if !ok {
			continue
		}
		if c.Because = []checks.Code{checks.DKIMCrossed}; x.Right != "" {
			c.Value, c.Ask, c.TTL = x.Right, "", ttl(x.Key.Answer)
		}
		out = append(out, c)
	}
	return out
}

// ownerOf returns the ID of the service in use that signs with the selector in a key's name, or "".
func ownerOf(in *facts.Facts, name string) string {
	sel, _, ok := dnsname.CutKey(name)
	if !ok {
		return ""
	}
	return in.ServiceOf(facts.Key{Selector: sel})
}

// mendedKeys fixes selectors at which the key itself is complete but was pasted with something around it, saved in two
// halves, or has another TXT record beside it.
func mendedKeys(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	for _, f := range found {
		bare := f.Code == checks.DKIMUnusual && f.Is(checks.KeyBareRSA)
		if f.Is(checks.KeyUnused) || f.Code != checks.DKIMMalformed && f.Code != checks.DKIMMultiple && !bare {
			continue
		}
		i := slices.IndexFunc(in.KeysAsked(), func(k facts.Key) bool { return k.Answer.Name == f.Name })
		if i < 0 || len(in.KeysAsked()[i].Answer.Chain) > 0 {
			continue
		}
		k := in.KeysAsked()[i]
		c := Change{Action: Replace, Name: f.Name, Type: snapshot.TXT, TTL: ttl(k.Answer), Because: []checks.Code{f.Code}, Service: in.ServiceOf(k)}
		gone := func(v string, why NoteCode) Change {
			x := c
			x.Action, x.Old, x.Notes = Remove, []string{v}, []Note{{Code: why}}
			return x
		}
		switch whole, halves := k.Whole(); {
		case halves:
			texts := k.Answer.Data()
			x := gone(texts[1], NoteHalfJoined)
			c.Value, c.Old, c.Notes, c.Gate = whole, texts[:1], []Note{{Code: NoteHalvesJoined}}, gate(in, c.Service)
			out = append(out, c, x)
		case f.Is(checks.SeveralBeside):
			for _, v := range k.Beside {
				out = append(out, gone(v, NoteBesideKey))
			}
		case len(k.Records) > 1 && len(usable(k.Records)) == 1:
			for _, v := range k.Answer.Data() {
				if v != usable(k.Records)[0] {
					out = append(out, gone(v, NoteBrokenBeside))
				}
			}
		case f.Code == checks.DKIMMalformed || bare:
			got := dkim.Clean(k.Records[0])
			if inner := quoted(k.Records[0]); dkim.Parse(inner).Valid() {
				got = dkim.Paste{Value: inner} // exactly the text between the quotation marks
			}
			if got.Problem != "" || got.Alias || got.Value == "" || slices.Contains(got.Repaired, dkim.FixedFirst) {
				continue
			}
			c.Value, c.Old, c.Notes, c.Gate = got.Value, k.Records, []Note{{Code: NoteKeyMended}}, gate(in, c.Service)
			if bare {
				c.Notes, c.Gate = []Note{{Code: NoteKeyFormed}}, ""
			}
			out = append(out, c)
		}
	}
	return out
}

// usable returns the texts that are usable keys.
func usable(texts []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(v string) bool { return !dkim.Parse(v).Valid() })
}

// soundKey reports whether exactly one of the texts at a name is a usable key.
func soundKey(in *facts.Facts, name string) bool {
	return len(usable(in.DNS.TXT(name).Data())) == 1
}

// quoted joins the parts of a text that are in quotation marks, like the strings of a long record in a zone file.
func quoted(text string) string {
	var out strings.Builder
	for i, part := range strings.Split(strings.ReplaceAll(text, "\\", ""), `"`) {
		if i%2 == 1 {
			out.WriteString(part)
		}
	}
	return out.String()
}

// apart removes the useless one of an alias and a TXT record at the same name. If both lead to a usable record, only the
// owner can decide, and nothing is removed.
func apart(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	for _, f := range found {
		args, ok := f.Args.(checks.CNAMEBesideArgs)
		if !ok || !f.Is(checks.BesideKey) && !f.Is(checks.BesideRecord) || f.Severity == checks.Advice {
			continue
		}
		works := func(v string) bool { return dkim.Parse(v).Valid() }
		if f.Is(checks.BesideRecord) {
			works = dmarc.Is
		}
		here, there := in.DNS.TXT(f.Name), in.DNS.TXT(string(args.Target))
		right, also := slices.ContainsFunc(here.Data(), works), slices.ContainsFunc(there.Data(), works)
		c := Change{Action: Remove, Name: f.Name, TTL: ttl(here), Because: []checks.Code{f.Code}, Service: ownerOf(in, f.Name)}
		switch {
		case right && there.Known() && !also:
			c.Type, c.Old, c.Notes = snapshot.CNAME, []string{string(args.Target)}, []Note{{Code: NoteAliasEmpty}}
			out = append(out, c)
		case !right && also:
			for _, v := range here.Data() {
				c.Type, c.Old, c.Notes = snapshot.TXT, []string{v}, []Note{{Code: NoteAliasAlone}}
				out = append(out, c)
			}
		}
	}
	return out
}

// keyChanges makes one key the only record at a name; nil if it is already. A CNAME and a TXT record cannot coexist (RFC
// 1034 section 3.6.2).
func keyChanges(in *facts.Facts, value string, alias bool, name string) []Change {
	c := Change{Action: Add, Name: name, Type: snapshot.TXT, TTL: defaultTTL, Value: value}
	a := in.DNS.TXT(name)
	if in.FromWildcard(a) {
		if slices.ContainsFunc(a.Data(), func(v string) bool { return !alias && dkim.Same(v, value) }) {
			return nil // the wildcard publishes it already
		}
		a.Records, a.Chain = nil, nil
	}
	if a.Status == snapshot.Failed { // two keys at one selector would be worse than none
		c.Notes = []Note{{Code: NoteNameUnseen}}
	}
	remove := func(t snapshot.Type, old string, why NoteCode) Change {
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
			out = append(out, remove(snapshot.TXT, v, NoteAliasAlone))
		}
		return append(out, c)
	}
	if target != "" {
		return []Change{remove(snapshot.CNAME, target, NoteKeyForAlias), c}
	}
	same := slices.IndexFunc(a.Data(), func(v string) bool { return dkim.Parse(v).Valid() && dkim.Same(v, value) })
	if same >= 0 {
		for i, v := range a.Data() {
			if i != same {
				out = append(out, remove(snapshot.TXT, v, map[bool]NoteCode{true: NoteOneKeyOnly, false: NoteBesideKey}[dkim.Is(v)]))
			}
		}
		return out
	}
	old := a.Data()
	slices.SortStableFunc(old, func(v, w string) int { return compareBool(dkim.Is(w), dkim.Is(v)) }) // what was a key first
	if len(old) > 0 {
		c.Action, c.Old, c.TTL = Replace, old[:1], ttl(a)
		for _, v := range old[1:] {
			out = append(out, remove(snapshot.TXT, v, map[bool]NoteCode{true: NoteOneKeyOnly, false: NoteBesideKey}[dkim.Is(v)]))
		}
	}
	return append([]Change{c}, out...)
}

// gate returns the code of what the owner must do in the console once the key is visible.
func gate(in *facts.Facts, service string) string {
	if signing(in, service).Start.Given() {
		return "start-signing"
	}
	return ""
}

// signing returns what the catalogue says about DKIM at a host or sender.
func signing(in *facts.Facts, service string) catalog.DKIM {
	if in.Catalog == nil {
		return catalog.DKIM{}
	}
	if h, ok := in.Catalog.Host(service); ok {
		return h.DKIM
	}
	s, _ := in.Catalog.Sender(service)
	return s.DKIM
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
