package words

import (
	"errors"
	"io/fs"
	"syscall"

	"example.org/todoku/checks/snapshot"
)

// Trouble words an error of the file system. What it does not know, it gives in the system's own text.
func (p P) Trouble(err error) string {
	for _, known := range []struct {
		is error
		id string
	}{
		{fs.ErrNotExist, "not-there"}, {fs.ErrExist, "exists"}, {fs.ErrPermission, "permission"},
		{fs.ErrInvalid, "not-plain"}, {syscall.EISDIR, "folder"}, {syscall.ENOTDIR, "not-folder"}, {syscall.ENOSPC, "full"}, {syscall.EROFS, "read-only"}, {syscall.EIO, "device"},
	} {
		if errors.Is(err, known.is) {
			return p.t("cmd.fault." + known.id)
		}
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return snapshot.Printable(err.Error())
}
