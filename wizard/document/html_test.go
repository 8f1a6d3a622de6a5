package document_test

import (
	"fmt"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// shown are the pages to check, by name: stories, a proved run, one about which nothing is known, and one with
// everything in it, some of it hostile.
var shown = sync.OnceValue(func() map[string]func(testing.TB, i18n.Lang) document.Input {
	out := map[string]func(testing.TB, i18n.Lang) document.Input{"all": input, "proved": proven}
	for name, story := range map[string]string{"s1": "S1", "s2": "S2", "s4": "S4", "s6": "S6", "s7": "S7", "s8": "S8", "unknown": "case-servers-dead"} {
		out[name] = func(t testing.TB, lang i18n.Lang) document.Input { return told(t, story, lang) }
	}
	return out
})

// told is what is handed over of a story as it begins.
func told(t testing.TB, story string, lang i18n.Lang) document.Input {
	t.Helper()
	sc, err := lab.Find(strings.TrimPrefix(story, "case-"))
	if err != nil {
		t.Fatal(err)
	}
	return of(t, sc, lang)
}

func of(t testing.TB, sc lab.Scenario, lang i18n.Lang) document.Input {
	in := trial.Seen(t, sc)
	r := session.Judge(inhand.Teach(sc.Answers), in.DNS, in.Catalog)
	return document.Input{Lang: lang, Catalog: in.Catalog, Answers: r.Answers, DNS: in.DNS, Findings: r.Findings, Plan: r.Plan, Forecast: r.Forecast,
		Seen: r.Seen, Now: trial.Day, Program: "todoku test", Practice: sc.Title.In(string(lang))}
}

// proven is a run to its end: the records are live, and a test mail has arrived.
func proven(t testing.TB, lang i18n.Lang) document.Input {
	sc, err := lab.Find("S1")
	if err != nil {
		t.Fatal(err)
	}
	sc.Answers.Keys = []owner.Key{{Service: "google-workspace", Selector: "google", Value: sc.Key("google-workspace", "")}}
	in := of(t, sc, lang)
	in.Now = trial.Day.Add(2 * time.Hour)
	in.Wait = &document.Wait{Places: []propagation.Place{{ID: "ns1", Name: "ns1.xserver.jp", Authority: true}, {ID: "google", Name: "Google", Addr: "8.8.8.8:53"}},
		Verdict: propagation.Verdict{Result: propagation.ResultPublished}}
	for i, c := range in.Plan.Changes {
		in.Wait.Wants = append(in.Wait.Wants, propagation.Want{Name: c.Name, Type: c.Type, Value: c.Value})
		for _, p := range in.Wait.Places {
			in.Wait.Verdict.Sights = append(in.Wait.Verdict.Sights, propagation.Sight{Want: i, Place: p.ID, State: propagation.Published, Since: in.Now.Add(-time.Hour)})
		}
	}
	pass := proof.Check{Result: "pass", Domain: in.Answers.Domain, Aligned: "yes"}
	key := pass
	key.Selector, key.Verified = "google", true
	in.Proof = &proof.Proof{At: in.Now, Kind: "message", Domain: in.Answers.Domain, Receiver: "gmail", Received: in.Now.Add(-time.Minute), SPF: pass,
		IP: netip.MustParseAddr("198.51.100.65"), DKIM: []proof.Check{key}, DMARC: pass, Policy: "none", Way: proof.Way{Route: "direct"}}
	return in
}

// TestPagesAreSound: a page is whole, asks for nothing from elsewhere, and can be found one's way in without eyes.
func TestPagesAreSound(t *testing.T) {
	dir := os.Getenv("TODOKU_PAGES") // where to put them to be looked at
	for name, page := range shown() {
		for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
			data, err := document.Write("html", page(t, lang))
			if err != nil {
				t.Fatal(err)
			}
			if dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+"-"+string(lang)+".html"), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, fault := range faults(t, string(data), lang) {
				t.Errorf("%s, %s: %s", name, lang, fault)
			}
		}
	}
}

// TestIndexIsSound: many domains in one page, the gravest first, whatever they are called.
func TestIndexIsSound(t *testing.T) {
	for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
		var rows []document.IndexRow
		for _, name := range []string{"s8", "unknown", "s6", "s4", "s1", "all"} {
			in := shown()[name](t, lang)
			rows = append(rows, document.IndexRowOf(in, document.PageName(in.Answers.Domain)))
		}
		odd := map[i18n.Lang]document.Overview{}
		for _, l := range i18n.Langs() {
			odd[l] = document.OverviewFailed("<b>\u202eno domain", "<script>", true)
		}
		data, err := document.HTMLIndex(lang, append(rows, document.IndexRow{Of: odd}), trial.Day, "todoku test")
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("TODOKU_PAGES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "index-"+string(lang)+".html"), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, fault := range faults(t, string(data), lang) {
			t.Errorf("%s: %s", lang, fault)
		}
		if strings.Contains(string(data), "<b>") {
			t.Errorf("%s: a name is HTML", lang)
		}
	}
}

// TestPageNames: the name of a page's file leads nowhere else, and is never that of another page.
func TestPageNames(t *testing.T) {
	seen := map[string]string{}
	long := strings.Repeat("a.", 126) + "jp"
	for _, domain := range []string{"example.jp", "con", "index", "../../etc/passwd", `a\b`, "a/b", "EXAMPLE.jp", "日本語.jp", "x:y", long, long + "x", "xn--wgv71a119e.example", ""} {
		name := document.PageName(domain)
		if !regexp.MustCompile(`^todoku-[a-z0-9._-]*\.html$`).MatchString(name) || len(name) > 220 || strings.Contains(name, "/") {
			t.Errorf("%q: %q", domain, name)
		}
		if other, taken := seen[name]; taken {
			t.Errorf("%q and %q: %s", domain, other, name)
		}
		seen[name] = domain
	}
	if got := document.PageName("example.jp"); got != "todoku-example.jp.html" {
		t.Error(got)
	}
}

// void are the elements that have no end (HTML Standard, 13.1.2).
var void = []string{"meta", "link", "br", "input"}

// faults lists what is wrong with a page.
func faults(t *testing.T, page string, lang i18n.Lang) (out []string) {
	t.Helper()
	bad := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	count, ids, wanted := map[string]int{}, map[string]bool{}, []string{}
	var open []string
	level := 0
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		tok := z.Token()
		if kind == html.EndTagToken {
			if len(open) == 0 || open[len(open)-1] != tok.Data {
				bad("</%s> closes %v", tok.Data, open)
				return out
			}
			open = open[:len(open)-1]
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		count[tok.Data]++
		if kind == html.StartTagToken && !slices.Contains(void, tok.Data) {
			open = append(open, tok.Data)
		}
		if len(tok.Data) == 2 && tok.Data[0] == 'h' && tok.Data[1] >= '1' && tok.Data[1] <= '6' {
			n := int(tok.Data[1] - '0')
			if n > level+1 {
				bad("h%d follows h%d", n, level)
			}
			level = n
		}
		attr := map[string]string{}
		for _, a := range tok.Attr {
			attr[a.Key] = a.Val
			switch a.Key {
			case "id":
				if ids[a.Val] {
					bad("two of id %s", a.Val)
				}
				ids[a.Val] = true
			case "href":
				if to, inside := strings.CutPrefix(a.Val, "#"); inside {
					wanted = append(wanted, to)
				} else if beside := strings.HasPrefix(a.Val, "todoku-") && !strings.Contains(a.Val, "/"); tok.Data != "a" && !strings.HasPrefix(a.Val, "data:") || tok.Data == "a" && !strings.HasPrefix(a.Val, "https://") && !beside {
					bad("<%s href=%q>", tok.Data, a.Val)
				}
			case "aria-labelledby", "data-copy":
				wanted = append(wanted, a.Val)
			case "src", "srcset", "action", "poster", "background", "xlink:href", "data":
				bad("it asks for %s=%q", a.Key, a.Val)
			}
			if strings.HasPrefix(a.Key, "on") {
				bad("script in %s", a.Key)
			}
		}
		switch {
		case tok.Data == "html" && attr["lang"] != string(lang):
			bad("<html lang=%q>", attr["lang"])
		case tok.Data == "button" && attr["type"] != "button":
			bad("a button without its type")
		case tok.Data == "svg" && attr["aria-hidden"] != "true" && attr["aria-labelledby"] == "":
			bad("a picture without words")
		}
	}
	for _, id := range wanted {
		if !ids[id] {
			bad("nothing has the id %s", id)
		}
	}
	for tag, n := range map[string]int{"h1": 1, "main": 1, "title": 1 + 4, "html": 1, "script": 1, "style": 1} {
		if tag == "title" {
			n = 1 + count["figure"]*2
		}
		if count[tag] != n {
			bad("%d of <%s>, want %d", count[tag], tag, n)
		}
	}
	if len(open) > 0 {
		bad("left open: %v", open)
	}
	if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-`) {
		bad("nothing keeps it from asking for more")
	}
	if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") {
		bad("the template was given something odd")
	}
	if strings.Contains(page, "\x1b") || strings.ContainsRune(page, '\u202e') {
		bad("control codes")
	}
	return out
}

// TestPagesSayWhatTheyMust: both languages are whole in every page, and what is to be typed stands in it letter by letter.
func TestPagesSayWhatTheyMust(t *testing.T) {
	data, err := document.Write("html", told(t, "S1", i18n.JA))
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for _, want := range []string{
		`<code class="val" id="ja-r1-f3">v=spf1 include:_spf.google.com ~all</code>`, `<code class="val" id="en-r1-f3">v=spf1 include:_spf.google.com ~all</code>`,
		"SPF レコードがありません。", "There is no SPF record.", `<input type="radio" name="lang" id="lang-ja" value="ja"`, `autocomplete="off" checked>日本語`,
		"「DNS で確認」から「Gmail」へ進むところに問題があります。", "The route breaks between DNS check and Gmail.", "もとに戻すとき",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if len(page) > 200<<10 {
		t.Errorf("%d bytes for a few records", len(page))
	}
}

// contrast is that of two colours (WCAG 2.2, 1.4.3).
func contrast(a, b string) float64 {
	light := func(hex string) float64 {
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestColoursCanBeRead: every pair of colours in which a text is set has the contrast that WCAG 2.2 asks for, in light and
// in dark, and so have the signs.
func TestColoursCanBeRead(t *testing.T) {
	css, err := os.ReadFile("sheet/sheet.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s):root \{.*?\n\s*\}`).FindAllString(string(css), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d palettes", len(blocks))
	}
	for i, block := range blocks {
		colour := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(block, -1) {
			colour[m[1]] = m[2]
		}
		for _, pair := range strings.Fields("ink/paper ink/bg ink/soft muted/paper muted/bg muted/soft link/paper link/bg link/note-bg paper/link paper/ink " +
			"bad/paper bad/bad-bg bad/soft good/paper good/good-bg good/soft unk/paper unk/unk-bg unk/soft note/paper note/note-bg ink/bad-bg ink/good-bg ink/unk-bg ink/note-bg paper/bad paper/good paper/unk paper/note muted/note-bg") {
			a, b, _ := strings.Cut(pair, "/")
			if colour[a] == "" || colour[b] == "" {
				t.Fatalf("palette %d has no %s", i, pair)
			}
			if c := contrast(colour[a], colour[b]); c < 4.5 {
				t.Errorf("palette %d: %s has a contrast of %.2f", i, pair, c)
			}
		}
	}
}
