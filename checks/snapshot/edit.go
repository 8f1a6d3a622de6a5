package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// Value returns the record's value on one line as changes write it; for an MX the preference comes before the target.
func (r Record) Value(t Type) string {
	if t == MX {
		return strconv.Itoa(int(r.Pref)) + " " + r.Data
	}
	return r.Data
}

// made is the reverse of Value. An MX without a preference gets the usual 10.
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

// Edit is a change of the records at one name and type.
type Edit struct {
	Name   string
	Type   Type
	Remove []string // values to remove, as Record.Value writes them; for an MX the target alone is enough
	Add    []string // values to add
	TTL    uint32
}

// With returns the snapshot as it would be once the edits are published and visible. The original is not changed.
func (s *Snapshot) With(edits []Edit) *Snapshot {
	c := s.Clone()
	for _, e := range edits {
		now := c.edited(e)
		c.Add(now)
		c.reach(now, len(e.Add) > 0)
	}
	return c
}

// edited returns the authoritative answer for the name and type of an edit.
func (s *Snapshot) edited(e Edit) Answer {
	k := Key{Name: strings.ToLower(e.Name), Type: e.Type, Via: Authority}
	a, _ := s.Find(k)
	if len(a.Chain) > 0 || s.synthesized(a) {
		a.Records = nil // these are at the alias's target or come from the wildcard
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

// reach applies an edit to the other answers that it affects: the same question to other servers, a new or removed CNAME
// for every type, and NXDOMAIN at the names above a new one (RFC 8020).
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

// WildcardLabel is a label that no one uses, so that an answer for it comes from a wildcard (RFC 4592).
const WildcardLabel = "zz-todoku-probe"

// synthesized reports whether an answer comes from a wildcard, which no longer applies once the name has a record of its
// own.
func (s *Snapshot) synthesized(a Answer) bool {
	for at := Parent(a.Name); len(a.Records) > 0 && Below(at, s.Domain); at = Parent(at) {
		wild := s.Get(WildcardLabel+"."+at, a.Type)
		if len(wild.Records) > 0 && slices.Equal(slices.Sorted(slices.Values(wild.Data())), slices.Sorted(slices.Values(a.Data()))) {
			return true
		}
	}
	return false
}
