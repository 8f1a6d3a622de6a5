package main

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"example.org/todoku/checks/lab/sample"
)

// An example of the document: where it goes, and the block of text.
var example = regexp.MustCompile("(?m)^In `([^`]+)`, (?:(a new file|at the end)|below `([^`]+)`):\n\n```\\w*\n((?s:.*?))```$")

var copied = regexp.MustCompile("(?m)^In `([^`]+)`, a copy of `([^`]+)`\\.$")

// overlay turns the examples of docs/CONTRIBUTING.md into files that replace those of the repository.
func overlay(t *testing.T, root string) string {
	t.Helper()
	doc := string(contents(t, filepath.Join(root, "docs/CONTRIBUTING.md")))
	dir := t.TempDir()
	files := map[string]string{} // path → text
	for _, m := range copied.FindAllStringSubmatch(doc, -1) {
		names, err := filepath.Glob(filepath.Join(root, m[2], "*"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: nothing to copy: %v", m[2], err)
		}
		for _, name := range names {
			files[filepath.Join(m[1], filepath.Base(name))] = string(contents(t, name))
		}
	}
	examples := example.FindAllStringSubmatch(doc, -1)
	if len(examples) < 10 {
		t.Fatalf("only %d examples were read: the form of the document changed", len(examples))
	}
	for _, m := range examples {
		path, how, below, text := m[1], m[2], m[3], m[4]
		if how == "a new file" {
			files[path] = text
			continue
		}
		if files[path] == "" {
			files[path] = string(contents(t, filepath.Join(root, path)))
		}
		if how == "at the end" {
			files[path] += "\n" + text
			continue
		}
		if strings.Count(files[path], below+"\n") != 1 {
			t.Fatalf("%s has not exactly one line %q", path, below)
		}
		files[path] = strings.Replace(files[path], below+"\n", below+"\n"+text, 1)
	}
	replace := map[string]string{}
	for path, text := range files {
		to := filepath.Join(dir, strings.ReplaceAll(path, "/", "__"))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, path)] = to
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(out, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func contents(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestContributing: the worked examples of docs/CONTRIBUTING.md fit into the files that they name and are Go where these
// are; and where everything is looked at, they build, and the program says what they teach it.
func TestContributing(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := overlay(t, root)
	if !sample.Whole() || runtime.GOOS == "windows" {
		parsed(t, files)
		return
	}
	bin := filepath.Join(t.TempDir(), "todoku")
	build := exec.Command("go", "build", "-overlay", files, "-o", bin, "./cmd/todoku")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		about string
		lang  string
		args  string
		want  []string
	}{
		{"a rule", "en_US.UTF-8", "check --lab ns-single hitotsu.example", []string{"only one name server: ns1.hitotsu.example"}},
		{"a rule in Japanese", "ja_JP.UTF-8", "check --lab ns-single hitotsu.example", []string{"ネームサーバーが 1 台しかありません"}},
		{"a scenario", "en_US.UTF-8", "check --lab ns-single hitotsu.example --json", []string{`"code":"ns-single"`, `"where":"inside"`, "and no mail arrives"}},
		{"a provider", "en_US.UTF-8", "providers hagaki", []string{"Hagaki Mail", "include:spf.hagaki.example"}},
		{"a language", "fr_FR.UTF-8", "check --help", []string{"ja|en|fr"}},
		{"a receiver", "en_US.UTF-8", "check --lab S8 aozora.example --requirements hato", []string{"Hato Mail"}},
	} {
		cmd := exec.Command(bin, strings.Fields(c.args)...)
		cmd.Env = []string{"LANG=" + c.lang, "HOME=" + t.TempDir()}
		out, _ := cmd.CombinedOutput()
		for _, w := range c.want {
			if !strings.Contains(string(out), w) {
				t.Errorf("%s: todoku %s does not say %q:\n%s", c.about, c.args, w, out)
			}
		}
	}
}

// parsed reads the Go files of an overlay.
func parsed(t *testing.T, overlay string) {
	t.Helper()
	var o struct{ Replace map[string]string }
	if err := json.Unmarshal(contents(t, overlay), &o); err != nil {
		t.Fatal(err)
	}
	read := 0
	for path, with := range o.Replace {
		if strings.HasSuffix(path, ".go") {
			read++
			if _, err := parser.ParseFile(token.NewFileSet(), with, nil, 0); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if read < 2 {
		t.Errorf("only %d examples are Go", read)
	}
}
