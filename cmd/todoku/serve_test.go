package main

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
)

// A story that is served can be checked through its loopback ports.
func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &gate{ready: make(chan struct{})}
	ended := make(chan cli.Status, 1)
	var errs bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"lab", "S1", "--serve", "--lang", "en"}, strings.NewReader(""), out, &errs)
	}()
	select {
	case <-out.ready:
	case status := <-ended:
		stop()
		t.Skipf("cannot serve here: status %d: %s", status, &errs)
	}
	_, command, ok := strings.Cut(out.String(), "todoku check ")
	command, _, _ = strings.Cut(command, "\n")
	if !ok {
		t.Fatalf("no command is offered: %s", out)
	}
	var told, faults bytes.Buffer
	args := append([]string{"check", "--lang", "en"}, strings.Fields(command)...)
	if status := run(ctx, args, strings.NewReader(""), &told, &faults); status != cli.StatusFix {
		t.Errorf("status %d: %s%s", status, &told, &faults)
	}
	if !strings.Contains(told.String(), "There is no SPF record") {
		t.Errorf("said: %s", &told)
	}
	stop()
	if status := <-ended; status != cli.StatusOK {
		t.Errorf("serve ended with %d: %s", status, &errs)
	}
}

// gate is an output that says when the list of servers has come, the last thing that serve writes.
type gate struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	ready chan struct{}
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if bytes.Contains(p, []byte("ns1.xserver.jp")) {
		close(g.ready)
	}
	return g.buf.Write(p)
}

func (g *gate) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.String()
}
