package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// spoiled is the wait of a story in Japanese in which a mistake was made.
func spoiled(t *testing.T, story, mistake string) *driver {
	t.Helper()
	d := drive(t, story, i18n.JA)
	d.to(wizard.StepRecords)
	if story == "s1" {
		d.press("right", "tab", "enter")
	}
	d.to(wizard.StepWatch)
	d.press("w")
	for range slices.Index(d.r.c.d.Lab.Mistakes, mistake) {
		d.press("down")
	}
	d.press("enter")
	return d
}

// What is wrong is mended from the wait: the field is named in the panel's own label with what it holds and must hold, "c"
// copies what is right, Enter opens the record's page, and Enter there leads back to the wait.
func TestWrongIsMended(t *testing.T) {
	d := spoiled(t, "s1", "doubled")
	for _, want := range []string{"欄         ホスト名", "正しい値   空欄", "現在の値   hanazono.example"} {
		if n := strings.Count(d.view(), want+"\n"); n < 1 || want == "正しい値   空欄" && n > 1 {
			t.Errorf("%q is shown %d times:\n%s", want, n, d.view())
		}
	}
	d.press("c")
	d.shows(i18n.JA.T("tui.copy.empty", i18n.Args{"what": "ホスト名"}))
	d.press("enter")
	if s, ok := d.r.screen.(records); !ok || s.at != 0 || !s.mends {
		t.Fatalf("Enter does not open the record:\n%s", d.view())
	}
	d.shows(i18n.JA.T("words.amend.name", i18n.Args{"field": "ホスト名"})) // not: add a second one
	d.press("enter")
	if d.r.c.At() != wizard.StepWatch {
		t.Fatalf("Enter leads to %s", d.r.c.At())
	}

	d = spoiled(t, "s5", "typo")
	x := d.r.c.Faults()[0]
	d.press("c")
	if len(d.copied) != 1 || d.copied[0] != x.Want.Value {
		t.Errorf("copied %q, want %q", d.copied, x.Want.Value)
	}
	d.shows("「データ」をコピーしました")
	d.press("s", "s")
	if d.r.c.At() != wizard.StepProof {
		t.Errorf("s, twice, leads to %s", d.r.c.At())
	}
}

// A value in curly quotes: the marks stand under the two quotes, not under all of it.
func TestQuotesAreMarked(t *testing.T) {
	d := spoiled(t, "s5", "quotes")
	found := false
	for line := range strings.SplitSeq(d.view(), "\n") {
		if marks := strings.TrimSpace(line); strings.HasPrefix(marks, "^") {
			found = true
			if strings.Count(marks, "^") > 2 {
				t.Errorf("%s", line)
			}
		}
	}
	if !found {
		t.Errorf("nothing is marked:\n%s", d.view())
	}
}

// The time beside a place is that of its last record; a change is marked until the next look; and when all is there the page
// looks unlike waiting.
func TestWaitTells(t *testing.T) {
	d := drive(t, "s2", i18n.JA)
	d.to(wizard.StepWatch)
	d.shuns("更新")
	d.press("p")
	d.shows("更新")
	for range 40 {
		if d.r.c.Wait().Published() {
			break
		}
		d.shuns("┌")
		d.press("n")
	}
	d.shows("┌")
	d.shows(d.r.glyphs.Check + " すべての確認先に、新しい設定が反映されました。")
	last := map[string]time.Time{}
	for _, x := range d.r.c.Wait().Verdict.Sights {
		if x.Since.After(last[x.Place]) {
			last[x.Place] = x.Since
		}
	}
	d.press("d", "d")
	s := d.r.screen.(watch)
	for _, pl := range d.r.c.Wait().Places {
		if x, _, all := s.slowest(pl.ID); all > 0 && !x.Since.Equal(last[pl.ID]) {
			t.Errorf("%s: %v, want %v", pl.ID, x.Since, last[pl.ID])
		}
	}
}

// A key that was put off is told beside the wait, and DMARC is not spoken of as published while nothing is.
func TestPutOffIsTold(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepWatch)
	d.shows("後回し")
	d.shows("DKIM (google)")
	d.shuns("p=quarantine")
	if r := d.r.c.Wait().Verdict.Result; r != propagation.ResultPending {
		t.Fatal(r)
	}
}

// The history shows the record of each name and no other text, in columns.
func TestHistoryShowsTheRecord(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepWatch)
	d.press("p", "h")
	d.shuns("google-site-verification")
	for range 30 {
		d.press("down")
	}
	d.shows("v=spf1 include:_spf.google")
}
