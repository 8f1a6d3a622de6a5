package propagation

import (
	"slices"
	"time"

	"todoku/checks/snapshot"
)

// Panel is where the owner may edit records although others answer for the zone.
type Panel struct {
	ID     string  // the panel that was named, in the catalogue; "" where that one answers, or none was named
	Places []Place // some servers of such panels, to be looked at beside the authorities
	Hidden bool    // none of the named one's servers is known by its whole name, so that nobody can look there
	// Moved are the name servers that the parent names now, where those are others than when the plan was made.
	Moved []string
}

// Servers lists the hosts that answer for the zone: those that its parent names, and those that these name themselves.
// Where the parent said nothing it is the zone's NS set as a resolver knows it, which may be of yesterday.
func Servers(s *snapshot.Snapshot) []string {
	zone, ok := s.Zone()
	if !ok {
		return nil
	}
	known := s.Get(zone, snapshot.NS).Data()
	var told []string
	said := map[string][]string{} // host → the NS set that it tells of its own zone
	for _, a := range s.Answers {
		if a.Name != zone || a.Type != snapshot.NS || a.Via != snapshot.Server {
			continue
		}
		told = append(told, a.Referral...)
		if a.AA {
			said[a.Key.At] = a.Data()
		}
	}
	if len(told) == 0 {
		return known
	}
	for _, host := range slices.Clone(told) {
		told = append(told, said[host]...)
	}
	// In the order in which the zone names them, which does not change with who answered first.
	var out []string
	for _, host := range slices.Concat(known, told) {
		if slices.Contains(told, host) && !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	return out
}

// Parents are the questions that show how the zone is delegated, as they were put when the snapshot was taken: to the
// parent's servers that told.
func Parents(s *snapshot.Snapshot) []snapshot.Answer {
	zone, ok := s.Zone()
	var out []snapshot.Answer
	for _, a := range s.Answers {
		if ok && a.Name == zone && a.Type == snapshot.NS && a.Via == snapshot.Server && len(a.Referral) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// moving is how long caches may go on asking servers that do not answer for the zone any more: the longest TTL at which
// its old name servers are still told. 0 where the zone is not on the move.
func moving(s *snapshot.Snapshot, zone string) time.Duration {
	now := Servers(s)
	var ttl uint32
	for _, a := range s.Answers {
		if a.Name != zone || a.Type != snapshot.NS || len(now) == 0 {
			continue
		}
		for _, r := range a.Records {
			if !slices.Contains(now, r.Data) {
				ttl = max(ttl, r.TTL)
			}
		}
	}
	return time.Duration(ttl) * time.Second
}
