package words_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// small is a catalogue made for these tests, so that new facts in the real one do not change them.
func small(t testing.TB) *catalog.Catalog {
	t.Helper()
	entry := func(id, ja, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("id = \"" + id + "\"\nname = { ja = \"" + ja + "\", en = \"" + id + " En\" }\n" +
			"source = [\"memory\"]\nchecked = \"2026-11-22\"\n" + more)}
	}
	c, err := catalog.Read(fstest.MapFS{
		"hosts/rental.toml": entry("rental", "みほんレンタル", `
reading = ["みほん", "mihon"]
aliases = ["mihon"]
common = true
spf = ["a:<server>", "mx"]
[server]
pattern = "www*.rental.example"
example = "www1234.rental.example"
where = { ja = "サーバー情報の画面", en = "server information" }
[dkim]
can = "yes"
menu = { ja = "メール > DKIM", en = "Mail > DKIM" }
start = { ja = "「使う」を押す", en = "press Use" }
[[beware]]
at = "spf"
text = { ja = "スイッチに注意", en = "mind the switch" }
[[beware]]
at = "dkim"
text = { ja = "鍵は長い", en = "the key is long" }
`),
		"hosts/cloudmail.toml": entry("cloudmail", "くもメール", "spf = [\"include:_spf.cloudmail.example\"]\ncommon = true\n[dkim]\ncan = \"yes\"\n"),
		"hosts/zebra.toml":     entry("zebra", "しまうま", "spf = [\"mx\"]\n[dkim]\ncan = \"no\"\n"),
		"hosts/mine.toml":      entry("mine", "自前", "own = true\ncommon = true\nspf = [\"ip4:<ip>\"]\n[server]\npattern = \"\"\nexample = \"203.0.113.10\"\n[dkim]\ncan = \"yes\"\n"),
		"senders/letters.toml": entry("letters", "おたより配信", "category = \"mail\"\nspf = []\n[dkim]\ncan = \"yes\"\n"),
		"panels/navi.toml": entry("navi", "なび", `
ns = ["dns.navi.example"]
apex = ["blank"]
sub = "label"
quotes = "none"
long = "auto"
dot = "optional"
alias = "yes"
ttl = { default = 3600, editable = "yes" }
menu = { ja = "なび > DNS", en = "Navi > DNS" }
[confidence]
menu = "confirmed"
fields = "confirmed"
[fields]
host = { ja = "エントリ名", en = "Entry" }
type = { ja = "タイプ", en = "Kind" }
value = { ja = "データ", en = "Data" }
[[beware]]
at = "panel"
text = { ja = "保存まで押す", en = "press save" }
`),
		"panels/soft.toml":    entry("soft", "やわらか", "ns = []\napex = [\"@\"]\nsub = \"label\"\nmenu = { ja = \"どこか\", en = \"somewhere\" }\n[confidence]\nmenu = \"memory\"\n"),
		"panels/unknown.toml": entry("unknown", "わからない", "ns = []\napex = [\"@\"]\nsub = \"label\"\n"),
		"resolvers.toml":      {Data: []byte("")},
		"selectors.toml":      {Data: []byte("source = []\nchecked = \"2026-11-22\"\n")},
		"parking.toml":        {Data: []byte("")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func step(t *testing.T, id wizard.StepID) wizard.Step {
	t.Helper()
	s, ok := wizard.Main().Step(id)
	if !ok {
		t.Fatalf("no step %s", id)
	}
	return s
}

func ids(list []words.Option) string {
	var out []string
	for _, o := range list {
		id := o.ID
		if o.Chosen {
			id += "*"
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func TestOptions(t *testing.T) {
	p := words.P{Lang: i18n.JA, Catalog: small(t)}
	mx := func(id string, unsure bool) catalog.Clue {
		return catalog.Clue{ID: id, Code: "because-mx", Args: map[string]string{"mx": "mx.rental.example"}, Ambiguous: unsure}
	}
	server := mx("rental", false)
	server.Value = "www9.rental.example"
	for _, c := range []struct {
		name string
		step wizard.StepID
		a    owner.Answers
		seen catalog.Detected
		want string
	}{
		{"nothing seen: common, own, unknown, rest", wizard.StepHost, owner.Answers{}, catalog.Detected{}, "cloudmail rental mine unknown zebra"},
		{"seen first", wizard.StepHost, owner.Answers{}, catalog.Detected{Hosts: []catalog.Clue{mx("zebra", false)}}, "zebra* cloudmail rental mine unknown"},
		{"own server seen", wizard.StepHost, owner.Answers{}, catalog.Detected{Hosts: []catalog.Clue{mx("mine", false)}}, "mine* cloudmail rental unknown zebra"},
		{"unsure is offered only", wizard.StepHost, owner.Answers{}, catalog.Detected{Hosts: []catalog.Clue{mx("rental", true), mx("zebra", true)}}, "rental zebra cloudmail mine unknown"},
		{"twice seen, once shown", wizard.StepHost, owner.Answers{}, catalog.Detected{Hosts: []catalog.Clue{server, mx("rental", false)}}, "rental* cloudmail mine unknown zebra"},
		{"said beats seen", wizard.StepHost, owner.Answers{Hosts: []owner.Host{{ID: "cloudmail"}}}, catalog.Detected{Hosts: []catalog.Clue{server}}, "rental cloudmail* mine unknown zebra"},
		{"alias said", wizard.StepHost, owner.Answers{Hosts: []owner.Host{{ID: "mihon"}}}, catalog.Detected{}, "cloudmail rental* mine unknown zebra"},
		{"unknown said", wizard.StepHost, owner.Answers{Hosts: []owner.Host{{ID: "unknown"}}}, catalog.Detected{Hosts: []catalog.Clue{server}}, "rental cloudmail mine unknown* zebra"},
		{"panel: best clue only", wizard.StepPanel, owner.Answers{}, catalog.Detected{Panels: []catalog.Clue{mx("soft", false), mx("navi", false)}}, "soft* navi unknown"},
		{"panel: the catalogue's unknown is no clue", wizard.StepPanel, owner.Answers{}, catalog.Detected{Panels: []catalog.Clue{mx("unknown", false)}}, "unknown navi soft"},
		{"services", wizard.StepServices, owner.Answers{NoSender: true}, catalog.Detected{}, "none* unknown letters"},
		{"fixed", wizard.StepRoute, owner.Answers{}, catalog.Detected{}, "direct* forward list"},
		{"fixed, said", wizard.StepRoute, owner.Answers{Route: owner.List}, catalog.Detected{}, "direct forward list*"},
		{"no default where none is likely", wizard.StepSymptom, owner.Answers{}, catalog.Detected{}, "bounce spam vanish send-only gmail checkup"},
		{"gone from the catalogue", wizard.StepHost, owner.Answers{}, catalog.Detected{Hosts: []catalog.Clue{mx("gone", false)}}, "cloudmail rental mine unknown zebra"},
	} {
		if got := ids(p.Options(step(t, c.step), c.a, c.seen)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestOptionValues(t *testing.T) {
	p := words.P{Lang: i18n.JA, Catalog: small(t)}
	host := step(t, wizard.StepHost)
	find := func(a owner.Answers, seen catalog.Detected, id string) words.Option {
		list := p.Options(host, a, seen)
		return list[slices.IndexFunc(list, func(o words.Option) bool { return o.ID == id })]
	}
	o := find(owner.Answers{}, catalog.Detected{}, "rental")
	if o.Extra != "" || !strings.Contains(o.NeedsText, "www1234.rental.example") || !strings.Contains(o.NeedsText, "サーバー情報の画面") {
		t.Errorf("nothing found: %+v", o)
	}
	seen := catalog.Detected{Hosts: []catalog.Clue{{ID: "rental", Value: "www9.rental.example", Code: "because-mx", Args: map[string]string{"mx": "evil\x1b[31m"}}}}
	o = find(owner.Answers{}, seen, "rental")
	if o.Extra != "www9.rental.example" || o.NeedsText != "" || strings.Contains(o.Because, "\x1b") || !strings.Contains(o.Because, `\x1b`) {
		t.Errorf("found: %+v", o)
	}
	o = find(owner.Answers{Hosts: []owner.Host{{ID: "rental", Value: "www7.rental.example"}}}, seen, "rental")
	if o.Extra != "www7.rental.example" || o.NeedsText != "" {
		t.Errorf("said: %+v", o)
	}
	if o = find(owner.Answers{}, seen, "cloudmail"); o.NeedsText != "" {
		t.Errorf("needs nothing: %+v", o)
	}
	if o = find(owner.Answers{}, seen, "mine"); !strings.Contains(o.NeedsText, "203.0.113.10") {
		t.Errorf("own server: %+v", o)
	}
}

func TestFilter(t *testing.T) {
	p := words.P{Lang: i18n.EN, Catalog: small(t)}
	list := p.Options(step(t, wizard.StepHost), owner.Answers{}, catalog.Detected{})
	for typed, want := range map[string]string{
		"みほん": "rental unknown", "ミホン": "rental unknown", "MIHON": "rental unknown", "くも": "cloudmail unknown",
		"pigeon": "unknown", "": ids(list)} {
		if got := ids(words.Filter(list, typed)); got != want {
			t.Errorf("%q: got %s, want %s", typed, got, want)
		}
	}
}

func TestChange(t *testing.T) {
	p := words.P{Lang: i18n.JA, Catalog: small(t)}
	a := owner.Answers{Domain: "tanaka-foods.example", Hosts: []owner.Host{{ID: "rental"}}}
	got := p.Change(plan.Change{Action: plan.Replace, Name: "tanaka-foods.example", Type: snapshot.TXT, TTL: 3600,
		Value: "v=spf1 a:www9.rental.example mx ~all", Service: "rental",
		Old: []string{"v=spf1 include:old.example -all", "v=spf1 mx -all"}}, "navi", "tanaka-foods.example", a)
	labels := ""
	for _, f := range got.Fields {
		labels += f.Label + "=" + f.Value + "|"
	}
	if labels != "エントリ名=空欄のまま|タイプ=TXT|データ=v=spf1 a:www9.rental.example mx ~all|TTL=3600|" || !got.Fields[0].Empty {
		t.Errorf("fields: %s", labels)
	}
	if got.Title != "SPF レコードを変更" || got.Panel != "なび" || got.Menu != "なび > DNS > 現在の行の「編集」" || got.Soft != "" || got.Host != "" {
		t.Errorf("%+v", got)
	}
	if !slices.Equal(got.Remove, []string{"v=spf1 include:old.example -all"}) {
		t.Errorf("the nearer one is rewritten, the other deleted: %q", got.Remove)
	}
	d := ""
	for _, x := range got.Diff {
		d += string(x.Mark) + x.Text + "|"
	}
	if d != " v=spf1|+a:www9.rental.example| mx|--all|+~all|" {
		t.Errorf("diff: %s", d)
	}
	if !slices.Equal(got.Beware, []string{"スイッチに注意", "保存まで押す"}) {
		t.Errorf("beware: %q", got.Beware)
	}

	got = p.Change(plan.Change{Action: plan.Add, Name: "rs1._domainkey.tanaka-foods.example", Type: snapshot.TXT, Ask: "rental", Gate: "start-signing"}, "soft", "tanaka-foods.example", a)
	if got.Soft == "" || got.Host != "rs1._domainkey" || !strings.Contains(got.Ask, "メール > DKIM") || !strings.Contains(got.Gate, "「使う」を押す") {
		t.Errorf("DKIM: %+v", got)
	}
	if !slices.Contains(got.Beware, "鍵は長い") || slices.Contains(got.Beware, "スイッチに注意") {
		t.Errorf("DKIM beware: %q", got.Beware)
	}
	if strings.Contains(got.All, "v=spf1") || got.Value != "" {
		t.Errorf("a key that is not known yet has a value: %+v", got)
	}

	if got.Made != "" {
		t.Errorf("a key that is asked for has been made: %q", got.Made)
	}
	got = p.Change(plan.Change{Action: plan.Add, Name: "rs1._domainkey.tanaka-foods.example", Type: snapshot.TXT, Value: "v=DKIM1; p=AAAA", Service: "rental"}, "soft", "tanaka-foods.example", a)
	if got.Ask != "" || !strings.Contains(got.Made, "メール > DKIM") {
		t.Errorf("where the pasted key was made: %q, asked %q", got.Made, got.Ask)
	}
	got = p.Change(plan.Change{Action: plan.Remove, Name: "_dmarc.tanaka-foods.example", Type: snapshot.TXT, Old: []string{"v=DMARC1\x1b[2J"}}, "no-such-panel", "tanaka-foods.example", a)
	if got.Title != "余分な DMARC レコードを削除" || got.Panel != "お使いの DNS 設定画面" || !slices.Equal(got.Remove, []string{`v=DMARC1\x1b[2J`}) {
		t.Errorf("remove: %+v", got)
	}
}

func TestChangesProve(t *testing.T) {
	p := words.P{Lang: i18n.EN, Catalog: small(t)}
	pl := plan.Plan{Lookups: 3, Tries: []plan.Try{{IP: "203.0.113.10", From: "rental", Before: "none", After: "pass"},
		{IP: "203.0.113.11", From: "given", Before: "pass", After: "pass"}, {IP: "203.0.113.12", From: "given", Before: "none", After: "softfail"}},
		Changes: []plan.Change{
			{Action: plan.Add, Name: "example.jp", Type: snapshot.TXT, Value: "v=spf1 mx ~all"},
			{Action: plan.Add, Name: "_dmarc.example.jp", Type: snapshot.TXT, Value: "v=DMARC1; p=none"}}}
	got := p.Changes(pl, "navi", "example.jp", owner.Answers{Domain: "example.jp"})
	want := []string{"Mail from 203.0.113.10 (rental En) will pass SPF (now none: no record).", "Mail from 203.0.113.11 (the address you gave) passes SPF as before.",
		"For mail from 203.0.113.12 (the address you gave), SPF will say softfail: suspicious (now none: no record).", "SPF lookups: 3 of at most 10."}
	if !slices.Equal(got[0].Checked, want) || got[1].Checked != nil {
		t.Errorf("proved: %q and %q", got[0].Checked, got[1].Checked)
	}
}

// TestDiffTells: what stays and goes is the old value, what stays and comes the new one.
func TestDiffTells(t *testing.T) {
	p := words.P{Lang: i18n.EN, Catalog: small(t)}
	term := rapid.SampledFrom([]string{"mx", "a", "include:x.example", "ip4:192.0.2.1", "~all", "-all"})
	rapid.Check(t, func(t *rapid.T) {
		old := strings.Join(append([]string{"v=spf1"}, rapid.SliceOfN(term, 0, 8).Draw(t, "old")...), " ")
		now := strings.Join(append([]string{"v=spf1"}, rapid.SliceOfN(term, 0, 8).Draw(t, "now")...), " ")
		var a, b []string
		for _, d := range p.Change(plan.Change{Action: plan.Replace, Name: "example.jp", Type: snapshot.TXT, Value: now, Old: []string{old}}, "", "example.jp", owner.Answers{}).Diff {
			if d.Mark != '+' {
				a = append(a, d.Text)
			}
			if d.Mark != '-' {
				b = append(b, d.Text)
			}
		}
		if strings.Join(a, " ") != old || strings.Join(b, " ") != now {
			t.Fatalf("%q to %q: %q, %q", old, now, a, b)
		}
	})
}

func TestEvidenceAndFinding(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 2, 0, 0, time.FixedZone("JST", 9*3600))
	key := snapshot.Key{Name: "example.jp", Type: snapshot.TXT}
	none := snapshot.Answer{Key: key, Server: "ns1.dns.example", Status: snapshot.NoData, At: at}
	p := words.P{Lang: i18n.JA, Catalog: small(t)}
	for _, c := range []struct {
		a    snapshot.Answer
		want string
	}{
		{none, "ns1.dns.example の応答: example.jp の TXT なし（14:02）"},
		{snapshot.Answer{Key: key, Status: snapshot.OK, Records: []snapshot.Record{{Data: "a\x1b[0m"}, {Data: "b"}}}, `example.jp の TXT は a\x1b[0m / b`},
		{snapshot.Answer{Key: key, Status: snapshot.OK, Chain: []snapshot.Link{{Target: "t.example"}}}, "example.jp の TXT は t.example への別名"},
		{snapshot.Answer{Key: key, Status: snapshot.NXDomain}, "example.jp の TXT なし（この名前は存在しません）"},
		{snapshot.Answer{Key: snapshot.Key{Name: "example.jp", Type: snapshot.NS, At: "ns9.example"}, Status: snapshot.Failed, Reason: snapshot.Timeout}, "ns9.example の応答: example.jp の NS は確認できません（時間内に応答がありません）"},
		{snapshot.Answer{Key: key}, "example.jp の TXT は未確認"},
	} {
		if got := p.Evidence(c.a); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	f := p.Finding(checks.Finding{Code: checks.SPFMissing, Name: "example.jp", States: []checks.State{checks.MissingKnown}, Args: checks.SPFMissingArgs{Domain: "example.jp"}, Evidence: []snapshot.Answer{none}})
	if f.What == "" || f.Why == "" || f.Fix == "" || !slices.Equal(f.Evidence, []string{"ns1.dns.example の応答: TXT なし（14:02）"}) {
		t.Errorf("finding: %+v", f)
	}
	// What a finding about SPF rests on is not cut away behind a proof of ownership; a name is shown as people write it.
	many := snapshot.Answer{Key: key, Status: snapshot.OK, Records: []snapshot.Record{{Data: "google-site-verification=x"}, {Data: "v=spf1 -all"}}}
	f = p.Finding(checks.Finding{Code: checks.SPFNoAll, Name: "example.jp", Evidence: []snapshot.Answer{many}})
	if want := []string{"TXT は v=spf1 -all / google-site-verification=x"}; !slices.Equal(f.Evidence, want) {
		t.Errorf("got %q, want %q", f.Evidence, want)
	}
	f = p.Finding(checks.Finding{Code: checks.SPFMissing, Name: "xn--r8jz45g.jp", States: []checks.State{checks.MissingKnown}, Args: checks.SPFMissingArgs{Domain: "xn--r8jz45g.jp"}})
	if !strings.Contains(f.Why, "例え.jp") {
		t.Error(f.Why)
	}
}

// TestReasonsAndStates: whatever a value can be has words in both languages.
// What is left of a way out are look-ups, and of a memory a time.
func TestWhatIsLeft(t *testing.T) {
	p := words.P{Lang: i18n.JA, Catalog: small(t)}
	ways := p.Ways(plan.Plan{Ways: []plan.Way{{Code: "drop", Args: map[string]string{"term": "include:a.example", "service": "A", "left": "9"}}}})
	if want := "A をもう使っていなければ、include:a.example を削除します。問い合わせは 9 回になります。"; ways[0].Text != want {
		t.Errorf("got  %s\nwant %s", ways[0].Text, want)
	}
	f := p.Finding(checks.Finding{Code: checks.TTLLong, Name: "a.example", States: []checks.State{checks.TTLFixed}, Args: checks.TTLLongArgs{Type: "TXT", Left: 7200}})
	if !strings.Contains(f.What, "2 時間") {
		t.Error(f.What)
	}
}

// Names are listed as each language does.
func TestListsOfNames(t *testing.T) {
	f := checks.Finding{Code: checks.MXOK, Args: checks.MXOKArgs{Hosts: checks.Names{"mx1.a.example", "mx2.a.example"}}}
	for lang, want := range map[i18n.Lang]string{i18n.JA: "mx1.a.example、mx2.a.example", i18n.EN: "mx1.a.example, mx2.a.example"} {
		if got := (words.P{Lang: lang, Catalog: small(t)}).Finding(f).What; !strings.Contains(got, want) {
			t.Error(got)
		}
	}
	o := forecast.Outlook{Outcome: forecast.Delivered, Assumes: []forecast.Assumption{"key", "signing", "their-spf"}}
	if got, want := (words.P{Lang: i18n.EN, Catalog: small(t)}).Outlook(o), "the key is published, your mail is signed and the"; !strings.Contains(got, want) {
		t.Error(got)
	}
}

func TestReasonsAndStates(t *testing.T) {
	for _, l := range i18n.Langs() {
		p := words.P{Lang: l, Catalog: small(t)}
		for _, r := range append(snapshot.Reasons(), "") {
			p.Evidence(snapshot.Answer{Status: snapshot.Failed, Reason: r})
		}
		now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
		for _, s := range []propagation.State{propagation.Published, propagation.Old, propagation.Negative, propagation.Wrong, propagation.Pending, propagation.Unreachable} {
			for _, authority := range []bool{false, true} {
				if got := p.Sight(propagation.Sight{State: s, Place: "x"}, propagation.Place{ID: "x", Authority: authority}, now); got.State == "" || got.Place != "x" {
					t.Errorf("%s: %+v", s, got)
				}
			}
		}
		for _, k := range propagation.Kinds() {
			d := &propagation.Diff{Kind: k, Want: "w", Found: "f\x1b"}
			if got := p.Sight(propagation.Sight{State: propagation.Wrong, Diff: d}, propagation.Place{}, now); got.Do == "" || !got.Wrong || strings.Contains(got.Do, "\x1b") {
				t.Errorf("%s: %+v", k, got)
			}
		}
		for _, r := range []string{"waiting", "published", "wrong", "pending", "unreachable"} {
			if p.Verdict(propagation.Verdict{Result: r}, now) == "" {
				t.Errorf("no verdict for %s", r)
			}
		}
		for _, c := range wizard.MisfitCodes() {
			if got := p.Misfit(&wizard.Misfit{Code: c, Value: "\x07"}); got == "" || strings.Contains(got, "\x07") {
				t.Errorf("misfit %s: %q", c, got)
			}
		}
		for _, action := range []plan.Action{plan.Add, plan.Replace, plan.Remove} {
			for _, c := range []plan.Change{{Name: "example.jp", Type: snapshot.TXT, Value: "v=spf1 ~all"}, {Name: "x._domainkey.example.jp", Type: snapshot.CNAME, Value: "t.example"},
				{Name: "_dmarc.example.jp", Type: snapshot.TXT, Value: "v=DMARC1; p=none"}, {Name: "example.jp", Type: snapshot.MX, Value: "10 mx.example"}, {Name: "www.example.jp", Type: snapshot.A, Value: "192.0.2.1"}} {
				c.Action, c.Gate = action, "start-signing"
				if got := p.Change(c, "", "example.jp", owner.Answers{}); got.Title == "" || got.All == "" {
					t.Errorf("%+v: %+v", c, got)
				}
			}
		}
	}
}

func TestSight(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	p := words.P{Lang: i18n.JA, Catalog: small(t)}
	place := propagation.Place{ID: "google", Name: "Google", Addr: "8.8.8.8:53"}
	got := p.Sight(propagation.Sight{State: propagation.Old, Since: now.Add(-time.Minute), Until: now.Add(18*time.Minute + 42*time.Second), Total: time.Hour}, place, now)
	if got.Kind != "8.8.8.8" || got.State != "古い値" || got.Left != "あと 18 分 42 秒" || got.At != "13:59" || !got.Waiting || got.Share < 0.68 || got.Share > 0.69 {
		t.Errorf("%+v", got)
	}
	got = p.Sight(propagation.Sight{State: propagation.Negative, Until: now.Add(-time.Second), Total: time.Hour}, place, now)
	if got.Left != "まもなく" || got.Share != 1 {
		t.Errorf("%+v", got)
	}
	got = p.Sight(propagation.Sight{State: propagation.Old, Until: now.Add(time.Minute), CachesWith: 1, Caches: 3}, place, now)
	if got.Caches != "キャッシュ 3 個のうち 1 個は反映済み" {
		t.Errorf("%+v", got)
	}
	for _, why := range propagation.Whys() {
		s := propagation.Sight{State: propagation.Pending, Why: why, WhySince: now.Add(-time.Hour), Serial: 41, Newest: 42}
		if got := p.Sight(s, place, now); got.Do == "" || strings.Contains(got.Do, "no value") {
			t.Errorf("%s: %q", why, got.Do)
		}
	}
	if s := p.Verdict(propagation.Verdict{Result: "pending", Sights: []propagation.Sight{{Why: propagation.WhyUnsaved, WhySince: now.Add(-time.Hour)}}}, now); !strings.Contains(s, "13:00") {
		t.Error(s)
	}
	place.Addr = "[2001:4860:4860::8888]:53"
	if got = p.Sight(propagation.Sight{State: propagation.Pending}, place, now); got.Kind != "2001:4860:4860::8888" || got.Do != "" {
		t.Errorf("%+v", got)
	}
	if s := p.Verdict(propagation.Verdict{Result: "waiting", Done: now.Add(30 * time.Minute)}, now); !strings.Contains(s, "14:30") {
		t.Error(s)
	}
	if s := p.Verdict(propagation.Verdict{Result: "waiting", Done: now.Add(24 * time.Hour)}, now); !strings.Contains(s, "11月23日 14:00") {
		t.Error(s)
	}
}

func TestDuration(t *testing.T) {
	ja, en := words.P{Lang: i18n.JA}, words.P{Lang: i18n.EN}
	for _, c := range []struct {
		d      time.Duration
		ja, en string
	}{
		{-time.Second, "0 秒", "0 s"}, {time.Millisecond, "1 秒", "1 s"}, {59*time.Second + 1, "1 分", "1 min"},
		{18*time.Minute + 42*time.Second, "18 分 42 秒", "18 min 42 s"}, {time.Hour, "1 時間", "1 h"},
		{25 * time.Hour, "1 日 1 時間", "1 d 1 h"}, {90 * time.Minute, "1 時間 30 分", "1 h 30 min"},
	} {
		if got := ja.Duration(c.d); got != c.ja {
			t.Errorf("%v: %q", c.d, got)
		}
		if got := en.Duration(c.d); got != c.en {
			t.Errorf("%v: %q", c.d, got)
		}
	}
}

func TestTyped(t *testing.T) {
	recognise := func(s string) (input.Input, *input.Problem) {
		switch s {
		case "ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ":
			return input.Input{Kind: input.Address, Local: "info", Domain: "example.jp"}, nil
		case "https://example.jp/x":
			return input.Input{Kind: input.URL, Domain: "example.jp"}, nil
		}
		return input.Input{}, &input.Problem{Code: "intake-tld"}
	}
	for _, c := range [][3]string{
		{wizard.CheckAddress, " ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ ", "info@example.jp"}, {wizard.CheckDomain, "https://example.jp/x", "example.jp"},
		{wizard.CheckHost, "ＷＷＷ１.example.", "www1.example"}, {wizard.CheckIP, " ２０３.0.113.1", "203.0.113.1"},
		{wizard.CheckText, " あ ", "あ"}, {wizard.CheckAddress, "", ""}, {wizard.CheckAddress, "so ni", "so ni"}} {
		if got := words.Typed(c[0], c[1], recognise); got != c[2] {
			t.Errorf("%v: %q", c, got)
		}
	}
	for _, c := range []struct {
		in   input.Input
		want string
	}{
		{input.Input{Kind: input.Domain, Domain: "example.jp"}, "found"},
		{input.Input{Kind: input.Bounce, Domain: "example.jp", Raw: "550 no"}, "found"},
		{input.Input{Kind: input.Header, Raw: "From: x"}, "domain"},
		{input.Input{Kind: input.Address, Domain: "example.jp", Local: "info"}, "found"},
	} {
		a, at, err := wizard.Main().Walk(wizard.Path{words.Intake(c.in)})
		if err != nil || string(at) != c.want || a.Message != c.in.Raw {
			t.Errorf("%+v: %s %+v %v", c.in, at, a, err)
		}
	}
}

// TestOldSource: what was looked at more than a year ago is worded with its date, for the panel, the console and the need.
func TestOldSource(t *testing.T) {
	p := words.P{Lang: i18n.EN, Catalog: small(t), Now: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)}
	a := owner.Answers{Domain: "tanaka-foods.example", Hosts: []owner.Host{{ID: "rental"}}}
	c := plan.Change{Action: plan.Add, Name: "rs1._domainkey.tanaka-foods.example", Type: snapshot.TXT, Ask: "rental", Service: "rental"}
	got := p.Change(c, "navi", "tanaka-foods.example", a)
	if !strings.Contains(got.Soft, "2026-11-22") || !strings.Contains(got.Ask, "2026-11-22") {
		t.Errorf("panel %q, console %q", got.Soft, got.Ask)
	}
	f := checks.Finding{Code: checks.SPFSenderMissing, Args: checks.SPFSenderMissingArgs{Service: "rental", Terms: checks.Texts{"mx"}}}
	if why := p.Finding(f).Why; !strings.Contains(why, "2026-11-22") {
		t.Errorf("need: %q", why)
	}
	p.Now = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	if got := p.Change(c, "navi", "tanaka-foods.example", a); strings.Contains(got.Soft+got.Ask, "2026") {
		t.Errorf("not old yet: panel %q, console %q", got.Soft, got.Ask)
	}
}
