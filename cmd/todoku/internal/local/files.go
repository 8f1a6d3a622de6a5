// Package local is what the commands do to this computer beside the terminal: writing new files, the folder of kept
// runs and good states, reading report files, the clipboard, and desktop notifications.
package local

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WriteNew writes a file completely or not at all, and never over an existing one (fs.ErrExist). The data is on the
// disk before the name appears.
func WriteNew(path string, data []byte) error {
	if Exists(path) {
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
	// A link fails where the name is taken; a rename would replace the file.
	err = os.Link(tmp.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return renameNew(tmp.Name(), path)
}

// OpenMail opens a file that the owner named; "~" is the home folder. What is not an ordinary file, and might be read
// without end, is refused (fs.ErrInvalid).
func OpenMail(path string) (io.ReadCloser, error) {
	path, _, err := ordinary(path)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// ordinary returns the path and the size in bytes of a file whose name a person typed; "~" is the home folder. What
// is not an ordinary file is refused (fs.ErrInvalid).
func ordinary(typed string) (path string, size int64, err error) {
	path = typed
	if rest, ok := strings.CutPrefix(typed, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", 0, err
		}
		path = filepath.Join(home, rest)
	}
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return "", 0, err
	case !st.Mode().IsRegular():
		return "", 0, &fs.PathError{Op: "open", Path: path, Err: fs.ErrInvalid}
	}
	return path, st.Size(), nil
}

// renameNew serves file systems without hard links: it creates the name first, then renames the complete file over it.
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

// save is WriteNew with the first free name: report.md, report-2.md, …
func save(dir, name string, data []byte) (string, error) {
	name = filepath.Base(filepath.Clean("/" + name))
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; n < 1000; n++ {
		path := filepath.Join(dir, name)
		err := WriteNew(path, data)
		if !errors.Is(err, fs.ErrExist) {
			return path, err
		}
		name = fmt.Sprintf("%s-%d%s", stem, n+1, ext)
	}
	return "", fs.ErrExist
}

// SaveHere writes a file into the current folder.
func SaveHere(name string, data []byte) (string, error) {
	path, err := save(".", name, data)
	if err != nil {
		return "", err
	}
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return path, nil
}

// Exists reports whether a name is taken, even by a broken link.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// maxOpened is the largest file that Open reads, in bytes.
const maxOpened = 8 << 20

// Open reads a file whose name a person typed; "~" is the home folder. It refuses what is not an ordinary file, and one
// that is too big.
func Open(name string) ([]byte, error) {
	path, size, err := ordinary(name)
	switch {
	case err != nil:
		return nil, err
	case size > maxOpened:
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid}
	}
	return os.ReadFile(path)
}

// FreshFolder makes a folder. An existing one must be empty (else fs.ErrExist), so that new files do not mix with old
// ones.
func FreshFolder(path string) error {
	err := os.Mkdir(path, 0o777)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return err
	}
	list, err := os.ReadDir(path)
	if err == nil && len(list) > 0 {
		return fs.ErrExist
	}
	return err
}
