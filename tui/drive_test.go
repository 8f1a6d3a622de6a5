package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// driver drives the root without a clock or terminal: every command is run at once.
type driver struct {
	t      testing.TB
	r      *Root
	clock  *lab.Clock
	net    *lab.Internet
	ended  bool
	woken  bool
	tick   tea.Msg // the screen counts down once this is sent
	copied []string
	saved  map[string]string
}

var testDay = trial.Day

// drive opens the program over a scenario of the lab, whose clock stands still.
func drive(t testing.TB, scenario string, lang i18n.Lang, change ...func(*Deps)) *driver {
	t.Helper()
	d := &driver{t: t, saved: map[string]string{}}
	deps := d.deps(scenario, lang)
	for _, c := range change {
		c(&deps)
	}
	d.r = New(deps)
	d.size(80, 24)
	d.run(d.r.Init())
	return d
}

func (d *driver) deps(scenario string, lang i18n.Lang) Deps {
	d.t.Helper()
	x := trial.New(d.t, scenario)
	d.clock, d.net = x.Clock, x.Net
	return Deps{
		Langs: []i18n.Lang{i18n.JA, i18n.EN}, // as the golden files have it
		Lang:  lang, Catalog: x.Catalog, Now: d.clock.Now, After: d.after, NoColor: true, Recognise: x.Recognise,
		Check: func(_ context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error) {
			return x.Check(a, old, func(e probe.Event) { each(Progress{Answer: e.Answer, Asked: e.Asked, Open: e.Open}) })
		},
		Places: x.Watch.Places,
		Look: func(_ context.Context, asks []propagation.Ask, at []propagation.Place) []propagation.Look {
			return x.LookAt(asks, at)
		},
		Panel: func(_ context.Context, a owner.Answers, s *snapshot.Snapshot) propagation.Panel {
			return x.PanelOf(a, s)
		},
		Verify: x.Verified,
		Reports: func(ctx context.Context, paths []string, each func(session.Share)) *report.Reading {
			each(session.Share{FilesRead: 40, Files: 105, BytesRead: 40_000, Bytes: 105_000})
			return x.ReadReports(ctx, paths)
		},
		Senders: x.Senders,
		Copy: func(text string) (string, string, error) {
			d.copied = append(d.copied, text)
			return "copied", "", nil
		},
		Save: func(name string, data []byte) (string, error) {
			d.saved[name] = string(data)
			return name, nil
		},
		Lab: &Lab{Story: x.Story.Title.In, Domain: x.Story.Answers.Domain, Key: x.Story.Key, Publish: x.Net.PublishRight,
			Speed: func(int) {}, Speeds: []int{0, 1, 60, 600}, Mistakes: x.Mistakes(), Advance: x.Clock.Advance,
			PublishWrong: func(m string, edits []snapshot.Edit) error { return x.Net.PublishWrong(lab.Mistake(m), edits) },
			Mail:         x.Mailed(), SwitchOn: x.Post.SwitchOn, Press: x.Post.Press},
	}
}

// after lets no time pass; what comes then is kept in tick.
func (d *driver) after(time.Duration) <-chan time.Time {
	d.woken = true
	now := make(chan time.Time)
	close(now)
	return now
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *driver) size(w, h int) { d.send(tea.WindowSizeMsg{Width: w, Height: h}) }

func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	_, cmd := d.r.Update(msg)
	d.run(cmd)
}

func (d *driver) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil || d.ended {
		return
	}
	msg := cmd()
	if d.woken {
		d.woken, d.tick = false, msg
		return
	}
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.QuitMsg:
		d.ended = true
	default:
		d.send(msg)
	}
}

var keyTypes = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"tab": tea.KeyTab, "backspace": tea.KeyBackspace, "ctrl+c": tea.KeyCtrlC, "ctrl+l": tea.KeyCtrlL, "ctrl+u": tea.KeyCtrlU,
	"space": tea.KeySpace, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome,
}

func keyMsg(k string) tea.KeyMsg {
	if t, ok := keyTypes[k]; ok {
		if t == tea.KeySpace {
			return tea.KeyMsg{Type: t, Runes: []rune{' '}}
		}
		return tea.KeyMsg{Type: t}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// press sends keys one by one; what is no key's name is a letter.
func (d *driver) press(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		d.send(keyMsg(k))
	}
}

// paste sends a bracketed paste, with the line ends that a terminal makes of it.
func (d *driver) paste(text string) {
	d.t.Helper()
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune(strings.ReplaceAll(text, "\n", "\r"))})
}

// pass lets the lab's time go on, and the screen count down.
func (d *driver) pass(by time.Duration) {
	d.t.Helper()
	d.clock.Advance(by)
	if d.tick != nil {
		d.send(d.tick)
	}
}

// view is the frame without colours.
func (d *driver) view() string { return ansi.Strip(d.r.View()) }

// to goes on from a page or question to the one named, with Enter; to a question that stands aside by its line.
func (d *driver) to(id wizard.StepID) {
	d.t.Helper()
	if i := slices.IndexFunc(d.r.c.Lines(), func(l session.Line) bool { return l.Step == id }); i >= 0 && d.r.c.At() != id {
		d.to(wizard.StepFound)
		for range i + 1 {
			d.press("down")
		}
		d.press("enter")
		return
	}
	for range 30 {
		if d.r.c.At() == id {
			return
		}
		was, seen := d.r.c.At(), d.view()
		d.press("enter")
		if d.ended || d.r.c.At() == was && d.view() == seen && was != wizard.StepRecords {
			d.t.Fatalf("Enter does not lead on from %q to %q:\n%s", was, id, d.view())
		}
	}
	d.t.Fatalf("no way to %q", id)
}

// unasked accepts the offered address when a record asks where reports go.
func (d *driver) unasked() {
	d.t.Helper()
	if d.r.c.At() == wizard.StepReport {
		d.press("enter")
	}
}

// choose opens a question's line and takes the option that its ID finds.
func (d *driver) choose(step wizard.StepID, id string) {
	d.t.Helper()
	d.to(step)
	d.press(id, "enter")
}
