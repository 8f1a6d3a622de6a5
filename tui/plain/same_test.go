package plain_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
	"example.org/todoku/i18n"
	"example.org/todoku/tui"
	"example.org/todoku/tui/plain"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// A move is what an owner does, said so that it can be done on screens and in lines: "on STEP" takes what is offered, or
// says what is sure to be taken, up to a step; "open STEP" opens a question of the page that shows what was found; "back
// STEP"; "pick ID"; "type TEXT"; "keys" goes through the records and
// pastes each key that the story's consoles would show; "take" presses Enter alone; "prove" goes on to the proof, has signing
// switched on where that is due, and sends the practice mail.
type move string

// course gives moves one by one.
type course struct {
	d      tui.Deps
	moves  []move
	left   int // bounds a course that leads nowhere
	at     int // the record at hand
	pasted *plan.Change
}

// next is what to do now: "" is Enter alone; false at the end.
func (x *course) next(s *session.Session) (verb, value string, ok bool) {
	for x.left--; x.left > 0 && len(x.moves) > 0; {
		verb, value, _ := strings.Cut(string(x.moves[0]), " ")
		switch {
		case verb == "keys" && s.At() == wizard.StepReport:
			return "", "", true
		case verb == "keys" && s.At() == wizard.StepRecords:
			if x.pasted != nil {
				x.at, x.pasted = s.Find(*x.pasted), nil
			}
			if ch := s.Result().Plan.Changes[x.at]; ch.AsksKey() && x.d.Lab.Key(ch.Ask, ch.Name) != "" {
				x.pasted = &ch
				return "key", "", true
			}
			x.at++
			return "", "", true
		case verb == "keys":
			x.moves, x.at = x.moves[1:], 0
			continue
		case verb == "take":
			x.moves = x.moves[1:]
			return "", "", true
		case verb == "prove" && s.At() != wizard.StepProof:
			verb, value = taken(x.d, s)
			return verb, value, true
		case verb == "prove" && len(s.Signing()) > 0:
			return "", "", true
		case verb != "on" && verb != "back":
			x.moves = x.moves[1:]
			if value == "." { // the story's domain, where nobody has registered the one before
				value = x.d.Lab.Domain
			}
			return verb, value, true
		case s.At() == wizard.StepID(value), s.At() == wizard.StepProof && (value == "records" || value == "watch"): // nothing to make
			x.moves = x.moves[1:]
			continue
		case verb == "back":
			return verb, "", true
		}
		verb, value = taken(x.d, s)
		return verb, value, true
	}
	return "", "", false
}

// taken is how to go on from here.
func taken(d tui.Deps, s *session.Session) (verb, value string) {
	switch step := s.Step(); {
	case s.At() == wizard.StepHost && len(s.Offered().Hosts) == 0: // DNS does not tell
		return "pick", "zoho-jp"
	case s.First():
		return "type", d.Lab.Domain
	case step.Kind == wizard.Choose || step.Kind == wizard.Pick:
		chosen := func(o words.Option) bool { return o.Chosen }
		if !slices.ContainsFunc(options(d, s), chosen) && !step.Optional {
			return "pick", cmp.Or(map[wizard.StepID]string{wizard.StepSymptom: string(owner.SymptomGmail)}[s.At()], owner.Unknown)
		}
	}
	return "", ""
}

func options(d tui.Deps, s *session.Session) []words.Option {
	return words.P{Lang: d.Lang, Catalog: d.Catalog, Now: d.Now()}.Options(s.Step(), s.Offered(), s.Seen())
}

// titleOf is what the question that is shown asks.
func titleOf(d tui.Deps, s *session.Session) string {
	title, _ := words.P{Lang: d.Lang, Catalog: d.Catalog}.Asked(s.At(), s.Answers())
	return title
}

// most is how many moves a course may take.
const most = 120

// moment is what a run has come to.
type moment struct {
	At             wizard.StepID
	Said, Offered  string
	Answers        owner.Answers
	Name, Panel    string
	Found, Planned []string
	Waits          []string
	Reports        string
	Proof, Proved  string
}

func momentOf(s *session.Session) moment {
	r := s.Result()
	m := moment{At: s.At(), Said: text(s.Path()), Offered: text(s.Before()), Answers: s.Answers(), Name: s.Name()}
	if len(r.Findings) > 0 {
		m.Panel = s.Panel()
	}
	for _, f := range r.Findings {
		m.Found = append(m.Found, told(f))
	}
	for _, c := range r.Plan.Changes {
		m.Planned = append(m.Planned, text([]any{c.Action, c.Name, c.Type, c.TTL, c.Value, c.Old, c.Ask, c.Gate}))
	}
	if d := s.Reports().Said; d != nil {
		m.Reports = text([]any{d.Tally.Domain, d.Tally.Messages, d.Record, d.Next(), d.Stage})
	}
	m.Proof, m.Proved = shows(s.Proof()), shows(s.Proved())
	if w := s.Wait(); w != nil {
		for _, x := range w.Wants {
			m.Waits = append(m.Waits, text([]any{x.Name, x.Type, x.Value, x.Gone}))
		}
	}
	return m
}

// shows is what a test mail has shown, but for when.
func shows(p *proof.Proof) string {
	if p == nil {
		return ""
	}
	x := *p
	x.At, x.Received = time.Time{}, time.Time{}
	return text(x)
}

// told is a finding's code, states and name.
func told(f checks.Finding) string {
	return fmt.Sprint(f.Code, " ", f.States, " ", f.Name, " ", f.Severity, " ", f.Under)
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// byLines does the moves in lines.
func byLines(t *testing.T, d tui.Deps, moves []move) (trace []moment) {
	t.Helper()
	var out bytes.Buffer
	seen := 0
	at := wizard.StepID("none")
	todo := &course{d: d, moves: moves, left: most}
	again := false // the wait asks once more before it ends
	err := plain.Walk(t.Context(), &out, d, func(s *session.Session) (string, bool) {
		if again {
			again = false
			return "", true
		}
		trace = append(trace, momentOf(s))
		if s.Step().Kind != wizard.Page && s.At() != at && !strings.Contains(out.String()[seen:], titleOf(d, s)) {
			t.Errorf("lines: %s does not say its title:\n%s", s.At(), out.String()[seen:])
		}
		at, seen = s.At(), out.Len()
		verb, value, ok := todo.next(s)
		switch verb {
		case "open":
			return strconv.Itoa(1 + slices.IndexFunc(s.Lines(), func(l session.Line) bool { return l.Step == wizard.StepID(value) })), true
		case "pick":
			i := slices.IndexFunc(plain.Listed(options(d, s)), func(o words.Option) bool { return o.ID == value })
			return strconv.Itoa(i + 1), true
		case "type":
			return value, true
		case "key":
			return "lab", true
		case "prove":
			return "lab", true
		case "ask": // for reports
			return "reports", true
		case "read", "enter":
			return value, true
		}
		again = ok && verb == "" && s.At() == wizard.StepWatch && !s.Wait().Published()
		return verb, ok // back, or Enter alone
	})
	must(t, err)
	return trace
}

// screens are driven without a terminal: every command is run at once, and no time passes by itself.
type screens struct {
	t     *testing.T
	d     tui.Deps
	root  *tui.Root
	woken bool
}

func (x *screens) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if x.woken {
		x.woken = false
		return
	}
	switch msg := msg.(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			x.run(c)
		}
	default:
		_, cmd := x.root.Update(msg)
		x.run(cmd)
	}
}

func (x *screens) press(keys ...tea.KeyType) {
	for _, k := range keys {
		m := tea.KeyMsg{Type: k}
		if k == tea.KeySpace {
			m.Runes = []rune{' '}
		}
		_, cmd := x.root.Update(m)
		x.run(cmd)
	}
}

// pick goes to an option and takes it alone.
func (x *screens) pick(id string) {
	all := options(x.d, x.root.Session())
	to := func(i int) {
		x.press(slices.Repeat([]tea.KeyType{tea.KeyPgUp}, 20)...)
		x.press(slices.Repeat([]tea.KeyType{tea.KeyDown}, i)...)
	}
	if x.root.Session().Step().Kind == wizard.Pick {
		for i, o := range all {
			if o.Chosen {
				to(i)
				x.press(tea.KeySpace)
			}
		}
	}
	to(slices.IndexFunc(all, func(o words.Option) bool { return o.ID == id }))
	x.press(tea.KeyEnter)
}

func (x *screens) move(verb, value string) {
	s := x.root.Session()
	at := s.At()
	switch verb {
	case "back":
		x.press(tea.KeyEsc)
	case "open":
		i := slices.IndexFunc(s.Lines(), func(l session.Line) bool { return l.Step == wizard.StepID(value) })
		x.press(slices.Repeat([]tea.KeyType{tea.KeyUp}, 9)...)
		x.press(slices.Repeat([]tea.KeyType{tea.KeyDown}, i+1)...)
		x.press(tea.KeyEnter)
	case "pick":
		x.pick(value)
	case "type":
		x.press(tea.KeyCtrlU)
		x.run(func() tea.Msg { return tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune(value)} })
		x.press(tea.KeyEnter)
	case "key":
		x.press(tea.KeyTab, tea.KeyEnter)
	case "prove":
		if x.root.Session().Proof() != nil { // for another mail
			x.press(tea.KeyEsc)
		}
		x.press(tea.KeyTab)
	case "ask":
		x.run(func() tea.Msg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'r'}} })
	case "read":
		x.run(func() tea.Msg { return tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune(value)} })
		x.press(tea.KeyEnter)
	default:
		if at == wizard.StepWatch {
			skip := func() tea.Msg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'s'}} }
			if x.run(skip); s.At() == at { // not all is seen yet: once more
				x.run(skip)
			}
			break
		}
		x.press(tea.KeyEnter)
	}
}

// byScreens does the moves on the screens.
func byScreens(t *testing.T, d tui.Deps, moves []move) (trace []moment) {
	t.Helper()
	x := &screens{t: t}
	d.After = func(time.Duration) <-chan time.Time {
		x.woken = true
		now := make(chan time.Time)
		close(now)
		return now
	}
	x.d, x.root = d, tui.New(d)
	x.run(x.root.Init())
	s := x.root.Session()
	for todo := (&course{d: d, moves: moves, left: most}); ; {
		if s.At() == "" {
			return trace
		}
		trace = append(trace, momentOf(s))
		verb, value, ok := todo.next(s)
		if !ok {
			return trace
		}
		x.move(verb, value)
		if view := flat(ansi.Strip(x.root.View())); s.Step().Kind != wizard.Page && !s.First() &&
			!strings.Contains(view, flat(titleOf(d, s))) {
			t.Errorf("screens: %s does not say its title:\n%s", s.At(), ansi.Strip(x.root.View()))
		}
	}
}

// whole fails where a walk did not come to what it is for.
func whole(t *testing.T, moves []move, trace []moment) {
	t.Helper()
	_, end, _ := strings.Cut(string(moves[len(moves)-1]), " ")
	last := trace[len(trace)-1]
	if strings.Contains(t.Name(), "reports") {
		end = "keep"
		if !strings.Contains(last.Reports, "v=DMARC1; p=quarantine; rua=mailto:dmarc@hinata-coffee.example") {
			t.Errorf("the reports do not lead to the next record: %s", last.Reports)
		}
	}
	if last.At != wizard.StepID(end) && last.At != wizard.StepProof || len(last.Found) == 0 {
		t.Errorf("%q ends at %s after %d moves, with %d findings", moves, last.At, len(trace)-1, len(last.Found))
	}
	keys := 0
	for _, m := range trace {
		keys = max(keys, len(m.Answers.Keys))
		if m.Answers.Domain == "betsuno.example" && (strings.Contains(m.Offered+text(m.Answers), "zoho") || len(m.Answers.Keys) > 0) {
			t.Errorf("offered for another domain: %+v", m)
		}
	}
	if slices.Contains(moves, "prove") && last.Proof == "" {
		t.Errorf("no mail was read: %+v", last)
	}
	if strings.Contains(t.Name(), "forwarded") && !strings.Contains(last.Proved, `"by_way":true`) || strings.Contains(t.Name(), "S6") && strings.Contains(last.Proved, "fault") {
		t.Errorf("the forward is not proved: %s", last.Proved)
	}
	if strings.Contains(t.Name(), "S1_keys") && keys == 0 {
		t.Error("no key was pasted")
	}
}

func flat(s string) string { return strings.Join(strings.Fields(s), "") }

// The same moves lead on the screens and in lines to the same questions, findings and records, step by step.
func TestScreensAndLinesAreOneRun(t *testing.T) {
	walks := map[string][]move{
		"straight":       {"on keep"},
		"corrected":      {"on watch", "back found", "open panel", "pick cloudflare", "on diagnosis", "back found", "open symptom", "pick spam", "pick small", "open host", "pick fastmail", "open route", "pick forward", "back route", "on found", "on proof"},
		"another domain": {"on found", "open host", "pick zoho-jp", "on records", "back intake", "type betsuno.example", "type .", "on diagnosis", "back intake", "on keep"},
		"keys":           {"on records", "keys", "back found", "on watch", "back records", "on keep"},
		"reports":        {"on found", "open host", "pick google-workspace", "open services", "pick sendgrid", "on keep", "ask", "read /reports/after", "enter"},
		"reports first":  {"type /reports/before", "on found", "back intake", "type /reports/after", "on found", "open host", "pick google-workspace", "open services", "pick sendgrid", "on keep"},
		"proved":         {"on records", "keys", "prove", "prove", "on keep"},
		"forwarded":      {"take", "pick forwarder", "prove", "prove", "on keep"},
		"a list":         {"take", "on list-members", "take", "pick no", "prove", "on keep"},
		"the same again": {"on diagnosis", "back intake", "on watch", "back intake", "on records"},
	}
	turn := 0
	only := map[string]string{"proved": "S1", "reports": "S4", "reports first": "S4", "forwarded": "S6", "a list": "S7"}
	for _, story := range []string{"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"} {
		for _, name := range slices.Sorted(maps.Keys(walks)) {
			moves := walks[name]
			if only[name] != "" && story != only[name] || (story == "S6" || story == "S7") && only[name] == "" { // the story that has what it is about
				continue
			}
			if turn++; (trial.Racing || story != "S1" && only[name] == "") && !sample.Takes(turn) {
				continue
			}
			t.Run(story+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					lines := byLines(t, newBench(t, story, i18n.EN).deps, moves)
					drawn := byScreens(t, newBench(t, story, i18n.EN).deps, moves)
					whole(t, moves, drawn)
					for i := range max(len(lines), len(drawn)) {
						if i >= len(lines) || i >= len(drawn) {
							t.Fatalf("%d moments in lines, %d on screens", len(lines), len(drawn))
						}
						if a, b := text(lines[i]), text(drawn[i]); a != b {
							t.Fatalf("before move %d of %q the lines have\n%s\nthe screens\n%s", i+1, moves, a, b)
						}
					}
				})
			})
		}
	}
}
