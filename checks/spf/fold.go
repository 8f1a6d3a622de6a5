package spf

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// folded is a text in which every character that looks like ASCII is replaced by that ASCII character.
type folded struct {
	text string
	from []int     // start of each byte of text in the raw text, and the end; nil if text is the raw text
	to   []int     // end of each byte of text in the raw text
	runs []Problem // what was replaced, character by character: Code, Span and Fix
}

// fold replaces the characters that look like ASCII and drops quotes and control characters. Other text is returned
// unchanged.
func fold(raw string) folded {
	if asTyped(raw) {
		return folded{text: raw}
	}
	f := folded{from: make([]int, 0, len(raw)+1), to: make([]int, 0, len(raw))}
	text := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		as, n, code := look(raw[i:])
		if as == "-" && n == 3 && kana(raw[:i]) { // a long vowel mark in a Japanese word is not a dash
			as, code = "", ""
		}
		switch {
		case code == "":
			for k := i; k < i+n; k++ {
				text, f.from, f.to = append(text, raw[k]), append(f.from, k), append(f.to, k+1)
			}
		case as != "":
			text, f.from, f.to = append(text, as[0]), append(f.from, i), append(f.to, i+n)
		}
		if code != "" {
			f.runs = append(f.runs, Problem{Code: code, Span: Span{i, i + n}, Fix: as})
		}
		i += n
	}
	f.from = append(f.from, len(raw))
	f.text = string(text)
	return f
}

// asTyped reports whether fold has nothing to replace, as in nearly every record.
func asTyped(raw string) bool {
	for i := range len(raw) {
		if c := raw[i]; c >= 0x80 || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == '\'' || c == '\\' {
			return false
		}
	}
	return true
}

// begins returns the offset in the raw text at which byte i of text begins.
func (f folded) begins(i int) int {
	if f.from == nil {
		return i
	}
	return f.from[i]
}

// index returns the first byte of text that begins at or after an offset of the raw text.
func (f folded) index(raw int) int {
	if f.from == nil {
		return raw
	}
	return sort.SearchInts(f.from, raw)
}

// kana reports whether a text ends in a Japanese character.
func kana(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r >= 0x3041 && r <= 0x30fc || r >= 0x4e00 && r <= 0x9fff || r >= 0xff66 && r <= 0xff9f
}

// replaced returns the problems between two offsets of the raw text. Adjacent ones of the same kind are joined, so that a
// whole word is underlined.
func (f folded) replaced(raw string, start, end int) (out []Problem) {
	first := sort.Search(len(f.runs), func(i int) bool { return f.runs[i].Span.Start >= start })
	for _, r := range f.runs[first:] {
		if r.Span.Start >= end {
			break
		}
		if k := len(out) - 1; k >= 0 && out[k].Span.End == r.Span.Start && out[k].Code == r.Code {
			p := &out[k]
			if !(strings.HasSuffix(p.Fix, " ") && r.Fix == " ") {
				p.Fix += r.Fix
			}
			p.Span.End, p.Text = r.Span.End, raw[p.Span.Start:r.Span.End]
			continue
		}
		r.Text, r.Certain, r.Fatal = raw[r.Span.Start:r.Span.End], true, true
		out = append(out, r)
	}
	return out
}

// span returns the span in the raw text of text[start:end].
func (f folded) span(start, end int) Span {
	switch {
	case start >= end:
		return Span{f.begins(start), f.begins(start)}
	case f.to == nil:
		return Span{start, end}
	}
	return Span{f.from[start], f.to[end-1]}
}

// look returns the ASCII text (one byte or none) that the first character of s stands for, the character's length in
// bytes, and the reason for replacing it ("" for none).
func look(s string) (as string, n int, code Code) {
	switch c := s[0]; {
	case c == '\t' || c == '\r' || c == '\n':
		return " ", 1, ControlChar
	case c == '"' || c == '\'':
		return "", 1, Quotes
	case c == '\\':
		if len(s) > 1 && (s[1] == '"' || s[1] == '\'') {
			return "", 2, Quotes
		}
		return "", 1, Quotes
	case c < 0x80:
		return "", 1, ""
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		return lookLegacy(s)
	}
	switch {
	case r == 0xff02 || r == 0xff07:
		return "", n, Typographic
	case r >= 0xff01 && r <= 0xff5e:
		return string(r - 0xfee0), n, Typographic
	case r == 0x3000 || r == 0xa0 || r >= 0x2000 && r <= 0x200a || r == 0x202f || r == 0x205f || r == 0x2028 || r == 0x2029:
		return " ", n, Typographic
	case r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff || r == 0xad:
		return "", n, Typographic
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0x30fc || r == 0xff70 || r == 0xfe58 || r == 0xfe63:
		return "-", n, Typographic
	case r >= 0x2018 && r <= 0x201f || r == 0x2032 || r == 0x2033 || r == 0xab || r == 0xbb || r == 0xb4:
		return "", n, Typographic
	case r == 0x300c || r == 0x300d || r == 0x301d || r == 0x301e || r == 0x301f:
		return "", n, Typographic
	}
	if as, ok := signs[r]; ok {
		return as, n, Typographic
	}
	return "", n, ""
}

// signs are single characters that look like an ASCII character.
var signs = map[rune]string{
	0x301c: "~", 0x223c: "~", 0x02dc: "~", 0x223e: "~",
	0x3002: ".", 0xff61: ".", 0x2024: ".", 0x3001: ",", 0xff64: ",",
	0x2236: ":", 0xa789: ":", 0xfe55: ":", 0x2044: "/", 0x2215: "/", 0xff0f: "/",
}

// lookLegacy is look for bytes that are not UTF-8: quotes, dashes and spaces of Windows-1252 and Shift_JIS, which some
// panels store as the browser sent them.
func lookLegacy(s string) (as string, n int, code Code) {
	if s[0] == 0x81 && len(s) > 1 {
		switch s[1] {
		case 0x40:
			return " ", 2, Typographic
		case 0x60:
			return "~", 2, Typographic
		case 0x65, 0x66, 0x67, 0x68:
			return "", 2, Typographic
		case 0x5b, 0x5c, 0x5d, 0x7c:
			return "-", 2, Typographic
		case 0x46:
			return ":", 2, Typographic
		case 0x81:
			return "=", 2, Typographic
		}
	}
	switch s[0] {
	case 0x91, 0x92, 0x93, 0x94:
		return "", 1, Typographic
	case 0x96, 0x97:
		return "-", 1, Typographic
	case 0xa0:
		return " ", 1, Typographic
	}
	return "", 1, ""
}
