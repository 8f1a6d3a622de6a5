package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"todoku/i18n"
)

// Bounds of what is read, in bytes.
const (
	maxMessage  = 2 << 20
	maxList     = 4 << 20
	maxSnapshot = 32 << 20
)

// readAtMost reads one byte more than limit, so that the caller sees that there was more.
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, limit+1))
}

// reason words a file error; the system's own text where there is no better one.
func (a *app) reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return a.lang.T("cmd.fault.not-there")
	case errors.Is(err, fs.ErrExist):
		return a.lang.T("cmd.fault.exists")
	case errors.Is(err, fs.ErrPermission):
		return a.lang.T("cmd.fault.permission")
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return printable(err.Error())
}

// writeNew writes a file whole or not at all, and never over an existing one (fs.ErrExist). The data is on the disk
// before the name appears.
func writeNew(path string, data []byte) error {
	if exists(path) {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".todoku-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	// A link fails where the name is taken, which a rename does not.
	err = os.Link(tmp.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return renameNew(tmp.Name(), path)
}

// renameNew is for file systems without links: the name is taken first, then the whole file put in its place.
func renameNew(tmp, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_ = f.Close()
	if err := os.Rename(tmp, path); err != nil {
		_ = os.Remove(path)
		return err
	}
	return nil
}

// save is writeNew under a name that is still free: report.md, report-2.md, …
func save(dir, name string, data []byte) (string, error) {
	name = filepath.Base(filepath.Clean("/" + name))
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; n < 1000; n++ {
		path := filepath.Join(dir, name)
		err := writeNew(path, data)
		if !errors.Is(err, fs.ErrExist) {
			return path, err
		}
		name = fmt.Sprintf("%s-%d%s", stem, n+1, ext)
	}
	return "", fs.ErrExist
}

// saveHere writes into the current folder, as the screens do.
func saveHere(name string, data []byte) (string, error) {
	path, err := save(".", name, data)
	if err != nil {
		return "", err
	}
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return path, nil
}

// writeAsked writes the file that -o or --save-snapshot names.
func (a *app) writeAsked(path string, data []byte) error {
	err := writeNew(path, data)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return usage(a.lang.T("cmd.fault.taken", i18n.Args{"file": printable(path)}), a.lang.T("cmd.fault.other-name"))
	}
	return usage(a.lang.T("cmd.fault.write", i18n.Args{"file": printable(path), "error": a.reason(err)}), "")
}

// exists reports whether a name is taken, by a broken link too.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
