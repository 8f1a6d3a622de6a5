package tui

import (
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Background is what the terminal's text stands on; "" where that is not known.
type Background string

// Backgrounds of terminals.
const (
	Dark  Background = "dark"
	Light Background = "light"
)

// palette names the colours by their index among the terminal's 256. Those from 16 on look the same in every terminal; the
// first sixteen are each terminal's own.
type palette struct{ good, bad, warn, key, dim string }

// palettes by background and depth. Where the background is not known, or a terminal has sixteen colours on white, there are
// none: none of these would be sure to be readable. Contrast to the background is 4.5 or more (WCAG 2.1, 1.4.3).
var palettes = map[Background]map[int]palette{
	Dark: {
		16:  {good: "10", bad: "9", warn: "11", key: "14"},
		256: {good: "114", bad: "210", warn: "222", key: "116", dim: "248"},
	},
	Light: {
		256: {good: "22", bad: "88", warn: "94", key: "24", dim: "240"},
	},
}

// newStyles makes the styles for a background and so many colours; plain: no attribute at all.
func newStyles(plain bool, on Background, depth int) Styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	if plain {
		r.SetColorProfile(termenv.Ascii)
	}
	p := palettes[on][depth]
	in := func(c string) lipgloss.Style {
		if c == "" {
			return r.NewStyle()
		}
		return r.NewStyle().Foreground(lipgloss.Color(c))
	}
	bold := r.NewStyle().Bold(true)
	return Styles{
		Title: bold, Pick: bold, Plain: r.NewStyle(), Value: bold, Dim: in(p.dim),
		Good: in(p.good), Bad: in(p.bad).Bold(true), Warn: in(p.warn).Bold(true), Key: in(p.key),
		Wrong: in(p.bad).Bold(true).Reverse(true),
	}
}

// colours is how many colours a terminal has, as far as its environment tells.
func colours(env func(string) string) int {
	if strings.Contains(env("TERM"), "256color") || env("COLORTERM") != "" || env("WT_SESSION") != "" {
		return 256
	}
	return 16
}

// inherited is the background as some terminals put it into the environment: "15;0" is white on black.
func inherited(env func(string) string) Background {
	v := env("COLORFGBG")
	switch n, err := strconv.Atoi(v[strings.LastIndex(v, ";")+1:]); {
	case err != nil:
		return ""
	case n == 7 || n == 15:
		return Light
	case n >= 0 && n <= 8:
		return Dark
	}
	return ""
}

var backgroundReport = regexp.MustCompile(`\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})`)

// backgroundOf reads a terminal's answer to what its background is (xterm's OSC 11); "" where there is none in it, or one that is
// neither dark nor light enough.
func backgroundOf(answer []byte) Background {
	m := backgroundReport.FindSubmatch(answer)
	if m == nil {
		return ""
	}
	var rgb [3]float64
	for i := range rgb {
		n, _ := strconv.ParseUint(string(m[i+1]), 16, 16) // the pattern allows nothing else
		rgb[i] = float64(n) / float64(uint(1)<<(4*len(m[i+1]))-1)
	}
	switch l := 0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2]; {
	case l < 0.25:
		return Dark
	case l > 0.85:
		return Light
	}
	return ""
}
