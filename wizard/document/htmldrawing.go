package document

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/wizard/words"
)

// drawing is the SVG of a mail's route, as the template needs it.
type drawing struct {
	Class, ID, Alt string
	W, H           int
	Lines          []stroke
	Discs          []disc
	Marks          []mark
	Texts          []label
}

type stroke struct{ Class, D string }

type disc struct {
	X, Y int
	Icon string
}

// mark is a sign in a circle: a tick, a cross, an exclamation or a question mark.
type mark struct {
	Class         string
	X, Y, R, Size int
	Scale, Drop   float64
}

type label struct {
	Class, Text string
	X, Y        int
	Mid         bool
}

// stopIcons are SVG paths, centred on the middle of a disc.
var stopIcons = map[words.StopKind]string{
	words.StopWriter:   "M0 -12a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0 -11zM-11 12c0 -6 5 -9 11 -9s11 3 11 9",
	words.StopServer:   "M-12 -11h24v9h-24zM-12 2h24v9h-24zM-7.5 -6.5v.1M-7.5 6.5v.1M3 -6.5h5M3 6.5h5",
	words.StopDNS:      "M-12 -10h15M-12 -4h8M-12 2h5M4 -3a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0 -13zM8.7 8.2l4.3 4.3",
	words.StopForwards: "M-12 8v-4a7 7 0 0 1 7 -7h15M5 -9l6 6l-6 6",
	words.StopReceiver: "M-13 -9h26v18h-26zM-13 -8l13 10l13 -10",
}

// standingClass returns the CSS class and sign for the state of SPF, DKIM or DMARC.
func standingClass(s words.Standing) string {
	switch {
	case s.State == words.StandsGood:
		return "good"
	case s.Severity == checks.Unknown || s.State == words.StandsUnknown:
		return "unknown"
	case s.Severity == checks.Advice:
		return "note"
	}
	return "bad"
}

func signed(class string, x, y, r int) mark {
	return mark{Class: class, X: x, Y: y, R: r, Size: r + 3, Scale: float64(r) / 11, Drop: float64(r+3) * 0.36}
}

// nameLines breaks a name into at most two lines of so many cells.
func nameLines(name string, cells int) []string {
	if ansi.StringWidth(name) > 3*len([]rune(name))/2 {
		cells += 3 // a wide letter is narrower than two Latin ones
	}
	out := strings.Split(ansi.Wrap(name, cells, "-@"), "\n")
	if len(out) > 2 {
		out = []string{out[0], ansi.Truncate(strings.TrimLeft(strings.Join(out[1:], ""), " /"), cells, "…")}
	}
	for i := range out {
		out[i] = strings.Trim(out[i], " /") // the blank or the stroke at which it is broken
	}
	return out
}

// drawWide draws the route from left to right.
func drawWide(p words.P, pic words.Picture) drawing {
	const y, column, cells = 36, 186, 20
	d := drawing{Class: "wide", W: column * len(pic.Stops)}
	for i, s := range pic.Stops {
		x := column*i + column/2
		d.Discs = append(d.Discs, disc{x, y, stopIcons[s.Kind]})
		if i > 0 {
			d.link(pic.Links[i-1], fmt.Sprintf("M%d %dH%d", x-column+37, y, x-37), "m-8 -5l8 5l-8 5", x-column/2, y)
		}
		d.stop(p, s, pic.Proofs, label{X: x, Y: y + 48, Mid: true}, x-66, cells)
	}
	return d
}

// drawTall draws the route from top to bottom, for phones.
func drawTall(p words.P, pic words.Picture) drawing {
	const x, gap, cells = 34, 92, 32
	d := drawing{Class: "tall", W: 336}
	at := 32
	for i, s := range pic.Stops {
		if i > 0 {
			from := at
			at = max(at+gap, d.H+34)
			d.link(pic.Links[i-1], fmt.Sprintf("M%d %dV%d", x, from+33, at-33), "m-5 -8l5 8l5 -8", x, (from+at)/2)
		}
		d.Discs = append(d.Discs, disc{x, at, stopIcons[s.Kind]})
		top := at + 5
		if s.Kind == words.StopDNS {
			top = at - 8
		} else if s.Below != "" {
			top = at - 3
		}
		d.stop(p, s, pic.Proofs, label{X: x + 44, Y: top}, x+53, cells)
		d.H = max(d.H, at+34)
	}
	return d
}

// link draws the line from one stop to the next: whole with an arrowhead, or broken or in doubt with a sign.
func (d *drawing) link(state words.Link, path, head string, x, y int) {
	if state == words.LinkGood {
		d.Lines = append(d.Lines, stroke{"good", path + head})
		return
	}
	d.Lines = append(d.Lines, stroke{string(state), path})
	d.Marks = append(d.Marks, signed(string(state), x, y, 12))
}

// stop writes a stop's name, and at the stop that checks DNS the states of SPF, DKIM and DMARC; x is where their signs
// are.
func (d *drawing) stop(p words.P, s words.Stop, proofs []words.Standing, at label, x, cells int) {
	put := func(class, text string, dy int) {
		at.Y += dy
		d.Texts = append(d.Texts, label{class, text, at.X, at.Y, at.Mid})
		d.H = max(d.H, at.Y+10)
	}
	for i, l := range nameLines(s.Name, cells) {
		put("w-name", l, min(i, 1)*18)
	}
	if s.Below != "" {
		put("w-sub", ansi.Truncate(s.Below, cells+4, "…"), 18)
	}
	if s.Kind != words.StopDNS {
		return
	}
	for _, proof := range proofs {
		at.Y += 22
		class := standingClass(proof)
		d.Marks = append(d.Marks, signed(class, x, at.Y-4, 8))
		d.Texts = append(d.Texts, label{Class: "w-proof", Text: proof.Name, X: x + 14, Y: at.Y},
			label{Class: "w-state " + class, Text: p.T("tui.pic." + string(proof.State)), X: x + 66, Y: at.Y})
		d.H = max(d.H, at.Y+10)
	}
}
