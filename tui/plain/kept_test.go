package plain_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session/store"
)

// A wait that was left is offered line by line too, and goes on.
func TestGoOn(t *testing.T) { synctest.Test(t, goOn) }

func goOn(t *testing.T) {
	b := newBench(t, "S1", i18n.EN)
	b.deps.Runs = &store.Store{Dir: filepath.Join(t.TempDir(), "runs"), Now: b.clock.Now}
	out := b.run(t, "info@hanazono.example", "4", "1", "quit")
	inOrder(t, out, "To continue, run todoku again.", "Good-bye.")
	out = b.run(t, "continue", "", "", "", "lab", "", "", "", "publish", "quit")
	inOrder(t, out, "A wait is saved: hanazono.example, diagnosis started", "Is this right?", "The records are published.", "To continue, run todoku again.", "Good-bye.")
	looks := b.checks
	out = b.run(t, "continue 1", "3600", "@are live everywhere", "", "", "")
	inOrder(t, out, "A wait is saved: hanazono.example, waiting", "Waiting for it to go live", "are live everywhere")
	if b.checks != looks {
		t.Error("DNS is asked anew for what is known")
	}
	if _, ok := b.deps.Runs.Latest("hanazono.example"); ok {
		t.Error("a run that is done is offered still")
	}
}
