package propagation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

var (
	ns1    = Place{ID: "ns1", Authority: true, Caches: 1}
	ns2    = Place{ID: "ns2", Authority: true, Caches: 1}
	google = Place{ID: "google", Caches: 2, Cap: 6 * time.Hour}
	system = Place{ID: "system", Caches: 1}
)

func ans(name string, t snapshot.Type, ttl uint32, vals ...string) snapshot.Answer {
	a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: t}, Status: snapshot.OK}
	for _, v := range vals {
		a.Records = append(a.Records, snapshot.Record{Data: v, TTL: ttl})
	}
	if len(vals) == 0 {
		a.Status = snapshot.NXDomain
		a.SOA = &snapshot.StartOfAuthority{Zone: "example.jp", TTL: ttl, Minimum: 3600}
	}
	return a
}

func dead(name string, t snapshot.Type) snapshot.Answer {
	return snapshot.Answer{Key: snapshot.Key{Name: name, Type: t}, Status: snapshot.Failed, Reason: snapshot.Timeout}
}

func at(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }

func spf(vals ...string) snapshot.Answer { return ans("example.jp", snapshot.TXT, 300, vals...) }

var spfWant = Want{Name: "example.jp", Type: snapshot.TXT, Value: newSPF, Gone: []string{oldSPF}, Old: spf("token=1", oldSPF), Zone: "example.jp"}

// one judges one want at one place by its only look.
func one(w Want, p Place, a snapshot.Answer) Sight {
	return Judge([]Want{w}, []Place{p}, []Look{{at(0), p.ID, a}}, at(0)).Sights[0]
}

func TestAuthority(t *testing.T) {
	dmarc := Want{Name: "_dmarc.example.jp", Type: snapshot.TXT, Value: "v=DMARC1; p=none; rua=mailto:a@example.jp", Old: ans("_dmarc.example.jp", snapshot.TXT, 900)}
	key := "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
	dkim := Want{Name: "s1._domainkey.example.jp", Type: snapshot.TXT, Value: key, Old: ans("s1._domainkey.example.jp", snapshot.TXT, 900)}
	alias := Want{Name: "s1._domainkey.example.jp", Type: snapshot.CNAME, Value: "s1.esp.example", Old: ans("s1._domainkey.example.jp", snapshot.CNAME, 900)}
	removal := Want{Name: "example.jp", Type: snapshot.TXT, Gone: []string{evilSPF}, Old: spf(oldSPF, evilSPF)}
	token := Want{Name: "example.jp", Type: snapshot.TXT, Value: "site-verification=abc", Old: spf(oldSPF)}
	for name, c := range map[string]struct {
		w     Want
		vals  []string
		state State
		kind  string
		found string
	}{
		"as wanted":        {spfWant, []string{newSPF}, Published, "", ""},
		"beside a token":   {spfWant, []string{"token=1", newSPF}, Published, "", ""},
		"written freely":   {spfWant, []string{"V=spf1  Include:New.example ~all "}, Published, "", ""},
		"old":              {spfWant, []string{"token=1", oldSPF}, Pending, "", ""},
		"gone, not come":   {spfWant, []string{"token=1"}, Pending, "", ""},
		"nothing":          {spfWant, nil, Pending, "", ""},
		"both":             {spfWant, []string{oldSPF, newSPF}, Wrong, Several, oldSPF},
		"twice":            {spfWant, []string{newSPF, newSPF + " "}, Wrong, Several, newSPF + " "},
		"other":            {spfWant, []string{evilSPF}, Wrong, Changed, "ipv4:192.0.2.1"},
		"quotes":           {spfWant, []string{`"` + newSPF + `"`}, Wrong, Quotes, ""},
		"escaped quotes":   {spfWant, []string{`\"` + newSPF + `\"`}, Wrong, Quotes, ""},
		"curly":            {spfWant, []string{"“" + newSPF + "”"}, Wrong, Typographic, ""},
		"wave":             {spfWant, []string{"v=spf1 include:new.example 〜all"}, Wrong, Typographic, ""},
		"full-width":       {spfWant, []string{"ｖ＝ｓｐｆ１　ｉｎｃｌｕｄｅ：new.example ~all"}, Wrong, FullWidth, ""},
		"full-width tilde": {spfWant, []string{"v=spf1 include:new.example ～all"}, Wrong, FullWidth, ""},
		"space lost":       {spfWant, []string{"v=spf1 include:new.example~all"}, Wrong, Space, ""},
		"part lost":        {spfWant, []string{"v=spf1 ~all"}, Wrong, PartMissing, ""},
		"cut":              {spfWant, []string{"v=spf1 include:new.exam"}, Wrong, Changed, ""},
		"end lost":         {spfWant, []string{"v=spf1 include:new.example"}, Wrong, PartMissing, ""},
		"too much":         {spfWant, []string{"v=spf1 include:new.example mx ~all"}, Wrong, PartExtra, "mx"},
		"glued":            {spfWant, []string{"token=1 " + newSPF}, Wrong, Glued, ""},
		"dmarc":            {dmarc, []string{"v=DMARC1;p=none;rua=mailto:a@example.jp;"}, Published, "", ""},
		"dmarc order":      {dmarc, []string{"v=DMARC1; rua=mailto:a@example.jp; p=none"}, Published, "", ""},
		"dmarc case":       {dmarc, []string{"v=DMARC1; P=none; rua=mailto:a@example.jp"}, Wrong, Case, ""},
		"dmarc policy":     {dmarc, []string{"v=DMARC1; p=reject; rua=mailto:a@example.jp"}, Wrong, Changed, "p=reject"},
		"dmarc no rua":     {dmarc, []string{"v=DMARC1; p=none"}, Wrong, PartMissing, ""},
		"dmarc misspelt":   {dmarc, []string{"v=DMARC 1; p=none; rua=mailto:a@example.jp"}, Wrong, Space, ""},
		"dmarc wildcard":   {dmarc, []string{"v=spf1 -all"}, Pending, "", ""},
		"dkim":             {dkim, []string{key}, Published, "", ""},
		"dkim spaces":      {dkim, []string{strings.Replace(key, "ANBg", "AN Bg", 1)}, Published, "", ""},
		"dkim cut":         {dkim, []string{key[:40]}, Wrong, PartMissing, ""},
		"dkim case":        {dkim, []string{strings.ToUpper(key)}, Wrong, Case, ""},
		"dkim two":         {dkim, []string{key, strings.Replace(key, "MII", "MIG", 1)}, Wrong, Several, ""},
		"alias":            {alias, []string{"S1.esp.example."}, Published, "", ""},
		"alias elsewhere":  {alias, []string{"s1.esp.example.example.jp"}, Wrong, PartExtra, ".example.jp"},
		"removed":          {removal, []string{oldSPF}, Published, "", ""},
		"all removed":      {removal, nil, Published, "", ""},
		"not removed":      {removal, []string{oldSPF, evilSPF}, Pending, "", ""},
		"token":            {token, []string{oldSPF, "site-verification=abc"}, Published, "", ""},
		"token lacks":      {token, []string{oldSPF, "other-verification=x"}, Pending, "", ""},
		"token other":      {token, []string{oldSPF, "site-verification=abd"}, Wrong, Changed, ""},
	} {
		s := one(c.w, ns1, ans(c.w.Name, c.w.Type, 300, c.vals...))
		kind, found := "", ""
		if s.Diff != nil {
			kind, found = s.Diff.Kind, s.Diff.Found
			if s.Diff.At < 0 || s.Diff.At > len(c.w.Value) {
				t.Errorf("%s: position %d", name, s.Diff.At)
			}
		}
		if s.State != c.state || kind != c.kind || c.found != "" && found != c.found {
			t.Errorf("%s: %s %+v, want %s %s %s", name, s.State, s.Diff, c.state, c.kind, c.found)
		}
	}
}

func TestMailServers(t *testing.T) {
	mx := func(pref uint16, hosts ...string) snapshot.Answer {
		a := ans("example.jp", snapshot.MX, 300, hosts...)
		for i := range a.Records {
			a.Records[i].Pref = pref
		}
		return a
	}
	w := Want{Name: "example.jp", Type: snapshot.MX, Value: "10 mx.new.example", Gone: []string{"10 mx.old.example"}, Old: mx(10, "mx.old.example")}
	for state, a := range map[State]snapshot.Answer{Published: mx(10, "mx.new.example"), Pending: mx(10, "mx.old.example"), Wrong: mx(20, "mx.new.example")} {
		if s := one(w, ns1, a); s.State != state {
			t.Errorf("%s %+v, want %s", s.State, s.Diff, state)
		}
	}
	if s := one(w, ns1, mx(10, "mx.new.example", "mx.old.example")); s.State != Wrong || s.Diff.Kind != Several {
		t.Errorf("both: %+v", s)
	}
}

func TestResolver(t *testing.T) {
	right := Look{at(0), "ns1", spf(newSPF)}
	judge := func(p Place, looks ...Look) Sight {
		return Judge([]Want{spfWant}, []Place{ns1, p}, append([]Look{right}, looks...), at(1)).Sights[1]
	}
	if s := judge(system, Look{at(1), "system", spf(oldSPF)}); s.State != Old || s.Until != at(301) || s.Total != 5*time.Minute {
		t.Errorf("old: %+v", s)
	}
	if s := judge(system, Look{at(1), "system", spf("token=1")}); s.State != Old || s.Until != at(301) {
		t.Errorf("an answer from before, without any such record: %+v", s)
	}
	if s := judge(system, Look{at(1), "system", spf(evilSPF)}); s.State != Old || s.Diff != nil {
		t.Errorf("a mistake that was put right is only remembered: %+v", s)
	}
	day := ans("example.jp", snapshot.TXT, 86400, oldSPF)
	if s := judge(google, Look{at(1), "google", day}); s.Until != at(1+21600) {
		t.Errorf("the cap: %+v", s)
	}
	if s := judge(system, Look{at(1), "system", ans("example.jp", snapshot.TXT, 900)}); s.State != Negative || s.Until != at(901) {
		t.Errorf("negative: %+v", s)
	}
	if s := judge(system, Look{at(1), "system", ans("example.jp", snapshot.TXT, 90000)}); s.Until != at(3601) {
		t.Errorf("MINIMUM: %+v", s)
	}
	none := ans("example.jp", snapshot.TXT, 0)
	none.SOA = nil
	if s := judge(system, Look{at(1), "system", none}); s.State != Negative || !s.Until.IsZero() {
		t.Errorf("nothing tells how long: %+v", s)
	}
	w := spfWant
	w.NegTTL = 600
	v := Judge([]Want{w}, []Place{ns1, system}, []Look{right, {at(1), "system", none}, {at(90), "system", none}}, at(90))
	if s := v.Sights[1]; s.Until != at(601) || v.Done != at(602) {
		t.Errorf("without an SOA the zone's own counts, from the first look: %+v", s)
	}
	// One of two caches has it: the slower one counts.
	mixed := []Look{right, {at(1), "google", spf(newSPF)}, {at(1), "google", spf(oldSPF)}}
	s := Judge([]Want{spfWant}, []Place{ns1, google}, mixed, at(1)).Sights[1]
	if s.State != Old || s.CachesWith != 1 || s.Caches != 2 || s.Until != at(301) {
		t.Errorf("1 of 2: %+v", s)
	}
	lucky := append(mixed, Look{at(60), "google", spf(newSPF)}, Look{at(60), "google", spf(newSPF)})
	if s := Judge([]Want{spfWant}, []Place{ns1, google}, lucky, at(60)).Sights[1]; s.State != Old || s.Until != at(301) {
		t.Errorf("the other cache still remembers: %+v", s)
	}
	cleared := append(lucky, Look{at(70), "google", spf(newSPF)}, Look{at(70), "google", spf(newSPF)})
	if s := Judge([]Want{spfWant}, []Place{ns1, google}, cleared, at(70)).Sights[1]; s.State != Published {
		t.Errorf("two rounds without it: %+v", s)
	}
	// The same foreign answer, fetched again and again after the authority is right.
	foreign := []Look{right, {at(1), "system", spf(evilSPF)}, {at(400), "system", spf(evilSPF)}, {at(800), "system", spf(evilSPF)}}
	if s := Judge([]Want{spfWant}, []Place{ns1, system}, foreign, at(800)).Sights[1]; s.State != Wrong {
		t.Errorf("it asks somebody else: %+v", s)
	}
	if s := Judge([]Want{spfWant}, []Place{ns1, system}, foreign[:3], at(400)).Sights[1]; s.State != Old {
		t.Errorf("two answers may be of two caches: %+v", s)
	}
	// A mistake that was put right, in more caches than anybody told of: each ends within its TTL, and none is wrong.
	many := []Look{{at(0), "ns1", ans("example.jp", snapshot.TXT, 3600, evilSPF)}, {at(60), "ns1", spf(newSPF)}}
	for i := range 30 {
		many = append(many, Look{at(61 + i), "google", ans("example.jp", snapshot.TXT, uint32(3500-97*i%3300), evilSPF)})
	}
	if s := Judge([]Want{spfWant}, []Place{ns1, google}, many, at(95)).Sights[1]; s.State != Old || s.Why != "" {
		t.Errorf("it only remembers: %+v", s)
	}
	// The old answer again with its full TTL, an hour after the authority is right.
	again := []Look{right, {at(3600), "system", spf(oldSPF)}}
	if s := Judge([]Want{spfWant}, []Place{ns1, system}, again, at(3600)).Sights[1]; s.State != Old || s.Why != WhyAstray {
		t.Errorf("fetched anew: %+v", s)
	}
	again[1].Answer.Errors = []snapshot.ExtendedError{{Code: 3}}
	if s := Judge([]Want{spfWant}, []Place{ns1, system}, again, at(3600)).Sights[1]; s.State != Old || s.Why != "" {
		t.Errorf("expired, and served all the same: %+v", s)
	}
}

func TestSecondaries(t *testing.T) {
	wants, places := []Want{spfWant}, []Place{ns1, ns2, system}
	v := Judge(wants, places, []Look{{at(0), "ns1", spf(newSPF)}, {at(0), "ns2", spf(oldSPF)}}, at(0))
	if v.Sights[1].State != Pending || v.Result != ResultWaiting || !v.Done.IsZero() {
		t.Errorf("a secondary that lags: %+v", v)
	}
	if asks := AsksNow(wants, places, []Look{{at(0), "ns1", spf(newSPF)}, {at(0), "ns2", spf(oldSPF)}}, at(0)); slices.ContainsFunc(asks, func(a Ask) bool { return a.Place == "system" }) {
		t.Errorf("the resolver may reach the one that lags: %v", asks)
	}
	v = Judge(wants, places, []Look{{at(0), "ns1", spf(evilSPF)}, {at(0), "ns2", spf(evilSPF)}, {at(60), "ns1", spf(newSPF)}, {at(60), "ns2", spf(evilSPF)}}, at(60))
	if v.Sights[1].State != Pending {
		t.Errorf("the correction is on its way: %+v", v.Sights[1])
	}
	// One is dead: it does not hold up the others.
	looks := []Look{{at(0), "ns1", spf(newSPF)}, {at(0), "ns2", dead("example.jp", snapshot.TXT)}}
	if asks := Asks(wants, places, looks, at(0)); len(asks) != 1 || asks[0].Place != "system" {
		t.Errorf("asks %v", asks)
	}
	for i := range 3 {
		looks = append(looks, Look{at(15 * (i + 1)), "ns2", dead("example.jp", snapshot.TXT)}, Look{at(15 * (i + 1)), "system", spf(newSPF)})
	}
	if v := Judge(wants, places, looks, at(50)); v.Result != ResultPublished || !v.Next.IsZero() || v.Sights[1].State != Unreachable {
		t.Errorf("%+v", v)
	}
	v = Judge(wants, places, []Look{{at(0), "ns1", dead("example.jp", snapshot.TXT)}, {at(0), "ns2", dead("example.jp", snapshot.TXT)}}, at(0))
	if v.Result != ResultUnreachable || v.Next != at(15) {
		t.Errorf("nobody answers: %+v", v)
	}
	// What was seen once is not unsaid by a lost packet.
	v = Judge(wants, []Place{ns1}, []Look{{at(0), "ns1", spf(newSPF)}, {at(20), "ns1", dead("example.jp", snapshot.TXT)}}, at(20))
	if v.Sights[0].State != Published {
		t.Errorf("%+v", v.Sights[0])
	}
}

func TestElsewhere(t *testing.T) {
	w := Want{Name: "_dmarc.example.jp", Type: snapshot.TXT, Value: "v=DMARC1; p=none", Old: ans("_dmarc.example.jp", snapshot.TXT, 900), Zone: "example.jp"}
	twice := "_dmarc.example.jp.example.jp"
	places := []Place{ns1, system}
	looks := []Look{{at(0), "ns1", ans(w.Name, snapshot.TXT, 900)}}
	asks := Asks([]Want{w}, places, looks, at(15))
	if want := []Ask{{"ns1", w.Name, snapshot.TXT}, {"ns1", "example.jp", snapshot.SOA}, {"ns1", twice, snapshot.TXT}}; !slices.Equal(asks, want) {
		t.Errorf("asks %v", asks)
	}
	looks = append(looks, Look{at(15), "ns1", ans(w.Name, snapshot.TXT, 900)}, Look{at(15), "ns1", ans(twice, snapshot.TXT, 900, w.Value)})
	v := Judge([]Want{w}, places, looks, at(15))
	if s := v.Sights[0]; v.Result != ResultWrong || s.Diff.Kind != DoubledName || s.Diff.Found != twice {
		t.Errorf("%+v", v)
	}
	looks = append(looks, Look{at(30), "ns1", ans(w.Name, snapshot.TXT, 900, w.Value)})
	if v := Judge([]Want{w}, places, looks, at(30)); v.Sights[0].State != Published {
		t.Errorf("%+v", v)
	}
	looks = []Look{{at(0), "ns1", ans(w.Name, snapshot.TXT, 900)}, {at(0), "ns.old-panel.example", ans(w.Name, snapshot.TXT, 900, w.Value)}}
	if s := Judge([]Want{w}, places, looks, at(0)).Sights[0]; s.State != Wrong || s.Diff.Kind != OtherPanel || s.Diff.Found != "ns.old-panel.example" {
		t.Errorf("%+v", s)
	}
}

func TestPace(t *testing.T) {
	wants, places := []Want{spfWant}, []Place{ns1}
	if asks := Asks(wants, []Place{ns1, system}, nil, at(0)); len(asks) != 3 || asks[0].Place != "ns1" || asks[1].Type != snapshot.SOA || asks[2].Name != "example.jp.example.jp" {
		t.Errorf("first: %v", asks)
	}
	var looks []Look
	now := at(0)
	var gaps []time.Duration
	for range 7 {
		looks = append(looks, Look{now, "ns1", spf(oldSPF)})
		next := Judge(wants, places, looks, now).Next
		gaps = append(gaps, next.Sub(now))
		now = next
	}
	for i, g := range gaps {
		if g < authorityMin || g > patience || i > 0 && g < gaps[i-1] {
			t.Errorf("gaps %v", gaps)
		}
	}
	if gaps[0] != authorityMin || gaps[6] != patience {
		t.Errorf("gaps %v", gaps)
	}
	looks = append(looks, Look{now, "ns1", spf(evilSPF)})
	if next := Judge(wants, places, looks, now).Next; next.Sub(now) != authorityMin {
		t.Errorf("something moved, and the next look is in %v", next.Sub(now))
	}
	// Names at which something else is still missing are not asked for at resolvers.
	two := []Want{spfWant, {Name: "example.jp", Type: snapshot.TXT, Value: "site-verification=abc", Old: spf(oldSPF)}}
	if asks := AsksNow(two, []Place{ns1, system}, []Look{{at(0), "ns1", spf(newSPF)}}, at(0)); len(asks) != 1 {
		t.Errorf("%v", asks)
	}
	// Without any authority among the places the resolvers are all there is.
	if asks := Asks(wants, []Place{system}, nil, at(0)); len(asks) != 1 {
		t.Errorf("%v", asks)
	}
	// A clock set back: nothing is in the future.
	v := Judge(wants, []Place{ns1, system}, []Look{{at(0), "ns1", spf(newSPF)}, {at(500), "system", spf(oldSPF)}}, at(100))
	if s := v.Sights[1]; s.Since.After(at(100)) || s.Until != at(400) {
		t.Errorf("%+v", s)
	}
	if v := Judge(nil, nil, nil, at(0)); len(v.Sights) != 0 || v.Result != ResultPending || !v.Next.IsZero() {
		t.Errorf("nothing wanted: %+v", v)
	}
}

func TestWants(t *testing.T) {
	base := snapshot.New("example.jp", start)
	add := func(a snapshot.Answer) {
		a.Via = snapshot.Authority
		base.Add(a)
	}
	add(ans("example.jp", snapshot.NS, 86400, "ns1.example.jp"))
	add(spf("token=1", oldSPF, evilSPF))
	add(ans("_dmarc.example.jp", snapshot.TXT, 1800))
	got := Wants([]plan.Change{
		{Action: plan.Replace, Name: "example.jp", Type: snapshot.TXT, Value: newSPF, Old: []string{oldSPF}},
		{Action: plan.Remove, Name: "Example.jp", Type: snapshot.TXT, Old: []string{evilSPF}},
		{Action: plan.Add, Name: "_dmarc.example.jp", Type: snapshot.TXT, Value: "v=DMARC1; p=none"},
		{Action: plan.Add, Name: "google._domainkey.example.jp", Type: snapshot.TXT, Ask: "google"},
		{Action: plan.Add, Name: "example.jp", Type: snapshot.TXT, Value: "site-verification=abc"},
		{Action: plan.Remove, Name: "www.example.jp", Type: snapshot.TXT, Old: []string{oldSPF}},
	}, base)
	if len(got) != 4 {
		t.Fatalf("%d wants: %+v", len(got), got)
	}
	if w := got[0]; w.Value != newSPF || !slices.Equal(w.Gone, []string{oldSPF, evilSPF}) || len(w.Old.Records) != 3 || w.Zone != "example.jp" || w.NegTTL != 1800 {
		t.Errorf("SPF: %+v", w)
	}
	if w := got[1]; w.NegTTL != 1800 || w.Old.Status != snapshot.NXDomain {
		t.Errorf("DMARC: %+v", w)
	}
	if got[2].Value != "site-verification=abc" || got[3].Value != "" || got[3].Gone[0] != oldSPF {
		t.Errorf("the rest: %+v", got[2:])
	}
	v := Judge(got[:1], []Place{ns1}, []Look{{at(0), "ns1", spf("token=1", newSPF)}}, at(0))
	if v.Result != ResultPublished {
		t.Errorf("%+v", v)
	}
}

func TestKindsAreWorded(t *testing.T) {
	for _, k := range Kinds() {
		for _, l := range i18n.Langs() {
			if !l.Has("words.diff." + k) {
				t.Errorf("%s has no words in %s", k, l)
			}
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(newSPF, evilSPF)
	f.Add("v=DMARC1; p=none", "“v=DMARC1；p=none”")
	f.Fuzz(func(t *testing.T, want, found string) {
		for _, name := range []string{"example.jp", "_dmarc.example.jp", "s._domainkey.example.jp"} {
			w := Want{Name: name, Type: snapshot.TXT, Value: want}
			s := one(w, ns1, ans(name, snapshot.TXT, 1, found))
			if want != "" && want == found && s.State != Published {
				t.Fatalf("%q is not itself: %+v", want, s)
			}
			if s.State == Wrong && (s.Diff == nil || s.Diff.At > len(want)) {
				t.Fatalf("%q for %q: %+v", found, want, s.Diff)
			}
		}
	})
}

func BenchmarkJudgeAWeek(b *testing.B) {
	var looks []Look
	for i := range 7 * 24 * 60 {
		looks = append(looks, Look{at(60 * i), "ns1", spf(oldSPF)})
	}
	places := []Place{ns1, ns2, google, system}
	looks = Trim(places, looks)
	b.ReportMetric(float64(len(looks)), "looks")
	for b.Loop() {
		Judge([]Want{spfWant}, places, looks, at(7*86400))
	}
}
