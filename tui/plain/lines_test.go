package plain_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/i18n"
	"example.org/todoku/tui/plain"
	"example.org/todoku/wizard"
)

// typedAll runs with all of the input at once, of whatever length.
func typedAll(t *testing.T, b *bench, text string) string {
	t.Helper()
	var out bytes.Buffer
	must(t, plain.Run(context.Background(), strings.NewReader(text), &out, b.deps))
	return out.String()
}

// A line that is far too long is told, and the question asked again.
func TestLineTooLong(t *testing.T) { synctest.Test(t, lineTooLong) }

func lineTooLong(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	out := typedAll(t, b, strings.Repeat("x", wizard.MaxPaste+1)+"\n?\nquit\n")
	inOrder(t, out, i18n.EN.T("wizard.misfit.long"), "> ", i18n.EN.T("plain.commands"), i18n.EN.T("plain.bye"))
}

// A paste that is too long is told once; what is over the bound answers no later question.
func TestPasteTooLong(t *testing.T) { synctest.Test(t, pasteTooLong) }

func pasteTooLong(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	out := typedAll(t, b, "paste\n"+strings.Repeat(strings.Repeat("x", 1<<20)+"\n", 10)+".\nquit\n")
	if n := strings.Count(out, i18n.EN.T("wizard.misfit.long")); n != 1 {
		t.Errorf("told %d times", n)
	}
	inOrder(t, out, i18n.EN.T("wizard.misfit.long"), i18n.EN.T("plain.bye"))
}

// What a paste of many short lines costs is bounded by its bytes: each line is taken once, and what is over the bound is let go.
func TestPasteOfShortLines(t *testing.T) {
	if trial.Racing { // allocations are not counted under it
		t.Skip()
	}
	const line = "Received: by mx1.host.example\n"
	text := "paste\n" + strings.Repeat(line, (wizard.MaxPaste+wizard.MaxPaste/2)/len(line)) + ".\nquit\n"
	b := newBench(t, "S5", i18n.EN)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	typedAll(t, b, text)
	runtime.ReadMemStats(&after)
	if cost := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(text)); cost > 8 {
		t.Errorf("%.1f bytes are taken for each byte of the paste", cost)
	}
}

// failing is an input that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestInputThatFailsIsAnError(t *testing.T) { synctest.Test(t, inputThatFailsIsAnError) }

func inputThatFailsIsAnError(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	bad := errors.New("input/output error")
	if err := plain.Run(context.Background(), failing{bad}, io.Discard, b.deps); !errors.Is(err, bad) {
		t.Errorf("the run ends with %v", err)
	}
}

// In the lab nobody publishes once the input has ended: the wait ends with it.
func TestEndOfInputEndsTheWaitInTheLab(t *testing.T) { synctest.Test(t, endOfInputEndsTheWaitInTheLab) }

func endOfInputEndsTheWaitInTheLab(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	var out bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		ended <- plain.Run(context.Background(), strings.NewReader("tanaka-foods.example\n1"+strings.Repeat("\n", 11)), &out, b.deps)
	}()
	select {
	case err := <-ended:
		must(t, err)
		inOrder(t, out.String(), i18n.EN.T("plain.watch-lab"), i18n.EN.T("plain.bye"))
	case <-time.After(20 * time.Second):
		t.Fatal("it waits for ever")
	}
}

// A mail that begins with a field is a paste, though its first line alone would name a domain; what follows it is its.
func TestMailThatBeginsWithAField(t *testing.T) { synctest.Test(t, mailThatBeginsWithAField) }

func mailThatBeginsWithAField(t *testing.T) {
	b := newBench(t, "S6", i18n.EN)
	out := typedAll(t, b, "From: mori@hibari.test\nTo: info@suzume-kobo.example\nDelivered-To: suzume.kobo@gmail.com\nSubject: x\n.\nquit\n")
	inOrder(t, out, i18n.EN.T("plain.pasting"), i18n.EN.T("wizard.whose.title"), "hibari.test", "suzume-kobo.example", i18n.EN.T("plain.bye"))
}
