package report

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// entity parses an entity at the beginning of b: its length in bytes and the character it stands for; n is 0 if there
// is none.
func entity(b []byte) (n int, r rune) {
	const longest = len("&#x10ffff;") + 4
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 2 {
		return 0, 0
	}
	name := string(b[1:end])
	if name[0] == '#' {
		return end + 1, number(name[1:])
	}
	for _, e := range [...]struct {
		name string
		r    rune
	}{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}} {
		if e.name == name {
			return end + 1, e.r
		}
	}
	return 0, 0
}

// number is the character of a decimal or hexadecimal reference.
func number(s string) rune {
	base := 10
	if s != "" && (s[0] == 'x' || s[0] == 'X') {
		base, s = 16, s[1:]
	}
	v, err := strconv.ParseUint(s, base, 32)
	if err != nil || v > utf8.MaxRune || !utf8.ValidRune(rune(v)) {
		return utf8.RuneError
	}
	return rune(v)
}
