package catalog

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Filter gives the entries whose name, reading or ID contains the typed text; kana, kanji, romaji, full-width
// letters and case do not matter. The order stays; an empty text gives all.
func Filter[E interface{ Base() Entry }](list []E, typed string) []E {
	want := fold(typed)
	if want == "" {
		return list
	}
	var out []E
	for _, e := range list {
		if strings.Contains(haystack(e.Base()), want) {
			out = append(out, e)
		}
	}
	return out
}

// haystacks keeps each entry's folded words: a long list is filtered anew at every key.
var haystacks sync.Map

// haystack is everything that an entry is found by, folded; a line each, so that no match spans two.
func haystack(e Entry) string {
	words := slices.Concat([]string{e.ID}, e.Name.All(), e.Reading, e.Aliases)
	raw := strings.Join(words, "\n")
	if v, ok := haystacks.Load(raw); ok {
		return v.(string)
	}
	parts := strings.Split(raw, "\n")
	for i := range parts {
		parts[i] = fold(parts[i])
	}
	v := strings.Join(parts, "\n")
	haystacks.Store(raw, v)
	return v
}

// The katakana that have a hiragana, and the way from one to the other.
const (
	firstKatakana = 0x30a1
	lastKatakana  = 0x30f6
	toHiragana    = 0x60
	longVowel     = 0x30fc
	middleDot     = 0x30fb
)

// fold makes spellings of one word equal: full and half width, katakana and hiragana, capitals; spaces, points and
// the long-vowel mark go.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= firstKatakana && r <= lastKatakana:
			return r - toHiragana
		case r == longVowel || r == middleDot || unicode.IsSpace(r) || strings.ContainsRune("-_.!/()&'", r):
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(width.Fold.String(s)))
}
