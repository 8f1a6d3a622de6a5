package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "example.org/todoku"

// pkg is what "go list" says of a package.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
	Standard                           bool
	GoFiles                            []string
}

// listed returns every package of this module with all that it imports. The tests share one list.
func listed(t *testing.T) []pkg {
	t.Helper()
	all, err := goList()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var goList = sync.OnceValues(func() ([]pkg, error) {
	cmd := exec.Command("go", "list", "-deps", "-e", "-json=ImportPath,Imports,TestImports,XTestImports,Deps,Standard,GoFiles", "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &stderr)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(p.ImportPath, module+"/") && len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		return nil, fmt.Errorf("go list shows only %d packages of ours", len(all))
	}
	return all, nil
})

// program returns the imports of the program, direct and indirect.
func program(t *testing.T) []string {
	t.Helper()
	all := listed(t)
	i := slices.IndexFunc(all, func(p pkg) bool { return p.ImportPath == module+"/cmd/todoku" })
	if i < 0 || len(all[i].Deps) < 100 {
		t.Fatal("go list does not say what the program imports")
	}
	return all[i].Deps
}

// breaches returns every way in which packages break the table.
func breaches(all []pkg, table map[string]room) []string {
	var out []string
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		r, ok := roomOf(name, table)
		if !ok {
			out = append(out, fmt.Sprintf("%s stands in no room: add it to the table, with what it may import", name))
			continue
		}
		for _, i := range p.Imports {
			ours, mine := strings.CutPrefix(i, module+"/")
			switch {
			case mine && !matches(ours, r.may):
				out = append(out, fmt.Sprintf("%s must not import %s", name, ours))
			case !r.edge && (i == "net" || i == "net/http"), !r.edge && i == "os" && !strings.HasPrefix(name, "tui"):
				out = append(out, fmt.Sprintf("%s touches the world outside: it imports %s", name, i))
			case strings.HasPrefix(i, "net/http/") && !r.edge:
				out = append(out, fmt.Sprintf("%s touches the world outside: it imports %s", name, i))
			}
		}
		for _, d := range p.Deps {
			if ours, mine := strings.CutPrefix(d, module+"/"); mine && matches(ours, r.never) {
				out = append(out, fmt.Sprintf("%s reaches %s", name, ours))
			}
		}
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if ours, mine := strings.CutPrefix(i, module+"/"); mine && ours != name && matches(ours, r.not) {
				out = append(out, fmt.Sprintf("%s must not know %s", name, ours))
			}
			if i == "github.com/miekg/dns" && !r.wire {
				out = append(out, fmt.Sprintf("%s speaks DNS messages: it imports %s", name, i))
			}
		}
	}
	return out
}

// roomOf finds a package's row: its own, else the one of the tree directly above it.
func roomOf(name string, table map[string]room) (room, bool) {
	if r, ok := table[name]; ok {
		return r, true
	}
	r, ok := table[path.Dir(name)+"/..."]
	return r, ok
}

// matches reports whether a name is one of the patterns.
func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		above, tree := strings.CutSuffix(p, "...")
		return p == name || tree && (strings.HasPrefix(name, above) || name == strings.TrimSuffix(above, "/"))
	})
}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	for _, b := range breaches(listed(t), street) {
		t.Error(b)
	}
}

// The test above must fail when its rule is broken.
func TestArchitectureNotices(t *testing.T) {
	for name, c := range map[string]struct {
		p    pkg
		want string
	}{
		"a wrong edge":    {pkg{ImportPath: "example.org/todoku/wizard", Imports: []string{"example.org/todoku/checks"}}, "wizard must not import checks"},
		"screens probe":   {pkg{ImportPath: "example.org/todoku/tui", Imports: []string{"example.org/todoku/checks/probe"}}, "tui must not import checks/probe"},
		"by a detour":     {pkg{ImportPath: "example.org/todoku/tui", Deps: []string{"example.org/todoku/checks/lab"}}, "tui reaches checks/lab"},
		"net in a rule":   {pkg{ImportPath: "example.org/todoku/checks", Imports: []string{"net"}}, "checks touches the world outside: it imports net"},
		"http in screens": {pkg{ImportPath: "example.org/todoku/tui", Imports: []string{"net/http"}}, "tui touches the world outside: it imports net/http"},
		"files in a rule": {pkg{ImportPath: "example.org/todoku/checks/plan", Imports: []string{"os"}}, "checks/plan touches the world outside: it imports os"},
		"dns in a test":   {pkg{ImportPath: "example.org/todoku/checks/plan", XTestImports: []string{"github.com/miekg/dns"}}, "checks/plan speaks DNS messages: it imports github.com/miekg/dns"},
		"verb calls verb": {pkg{ImportPath: "example.org/todoku/cmd/todoku/verb/lab", Imports: []string{"example.org/todoku/cmd/todoku/verb/guide"}}, "cmd/todoku/verb/lab must not know cmd/todoku/verb/guide"},
		"in its test":     {pkg{ImportPath: "example.org/todoku/cmd/todoku/verb/lab", XTestImports: []string{"example.org/todoku/cmd/todoku/verb/lab", "example.org/todoku/cmd/todoku/verb/check"}}, "cmd/todoku/verb/lab must not know cmd/todoku/verb/check"},
		"shared code up":  {pkg{ImportPath: "example.org/todoku/cmd/todoku/internal/cli", Imports: []string{"example.org/todoku/cmd/todoku/internal/world"}}, "cmd/todoku/internal/cli must not import cmd/todoku/internal/world"},
		"a new package":   {pkg{ImportPath: "example.org/todoku/util"}, "util stands in no room: add it to the table, with what it may import"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := breaches([]pkg{c.p}, street); len(got) != 1 || got[0] != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	fine := pkg{ImportPath: "example.org/todoku/checks/lab", Imports: []string{"net", "example.org/todoku/checks/owner", "github.com/miekg/dns", "net/netip"}}
	if got := breaches([]pkg{fine}, street); len(got) > 0 {
		t.Errorf("a right package is refused: %q", got)
	}
}

// What only tests and the making of a release need is not in the program.
func TestShipped(t *testing.T) {
	t.Parallel()
	for _, p := range program(t) {
		for _, not := range []string{"yaml", "cobra/doc", "go-md2man", "blackfriday", "teatest", "testscript", "creack/pty", "pgregory.net", "blitiri.com.ar", "net/http/pprof", "expvar"} {
			if strings.Contains(p, not) {
				t.Errorf("the program holds %s", p)
			}
		}
	}
}
