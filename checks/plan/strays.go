package plan

import (
	"slices"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// meant returns the name at which the record of a finding about a wrong place belongs, or "" for other findings and if
// only the sender's console knows it.
func meant(in *facts.Facts, f checks.Finding) string {
	switch a := f.Args.(type) {
	case checks.SPFMisplacedArgs, checks.RecordWrongTypeArgs:
		return in.Owner.Domain
	case checks.DKIMMisplacedArgs:
		if f.Is(checks.SelectorKnown) {
			return in.KeyName(string(a.Selector))
		}
		return ""
	}
	return f.Meant()
}

// recordsElsewhere returns the records of a kind that were made for a name but are at another name, or at servers that
// are not in charge. Targets of aliases do not count.
func recordsElsewhere(in *facts.Facts, found []checks.Finding, name string, is func(string) bool) []string {
	var out []string
	for _, f := range found {
		out = append(out, unasked(f, name, is)...)
		if meant(in, f) != name {
			continue
		}
		a := in.DNS.TXT(f.Name)
		if f.Code == checks.RecordWrongType {
			a = in.DNS.Get(f.Name, snapshot.SPF)
		}
		for _, v := range a.Data() {
			if is(v) && len(a.Chain) == 0 && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// unasked returns the records of a kind at a name that a finding saw only at servers that are not, or no longer, in
// charge.
func unasked(f checks.Finding, name string, is func(string) bool) []string {
	var out []string
	for _, a := range f.Evidence {
		if len(f.Unasked()) == 0 || a.Name != name || a.Type != snapshot.TXT || a.Via != snapshot.Server || len(a.Chain) > 0 {
			continue
		}
		for _, v := range a.Data() {
			if is(v) && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// addressesAtKeys removes the addresses that findings saw where keys belong.
func addressesAtKeys(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	for _, f := range found {
		if f.Code != checks.RecordWrongType || !f.Is(checks.WrongTypeAddress) && !f.Is(checks.WrongTypeProxied) {
			continue
		}
		a := in.DNS.Get(f.Name, snapshot.A)
		for _, v := range a.Data() {
			out = append(out, Change{Action: Remove, Name: f.Name, Type: snapshot.A, TTL: ttl(a), Old: []string{v}, Because: []checks.Code{f.Code},
				Notes: []Note{{Code: NoteAddressAtKey}}})
		}
	}
	return out
}

// movedKey publishes a misplaced key of the service at its right name, so that the owner need not get it from the console
// again.
func movedKey(in *facts.Facts, found []checks.Finding, u facts.Unsigned) (Change, bool) {
	name := dnsname.Key(u.Selector, in.Owner.Domain)
	keys := recordsElsewhere(in, found, name, func(v string) bool { return dkim.Is(v) && dkim.Parse(v).Valid() })
	if u.Selector == "" || len(keys) != 1 || len(in.DNS.TXT(name).Records) > 0 {
		return Change{}, false
	}
	because := codes(found, checks.DKIMMisplaced, checks.NameDoubled, checks.DKIMMissing, checks.DKIMNotFound)
	return Change{
		Action: Add, Name: name, Type: snapshot.TXT, TTL: defaultTTL, Value: keys[0], Because: because, Service: u.Service.ID,
		Gate: gate(in, u.Service.ID), Notes: []Note{{Code: NoteKeyMoved}},
	}, true
}

// movedAlias fills a wanted CNAME of a key from one that was made at a doubled name, unless it leads to no key: its target
// came from the console.
func movedAlias(in *facts.Facts, found []checks.Finding, c Change) Change {
	if c.Type != snapshot.CNAME || c.Switch {
		return c
	}
	var targets []string
	for _, f := range found {
		a := in.DNS.TXT(f.Name)
		if f.Code == checks.NameDoubled && f.Meant() == c.Name && len(a.Chain) > 0 && !a.Absent() && !slices.Contains(targets, a.Chain[0].Target) {
			targets = append(targets, a.Chain[0].Target)
		}
	}
	if len(targets) == 1 && !snapshot.Below(targets[0], in.Apex()) {
		c.Value, c.Ask = targets[0], ""
		c.Because = append(slices.Clone(c.Because), checks.NameDoubled)
		c.Notes = append(c.Notes, Note{Code: NoteKeyMoved})
	}
	return c
}

// movedPolicy returns a first policy with the report address of a misplaced one. Receivers have not seen that one, so the
// new one begins with p=none, however strict it was.
func movedPolicy(in *facts.Facts, found []checks.Finding) (string, []Note) {
	if in.Owner.ReportTo != "" {
		return "", nil
	}
	name, note := dnsname.Policy(in.Owner.Domain), NotePolicyBeginsNone
	if slices.ContainsFunc(found, func(f checks.Finding) bool { return f.Code == checks.NSMoving && len(unasked(f, name, dmarc.Is)) > 0 }) {
		note = NotePolicyAfterMove // at the old servers it was in force
	}
	for _, v := range recordsElsewhere(in, found, name, dmarc.Is) {
		r := dmarc.Parse(v)
		if len(r.Reports) == 0 || r.Reports[0].Address == "" {
			continue
		}
		var notes []Note
		if r.Policy == "quarantine" || r.Policy == "reject" {
			notes = append(notes, Note{Code: note, Args: map[string]string{"policy": r.Policy}})
		}
		return "v=DMARC1; p=none; rua=mailto:" + r.Reports[0].Address, notes
	}
	return "", nil
}

// misplacedCopies removes misplaced copies after the right record was added. An SPF record at mail.<domain> stays, since it may be
// for the server's HELO name (RFC 7208 section 2.3), and at spf.<domain> and _spf.<domain>, which others may include.
func misplacedCopies(in *facts.Facts, found []checks.Finding) []Change {
	var out []Change
	for _, f := range found {
		a := in.DNS.TXT(f.Name)
		var old []string
		note := Note{Code: NoteNobodyAsksHere}
		switch args := f.Args.(type) {
		case checks.NameDoubledArgs:
			old = a.Data()
		case checks.SPFMisplacedArgs:
			if label, _, _ := strings.Cut(f.Name, "."); !slices.Contains([]string{"mail", "spf", "_spf"}, label) {
				old, _ = reading.SPFRecords(in.DNS, f.Name)
			}
		case checks.DMARCMisplacedArgs:
			old = []string{string(args.Record)}
			below := dnsname.PolicyDomain(f.Name)
			if below == "www."+in.Owner.Domain || below == "mail."+in.Owner.Domain { // mail may be sent from there
				note = Note{Code: NoteOnlyBelow, Args: map[string]string{"domain": below}}
			}
		case checks.DKIMMisplacedArgs:
			if !f.Is(checks.SelectorAbove) { // the domain above may sign with it
				old = []string{string(args.Record)}
			}
		}
		c := Change{Action: Remove, Name: f.Name, Type: snapshot.TXT, TTL: ttl(a), Because: []checks.Code{f.Code}, Notes: []Note{note}}
		if len(old) > 0 && len(a.Chain) > 0 {
			c.Type, old = snapshot.CNAME, []string{a.Chain[0].Target}
		}
		for _, v := range old {
			c.Old = []string{v}
			out = append(out, c)
		}
	}
	return out
}
