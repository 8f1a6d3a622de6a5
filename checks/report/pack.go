package report

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"
)

// unzipped reads gzip data of one or more members. It ignores what follows the last one.
type unzipped struct {
	src *bufio.Reader
	z   *gzip.Reader
	any bool // something was read
}

func (u *unzipped) Read(b []byte) (int, error) {
	for {
		if u.z == nil {
			z, err := gzip.NewReader(u.src)
			if err != nil {
				return 0, packFault(err)
			}
			u.z = z
			u.z.Multistream(false)
		}
		n, err := u.z.Read(b)
		u.any = u.any || n > 0
		switch {
		case n > 0 && (err == nil || errors.Is(err, io.EOF)):
			return n, nil
		case err == nil:
			return 0, nil
		case errors.Is(err, io.EOF):
			head, _ := u.src.Peek(2)
			if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b || u.z.Reset(u.src) != nil {
				return 0, io.EOF
			}
			u.z.Multistream(false)
		default:
			return n, packFault(err)
		}
	}
}

// packFault returns the fault of broken packed data.
func packFault(err error) error {
	var f *fault
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fail(Truncated, err)
	}
	return fail(BadArchive, err)
}

// zipped visits the members of a zip archive.
func (w *walker) zipped(src io.ReaderAt, size int64, at place) error {
	z, err := zip.NewReader(src, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are never used as paths
		return w.zippedInOrder(src, size, at, err)
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() || hidden(f.Name) {
			continue
		}
		if err := w.part(); err != nil {
			return err
		}
		in := at.in(f.Name)
		if f.Flags&1 != 0 {
			w.fault(in, fail(Encrypted, nil))
			continue
		}
		body, err := f.Open()
		if err != nil {
			w.fault(in, fail(BadArchive, err))
			continue
		}
		err = w.packed(body, in)
		_ = body.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// zippedInOrder reads a ZIP archive whose central directory is missing or broken, member after member.
func (w *walker) zippedInOrder(src io.ReaderAt, size int64, at place, why error) error {
	const fixed = 30
	r := bufio.NewReader(io.NewSectionReader(src, 0, size))
	for members := 0; ; members++ {
		head := make([]byte, fixed)
		if _, err := io.ReadFull(r, head); err != nil || string(head[:4]) != "PK\x03\x04" {
			if members == 0 {
				return fail(BadArchive, why)
			}
			return nil
		}
		flags, method := binary.LittleEndian.Uint16(head[6:]), binary.LittleEndian.Uint16(head[8:])
		packed := int64(binary.LittleEndian.Uint32(head[18:]))
		name := make([]byte, binary.LittleEndian.Uint16(head[26:]))
		if _, err := io.ReadFull(r, name); err != nil {
			return fail(Truncated, err)
		}
		if _, err := r.Discard(int(binary.LittleEndian.Uint16(head[28:]))); err != nil {
			return fail(Truncated, err)
		}
		if err := w.part(); err != nil {
			return err
		}
		in := at.in(string(name))
		known := flags&8 == 0
		held := io.LimitReader(r, packed)
		body := held
		switch {
		case flags&1 != 0:
			w.fault(in, fail(Encrypted, nil))
			body = nil
		case method == zip.Deflate && known:
			body = flate.NewReader(body)
		case method == zip.Deflate:
			body = flate.NewReader(r)
		case method != zip.Store || !known:
			return fail(BadArchive, why)
		}
		if body != nil {
			if err := w.packed(body, in); err != nil {
				return err
			}
			_, _ = io.Copy(io.Discard, &meter{r: body, left: w.limits.Report, file: &w.left, stop: w.stop})
		}
		if known {
			_, _ = io.Copy(io.Discard, held)
		}
		if !seekMember(r, known) {
			return nil
		}
	}
}

// seekMember moves to the next local header; there says that it begins right here.
func seekMember(r *bufio.Reader, there bool) bool {
	for {
		head, err := r.Peek(4)
		if err != nil {
			return false
		}
		if there || string(head) == "PK\x03\x04" {
			return string(head) == "PK\x03\x04"
		}
		_, _ = r.Discard(1)
	}
}

// packed reads an unpacked member within the limits.
func (w *walker) packed(body io.Reader, at place) error {
	return w.inner(&meter{r: faulty{body}, left: w.limits.Report, file: &w.left, stop: w.stop}, at)
}

// faulty turns errors of unpacking into faults.
type faulty struct{ io.Reader }

func (f faulty) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = packFault(err)
	}
	return n, err
}

// tarred visits the files of a tar archive.
func (w *walker) tarred(r io.Reader, at place) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return packFault(err)
		}
		if h.Typeflag != tar.TypeReg || hidden(h.Name) {
			continue
		}
		if err := w.part(); err != nil {
			return err
		}
		if err := w.inner(t, at.in(h.Name)); err != nil {
			return err
		}
	}
}

// hidden reports whether a name belongs to a file that operating systems leave behind.
func hidden(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || name != "" && strings.HasPrefix(path.Base(name), ".")
}

// held reads all of an archive that can only be opened from its end.
func (w *walker) held(r io.Reader) (*bytes.Reader, error) {
	b, err := io.ReadAll(io.LimitReader(r, w.limits.Packed+1))
	if int64(len(b)) > w.limits.Packed {
		return nil, fail(TooBig, nil)
	}
	if err != nil && len(b) == 0 {
		return nil, packFault(err)
	}
	return bytes.NewReader(b), nil // members of a truncated file may still be complete
}
