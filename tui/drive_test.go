package tui

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"todoku/checks/catalog"
	"todoku/checks/intake"
	"todoku/checks/lab"
	"todoku/checks/probe"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// driver drives the root without a clock and without a terminal: every command is run at once.
type driver struct {
	t      testing.TB
	r      *Root
	clock  *lab.Clock
	ended  bool
	tick   func() tea.Msg
	copied []string
	saved  map[string]string
}

var testDay = time.Date(2026, 11, 22, 14, 0, 0, 0, time.FixedZone("JST", 9*3600))

// drive opens the program over a scenario of the lab, whose clock stands still.
func drive(t testing.TB, scenario string, lang i18n.Lang, change ...func(*Deps)) *driver {
	t.Helper()
	d := &driver{t: t, saved: map[string]string{}}
	deps := d.deps(scenario, lang)
	for _, c := range change {
		c(&deps)
	}
	d.r = New(deps)
	d.r.c.tick = func(_ time.Duration, f func(time.Time) tea.Msg) tea.Cmd {
		d.tick = func() tea.Msg { return f(d.clock.Now()) }
		return nil
	}
	d.size(80, 24)
	d.run(d.r.Init())
	return d
}

func (d *driver) deps(scenario string, lang i18n.Lang) Deps {
	d.t.Helper()
	sc, err := lab.Find(scenario)
	must(d.t, err)
	cat, err := catalog.Load()
	must(d.t, err)
	d.clock = lab.NewClock(testDay)
	d.clock.Speed(0)
	net, err := lab.New(sc, d.clock)
	must(d.t, err)
	client := probe.New(probe.Config{Dialer: net, Resolvers: []netip.AddrPort{net.Resolver()}, Now: d.clock.Now}, cat)
	return Deps{
		Lang: lang, Catalog: cat, Now: d.clock.Now, NoColor: true, Recognise: intake.Recognise,
		Check: func(ctx context.Context, a wizard.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error) {
			return client.Run(ctx, a, old, func(e probe.Event) { each(Progress{e.Answer, e.Asked, e.Open}) })
		},
		Places: func(s *snapshot.Snapshot) []propagation.Place { return places(net, s) },
		Look: func(ctx context.Context, asks []propagation.Ask, at []propagation.Place) []propagation.Look {
			return look(ctx, client, d.clock, asks, at)
		},
		Copy: func(text string) (string, string, error) {
			d.copied = append(d.copied, text)
			return "copied", "", nil
		},
		Save: func(name string, data []byte) (string, error) {
			d.saved[name] = string(data)
			return name, nil
		},
		Lab: &Lab{Story: sc.Title[string(lang)], Domain: sc.Answers.Domain, Keys: sc.Keys, Publish: net.PublishRight,
			Speed: func(int) {}, Speeds: []int{1, 60, 600}, Mistakes: mistakesOf(net), Advance: d.clock.Advance,
			PublishWrong: func(m string, edits []snapshot.Edit) error { return net.PublishWrong(lab.Mistake(m), edits) }},
	}
}

func mistakesOf(net *lab.Internet) []string {
	var out []string
	for _, m := range net.Mistakes() {
		out = append(out, string(m))
	}
	return out
}

func places(net *lab.Internet, s *snapshot.Snapshot) []propagation.Place {
	var out []propagation.Place
	apex, _ := s.Zone()
	for _, host := range s.Get(apex, snapshot.NS).Data() {
		for _, addr := range s.Get(host, snapshot.A).Data() {
			out = append(out, propagation.Place{ID: host, Name: host, Authority: true, Caches: 1, Addr: addr + ":53"})
		}
	}
	for _, p := range net.Places() {
		out = append(out, propagation.Place{ID: p.ID, Name: p.ID, Caches: 1, Addr: p.Addr.String()})
	}
	return out
}

func look(ctx context.Context, c *probe.Client, clock *lab.Clock, asks []propagation.Ask, at []propagation.Place) []propagation.Look {
	var out []propagation.Look
	for _, a := range asks {
		for _, p := range at {
			if p.ID != a.Place {
				continue
			}
			q := snapshot.Question{Key: snapshot.Key{Name: a.Name, Type: a.Type, Via: snapshot.Server, At: p.ID}}
			answer := c.AskAt(ctx, q, netip.MustParseAddrPort(p.Addr), p.Authority)
			out = append(out, propagation.Look{At: clock.Now(), Place: p.ID, Answer: answer})
		}
	}
	return out
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
	switch msg := cmd().(type) {
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
	"space": tea.KeySpace, "pgdown": tea.KeyPgDown, "home": tea.KeyHome,
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
		d.send(d.tick())
	}
}

// view is the frame without colours.
func (d *driver) view() string { return ansi.Strip(d.r.View()) }

// to goes on from a page or question to the one named, with Enter.
func (d *driver) to(id wizard.StepID) {
	d.t.Helper()
	for range 30 {
		if d.r.c.at == id {
			return
		}
		was := d.r.c.at
		d.press("enter")
		if d.ended || d.r.c.at == was && d.r.c.at != wizard.StepRecords {
			d.t.Fatalf("Enter does not lead on from %q to %q:\n%s", was, id, d.view())
		}
	}
	d.t.Fatalf("no way to %q", id)
}
