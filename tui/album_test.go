package tui

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	fold "golang.org/x/text/width"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// sizes are those in which every screen is drawn.
var sizes = [][2]int{{60, 20}, {80, 24}, {120, 40}}

// album collects the screens of a walk: in every language and size, and with both sets of glyphs. The walk is the same
// in all of them.
type album struct {
	name  string
	langs []i18n.Lang
	pages map[string]*strings.Builder // by file
	shown *kinds
}

// kinds are the kinds of page that albums show, and the steps.
type kinds struct {
	mu   sync.Mutex
	seen map[string]bool
}

// add notes the page that is shown now. A nil kinds notes nothing.
func (k *kinds) add(d *driver) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen[kind(d.r.top())] = true
	if len(d.r.over) == 0 {
		k.seen[string(d.r.c.At())] = true
	}
}

func newAlbum(name string) *album {
	return &album{name: name, langs: []i18n.Lang{i18n.JA, i18n.EN}, pages: map[string]*strings.Builder{}}
}

// add draws the page that is shown now.
func (a *album) add(d *driver, name string) {
	d.t.Helper()
	w, h, lang := d.r.w, d.r.h, d.r.c.lang
	a.shown.add(d)
	for _, l := range a.langs {
		d.speak(l)
		for _, size := range sizes {
			d.r.w, d.r.h = size[0], size[1]
			file := fmt.Sprintf("%s-%s-%d.txt", a.name, l, size[0])
			if a.pages[file] == nil {
				a.pages[file] = &strings.Builder{}
			}
			a.page(d, a.pages[file], name)
		}
	}
	d.speak(lang)
	d.r.w, d.r.h = w, h
}

// speak changes the language as Ctrl+L does.
func (d *driver) speak(lang i18n.Lang) {
	for range d.r.c.d.Langs {
		if d.r.c.lang != lang {
			d.press("ctrl+l")
		}
	}
}

// page writes one frame, a bar at the end of each line. Of the frame in ASCII the lines follow, each behind a tilde, that differ
// in more than letters of one cell.
func (a *album) page(d *driver, p *strings.Builder, name string) {
	d.t.Helper()
	view := d.view()
	d.whole(name, view)
	straight(d.t, view, d.r.w)
	d.r.glyphs = glyphs(true)
	narrow := strings.Split(d.view(), "\n")
	d.r.glyphs = glyphs(false)
	fmt.Fprintf(p, "=== %s\n", name)
	if len(narrow) != d.r.h {
		d.t.Errorf("%s at %dx%d: %d lines in ASCII", name, d.r.w, d.r.h, len(narrow))
		return
	}
	blank := 0
	for j, line := range strings.Split(view, "\n") {
		n := narrow[j]
		if width(n) > d.r.w {
			d.t.Errorf("%s: %d cells in ASCII: %s", name, width(n), n)
		}
		unambiguous(d.t, n)
		if line == "" {
			blank++
			continue
		}
		switch blank {
		case 0:
		case 1:
			fmt.Fprintln(p, "|")
		default:
			fmt.Fprintf(p, "(%d lines)\n", blank)
		}
		blank = 0
		fmt.Fprintf(p, "%s|\n", line)
		if n != oneCell.Replace(line) {
			fmt.Fprintf(p, "~%s|\n", n)
		}
	}
}

// done compares the pages with the files of the album.
func (a *album) done(t *testing.T) {
	t.Helper()
	for file, p := range a.pages {
		golden(t, file, p.String())
	}
}

// oneCell makes ASCII of the glyphs that stay as wide as they were.
var oneCell = func() *strings.Replacer {
	u, a := glyphs(false), glyphs(true)
	pairs := []string{u.Break, a.Break, u.Arrow, a.Arrow, u.Tick, a.Tick}
	for i := range u.Corners {
		pairs = append(pairs, u.Corners[i], a.Corners[i])
	}
	for _, x := range [][2]string{{u.Rule, a.Rule}, {u.Cross, a.Cross}, {u.Check, a.Check}, {u.Dot, a.Dot}, {u.Pointer, a.Pointer},
		{u.More, a.More}, {u.Less, a.Less}, {u.On, a.On}, {u.Off, a.Off}, {u.Sep, a.Sep}, {u.Side, a.Side}} {
		pairs = append(pairs, x[0], x[1])
	}
	return strings.NewReplacer(pairs...)
}()

// whole checks that the frame is as high as the screen and no line is wider; that nothing is cut off without a mark,
// and that keys scroll to what a mark announces; that a box has its cursor visible, and a record its values.
func (d *driver) whole(name, view string) {
	d.t.Helper()
	at := fmt.Sprintf("%s at %dx%d", name, d.r.w, d.r.h)
	lines := strings.Split(view, "\n")
	if len(lines) != d.r.h {
		d.t.Errorf("%s: %d lines", at, len(lines))
	}
	marked := false
	for _, l := range lines {
		if n := width(l); n > d.r.w {
			d.t.Errorf("%s: %d cells: %s", at, n, l)
		}
		marked = marked || strings.HasSuffix(l, " "+d.r.glyphs.More) || strings.HasSuffix(l, " "+d.r.glyphs.Less)
	}
	s := d.r.top()
	f, foot := d.r.frame(s)
	body := strings.Split(s.View(f), "\n")
	if len(body) > f.H {
		d.t.Errorf("%s: %d lines of the page are cut off:\n%s", at, len(body)-f.H, strings.Join(body[f.H:], "\n"))
	}
	for _, l := range body {
		if width(l) > f.W {
			d.t.Errorf("%s: cut at the edge: %s", at, ansi.Strip(l))
		}
	}
	if marked && !strings.Contains(strings.Join(foot, " "), d.r.glyphs.UpDown) {
		d.t.Errorf("%s: more is marked, and no key leads there", at)
	}
	if t, ok := s.(typist); ok && t.Typing() && d.r.caret.row == 0 {
		q, list := s.(question)
		p, proved := s.(proof)
		if !(list && (q.finding || q.step.Options == "" && len(q.asking) == 0)) && !(proved && (p.c.Proof() != nil || p.c.Reading())) { // nothing is typed
			d.t.Errorf("%s: no cursor in sight", at)
		}
	}
	if s, ok := s.(records); ok && !s.box.open && s.top == 0 && strings.Contains(view, d.r.glyphs.Corners[0]+d.r.glyphs.Rule) && !strings.Contains(view, d.r.glyphs.Corners[2]+d.r.glyphs.Rule) {
		d.t.Errorf("%s: the values are not in sight", at)
	}
}

// unambiguous checks that a line has no character of ambiguous width (UAX #11).
func unambiguous(t testing.TB, line string) {
	t.Helper()
	for _, r := range line {
		if r == '\u201c' || r == '\u201d' { // of a record that was copied off a page
			continue
		}
		if fold.LookupRune(r).Kind() == fold.EastAsianAmbiguous {
			t.Errorf("%q is drawn in ASCII: %s", r, line)
		}
	}
}

// straight checks that the rules run from edge to edge, and that one of each two shows the stages.
func straight(t testing.TB, view string, w int) {
	t.Helper()
	for line := range strings.SplitSeq(view, "\n") {
		if strings.HasPrefix(line, " ── ") {
			if width(line) != w-1 || !strings.HasSuffix(line, "]") && !strings.HasSuffix(line, "─") || strings.Count(line, "[") != 1 || strings.Count(line, " › ") != 4 {
				t.Errorf("crooked stages: %q", line)
			}
		} else if strings.HasPrefix(line, " ──") && line != " "+strings.Repeat("─", w-2) {
			t.Errorf("crooked rule: %q", line)
		}
	}
}

var numbered = regexp.MustCompile(`^(?:ns|dns)?\d+\.(\S+)`)

// steady makes a look deterministic: which of several equal servers answers first, and the order of answers, must not
// change a screen.
func steady(d *Deps) {
	live := d.Check
	d.Check = func(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error) {
		s, err := live(ctx, a, old, func(Progress) {})
		if err != nil || s == nil {
			return s, err
		}
		first := map[string]string{} // of the servers of a company, which are numbered
		company := func(server string) string {
			if m := numbered.FindStringSubmatch(server); m != nil {
				return m[1]
			}
			return ""
		}
		for _, x := range s.Answers {
			if c := company(x.Server); c != "" && (first[c] == "" || x.Server < first[c]) {
				first[c] = x.Server
			}
		}
		for i, x := range s.Answers {
			if one := first[company(x.Server)]; one != "" && x.Via == snapshot.Authority {
				s.Answers[i].Server = one
			}
		}
		came := slices.SortedStableFunc(slices.Values(s.Answers), func(x, y snapshot.Answer) int {
			return cmp.Compare(fmt.Sprint(x.Key), fmt.Sprint(y.Key))
		})
		for i, x := range came {
			each(Progress{Answer: x, Asked: i + 1})
		}
		return s, nil
	}
}
