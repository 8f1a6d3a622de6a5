package forecast_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// answered matches a first sentence that says whether the mail arrives; technical matches words that it must not need.
var (
	answered = map[i18n.Lang]*regexp.Regexp{
		i18n.JA: regexp.MustCompile(`届|拒否される理由がありません|迷惑メールに入る`),
		i18n.EN: regexp.MustCompile(`reach|arrives|spam folder|(no reason to|may) refuse|refuses your mail|discard`),
	}
	technical = regexp.MustCompile(`SPF|DKIM|DMARC|MX|TXT|CNAME|PTR|permerror|レコード|record|IP`)
)

// TestFirstSentences: the first sentence of every diagnosis answers "does my mail arrive?" without a technical word.
// The files hold those of all scenarios, to be read; an ordinary run compares a sample of them.
func TestFirstSentences(t *testing.T) {
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		t.Setenv("TODOKU_WHOLE", "1")
	}
	langs := []i18n.Lang{i18n.JA, i18n.EN}
	texts := make([][2]string, len(all))
	var each sync.WaitGroup
	for i, sc := range all {
		if sample.Takes(i) {
			each.Go(func() {
				in := trial.Seen(t, sc)
				f, found := made(in)
				for j, lang := range langs {
					texts[i][j] = words.P{Lang: lang, Catalog: in.Catalog}.Arrives(f, found, in.Owner)
				}
			})
		}
	}
	each.Wait()
	for j, lang := range langs {
		name := filepath.Join("testdata", "first-"+string(lang)+".txt")
		if *update {
			var b strings.Builder
			for i, sc := range all {
				b.WriteString(sc.ID + "\t" + texts[i][j] + "\n")
			}
			if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for line := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
			id, text, _ := strings.Cut(line, "\t")
			want[id] = text
			first, _, _ := strings.Cut(strings.NewReplacer("。", "\n", ". ", "\n", ": ", "\n").Replace(text), "\n")
			if !answered[lang].MatchString(first) || technical.MatchString(first) {
				t.Errorf("%s, %s: the first sentence is %q", id, lang, first)
			}
		}
		for i, sc := range all {
			if texts[i][j] != "" && texts[i][j] != want[sc.ID] {
				t.Errorf("%s, %s (-update accepts):\n got  %s\n want %s", sc.ID, lang, texts[i][j], want[sc.ID])
			}
		}
	}
}

// TestOneStrength: what one source supports is said with the same strength wherever it is said.
func TestOneStrength(t *testing.T) {
	f, _ := made(trial.Seen(t, find(t, "S1")))
	soft := map[i18n.Lang]string{i18n.JA: "ことがあります", i18n.EN: "may "}
	for lang, may := range soft {
		p := words.P{Lang: lang}
		said := []string{lang.T("finding.dmarc-missing.why"), lang.T("tui.word.forward.is"), lang.T("finding.forward-breaks-spf.what")}
		for _, l := range f.Lines {
			if l.Receiver == "docomo" {
				said = append(said, p.Outlook(l.Now))
			}
		}
		for _, text := range said {
			if !strings.Contains(strings.ReplaceAll(text, "can fail", "may fail"), may) {
				t.Errorf("%s: too sure: %s", lang, text)
			}
		}
		if len(said) != 4 {
			t.Errorf("%s: docomo is not foreseen", lang)
		}
	}
}
