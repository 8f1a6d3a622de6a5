package report

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ownFiles are what mail programs keep beside the mails of a Maildir.
var ownFiles = []string{"dovecot", "maildirfolder", "maildirsize", "subscriptions", "courierimap", "sieve"}

// Folder lists the files below a folder, in the order of their names: a folder of reports, a Maildir, a tree of them.
// Hidden files and those that mail programs keep for themselves are left out. name stands before each file's own.
func Folder(fsys fs.FS, name string) []File {
	var out []File
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		full := path.Join(name, p)
		base := path.Base(p)
		switch {
		case err != nil: // a folder that may not be read is told as a file would be
			out = append(out, File{Name: full, Open: func() (io.ReadCloser, error) { return nil, err }})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case p != "." && d.IsDir() && (base == "__MACOSX" || base == ".git"):
			return fs.SkipDir
		case d.IsDir() || hidden(p) || slices.ContainsFunc(ownFiles, func(o string) bool { return strings.HasPrefix(base, o) }):
			return nil
		case d.Type() != 0 && d.Type() != fs.ModeSymlink:
			return nil // no file: a pipe would never end
		}
		if info, err := fs.Stat(fsys, p); err == nil && !info.Mode().IsRegular() {
			return nil
		}
		out = append(out, File{Name: full, Open: func() (io.ReadCloser, error) { return fsys.Open(p) }})
		return nil
	})
	return out
}
