package still

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/tui"
)

// Measures of a picture in pixels: a cell, its text, and the margin.
const (
	cellWide = 8.4
	cellHigh = 19
	fontSize = 14
	margin   = 16
	baseline = 14
)

// theme holds the default colours of a terminal.
type theme struct{ ground, text, frame string }

var themes = map[tui.Background]theme{
	tui.Dark:  {"#16191d", "#d8dbe0", "#3a4048"},
	tui.Light: {"#ffffff", "#1f2328", "#c8ccd1"},
}

// SVG draws a screen, w cells wide and h high, as a terminal with a dark or a light background would show it.
func SVG(screen string, w, h int, on tui.Background) string {
	t := themes[on]
	wide, high := float64(w)*cellWide+2*margin, float64(h)*cellHigh+2*margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f">`+"\n", wide, high, wide, high)
	fmt.Fprintf(&out, `<rect x="0.5" y="0.5" width="%.0f" height="%.0f" rx="8" fill="%s" stroke="%s"/>`+"\n", wide-1, high-1, t.ground, t.frame)
	fmt.Fprintf(&out, `<g font-family="'DejaVu Sans Mono','Noto Sans Mono CJK JP','VL Gothic','MS Gothic',Menlo,monospace" font-size="%d" fill="%s" xml:space="preserve">`+"\n", fontSize, t.text)
	for row, line := range strings.Split(screen, "\n") {
		if row < h {
			drawLine(&out, line, row, t)
		}
	}
	out.WriteString("</g>\n</svg>\n")
	return out.String()
}

// style is how text is drawn.
type style struct {
	fg            string // "" is the theme's
	bold, reverse bool
}

// drawLine draws one line as runs of the same style, each character in its own cell.
func drawLine(out *strings.Builder, line string, row int, t theme) {
	var now style
	var run []string
	var at []int
	wide := 0
	flush := func() {
		if strings.TrimSpace(strings.Join(run, "")) != "" || now.reverse && len(run) > 0 {
			drawRun(out, run, at, wide, row, now, t)
		}
		run, at, wide = nil, nil, 0
	}
	col := 0
	for len(line) > 0 {
		if line[0] == '\x1b' {
			seq, n := sequence(line)
			line = line[n:]
			if next := seq.apply(now); next != now {
				flush()
				now = next
			}
			continue
		}
		c, w := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
		line = line[len(c):]
		if w == 0 {
			continue
		}
		run, at, wide = append(run, c), append(at, col), wide+w
		col += w
	}
	flush()
}

// drawRun draws characters in their cells; reversed ones get a background of their own colour.
func drawRun(out *strings.Builder, run []string, at []int, wide, row int, s style, t theme) {
	fill := s.fg
	if s.reverse {
		ground := s.fg
		if ground == "" {
			ground = t.text
		}
		fmt.Fprintf(out, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", margin+float64(at[0])*cellWide, margin+row*cellHigh, float64(wide)*cellWide, cellHigh, ground)
		fill = t.ground
	}
	attributes := ""
	if fill != "" {
		attributes += ` fill="` + fill + `"`
	}
	if s.bold {
		attributes += ` font-weight="bold"`
	}
	for i := 0; i < len(run); {
		if run[i] == " " {
			i++
			continue
		}
		// Consecutive characters of equal width become one text element stretched to its cells, since fonts differ.
		each := ansi.StringWidth(run[i])
		first := i
		var text strings.Builder
		for ; i < len(run) && run[i] != " " && ansi.StringWidth(run[i]) == each; i++ {
			_ = xml.EscapeText(&text, []byte(run[i])) // writing to memory does not fail
		}
		spread := ""
		if each == 2 { // wide characters are as wide as they are high
			spread = fmt.Sprintf(` letter-spacing="%.1f"`, 2*cellWide-fontSize)
		}
		fmt.Fprintf(out, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n", margin+float64(at[first])*cellWide, margin+row*cellHigh+baseline,
			float64((i-first)*each)*cellWide, spread+attributes, text.String())
	}
}

// sgr holds the parameters of an SGR sequence (ECMA-48 section 8.3.117); nil for other sequences.
type sgr []int

// sequence parses the escape sequence at the beginning of a line and returns its length in bytes.
func sequence(line string) (sgr, int) {
	_, _, n, _ := ansi.DecodeSequence(line, ansi.NormalState, nil)
	seq := line[:max(n, 1)]
	body, isSGR := strings.CutSuffix(strings.TrimPrefix(seq, "\x1b["), "m")
	if !isSGR || !strings.HasPrefix(seq, "\x1b[") {
		return nil, len(seq)
	}
	out := sgr{}
	for p := range strings.SplitSeq(body, ";") {
		v, _ := strconv.Atoi(p) // an empty parameter is 0
		out = append(out, v)
	}
	return out, len(seq)
}

// apply returns a style changed as the sequence says.
func (q sgr) apply(s style) style {
	for i := 0; i < len(q); i++ {
		switch v := q[i]; {
		case v == 0:
			s = style{}
		case v == 1:
			s.bold = true
		case v == 7:
			s.reverse = true
		case v == 22:
			s.bold = false
		case v == 27:
			s.reverse = false
		case v == 39:
			s.fg = ""
		case v == 38 && i+2 < len(q) && q[i+1] == 5:
			s.fg = colour(q[i+2])
			i += 2
		}
	}
	return s
}

// colour returns a colour of the fixed part of the 256-colour palette (xterm's cube and greys); "" for the first
// sixteen.
func colour(n int) string {
	step := func(i int) int {
		if i == 0 {
			return 0
		}
		return 55 + 40*i
	}
	switch {
	case n < 16:
		return ""
	case n < 232:
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", step(n/36), step(n/6%6), step(n%6))
	}
	v := 8 + 10*(n-232)
	return fmt.Sprintf("#%02x%02x%02x", v, v, v)
}
