package tui

import "strings"

const (
	// From so many cells there is a list beside the page.
	paneFrom = 100
	// A line of text has at most so many cells: longer ones are hard to read.
	textMost = 88
	listWide = 32
)

// panes parts a wide frame into a list and a page; a narrow one has no list (W 0). The page is never wider than a text may
// be with its margins.
func (f Frame) panes() (list, page Frame) {
	list, page = f, f
	list.W = 0
	if f.W >= paneFrom {
		list.W = listWide
	}
	page.W = min(f.W-list.W, textMost+4) - 1 // the mark of what is below the fold stands in the last cell of the rule
	return list, page
}

// inPanes draws a page, with its list beside it where there is room.
func (f Frame) inPanes(list, page func(Frame) []string) string {
	left, right := f.panes()
	lines := page(right)
	if left.W > 0 {
		lines = beside(list(left), lines, left.W)
	}
	return strings.Join(lines, "\n")
}

// column is the page where no list stands beside it.
func (f Frame) column() Frame {
	f.W = min(f.W, textMost+4)
	return f
}

// beside sets lines right of a list that is w cells wide.
func beside(list, lines []string, w int) []string {
	out := make([]string, max(len(list), len(lines)))
	for i := range out {
		left, right := "", ""
		if i < len(list) {
			left = list[i]
		}
		if i < len(lines) {
			right = lines[i]
		}
		if left = fill(left, w, ""); strings.Contains(left, spotMark) && right != "" {
			left += spotEnd
		}
		out[i] = strings.TrimRight(left+right, " ")
	}
	return out
}
