package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

func (d *driver) shows(text string) {
	d.t.Helper()
	// A sentence may be broken into lines.
	flat := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if !strings.Contains(flat(d.view()), flat(text)) {
		d.t.Fatalf("does not show %q:\n%s", text, d.view())
	}
}

func (d *driver) shuns(text string) {
	d.t.Helper()
	if strings.Contains(d.view(), text) {
		d.t.Fatalf("shows %q:\n%s", text, d.view())
	}
}

func TestLanguageSwitchesAnywhere(t *testing.T) {
	var seen []i18n.Lang // without a list all languages come, and their names stand at the key
	for all, l := drive(t, "s1", i18n.JA, func(d *Deps) { d.Langs = nil }), i18n.JA; len(seen) < len(i18n.Langs()); seen = append(seen, l) {
		all.shows("Ctrl+L " + l.Next().Name())
		all.press("ctrl+l")
		l = l.Next()
	}
	if slices.Sort(seen); !slices.Equal(seen, slices.Sorted(slices.Values(i18n.Langs()))) {
		t.Errorf("Ctrl+L offers %v", seen)
	}
	d := drive(t, "s1", i18n.JA)
	for _, at := range []wizard.StepID{wizard.StepIntake, wizard.StepHost, wizard.StepFound, wizard.StepDiagnosis, wizard.StepRecords} {
		d.to(at)
		ja := d.view()
		d.press("ctrl+l")
		if d.view() == ja {
			t.Errorf("%s stays Japanese", at)
		}
		if at == wizard.StepIntake {
			d.shows(d.r.c.d.Lab.Story("en"))
		}
		d.press("ctrl+l")
		if d.view() != ja {
			t.Errorf("%s does not come back:\n%s\n%s", at, ja, d.view())
		}
	}
}

func TestFullWidthHotkeys(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.press("？")
	d.shows("用語の説明")
	d.shows("ネームサーバー")
	d.press("esc")
	d.to(wizard.StepDiagnosis)
	d.press("ｄｅ") // several letters at once come from an input method, and are no hotkey
	d.shuns(i18n.JA.T("tui.export.ask"))
	d.press("ｅ")
	d.shows(i18n.JA.T("tui.export.ask"))
	d.press("ｑ")
	if !d.ended {
		t.Error("ｑ does not leave")
	}
}

func TestLettersAreTextInAField(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.press("ctrl+u", "q", "ｑ", "ー", "日本")
	d.shows("> qｑー日本")
	if d.ended {
		t.Error("q leaves in a text field")
	}
}

func TestPasteKeepsItsLines(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.press("ctrl+u")
	d.paste("From: a@b.example\nSubject: x\n\nHello")
	if got := d.r.screen.(intakeBox).in.String(); got != "From: a@b.example\nSubject: x\n\nHello" {
		t.Errorf("pasted %q", got)
	}
	d.shows("Pasted: 4 lines")
}

func TestBackKeepsAnswers(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepSymptom)
	d.press("enter")
	d.shows(i18n.EN.T("tui.question.choose"))
	d.press("down", "down", "down", "enter") // mail vanishes
	d.to(wizard.StepHost)
	d.press("s", "a", "k", "u", "r", "a")
	d.press("space", "esc", "esc")
	if d.r.c.At() != wizard.StepFound {
		t.Fatalf("Esc leads to %q", d.r.c.At())
	}
	d.to(wizard.StepSymptom)
	if q := d.r.screen.(question); q.all[q.at].ID != string(owner.SymptomVanish) {
		t.Errorf("the answer was %q", q.all[q.at].ID)
	}
	d.press("esc")
	d.shows(i18n.EN.T("wizard.symptom.option.vanish"))
	d.press("esc")
	d.shows("> hanazono.example")
	d.press("esc")
	if d.ended || d.r.c.At() != wizard.StepIntake {
		t.Error("Esc on the first screen must not leave")
	}
}

func TestFilterFindsByReading(t *testing.T) {
	for _, typed := range []string{"さくら", "サクラ", "sakura", "ｓａｋｕｒａ"} {
		d := drive(t, "s1", i18n.JA)
		d.to(wizard.StepHost)
		d.press(typed)
		q := d.r.screen.(question)
		if rows := q.shown(); len(rows) == 0 || rows[0].ID != "sakura-rs" {
			t.Errorf("%q finds %d rows", typed, len(rows))
		}
	}
}

func TestNoneStandsAlone(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepServices)
	q := d.r.screen.(question)
	q = q.tick(q.all) // "none", where the pointer begins
	if len(q.ticked) != 1 || q.ticked[0] != owner.None {
		t.Fatalf("ticked %v", q.ticked)
	}
	q.at = 1
	if q = q.tick(q.all); len(q.ticked) != 1 || q.ticked[0] != q.all[1].ID {
		t.Errorf("a service beside none: %v", q.ticked)
	}
}

func TestHostAsksForItsServer(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepHost)
	d.press("space", "s", "a", "k", "u", "r", "a", "space", "enter")
	d.shows(i18n.EN.T("tui.question.blank"))
	d.press("n", "o", "enter")
	d.shows("no") // refused, and kept
	if d.r.c.At() != wizard.StepHost {
		t.Fatal("a word was taken for a host name")
	}
	d.press("ctrl+u", "ＷＷＷ１.Sakura.ne.jp", "enter")
	if got := d.r.c.Answers().Hosts; len(got) != 1 || got[0] != (owner.Host{ID: "sakura-rs", Value: "www1.sakura.ne.jp"}) {
		t.Errorf("hosts %v", got)
	}
}

func TestLateAnswersAreDropped(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepDiagnosis)
	found, run := len(d.r.c.Result().Findings), d.r.c.Looking().Run
	late := func(s *session.Session) []session.Effect {
		return s.Looked(run-1, snapshot.New("late.example", testDay), nil)
	}
	early := func(s *session.Session) []session.Effect { return s.Progressed(run-1, Progress{}) }
	d.send(worldMsg{events: []session.Event{early, late}})
	if d.r.c.Result().DNS.Domain != "hanazono.example" || len(d.r.c.Result().Findings) != found {
		t.Error("a late answer was taken")
	}
}

func TestProgressComesAsItIs(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepFound)
	mx := d.r.c.DNS().Get("hanazono.example", snapshot.MX)
	d.r.Update(keyMsg("r")) // another look is asked for, but not run
	d.shows(i18n.EN.T("tui.look.busy"))
	d.shuns("smtp.google.com")
	came := func(s *session.Session) []session.Effect {
		return s.Progressed(s.Looking().Run, Progress{Answer: mx, Asked: 1, Open: 3})
	}
	d.send(worldMsg{events: []session.Event{came}})
	d.shows("smtp.google.com")
	d.press("enter")
	if d.r.c.At() != wizard.StepFound {
		t.Error("the result is shown before it is there")
	}
}

func TestSmallTerminal(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	for _, size := range [][2]int{{59, 24}, {80, 19}, {1, 1}, {0, 0}} {
		d.size(size[0], size[1])
		d.press("x")
		if view := d.view(); !strings.Contains(strings.ReplaceAll(view, "\n", ""), "60") && size[1] > 2 {
			t.Errorf("%v: %q", size, view)
		}
	}
	d.size(60, 20)
	d.shows("> hanazono.example")
}

func TestStartWithDomain(t *testing.T) {
	d := drive(t, "s1", i18n.EN, func(d *Deps) { d.Start.Domain, d.Lab = "hanazono.example", nil })
	if d.r.c.At() != wizard.StepFound {
		t.Fatalf("at %q", d.r.c.At())
	}
	d.press("esc")
	d.shows("> hanazono.example")
}

// TestStartWithAnswers: what the command line said is not asked again, and a name in other letters is shown as people
// write it.
func TestStartWithAnswers(t *testing.T) {
	d := drive(t, "idn", i18n.JA, func(d *Deps) {
		got, wrong := d.Recognise(d.Lab.Domain)
		if wrong != nil || got.Unicode == got.Domain {
			t.Fatalf("%q is no test of this", d.Lab.Domain)
		}
		d.Start = owner.Answers{Domain: got.Domain, Symptom: owner.SymptomGmail, Hosts: []owner.Host{{ID: "google-workspace"}}, NoSender: true}
	})
	for i, l := range d.r.c.Lines() {
		if said := i < 2 || l.Step == wizard.StepSymptom; d.r.c.At() != wizard.StepFound || l.Said != said {
			t.Fatalf("at %q: %+v", d.r.c.At(), l)
		}
	}
	for l := range strings.SplitSeq(d.view(), "\n") {
		if strings.Contains(l, "xn--") && !strings.Contains(l, "v=DMARC1") { // which is shown as it stands
			t.Errorf("shows %q", l)
		}
	}
	d.shows(d.r.c.Name())
}

func TestNoNetwork(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "s1", lang, func(d *Deps) {
			d.Check = func(_ context.Context, a owner.Answers, _ *snapshot.Snapshot, _ func(Progress)) (*snapshot.Snapshot, error) {
				s := snapshot.New(a.Domain, testDay)
				s.Add(snapshot.Answer{Key: snapshot.Key{Name: a.Domain, Type: snapshot.NS, Via: snapshot.Resolver},
					Status: snapshot.Failed, Reason: snapshot.Unreachable})
				return s, nil
			}
		})
		d.to(wizard.StepFound)
		d.shows(lang.T("tui.look.blind"))
		d.shows("todoku lab")
		d.press("enter")
		if d.r.c.At() != wizard.StepFound {
			t.Error("goes on without an answer")
		}
		d.press("r")
		d.shows(lang.T("tui.look.blind"))
	}
}

func TestHealthy(t *testing.T) {
	d := drive(t, "s8", i18n.JA)
	d.to(wizard.StepDiagnosis)
	d.shows(i18n.JA.T("tui.diag.fine"))
	d.shuns("✕")
	d.press("e", "enter")
	if len(d.saved) != 1 {
		t.Errorf("saved %v", d.saved)
	}
	d.press("esc", "enter")
	if d.r.c.At() != wizard.StepProof {
		t.Fatalf("after a healthy diagnosis comes %q", d.r.c.At())
	}
	d.press("enter")
	d.shows(i18n.JA.T("tui.keep.healthy", i18n.Args{"domain": d.r.c.Name()}))
	d.press("esc", "esc")
	if d.r.c.At() != wizard.StepDiagnosis {
		t.Errorf("back leads to %q", d.r.c.At())
	}
}

// Whoever holds a refusal is told at the end what to do about it, and not that there is nothing to fix.
func TestRefusedIsNotHealthy(t *testing.T) {
	d := drive(t, "s8", i18n.EN)
	d.press("ctrl+u")
	d.paste("From: MAILER-DAEMON@mx.aozora.example\nTo: info@aozora.example\nSubject: Undelivered Mail\n\n<kato@kikyo.example>: host mx.kikyo.example[192.0.2.8] said: 552 5.2.2 Mailbox full\n")
	d.to(wizard.StepKeep)
	refusal, ok := checks.Refusal(d.r.c.Result().Findings)
	if !ok {
		t.Fatal("no refusal")
	}
	d.shows(i18n.EN.T("tui.keep.refused", i18n.Args{"domain": d.r.c.Name()}))
	d.shows(d.r.c.p().Finding(refusal).Fix)
	d.shuns(i18n.EN.T("tui.keep.healthy", i18n.Args{"domain": d.r.c.Name()}))
}

func TestCopyFieldByField(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepRecords)
	w := d.r.screen.(records).words()
	d.press("c", "n", "a", "3", "9")
	want := []string{w.Value, w.All, w.Fields[2].Value} // the name's field stays empty: nothing to copy
	if fmt.Sprint(d.copied) != fmt.Sprint(want) {
		t.Errorf("copied %q, want %q", d.copied, want)
	}
	d.shows(i18n.JA.T("tui.copy.copied", i18n.Args{"what": w.Fields[2].Label}))
	d.press("n")
	d.shows(i18n.JA.T("tui.copy.empty", i18n.Args{"what": w.Fields[0].Label}))
	d.press("1")
	d.shows(i18n.JA.T("tui.copy.empty", i18n.Args{"what": w.Fields[0].Label}))
	d.r.c.d.Copy = func(string) (string, string, error) { return "", "", errors.New("no way\x1b[2J") }
	d.press("c")
	d.shows(`no way\x1b[2J`)
}

func TestKeyIsRepairedAndChecked(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepRecords)
	d.press("right")
	for paste, problem := range map[string]string{
		"hello": "not-dkim", "v=DKIM1; k=rsa": "no-key", "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEB": "truncated",
		"google._domainkey.hanazono.example": "own-name",
	} {
		d.press("ctrl+u")
		d.paste(paste)
		d.press("enter")
		if got := d.r.screen.(records).box.got.Problem; got != problem {
			t.Errorf("%q: %q, want %q", paste, got, problem)
		}
	}
	d.press("ctrl+u")
	good := d.r.c.d.Lab.Key("google-workspace", "google._domainkey.")
	d.paste(good[:60] + "\n  " + good[60:])
	d.press("enter")
	s := d.r.screen.(records)
	ch, _ := s.change()
	if s.box.open || ch.Value == "" || ch.Ask != "" && ch.Value == "" {
		t.Fatalf("not taken: %+v\n%s", ch, d.view())
	}
	d.shows(i18n.EN.T("tui.repaired.spaces"))
	if k := d.r.c.Answers().Keys; len(k) != 1 || k[0].Service != "google-workspace" {
		t.Errorf("keys %+v", k)
	}
}

func TestBareView(t *testing.T) {
	b := &bare{ctx: context.Background(), lang: i18n.JA, name: "google._domainkey", value: strings.Repeat("x", 400)}
	var out strings.Builder
	b.SetStdin(strings.NewReader("\n"))
	b.SetStdout(&out)
	must(t, b.Run())
	if !strings.Contains(out.String(), "\n"+b.value+"\n") || !strings.Contains(out.String(), "\n"+b.name+"\n") {
		t.Errorf("not on lines of their own: %q", out.String())
	}
}

// The end of the program does not wait for Enter.
func TestBareViewEndsWithTheProgram(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	r, w := io.Pipe()
	defer w.Close()
	b := &bare{ctx: ctx, lang: i18n.JA, value: "x"}
	b.SetStdin(r)
	b.SetStdout(io.Discard)
	must(t, b.Run())
}

// The screen says that a paste was cut, until the next key.
func TestCutPasteIsTold(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "s1", lang)
		d.send(pasteCutMsg{})
		d.paste("mail") // the paste itself may come after the message
		d.shows("192 KB")
		d.press("x")
		if strings.Contains(d.view(), "192 KB") {
			t.Errorf("%s: told for ever:\n%s", lang, d.view())
		}
	}
}

func TestCaret(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.press("ctrl+u")
	d.paste("例え.jp")
	first := d.r.View()
	row, col := d.r.caret.row, d.r.caret.col
	line := strings.Split(d.view(), "\n")[row-1]
	if want := width("   > 例え.jp") + 1; col != want || !strings.Contains(line, "例え.jp") {
		t.Errorf("caret at %d,%d (%q), want column %d", row, col, line, want)
	}
	if strings.Contains(first, caretMark) {
		t.Error("the mark is in the frame")
	}
	d.press("left")
	if d.r.View() == first {
		t.Error("the renderer would skip a frame whose caret alone moved")
	}
	if d.r.caret.col != col-1 {
		t.Errorf("caret at %d after left", d.r.caret.col)
	}
	d.press("ctrl+u")
	d.paste("hanazono.example")
	d.to(wizard.StepFound)
	d.view()
	if d.r.caret.row != 0 {
		t.Error("a caret without a text field")
	}
}

func TestScreenFilePlacesTheCursor(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "tty"))
	must(t, err)
	defer f.Close()
	s := &screenFile{File: f, at: &caret{row: 3, col: 5}}
	for _, p := range []string{"before", altOn, "frame", altOff, "after"} {
		_, err := io.WriteString(s, p) // as the renderer does
		must(t, err)
	}
	s.at.ring("")
	raw, err := os.ReadFile(f.Name())
	must(t, err)
	place := "\x1b[3;5H\x1b[?25h"
	if want := "before" + altOn + place + "frame" + place + altOff + "after"; string(raw) != want {
		t.Errorf("wrote %q, want %q", raw, want)
	}
	if got := s.at.place(); got != place+"\a" {
		t.Errorf("bell: %q", got)
	}
}

// The first frame comes with the empty screen, once, and does not wait for the renderer.
func TestScreenFileDrawsAtOnce(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "tty"))
	must(t, err)
	defer f.Close()
	s := &screenFile{File: f, at: &caret{}, first: func() string { return "a\nb" }}
	for _, p := range []string{empty, altOn, empty, "frame", empty} {
		_, err := io.WriteString(s, p)
		must(t, err)
	}
	raw, err := os.ReadFile(f.Name())
	must(t, err)
	const hide = "\x1b[?25l"
	if want := empty + altOn + hide + empty + "\x1b[Ha\r\nb" + hide + "frame" + hide + empty + hide; string(raw) != want {
		t.Errorf("wrote %q, want %q", raw, want)
	}
	if probeWait > 50*time.Millisecond {
		t.Errorf("a mute terminal waits %v for its first frame", probeWait)
	}
}

func TestCursorReport(t *testing.T) {
	for in, want := range map[string]string{"\x1b[1;3R": "3", "x\x1b[12;2R": "2", "\x1b[1;": "", "": "", "\x1b[A\x1b[1;2R": "2"} {
		got := ""
		if m := cursorReport().FindStringSubmatch(in); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("%q: column %s, want %s", in, got, want)
		}
	}
}

// TestHostileText: what DNS holds never moves the cursor.
func TestHostileText(t *testing.T) {
	evil := "v=spf1 \x1b[2J\x07 \u202e ~all\n"
	d := drive(t, "s1", i18n.EN, func(d *Deps) {
		live := d.Check
		d.Check = func(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error) {
			s, err := live(ctx, a, old, each)
			if err != nil {
				return s, err
			}
			for i, x := range s.Answers {
				if x.Name == a.Domain && x.Type == snapshot.TXT {
					s.Answers[i].Records = []snapshot.Record{{Data: evil}}
				}
			}
			return s, nil
		}
	})
	for _, at := range []wizard.StepID{wizard.StepFound, wizard.StepDiagnosis, wizard.StepRecords} {
		d.to(at)
		d.press("d")
		if view := d.r.View(); strings.Contains(view, "\x1b[2J") || strings.ContainsAny(view, "\x07\u202e") {
			t.Errorf("%s: escapes reach the screen: %q", at, view)
		}
		d.press("d")
	}
}

func BenchmarkKeyToFrame(b *testing.B) {
	d := drive(b, "s1", i18n.JA)
	d.to(wizard.StepDiagnosis)
	keys := []tea.KeyMsg{keyMsg("down"), keyMsg("d"), keyMsg("up"), keyMsg("d")}
	b.ResetTimer()
	for i := range b.N {
		d.send(keys[i%len(keys)])
		d.r.View()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/key")
}

func BenchmarkFilterKeyToFrame(b *testing.B) {
	d := drive(b, "s1", i18n.JA)
	d.to(wizard.StepHost)
	keys := []tea.KeyMsg{keyMsg("s"), keyMsg("a"), keyMsg("backspace"), keyMsg("backspace")}
	b.ResetTimer()
	for i := range b.N {
		d.send(keys[i%len(keys)])
		d.r.View()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/key")
}

func BenchmarkFirstFrame(b *testing.B) {
	d := &driver{t: b, saved: map[string]string{}}
	deps := d.deps("s1", i18n.JA)
	b.ResetTimer()
	for range b.N {
		New(deps).View()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/frame")
}

func TestEnterAloneDoesNotSkipTheWait(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepWatch)
	d.press("enter")
	d.shows("Press Enter again")
	d.press("h", "h", "enter") // another key forgets it
	if d.r.c.At() != wizard.StepWatch {
		t.Fatalf("one Enter at a time led to %q", d.r.c.At())
	}
	d.press("enter")
	if d.r.c.At() != wizard.StepProof {
		t.Errorf("Enter twice leads to %q", d.r.c.At())
	}
}
