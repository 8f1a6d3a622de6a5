package catalog

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Filter returns the entries whose name, reading or ID contains the typed text, in the same order. Kana and romaji
// readings, full-width letters and case do not matter. An empty text returns all.
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

// haystacks caches each entry's folded words, since a long list is filtered again at every key press.
var haystacks sync.Map

// haystack returns everything that an entry is found by, folded, one item a line so that no match spans two.
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

// Code points for folding katakana to hiragana.
const (
	firstKatakana = 0x30a1
	lastKatakana  = 0x30f6
	toHiragana    = 0x60
	longVowel     = 0x30fc
	middleDot     = 0x30fb
)

// fold returns a form that is equal for different spellings of a word: full and half width, katakana and hiragana, upper
// and lower case, and without spaces, dots and the long-vowel mark.
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
