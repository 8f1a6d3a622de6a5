package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// target is an operating system and a processor architecture.
type target struct{ os, arch string }

// exe returns the program's file name on the target.
func (t target) exe() string {
	if t.os == "windows" {
		return "todoku.exe"
	}
	return "todoku"
}

// build builds the program for a target and returns its path.
func (r *release) build(t target) (string, error) {
	path, err := filepath.Abs(filepath.Join(r.out, "build", t.os+"_"+t.arch, t.exe()))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.release="+r.version, "-o", path, "./cmd/todoku")
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
}

// extra is a file shipped with the program: its source, and its paths in an archive, in a deb package and in other
// Linux packages.
type extra struct{ from, archive, deb, other string }

// completions lists the shells, with the file names of their completion scripts.
var completions = []struct{ shell, file, deb, other string }{
	{"bash", "todoku.bash", "/usr/share/bash-completion/completions/todoku", "/usr/share/bash-completion/completions/todoku"},
	{"zsh", "_todoku", "/usr/share/zsh/vendor-completions/_todoku", "/usr/share/zsh/site-functions/_todoku"},
	{"fish", "todoku.fish", "/usr/share/fish/vendor_completions.d/todoku.fish", "/usr/share/fish/vendor_completions.d/todoku.fish"},
	{"powershell", "todoku.ps1", "", ""},
}

// extras makes the completions and manual pages with a program built for this computer.
func (r *release) extras() ([]extra, error) {
	here, err := r.build(target{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(r.out, "build", "extras")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var out []extra
	for _, c := range completions {
		script, err := exec.Command(here, "completion", c.shell, "--lang", "en").Output()
		if err != nil {
			return nil, fmt.Errorf("completion %s: %w", c.shell, err)
		}
		from := filepath.Join(dir, c.file)
		if err := os.WriteFile(from, script, 0o644); err != nil {
			return nil, err
		}
		out = append(out, extra{from, "completions/" + c.file, c.deb, c.other})
	}
	for lang, below := range map[string]string{"en": "", "ja": "ja/"} {
		pages := filepath.Join(dir, "man-"+lang)
		if err := exec.Command(here, "man", pages, "--lang", lang).Run(); err != nil {
			return nil, fmt.Errorf("man: %w", err)
		}
		list, err := filepath.Glob(filepath.Join(pages, "*.1"))
		if err != nil || len(list) == 0 {
			return nil, fmt.Errorf("no manual pages: %w", err)
		}
		for _, page := range list {
			packed, err := gzipped(page)
			if err != nil {
				return nil, err
			}
			name := below + "man1/" + filepath.Base(page)
			out = append(out, extra{page, "man/" + name, "", ""}, extra{packed, "", "/usr/share/man/" + name + ".gz", "/usr/share/man/" + name + ".gz"})
		}
	}
	for _, name := range []string{"LICENSE", "README.md", "README.ja.md", "CHANGELOG.md", "SECURITY.md"} {
		from := filepath.Join(r.root, name)
		out = append(out, extra{from, name, "/usr/share/doc/todoku/" + name, "/usr/share/doc/todoku/" + name})
	}
	out = append(out, extra{filepath.Join(r.root, "LICENSE"), "", "/usr/share/doc/todoku/copyright", ""})
	docs, err := r.docs()
	return append(out, docs...), err
}

// docs returns what the README and the help refer to: examples for timers, file formats, JSON Schemas, pictures.
func (r *release) docs() (out []extra, err error) {
	top := filepath.Join(r.root, "docs")
	err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(top, path)
		name := "docs/" + filepath.ToSlash(below)
		out = append(out, extra{path, name, "/usr/share/doc/todoku/" + name, "/usr/share/doc/todoku/" + name})
		return err
	})
	return out, err
}
