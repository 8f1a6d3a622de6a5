package propagation

import (
	"slices"
	"testing"
	"time"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// soa is a server's answer about the zone's serial.
func soa(s int, place string, serial uint32) Look {
	a := ans("example.jp", snapshot.SOA, 3600, "ns1.example.jp hostmaster.example.jp")
	a.AA, a.SOA = true, &snapshot.StartOfAuthority{Zone: "example.jp", Serial: serial, TTL: 3600, Minimum: 3600}
	return Look{at(s), place, a}
}

// Why an authoritative server lacks the record: nothing was saved, something else was, or it follows another server.
func TestWhy(t *testing.T) {
	w := spfWant
	w.Taken, w.Serials = at(0), map[string]uint32{"ns1": 41, "ns2": 41}
	old := func(s int, place string) Look { return Look{at(s), place, spf(oldSPF)} }
	fresh := func(s int, place string) Look { return Look{at(s), place, spf(newSPF)} }
	for name, c := range map[string]struct {
		looks  []Look
		now    int
		place  int
		why    string
		since  int
		serial uint32
	}{
		"just begun":               {[]Look{old(5, "ns1"), soa(5, "ns1", 41)}, 5, 0, "", 0, 41},
		"nothing saved":            {[]Look{old(5, "ns1"), soa(5, "ns1", 41)}, 120, 0, WhyUnsaved, 0, 41},
		"saved, but not this":      {[]Look{old(5, "ns1"), soa(5, "ns1", 41), old(90, "ns1"), soa(90, "ns1", 42)}, 120, 0, WhyNotIn, 90, 42},
		"the other has it":         {[]Look{fresh(90, "ns1"), soa(90, "ns1", 42), old(91, "ns2"), soa(91, "ns2", 41)}, 120, 1, WhyLags, 90, 41},
		"the other has it, long":   {[]Look{fresh(90, "ns1"), soa(90, "ns1", 42), old(4000, "ns2"), soa(4000, "ns2", 41)}, 4000, 1, WhyStuck, 90, 41},
		"the other changed":        {[]Look{old(90, "ns1"), soa(90, "ns1", 42), old(91, "ns2"), soa(91, "ns2", 41)}, 120, 1, WhyNotIn, 90, 41},
		"the serial is not known":  {[]Look{old(5, "ns1")}, 120, 0, "", 0, 0},
		"turned over (RFC 1982)":   {[]Look{old(90, "ns1"), soa(90, "ns1", 41+1<<31-1)}, 120, 0, WhyNotIn, 90, 41 + 1<<31 - 1},
		"went back: another zone?": {[]Look{old(90, "ns1"), soa(90, "ns1", 40)}, 120, 0, "", 0, 40},
	} {
		s := Judge([]Want{w}, []Place{ns1, ns2}, c.looks, at(c.now)).Sights[c.place]
		since := time.Time{}
		if c.why != "" {
			since = at(c.since)
		}
		if s.State != Pending || s.Why != c.why || !s.WhySince.Equal(since) || s.Serial != c.serial {
			t.Errorf("%s: %+v", name, s)
		}
	}
	// Some services give every zone the same serial for ever.
	w.Serials = map[string]uint32{"ns1": 1}
	if s := Judge([]Want{w}, []Place{ns1}, []Look{old(5, "ns1"), soa(5, "ns1", 1)}, at(600)).Sights[0]; s.Why != "" {
		t.Errorf("a fixed serial tells nothing: %+v", s)
	}
}

func TestWhysAreWorded(t *testing.T) {
	for _, w := range Whys() {
		for _, l := range i18n.Langs() {
			if !l.Has("words.why." + w) {
				t.Errorf("%s has no words in %s", w, l)
			}
		}
	}
}

// told is one server's word on the zone's name servers.
func told(via snapshot.Via, host string, ttl uint32, hosts ...string) snapshot.Answer {
	a := ans("example.jp", snapshot.NS, ttl, hosts...)
	a.Via, a.Key.At, a.AA = via, host, via == snapshot.Server
	return a
}

// moved is a zone that has just moved from old.example's servers to new.example's: the registry refers to the new ones,
// the resolver still holds the old ones.
func moved() *snapshot.Snapshot {
	s := snapshot.New("example.jp", start)
	s.Add(told(snapshot.Resolver, "", 7000, "ns1.old.example", "ns2.old.example"))
	parent := told(snapshot.Server, "a.dns.jp", 0)
	parent.Status, parent.Reason, parent.AA, parent.SOA = snapshot.Failed, snapshot.Delegated, false, nil
	parent.Referral = []string{"ns1.new.example", "ns2.new.example"}
	s.Add(parent)
	s.Add(told(snapshot.Server, "ns1.new.example", 86400, "ns1.new.example", "ns2.new.example", "ns3.new.example"))
	s.Add(told(snapshot.Server, "ns1.old.example", 86400, "ns1.old.example", "ns2.old.example"))
	return s
}

// A zone on the move: the servers that the registry names are watched, and caches may ask the old ones for as long as
// the old NS set may be kept. An old answer there is waiting, until then.
func TestMoving(t *testing.T) {
	s := moved()
	if got := Servers(s); !slices.Equal(got, []string{"ns1.new.example", "ns2.new.example", "ns3.new.example"}) {
		t.Errorf("servers %v", got)
	}
	s.Add(func() snapshot.Answer { a := spf(oldSPF); a.Via = snapshot.Authority; return a }())
	w := Wants([]plan.Change{{Action: plan.Replace, Name: "example.jp", Type: snapshot.TXT, Value: newSPF, Old: []string{oldSPF}}}, s)[0]
	if w.Moving != 24*time.Hour {
		t.Fatalf("moving for %v", w.Moving)
	}
	judge := func(now int, looks ...Look) Verdict {
		return Judge([]Want{w}, []Place{ns1, system}, append([]Look{{at(0), "ns1", spf(newSPF)}}, looks...), at(now))
	}
	v := judge(60, Look{at(60), "system", spf(oldSPF)})
	if x := v.Sights[1]; x.State != Old || x.Why != WhyMoving || x.Until != at(86400) || v.Next != at(361) {
		t.Errorf("%+v, next %v", x, v.Next)
	}
	if x := judge(7200, Look{at(7200), "system", spf(evilSPF)}).Sights[1]; x.State != Old || x.Why != WhyMoving {
		t.Errorf("what the old servers hold is not wrong while caches ask them: %+v", x)
	}
	var again []Look
	for i := range 4 {
		again = append(again, Look{at(90000 + 400*i), "system", spf(evilSPF)})
	}
	if x := judge(92000, again...).Sights[1]; x.State != Wrong {
		t.Errorf("after a day it asks somebody else: %+v", x)
	}
	if x := judge(7200, Look{at(7200), "system", spf(newSPF)}); x.Result != ResultPublished {
		t.Errorf("%+v", x)
	}
	still := snapshot.New("example.jp", start)
	still.Add(told(snapshot.Resolver, "", 7000, "ns1.example.jp"))
	if got := Servers(still); !slices.Equal(got, []string{"ns1.example.jp"}) || moving(still, "example.jp") != 0 {
		t.Errorf("nothing is known of the parent: %v", got)
	}
}

// What is seen of the clock: the latest look counts as made now, and the others keep their distance.
func TestRebase(t *testing.T) {
	looks := []Look{{At: at(0)}, {At: at(100)}}
	if got := Rebase(looks, at(100)); &got[0] != &looks[0] {
		t.Error("copied for nothing")
	}
	got := Rebase(looks, at(40))
	if got[0].At != at(-60) || got[1].At != at(40) || looks[1].At != at(100) {
		t.Errorf("%v %v", got, looks)
	}
}

// Who has not saved anything for hours is looked at less often, but never less than every few minutes.
func TestPaceOfHours(t *testing.T) {
	wants, places := []Want{spfWant}, []Place{ns1}
	var looks []Look
	now, n := at(0), 0
	for ; now.Before(at(86400)); n++ {
		looks = Trim(places, append(looks, Look{now, "ns1", spf(oldSPF)}))
		next := Judge(wants, places, looks, now).Next
		if gap := next.Sub(now); gap < authorityMin || gap > calm {
			t.Fatalf("after %v the next look is in %v", now.Sub(at(0)), gap)
		}
		now = next
	}
	if n < 288 || n > 500 {
		t.Errorf("%d looks in a day", n)
	}
}
