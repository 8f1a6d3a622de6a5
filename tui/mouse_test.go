package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// cell is where a text stands in the frame.
func (d *driver) cell(text string) (x, y int) {
	d.t.Helper()
	text, first := strings.CutPrefix(text, "\n") // at the beginning of a line
	for y, l := range strings.Split(d.view(), "\n") {
		if before, _, ok := strings.Cut(l, text); ok && (!first || before == "") {
			return width(before), y
		}
	}
	d.t.Fatalf("%q is not in sight:\n%s", text, d.view())
	return 0, 0
}

func (d *driver) button(b tea.MouseButton, x, y int) {
	d.t.Helper()
	d.send(tea.MouseMsg{X: x, Y: y, Button: b, Action: tea.MouseActionPress})
	d.send(tea.MouseMsg{X: x, Y: y, Button: b, Action: tea.MouseActionRelease})
}

// click presses the left button on a text.
func (d *driver) click(text string) {
	d.t.Helper()
	x, y := d.cell(text)
	d.button(tea.MouseButtonLeft, x, y)
}

// pointedAt is the line of the frame that the pointer is at.
func (d *driver) pointedAt() string {
	for l := range strings.SplitSeq(d.view(), "\n") {
		if strings.HasPrefix(l, " ▸ ") {
			return l
		}
	}
	return ""
}

// A click points at a row, another takes it; the wheel moves. It holds in both languages, narrow and wide.
func TestMouse(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
		for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
			d := drive(t, "s1", lang)
			d.size(size[0], size[1])
			d.to(wizard.StepFound)
			d.click(lang.T("wizard.services.crumb"))
			if at := d.pointedAt(); !strings.Contains(at, lang.T("wizard.services.crumb")) || d.r.c.At() != wizard.StepFound {
				t.Fatalf("%v: a click points at %q", size, at)
			}
			d.click(lang.T("wizard.services.crumb"))
			if d.r.c.At() != wizard.StepServices {
				t.Fatalf("%v: the second click leads to %q", size, d.r.c.At())
			}
			d.button(tea.MouseButtonWheelDown, 1, 1)
			if q := d.r.screen.(question); q.at == 0 || !q.moved {
				t.Errorf("%v: the wheel moves to %d", size, q.at)
			}
			d.button(tea.MouseButtonWheelUp, 1, 1)
			d.press("esc")
			d.click(lang.T("tui.found.go"))
			if d.r.c.At() != wizard.StepDiagnosis {
				t.Fatalf("%v: a click on yes leads to %q", size, d.r.c.At())
			}
			d.button(tea.MouseButtonWheelDown, 1, 1)
			if s := d.r.screen.(diagnosis); s.at != 1 {
				t.Errorf("%v: the wheel points at finding %d", size, s.at)
			}
			d.button(tea.MouseButtonWheelUp, 1, 1)
			d.click(map[bool]string{true: " ▸ ✕ ", false: "\n ✕ "}[size[0] > 100])
			if s := d.r.screen.(diagnosis); s.at != 0 || !s.open {
				t.Errorf("%v: a click on what is pointed at shows finding %d: %v", size, s.at, s.open)
			}
		}
	}
}

// Every cell of every row in sight hits that row, however the list is scrolled, filtered and wrapped; and nothing else does.
func TestEveryCellHitsItsRow(t *testing.T) {
	for _, width := range []int{60, 80} {
		d := drive(t, "s1", i18n.JA)
		d.size(width, 20)
		d.to(wizard.StepServices)
		for _, keys := range [][]string{nil, {"pgdown", "pgdown"}, {"down"}, {"pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown"}, {"メール"}} {
			d.press(keys...)
			q := d.r.screen.(question)
			rows, drawn, hits := q.shown(), d.r.draw(), 0
			for y, l := range strings.Split(d.view(), "\n") {
				for x := range width {
					at, ok := hit(drawn, x, y)
					if !ok {
						continue
					}
					hits++
					label, line := rows[at.row].Label, strings.NewReplacer("▸", "", "[ ]", "", "[✓]", "", "▲", "", "▼", "").Replace(l)
					line, _, _ = strings.Cut(strings.TrimSpace(line), "…")
					if line = strings.TrimSpace(line); !strings.Contains(label, line) && !strings.HasPrefix(line, label) {
						t.Fatalf("cell %d of line %q is taken for %q", x, l, label)
					}
					if box := x >= 3 && x < 6 && strings.Contains(l, "["); at.box != box {
						t.Fatalf("cell %d of line %q: the box is hit: %v", x, l, at.box)
					}
				}
			}
			if hits < width {
				t.Errorf("%v: only %d cells hit a row", keys, hits)
			}
		}
	}
}

// A click on a box ticks it, beside what is ticked; one on the name only points at it.
func TestClickTicks(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepHost)
	d.press("さくら")
	d.click("さくら")
	if q := d.r.screen.(question); q.spaced {
		t.Error("a click on a name ticks it")
	}
	d.click("[ ]")
	d.press("esc")
	if q := d.r.screen.(question); len(q.ticked) != 2 || !q.spaced {
		t.Errorf("ticked: %v", q.ticked)
	}
	d.click("[✓]")
	if q := d.r.screen.(question); len(q.ticked) != 1 {
		t.Errorf("ticked: %v", q.ticked)
	}
}

// The mouse is the program's where there is a list to click in; on all other pages it selects and pastes as ever.
func TestMouseIsTakenForListsAlone(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	is := func(want bool, where string) {
		t.Helper()
		if d.r.moused != want {
			t.Errorf("%s: the mouse is taken: %v", where, d.r.moused)
		}
		_, copies := d.r.top().(copier)
		if s, ok := d.r.top().(typist); d.r.moused && (copies || ok && s.Typing() && kind(d.r.top()) != kind(question{})) {
			t.Errorf("%s: the mouse is taken where something is copied or pasted", where)
		}
	}
	is(false, "first box")
	d.to(wizard.StepFound)
	is(true, "found")
	d.press("?")
	is(false, "help")
	d.press("pgdown")
	d.shows("もう一度クリックすると決定")
	d.press("esc")
	is(true, "found again")
	d.to(wizard.StepHost)
	is(true, "question")
	d.press("自社", "enter")
	is(false, "the server's address")
	d.press("esc", "esc", "esc")
	d.to(wizard.StepDiagnosis)
	is(true, "diagnosis")
	d.press("d")
	is(false, "in detail")
	d.press("esc", "e")
	is(true, "export")
	d.size(40, 10)
	is(false, "too small")
	d.size(80, 24)
	is(true, "big again")
	d.press("esc")
	d.to(wizard.StepRecords)
	is(false, "record")
	d.press("right")
	is(false, "key")
	d.press("tab", "enter")
	d.to(wizard.StepWatch)
	is(false, "wait")
	d.press("w")
	is(true, "mistakes")
	d.click(i18n.JA.T("tui.mistake." + d.r.c.d.Lab.Mistakes[1]))
	d.press("enter")
	is(false, "wrong")
	d.to(wizard.StepRecords)

	d = drive(t, "s1", i18n.JA, func(d *Deps) { d.NoMouse = true })
	d.to(wizard.StepFound)
	is(false, "not wanted")
	d.press("?")
	if strings.Contains(d.view(), "クリック") {
		t.Error("help tells of a mouse that is not wanted")
	}
}

// Beside a list the cells of the page belong to no row, and wide letters count two.
func TestHitBesideAPage(t *testing.T) {
	lines := beside(spots(3, []string{" 鍵を追加"}), []string{"ページ", "more"}, 12)
	view := strings.Join(lines, "\n")
	for x, want := range map[int]bool{0: true, 8: true, 11: true, 12: false, 14: false} {
		if at, ok := hit(view, x, 0); ok != want || ok && at.row != 3 {
			t.Errorf("cell %d: %v, %v", x, at, ok)
		}
	}
	if _, ok := hit(view, 0, 1); ok {
		t.Error("the line below is hit")
	}
	if got := unspotted(view); strings.Contains(got, "\x1b") || !strings.HasPrefix(got, " 鍵を追加   ページ") {
		t.Errorf("%q", got)
	}
}
