package spf

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
