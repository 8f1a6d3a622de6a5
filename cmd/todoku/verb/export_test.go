package verb_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/export"
)

func exportOptions(p *clitest.Program) *export.Options {
	return &export.Options{Program: p.Program, World: world.Opener(p.Program), Answers: &cli.Answers{Program: p.Program}}
}

// A format counts as named only where its flag is given.
func TestExportFlags(t *testing.T) {
	for args, want := range map[string]string{"a.example": "", "a.example --format txt": "txt", "a.example --format md": "md"} {
		var got *export.Options
		c := export.Command(clitest.New("").Program, func(_ context.Context, o *export.Options) error { got = o; return nil })
		if err := clitest.Execute(t, c, strings.Fields(args)...); err != nil || got.Format != want || len(got.Domains) != 1 || got.Write == nil {
			t.Errorf("%s: %v, read as %+v", args, err, got)
		}
	}
}

// The format is the named one, else that of --json, else that of the file's ending.
func TestExportFormat(t *testing.T) { synctest.Test(t, exportFormatInNoTime) }

func exportFormatInNoTime(t *testing.T) {
	for _, c := range []struct {
		format, file string
		json         bool
		begins       string
	}{
		{"", "a.md", false, "# "}, {"", "a.txt", false, "hanazono.example"}, {"", "a.JSON", false, "{\n"}, {"", "a-undo.txt", false, "Undo sheet"}, {"", "a.doc", false, "# "},
		{"txt", "a.md", false, "hanazono.example"}, {"", "a.md", true, "{\n"}, {"json", "a.md", true, "{\n"},
	} {
		p := clitest.New("S1")
		p.JSON = c.json
		o := exportOptions(p)
		o.Format, o.File = c.format, c.file
		written := ""
		o.Write = func(path string, data []byte) error {
			if path != c.file {
				t.Errorf("written to %s", path)
			}
			written = string(data)
			return nil
		}
		if got := cli.StatusOf(export.Run(t.Context(), o)); got != cli.StatusFix || p.Told.Len() > 0 {
			t.Errorf("%+v: status %d, told %s", c, got, &p.Told)
		}
		first, _, _ := strings.Cut(written, "\n")
		if !strings.HasPrefix(written, c.begins) && !strings.Contains(first, c.begins) || c.begins == "{\n" && !json.Valid([]byte(written)) {
			t.Errorf("%+v: wrote %.60q", c, written)
		}
	}
}

// What cannot be written is refused before anybody is asked.
func TestExportRefused(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken.md")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*export.Options){
		"a taken name":    func(o *export.Options) { o.File = taken },
		"no such folder":  func(o *export.Options) { o.File = filepath.Join(dir, "none", "a.md") },
		"no such format":  func(o *export.Options) { o.Format = "docx" },
		"a later format":  func(o *export.Options) { o.Format = "terraform" },
		"--json and text": func(o *export.Options) { o.Format, o.JSON = "txt", true },
	} {
		o := exportOptions(clitest.New("S1"))
		o.World = clitest.NoWorld(t)
		spoil(o)
		if got := cli.StatusOf(export.Run(t.Context(), o)); got != cli.StatusUsage {
			t.Errorf("%s: status %d", name, got)
		}
	}
}
