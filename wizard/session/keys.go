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

// Problems of a paste that only the session sees.
const (
	// OwnName is a paste that is the record's own name, in place of its value.
	OwnName = "own-name"
	// NoSelector is a key without the name that belongs to it, where only the console knows that name.
	NoSelector = "no-selector"
)

// ReadKey reads what was pasted where a change asks for the key that only a console can give, or has one that is to be
// changed. Where it cannot be that key, the paste's Problem says why. With NoSelector the key is good: NameKey gives it
// its selector.
func (s *Session) ReadKey(ch plan.Change, text string) (owner.Key, dkim.Paste) {
	got := dkim.Clean(text)
	switch {
	case got.Problem != "":
	case got.Alias && snapshot.Below(got.Value, s.Zone()):
		got.Problem = OwnName
	case got.Value == "", got.Alias && ch.Type != snapshot.CNAME && got.Selector == "":
		got.Problem = dkim.NotDKIM // a lone name, where a key is asked for, is none
	}
	if got.Problem != "" {
		return owner.Key{}, got
	}
	k := owner.Key{Service: cmp.Or(ch.Ask, ch.Service), Selector: got.Selector, Value: got.Value, Alias: got.Alias}
	if k.Selector == "" && !s.Unnamed(ch) {
		k.Selector = SelectorOf(ch)
	}
	if !dkim.IsSelector(k.Selector) {
		k.Selector, got.Problem = "", NoSelector
	}
	return k, got
}

// NameKey gives a key the selector that was typed, alone or as a whole name; false where that is none.
func (s *Session) NameKey(k owner.Key, typed string) (owner.Key, bool) {
	sel, ok := dkim.CleanSelector(typed)
	_, named := dnsname.Selector(typed)
	if !ok || strings.HasSuffix(strings.Trim(typed, " ."), s.Zone()) && !named {
		return k, false // the domain is no selector
	}
	k.Selector = sel
	return k, true
}

// SelectorOf is the selector in the name of a change's key record; "" where its name has none.
func SelectorOf(ch plan.Change) string {
	sel, _, ok := dnsname.CutKey(ch.Name)
	if !ok || !dkim.IsSelector(sel) {
		return ""
	}
	return sel
}

// Unnamed reports whether a key's name is told by its service's console alone, so that no selector may be assumed.
func (s *Session) Unnamed(ch plan.Change) bool {
	if ch.Nameless() {
		return true
	}
	d := s.signing(cmp.Or(ch.Ask, ch.Service))
	return s.Pasted(ch) && len(d.Fixed()) == 0
}

// Pasted reports whether a change publishes a key that was pasted, and so can be changed by another paste.
func (s *Session) Pasted(ch plan.Change) bool {
	return ch.Value != "" && slices.ContainsFunc(s.flow.Start.Keys, func(k owner.Key) bool {
		return k.Value != "" && strings.EqualFold(k.Selector, SelectorOf(ch)) && k.Service == ch.Service
	})
}

// TakeKey keeps a key in place of an earlier one of the same service, and plans anew. A key without a selector has no name
// in DNS, and is not taken.
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

// signing is what a service does about DKIM.
func (s *Session) signing(service string) catalog.DKIM {
	if h, ok := s.world.Catalog.Host(service); ok {
		return h.DKIM
	}
	e, _ := s.world.Catalog.Sender(service)
	return e.DKIM
}

// Find is where the record of a change stands in the plan that was made anew; -1 where it is not in it any more. With its
// value a record may come earlier, and by the selector of its key have another name.
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

// TakeWay takes a way out of an SPF record that is too big, beside those taken before, and plans anew.
func (s *Session) TakeWay(way owner.SPFChoice) {
	now := &s.flow.Start.SPF
	now.Drop, now.Flatten = append(slices.Clone(now.Drop), way.Drop...), append(slices.Clone(now.Flatten), way.Flatten...)
	s.replan()
}

// DropWays takes all ways back that were taken, and plans anew.
func (s *Session) DropWays() {
	s.flow.Start.SPF = owner.SPFChoice{}
	s.replan()
}

// WayTaken reports whether a way out of an SPF record that is too big was taken.
func (s *Session) WayTaken() bool { return len(s.ans.SPF.Drop)+len(s.ans.SPF.Flatten) > 0 }

func (s *Session) replan() {
	if s.walk(s.path) == nil {
		s.judge()
	}
}
