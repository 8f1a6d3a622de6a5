package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

// written is every byte that the program wrote to its terminal.
func written(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd, tty := onTerminal(t, t.TempDir(), append([]string{"LANG=en_US.UTF-8"}, env...), args...)
	defer func() { _ = tty.Close() }()
	end := time.AfterFunc(60*time.Second, func() { _ = cmd.Process.Kill() })
	defer end.Stop()
	var out bytes.Buffer
	_, _ = io.Copy(&out, tty) // ends with an error when the program does
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v: %q", err, out.String())
	}
	return out.String()
}

// progressLine is what a terminal shows of the wait: how much of it is over while time is left, which a busy machine may
// skip, and how many records are live.
var progressLine = regexp.MustCompile(`\r(\[#*\.*\]  \d+ of \d+ live  [^\r]+ left|\d+ of \d+ live)\x1b\[K`)

// When all is seen the terminal's bell sounds; only who asks for it gets a notification, in the form that gets through
// to the terminal that shows it.
func TestBellAndNotification(t *testing.T) {
	t.Parallel()
	const osc9, osc777 = "]9;hanazono.example: ", "]777;notify;todoku;hanazono.example: "
	for _, c := range []struct {
		name       string
		env        []string
		notify     bool
		want, none []string
	}{
		{"not asked for", nil, false, []string{"\a"}, []string{osc9, osc777}},
		{"asked for", nil, true, []string{"\a", "\x1b" + osc9, "\x1b" + osc777}, []string{"tmux;"}},
		{"in tmux", []string{"TMUX=/tmp/x,1,0", "TERM=tmux-256color"}, true, []string{"\a", "\x1bPtmux;\x1b\x1b" + osc9, "\x1b\x1b" + osc777, "\x1b\\"}, nil},
		{"in screen", []string{"TERM=screen"}, true, []string{"\a", "\x1bP\x1b" + osc9}, []string{"tmux;"}},
		{"on a console", []string{"TERM=linux"}, true, []string{"\a"}, []string{osc9, osc777}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := []string{"--lab", "S1", "wait", "--publish", "right", "--speed", "6000"}
			if c.notify {
				args = append(args, "--notify")
			}
			out := written(t, c.env, args...)
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("no %q in %q", w, out)
				}
			}
			for _, w := range c.none {
				if strings.Contains(out, w) {
					t.Errorf("%q in %q", w, out)
				}
			}
			if c.name == "not asked for" && !progressLine.MatchString(out) {
				t.Errorf("no progress line on a terminal: %q", out)
			}
			if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(out, "]9;", ""), "]777", ""), "\a"); !c.notify && n != 1 {
				t.Errorf("%d bells", n)
			}
		})
	}
}
