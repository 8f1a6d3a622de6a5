package local

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteNewNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	if err := WriteNew(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(path, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second write: %v, want ErrExist", err)
	}
	link := filepath.Join(dir, "dangling")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), link); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(link, []byte("x")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("through a link: %v, want ErrExist", err)
	}
	holds(t, path, "first")
	// Without links the name is taken first; nothing is lost either.
	tmp := filepath.Join(dir, "tmp")
	if err := os.WriteFile(tmp, []byte("third"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := renameNew(tmp, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("rename: %v, want ErrExist", err)
	}
	holds(t, path, "first")
	if err := renameNew(tmp, filepath.Join(dir, "b.txt")); err != nil {
		t.Error(err)
	}
	holds(t, filepath.Join(dir, "b.txt"), "third")
	if err := WriteNew(filepath.Join(dir, "none", "a.txt"), nil); err == nil {
		t.Error("a folder that is not there was written to")
	}
	left, err := filepath.Glob(filepath.Join(dir, ".todoku-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestSaveTakesAFreeName(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []string{"shop.md", "shop-2.md", "shop-3.md"} {
		path, err := save(dir, "shop.md", []byte(want))
		if err != nil || path != filepath.Join(dir, want) {
			t.Errorf("saved as %s, %v; want %s", path, err, want)
		}
		holds(t, path, want)
	}
	// A name cannot lead out of the folder.
	path, err := save(dir, "../../etc/shop.md", nil)
	if err != nil || path != filepath.Join(dir, "shop-4.md") {
		t.Errorf("saved as %s, %v", path, err)
	}
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
	}
}

func TestClipboardOrder(t *testing.T) {
	fail := func(string) error { return errors.New("no") }
	for name, c := range map[string]struct {
		env        map[string]string
		tmux, here bool
		tty        bool
		how, used  string
	}{
		"tmux first":                      {map[string]string{"TMUX": "x"}, true, true, true, byClipboard, "tmux"},
		"tmux that fails":                 {map[string]string{"TMUX": "x"}, false, true, true, byClipboard, "here"},
		"local":                           {nil, false, true, true, byClipboard, "here"},
		"over SSH the terminal":           {map[string]string{"SSH_CONNECTION": "x"}, false, true, true, bySequence, ""},
		"nothing local":                   {nil, false, false, true, bySequence, ""},
		"no terminal":                     {map[string]string{"SSH_TTY": "x"}, false, true, false, byFile, ""},
		"under screen, the sequence wrap": {map[string]string{"SSH_TTY": "x", "TERM": "screen-256color"}, false, false, true, bySequence, ""},
	} {
		t.Run(name, func(t *testing.T) {
			used := ""
			pick := func(ok bool, who string) func(string) error {
				if !ok {
					return fail
				}
				return func(string) error { used = who; return nil }
			}
			var tty bytes.Buffer
			cl := clip{env: func(k string) string { return c.env[k] }, tmux: pick(c.tmux, "tmux"), here: pick(c.here, "here"), dir: t.TempDir()}
			if c.tty {
				cl.tty = &tty
			}
			how, path, err := cl.copy("v=spf1\x1b[31m ~all")
			if err != nil || how != c.how || used != c.used {
				t.Errorf("%s by %q, %v; want %s by %q", how, used, err, c.how, c.used)
			}
			if (how == bySequence) != (tty.Len() > 0) {
				t.Errorf("%d bytes went to the terminal", tty.Len())
			}
			// Foreign text is harmless wherever it goes.
			holds(t, path, "v=spf1\\x1b[31m ~all\n")
		})
	}
}

func TestClipboardWithoutAnything(t *testing.T) {
	cl := clip{env: func(string) string { return "" }, dir: "/dev/null/nowhere"}
	if how, path, err := cl.copy("x"); err == nil || path != "" || how != byFile {
		t.Errorf("%s %q %v: it must not claim to have copied", how, path, err)
	}
}

// A folder is made, or found empty, or left alone.
func TestFreshFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := FreshFolder(dir); err != nil {
		t.Fatal(err)
	}
	if err := FreshFolder(dir); err != nil {
		t.Errorf("an empty one: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := FreshFolder(dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a full one: %v", err)
	}
	if err := FreshFolder(filepath.Join(dir, "a")); err == nil {
		t.Error("a file is no folder")
	}
	if err := FreshFolder(filepath.Join(dir, "b", "c")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below nothing: %v", err)
	}
}
