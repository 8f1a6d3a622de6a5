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

// Near returns the entries of which a name begins almost like the typed text: with a letter too many, too few, wrong, or
// swapped with the next. It is for words of which Filter finds nothing.
func Near[E interface{ Base() Entry }](list []E, typed string) []E {
	want := []rune(fold(typed))
	most := 1
	switch n := len(want); {
	case n < 4:
		return nil
	case n > 7:
		most = 2
	}
	var out []E
	for _, e := range list {
		for word := range strings.SplitSeq(haystack(e.Base()), "\n") {
			if begins([]rune(word), want, most) {
				out = append(out, e)
				break
			}
		}
	}
	return out
}

// begins reports whether a word begins like want, with at most so many slips.
func begins(word, want []rune, most int) bool {
	for n := max(0, len(want)-most); n <= min(len(word), len(want)+most); n++ {
		if slips(word[:n], want) <= most {
			return true
		}
	}
	return false
}

// slips counts the letters that were typed too many, too few, wrong, or in the wrong order: the optimal string alignment
// distance.
func slips(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(last[j+1]+1, next[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last = last, next
	}
	return last[len(b)]
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
