// Package local is what the commands do to this computer beside the terminal: new files, the folder of what is kept, the
// clipboard, and a notification of the desktop.
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

// WriteNew writes a file whole or not at all, and never over an existing one (fs.ErrExist). The data is on the disk
// before the name appears.
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
	// A link fails where the name is taken, which a rename does not.
	err = os.Link(tmp.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return renameNew(tmp.Name(), path)
}

// OpenMail opens a file that the owner named to be read. "~" is the home folder. What is no ordinary file, which could be
// read without end, is refused (fs.ErrInvalid).
func OpenMail(path string) (io.ReadCloser, error) {
	path, _, err := ordinary(path)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// ordinary is the path and the size in bytes of a file whose name a person typed: "~" is the home folder. What is no
// ordinary file is refused (fs.ErrInvalid).
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

// save is WriteNew under a name that is still free: report.md, report-2.md, …
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

// SaveHere writes into the current folder, as the screens do.
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

// Exists reports whether a name is taken, by a broken link too.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// maxOpened bounds a file that is read whole, in bytes.
const maxOpened = 8 << 20

// Open reads a file whose name a person typed: "~" is the home folder. It opens plain files only, and none that is too big.
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

// FreshFolder makes a folder; one that is there already must be empty (else fs.ErrExist), so that nothing in it is mixed
// with what was there.
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
