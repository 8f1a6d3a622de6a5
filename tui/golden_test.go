package tui

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

var record = flag.Bool("record", false, "look at the lab anew for the answers under the screens")

// updating: write the screens that the tests compare with. The flag is teatest's own.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// recorded replaces the result of a look by a recorded one: which of several equal servers answers first must not
// change a screen.
func recorded(scenario string) func(*Deps) {
	return func(d *Deps) {
		file := filepath.Join("testdata", scenario+".snapshot.json")
		live := d.Check
		d.Check = func(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error) {
			if *record {
				s, err := live(ctx, a, nil, each)
				if err != nil {
					return nil, err
				}
				raw, err := json.MarshalIndent(s, "", " ")
				if err != nil {
					return nil, err
				}
				return s, os.WriteFile(file, raw, 0o644)
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			s := new(snapshot.Snapshot)
			if err := json.Unmarshal(raw, s); err != nil {
				return nil, err
			}
			for i, answer := range s.Answers {
				each(Progress{Answer: answer, Asked: i + 1})
			}
			return s, nil
		}
	}
}

// walk takes a picture of every page on the way through a story.
func walk(t *testing.T, a *album, change ...func(*Deps)) {
	d := drive(t, "s1", i18n.JA, append(change, recorded("s1"))...)
	a.add(d, "intake")
	d.press("ctrl+u", "c", "o", ".", "j", "p", "enter")
	a.add(d, "intake: refused")
	d.press("ctrl+u")
	d.paste("info@hanazono.example")
	d.to(wizard.StepFound)
	a.add(d, "found")
	for _, id := range []wizard.StepID{wizard.StepHost, wizard.StepServices, wizard.StepPanel, wizard.StepRoute, wizard.StepSymptom} {
		d.to(id)
		a.add(d, string(id))
		d.press("esc")
	}
	d.to(wizard.StepPanel)
	d.press("わからない", "enter")
	a.add(d, "panel: how to find out")
	d.press("esc", "esc")
	d.to(wizard.StepDiagnosis)
	a.add(d, "diagnosis")
	d.press("f")
	a.add(d, "receivers")
	for range 9 {
		d.press("pgdown")
	}
	a.add(d, "receivers: the end")
	d.press("f", "down", "d")
	a.add(d, "diagnosis: second finding, in detail")
	d.press("?")
	a.add(d, "help")
	d.press("esc", "esc", "e")
	a.add(d, "export")
	d.press("esc")
	d.to(wizard.StepRecords)
	a.add(d, "records: SPF")
	d.press("c")
	a.add(d, "records: SPF copied")
	d.press("right")
	a.add(d, "records: DKIM asked for")
	d.paste("v=DKIM1; k=rsa; p=MIGfMA0GCSq")
	d.press("enter")
	a.add(d, "records: DKIM cut off")
	d.press("ctrl+u", "tab", "enter")
	a.add(d, "records: DKIM taken")
	d.to(wizard.StepWatch)
	a.add(d, "watch: nothing saved yet")
}

// waitAlbum takes pictures of the wait, over the lab itself.
func waitAlbum(t *testing.T, a *album) {
	d := drive(t, "s1", i18n.JA, steady)
	d.to(wizard.StepRecords)
	d.press("right", "tab", "enter")
	d.to(wizard.StepWatch)
	d.press("p")
	a.add(d, "watch: published")
	d.pass(20 * time.Minute)
	a.add(d, "watch: 20 minutes later")
	d.press("h")
	a.add(d, "watch: history")
	d.press("h")
	for range 60 {
		d.pass(10 * time.Minute)
	}
	a.add(d, "watch: seen everywhere")
	d.press("enter")
	a.add(d, "proof: signing")
	d.press("enter")
	a.add(d, "proof")
	d.paste("Delivered-To: a@gmail.example\nReceived: by 2002:a05:: with SMTP id x; Sun, 22 Nov 2026 05:00:00 +0000\n" +
		"From: info@hanazono.example\nTo: a@gmail.example\nSubject: x\n")
	d.press("enter")
	a.add(d, "proof: a copy")
	d.press("esc")
	d.paste("<a@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.14] said: 550-5.7.26 Your email has been blocked because the sender is unauthenticated.")
	d.press("enter")
	a.add(d, "proof: refused")
	d.press("esc", "tab")
	a.add(d, "proof: proved")
	d.press("enter")
	a.add(d, "keep")
	d.press("e", "enter")
	a.add(d, "export: written")
}

// Every screen, in both languages, in every size and with both sets of glyphs.
func TestScreens(t *testing.T) {
	shown := &kinds{seen: map[string]bool{}}
	t.Run("albums", func(t *testing.T) { albums(t, shown) })
	for _, want := range pageKinds(t) {
		if !shown.seen[want] {
			t.Errorf("no album shows the page %s", want)
		}
	}
	for _, s := range wizard.Main().Steps {
		if !shown.seen[string(s.ID)] {
			t.Errorf("no album shows the step %s", s.ID)
		}
	}
}

// pageKinds returns the types of this package that draw a page.
func pageKinds(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	must(t, err)
	var out []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		must(t, err)
		for _, m := range drawn.FindAllStringSubmatch(string(raw), -1) {
			out = append(out, "tui."+m[1])
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %v draw a page", out)
	}
	return out
}

var drawn = regexp.MustCompile(`(?m)^func \(\w+ \*?(\w+)\) View\(f Frame\) string`)

func albums(t *testing.T, shown *kinds) {
	for name, pages := range map[string]func(*testing.T, *album){
		"s1":      func(t *testing.T, a *album) { walk(t, a) },
		"wait":    waitAlbum,
		"reports": reportAlbum,
		"first":   firstBoxAlbum,
		"ask":     questionAlbum,
		"told":    diagnosisAlbum,
		"record":  recordAlbum,
		"key":     keyAlbum,
		"wrong":   mistakeAlbum,
		"end":     endAlbum,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAlbum(name)
			a.shown = shown
			pages(t, a)
			a.done(t)
		})
	}
}

// TestReadmeShowsTheDiagnosis: the screen that the README begins with is the one that is drawn now.
func TestReadmeShowsTheDiagnosis(t *testing.T) {
	for lang, file := range map[i18n.Lang]string{i18n.EN: "../README.md", i18n.JA: "../README.ja.md"} {
		page, err := os.ReadFile(file)
		must(t, err)
		drawn, err := os.ReadFile(filepath.Join("testdata", "s1-"+string(lang)+"-80.txt"))
		must(t, err)
		_, screen, _ := strings.Cut(string(drawn), "=== diagnosis\n")
		screen, _, _ = strings.Cut(screen, "\n=== ")
		for line := range strings.SplitSeq(screen, "\n") {
			shown := strings.TrimRight(strings.TrimSuffix(line, "|"), " ")
			if strings.HasSuffix(line, "|") && !strings.HasPrefix(line, "~") && !strings.Contains(string(page), shown+"\n") {
				t.Errorf("%s does not show %q", file, shown)
			}
		}
	}
}

// TestColoursChangeNothing: what is drawn in colour is, without the colours, what is drawn without.
func TestColoursChangeNothing(t *testing.T) {
	if updating() {
		t.Skip("the files are being written")
	}
	a := newAlbum("s1")
	a.langs = a.langs[:1]
	walk(t, a, func(d *Deps) { d.NoColor, d.Background, d.Colors = false, Dark, 256 })
	a.done(t)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if updating() {
		must(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			old := "(end)"
			if i < len(w) {
				old = w[i]
			}
			t.Fatalf("%s:%d differs (-update accepts):\n got  %s\n want %s", name, i+1, g[i], old)
		}
	}
	t.Fatalf("%s is longer than what is drawn (-update accepts)", name)
}
