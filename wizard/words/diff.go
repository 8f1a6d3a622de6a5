package words

import (
	"strings"

	"example.org/todoku/checks/snapshot"
)

// parts cuts a value into the pieces that are compared: terms of SPF, tags of DMARC and DKIM.
func parts(v string) []string {
	f := strings.Fields(v)
	if len(f) > 0 && strings.EqualFold(f[0], "v=spf1") {
		return f
	}
	var out []string
	for s := range strings.SplitAfterSeq(v, ";") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// diff compares two values piece by piece (longest common subsequence), and returns the unchanged, removed and added
// pieces in reading order.
func diff(old, now string) []DiffPart {
	a, b := parts(old), parts(now)
	same := common(a, b)
	var out []DiffPart
	put := func(mark byte, text string) { out = append(out, DiffPart{mark, snapshot.Printable(text)}) }
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			put(' ', a[i])
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || same[i+1][j] >= same[i][j+1]):
			put('-', a[i])
			i++
		default:
			put('+', b[j])
			j++
		}
	}
	return out
}

// common[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
func common(a, b []string) [][]int {
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			} else {
				n[i][j] = max(n[i+1][j], n[i][j+1])
			}
		}
	}
	return n
}

// nearest returns the index of the old value that shares the most pieces with the new one, which leaves the least to
// type.
func nearest(old []string, now string) int {
	best, at := -1, 0
	for i, v := range old {
		if n := common(parts(v), parts(now))[0][0]; n > best {
			best, at = n, i
		}
	}
	return at
}
