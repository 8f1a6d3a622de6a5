package report

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ownFiles are files that mail programs keep in a Maildir besides the mails.
var ownFiles = []string{"dovecot", "maildirfolder", "maildirsize", "subscriptions", "courierimap", "sieve"}

// Folder returns the files below a folder in the order of their names: a folder of reports, a Maildir, or a tree of
// them. Hidden files and mail programs' own files are left out. name is put before each file's path.
func Folder(fsys fs.FS, name string) []File {
	var out []File
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		full := path.Join(name, p)
		base := path.Base(p)
		switch {
		case err != nil: // an unreadable folder is reported like an unreadable file
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
			return nil // not a regular file: a pipe would never end
		}
		if info, err := fs.Stat(fsys, p); err == nil && !info.Mode().IsRegular() {
			return nil
		}
		out = append(out, File{Name: full, Open: func() (io.ReadCloser, error) { return fsys.Open(p) }})
		return nil
	})
	return out
}
