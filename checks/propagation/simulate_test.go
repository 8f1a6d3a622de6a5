package propagation

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "example.org/todoku/checks/lab/sample" // memory for time
	"example.org/todoku/checks/snapshot"
)

// The model: one authority (perhaps with a secondary that lags) and resolvers whose caches keep what they were told.

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

type version struct {
	from time.Duration // since start
	vals []string      // nil: the name does not exist
	ttl  uint32
}

type zone struct {
	versions []version // in order of time
	soaTTL   uint32
	minimum  uint32
}

func (z zone) at(d time.Duration) version {
	v := z.versions[0]
	for _, x := range z.versions {
		if x.from <= d {
			v = x
		}
	}
	return v
}

// firstSerial is the zone's before anything was changed.
const firstSerial = 2026112201

func (z zone) serial(d time.Duration) uint32 {
	n := uint32(firstSerial)
	for _, x := range z.versions[1:] {
		if x.from <= d {
			n++
		}
	}
	return n
}

type cached struct {
	v     version
	until time.Duration
}

type memory struct {
	entry *cached
	cap   time.Duration
	neg   time.Duration
}

// fetch refills the cache at time d if it holds nothing valid.
func (m *memory) fetch(z zone, d time.Duration) *cached {
	if m.entry != nil && d < m.entry.until {
		return m.entry
	}
	v := z.at(d)
	ttl, most := time.Duration(v.ttl)*time.Second, m.cap
	if v.vals == nil {
		ttl, most = time.Duration(min(z.soaTTL, z.minimum))*time.Second, m.neg
	}
	m.entry = &cached{v: v, until: d + limit(ttl, most)}
	return m.entry
}

type world struct {
	zone   zone
	name   string
	caches map[string][]*memory
	turn   map[string]int
	auth   map[string]time.Duration // server → how long it lags
}

func answerOf(name string, v version, ttl uint32, z zone, aa bool) snapshot.Answer {
	a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Server}, Status: snapshot.OK, AA: aa}
	if v.vals == nil {
		a.Status = snapshot.NXDomain
		a.SOA = &snapshot.StartOfAuthority{Zone: "example.jp", TTL: ttl, Minimum: z.minimum}
		return a
	}
	for _, s := range v.vals {
		a.Records = append(a.Records, snapshot.Record{Data: s, TTL: ttl})
	}
	return a
}

// ask gives the looks that a question brings: TTLs are told in whole seconds, as on the wire.
func (w *world) ask(p Place, name string, t snapshot.Type, now time.Time) []Look {
	d := now.Sub(start)
	if lag, ok := w.auth[p.ID]; ok {
		v := w.zone.at(d - lag)
		if t == snapshot.SOA {
			soa := &snapshot.StartOfAuthority{Zone: "example.jp", TTL: w.zone.soaTTL, Minimum: w.zone.minimum, Serial: w.zone.serial(d - lag)}
			key := snapshot.Key{Name: name, Type: t, Via: snapshot.Server, At: p.ID}
			return []Look{{now, p.ID, snapshot.Answer{Key: key, Status: snapshot.OK, AA: true, SOA: soa, Records: []snapshot.Record{{Data: "soa"}}}}}
		}
		if name != w.name {
			v = version{}
		}
		ttl := v.ttl
		if v.vals == nil {
			ttl = w.zone.soaTTL
		}
		a := answerOf(name, v, ttl, w.zone, true)
		if a.SOA != nil {
			a.SOA.Serial = w.zone.serial(d - lag)
		}
		return []Look{{now, p.ID, a}}
	}
	var out []Look
	for range max(1, p.Caches) {
		m := w.caches[p.ID][w.turn[p.ID]%len(w.caches[p.ID])]
		w.turn[p.ID]++
		c := m.fetch(w.zone, d)
		out = append(out, Look{now, p.ID, answerOf(name, c.v, uint32((c.until-d)/time.Second), w.zone, false)})
	}
	return out
}

// gone returns when the last cache that holds something else than want drops it.
func (w *world) gone(want string, now time.Time) time.Time {
	last := time.Time{}
	for _, list := range w.caches {
		for _, m := range list {
			if m.entry == nil || len(m.entry.v.vals) == 1 && m.entry.v.vals[0] == want {
				continue
			}
			if t := start.Add(m.entry.until); t.After(now) && t.After(last) {
				last = t
			}
		}
	}
	return last
}

const (
	oldSPF  = "v=spf1 include:old.example ~all"
	newSPF  = "v=spf1 include:new.example ~all"
	evilSPF = "v=spf1 ipv4:192.0.2.1 ~all"
)

// draw makes a random world: an old record or none, perhaps a wrong one in between, then the right one.
func draw(t *rapid.T) (*world, []Place, Want, time.Duration) {
	ttl := rapid.Uint32Range(0, 90000)
	w := &world{name: "example.jp", caches: map[string][]*memory{}, turn: map[string]int{}, auth: map[string]time.Duration{}}
	w.zone.soaTTL, w.zone.minimum = ttl.Draw(t, "soa ttl"), ttl.Draw(t, "minimum")
	before := version{from: -1000 * time.Hour, ttl: ttl.Draw(t, "old ttl")}
	if rapid.Bool().Draw(t, "there was one") {
		before.vals = []string{oldSPF}
	}
	w.zone.versions = []version{before}
	at := time.Duration(rapid.Int64Range(0, int64(6*time.Hour)).Draw(t, "published"))
	if rapid.Bool().Draw(t, "wrong first") {
		w.zone.versions = append(w.zone.versions, version{from: at, vals: []string{evilSPF}, ttl: ttl.Draw(t, "wrong ttl")})
		at += time.Duration(rapid.Int64Range(int64(time.Minute), int64(3*time.Hour)).Draw(t, "put right after"))
	}
	w.zone.versions = append(w.zone.versions, version{from: at, vals: []string{newSPF}, ttl: ttl.Draw(t, "new ttl")})

	places := []Place{{ID: "ns1", Authority: true, Caches: 1}}
	w.auth["ns1"] = 0
	if rapid.Bool().Draw(t, "secondary") {
		places = append(places, Place{ID: "ns2", Authority: true, Caches: 1})
		w.auth["ns2"] = time.Duration(rapid.Int64Range(0, int64(20*time.Minute)).Draw(t, "lag"))
		at += w.auth["ns2"]
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "resolvers") {
		p := Place{ID: fmt.Sprint("r", i), Caches: rapid.IntRange(1, 4).Draw(t, "caches")}
		p.Cap = time.Duration(rapid.SampledFrom([]int{0, 300, 21600}).Draw(t, "cap")) * time.Second
		p.NegCap = time.Duration(rapid.SampledFrom([]int{0, 60, 3600}).Draw(t, "neg cap")) * time.Second
		for range p.Caches {
			m := &memory{cap: p.Cap, neg: p.NegCap}
			for range rapid.IntRange(0, 3).Draw(t, "strangers") { // others ask too, at any time before
				m.fetch(w.zone, time.Duration(rapid.Int64Range(-int64(2*time.Hour), int64(at-w.auth["ns2"])).Draw(t, "stranger")))
			}
			w.caches[p.ID] = append(w.caches[p.ID], m)
		}
		places = append(places, p)
	}
	want := Want{Name: "example.jp", Type: snapshot.TXT, Value: newSPF, Gone: before.vals, NegTTL: min(w.zone.soaTTL, w.zone.minimum),
		Old: answerOf("example.jp", before, before.ttl, w.zone, true), Zone: "example.jp",
		Taken: start, Serials: map[string]uint32{"ns1": firstSerial, "ns2": firstSerial}}
	return w, places, want, at
}

func TestWaiting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, places, want, published := draw(t)
		wants := []Want{want}
		now := start.Add(time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "fraction")))
		var looks []Look
		var done time.Time
		until := map[string]time.Time{}
		for step := 0; ; step++ {
			if step > 3000 {
				t.Fatalf("no end: %+v", Judge(wants, places, looks, now))
			}
			asks := Asks(wants, places, looks, now)
			for _, a := range asks {
				p := byID(places, a.Place)
				if !p.Authority && now.Sub(start) < published {
					t.Fatalf("%s is asked %v before the record stands at every authority", a.Place, published-now.Sub(start))
				}
				if len(looks) > 0 {
					if l, ok := lastLook(looks, a); ok && now.Sub(l) < floor {
						t.Fatalf("%v is asked again after %v", a, now.Sub(l))
					}
				}
				looks = append(looks, w.ask(p, a.Name, a.Type, now)...)
			}
			looks = trimmed(t, wants, places, looks, now)
			v := Judge(wants, places, looks, now)
			check(t, w, v, places, until, now, published)
			if v.Result == ResultPublished {
				if g := w.gone(newSPF, now); !g.IsZero() && !several(places) {
					t.Fatalf("published, but a cache holds an old answer until %v", g.Sub(now))
				}
				if !done.IsZero() && now.Sub(done) > floor {
					t.Fatalf("seen %v after the predicted time", now.Sub(done))
				}
				break
			}
			if !v.Done.IsZero() {
				if !done.IsZero() && v.Done.After(done) && !several(places) {
					t.Fatalf("the whole countdown rises by %v", v.Done.Sub(done))
				}
				if rise := v.Done.Sub(done); !done.IsZero() && rise > 0 && !newsOf(looks, now, v.Done) {
					t.Fatalf("the countdown rises by %v, and no slower cache was found", rise)
				}
				done = v.Done
				if g := w.gone(newSPF, now); g.After(done) && !several(places) {
					t.Fatalf("predicted %v too early", g.Sub(done))
				}
			}
			if v.Next.IsZero() || v.Next.Before(now) || v.Next.Equal(now) != (len(Asks(wants, places, looks, now)) > 0) {
				t.Fatalf("next look %v at %v: %+v", v.Next, now, v)
			}
			if v.Next.Equal(now) {
				continue // the authority has it now: the resolvers' turn
			}
			if early := Asks(wants, places, looks, v.Next.Add(-time.Millisecond)); len(early) > 0 {
				t.Fatalf("asked before it is due: %v", early)
			}
			now = v.Next
		}
	})
}

func has(v version, want string) bool { return len(v.vals) == 1 && v.vals[0] == want }

// newsOf reports whether an answer that came just now is what lasts until then: a slower cache, found by this look.
func newsOf(looks []Look, now, until time.Time) bool {
	for _, l := range looks {
		ttl, ok := l.Answer.TTL()
		if l.Answer.SOA != nil {
			ttl, ok = l.Answer.SOA.NegativeTTL(), true
		}
		if ok && l.At.Equal(now) && !until.After(now.Add(time.Duration(ttl+2)*time.Second)) {
			return true
		}
	}
	return false
}

func several(places []Place) bool {
	for _, p := range places {
		if p.Caches > 1 {
			return true
		}
	}
	return false
}

func byID(places []Place, id string) Place {
	for _, p := range places {
		if p.ID == id {
			return p
		}
	}
	panic(id)
}

func lastLook(looks []Look, a Ask) (time.Time, bool) {
	for i := len(looks) - 1; i >= 0; i-- {
		if looks[i].Place == a.Place && looks[i].Answer.Name == a.Name && looks[i].Answer.Type == a.Type {
			return looks[i].At, true
		}
	}
	return time.Time{}, false
}

// trimmed also tests that Trim changes nothing.
func trimmed(t *rapid.T, wants []Want, places []Place, looks []Look, now time.Time) []Look {
	short := Trim(places, looks)
	a, b := fmt.Sprintf("%+v", Judge(wants, places, looks, now)), fmt.Sprintf("%+v", Judge(wants, places, short, now))
	for _, s := range []*string{&a, &b} {
		*s = pointers.ReplaceAllString(*s, "DIFF")
	}
	if a != b {
		t.Fatalf("trimmed from %d to %d looks:\n%s\n%s", len(looks), len(short), a, b)
	}
	return short
}

// check: wrong is never named waiting, and waiting never wrong.
func check(t *rapid.T, w *world, v Verdict, places []Place, until map[string]time.Time, now time.Time, published time.Duration) {
	right := now.Sub(start) >= published
	for _, s := range v.Sights {
		p := byID(places, s.Place)
		if !p.Authority {
			if s.State == Wrong {
				t.Fatalf("%s is called wrong, and only remembers: %+v", s.Place, s)
			}
			if s.State == Old || s.State == Negative {
				if old, ok := until[s.Place]; ok && p.Caches == 1 && s.Until.After(old) {
					t.Fatalf("the countdown of %s rises by %v", s.Place, s.Until.Sub(old))
				}
				if s.Total < s.Until.Sub(s.Since) && p.Caches == 1 {
					t.Fatalf("the bar of %s is longer than its span: %+v", s.Place, s)
				}
				until[s.Place] = s.Until
			}
			continue
		}
		stands := w.zone.at(s.Since.Sub(start) - w.auth[s.Place])
		switch {
		case len(stands.vals) == 1 && stands.vals[0] == newSPF:
			if s.State != Published {
				t.Fatalf("%s has the record and is %s", s.Place, s.State)
			}
		case len(stands.vals) == 1 && stands.vals[0] == evilSPF:
			lags := w.zone.at(now.Sub(start)).vals[0] == newSPF
			if s.State != Wrong && !lags || s.State == Wrong && s.Diff == nil {
				t.Fatalf("%s has a wrong record and is %s", s.Place, s.State)
			}
		default:
			if s.State != Pending {
				t.Fatalf("%s does not have the record and is %s", s.Place, s.State)
			}
			if saved := w.zone.serial(now.Sub(start)) != firstSerial; !saved && (s.Why == WhyUnsaved) == (now.Sub(start) < patience) || s.Why == WhyLags && !has(w.zone.at(now.Sub(start)), newSPF) {
				t.Fatalf("%s does not have the record for %q, saved: %v", s.Place, s.Why, saved)
			}
		}
	}
	if right && v.Result == ResultWrong {
		for _, s := range v.Sights {
			if s.State == Wrong && now.Sub(s.Since) < time.Millisecond {
				t.Fatalf("all is right, and the verdict is wrong: %+v", v)
			}
		}
	}
	if v.Result == ResultUnreachable {
		t.Fatalf("everybody answers: %+v", v)
	}
}

var pointers = regexp.MustCompile(`Diff:0x[0-9a-f]+`)
