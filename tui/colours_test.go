package tui

import (
	"math"
	"strconv"
	"testing"
)

// themes are the sixteen colours of common terminals as they come: xterm, Windows Terminal (Campbell), GNOME (Tango), macOS
// Terminal, Visual Studio Code.
var themes = map[string][16]uint32{
	"xterm":    {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff},
	"campbell": {0x0c0c0c, 0xc50f1f, 0x13a10e, 0xc19c00, 0x0037da, 0x881798, 0x3a96dd, 0xcccccc, 0x767676, 0xe74856, 0x16c60c, 0xf9f1a5, 0x3b78ff, 0xb4009e, 0x61d6d6, 0xf2f2f2},
	"tango":    {0x2e3436, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf, 0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2, 0xeeeeec},
	"macos":    {0x000000, 0xc23621, 0x25bc24, 0xadad27, 0x492ee1, 0xd338d3, 0x33bbc8, 0xcbcccd, 0x818383, 0xfc391f, 0x31e722, 0xeaec23, 0x5833ff, 0xf935f8, 0x14f0f0, 0xe9ebeb},
	"vscode":   {0x000000, 0xcd3131, 0x0dbc79, 0xe5e510, 0x2472c8, 0xbc3fbc, 0x11a8cd, 0xe5e5e5, 0x666666, 0xf14c4c, 0x23d18b, 0xf5f543, 0x3b8eea, 0xd670d6, 0x29b8db, 0xe5e5e5},
}

// grounds are what stands behind the text: black and white, and what themes have in their place.
var grounds = map[Background][]uint32{
	Dark:  {0x000000, 0x0c0c0c, 0x1e1e1e, 0x002b36},
	Light: {0xffffff, 0xfdf6e3, 0xf5f5f5},
}

// rgb is a colour of the 256 in a theme (xterm's cube and greys from 16 on).
func rgb(t *testing.T, index string, theme [16]uint32) uint32 {
	t.Helper()
	n, err := strconv.Atoi(index)
	must(t, err)
	step := func(i int) uint32 {
		if i == 0 {
			return 0
		}
		return uint32(55 + 40*i)
	}
	switch {
	case n < 16:
		return theme[n]
	case n < 232:
		n -= 16
		return step(n/36)<<16 | step(n/6%6)<<8 | step(n%6)
	}
	return uint32(8+10*(n-232)) * 0x010101
}

// luminance is the relative luminance of WCAG 2.1.
func luminance(c uint32) float64 {
	part := func(v uint32) float64 {
		x := float64(v&0xff) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c>>16) + 0.7152*part(c>>8) + 0.0722*part(c)
}

func contrast(a, b uint32) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Every colour that is used can be read on its background, in every theme; where the background is not known, or only the
// sixteen colours of a white terminal are there, none is used.
func TestContrast(t *testing.T) {
	seen := 0
	for on, depths := range palettes {
		for depth, p := range depths {
			for _, c := range []string{p.good, p.bad, p.warn, p.key, p.dim} {
				for name, theme := range themes {
					for _, ground := range grounds[on] {
						if c == "" || depth == 16 && ground != 0 && ground != 0x0c0c0c {
							continue // who changed the background has colours to it
						}
						seen++
						if x := contrast(rgb(t, c, theme), ground); x < 4.5 {
							t.Errorf("%s, %d colours: %s in %s on %06x has contrast %.1f", on, depth, c, name, ground, x)
						}
					}
				}
			}
		}
	}
	if seen < 80 {
		t.Errorf("%d pairs were looked at", seen)
	}
	none := palette{}
	if palettes[""][256] != none || palettes[Light][16] != none {
		t.Error("colours on a background that they were not chosen for")
	}
}

func TestBackground(t *testing.T) {
	for answer, want := range map[string]Background{
		"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[1;2R": Dark, "\x1b]11;rgb:ff/ff/ff\a": Light, "\x1b]11;rgb:002b/0036/0042\a": Dark,
		"\x1b]11;rgba:fdfd/f6f6/e3e3/ffff\a": Light, "\x1b]11;rgb:8080/8080/8080\a": "", "\x1b[1;2R": "", "": "",
	} {
		if got := backgroundOf([]byte(answer)); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
	}
	for v, want := range map[string]Background{"15;0": Dark, "0;15": Light, "0;default;15": Light, "12;8": Dark, "": "", "x": "", "1;12": ""} {
		if got := inherited(func(string) string { return v }); got != want {
			t.Errorf("COLORFGBG=%q: %q, want %q", v, got, want)
		}
	}
}
