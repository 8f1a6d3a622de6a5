package tui

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Background tells whether the terminal's background is dark or light; "" where that is not known.
type Background string

// The backgrounds.
const (
	Dark  Background = "dark"
	Light Background = "light"
)

// palette names the colours by their index among the terminal's 256. Those from 16 on look the same in every terminal;
// each terminal chooses the first sixteen.
type palette struct{ good, bad, warn, key, dim string }

// palettes are keyed by background and colour depth. There are none where the background is not known, or for sixteen
// colours on white, since no colour would be sure to be readable there. The contrast to the background is at least 4.5
// (WCAG 2.1, 1.4.3).
var palettes = map[Background]map[int]palette{
	Dark: {
		16:  {good: "10", bad: "9", warn: "11", key: "14"},
		256: {good: "114", bad: "210", warn: "222", key: "116", dim: "248"},
	},
	Light: {
		256: {good: "22", bad: "88", warn: "94", key: "24", dim: "240"},
	},
}

// newStyles returns the styles for a background and colour depth; plain means no attributes at all.
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

// colours returns how many colours a terminal has, as far as its environment tells.
func colours(env func(string) string) int {
	if strings.Contains(env("TERM"), "256color") || env("COLORTERM") != "" || env("WT_SESSION") != "" {
		return 256
	}
	return 16
}

// inherited returns the background that some terminals put into COLORFGBG: "15;0" is white on black.
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

var backgroundReport = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})`)
})

// backgroundOf parses a terminal's answer about its background colour (xterm's OSC 11). It returns "" where there is no
// answer, or a colour that is neither dark nor light enough.
func backgroundOf(answer []byte) Background {
	m := backgroundReport().FindSubmatch(answer)
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
