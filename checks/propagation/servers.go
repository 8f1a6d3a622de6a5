package propagation

import (
	"slices"
	"time"

	"example.org/todoku/checks/snapshot"
)

// Panel is where the owner may edit records although others answer for the zone.
type Panel struct {
	ID     string  // the panel that was named, in the catalogue; "" where that one answers, or none was named
	Places []Place // some servers of such panels, to be looked at beside the authorities
	Hidden bool    // none of the named one's servers is known by its whole name, so that nobody can look there
	// Moved are the name servers that the parent names now, where those are others than when the plan was made.
	Moved []string
}

// Servers lists the hosts that answer for the zone: those to which the world is sent, and those that these name themselves.
func Servers(s *snapshot.Snapshot) []string {
	zone, ok := s.Zone()
	if !ok {
		return nil
	}
	out := s.NameServers(zone)
	for _, host := range slices.Clone(out) {
		own, _ := s.Find(snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host})
		for _, h := range own.Data() {
			if own.AA && !slices.Contains(out, h) {
				out = append(out, h)
			}
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
