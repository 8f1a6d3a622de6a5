package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Every width on the screen is measured here, in cells, by the library that the renderer uses.

func width(s string) int { return ansi.StringWidth(s) }

// cut shortens s to w cells; tail stands for what was left out.
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

// sides puts one text at each end of a line of w cells; the left one gives way.
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

const (
	noStart = "、。，．・：；？！」』）】〕］｝〉》ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々,.:;?!)]}%"
	noEnd   = "「『（【〔［｛〈《([{"
)

// wrap breaks plain text into lines of at most w cells: at spaces, between Japanese letters, never so that a line
// begins with a closing mark or ends with an opening one (simple kinsoku). Words longer than a line are cut.
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

// pieces cuts a line into what must not be broken: a wide letter, a space, or a word of at most w cells.
func pieces(line string, w int) []piece {
	var out []piece
	word := false
	for len(line) > 0 {
		c, n := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
		line = line[len(c):]
		join := n < 2 && c != " "
		if last := len(out) - 1; join && word && out[last].cells+n <= w {
			out[last].text += c
			out[last].cells += n
			continue
		}
		out = append(out, piece{c, n})
		word = join
	}
	return out
}

func wrapLine(ps []piece, w int) []string {
	var out []string
	var cur []piece
	used := 0
	for _, p := range ps {
		if used+p.cells > w {
			carry := carried(cur, p)
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

// carried says which pieces at the end of a full line must go down with the next piece.
func carried(cur []piece, next piece) []piece {
	i := len(cur)
	closing := strings.ContainsAny(noStart, firstRune(next.text)) && next.cells <= 2
	for i > 1 && len(cur)-i < 3 {
		prev := cur[i-1].text
		switch {
		case closing && prev != " ":
			closing = strings.ContainsAny(noStart, firstRune(prev))
		case strings.Contains(noEnd, prev) && prev != "":
		default:
			return cur[i:]
		}
		i--
	}
	if i <= 1 {
		return nil
	}
	return cur[i:]
}

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

// chop cuts a value into lines of exactly w cells (the last may be shorter), adding and losing nothing.
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
