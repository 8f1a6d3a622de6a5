//go:build !windows

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/todoku/checks/lab/sample"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
)

// A seat is a terminal whose far end the test keeps open, to see how the program leaves it.
type seat struct {
	cmd    *exec.Cmd
	master *os.File
	tty    *os.File
	mu     sync.Mutex
	got    bytes.Buffer
}

// sit starts the program in a terminal that answers where its cursor is, or does not.
func sit(t *testing.T, answers bool, args ...string) *seat {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal can be had here: %v", err)
	}
	_ = pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	unignore(t)
	s := &seat{cmd: exec.Command(self), master: master, tty: tty}
	s.cmd.Args = append([]string{"todoku"}, args...) // TestMain then is the program
	s.cmd.Env = append(os.Environ(), "LANG=C", "LC_ALL=", "LC_MESSAGES=", "TERM=xterm-256color", "CI=", "XDG_STATE_HOME="+t.TempDir())
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.got.Write(buf[:n])
			s.mu.Unlock()
			if answers && bytes.Contains(buf[:n], []byte("\x1b[6n")) {
				_, _ = io.WriteString(master, "\x1b[1;2R")
			}
		}
	}()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = tty.Close(); _ = master.Close() })
	return s
}

// unignore resets signals that this process inherited as ignored (nohup), since the program leaves those ignored on
// purpose. A signal is passed to child processes with its default action only while this process waits for it.
func unignore(t *testing.T) {
	t.Helper()
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(sig) {
			swallowed := make(chan os.Signal, 1)
			signal.Notify(swallowed, sig)
		}
	}
}

func (s *seat) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got.String()
}

func (s *seat) sees(t *testing.T, want string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !strings.Contains(s.text(), want); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q never came: %q", want, s.text())
		}
	}
}

// ends waits until the program ends.
func (s *seat) ends(t *testing.T) error {
	t.Helper()
	gone := make(chan error, 1)
	go func() { gone <- s.cmd.Wait() }()
	select {
	case err := <-gone:
		return err
	case <-time.After(30 * time.Second):
		drawn := len(s.text())
		_ = s.cmd.Process.Signal(syscall.SIGQUIT) // the runtime tells where every goroutine stands
		<-gone
		t.Fatalf("it does not end: %q", s.text()[drawn:])
		return nil
	}
}

// Every signal that ends a program ends the screens, and the terminal is as it was. Several at once too.
func TestSignalsGiveTheTerminalBack(t *testing.T) {
	t.Parallel()
	rounds := 3
	if sample.Whole() {
		rounds = 20
	}
	for _, signals := range [][]syscall.Signal{{syscall.SIGINT}, {syscall.SIGTERM}, {syscall.SIGHUP}, {syscall.SIGINT, syscall.SIGTERM, syscall.SIGINT}} {
		for range rounds {
			s := sit(t, true, "lab", "S1")
			s.sees(t, "hanazono.example")
			for _, sig := range signals {
				_ = s.cmd.Process.Signal(sig)
			}
			var exit *exec.ExitError
			if err := s.ends(t); errors.As(err, &exit) && !exit.Exited() {
				t.Errorf("%v: %v", signals, err)
			}
			s.sees(t, "\x1b[?1049l") // the drawn screen is left
			now, err := term.GetState(s.tty.Fd())
			if err != nil {
				t.Fatal(err)
			}
			far, fresh, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			before, err := term.GetState(fresh.Fd())
			_, _ = fresh.Close(), far.Close()
			if err != nil || !reflect.DeepEqual(before, now) {
				t.Errorf("%v: the terminal is left in another mode (%v)", signals, err)
			}
		}
	}
}

// No command but the screens asks the terminal anything, and none waits for a terminal that does not answer.
func TestNothingIsAskedOfTheTerminal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--version"}, {"lab"}, {"findings", "spf-missing"}} {
		s := sit(t, false, append(args, "--no-color")...)
		if err := s.ends(t); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		s.sees(t, "\n")
		if strings.Contains(s.text(), "\x1b") {
			t.Errorf("%v: asks the terminal: %q", args, s.text())
		}
	}
}

// An interrupt ends a command that waits for its input, at a terminal and at a pipe into which nobody writes.
func TestSignalsEndTheWaitForInput(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		sees string
		args []string
	}{
		{"Ctrl+C cancels", []string{"explain"}},
		{"Ctrl+C cancels", []string{"explain", "-"}},
		{"Ctrl+C cancels", []string{"report", "-"}},
		{"Ctrl+C cancels", []string{"check", "--lab", "S1", "--message", "-"}},
		{"Ctrl+C cancels", []string{"guard", "--lab", "S8", "-f", "-"}},
		{"", []string{"explain", pipe}},
		{"", []string{"report", pipe}},
		{"", []string{"check", "--lab", "S1", "-f", pipe}},
	} {
		s := sit(t, false, append(c.args, "--no-color")...)
		if s.sees(t, c.sees); c.sees == "" {
			time.Sleep(300 * time.Millisecond) // it opens the pipe, which shows nowhere
		}
		_ = s.cmd.Process.Signal(syscall.SIGINT)
		var exit *exec.ExitError
		if err := s.ends(t); !errors.As(err, &exit) || exit.ExitCode() != 3 {
			t.Errorf("%v: %v: %q", c.args, err, s.text())
		}
	}
}
