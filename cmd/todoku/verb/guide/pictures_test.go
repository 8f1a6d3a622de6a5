package guide

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/todoku/cmd/todoku/internal/clitest"
)

// Every picture comes to the screen that it is of.
func TestPictures(t *testing.T) {
	p := clitest.New("S1")
	dir := filepath.Join(t.TempDir(), "pictures")
	if err := Pictures(t.Context(), New(p.Program), dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil || len(files) != 2*len(shots) {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(raw, new(struct{})); err != nil || !strings.Contains(string(raw), ".example") {
			t.Errorf("%s: %v", filepath.Base(f), err)
		}
	}
}
