package verb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/verb/man"
)

func manRoot() *cobra.Command {
	c := &cobra.Command{Use: "todoku", Short: "a program"}
	c.AddCommand(&cobra.Command{Use: "check", Short: "looks", Run: func(*cobra.Command, []string) {}})
	return c
}

func TestManPages(t *testing.T) {
	p := clitest.New("")
	if err := man.Run(&man.Options{Program: p.Program, Root: manRoot()}); err != nil || !strings.Contains(p.Told.String(), `.TH TODOKU 1 ""`) {
		t.Errorf("%v: %s", err, &p.Told)
	}
	dir := filepath.Join(t.TempDir(), "new", "pages")
	if err := man.Run(&man.Options{Program: p.Program, Root: manRoot(), Dirs: []string{dir}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"todoku.1", "todoku-check.1"} {
		if page, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(page), "todoku test") {
			t.Errorf("%s: %v: %.80q", name, err, page)
		}
	}
	// A file in the folder's place is named.
	file := filepath.Join(dir, "todoku.1")
	if err := man.Run(&man.Options{Program: p.Program, Root: manRoot(), Dirs: []string{file}}); cli.StatusOf(err) != cli.StatusUsage || !strings.Contains(err.Error(), file) {
		t.Errorf("over a file: %v", err)
	}
}

// Text is never taken for a command of the formatter's.
func TestManRoff(t *testing.T) {
	p := clitest.New("")
	c := &cobra.Command{Use: "todoku", Short: `says "hi" and .SH x`, Long: ".SH evil\n'so /etc/passwd\n\nback\\slash", Example: ".br\n  todoku --plain"}
	if err := man.Run(&man.Options{Program: p.Program, Root: c}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(p.Told.String()) {
		if f := strings.Fields(line); strings.HasPrefix(line, ".") && !strings.Contains(" .TH .SH .TP .nf .fi .ad ", " "+f[0]+" ") || strings.HasPrefix(line, "'") {
			t.Errorf("a request: %q", line)
		}
	}
	for _, want := range []string{`\&.SH evil`, `\&'so /etc/passwd`, `back\eslash`, `\&.br`, `  todoku \-\-plain`} {
		if !strings.Contains(p.Told.String(), want+"\n") {
			t.Errorf("no %q in\n%s", want, &p.Told)
		}
	}
}
