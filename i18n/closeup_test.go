package i18n

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// Spaces are removed as regular expressions remove them, which say it in fewer words and take longer.
func TestCloseUpAgrees(t *testing.T) {
	for _, l := range program().langs {
		class := program().facts[l].CloseUp
		if class == "" {
			continue
		}
		c, err := newCloseUp(class)
		if err != nil {
			t.Fatal(err)
		}
		letter := regexp.MustCompile(`^` + class + `$`)
		before := regexp.MustCompile(`(` + class + `) ` + valueOpens)
		after := regexp.MustCompile(valueCloses + ` (` + class + `)`)
		marks := regexp.MustCompile(`[` + valueOpens + valueCloses + `]`)
		for r := range rune(0x30000) {
			if want := r >= 0x80 && letter.MatchString(string(r)); c.own(r) != want {
				t.Errorf("%s %q: %v, want %v", l, r, !want, want)
			}
		}
		pieces := []string{" ", " ", valueOpens, valueCloses, "漢", "か", "。", "a", "é", "\xe3"}
		for range 20000 {
			var text strings.Builder
			for range rand.IntN(12) {
				text.WriteString(pieces[rand.IntN(len(pieces))])
			}
			want := marks.ReplaceAllString(after.ReplaceAllString(before.ReplaceAllString(text.String(), "$1"), "$1"), "")
			if got := c.apply(text.String()); got != want {
				t.Fatalf("%s %q: %q, want %q", l, text.String(), got, want)
			}
		}
	}
}
