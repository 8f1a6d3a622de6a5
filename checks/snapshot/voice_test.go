package snapshot

import (
	"slices"
	"testing"
	"time"
)

// What the watched resolvers remember stands beside the zone's own word, never in its place.
func TestRemembered(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	s := New("shop.example", at)
	put := func(a Answer, via Via, where string) {
		a.Key, a.At = Key{Name: "shop.example", Type: TXT, Via: via, At: where}, at
		s.Add(a)
	}
	old := Answer{Status: OK, Records: []Record{{Data: "v=spf1 -all", TTL: 90}, {Data: "other", TTL: 120}}}
	none := Answer{Status: NoData, SOA: &StartOfAuthority{TTL: 900, Minimum: 300}}
	put(Answer{Status: OK, Records: []Record{{Data: "v=spf1 mx -all", TTL: 300}}}, Authority, "")
	put(old, Cache, CacheAt("google", 0))
	put(none, Cache, CacheAt("google", 1))
	put(Answer{Status: Failed, Reason: Timeout}, Cache, CacheAt("system", 0))
	got := s.Remembered("shop.example", TXT)
	if len(got) != 3 || got[0].Place != "google" || got[1].Place != "google" || got[2].Place != "system" {
		t.Fatalf("%+v", got)
	}
	for i, want := range []time.Time{at.Add(90 * time.Second), at.Add(300 * time.Second), {}} {
		if !got[i].Expires.Equal(want) {
			t.Errorf("row %d expires %s, want %s", i, got[i].Expires, want)
		}
	}
	if data := s.TXT("shop.example").Data(); !slices.Equal(data, []string{"v=spf1 mx -all"}) {
		t.Errorf("the zone says %q", data)
	}
	if len(s.Failures()) > 0 || len(s.Remembered("shop.example", MX)) > 0 {
		t.Errorf("failures %v", s.Failures())
	}
	if a := (Answer{Status: OK, At: at, Chain: []Link{{TTL: 60}}}); !a.Expires().Equal(at.Add(time.Minute)) {
		t.Errorf("an alias expires %s", a.Expires())
	}
}

func TestVoices(t *testing.T) {
	s := New("shop.example", time.Time{})
	for _, host := range []string{"ns2.host.example", "ns1.host.example"} {
		s.Add(Answer{Key: Key{Name: "shop.example", Type: MX, Via: Server, At: host}, Status: NoData})
	}
	s.Add(Answer{Key: Key{Name: "shop.example", Type: MX, Via: Authority}, Status: OK})
	if got := s.Voices("shop.example", MX); len(got) != 2 || got[0].Key.At != "ns1.host.example" {
		t.Errorf("%+v", got)
	}
}
