package tui

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/i18n"
)

// mashed are the scenarios in which random keys are pressed: each has screens or paths that the others lack.
var mashed = []string{
	"S1", "S2", "S3", "S4", "S5", "S8", "hostile-txt",
	"idn", "no-network", "spf-too-many", "dkim-ask", "list",
}

var mashKeys = []string{
	"enter", "enter", "enter", "enter", "enter", "enter", "esc", "esc", "up", "down", "down", "left", "right", "tab", "backspace", "ctrl+l", "ctrl+u", "space",
	"pgdown", "home", "c", "d", "f", "h", "k", "m", "n", "o", "p", "r", "s", "t", "u", "v", "w", "x", "y", "e", "a", "b", "?", "j", "l", "q", "+", "w", "h", "d",
	"1", "2", "9", "0", ".", "-", "\u3042", "\uff41", "\u30fc", "\u202e", "\u0301", "\U0001f4e7", "\x1b",
}

var junk = []string{
	"example.jp", "https://shop.example.jp/a?b=c", "info@example.jp", "v=spf1 include:a.example ~all", "v=DKIM1; k=rsa; p=AAAA",
	"\x1b[2J\x1b]52;c;cm0=\x07", "\xff\xfe\x00", "From: a@example.jp\nTo: b@gmail.com\nSubject: x\n\nhello\n", "",
	strings.Repeat("\u3042", 3000), strings.Repeat("a.", 900), "\n\n\n", strings.Repeat("x y\n", 500), "203.0.113.5", "-1", "\u200d\u200d\u200d",
	"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
}

var mashSizes = [][2]int{{80, 24}, {80, 24}, {60, 20}, {61, 21}, {100, 30}, {200, 60}, {20, 5}, {1, 1}, {0, 0}, {59, 19}, {60, 200}, {500, 20}}

// Whatever is pressed, pasted and resized: no panic, no line wider and no frame higher than the screen, and Esc leads back to the start.
func TestMash(t *testing.T) {
	steps := 75
	if sample.Whole() {
		steps = 300
	}
	if n, err := strconv.Atoi(os.Getenv("TODOKU_MASH")); err == nil {
		steps = n
	}
	seen := map[string]bool{}
	for n, scenario := range mashed {
		t.Run(scenario, func(t *testing.T) { mash(t, scenario, uint64(n), steps, seen) })
	}
	for _, want := range []Screen{&intakeBox{}, question{}, diagnosis{}, records{}, watch{}, help{}} {
		if !seen[kind(want)] {
			t.Errorf("never on %s: the test tests nothing there", kind(want))
		}
	}
}

func kind(s Screen) string { return strings.TrimPrefix(fmt.Sprintf("%T", s), "*") }

func mash(t *testing.T, scenario string, seed uint64, steps int, seen map[string]bool) {
	random := rand.New(rand.NewPCG(seed, 7))
	d := drive(t, scenario, i18n.Langs()[seed%2], func(x *Deps) { x.Start.Domain = trial.New(t, scenario).Story.Answers.Domain })
	w, h, last := 80, 24, "nothing"
	defer func() {
		if e := recover(); e != nil {
			t.Fatalf("%v after %s at %dx%d on %T, step %q", e, last, w, h, d.r.top(), d.r.c.At())
		}
	}()
	if seed == 0 { // a straight walk first, so that every page was seen whatever chance brings
		for range 30 {
			d.press("enter")
			seen[kind(d.r.top())] = true
			switch d.r.top().(type) {
			case diagnosis:
				d.press("f")
				seen[kind(d.r.top())] = true
				d.press("esc")
			case watch:
				d.press("p")
				d.pass(4 * time.Hour)
			}
		}
	}
	for i := range steps {
		d.ended = false // left, and called back
		switch n := random.IntN(100); {
		case n < 4:
			s := mashSizes[random.IntN(len(mashSizes))]
			w, h = s[0], s[1]
			last = fmt.Sprint("size ", s)
			d.size(w, h)
			if random.IntN(2) == 0 {
				w, h = 80, 24
				d.r.View()
				d.size(w, h)
			}
		case n < 8:
			text := junk[random.IntN(len(junk))]
			last = fmt.Sprintf("paste %.30q", text)
			d.paste(text)
		case n < 14:
			last = "time"
			d.pass(time.Duration(random.IntN(4000)) * time.Second)
		default:
			k := mashKeys[random.IntN(len(mashKeys))]
			last = fmt.Sprintf("key %q", k)
			d.press(k)
		}
		seen[kind(d.r.top())] = true
		lines := strings.Split(d.view(), "\n")
		if w < MinWidth || h < MinHeight {
			continue
		}
		if len(lines) != h {
			t.Fatalf("step %d: %d lines at %dx%d after %s on %T:\n%s", i, len(lines), w, h, last, d.r.top(), d.view())
		}
		for _, l := range lines {
			if width(l) > w {
				t.Fatalf("step %d: %d cells at %dx%d after %s on %T:\n%s", i, width(l), w, h, last, d.r.top(), l)
			}
			if strings.ContainsAny(l, "\x1b\x07\r\u202e\x00") {
				t.Fatalf("step %d: control after %s on %T: %q", i, last, d.r.top(), l)
			}
		}
	}
	d.size(80, 24)
	for n := 0; !d.r.c.First() || len(d.r.over) > 0; n++ {
		was := d.view()
		d.press("esc")
		if n > 60 {
			t.Fatalf("Esc leads no further on %T at step %q:\n%s\n%s", d.r.top(), d.r.c.At(), was, d.view())
		}
	}
}
