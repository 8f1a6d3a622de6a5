package tui

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		w    int
		want string
	}{
		{"one two three", 8, "one two|three"},
		{"", 8, ""},
		{"あいうえお", 6, "あいう|えお"},
		{"あいう。え", 6, "あい|う。え"},                          // no full stop at the beginning
		{"あいう」。え", 6, "あい|う」。|え"},                       // nor two closing marks
		{"あ「いう」え", 5, "あ|「い|う」|え"},                      // no opening mark at the end
		{"レコードを足す", 10, "レコードを|足す"},                     // a katakana word stays whole
		{"足すレコード", 10, "足す|レコード"},                       // even where it starts in the line
		{"a-word-of-16-cell", 6, "a-word|-of-16|-cell"}, // a word longer than the line is cut
		{"SPF を 1 件", 7, "SPF を|1 件"},
		{"x\ny", 9, "x|y"},
		{"きゃっきゃ", 6, "きゃっ|きゃ"},
	} {
		if got := strings.Join(wrap(c.text, c.w), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.w, got, c.want)
		}
	}
}

// FuzzWrap: no line is wider than asked, and nothing but spaces is lost or added.
func FuzzWrap(f *testing.F) {
	f.Add("メールが「Gmail」に届かない、原因。", 10)
	f.Add("v=spf1 include:_spf.google.com ~all", 7)
	f.Add("e\u0301\u200d👩‍👩‍👧 ーーー（（（", 3)
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = 2 + (w&0xff)%80
		bare := func(s string) string {
			return strings.NewReplacer(" ", "", "\n", "").Replace(s)
		}
		lines := wrap(s, w)
		for _, l := range lines {
			if width(l) > w {
				t.Errorf("%q is wider than %d", l, w)
			}
		}
		if got := strings.Join(lines, ""); bare(got) != bare(s) {
			t.Errorf("wrap(%q) = %q", s, got)
		}
		if got := strings.Join(chop(s, w), ""); got != s {
			t.Errorf("chop(%q) = %q", s, got)
		}
	})
}

func TestSides(t *testing.T) {
	for _, c := range []struct{ left, right, want string }{
		{"左", "右", "左     右"},
		{"長い左の文", "右", "長い…  右"},
		{"左", "", "左"},
	} {
		if got := sides(c.left, c.right, 9, "…"); got != c.want {
			t.Errorf("sides(%q, %q) = %q, want %q", c.left, c.right, got, c.want)
		}
	}
}
