package words_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// A wrong value is set under the right one, and the letters that differ are marked and said.
func TestLetter(t *testing.T) {
	const right = "v=spf1 include:_spf.google.com ~all"
	for _, c := range []struct{ now, mark, say string }{
		{"v=spf1 include:_spf.goolge.com ~all", strings.Repeat(" ", 23) + "^^", `It differs from character 24 on. It should be "gl" but is "lg".`},
		{"v=spf1 include:_spf.google.com", strings.Repeat(" ", 30) + "^^^^^", `" ~all" is missing at character 31.`},
		{"v=spf1 include:_spf.google.com. ~all", strings.Repeat(" ", 30) + "^", `"." at character 31 should not be there.`},
		{"v=spf1 include:_spf.google.com ～all", strings.Repeat(" ", 31) + "^^", `It differs from character 32 on. It should be "~" but is "～".`},
		{"“v=spf1 include:_spf.google.com ~all”", "^" + strings.Repeat(" ", 35) + "^", ""},
		{"v=spf1\u200b include:_spf.google.com ~all", "      ^^^^^^", `"\u200b" at character 7 should not be there.`},
	} {
		d := &propagation.Diff{Kind: propagation.Changed, Right: right, Now: c.now}
		got, ok := words.Compare(d, 76)
		if !ok || got.Right != right || got.Mark != c.mark {
			t.Errorf("%q: %+v", c.now, got)
		}
		s := words.P{Lang: i18n.EN}.Sight(propagation.Sight{State: propagation.Wrong, Diff: d}, propagation.Place{ID: "ns1"}, time.Now())
		if c.say != "" && s.Letter != c.say {
			t.Errorf("%q: %q, want %q", c.now, s.Letter, c.say)
		}
	}
	if _, ok := words.Compare(&propagation.Diff{Kind: propagation.Several}, 76); ok {
		t.Error("nothing is compared with nothing")
	}
	key := "v=DKIM1; k=rsa; p=" + strings.Repeat("MIIBIjANBgkq", 30)
	got, _ := words.Compare(&propagation.Diff{Right: key, Now: key[:200] + "x" + key[201:]}, 40)
	if i := strings.Index(got.Mark, "^"); i < 10 || !strings.HasPrefix(got.Now, "…") || !strings.HasSuffix(got.Now, "…") || got.Now[i+2] != 'x' {
		t.Errorf("a long value is not cut around the difference: %+v", got)
	}
}

// Whatever is compared, no line is wider than its room, and the mark stands under letters.
func TestLetterFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab~ =;全　\u00a0\u200b\x1b\"…")))
		d := &propagation.Diff{Right: text.Draw(t, "right"), Now: text.Draw(t, "now")}
		cells := rapid.IntRange(8, 60).Draw(t, "cells")
		got, ok := words.Compare(d, cells)
		if ok == (d.Right == d.Now || d.Right == "" || d.Now == "") {
			t.Fatalf("ok %v", ok)
		}
		for _, line := range []string{got.Right, got.Now, got.Mark} {
			if w := ansi.StringWidth(line); w > cells || strings.ContainsAny(line, "\x1b\u200b") {
				t.Fatalf("%d cells of %d: %q", w, cells, line)
			}
		}
	})
}
