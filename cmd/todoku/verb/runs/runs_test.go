package runs

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"todoku/checks/plan"
	"todoku/checks/snapshot"
	kept "todoku/wizard/session/store"
)

// Old runs are told to be old and go only when that is asked for; those in use stay.
func TestOldRuns(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	keep := func(domain string, days int) string {
		s := runs()
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
		var out, errs bytes.Buffer
		if status := run(context.Background(), append([]string{"runs", "--lang", "en"}, args...), strings.NewReader(""), &out, &errs); status != statusOK {
			t.Errorf("%v: status %d: %s", args, status, &errs)
		}
		return out.String(), errs.String()
	}
	if out, errs := told(); !strings.Contains(out, old) || !strings.Contains(out, young) || !strings.Contains(errs, "1 kept wait is old") {
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
	dir := runs().Dir // a file's name is text from elsewhere, too
	if err := os.Rename(filepath.Join(dir, "run-"+young+".jsonl"), filepath.Join(dir, "run-\x1b[2J.jsonl")); err != nil {
		t.Skip(err) // no such name in this file system
	}
	for _, args := range [][]string{nil, {"young.example"}, {"young.example", "--delete"}} {
		if out, errs := told(args...); control(out+errs) != "" || !strings.Contains(out+errs, `\x1b[2J`) {
			t.Errorf("%v: %q", args, out+errs)
		}
	}
}

// Answers on the command line ask for a new plan: a kept run was made without them.
func TestAnswersAskAnew(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	s := runs()
	if _, err := s.Create(kept.Plan{Domain: "shop.example", Name: "shop.example", DNS: snapshot.New("shop.example", s.Now())}); err != nil {
		t.Fatal(err)
	}
	for _, o := range []options{{}, {spfDrop: []string{"mx"}}, {spfFlatten: []string{"include:a.example"}}, {senders: []string{"none"}}} {
		a := &app{opt: o}
		anew := len(o.spfDrop)+len(o.spfFlatten)+len(o.senders) > 0
		if _, goesOn := a.savedRun(&world{}, "shop.example"); goesOn == anew {
			t.Errorf("%+v: goes on %v", o, goesOn)
		}
	}
}

// No sender and a sender is a contradiction: which of both is meant is not guessed.
func TestNoneBesideASender(t *testing.T) {
	for _, args := range [][]string{{"none", "sendgrid"}, {"sendgrid", "none"}} {
		var out, errs bytes.Buffer
		status := run(context.Background(), []string{"check", "--lang", "en", "--lab", "S8", "--sender", args[0], "--sender", args[1]}, strings.NewReader(""), &out, &errs)
		if status != statusUsage || out.Len() > 0 || !strings.Contains(errs.String(), "none") {
			t.Errorf("%v: status %d, %s%s", args, status, &out, &errs)
		}
	}
}
