package spf

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Codes lists what the parser can report: every mistake that the tables find, and every code in the doc comment.
func TestCodes(t *testing.T) {
	known := Codes()
	for _, c := range problemCases {
		for _, p := range Parse("v=spf1 " + c.txt).Problems {
			if !slices.Contains(known, p.Code) {
				t.Errorf("%q reports %s, which Codes does not list", c.txt, p.Code)
			}
		}
	}
	// Where the code stands in the source as a literal.
	reported := regexp.MustCompile(`(?:report\(|whole\(|fault\{|mended\{(?:code: )?|const code = |networkFor\([^\n]*?, )"([a-z0-9-]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reported.FindAllStringSubmatch(string(src), -1) {
			found++
			if code := m[1]; !slices.Contains(known, code) && code != "several-" && code != "host-in-" {
				t.Errorf("%s reports %s, which Codes does not list", f, code)
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d codes found in the source: the pattern no longer fits", found)
	}
}

// TestCodesTable: for each code that there is, a record shows where it stands and what certainly belongs there instead.
// The same table drives the tests of the JSON and of the screen.
func TestCodesTable(t *testing.T) {
	text, err := os.ReadFile("testdata/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var code, record, under, fix string
		if _, err := fmt.Sscanf(line, "%s %q %q %q", &code, &record, &under, &fix); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		seen = append(seen, code)
		i := slices.IndexFunc(Parse(record).Problems, func(p Problem) bool { return p.Code == code })
		if i < 0 {
			t.Errorf("%q: no %s: %+v", record, code, Parse(record).Problems)
			continue
		}
		p := Parse(record).Problems[i]
		if p.Text != under || record[p.Span.Start:p.Span.End] != under {
			t.Errorf("%q: %s underlines %q, want %q", record, code, p.Text, under)
		}
		if want := strings.TrimPrefix(fix, "-"); p.Certain != (fix != "") || p.Certain && p.Fix != want {
			t.Errorf("%q: %s is repaired to %q (certain: %v), want %q", record, code, p.Fix, p.Certain, fix)
		}
		if p.Certain && p.Code != "version" {
			if text, _ := Parse(record).Repaired(); !Parse(text).Valid() {
				t.Errorf("%q: %s is repaired to %q, which is not valid", record, code, text)
			}
		}
	}
	slices.Sort(seen)
	known := slices.Sorted(slices.Values(Codes()))
	if !slices.Equal(seen, known) {
		t.Errorf("the table has %q,\nthe codes are %q", seen, known)
	}
}
