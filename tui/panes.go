package tui

import "strings"

const (
	// paneFrom is the width from which there is a list beside the page.
	paneFrom = 100
	// textMost is the longest line of text in cells; longer ones are hard to read.
	textMost = 88
	listWide = 36
)

// panes splits a wide frame into a list and a page; a narrow frame has no list (W 0). The page is no wider than
// textMost and its margins.
func (f Frame) panes() (list, page Frame) {
	list, page = f, f
	list.W = 0
	if f.W >= paneFrom {
		list.W = listWide
	}
	page.W = min(f.W-list.W, textMost+4) - 1 // the last cell of the rule marks that there is more below
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

// column returns the frame of a page that has no list beside it.
func (f Frame) column() Frame {
	f.W = min(f.W, textMost+4)
	return f
}

// beside puts lines to the right of a list that is w cells wide.
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
