package store

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	share "example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

var day = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

func store(t testing.TB) *Store {
	return &Store{Dir: filepath.Join(t.TempDir(), "todoku", "runs"), Now: func() time.Time { return day }}
}

func sample() Plan {
	s := snapshot.New("tanaka.example", day)
	return Plan{Domain: "tanaka.example", Name: "tanaka.example", DNS: s,
		Path:    wizard.Path{{Step: wizard.StepIntake, Values: []string{"tanaka.example"}}},
		Answers: owner.Answers{Domain: "tanaka.example"},
		Changes: []plan.Change{{Action: plan.Add, Name: "tanaka.example", Type: snapshot.TXT, TTL: 3600, Value: "v=spf1 -all"}},
		Places:  []propagation.Place{{ID: "ns1", Addr: "192.0.2.1:53", Authority: true, Caches: 1}}}
}

// saw returns a look that differs from all others: of changing answers to one question only the latest are kept.
func saw(n int) propagation.Look {
	a := snapshot.Answer{Key: snapshot.Key{Name: strconv.Itoa(n) + ".tanaka.example", Type: snapshot.TXT, Via: snapshot.Server, At: "ns1"},
		Status: snapshot.OK, Records: []snapshot.Record{{Data: strconv.Itoa(n), TTL: 60}}}
	return propagation.Look{At: day.Add(time.Duration(n) * time.Second), Place: "ns1", Answer: a}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func numbers(r Run) map[int]bool {
	out := map[int]bool{}
	for _, l := range r.Looks(r.Places) {
		n, _ := strconv.Atoi(l.Answer.Data()[0])
		out[n] = true
	}
	return out
}

func TestKept(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	must(t, l.Add([]propagation.Look{saw(1), saw(2)}))
	r, ok := s.Latest("tanaka.example")
	if !ok || len(r.Looks(r.Places)) != 2 || r.Changes[0].Value != "v=spf1 -all" || r.Path[0].Values[0] != "tanaka.example" {
		t.Fatalf("not as it was kept: %+v", r)
	}
	if got := r.Looks([]propagation.Place{{ID: "ns1", Addr: "192.0.2.9:53"}}); len(got) != 0 {
		t.Errorf("looks of another address count: %v", got)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]fs.FileMode{s.Dir: 0o700, s.path(r.ID): 0o600} {
			st, err := os.Stat(path)
			must(t, err)
			if st.Mode().Perm() != want {
				t.Errorf("%s: %v, want %v", path, st.Mode().Perm(), want)
			}
		}
	}
	p := sample()
	p.Changes[0].Value = "v=spf1 mx -all"
	must(t, l.Replan(p))
	must(t, l.Finish())
	r, err = s.Load(r.ID)
	must(t, err)
	if !r.Done || r.Changes[0].Value != "v=spf1 mx -all" || len(numbers(r)) != 2 {
		t.Errorf("after a new plan: %+v", r)
	}
	if _, ok := s.Latest("tanaka.example"); ok {
		t.Error("a run that is done is offered")
	}
	old := sample()
	l2, err := s.Create(old)
	must(t, err)
	s.Now = func() time.Time { return day.Add(time.Hour) }
	must(t, l.Finish())
	if got := s.Offered(); len(got) != 1 || got[0].ID != r.ID {
		t.Errorf("what is live and not proved is not offered: %+v", got)
	}
	if got, ok := s.Unproved("tanaka.example"); !ok || got.ID != r.ID {
		t.Errorf("what is live and not proved: %+v", got)
	}
	p.Proof = &proof.Proof{Kind: "message"}
	must(t, l.Replan(p))
	must(t, l.Finish())
	if got := s.Offered(); len(got) > 0 {
		t.Errorf("an older run is offered after the domain's last one is done and proved: %v", got[0].ID)
	}
	if _, ok := s.Unproved("tanaka.example"); ok {
		t.Error("what is proved is said to be unproved")
	}
	must(t, s.Delete(l2.ID))
	must(t, s.Delete(r.ID))
	if all, err := s.List(); len(all) > 0 || err != nil {
		t.Errorf("after deleting: %v %v", all, err)
	}
	if err := l.Add([]propagation.Look{saw(3)}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a deleted run comes back: %v", err)
	}
}

// Nothing is deleted unasked: an old run is listed for ever, told to be old, and not offered any more. Drafts that a
// killed program left do go.
func TestOld(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	stray := filepath.Join(s.Dir, draft+"1")
	must(t, os.WriteFile(stray, []byte("half"), 0o600))
	for _, c := range []struct {
		days         int
		offered, old bool
	}{{29, true, false}, {31, false, false}, {89, false, false}, {91, false, true}} {
		s.Now = func() time.Time { return day.Add(time.Duration(c.days) * 24 * time.Hour) }
		all, err := s.List()
		must(t, err)
		if _, ok := s.Latest("tanaka.example"); ok != c.offered || len(all) != 1 || all[0].Old(s.Now()) != c.old {
			t.Errorf("after %d days: offered %v, %d runs, old %v", c.days, ok, len(all), all[0].Old(s.Now()))
		}
	}
	s.Now = func() time.Time { return day }
	must(t, l.Finish())
	all, err := s.List()
	must(t, err)
	if r := all[0]; r.Old(day.Add(29*24*time.Hour)) || !r.Old(day.Add(31*24*time.Hour)) {
		t.Error("a run that is done is old after a month")
	}
	if _, err := os.Stat(stray); err != nil {
		t.Error("a draft that another program may be writing is gone")
	}
	past := time.Now().Add(-2 * staleAfter)
	must(t, os.Chtimes(stray, past, past))
	_, err = s.List()
	must(t, err)
	if _, err := os.Stat(stray); err == nil {
		t.Error("a forgotten draft stays")
	}
}

// A clock that was set back: what was seen stays seen, and the run is judged as of now.
func TestClockSetBack(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	x := saw(3600)
	x.Answer.Name, x.Answer.Records[0].Data = "tanaka.example", "v=spf1 -all"
	must(t, l.Add([]propagation.Look{x}))
	r, ok := s.Latest("tanaka.example")
	if v := r.Verdict(r.Places, day); !ok || v.Sights[0].State != propagation.Published || v.Sights[0].Since.After(day) {
		t.Errorf("%v %+v", ok, v)
	}
	s.Now = func() time.Time { return day.Add(-48 * time.Hour) }
	must(t, l.Add([]propagation.Look{saw(5)}))
	if _, ok := s.Latest("tanaka.example"); !ok {
		t.Error("the run is gone")
	}
}

// A file that is cut off at any byte loads, and loses the line that was cut, no other.
func TestTorn(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	must(t, l.Add([]propagation.Look{saw(1)}))
	whole, err := os.ReadFile(s.path(l.ID))
	must(t, err)
	must(t, l.Add([]propagation.Look{saw(2)}))
	more, err := os.ReadFile(s.path(l.ID))
	must(t, err)
	for n := len(whole); n <= len(more); n++ {
		must(t, os.WriteFile(s.path(l.ID), more[:n], 0o600))
		must(t, l.Add([]propagation.Look{saw(3)}))
		r, err := s.Load(l.ID)
		must(t, err)
		if got := numbers(r); !got[1] || !got[3] || got[2] != (n >= len(more)-1) {
			t.Fatalf("cut at %d of %d: %v", n, len(more), got)
		}
	}
}

// Text that names a file elsewhere, or none, is no ID; a file that is none of ours is told, and others are listed.
func TestStrange(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	for _, id := range []string{"", "..", "../x", "a/b", `a\b`, "c:x", "nothing"} {
		if err := s.Delete(id); err == nil {
			t.Errorf("%q was deleted", id)
		}
	}
	must(t, os.WriteFile(s.path("noise"), []byte("\x00\x00{]\n"), 0o600))
	must(t, os.WriteFile(s.path("newer"), []byte(`{"todoku_run":99,"id":"x"}`), 0o600))
	all, err := s.List()
	if len(all) != 1 || all[0].ID != l.ID || !errors.Is(err, ErrEmpty) || !errors.Is(err, ErrNewer) {
		t.Errorf("got %v, %v", all, err)
	}
}

// What a full disk refuses is kept in memory and written with the next look.
func TestFullDisk(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	path := s.path(l.ID)
	must(t, os.Rename(path, path+".away"))
	if l.Add([]propagation.Look{saw(1)}) == nil {
		t.Fatal("no error")
	}
	must(t, os.Rename(path+".away", path))
	must(t, l.Add([]propagation.Look{saw(2)}))
	r, err := s.Load(l.ID)
	must(t, err)
	if got := numbers(r); !got[1] || !got[2] {
		t.Errorf("lost: %v", got)
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		if err := add("/dev/full", []byte("x")); err == nil {
			t.Error("a full disk is no error")
		}
	}
}

// Several programs add to one run while others make its file smaller.
func TestTogether(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			own := s.Open(Run{ID: l.ID, Plan: sample()}, sample().Places)
			for n := range 50 {
				if err := own.Add([]propagation.Look{saw(w*50 + n)}); err != nil {
					t.Error(err)
				}
				if n%10 == 9 {
					_ = s.compact(l.ID) // fails where another one is at it
				}
			}
		})
	}
	group.Wait()
	r, err := s.Load(l.ID)
	must(t, err)
	if got := numbers(r); len(got) != 200 {
		t.Errorf("%d looks of 200", len(got))
	}
}

// A wait of weeks stays small, and is judged the same.
func TestCompact(t *testing.T) {
	s := store(t)
	l, err := s.Create(sample())
	must(t, err)
	var lines []byte
	for n := range 3000 {
		x := saw(7)
		x.Answer.Name = "tanaka.example"
		x.At = day.Add(time.Duration(n) * time.Minute)
		lines = append(lines, line(t, x)...)
	}
	must(t, add(s.path(l.ID), lines))
	before, err := s.Load(l.ID)
	must(t, err)
	must(t, l.Add([]propagation.Look{before.looks[2999].Look})) // the file is large by now
	after, err := s.Load(l.ID)
	must(t, err)
	st, err := os.Stat(s.path(l.ID))
	must(t, err)
	if st.Size() > 32<<10 || len(after.looks) > 20 {
		t.Errorf("%d bytes and %d looks remain", st.Size(), len(after.looks))
	}
	now := day.Add(3000 * time.Minute)
	if a, b := fmt.Sprint(before.Verdict(before.Places, now)), fmt.Sprint(after.Verdict(after.Places, now)); a != b {
		t.Errorf("judged otherwise:\n%s\n%s", a, b)
	}
}

func line(t testing.TB, x propagation.Look) []byte {
	b, err := encode(record{At: x.At, Looks: []look{{x, "192.0.2.1:53"}}})
	must(t, err)
	return b
}

// TestWriter is the process that TestKill kills.
func TestWriter(t *testing.T) {
	dir := os.Getenv("TODOKU_TEST_RUNS")
	if dir == "" {
		t.Skip("runs as a part of TestKill")
	}
	staleAfter = 0 // it is alone, and every lock that of a process which was killed
	s := &Store{Dir: dir, Now: time.Now}
	r, ok := s.Latest("tanaka.example")
	if !ok {
		l, err := s.Create(sample())
		must(t, err)
		r, err = s.Load(l.ID)
		must(t, err)
	}
	l := s.Open(r, r.Places)
	n, _ := strconv.Atoi(os.Getenv("TODOKU_TEST_FROM"))
	for ; ; n++ {
		must(t, l.Add([]propagation.Look{saw(n)}))
		fmt.Println("kept", n)
		if n%7 == 0 {
			_ = s.compact(l.ID)
		}
	}
}

// A process that writes and compacts is killed at random moments, 60 or as many as TODOKU_KILLS says: the run loads each
// time, and every look that was confirmed is in it.
func TestKill(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no kill -9 on Windows")
	}
	kills := 15
	if share.Whole() {
		kills = 60
	}
	if n, err := strconv.Atoi(os.Getenv("TODOKU_KILLS")); err == nil {
		kills = n
	}
	s := store(t)
	kept, from := map[int]bool{}, 1
	for i := range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriter$")
		cmd.Env = append(os.Environ(), "TODOKU_TEST_RUNS="+s.Dir, "TODOKU_TEST_FROM="+strconv.Itoa(from))
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		more := lines.Scan() // it writes now
		kill := time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		for ; more; more = lines.Scan() {
			if num, ok := strings.CutPrefix(lines.Text(), "kept "); ok {
				n, err := strconv.Atoi(num)
				must(t, err)
				kept[n] = true
				from = n + 1
			}
		}
		_ = cmd.Wait()
		kill.Stop()
		all, err := s.List()
		if len(all) != 1 || err != nil {
			t.Fatalf("kill %d: %d runs, %v", i, len(all), err)
		}
		from++ // the look that was under way may be there or not
	}
	all, err := s.List()
	must(t, err)
	got := numbers(all[0])
	for n := range kept {
		if !got[n] {
			t.Errorf("look %d was confirmed and is lost", n)
		}
	}
	t.Logf("%d looks confirmed over %d kills", len(kept), kills)
	if len(kept) < kills {
		t.Errorf("only %d looks were confirmed: the test kills too early", len(kept))
	}
}

// A run of an earlier version, which was kept with the mail's text, is read, and the text is taken out of its file.
func TestOldRunIsCleaned(t *testing.T) {
	const mail = "Delivery failed\n\n<kato@gmail.com>: host gmail-smtp-in.l.google.com said: 550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n"
	s := store(t)
	p := sample()
	p.Path = append(p.Path, wizard.Reply{Step: wizard.StepBounce, Values: []string{mail}})
	p.Path[0].Extra = map[string]string{wizard.ExtraMessage: mail}
	p.Start.Message, p.Answers.Message = mail, mail
	l, err := s.Create(p)
	must(t, err)
	must(t, l.Add([]propagation.Look{saw(1)}))
	for range 2 {
		r, err := s.Load(l.ID)
		must(t, err)
		if r.Answers.Mail.Cause != "auth-spf-dkim" || r.Path[1].Mail == nil || r.Path[1].Mail.Recipient != "kato@gmail.com" || !numbers(r)[1] {
			t.Errorf("not learnt: %+v", r.Plan)
		}
		data, err := os.ReadFile(s.path(l.ID))
		must(t, err)
		if strings.Contains(string(data), "unauthenticated") || strings.Contains(string(data), "Delivery failed") {
			t.Errorf("the text still stands in the file: %s", data)
		}
	}
}
