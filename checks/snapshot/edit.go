package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// Value is a record of the type as a change writes it, on one line: for an MX its preference stands before the target.
func (r Record) Value(t Type) string {
	if t == MX {
		return strconv.Itoa(int(r.Pref)) + " " + r.Data
	}
	return r.Data
}

// made is the reverse of Value; an MX without a preference gets the usual 10.
func made(t Type, value string, ttl uint32) Record {
	if t != MX {
		return Record{Data: value, Strings: Split255(value), TTL: ttl}
	}
	r := Record{Data: value, Pref: 10, TTL: ttl}
	if pref, target, ok := strings.Cut(value, " "); ok {
		if n, err := strconv.ParseUint(pref, 10, 16); err == nil {
			r.Data, r.Pref = strings.TrimSpace(target), uint16(n)
		}
	}
	r.Data = strings.TrimSuffix(strings.ToLower(r.Data), ".")
	return r
}

// Edit is a change laid over a snapshot.
type Edit struct {
	Name   string
	Type   Type
	Remove []string // values that go away, as Record.Value writes them; of an MX the target alone will do
	Add    []string // values that come
	TTL    uint32
}

// With gives the snapshot as it would be once the edits are published and seen. The original stays.
func (s *Snapshot) With(edits []Edit) *Snapshot {
	c := s.Clone()
	for _, e := range edits {
		now := c.edited(e)
		c.Add(now)
		c.reach(now, len(e.Add) > 0)
	}
	return c
}

// edited is the authority's answer to the edited name and type.
func (s *Snapshot) edited(e Edit) Answer {
	k := Key{Name: strings.ToLower(e.Name), Type: e.Type, Via: Authority}
	a, _ := s.Find(k)
	if len(a.Chain) > 0 || s.synthesized(a) {
		a.Records = nil // they stand where the alias leads or the wildcard is, not here
	}
	a.Key, a.Reason, a.Chain, a.AA = k, "", nil, true
	kept := slices.DeleteFunc(slices.Clone(a.Records), func(r Record) bool {
		return slices.Contains(e.Remove, r.Data) || slices.Contains(e.Remove, r.Value(e.Type))
	})
	for _, v := range e.Add {
		kept = append(kept, made(e.Type, v, e.TTL))
	}
	a.Records, a.Status = kept, OK
	if len(kept) == 0 {
		a.Status = NoData
	}
	return a
}

// reach carries an edit to the other answers that it touches: who was asked for the same directly sees the same; an
// alias answers for every type; a new name exists, and so do the names above it (RFC 8020).
func (s *Snapshot) reach(now Answer, added bool) {
	for i, a := range s.Answers {
		switch {
		case a.Key == now.Key:
		case a.Name == now.Name && a.Type == now.Type:
			k := a.Key
			s.Answers[i] = now
			s.Answers[i].Key = k
		case a.Name == now.Name && now.Type == CNAME && added:
			a.Status, a.Reason, a.Records = OK, "", nil
			a.Chain = []Link{{Name: now.Name, Target: now.Records[0].Data, TTL: now.Records[0].TTL}}
			s.Answers[i] = a
		case a.Name == now.Name && now.Type == CNAME && !added && len(a.Chain) > 0:
			s.Answers[i].Status, s.Answers[i].Records, s.Answers[i].Chain = NoData, nil, nil // the alias is gone
		case added && a.Status == NXDomain && Below(now.Name, a.Name):
			s.Answers[i].Status = NoData
		}
	}
}

// WildcardLabel is a label that nobody uses: an answer for it shows a wildcard (RFC 4592).
const WildcardLabel = "zz-todoku-probe"

// synthesized reports whether an answer is what a wildcard above makes for any name: once the name has a record of its own,
// it is gone there.
func (s *Snapshot) synthesized(a Answer) bool {
	for at := Parent(a.Name); len(a.Records) > 0 && Below(at, s.Domain); at = Parent(at) {
		wild := s.Get(WildcardLabel+"."+at, a.Type)
		if len(wild.Records) > 0 && slices.Equal(slices.Sorted(slices.Values(wild.Data())), slices.Sorted(slices.Values(a.Data()))) {
			return true
		}
	}
	return false
}
