package checks_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"example.org/todoku/checks/internal/pattern"
	_ "example.org/todoku/checks/roster" // the only package with patterns that no other test here needs
)

// TestPatterns: every expression that the packages below compile at its first use is valid, and no package is missed.
func TestPatterns(t *testing.T) {
	from := map[string]bool{}
	for maker, all := range pattern.Made() {
		for _, p := range all {
			if _, err := regexp.Compile(p.String()); err != nil {
				t.Errorf("%s: %v", maker, err)
			}
		}
		pkg, _, _ := strings.Cut(path.Base(maker), ".")
		from[path.Join(path.Dir(maker), pkg)] = true
	}
	if err := fs.WalkDir(os.DirFS("."), ".", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || path.Dir(file) == "internal/pattern" {
			return err
		}
		data, err := os.ReadFile(file)
		if pkg := path.Join("example.org/todoku/checks", path.Dir(file)); bytes.Contains(data, []byte("pattern.New(")) && !from[pkg] {
			t.Errorf("the patterns of %s were not tried: import it here", pkg)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
