package verb_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/verb/check"
)

// A page of each domain and an index of all, the gravest first, in a folder that was empty.
func TestCheckPages(t *testing.T) { synctest.Test(t, pagesInNoTime) }

func pagesInNoTime(t *testing.T) {
	p := clitest.New("S8")
	o := checkOptions(p)
	o.HTML, o.Domains = "out", []string{"aozora.example", "nobody-here.example", "no_domain!", "NOBODY-here.example"}
	made := ""
	o.Folder = func(path string) error { made = path; return nil }
	files := map[string]string{}
	o.Write = func(path string, data []byte) error {
		if _, twice := files[path]; twice {
			t.Errorf("%s is written twice", path)
		}
		files[path] = string(data)
		return nil
	}
	if got := cli.StatusOf(check.Run(t.Context(), o)); got != cli.StatusUsage || made != "out" {
		t.Errorf("status %d, folder %q: %s", got, made, &p.Noted)
	}
	index := files[filepath.Join("out", "index.html")]
	if len(files) != 3 || !strings.Contains(files[filepath.Join("out", "todoku-nobody-here.example.html")], "does not exist") {
		t.Errorf("%d files; noted %s", len(files), &p.Noted)
	}
	grave, fine := strings.Index(index, `<a href="todoku-nobody-here.example.html">`), strings.Index(index, `<a href="todoku-aozora.example.html">`)
	if grave < 0 || fine < grave || !strings.Contains(index, "no_domain!") || !strings.Contains(index, "is-fix") || !strings.Contains(index, "要修正") {
		t.Errorf("the index:\n%s", index)
	}
	if !strings.Contains(p.Noted.String(), filepath.Join("out", "index.html")) || !strings.Contains(p.Noted.String(), "NOBODY-here.example") {
		t.Errorf("noted %s", &p.Noted)
	}
	if !strings.Contains(p.Told.String(), "\n3 domains:") {
		t.Errorf("a domain that is given twice is told twice:\n%s", &p.Told)
	}
}

// Nothing is mixed with what is there already, and nobody is asked before that is clear.
func TestCheckFolderTaken(t *testing.T) {
	o := checkOptions(clitest.New("S1"))
	o.HTML, o.Folder = "out", func(string) error { return fs.ErrExist }
	err := check.Run(t.Context(), o)
	var f *cli.Fault
	if cli.StatusOf(err) != cli.StatusUsage || !errors.As(err, &f) || !strings.Contains(f.Text, "out") {
		t.Errorf("%v", err)
	}
}
