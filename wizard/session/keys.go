package session

import (
	"slices"
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
)

// OwnName is the problem of a paste that is the record's own name, in place of its value.
const OwnName = "own-name"

// ReadKey reads what was pasted where a change asks for the key that only a console can give. Where it cannot be that
// key, the paste's Problem says why.
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
	k := owner.Key{Service: ch.Ask, Selector: got.Selector, Value: got.Value, Alias: got.Alias}
	if k.Selector == "" {
		k.Selector, _, _ = strings.Cut(ch.Name, "._domainkey")
	}
	return k, got
}

// TakeKey keeps a key in place of an earlier one of the same service, and plans anew.
func (s *Session) TakeKey(k owner.Key) {
	keys := slices.DeleteFunc(slices.Clone(s.flow.Start.Keys), func(o owner.Key) bool {
		return o.Service == k.Service && (o.Selector == k.Selector || !s.needsAll(k.Service))
	})
	s.flow.Start.Keys = append(keys, k)
	s.replan()
}

// needsAll reports whether a service has to have several keys at once.
func (s *Session) needsAll(service string) bool {
	if h, ok := s.world.Catalog.Host(service); ok {
		return h.DKIM.All
	}
	e, _ := s.world.Catalog.Sender(service)
	return e.DKIM.All
}

// Find is where the record of a change stands in the plan that was made anew; -1 where it is not in it any more. With its
// value a record may come earlier, and by the selector of its key have another name.
func (s *Session) Find(was plan.Change) int {
	list := s.result.Plan.Changes
	i := slices.IndexFunc(list, func(c plan.Change) bool { return c.Name == was.Name && c.Type == was.Type })
	if i < 0 && was.Ask != "" {
		i = slices.IndexFunc(list, func(c plan.Change) bool {
			return c.Service == was.Service && c.Value != "" && strings.Contains(c.Name, "._domainkey")
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
