package session

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Problems of a paste that only the session can see.
const (
	// OwnName means that the record's own name was pasted, not its value.
	OwnName = "own-name"
	// OtherSelector means that the target of another selector's CNAME was pasted: a service gives one for each.
	OtherSelector = "other-selector"
	// NoSelector means that the key came without a selector, which only the console shows.
	NoSelector = "no-selector"
)

// ReadKey reads what was pasted for a change whose key only a console can show, or whose key is to be replaced. If it
// cannot be that key, the paste's Problem says why. With NoSelector the key is good; NameKey adds the selector.
func (s *Session) ReadKey(ch plan.Change, text string) (owner.Key, dkim.Paste) {
	got := dkim.Clean(text)
	switch {
	case got.Problem != "":
	case got.Alias && snapshot.Below(got.Value, s.Zone()):
		got.Problem = OwnName
	case got.Value == "", got.Alias && ch.Type != snapshot.CNAME && got.Selector == "":
		got.Problem = dkim.NotDKIM // only a name, where a key is asked for
	}
	if got.Problem != "" {
		return owner.Key{}, got
	}
	k := owner.Key{Service: cmp.Or(ch.Ask, ch.Service), Selector: got.Selector, Value: got.Value, Alias: got.Alias}
	if k.Selector == "" && !s.Unnamed(ch) {
		k.Selector = SelectorOf(ch)
	}
	switch {
	case !dkim.IsSelector(k.Selector):
		k.Selector, got.Problem = "", NoSelector
	case got.Alias && others(s.signing(k.Service).Together(), k.Selector, got.Value):
		return owner.Key{}, dkim.Paste{Problem: OtherSelector}
	}
	return k, got
}

// others reports whether a CNAME's target is that of another of a service's selectors. Services number both alike:
// selector2 leads to selector2-example-jp..., s2 to s2.domainkey..., k2 to dkim2....
func others(together []string, own, target string) bool {
	first, _, _ := strings.Cut(target, ".")
	first, _, _ = strings.Cut(first, "-")
	number := numberOf(first)
	return number != "" && number != numberOf(own) &&
		slices.ContainsFunc(together, func(sel string) bool { return sel != own && numberOf(sel) == number })
}

// numberOf returns the digits that a name ends in.
func numberOf(name string) string {
	return name[len(strings.TrimRight(name, "0123456789")):]
}

// NameKey gives a key the selector that was typed, alone or as part of a full name; false if it is none.
func (s *Session) NameKey(k owner.Key, typed string) (owner.Key, bool) {
	sel, ok := dkim.CleanSelector(typed)
	_, named := dnsname.Selector(typed)
	if !ok || strings.HasSuffix(strings.Trim(typed, " ."), s.Zone()) && !named {
		return k, false // this is the domain, not a selector
	}
	k.Selector = sel
	return k, true
}

// SelectorOf returns the selector in the name of a change's key record; "" if its name has none.
func SelectorOf(ch plan.Change) string {
	sel, _, ok := dnsname.CutKey(ch.Name)
	if !ok || !dkim.IsSelector(sel) {
		return ""
	}
	return sel
}

// Unnamed reports whether only the service's console shows the key's name, so that no selector may be assumed.
func (s *Session) Unnamed(ch plan.Change) bool {
	if ch.Nameless() {
		return true
	}
	d := s.signing(cmp.Or(ch.Ask, ch.Service))
	return s.Pasted(ch) && len(d.Fixed()) == 0
}

// Pasted reports whether a change publishes a key that was pasted, which another paste can replace.
func (s *Session) Pasted(ch plan.Change) bool {
	return ch.Value != "" && slices.ContainsFunc(s.flow.Start.Keys, func(k owner.Key) bool {
		return k.Value != "" && strings.EqualFold(k.Selector, SelectorOf(ch)) && k.Service == ch.Service
	})
}

// TakeKey stores a key, replacing an earlier one of the same service, and plans again. A key without a selector has no
// name in DNS, and is not stored.
func (s *Session) TakeKey(k owner.Key) {
	if !dkim.IsSelector(k.Selector) {
		return
	}
	together := s.signing(k.Service).Together()
	keys := slices.DeleteFunc(slices.Clone(s.flow.Start.Keys), func(o owner.Key) bool {
		return o.Service == k.Service && (o.Selector == k.Selector || !slices.Contains(together, o.Selector))
	})
	s.flow.Start.Keys = append(keys, k)
	s.replan()
}

// signing returns what the catalogue says about a service's DKIM.
func (s *Session) signing(service string) catalog.DKIM {
	if h, ok := s.world.Catalog.Host(service); ok {
		return h.DKIM
	}
	e, _ := s.world.Catalog.Sender(service)
	return e.DKIM
}

// Find returns the index of a change's record in the current plan, -1 if it is no longer there. Once its key is known a
// record may move up in the plan and get another name.
func (s *Session) Find(was plan.Change) int {
	list := s.result.Plan.Changes
	i := slices.IndexFunc(list, func(c plan.Change) bool { return c.Name == was.Name && c.Type == was.Type })
	if i < 0 && dnsname.InKeys(was.Name) {
		i = slices.IndexFunc(list, func(c plan.Change) bool {
			return c.Service == was.Service && c.Value != "" && dnsname.IsKey(c.Name)
		})
	}
	return i
}

// TakeWay takes a choice for an SPF record that is too big, in addition to those taken before, and plans again.
func (s *Session) TakeWay(way owner.SPFChoice) {
	now := &s.flow.Start.SPF
	now.Drop, now.Flatten = append(slices.Clone(now.Drop), way.Drop...), append(slices.Clone(now.Flatten), way.Flatten...)
	s.replan()
}

// DropWays undoes all such choices, and plans again.
func (s *Session) DropWays() {
	s.flow.Start.SPF = owner.SPFChoice{}
	s.replan()
}

// WayTaken reports whether such a choice was taken.
func (s *Session) WayTaken() bool { return len(s.ans.SPF.Drop)+len(s.ans.SPF.Flatten) > 0 }

func (s *Session) replan() {
	if s.walk(s.path) == nil {
		s.judge()
	}
}
