package main

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
)

// offered serves a story on loopback ports until the test ends, and returns the flags of "todoku check" to ask it.
func offered(t *testing.T, story string) []string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out := &gate{ready: make(chan struct{})}
	ended := make(chan cli.Status, 1)
	var errs bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"lab", story, "--serve", "--lang", "en"}, strings.NewReader(""), out, &errs)
	}()
	select {
	case <-out.ready:
	case status := <-ended:
		stop()
		t.Skipf("cannot serve here: status %d: %s", status, &errs)
	}
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != cli.StatusOK {
			t.Errorf("serve ended with %d: %s", status, &errs)
		}
	})
	_, command, ok := strings.Cut(out.String(), "todoku check ")
	command, _, _ = strings.Cut(command, "\n")
	if !ok {
		t.Fatalf("no command is offered: %s", out)
	}
	if !strings.Contains(command, "--watch own=127.0.0.1:") {
		t.Fatalf("the command would ask public resolvers: %s", command)
	}
	if servers := strings.Count(out.String(), " 127.53."); servers == 0 || servers > 8 {
		t.Errorf("%d name servers of one domain", servers)
	}
	return strings.Fields(command)
}

// A story that is served can be checked through its loopback ports.
func TestServe(t *testing.T) {
	var told, faults bytes.Buffer
	args := append([]string{"check", "--lang", "en"}, offered(t, "S1")...)
	if status := run(t.Context(), args, strings.NewReader(""), &told, &faults); status != cli.StatusFix {
		t.Errorf("status %d: %s%s", status, &told, &faults)
	}
	if !strings.Contains(told.String(), "There is no SPF record") {
		t.Errorf("said: %s", &told)
	}
}

// gate is a writer that signals when serve has printed the list of servers and the rest, which it writes at once.
type gate struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	ready chan struct{}
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if bytes.Contains(p, []byte("todoku check ")) {
		close(g.ready)
	}
	return g.buf.Write(p)
}

func (g *gate) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.String()
}
