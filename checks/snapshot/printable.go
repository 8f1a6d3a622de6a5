package snapshot

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is the number of combining marks allowed on one character. No writing system needs more; a pile of them is
// drawn over the lines around it.
const maxMarks = 4

// Printable makes text from outside safe for a terminal, a clipboard or a file. Control characters, bidirectional
// overrides, invisible characters, excess combining marks and invalid UTF-8 become visible escapes (\x1b, \u202e).
// Nothing is lost.
func Printable(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	marks := maxMarks // there is no letter yet
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if unicode.Is(unicode.M, r) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case marks <= maxMarks && !hostile(r):
			b.WriteString(s[:n])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// harmless reports whether a text needs no escape, as nearly all texts.
func harmless(s string) bool {
	marks := maxMarks
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if r < ' ' || r == 0x7f {
				return false
			}
			marks = 0
			continue
		case 0x3041 <= r && r <= 0x3096, 0x30a1 <= r && r <= 0x30fe, 0x4e00 <= r && r <= 0x9fff: // kana and ideographs, the usual case
			marks = 0
			continue
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		}
		if marks++; !unicode.Is(unicode.M, r) {
			marks = 0
		}
		if marks > maxMarks || hostile(r) {
			return false
		}
	}
	return true
}

// hostile reports whether a character can move, hide or reorder other text (Unicode Cc, Cf, Zl, Zp, private use,
// surrogates) or is itself invisible.
func hostile(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unseen)
}

// unseen are letters and marks that show nothing: the combining grapheme joiner, Hangul fillers, Khmer inherent vowels,
// Mongolian selectors, the blank Braille pattern, and variation selectors.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, {Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, {Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, {Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}},
}
