package snapshot

import (
	"strings"
	"testing"
	"unicode"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"v=spf1 -all":                     "v=spf1 -all",
		"日本語":                             "日本語",
		"か\u3099き\u3099":                  "か\u3099き\u3099", // dakuten as a mark of its own
		"a\x1b[31mred":                    `a\x1b[31mred`,
		"\xff":                            `\xff`,
		"a\u202eb":                        `a\u202eb`,
		"a\u200bb":                        `a\u200bb`,
		"tab\there\r\n":                   `tab\x09here\x0d\x0a`,
		"\u009b31m":                       `\x9b31m`,
		"\u0301a":                         `\u0301a`, // it would sit on what stands before the text
		"a" + strings.Repeat("\u0301", 6): "a" + strings.Repeat("\u0301", 4) + `\u0301\u0301`,
		"a" + strings.Repeat("\u20dd", 5): "a" + strings.Repeat("\u20dd", 4) + `\u20dd`,
		"葛\U000e0100城":                    `葛\U000e0100城`,
		"a\ufe0fb\ufe00":                  `a\ufe0fb\ufe00`,
		"a\u115f\u3164\uffa0\u2800\u034f": `a\u115f\u3164\uffa0\u2800\u034f`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("a\x1b]52;c;x\a")
	f.Add("\u0301\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		row := maxMarks
		for _, r := range Printable(s) {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x202e || unicode.Is(unseen, r) {
				t.Errorf("%q lets %U through", s, r)
			}
			if row++; !unicode.Is(unicode.M, r) {
				row = 0
			}
			if row > maxMarks {
				t.Errorf("%q lets %d marks in a row through", s, row)
			}
		}
		if once := Printable(s); Printable(once) != once {
			t.Errorf("%q is not the same when made printable twice", s)
		}
	})
}

// What is taken for a letter without being looked up is one.
func TestKanaAndIdeographsAreLetters(t *testing.T) {
	for _, in := range [][2]rune{{0x3041, 0x3096}, {0x30a1, 0x30fe}, {0x4e00, 0x9fff}} {
		for r := in[0]; r <= in[1]; r++ {
			if unicode.Is(unicode.M, r) || hostile(r) {
				t.Errorf("%U", r)
			}
		}
	}
}
