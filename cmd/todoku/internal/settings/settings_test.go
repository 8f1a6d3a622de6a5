package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func reading(t *testing.T, text string, env map[string]string) Set {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(func(name string) string {
		if name == FileEnv {
			return path
		}
		return env[name]
	}, []string{"ja", "en"})
}

// A variable wins over the file; each value knows where it comes from.
func TestPrecedence(t *testing.T) {
	s := reading(t, "# mine\nlanguage = \"ja\"\nresolver = [\"192.0.2.1\", \"192.0.2.2:53\"]\n\"dns-panel\" = \"sakura\"\nmouse=\"off\"\n",
		map[string]string{"TODOKU_LANG": "en", "TODOKU_REPORT_TO": "d@a.example", "TODOKU_GLYPHS": ""})
	want := map[string]Value{
		Language: {[]string{"en"}, FromEnv, 0},
		Resolver: {[]string{"192.0.2.1", "192.0.2.2:53"}, FromFile, 3},
		Panel:    {[]string{"sakura"}, FromFile, 4},
		ReportTo: {[]string{"d@a.example"}, FromEnv, 0},
		Glyphs:   {},
		Mouse:    {[]string{"off"}, FromFile, 5},
	}
	for name, v := range want {
		if got := s.Get(name); fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("%s: %+v, want %+v", name, got, v)
		}
	}
	if len(s.Problems) > 0 || !s.Exists {
		t.Errorf("%+v", s)
	}
	s.Override(Language, []string{"ja"})
	if got := s.Get(Language); got.One() != "ja" || got.From != FromFlag {
		t.Errorf("overridden: %+v", got)
	}
	if got := reading(t, "", map[string]string{"TODOKU_RESOLVER": "192.0.2.1, 192.0.2.2"}).Get(Resolver).Values; !slices.Equal(got, []string{"192.0.2.1", "192.0.2.2"}) {
		t.Errorf("a list: %q", got)
	}
}

// Whatever is wrong is a problem with its line.
func TestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Problem
	}{
		"unknown":    {"\nlanguages = \"ja\"\n", Problem{Code: "unknown", Line: 2, Name: "languages", Near: Language}},
		"underscore": {"report_to = \"a@b.example\"", Problem{Code: "unknown", Line: 1, Name: "report_to", Near: ReportTo}},
		"a flag":     {"lang = \"ja\"", Problem{Code: "unknown", Line: 1, Name: "lang", Near: Language}},
		"stranger":   {"colour = \"red\"", Problem{Code: "unknown", Line: 1, Name: "colour"}},
		"a table":    {"mouse = \"on\"\n[mail]\nhost = \"x\"\n", Problem{Code: "unknown", Line: 2, Name: "mail"}},
		"a number":   {"glyphs = 1", Problem{Code: "type", Line: 1, Name: Glyphs, Text: "1"}},
		"a list":     {"mouse = [\"on\"]", Problem{Code: "type", Line: 1, Name: Mouse, Text: "[on]"}},
		"a word":     {"# x\nmouse = \"maybe\"", Problem{Code: "value", Line: 2, Name: Mouse, Text: "maybe", Want: "on, off"}},
	} {
		t.Run(name, func(t *testing.T) {
			if s := reading(t, c.text, nil); len(s.Problems) != 1 || s.Problems[0] != c.want {
				t.Errorf("%+v, want %+v", s.Problems, c.want)
			}
		})
	}
	s := reading(t, "language = \"ja\"\nresolver = [\n", nil)
	if len(s.Problems) != 1 || s.Problems[0].Code != "syntax" || s.Problems[0].Line < 2 || !strings.Contains(s.Problems[0].Text, "^") {
		t.Errorf("syntax: %+v", s.Problems)
	}
	if s := reading(t, "", map[string]string{"TODOKU_LANG": "fr"}); len(s.Problems) != 1 || s.Problems[0] != (Problem{Code: "value", Name: "TODOKU_LANG", Text: "fr", Want: "ja, en"}) {
		t.Errorf("a variable: %+v", s.Problems)
	}
}

// A file that was named must be there; the usual one need not. What is no plain small file is refused.
func TestFile(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	if s := Read(func(string) string { return "" }, nil); s.Exists || len(s.Problems) > 0 || !strings.HasSuffix(s.Path, filepath.Join("todoku", "config.toml")) {
		t.Errorf("none: %+v", s)
	}
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "gone"), t.TempDir(), os.DevNull, big} {
		s := Read(func(name string) string {
			if name == FileEnv {
				return path
			}
			return ""
		}, nil)
		if len(s.Problems) != 1 || s.Problems[0].Code != "file" || s.Problems[0].Err == nil {
			t.Errorf("%s: %+v", path, s)
		}
	}
}

// An empty word in a list is none: what is set to nothing is not set.
func TestEmptyWords(t *testing.T) {
	for text, want := range map[any]int{"": 0, " ": 0, "a": 1} {
		if got, ok := listed(text, false); !ok || len(got) != want {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
		if got, ok := listed([]any{text, "b"}, true); !ok || len(got) != want+1 {
			t.Errorf("[%q b]: %q, %v", text, got, ok)
		}
	}
}
