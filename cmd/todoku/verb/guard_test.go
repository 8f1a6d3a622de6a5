package verb_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/guard"
	"example.org/todoku/wizard/document"
)

// guardTimer looks at a domain repeatedly, as a timer does, and keeps its state on disk.
type guardTimer struct {
	t     *testing.T
	goods *local.Goods
}

func newGuardTimer(t *testing.T) guardTimer {
	return guardTimer{t, &local.Goods{Dir: filepath.Join(t.TempDir(), "new", "guard")}}
}

// run looks at the story's domain as it is after a decay; "" before any.
func (x guardTimer) run(decay string, with func(*guard.Options)) (document.GuardLine, cli.Status) {
	x.t.Helper()
	p := clitest.New("S8")
	p.JSON = true
	o := &guard.Options{Program: p.Program, Goods: x.goods, Answers: &cli.Answers{Program: p.Program}, Domains: []string{"aozora.example"},
		World: func(ctx context.Context) (*world.World, error) {
			open := world.Opener(p.Program)
			if decay != "" {
				open = world.Later(p.Program, decay)
			}
			w, err := open(ctx)
			if err == nil {
				w.Story = nil // as on the real internet
			}
			return w, err
		}}
	if with != nil {
		with(o)
	}
	status := cli.StatusOf(guard.Run(x.t.Context(), o))
	var line document.GuardLine
	if err := json.Unmarshal(p.Told.Bytes(), &line); err != nil {
		x.t.Fatalf("%v: %s%s", err, &p.Told, &p.Noted)
	}
	return line, status
}

// The good state is kept on the first run, stays through decay and silence, moves on with what harms nothing, and is
// replaced when the owner says so.
func TestGuardGoodState(t *testing.T) {
	x := newGuardTimer(t)
	for i, step := range []struct {
		decay  string
		accept bool
		state  document.GuardState
		status cli.Status
	}{
		{"", false, document.GuardKept, cli.StatusOK},
		{"", false, document.GuardSame, cli.StatusOK},
		{"key-gone", false, document.GuardBroken, cli.StatusFix},
		{"key-gone", false, document.GuardBroken, cli.StatusFix}, // it is told until it is mended
		{"", false, document.GuardSame, cli.StatusOK},
		{"key-renewed-unseen", false, document.GuardUnknown, cli.StatusUnknown}, // nobody can see who signs
		{"key-renewed-unseen", false, document.GuardUnknown, cli.StatusUnknown},
		{"", false, document.GuardSame, cli.StatusOK},
		{"harmless", false, document.GuardChanged, cli.StatusOK},
		{"harmless", false, document.GuardSame, cli.StatusOK},
		{"policy-weaker", false, document.GuardBroken, cli.StatusFix},
		{"policy-weaker", true, document.GuardKept, cli.StatusOK},
		{"policy-weaker", false, document.GuardSame, cli.StatusOK},
		{"zone-reset", true, document.GuardKept, cli.StatusOK}, // faulty, and meant
		{"zone-reset", false, document.GuardSame, cli.StatusOK},
		{"", false, document.GuardChanged, cli.StatusOK}, // mended
		{"zone-reset", false, document.GuardBroken, cli.StatusFix},
	} {
		line, status := x.run(step.decay, func(o *guard.Options) { o.Accept = step.accept })
		if line.State != step.state || status != step.status {
			t.Fatalf("step %d, %s: %s, status %d: %+v", i, step.decay, line.State, status, line)
		}
	}
	path := x.goods.Path("aozora.example")
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v: %v", err, st.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(x.goods.Dir, ".todoku-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A key that was renewed under a name that nobody can guess is not called lost. Once its owner names the new one, that one is
// guarded.
func TestGuardRenewedUnseen(t *testing.T) {
	x := newGuardTimer(t)
	x.run("", nil)
	line, _ := x.run("key-renewed-unseen", nil)
	if len(line.Lapses) != 1 || line.Lapses[0].Selector != "google" || len(line.Breaks)+len(line.Forecast)+len(line.Losses) > 0 {
		t.Errorf("%+v", line)
	}
	named := func(o *guard.Options) { o.Accept, o.Answers.Keys = true, []string{"q7x2vk"} }
	if line, status := x.run("key-renewed-unseen", named); line.State != document.GuardKept || status != cli.StatusOK {
		t.Errorf("named: %s, status %d", line.State, status)
	}
	if line, status := x.run("key-renewed-unseen", nil); line.State != document.GuardSame || status != cli.StatusOK {
		t.Errorf("afterwards: %s, status %d", line.State, status)
	}
	if line, _ := x.run("zone-reset", nil); line.State != document.GuardBroken {
		t.Errorf("without its key: %s", line.State)
	}
}

// A state that cannot be read is told, and neither used nor replaced unasked.
func TestGuardDamagedState(t *testing.T) {
	x := newGuardTimer(t)
	x.run("", nil)
	path := x.goods.Path("aozora.example")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"empty": "", "half": string(whole[:len(whole)/2]), "another's": strings.Replace(string(whole), "aozora.example", "other.example", 1), "newer": strings.Replace(string(whole), `"todoku_good":1`, `"todoku_good":2`, 1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		line, status := x.run("", nil)
		if status != cli.StatusUsage || line.Error == "" {
			t.Errorf("%s: status %d, %+v", name, status, line)
		}
		if kept, _ := os.ReadFile(path); string(kept) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if line, status := x.run("", func(o *guard.Options) { o.Accept = true }); status != cli.StatusOK || line.State != document.GuardKept {
		t.Errorf("accepted: status %d, %+v", status, line)
	}
}

// Names of files are safe, one a domain, and not too long.
func TestGuardPath(t *testing.T) {
	g := &local.Goods{Dir: "d"}
	long := strings.Repeat("a.", 120)
	seen := map[string]bool{}
	for _, domain := range []string{"con.example", "a/../b", `a\b`, "A.example", "xn--wgv71a.example", long + "jp", long + "kr"} {
		name := filepath.Base(g.Path(domain))
		if filepath.Dir(g.Path(domain)) != "d" || strings.ContainsAny(name, `/\:`) || len(name) > 255 || !strings.HasPrefix(name, "good-") || seen[name] {
			t.Errorf("%q: %q", domain, name)
		}
		seen[name] = true
	}
}

// A look that is over before the good state was kept keeps nothing.
func TestGuardCutOff(t *testing.T) {
	x := newGuardTimer(t)
	p := clitest.New("S8")
	ctx, stop := context.WithTimeout(t.Context(), time.Nanosecond)
	defer stop()
	<-ctx.Done()
	o := &guard.Options{Program: p.Program, Goods: x.goods, Answers: &cli.Answers{Program: p.Program}, Domains: []string{"aozora.example"},
		World: func(ctx context.Context) (*world.World, error) {
			w, err := world.Opener(p.Program)(ctx)
			if err == nil {
				w.Story = nil
			}
			return w, err
		}}
	if status := cli.StatusOf(guard.Run(ctx, o)); status != cli.StatusUnknown {
		t.Errorf("status %d", status)
	}
	if _, err := os.Stat(x.goods.Path("aozora.example")); !os.IsNotExist(err) {
		t.Errorf("kept: %v", err)
	}
}

// The documents list every decay of the lab.
func TestGuardDocument(t *testing.T) {
	all, err := lab.Decays()
	if err != nil || len(all) < 10 {
		t.Fatalf("%d decays, %v", len(all), err)
	}
	for _, lang := range []string{"en", "ja"} {
		name := map[string]string{"en": "guard.md", "ja": "guard.ja.md"}[lang]
		raw, err := os.ReadFile("../../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if row := "| " + d.Of + " | `" + d.ID + "` | " + d.Title.In(lang) + " |\n"; !strings.Contains(string(raw), row) {
				t.Errorf("%s has no row %q", name, row)
			}
		}
	}
}
