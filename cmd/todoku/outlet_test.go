package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
)

// full is a disk without free space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// Every command that cannot write its output says so, with status 3.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Setenv("LANG", "C")
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for _, line := range []string{"--version", "--help", "help", "help check", "providers", "providers xserver", "findings", "findings --json", "lab",
		"completion bash", "--lab S1 check", "--lab S1 check --json", "--lab S1 check a.example b.example", "--lab S1 export", "--lab S1 --plain", "runs"} {
		var stderr bytes.Buffer
		status := run(context.Background(), strings.Fields(line), strings.NewReader(""), full{}, &stderr)
		if status != cli.StatusUnknown || !strings.Contains(stderr.String(), "cannot be written") {
			t.Errorf("todoku %s: status %d, %q", line, status, stderr.String())
		}
	}
}

// An interrupted run saves nothing, says so once, and leaves no empty lines.
func TestInterruptedCheck(t *testing.T) {
	t.Setenv("LANG", "C")
	ctx, stop := context.WithCancel(context.Background())
	stop()
	file := filepath.Join(t.TempDir(), "seen.json")
	for _, args := range [][]string{
		{"--lab", "S1", "check", "--save-snapshot", file},
		{"--lab", "S1", "check", "a.example", "b.example", "c.example"},
	} {
		var stdout, stderr bytes.Buffer
		status := run(ctx, args, strings.NewReader(""), &stdout, &stderr)
		if status != cli.StatusUnknown || stdout.Len() > 0 || strings.Count(stderr.String(), "interrupted") != 1 {
			t.Errorf("%v: status %d, stdout %q, stderr %q", args, status, stdout.String(), stderr.String())
		}
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a part was saved as if whole: %v", err)
	}
}
