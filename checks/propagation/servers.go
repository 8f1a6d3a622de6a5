package propagation

import (
	"slices"
	"time"

	"example.org/todoku/checks/snapshot"
)

// Panel is a panel in which the owner may edit records although other servers are in charge of the zone.
type Panel struct {
	ID     string  // catalogue ID of the panel that the owner named; "" if that one is in charge or none was named
	Places []Place // some servers of such panels, to look at besides the authoritative servers
	Hidden bool    // no server of the named panel is known, so its records cannot be looked up
	// Moved are the name servers in the parent's current referral, if new ones are among them; else nil.
	Moved []string
}

// Servers returns the zone's name servers: those of the referral, and those in their own NS set.
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

// Parents returns the answers of the parent's servers that refer to the zone, as in the snapshot.
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

// moving returns for how long caches may still ask name servers that the zone has left: the longest TTL with which they
// were seen; 0 if the zone has not moved.
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
