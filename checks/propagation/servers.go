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
