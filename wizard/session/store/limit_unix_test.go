//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/todoku/checks/propagation"
)

// TestFiller is the process that TestDiskIsFull runs: its files may grow by a few bytes more, and then there is room
// again.
func TestFiller(t *testing.T) {
	dir := os.Getenv("TODOKU_TEST_FULL")
	if dir == "" {
		t.Skip("runs as a part of TestDiskIsFull")
	}
	s := &Store{Dir: dir, Now: time.Now}
	l, err := s.Create(sample())
	must(t, err)
	must(t, l.Add([]propagation.Look{saw(1)}))
	st, err := os.Stat(s.path(l.ID))
	must(t, err)
	var was syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	for _, room := range []uint64{0, 1, 50} {
		full := was
		full.Cur = uint64(st.Size()) + room
		must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full))
		if err := l.Add([]propagation.Look{saw(int(room) + 2)}); err == nil {
			t.Errorf("%d bytes of room: the look is said to be kept", room)
		}
		if r, err := s.Load(l.ID); err != nil || !numbers(r)[1] {
			t.Errorf("%d bytes of room: %v %v", room, numbers(r), err)
		}
		full.Cur = 10 + room
		must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full))
		if _, err := s.Create(sample()); err == nil {
			t.Error("a run is said to be kept")
		}
		if err := s.compact(l.ID); err == nil {
			t.Error("a compact without room is no error")
		}
	}
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
	must(t, l.Add([]propagation.Look{saw(99)}))
	fmt.Println("filled", l.ID)
}

// A disk that is full in the middle of a write: the run loads, its confirmed looks are there, and what could not be
// written follows once there is room. Nothing half made is left.
func TestDiskIsFull(t *testing.T) {
	s := store(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestFiller$", "-test.v")
	cmd.Env = append(os.Environ(), "TODOKU_TEST_FULL="+s.Dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "filled ") {
		t.Fatalf("%v\n%s", err, out)
	}
	all, err := s.List()
	if len(all) != 1 || err != nil {
		t.Fatalf("%d runs, %v", len(all), err)
	}
	got := numbers(all[0])
	for _, n := range []int{1, 2, 3, 52, 99} {
		if !got[n] {
			t.Errorf("look %d is lost: %v", n, got)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(s.Dir, draft+"*")); len(left) > 0 {
		t.Errorf("drafts are left: %v", left)
	}
}

// What stands among the runs and is no file (a pipe that nobody writes to) is told at once, and hides no run.
func TestNoFiles(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	must(t, syscall.Mkfifo(s.path("pipe"), 0o600))
	must(t, os.Mkdir(s.path("folder"), 0o700))
	must(t, os.Symlink("/dev/zero", s.path("zeros")))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if all, err := s.List(); len(all) != 1 || all[0].ID != l.ID || !errors.Is(err, ErrEmpty) {
			t.Errorf("got %v, %v", all, err)
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the list waits for a pipe")
	}
}
