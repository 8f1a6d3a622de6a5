package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/creack/pty"

	"example.org/todoku/cmd/todoku/internal/cli"
)

// green is how a good verdict is coloured (ECMA-48 section 8.3.117).
const green = "1;32"

// Colour is for terminals only, and never against the reader's wish.
func TestColours(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		args []string
		want bool
	}{
		"a terminal":   {[]string{"NO_COLOR=", "TERM=xterm-256color"}, nil, true},
		"NO_COLOR":     {[]string{"NO_COLOR=1", "TERM=xterm-256color"}, nil, false},
		"--no-color":   {[]string{"NO_COLOR=", "TERM=xterm-256color"}, []string{"--no-color"}, false},
		"a dumb one":   {[]string{"NO_COLOR=", "TERM=dumb"}, nil, false},
		"with --plain": {[]string{"NO_COLOR=", "TERM=dumb"}, []string{"--plain"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self)
			cmd.Args = append([]string{"todoku", "--lab", "S8", "check", "--lang", "en"}, c.args...)
			cmd.Env = append(os.Environ(), c.env...)
			tty, err := pty.Start(cmd)
			if err != nil {
				t.Skipf("no terminal can be had here: %v", err)
			}
			defer func() { _ = tty.Close() }()
			var out strings.Builder
			buf := make([]byte, 4096)
			for answered := 0; ; {
				n, err := tty.Read(buf)
				out.Write(buf[:n])
				if err != nil {
					break // Linux tells the end of a terminal as an error
				}
				for ; answered < strings.Count(out.String(), "\x1b[6n"); answered++ {
					_, _ = io.WriteString(tty, "\x1b[1;1R")
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Fatalf("%v: %q", err, out.String())
			}
			if !strings.Contains(out.String(), "Nothing to fix.") {
				t.Errorf("said %q", out.String())
			}
			if got := strings.Contains(out.String(), "\x1b["+green+"m"); got != c.want {
				t.Errorf("coloured: %v, want %v: %q", got, c.want, out.String())
			}
		})
	}
}

// A run that is interrupted claims nothing and says so.
func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for _, args := range [][]string{{"--lab", "S1", "check"}, {"--lab", "S1", "export"}} {
		var out, errs bytes.Buffer
		if status := run(ctx, append(args, "--lang", "en"), strings.NewReader(""), &out, &errs); status != cli.StatusUnknown {
			t.Errorf("%v: status %d", args, status)
		}
		if out.Len() > 0 || !strings.Contains(errs.String(), "interrupted") {
			t.Errorf("%v: said %q and %q", args, &out, &errs)
		}
	}
}
