// Package settings reads what people set once for all runs: a small TOML file, and environment variables. A flag wins
// over a variable, and a variable over the file. A setting that cannot be read is reported as a Problem with its line,
// never ignored.
package settings

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/pelletier/go-toml/v2"
)

// The names of the settings.
const (
	Language = "language"
	Resolver = "resolver"
	Panel    = "dns-panel"
	ReportTo = "report-to"
	Glyphs   = "glyphs"
	Mouse    = "mouse"
)

// Key describes one setting.
type Key struct {
	Name, Env string
	Flag      string   // the flag that wins over it; "" for none
	Many      bool     // takes several values
	Words     []string // the values that it takes; nil where they cannot be listed
	World     bool     // about the real internet: has no effect in the lab
}

// The values of settings that are asked for.
const (
	GlyphsASCII = "ascii" // lines of ASCII characters alone
	MouseOff    = "off"
)

// FileEnv is the environment variable that names another settings file.
const FileEnv = "TODOKU_CONFIG"

// Keys returns the settings; langs are the languages that exist.
func Keys(langs []string) []Key {
	return []Key{
		{Name: Language, Env: "TODOKU_LANG", Flag: "lang", Words: langs},
		{Name: Resolver, Env: "TODOKU_RESOLVER", Flag: "resolver", Many: true, World: true},
		{Name: Panel, Env: "TODOKU_DNS_PANEL", Flag: "dns-panel", World: true},
		{Name: ReportTo, Env: "TODOKU_REPORT_TO", Flag: "report-to", World: true},
		{Name: Glyphs, Env: "TODOKU_GLYPHS", Words: []string{"auto", GlyphsASCII}},
		{Name: Mouse, Env: "TODOKU_MOUSE", Words: []string{"on", MouseOff}},
	}
}

// Origin says where a value was set.
type Origin string

// The origins, the strongest first.
const (
	FromFlag    Origin = "flag"
	FromEnv     Origin = "environment"
	FromFile    Origin = "file"
	FromDefault Origin = "default"
)

// Value is a setting's value; the zero value is none.
type Value struct {
	Values []string
	From   Origin
	Line   int // in the file
}

// One returns the value of a setting that takes one; "" for none.
func (v Value) One() string {
	if len(v.Values) == 0 {
		return ""
	}
	return v.Values[0]
}

// Problem is a fault of the file or of a variable: Code is file, syntax, unknown, type or value.
type Problem struct {
	Code string
	Line int    // in the file; 0 for a variable, or where no line can be named
	Name string // the key or the variable
	Text string // the value, or the line that the parser stopped at
	Near string // the key that was probably meant
	Want string // the values that it takes
	Err  error  // why the file cannot be read
}

// Set holds the settings that were read.
type Set struct {
	Path     string // of the file; "" where the system has no folder for it
	Exists   bool
	Problems []Problem

	keys   []Key
	values map[string]Value
}

// Get returns the value of a setting.
func (s Set) Get(name string) Value { return s.values[name] }

// Keys returns the settings' descriptions.
func (s Set) Keys() []Key { return s.keys }

// maxFile is the largest settings file that is read, in bytes.
const maxFile = 64 << 10

// Read reads the file and the environment variables.
func Read(env func(string) string, langs []string) Set {
	s := Set{keys: Keys(langs), values: map[string]Value{}}
	s.Path = env(FileEnv)
	named := s.Path != ""
	if dir, err := os.UserConfigDir(); err == nil && !named {
		s.Path = filepath.Join(dir, "todoku", "config.toml")
	}
	if s.Path != "" {
		text, err := read(s.Path)
		switch {
		case err == nil:
			s.Exists = true
			s.file(text)
		case named || !errors.Is(err, fs.ErrNotExist):
			s.Exists = !errors.Is(err, fs.ErrNotExist)
			s.Problems = append(s.Problems, Problem{Code: "file", Err: err})
		}
	}
	for _, k := range s.keys {
		text := strings.TrimSpace(env(k.Env))
		if text == "" {
			continue
		}
		list := []string{text}
		if k.Many {
			list = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		}
		s.put(k, Value{Values: list, From: FromEnv}, k.Env)
	}
	return s
}

func read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return "", &fs.PathError{Op: "read", Path: path, Err: cmp.Or(err, fs.ErrInvalid)}
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(raw) > maxFile {
		err = &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid}
	}
	return string(raw), err
}

// marked returns the line of a text that a parser stopped at, and a mark below the place.
func marked(text string, row, column int) string {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	if row < 1 || row > len(lines) {
		return ""
	}
	line := strings.ReplaceAll(strings.TrimRight(lines[row-1], "\r"), "\t", " ")
	before := []rune(line)
	before = before[:min(max(0, column-1), len(before))]
	return "  " + line + "\n  " + strings.Repeat(" ", ansi.StringWidth(string(before))) + "^"
}

// file parses the text of the settings file.
func (s *Set) file(text string) {
	var all map[string]any
	if err := toml.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &all); err != nil {
		p := Problem{Code: "syntax"}
		var broken *toml.DecodeError
		if errors.As(err, &broken) {
			line, column := broken.Position()
			p.Line, p.Text = line, marked(text, line, column)
		}
		s.Problems = append(s.Problems, p)
		return
	}
	names := []string{}
	for name := range all {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(lineOf(text, a)-lineOf(text, b), strings.Compare(a, b)) })
	for _, name := range names {
		line := lineOf(text, name)
		i := slices.IndexFunc(s.keys, func(k Key) bool { return k.Name == name })
		if i < 0 {
			s.Problems = append(s.Problems, Problem{Code: "unknown", Line: line, Name: name, Near: s.near(name)})
			continue
		}
		list, ok := listed(all[name], s.keys[i].Many)
		if !ok {
			s.Problems = append(s.Problems, Problem{Code: "type", Line: line, Name: name, Text: fmt.Sprint(all[name])})
			continue
		}
		s.put(s.keys[i], Value{Values: list, From: FromFile, Line: line}, name)
	}
}

// put stores a value if every word of it is allowed, else records a problem.
func (s *Set) put(k Key, v Value, said string) {
	for _, word := range v.Values {
		if k.Words != nil && !slices.Contains(k.Words, word) {
			s.Bad(Problem{Code: "value", Line: v.Line, Name: said, Text: word, Want: strings.Join(k.Words, ", ")})
			return
		}
	}
	s.values[k.Name] = v
}

// Bad records a problem that the caller found in a value.
func (s *Set) Bad(p Problem) { s.Problems = append(s.Problems, p) }

// Override replaces a setting by what a flag says.
func (s *Set) Override(name string, values []string) {
	s.values[name] = Value{Values: values, From: FromFlag}
}

// listed returns the words of a TOML value: a string, or an array of strings where a setting takes many. An empty
// string is no word. ok is false for any other type.
func listed(v any, many bool) (words []string, ok bool) {
	empty := func(s string) bool { return s == "" }
	switch v := v.(type) {
	case string:
		return slices.DeleteFunc([]string{strings.TrimSpace(v)}, empty), true
	case []any:
		var out []string
		for _, x := range v {
			text, ok := x.(string)
			if !ok {
				return nil, false
			}
			out = append(out, strings.TrimSpace(text))
		}
		return slices.DeleteFunc(out, empty), many
	}
	return nil, false
}

// lineOf returns the line on which a key, or the table of that name, stands.
func lineOf(text, key string) int {
	n := 0
	for line := range strings.Lines(text) {
		n++
		name, _, _ := strings.Cut(strings.TrimSpace(line), "=")
		if strings.Trim(strings.TrimSpace(name), `"'[]`) == key {
			return n
		}
	}
	return 0
}

// near returns the setting that a mistyped key probably means: one that differs in "-" and "_", in an ending, or in two
// letters; "" for none.
func (s *Set) near(name string) string {
	plain := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	best, at := 3, ""
	for _, k := range s.keys {
		for _, known := range []string{k.Name, k.Flag} {
			switch d := distance(plain, known); {
			case known == "":
			case strings.HasPrefix(plain, known), d < best:
				best, at = min(d, best), k.Name
			}
		}
	}
	return at
}

// distance is the Levenshtein distance: how many letters have to be changed, added or left out.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			above, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, above+cost)
		}
	}
	return row[len(b)]
}
