package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// DKIMMisplacedArgs are the arguments of dkim-misplaced.
type DKIMMisplacedArgs struct {
	At       Name
	Selector Text // "" if unknown
	Domain   Name
	Above    Name   // the domain above, with SelectorAbove
	Record   Record `words:"-"`
}

// The states of dkim-misplaced: whether it is known to which selector, and to which domain, the key belongs.
var (
	SelectorKnown   = State{"selector-known", "known"}
	SelectorUnknown = State{"selector-known", "unknown"}
	SelectorAbove   = State{"selector-known", "above"} // it is the key of a domain above, which may use it itself
)

var ruleDKIMMisplaced = Rule{
	Code: DKIMMisplaced, Severity: Harms, RFC: rfcDKIM + " section 3.6.2.1",
	After:   after(),
	Aspects: []Aspect{{SelectorKnown, SelectorUnknown, SelectorAbove}},
	Args:    DKIMMisplacedArgs{},
	Judge:   dkimMisplaced,
}

// dkimMisplaced finds keys at a slip of the selector's name (google, google_domainkey), at _domainkey alone, at the domain
// itself, or among the keys of a domain above in the same zone, while a key is missing where receivers look.
func dkimMisplaced(in *facts.Facts) []Finding {
	d := in.Owner.Domain
	unsigned := in.Unsigned()
	if len(unsigned) == 0 && len(in.GoodSelectors()) > 0 {
		return nil
	}
	var out []Finding
	look := func(at, selector string) {
		if slices.ContainsFunc(out, func(f Finding) bool { return f.Name == at }) {
			return
		}
		if f, found := keyBeside(in, at, selector); found {
			out = append(out, f)
		}
	}
	lookAll := func(at []string, selector string) {
		for _, name := range at {
			look(name, selector)
		}
	}
	for _, k := range in.Owner.Keys {
		if sel := strings.ToLower(k.Selector); sel != "" && !slices.Contains(in.GoodSelectors(), sel) {
			lookAll(slices.Concat(dnsname.Mistyped(sel, d), dnsname.Misspelt(sel, d)), sel)
		}
	}
	for _, u := range unsigned {
		if u.Selector != "" && u.Below == "" {
			lookAll(slices.Concat(dnsname.Mistyped(u.Selector, d), dnsname.Misspelt(u.Selector, d)), u.Selector)
		}
	}
	look(dnsname.Keys(d), "")
	look(d, "")
	if len(out) == 0 && in.SignedAbove() == "" {
		return keysAbove(in, unsigned)
	}
	return out
}

// keysAbove returns a finding for the key of each unsigned service that stands among the keys of a domain above.
func keysAbove(in *facts.Facts, unsigned []facts.Unsigned) []Finding {
	var out []Finding
	for _, u := range unsigned {
		if u.Selector == "" || u.Below != "" || u.Broken {
			continue
		}
		for at := in.Owner.Domain; at != in.Apex() && snapshot.Below(at, in.Apex()); {
			at = snapshot.Parent(at)
			f, found := keyBeside(in, dnsname.Key(u.Selector, at), u.Selector)
			if !found || slices.ContainsFunc(out, func(o Finding) bool { return o.Name == f.Name }) {
				continue
			}
			args := f.Args.(DKIMMisplacedArgs)
			args.Above = Name(at)
			f.Args, f.States = args, []State{SelectorAbove}
			out = append(out, f)
		}
	}
	return out
}

// keyBeside returns a finding for a usable key at a name where no receiver looks, and whether there is one.
func keyBeside(in *facts.Facts, at, selector string) (f Finding, found bool) {
	a := in.DNS.TXT(at)
	if !a.Known() || at != in.Owner.Domain && in.MaybeWildcard(a) {
		return f, false
	}
	for _, v := range a.Data() {
		if dkim.Is(v) && dkim.Parse(v).Valid() {
			return Finding{Name: at, States: []State{either(selector != "", SelectorKnown, SelectorUnknown)},
				Args: DKIMMisplacedArgs{At: Name(at), Selector: Text(selector), Domain: Name(in.Owner.Domain), Record: Record(v)}, Evidence: facts.Evidence(a)}, true
		}
	}
	return f, false
}

// ServiceArgs are the arguments of dkim-cannot and dkim-ask.
type ServiceArgs struct {
	Service Service
}
