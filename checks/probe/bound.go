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

// What one answer may hold. A message has room for thousands of records; no zone that works has use for more than
// this, and everything that reads a snapshot goes through all of them again and again. The rest is dropped: see snapshot.Dropped.
const (
	maxRecords = 64  // of one type, TXT aside; and the hosts of a referral
	maxStrings = 256 // of TXT records, all together
	maxBytes   = 64 << 10
	maxGlue    = 4 // addresses of one family for one name server
	maxErrors  = 16
)

// sought reports whether a TXT record is of the kind that is looked for at a name.
func sought(name, text string) bool {
	switch {
	case dnsname.IsPolicy(name):
		return dmarc.Is(text)
	case dnsname.IsKey(name):
		return dkim.Is(text)
	}
	return spf.Is(text)
}

// bound keeps what an answer to the name may hold. Of too many TXT records those come first that are looked for there,
// and then those with a version tag, so that a heap of others cannot hide them.
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

// measure is how many of the records, from the front, an answer may hold.
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
