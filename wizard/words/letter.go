package words

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// Compared holds two values to be put under each other, cut to the surroundings of their first difference, and a line
// that marks the difference.
type Compared struct{ Right, Now, Mark string }

// Compare returns the wanted value and the one that was found, at most cells wide. ok is false if there is nothing
// to compare.
func Compare(d *propagation.Diff, cells int) (c Compared, ok bool) {
	if d == nil || d.Right == "" || d.Now == "" || cells < 8 {
		return c, false
	}
	x := apart(d.Right, d.Now)
	if x.right == "" && x.now == "" {
		return c, false
	}
	lead := []rune(x.before)
	room := cells / 2
	cutLead := ansi.StringWidth(x.before) > room
	for cutLead && ansi.StringWidth(string(lead)) > room-1 {
		lead = lead[1:]
	}
	head := string(lead)
	if cutLead {
		head = "…" + head
	}
	fit := func(piece string) string { return ansi.Truncate(head+piece+x.after, cells, "…") }
	at := ansi.StringWidth(head)
	mark := strings.TrimRight(ansi.Truncate(strings.Repeat(" ", at)+marks(x.right, x.now), cells, ""), " ")
	return Compared{Right: fit(x.right), Now: fit(x.now), Mark: mark}, true
}

// The lengths for which values are aligned character by character: shorter ones simply differ, longer ones would take
// too long.
const (
	alignLeast = 9
	alignMost  = 600
)

// marks returns a line with "^" under each character of now that is wrong, and under the one before which a character
// is missing.
func marks(right, now string) string {
	a, b := []rune(right), []rune(now)
	if max(len(a), len(b)) > alignMost || max(len(a), len(b)) < alignLeast || len(b) == 0 {
		return strings.Repeat("^", max(1, ansi.StringWidth(right), ansi.StringWidth(now)))
	}
	same := commonRunes(a, b)
	var out strings.Builder
	missing := false
	i, j := 0, 0
	for j < len(b) {
		wide := max(1, ansi.StringWidth(string(b[j])))
		switch {
		case i < len(a) && a[i] == b[j] && same[i][j] == same[i+1][j+1]+1:
			out.WriteString(strings.Repeat(map[bool]string{true: "^", false: " "}[missing], wide))
			missing = false
			i, j = i+1, j+1
		case i < len(a) && same[i+1][j] >= same[i][j+1]:
			missing = true
			i++
		default:
			out.WriteString(strings.Repeat("^", wide))
			missing = false
			j++
		}
	}
	if i < len(a) || missing {
		out.WriteByte('^')
	}
	return out.String()
}

// commonRunes[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
func commonRunes(a, b []rune) [][]int {
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if n[i][j] = max(n[i+1][j], n[i][j+1]); a[i] == b[j] {
				n[i][j] = max(n[i][j], n[i+1][j+1]+1)
			}
		}
	}
	return n
}

// difference is what two values share at their beginning and end, and what differs between; printable.
type difference struct{ before, right, now, after string }

func apart(right, now string) difference {
	a, b := []rune(snapshot.Printable(right)), []rune(snapshot.Printable(now))
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	m := 0
	for m < len(a)-n && m < len(b)-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	return difference{string(a[:n]), string(a[n : len(a)-m]), string(b[n : len(b)-m]), string(a[len(a)-m:])}
}

// longest is how many characters of a difference fit in a sentence.
const longest = 40

// letter says in a sentence where a value first differs from the wanted one, in characters counted from 1.
func (p P) letter(d *propagation.Diff) string {
	if d == nil || d.Right == "" || d.Now == "" {
		return ""
	}
	x := apart(d.Right, d.Now)
	short := func(s string) string { return ansi.Truncate(s, longest, "…") }
	id := "changed"
	switch {
	case x.right == "" && x.now == "":
		return ""
	case x.now == "":
		id = "missing"
	case x.right == "":
		id = "extra"
	}
	return p.Lang.T("words.letter."+id, i18n.Args{"at": len([]rune(x.before)) + 1, "want": short(x.right), "found": short(x.now)})
}
