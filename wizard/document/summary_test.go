package document_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

var update = flag.Bool("update", false, "write the golden files anew")

const hostile = "v=spf1 \x1b]0;x\x07 [click](https://evil.example) <img src=x> | ``` \u202e ~all"

// input is a case with everything in it, over a catalogue of its own, so that new facts do not change the goldens.
func input(t testing.TB, lang i18n.Lang) document.Input {
	t.Helper()
	file := func(id, ja, en, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("id = \"" + id + "\"\nname = { ja = \"" + ja + "\", en = \"" + en + "\" }\nsource = [\"memory\"]\nchecked = \"2026-11-22\"\n" + more)}
	}
	cat, err := catalog.Read(fstest.MapFS{
		"hosts/rental.toml": file("rental", "みほんレンタル", "Sample Rental", `
spf = ["a:<server>", "mx"]
[dkim]
can = "yes"
menu = { ja = "メール > DKIM", en = "Mail > DKIM" }
start = { ja = "「使う」を押す", en = "press Use" }
`),
		"senders/letters.toml": file("letters", "おたより", "Letters", "category = \"mail\"\n[dkim]\ncan = \"yes\"\n"),
		"panels/navi.toml": file("navi", "なび", "Navi", `
ns = ["dns.navi.example"]
apex = ["blank"]
sub = "label"
quotes = "none"
long = "auto"
dot = "optional"
ttl = { default = 3600, editable = "yes" }
menu = { ja = "なび > DNS", en = "Navi > DNS" }
[fields]
host = { ja = "エントリ名", en = "Entry" }
[[beware]]
at = "panel"
text = { ja = "保存まで押します。", en = "Do press save." }
`),
		"resolvers.toml": {Data: []byte("")}, "parking.toml": {Data: []byte("")}, "selectors.toml": {Data: []byte("source = []\nchecked = \"2026-11-22\"\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 14, 2, 0, 0, time.FixedZone("JST", 9*3600))
	domain := "xn--wgv71a119e.example"
	s := snapshot.New(domain, now)
	txt := snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.TXT, Via: snapshot.Authority}, Server: "ns1.navi.example (192.0.2.1)",
		Status: snapshot.OK, At: now, Records: []snapshot.Record{{Data: "v=spf1 mx -all", TTL: 300}, {Data: hostile + "\xff", TTL: 300}}}
	none := snapshot.Answer{Key: snapshot.Key{Name: "_dmarc." + domain, Type: snapshot.TXT, Via: snapshot.Authority}, Server: "ns1.navi.example (192.0.2.1)", Status: snapshot.NXDomain, At: now}
	ns := snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.NS, Via: snapshot.Resolver}, Status: snapshot.OK, Records: []snapshot.Record{{Data: "ns1.navi.example"}}, At: now}
	dead := snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.MX, Via: snapshot.Server, At: "ns2.navi.example"}, Status: snapshot.Failed, Reason: snapshot.Timeout, At: now}
	for _, a := range []snapshot.Answer{txt, none, ns, dead} {
		s.Add(a)
	}
	return document.Input{
		Lang: lang, Catalog: cat, Domain: "日本語.example", DNS: s, Now: now, Program: "todoku test", Elapsed: 180 * time.Millisecond,
		Answers: owner.Answers{Domain: domain, Hosts: []owner.Host{{ID: "rental"}}},
		Seen: catalog.Detected{Hosts: []catalog.Clue{{ID: "rental", Value: "www9.rental.example", Code: "because-mx", Args: map[string]string{"mx": "mx.rental.example"}}},
			Panels: []catalog.Clue{{ID: "navi", Code: "because-ns", Args: map[string]string{"ns": "dns.navi.example"}}}},
		Findings: []checks.Finding{
			{Code: checks.SPFMultiple, Severity: checks.Blocks, Name: domain, Args: checks.CountArgs{Count: 2}, Evidence: []snapshot.Answer{txt}},
			{Code: checks.SPFNoAll, Severity: checks.Harms, Name: domain, Under: checks.SPFMultiple},
			{Code: checks.DMARCMissing, Severity: checks.Harms, Name: "_dmarc." + domain, Evidence: []snapshot.Answer{none}},
			{Code: checks.SPFUnknown, Severity: checks.Unknown, Name: domain, States: []checks.State{checks.SPFUnseenRecord}, Args: checks.UnseenArgs{Reason: "timeout"}},
			{Code: checks.MXOK, Severity: checks.Fine, Name: domain, Args: checks.MXOKArgs{Hosts: checks.Names{"mx.rental.example\x1b[2J"}}},
		},
		Plan: plan.Plan{Lookups: 2, Tries: []plan.Try{{IP: "203.0.113.10", From: "rental", Before: "permerror", After: "pass"}},
			Changes: []plan.Change{
				{Action: plan.Replace, Name: domain, Type: snapshot.TXT, TTL: 3600, Value: "v=spf1 a:www9.rental.example mx ~all", Old: []string{"v=spf1 mx -all"}, Because: []checks.Code{checks.SPFMultiple}},
				{Action: plan.Remove, Name: domain, Type: snapshot.TXT, Old: []string{hostile}, Because: []checks.Code{checks.SPFMultiple}},
				{Action: plan.Add, Name: "rs1._domainkey." + domain, Type: snapshot.TXT, TTL: 3600, Ask: "rental", Gate: "start-signing", Service: "rental"},
				{Action: plan.Add, Name: "_dmarc." + domain, Type: snapshot.TXT, TTL: 3600, Value: "v=DMARC1; p=none", Because: []checks.Code{checks.DMARCMissing}},
			}},
		Forecast: future(txt, none),
		Wait: &document.Wait{
			Wants:  []propagation.Want{{Name: domain, Type: snapshot.TXT, Value: "v=spf1 a:www9.rental.example mx ~all"}},
			Places: []propagation.Place{{ID: "ns1", Name: "ns1.navi.example", Authority: true}, {ID: "google", Name: "Google", Addr: "8.8.8.8:53"}},
			Verdict: propagation.Verdict{Result: propagation.ResultWaiting, Done: now.Add(5 * time.Minute), Sights: []propagation.Sight{
				{Place: "ns1", State: propagation.Published, Since: now},
				{Place: "google", State: propagation.Old, Since: now, Until: now.Add(5 * time.Minute), Total: time.Hour, Found: []string{"v=spf1 mx -all"}}}},
		},
	}
}

// future is a forecast with everything in it.
func future(txt, none snapshot.Answer) forecast.Forecast {
	ask := forecast.Demand{Need: "spf-or-dkim", Level: forecast.Required, Outcome: forecast.Rejected, Code: "550-5.7.26", Source: "https://rules.example/1", Confidence: catalog.Confirmed}
	size, dmarc := ask, ask
	size.Need, dmarc.Need, dmarc.Level, dmarc.Confidence = "key-size", "dmarc", forecast.Recommended, catalog.Seen
	rows := []forecast.Judged{
		{Demand: ask, State: forecast.Unmet, Reason: forecast.Reason{Code: "nothing-passes"}, Services: []string{"letters"}, Evidence: []snapshot.Answer{txt}},
		{Demand: size, State: forecast.Hidden, Reason: forecast.Reason{Code: "no-key-to-measure"}},
		{Demand: dmarc, State: forecast.Unmet, Reason: forecast.Reason{Code: "dmarc-none"}, Evidence: []snapshot.Answer{none}},
	}
	dmarc.Level = forecast.Required
	return forecast.Forecast{Changes: true, Lines: []forecast.Line{
		{Receiver: "gmail", Now: forecast.Outlook{Outcome: forecast.Rejected, Code: "550-5.7.26", Reason: forecast.Reason{Code: "nothing-passes"}, Source: "https://rules.example/1",
			Confidence: catalog.Confirmed, Evidence: []snapshot.Answer{txt}},
			Then: forecast.Outlook{Outcome: forecast.Delivered, Reason: forecast.Reason{Code: "nothing-against"}, Assumes: []forecast.Assumption{forecast.KeyPublished, forecast.SigningOn},
				Source: "https://rules.example/0", Confidence: catalog.Confirmed}},
		{Receiver: "au", Bulk: true, Now: forecast.Outlook{Outcome: forecast.Unknown, Worst: forecast.Dropped, Reason: forecast.Reason{Code: "ptr-elsewhere", Args: map[string]string{"ip": "203.0.113.10", "host": hostile}},
			Services: []string{"rental", "letters"}, Source: "https://rules.example/2", Confidence: catalog.Seen},
			Then: forecast.Outlook{Outcome: forecast.Unknown, Worst: forecast.Dropped, Reason: forecast.Reason{Code: "ptr-elsewhere", Args: map[string]string{"ip": "203.0.113.10", "host": hostile}},
				Services: []string{"rental", "letters"}, Source: "https://rules.example/2", Confidence: catalog.Seen}},
	}, Lists: []forecast.Checklist{{Receiver: "gmail", Items: rows},
		{Receiver: "gmail-bulk", Extends: "gmail", Items: append(rows[:2:2], forecast.Judged{Demand: dmarc, State: forecast.Unmet, Reason: forecast.Reason{Code: "dmarc-none"}, Evidence: []snapshot.Answer{none}})}}}
}

func TestGolden(t *testing.T) {
	for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
		for _, f := range document.Formats() {
			got, err := document.Write(f.Name, input(t, lang))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", string(lang)+f.Ext)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("%s changed; look at it, then run with -update:\n%s", file, got)
			}
			again, err := document.Write(f.Name, input(t, lang))
			if err != nil || string(again) != string(got) {
				t.Errorf("%s is not the same twice (%v)", file, err)
			}
			for _, r := range strings.ReplaceAll(strings.TrimPrefix(string(got), "\ufeff"), "\r\n", "\n") { // as CSV has them
				if r != '\n' && r != '\t' && unicode.Is(unicode.C, r) {
					t.Errorf("%s: control code %q", file, r)
				}
			}
		}
	}
}

// alive matches Markdown syntax that no backslash escapes.
var alive = regexp.MustCompile("(^|[^\\\\])(<img|\\[click|`|https://evil|~all)")

// outsideCode takes the code spans out of a line (CommonMark section 6.1): a run of backticks up to the next as long.
func outsideCode(line string) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(line, '`')
		if at < 0 || at > 0 && line[at-1] == '\\' {
			return out.String() + line
		}
		run := line[at : len(line)-len(strings.TrimLeft(line[at:], "`"))]
		rest := line[at+len(run):]
		end := -1
		for i := 0; i < len(rest); {
			n := len(rest[i:]) - len(strings.TrimLeft(rest[i:], "`"))
			if n == len(run) {
				end = i
				break
			}
			i += max(n, 1)
		}
		if end < 0 {
			return out.String() + line
		}
		out.WriteString(line[:at])
		line = rest[end+len(run):]
	}
}

// TestMarkdownIsInert: nothing foreign becomes a link, a picture, HTML, a table's border or the end of a code block.
func TestMarkdownIsInert(t *testing.T) {
	in := input(t, i18n.EN)
	in.Domain = hostile
	md, err := document.Write("md", in)
	if err != nil {
		t.Fatal(err)
	}
	fence := ""
	for line := range strings.SplitSeq(string(md), "\n") {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && len(ticks) >= len(fence):
			fence = ""
		case fence == "" && alive.MatchString(outsideCode(line)):
			t.Errorf("alive: %s", line)
		}
	}
	if fence != "" {
		t.Error("a code block is left open")
	}
}

// TestContract: every field of the command line contract is there, by its name and kind.
func TestContract(t *testing.T) {
	raw, err := document.Write("json", input(t, i18n.EN))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	at := func(path ...any) any {
		var v any = got
		for _, p := range path {
			switch p := p.(type) {
			case string:
				m, ok := v.(map[string]any)
				if _, has := m[p]; !ok || !has {
					t.Fatalf("no %v of %v", p, path)
				}
				v = m[p]
			case int:
				l, ok := v.([]any)
				if !ok || len(l) <= p {
					t.Fatalf("no %v of %v", p, path)
				}
				v = l[p]
			}
		}
		return v
	}
	for _, c := range []struct {
		want any
		path []any
	}{
		{1.0, []any{"schema"}}, {"日本語.example", []any{"domain"}}, {"xn--wgv71a119e.example", []any{"ascii"}}, {"fix", []any{"verdict"}},
		{"spf-multiple", []any{"findings", 0, "code"}}, {"blocks", []any{"findings", 0, "severity"}}, {"2", []any{"findings", 0, "args", "count"}},
		{"There are 2 SPF records.", []any{"findings", 0, "what"}}, {"ns1.navi.example (192.0.2.1)", []any{"findings", 0, "evidence", 0, "server"}},
		{"TXT", []any{"findings", 0, "evidence", 0, "type"}}, {"ok", []any{"findings", 0, "evidence", 0, "status"}}, {300.0, []any{"findings", 0, "evidence", 0, "ttl"}},
		{"v=spf1 mx -all", []any{"findings", 0, "evidence", 0, "data", 0}}, {[]any{}, []any{"findings", 2, "evidence", 0, "data"}},
		{"nxdomain", []any{"findings", 2, "evidence", 0, "status"}}, {"spf-multiple", []any{"findings", 1, "under"}},
		{"replace", []any{"changes", 0, "action"}}, {"v=spf1 mx -all", []any{"changes", 0, "old", 0}}, {"spf-multiple", []any{"changes", 0, "because", 0}},
		{3600.0, []any{"changes", 0, "ttl"}}, {"navi", []any{"changes", 0, "panel", "id"}}, {"", []any{"changes", 0, "panel", "host"}},
		{hostile, []any{"changes", 1, "old", 0}}, {[]any{}, []any{"changes", 2, "because"}}, {"rental", []any{"changes", 2, "ask"}},
		{"_dmarc", []any{"changes", 3, "panel", "host"}}, {"v=DMARC1; p=none", []any{"changes", 3, "panel", "value"}}, {[]any{}, []any{"changes", 3, "old"}},
		{"rental", []any{"detected", "mail_hosts", 0, "id"}}, {[]any{}, []any{"detected", "senders"}}, {"navi", []any{"detected", "dns_panel", "id"}},
		{"v=spf1 mx -all", []any{"spf", "record"}}, {1.0, []any{"spf", "lookups"}}, {0.0, []any{"spf", "void_lookups"}}, {4.0, []any{"queries"}}, {180.0, []any{"elapsed_ms"}},
		{"gmail", []any{"forecast", 0, "receiver"}}, {"rejected", []any{"forecast", 0, "now", "outcome"}}, {"550-5.7.26", []any{"forecast", 0, "now", "code"}},
		{"nothing-passes", []any{"forecast", 0, "now", "reason"}}, {"delivered", []any{"forecast", 0, "then", "outcome"}}, {"https://rules.example/1", []any{"forecast", 0, "source"}},
		{"ns1.navi.example (192.0.2.1)", []any{"forecast", 0, "now", "evidence", 0, "server"}}, {"signing", []any{"forecast", 0, "then", "assumes", 1}},
		{"seen", []any{"forecast", 1, "now", "confidence"}}, {"dropped", []any{"forecast", 1, "now", "worst"}}, {hostile, []any{"forecast", 1, "now", "args", "host"}},
		{"gmail", []any{"requirements", 0, "receiver"}}, {"unmet", []any{"requirements", 0, "items", 0, "state"}}, {"required", []any{"requirements", 0, "items", 0, "level"}},
		{[]any{}, []any{"requirements", 0, "items", 1, "evidence"}}, {"gmail", []any{"requirements", 1, "extends"}},
		{"2026-11-22T14:07:00+09:00", []any{"wait", "sights", 1, "until"}}, {true, []any{"wait", "sights", 0, "authority"}},
	} {
		if v := at(c.path...); !reflect.DeepEqual(v, c.want) {
			t.Errorf("%v is %v, want %v", c.path, v, c.want)
		}
	}
	for _, field := range []string{"name", "why", "fix"} {
		at("findings", 0, field)
	}
	if at("detected", "mail_hosts", 0, "because") == "" {
		t.Error("no because")
	}
}

// TestContractOfNothing: lists are empty, not null, where nothing is known.
func TestContractOfNothing(t *testing.T) {
	in := document.Input{Lang: i18n.EN, Catalog: input(t, i18n.EN).Catalog, Answers: owner.Answers{Domain: "example.jp"}}
	raw, err := document.Encode(document.Contract(in), "")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"schema":1,"domain":"example.jp","ascii":"example.jp","verdict":"unknown","findings":[],"changes":[],"tries":[],` +
		`"detected":{"mail_hosts":[],"senders":[],"dns_panel":null},"spf":{"record":"","lookups":0,"void_lookups":0},"forecast":[],"queries":0,"elapsed_ms":0}` + "\n"
	if string(raw) != want {
		t.Errorf("got %s", raw)
	}
	for _, f := range document.Formats() {
		if _, err := document.Write(f.Name, in); err != nil {
			t.Errorf("%s of nothing: %v", f.Name, err)
		}
	}
}

// TestEncode: whatever the string, the JSON shows no control code and gives the same string back.
func TestEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune{0x1b, 0x7f, 0x9b, '\u202e', '\u200b', '"', '\\', '\n', 0xe0001}))).Draw(t, "s")
		raw, err := document.Encode(map[string]string{"k": s}, "")
		if err != nil {
			t.Fatal(err)
		}
		body := strings.TrimSuffix(string(raw), "\n")
		if snapshot.Printable(body) != body {
			t.Fatalf("not printable: %q", body)
		}
		var got map[string]string
		if err := json.Unmarshal(raw, &got); err != nil || got["k"] != document.UTF8(s) {
			t.Fatalf("%q came back as %q (%v)", s, got["k"], err)
		}
	})
}

func TestFormats(t *testing.T) {
	_, err := document.Write("docx", input(t, i18n.EN))
	var e *document.FormatError
	if !errors.As(err, &e) || e.Format != "docx" || !slices.Contains(e.Known, "md") || e.Error() == "" {
		t.Errorf("error %v", err)
	}
	if got := document.FileName("txt", input(t, i18n.JA)); got != "todoku-xn--wgv71a119e.example-2026-11-22.txt" {
		t.Error(got)
	}
	in := input(t, i18n.EN)
	if got := document.Record(in, 0); !strings.Contains(got, "\nv=spf1 a:www9.rental.example mx ~all\n") {
		t.Errorf("no bare value line:\n%s", got)
	}
	in.Answers.Panel = owner.Unknown
	if in.Panel() != "navi" {
		t.Errorf("who does not know gets what DNS shows: %q", in.Panel())
	}
	in.Seen.Panels[0].Ambiguous = true
	if in.Panel() != "" {
		t.Errorf("an unsure clue decides: %q", in.Panel())
	}
}
