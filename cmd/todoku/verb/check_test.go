// Package verb_test holds the tests of commands that use them from outside, as the program does. They are one program: to link
// one for each command takes longer than all of their tests.
package verb_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/check"
)

func checkOptions(p *clitest.Program) *check.Options {
	return &check.Options{Program: p.Program, World: world.Opener(p.Program), Answers: &cli.Answers{Program: p.Program}}
}

func TestCheckFlags(t *testing.T) {
	var got *check.Options
	c := check.Command(clitest.New("").Program, func(_ context.Context, o *check.Options) error { got = o; return nil })
	err := clitest.Execute(t, c, "a.example", "b.example", "-f", "list", "--save-snapshot", "seen.json", "--from", "old.json", "--requirements", "gmail", "--ip", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Domains, []string{"a.example", "b.example"}) || got.File != "list" || got.Save != "seen.json" || got.From != "old.json" ||
		!slices.Equal(got.Requirements, []string{"gmail"}) || !slices.Equal(got.Answers.IPs, []string{"192.0.2.1"}) {
		t.Errorf("read as %+v, %+v", got, got.Answers)
	}
	if got.World == nil || got.Write == nil {
		t.Error("an effect is missing")
	}
}

// Of several domains each is told, and the gravest decides.
func TestCheckGravest(t *testing.T) { synctest.Test(t, checkGravestInNoTime) }

func checkGravestInNoTime(t *testing.T) {
	for _, c := range []struct {
		domains []string
		want    cli.Status
		told    []string
		noted   string
	}{
		{[]string{"aozora.example"}, cli.StatusOK, []string{"Nothing to fix"}, ""},
		{[]string{"aozora.example", "nobody-here.example"}, cli.StatusFix, []string{"Nothing to fix", "does not exist"}, ""},
		{[]string{"aozora.example", "no_domain!"}, cli.StatusUsage, []string{"Nothing to fix"}, "todoku: "},
	} {
		p := clitest.New("S8")
		o := checkOptions(p)
		o.Domains = c.domains
		if got := cli.StatusOf(check.Run(t.Context(), o)); got != c.want {
			t.Errorf("%v: status %d, want %d", c.domains, got, c.want)
		}
		for _, w := range c.told {
			if !strings.Contains(p.Told.String(), w) {
				t.Errorf("%v: no %q in %s", c.domains, w, &p.Told)
			}
		}
		if !strings.HasPrefix(p.Noted.String(), c.noted) || c.noted == "" && p.Noted.Len() > 0 {
			t.Errorf("%v: noted %q", c.domains, &p.Noted)
		}
	}
}

// What was seen is handed to the writer whole, and judged again without a question.
func TestCheckSaveAndReplay(t *testing.T) { synctest.Test(t, checkSaveAndReplayInNoTime) }

func checkSaveAndReplayInNoTime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seen.json")
	p := clitest.New("S1")
	o := checkOptions(p)
	o.Save = "wanted.json"
	o.Write = func(path string, data []byte) error {
		if path != "wanted.json" {
			t.Errorf("written to %s", path)
		}
		return os.WriteFile(file, data, 0o600)
	}
	if got := cli.StatusOf(check.Run(t.Context(), o)); got != cli.StatusFix {
		t.Fatalf("status %d: %s", got, &p.Noted)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var seen snapshot.Snapshot
	if err := json.Unmarshal(data, &seen); err != nil || seen.Domain != "hanazono.example" {
		t.Fatalf("saved %q, %v", seen.Domain, err)
	}
	again := clitest.New("")
	o = checkOptions(again)
	o.From, o.World = file, clitest.NoWorld(t)
	if got := cli.StatusOf(check.Run(t.Context(), o)); got != cli.StatusFix || !strings.Contains(again.Told.String(), "There is no SPF record") {
		t.Errorf("status %d: %s", got, &again.Told)
	}
	o.Domains = []string{"other.example"}
	if got := cli.StatusOf(check.Run(t.Context(), o)); got != cli.StatusUsage {
		t.Errorf("about another domain: status %d", got)
	}
}

// A snapshot that cannot be written ends the run before anything is claimed.
func TestCheckUnwritable(t *testing.T) { synctest.Test(t, checkUnwritableInNoTime) }

func checkUnwritableInNoTime(t *testing.T) {
	p := clitest.New("S1")
	o := checkOptions(p)
	o.Save, o.Write = "seen.json", func(string, []byte) error { return fs.ErrExist }
	err := check.Run(t.Context(), o)
	if cli.StatusOf(err) != cli.StatusUsage || !strings.Contains(err.Error(), "seen.json exists already") || p.Told.Len() > 0 {
		t.Errorf("%v; told %s", err, &p.Told)
	}
}

// Wrong usage is refused before anybody is asked.
func TestCheckRefused(t *testing.T) {
	for name, spoil := range map[string]func(*check.Options){
		"no such receiver":       func(o *check.Options) { o.Requirements = []string{"nobody"} },
		"a snapshot and a list":  func(o *check.Options) { o.From, o.File = "seen.json", "list.txt" },
		"a snapshot for two":     func(o *check.Options) { o.From, o.Domains = "seen.json", []string{"a.example", "b.example"} },
		"a snapshot not there":   func(o *check.Options) { o.From = filepath.Join(t.TempDir(), "none.json") },
		"an answer out of place": func(o *check.Options) { o.From, o.Answers.Hosts = "seen.json", []string{"nobody"} },
	} {
		o := checkOptions(clitest.New(""))
		o.World = clitest.NoWorld(t)
		spoil(o)
		if got := cli.StatusOf(check.Run(t.Context(), o)); got != cli.StatusUsage {
			t.Errorf("%s: status %d", name, got)
		}
	}
}
