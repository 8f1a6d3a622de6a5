package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// A screen is the program in a terminal of 80 by 24 cells.
type screen struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	em   *vt.Emulator
	raw  strings.Builder // every byte that the program wrote
	gone chan error
}

// onTerminal starts the program with a terminal for all its streams.
func onTerminal(t *testing.T, dir string, env []string, args ...string) (*exec.Cmd, *os.File) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"todoku"}, args...) // TestMain then is the program
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append([]string{"LC_ALL=", "LC_MESSAGES=", "TERM=xterm-256color", "NO_COLOR=", "TMUX=",
		"XDG_STATE_HOME=" + filepath.Join(dir, "state"), "RUNEWIDTH_EASTASIAN="}, env...)...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("no terminal can be had here: %v", err)
	}
	return cmd, tty
}

// inTerminal starts the program, Japanese, in a folder of its own.
func inTerminal(t *testing.T, dir string, args ...string) *screen {
	t.Helper()
	cmd, tty := onTerminal(t, dir, []string{"LANG=ja_JP.UTF-8", "SSH_CONNECTION=x"}, args...)
	s := &screen{t: t, tty: tty, cmd: cmd, em: vt.NewEmulator(80, 24), gone: make(chan error, 1)}
	// The emulator's answers (cursor reports) must be taken away, or its Write blocks.
	go func() { _, _ = io.Copy(tty, s.em) }()
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			s.mu.Lock()
			_, _ = s.em.Write(buf[:n])
			s.raw.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				s.gone <- cmd.Wait()
				return
			}
		}
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = tty.Close() })
	return s
}

// text returns what is on the screen.
func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.em.String()
}

// sees waits until the text is on the screen.
func (s *screen) sees(want string) {
	s.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !strings.Contains(s.text(), want) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%q never came:\n%s", want, s.text())
		}
		time.Sleep(10 * time.Millisecond)
	}
	for line := range strings.SplitSeq(s.text(), "\n") {
		if w := ansi.StringWidth(line); w > 80 {
			s.t.Errorf("a line of %d cells: %q", w, line)
		}
	}
}

// rang waits until the program has written these bytes.
func (s *screen) rang(all ...string) {
	s.t.Helper()
	for _, want := range all {
		has := func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return strings.Contains(s.raw.String(), want)
		}
		for end := time.Now().Add(10 * time.Second); !has(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				s.t.Fatalf("%q was never written", want)
			}
		}
	}
}

// types sends keys as a keyboard does.
func (s *screen) types(keys ...string) {
	for _, k := range keys {
		_, _ = io.WriteString(s.tty, k)
		time.Sleep(20 * time.Millisecond)
	}
}

const (
	enter = "\r"
	down  = "\x1b[B"
	tab   = "\t"
)

// The main job, by keyboard alone: from the first box to records that every place sees, and a file that tells of them.
func TestWalkTheFirstStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := inTerminal(t, dir, "--lab", "S1", "--notify")
	s.sees("ドメイン名かメールアドレス")
	s.sees("hanazono.example")
	s.types(enter)
	s.sees("次のとおりで合っていますか")
	s.sees("MX は smtp.google.com")
	s.sees("エックスサーバー")
	s.types(enter)
	s.sees("DNS で確認")
	s.sees("SPF レコードがありません")
	s.types(enter)
	s.sees("レコード 1 / 3")
	s.sees("v=spf1 include:_spf.google.com ~all")
	s.types("c") // over SSH: handed to the terminal and kept in a file
	s.types(enter)
	s.sees("レコード 2 / 3")
	s.types(tab, enter)
	s.sees("v=DKIM1")
	s.types(enter)
	s.sees("受け取るアドレスを入力")
	s.types(enter)
	s.sees("レコード 3 / 3")
	s.sees("v=DMARC1; p=none")
	s.types(enter)
	s.sees("反映待ち")
	s.sees("未反映")
	s.types("p")
	s.sees("設定は正しく保存されています")
	s.types("+", "+")
	s.sees("すべての確認先に、新しい設定が反映されました")
	s.rang("\a", "\x1b]9;hanazono.example: ")
	s.types("e")
	s.sees("ファイルに保存")
	s.types(enter)
	s.sees("保存しました")
	s.types("q")
	select {
	case err := <-s.gone:
		if err != nil {
			t.Errorf("left with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Errorf("q does not leave:\n%s", s.text())
	}

	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("exported %v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"hanazono.example", "v=spf1 include:_spf.google.com ~all", "v=DMARC1; p=none"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the exported file does not hold %q", want)
		}
	}
	holds(t, filepath.Join(dir, "state", "todoku", "copied.txt"), "v=spf1 include:_spf.google.com ~all\n")
}

// A domain with nothing wrong: the guide says so, and asks for no record.
func TestWalkTheHealthyStory(t *testing.T) {
	t.Parallel()
	s := inTerminal(t, t.TempDir(), "lab", "S8")
	s.sees("aozora.example")
	s.types(enter)
	s.sees("次のとおりで合っていますか")
	s.types(enter)
	s.sees("DNS で確認")
	if strings.Contains(s.text(), "✕") {
		t.Errorf("a healthy domain shows a fault:\n%s", s.text())
	}
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
	}
}
