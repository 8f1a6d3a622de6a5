package verb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/verb/runs"
	kept "example.org/todoku/wizard/session/store"
)

// Old runs are told to be old and go only when that is asked for; those in use stay.
func TestOldRuns(t *testing.T) {
	store := &kept.Store{Dir: t.TempDir(), Now: time.Now}
	keep := func(domain string, days int) string {
		s := &kept.Store{Dir: store.Dir}
		s.Now = func() time.Time { return time.Now().Add(-time.Duration(days) * 24 * time.Hour) }
		l, err := s.Create(kept.Plan{Domain: domain, Name: domain, DNS: snapshot.New(domain, s.Now()),
			Changes: []plan.Change{{Action: plan.Add, Name: domain, Type: snapshot.TXT, Value: "v=spf1 -all"}}})
		if err != nil {
			t.Fatal(err)
		}
		return l.ID
	}
	old, young := keep("old.example", 100), keep("young.example", 1)
	told := func(args ...string) (string, string) {
		p := clitest.New("")
		c := runs.Command(p.Program, func(o *runs.Options) error { o.Runs = store; return runs.Run(o) })
		c.Flags().BoolVar(&p.JSON, "json", false, "")
		if err := clitest.Execute(t, c, args...); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		return p.Told.String(), p.Noted.String()
	}
	if out, errs := told(); !strings.Contains(out, old) || !strings.Contains(out, young) || !strings.Contains(errs, "1 saved wait is old") {
		t.Errorf("listed: %s%s", out, errs)
	}
	if out, _ := told("--old"); !strings.Contains(out, old) || strings.Contains(out, young) {
		t.Errorf("the old ones: %s", out)
	}
	if out, errs := told("--old", "--json"); !strings.Contains(out, old) || errs != "" {
		t.Errorf("as JSON: %s%s", out, errs)
	}
	if _, errs := told("--old", "--delete"); !strings.Contains(errs, old) || strings.Contains(errs, young) {
		t.Errorf("deleted: %s", errs)
	}
	if out, errs := told(); strings.Contains(out, old) || !strings.Contains(out, young) || errs != "" {
		t.Errorf("after that: %s%s", out, errs)
	}
	if _, err := store.Create(kept.Plan{Domain: "begun.example", Name: "begun.example"}); err != nil { // only questions were answered
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"begun.example"}, {"--json"}} {
		if out, _ := told(args...); !strings.Contains(out, "begun.example") {
			t.Errorf("%v: %s", args, out)
		}
	}
	dir := store.Dir // a file's name is text from elsewhere, too
	if err := os.Rename(filepath.Join(dir, "run-"+young+".jsonl"), filepath.Join(dir, "run-\x1b[2J.jsonl")); err != nil {
		t.Skip(err) // no such name in this file system
	}
	for _, args := range [][]string{{}, {"young.example"}, {"young.example", "--delete"}} {
		if out, errs := told(args...); strings.Contains(out+errs, "\x1b") || !strings.Contains(out+errs, `\x1b[2J`) {
			t.Errorf("%v: %q", args, out+errs)
		}
	}
}
