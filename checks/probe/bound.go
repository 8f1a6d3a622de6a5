package probe

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Limits on one answer. A message has room for thousands of records, no working zone needs more than this, and every
// reader of a snapshot goes through all of them. Further records are dropped; see snapshot.Dropped.
const (
	maxRecords = 64  // of one type other than TXT; also the hosts of a referral
	maxStrings = 256 // of TXT records, all together
	maxBytes   = 64 << 10
	maxGlue    = 4 // addresses of one family for each name server
	maxErrors  = 16
)

// sought reports whether a TXT record is of the kind that belongs at the name.
func sought(name, text string) bool {
	switch {
	case dnsname.IsPolicy(name):
		return dmarc.Is(text)
	case dnsname.IsKey(name):
		return dkim.Is(text)
	}
	return spf.Is(text)
}

// bound returns the records that an answer for the name may hold, and whether these are all. Of too many TXT records it
// prefers those of the kind that belongs there, then those with a version tag, so that other records cannot crowd them
// out.
func bound(list []snapshot.Record, name string) (kept []snapshot.Record, all bool) {
	if n := measure(list); n == len(list) {
		return list, true
	}
	rank := func(r snapshot.Record) int {
		switch {
		case sought(name, r.Data):
			return 0
		case len(r.Data) > 1 && strings.EqualFold(r.Data[:2], "v="):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b snapshot.Record) int { return rank(a) - rank(b) })
	kept = slices.Clone(list[:measure(list)]) // the rest need not stay in memory
	slices.SortStableFunc(kept, inOrder)
	return kept, false
}

// measure returns how many of the records, from the front, fit into an answer.
func measure(list []snapshot.Record) int {
	strs, bytes := 0, 0
	for i, r := range list {
		strs, bytes = strs+len(r.Strings), bytes+len(r.Data)
		if strs > maxStrings || bytes > maxBytes || len(r.Strings) == 0 && i == maxRecords {
			return i
		}
	}
	return len(list)
}
