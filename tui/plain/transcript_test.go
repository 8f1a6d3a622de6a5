package plain_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/i18n"
)

var update = flag.Bool("update", false, "accept what is written now")

// walked are the stories, each in lines to its proof: what is typed, and what the transcript must say, in this order. "@" waits
// for the word that the wait says when it is over.
var walked = map[string]struct{ typed, said []string }{
	"S1": {[]string{"info@hanazono.example", "", "", "", "lab", "", "", "", "publish", "3600", "@", "", "lab", "", "", ""},
		[]string{"hanazono.example", "v=spf1 include:_spf.google.com ~all", "google._domainkey", "v=DKIM1", "v=DMARC1; p=none", "@", "/tmp/todoku-hanazono.example"}},
	// DKIM is turned on, a line is corrected by a search, a reply taken back, and a word typed that means nothing there.
	"S5": {[]string{"www.tanaka-foods.example", "1", "さくら", "", "back", "", "", "", "what", "", "", "", "", "publish", "3600", "@", "lab", "", ""},
		[]string{"tanaka-foods.example", "v=spf1", "v=DMARC1; p=none", "@", "/tmp/todoku-tanaka-foods.example"}},
	// The owner's own forward, a list's post that the list is to be mended for, and one that a member's server passes on.
	"S6": {[]string{"", "", "", "", "lab", "", "-"},
		[]string{"suzume.kobo@gmail.com", "5.7.26", "info@suzume-kobo.example", "SPF: fail", "DKIM: pass", "DMARC: pass", "Gmail"}},
	"S7": {[]string{"", "", "", "1", "", "", "", "publish", "3600", "@", "lab", "", "-"},
		[]string{"kato.machi@gmail.com", "5.7.26", "v=spf1 a:www5678.sakura.ne.jp mx ~all", "@", "SPF: pass", "machikai.example", "Gmail"}},
	"list-stranger": {[]string{"", "", "", "2", "", "", "lab", "lab", "", "-"},
		[]string{"tanaka.home@gmail.com", "550 5.7.26", "SPF: pass", "tanaka.sakura.ne.jp", "Gmail"}},
}

// What a screen reader reads of five stories, from the domain or the bounce to the saved summary: each line as it stands,
// in the order in which it comes, with what was typed behind the prompts.
func TestTranscripts(t *testing.T) {
	for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
		for story := range walked {
			t.Run(story+" "+string(lang), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { transcript(t, story, lang) })
			})
		}
	}
}

func transcript(t *testing.T, story string, lang i18n.Lang) {
	b := newBench(t, story, lang)
	live := lang.T("words.verdict.published")
	said := slices.Clone(walked[story].said)
	if i := slices.Index(said, "@"); i >= 0 {
		said[i] = live
	}
	var lines []string
	for _, l := range walked[story].typed {
		if l == "@" {
			l += live
		}
		lines = append(lines, l)
	}
	out := b.run(t, lines...)
	inOrder(t, out, said...)
	out = steady(out, lang)
	name := "testdata/" + strings.ToLower(story) + "-" + string(lang) + ".txt"
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(name, []byte(out), 0o644))
		return
	}
	want, err := os.ReadFile(name)
	must(t, err)
	got, old := strings.Split(out, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(old)) {
		if i >= len(got) || i >= len(old) || got[i] != old[i] {
			t.Fatalf("%s:%d differs (-update accepts):\ngot  %s\nwant %s", name, i+1, strings.Join(got[min(i, len(got)):min(i+2, len(got))], "\n"), strings.Join(old[min(i, len(old)):min(i+2, len(old))], "\n"))
		}
	}
}

// steady leaves the lines out that count the questions while DNS is asked: how many are asked between two of them is
// chance, and only the last one is the whole number.
func steady(text string, lang i18n.Lang) string {
	counting := lang.T("plain.progress", i18n.Args{"asked": ""})
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Trim(line, "0123456789") != counting && strings.TrimRight(line, "0123456789") != counting {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
