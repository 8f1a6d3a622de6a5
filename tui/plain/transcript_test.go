package plain_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/i18n"
)

var update = flag.Bool("update", false, "accept what is written now")

// What a screen reader reads of two whole stories, from the domain to the saved summary: each line as it stands, in the
// order in which it comes, with what was typed behind the prompts. In the first a key is pasted; in the fifth DKIM is
// turned on, a line is corrected by a search, and a reply is taken back.
func TestTranscripts(t *testing.T) {
	for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
		t.Run(string(lang), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				live := lang.T("words.verdict.published")
				transcript(t, lang, "S1", []string{"info@hanazono.example", "", "", "", "lab", "", "", "", "publish", "3600", "@" + live, "", "lab", "", "", ""},
					"hanazono.example", "v=spf1 include:_spf.google.com ~all", "google._domainkey", "v=DKIM1", "v=DMARC1; p=none", live, "/tmp/todoku-hanazono.example")
			})
		})
		t.Run("S5-"+string(lang), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				live := lang.T("words.verdict.published")
				transcript(t, lang, "S5", []string{"www.tanaka-foods.example", "1", "さくら", "", "back", "", "", "", "what", "", "", "", "", "publish", "3600", "@" + live, "", "lab", "", "", ""},
					"tanaka-foods.example", "v=spf1", "v=DMARC1; p=none", live, "/tmp/todoku-tanaka-foods.example")
			})
		})
	}
}

func transcript(t *testing.T, lang i18n.Lang, story string, typed []string, told ...string) {
	t.Helper()
	b := newBench(t, story, lang)
	out := b.run(t, typed...)
	inOrder(t, out, told...)
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
