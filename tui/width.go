package tui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Every width on the screen is measured here, in cells, by the library that the renderer uses.

func width(s string) int { return ansi.StringWidth(s) }

// cut shortens s to w cells; tail replaces what was left out.
func cut(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, tail)
}

// fill shortens or pads s to exactly w cells.
func fill(s string, w int, tail string) string {
	s = cut(s, w, tail)
	return s + strings.Repeat(" ", max(0, w-width(s)))
}

// sides puts one text at each end of a line of w cells; if both do not fit, the left one is cut.
func sides(left, right string, w int, tail string) string {
	if right == "" {
		return cut(left, w, tail)
	}
	right = cut(right, w, tail)
	room := w - width(right)
	if room < 3 {
		return right
	}
	return fill(left, room-1, tail) + " " + right
}

// Characters that a line must not begin with (Japanese closing marks, small kana, the long-vowel mark) or end with
// (opening marks).
const (
	noStart = "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\u300d\u300f\uff09\u3011\u3015\uff3d\uff5d\u3009\u300b\u30fc\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u3005,.:;?!)]}%"
	noEnd   = "\u300c\u300e\uff08\u3010\u3014\uff3b\uff5b\u3008\u300a([{"
)

// Wrap breaks a text into lines of at most w cells, for every front end.
func Wrap(s string, w int) []string { return wrap(s, w) }

// wrap breaks plain text into lines of at most w cells: at spaces and between Japanese characters, but never so that
// a line begins with a closing mark or ends with an opening one (simple kinsoku), nor within a word of kanji or
// katakana or the last characters of a sentence; where a few cells suffice, between phrases. Words longer than a
// line are cut.
func wrap(s string, w int) []string {
	w = max(w, 2)
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, wrapLine(pieces(line, w), w)...)
	}
	return out
}

type piece struct {
	text  string
	cells int
}

// maxKatakana and maxHan are how many cells of katakana and of kanji are kept together; a longer compound may be
// broken.
const (
	maxKatakana = 20
	maxHan      = 8
)

// tail is how many cells at the end of a sentence stay on one line, so that no line holds only one character and a full
// stop.
const tail = 10

// pieces cuts a line into what must not be broken: a wide character, a space, a word of at most w cells, or a word
// in katakana.
func pieces(line string, w int) []piece {
	var out []piece
	kind := ' '
	for len(line) > 0 {
		c, n := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
		line = line[len(c):]
		is, most := 'w', w
		switch last := len(out) - 1; {
		case c == " " && last >= 0 && counted(out[last].text, line) && out[last].cells+3 <= w: // 1 and what is counted
			next, wide := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
			line = line[len(next):]
			out[last].text += c + next
			out[last].cells += n + wide
			kind = 'h'
			continue
		case c == " ":
			is = ' '
		case n < 2:
		case katakana(c):
			is, most = 'k', min(w, maxKatakana)
		case c >= "\u4e00" && c < "\ua000":
			is, most = 'h', min(w, maxHan)
		default:
			is = 'j'
		}
		if last := len(out) - 1; (is == 'w' || is == 'k' || is == 'h') && is == kind && out[last].cells+n <= most {
			out[last].text += c
			out[last].cells += n
			continue
		}
		out = append(out, piece{c, n})
		kind = is
	}
	if w < maxKatakana {
		out = halved(out)
	}
	return tails(bound(out, w), w)
}

// halved cuts a word in katakana that was cut at the width of a line near its middle instead, and not before a character
// that no line begins with.
func halved(ps []piece) []piece {
	for i := 1; i < len(ps); i++ {
		a, b := ps[i-1], ps[i]
		if !katakana(a.text) || !katakana(b.text) || i+1 < len(ps) && katakana(ps[i+1].text) {
			continue
		}
		word := []rune(a.text + b.text)
		at := (len(word) + 1) / 2
		for at > 1 && strings.ContainsRune(noStart, word[at]) {
			at--
		}
		ps[i-1] = piece{string(word[:at]), 2 * at}
		ps[i] = piece{string(word[at:]), a.cells + b.cells - 2*at}
	}
	return ps
}

// katakana reports whether a text begins in katakana, as do all pieces that hold any.
func katakana(s string) bool {
	c := firstRune(s)
	return c >= "\u30a1" && c < "\u30ff" && c != "\u30fb"
}

// stems are the hiragana that end the first verb of a compound such as "hari-tsukeru" or "kaki-kaeru".
const stems = "\u3044\u304d\u304e\u3051\u3052\u3048\u3057\u3058\u305b\u3061\u3079\u3073\u307f\u3081\u308a\u308c"

// bound joins pieces between which no line should end: a compound verb (kanji, a stem, kanji), a word in Latin letters with
// the particle behind it, and a step of a menu with the > behind it. A joined piece takes at most a third of the line.
func bound(ps []piece, w int) []piece {
	var out []piece
	for i := 0; i < len(ps); i++ {
		p := ps[i]
		for i+2 < len(ps) && binds(p.text, ps[i+1].text, ps[i+2].text) {
			cells := p.cells + ps[i+1].cells + ps[i+2].cells
			if cells > w/3 && ps[i+2].text != ">" || cells > w {
				break
			}
			p = piece{p.text + ps[i+1].text + ps[i+2].text, cells}
			i += 2
		}
		out = append(out, p)
	}
	return out
}

// binds reports whether three pieces belong together.
func binds(a, b, c string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	next, _ := utf8.DecodeRuneInString(c)
	switch {
	case b == " " && c == ">":
		return a != " "
	case b == " ":
		return last < '\u3000' && last != ' ' && hiragana(next)
	}
	return han(last) && strings.Contains(stems, b) && han(next)
}

// han reports whether a character is kanji.
func han(r rune) bool { return r >= '\u4e00' && r < '\ua000' }

// counted reports whether a text ends in a number, and the next, behind a space, begins with a Japanese counter.
func counted(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	next, _ := utf8.DecodeRuneInString(b)
	return last >= '0' && last <= '9' && b != "" && (han(next) || firstRune(b) == "\u304b" || firstRune(b) == "\u3064")
}

// tails joins the last characters of every sentence and of the text, where a line has room for them.
func tails(ps []piece, w int) []piece {
	var out []piece
	for i, p := range ps {
		out = append(out, p)
		if !strings.HasPrefix(p.text, "\u3002") && i != len(ps)-1 {
			continue
		}
		for n := len(out); n > 1 && out[n-1].cells < tail && japanese(out[n-1]) && japanese(out[n-2]) && out[n-1].cells+out[n-2].cells <= w/3; n-- {
			out[n-2].text += out[n-1].text
			out[n-2].cells += out[n-1].cells
			out = out[:n-1]
		}
	}
	return out
}

// japanese reports whether a piece is of wide characters, so that a line may break on both sides of it.
func japanese(p piece) bool { return p.cells > 1 && firstRune(p.text) >= "\u3000" }

func wrapLine(ps []piece, w int) []string {
	var out []string
	var cur []piece
	used := 0
	for _, p := range ps {
		if used+p.cells > w {
			carry := carried(cur, p, w-p.cells)
			carry = phrased(cur, p, len(carry), min(maxPhrase, w/2, w-p.cells))
			out = append(out, joined(cur[:len(cur)-len(carry)]))
			cur, used = append([]piece(nil), carry...), 0
			for _, c := range cur {
				used += c.cells
			}
			if p.text == " " && used == 0 {
				continue
			}
		}
		cur = append(cur, p)
		used += p.cells
	}
	return append(out, joined(cur))
}

// carried returns the pieces at the end of a full line that must move down with the next piece: at most three, at
// most room cells, and never the whole line.
func carried(cur []piece, next piece, room int) []piece {
	i := len(cur)
	closing := strings.ContainsAny(noStart, firstRune(next.text))
	for i > 1 && len(cur)-i < 3 {
		prev := cur[i-1]
		if !(closing && prev.text != " ") && !strings.Contains(noEnd, prev.text) || prev.cells > room {
			break
		}
		closing = closing && strings.ContainsAny(noStart, firstRune(prev.text))
		room -= prev.cells
		i--
	}
	return cur[i:]
}

// maxPhrase is how many cells at the end of a line may move down, so that the line ends with a phrase.
const maxPhrase = 20

// phrased returns the pieces that move down with the next one, of which the last n must: as few more, within room
// cells, as make the line end with a phrase; only the n where that takes too many.
func phrased(cur []piece, next piece, n, room int) []piece {
	must := cur[len(cur)-n:]
	for i := len(cur) - n; i > 0; i-- {
		if i < len(cur) {
			next = cur[i]
			if room -= next.cells; room < 0 {
				return must
			}
		}
		if between(cur[i-1].text, next.text) {
			return cur[i:]
		}
	}
	return must
}

// between reports whether a line may well end between two pieces of text. A Japanese phrase is a word and the hiragana
// after it, so the next phrase mostly begins where hiragana ends.
func between(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	switch {
	case strings.ContainsRune(noEnd, last) || strings.ContainsRune(noStart, first):
		return false
	case last < '\u3000' && unicode.In(last, unicode.Letter, unicode.Digit) && (han(first) || katakana(b)): // DKIM-settei, Web-mail
		return false
	case last == ' ' || first == ' ' || strings.ContainsRune(noStart, last) && !hiragana(last) && last != '\u30fc':
		return true
	case hiragana(last) && hiragana(first):
		return last == '\u3092' || last == '\u304c' && first == '\u3042' // wo; ga and a, as in "koto ga aru"
	case hiragana(last):
		return a != "\u304a" && a != "\u3054" && !(a == "\u3046" && strings.HasPrefix(b, "\u4e00"))
	}
	return !hiragana(first)
}

// hiragana reports whether a character is hiragana.
func hiragana(r rune) bool { return r >= '\u3041' && r <= '\u309f' }

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func joined(ps []piece) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.text)
	}
	return strings.TrimRight(b.String(), " ")
}

// chop cuts a value into lines of exactly w cells (the last may be shorter), without adding or losing anything.
func chop(s string, w int) []string {
	w = max(w, 2)
	var out []string
	var b strings.Builder
	used := 0
	for len(s) > 0 {
		c, n := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(c):]
		if used+n > w {
			out = append(out, b.String())
			b.Reset()
			used = 0
		}
		b.WriteString(c)
		used += n
	}
	return append(out, b.String())
}
