package checks

import (
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// The states of cache-old: what the resolvers still hold.
var (
	CacheHoldsOld     = State{"state", "old"}     // an older record
	CacheHoldsAbsence = State{"state", "absence"} // that there is no record
)

// CacheOldArgs are the arguments of cache-old.
type CacheOldArgs struct {
	Record Kinds  // what kind of record it is
	Places Places // the resolvers that still hold the other answer
	Until  Moment // when the last of them asks again
}

var ruleCacheOld = Rule{
	Code: CacheOld, Severity: Advice, RFC: "RFC 2308 section 5", Also: []string{"RFC 1034 section 3.6"},
	After:   after(NSMoving),
	Aspects: []Aspect{{CacheHoldsOld, CacheHoldsAbsence}},
	Args:    CacheOldArgs{},
	Judge:   cacheOld,
}

// cacheOld finds records of which much-used public resolvers still hold an older answer than the authoritative servers
// give. It is advice only: the caches expire by themselves.
func cacheOld(in *facts.Facts) []Finding {
	var out []Finding
	for _, r := range in.Memory() {
		args := CacheOldArgs{Record: Kinds{r.Kind}, Until: Moment(r.Until)}
		seen := []snapshot.Answer{r.Right}
		for _, h := range r.Held {
			args.Places, seen = append(args.Places, h.Place), append(seen, h.Answer)
		}
		out = append(out, Finding{
			Name: r.Name, Args: args, Evidence: facts.Evidence(seen...),
			States: []State{either(r.Absence, CacheHoldsAbsence, CacheHoldsOld)},
		})
	}
	return out
}
