package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// packed is a file in an archive.
type packed struct {
	name, from string
	mode       int64
}

// archive packs the program with its extras and returns the archive's name: zip for Windows, tar.gz elsewhere.
func (r *release) archive(t target, program string, extras []extra) (string, error) {
	stem := fmt.Sprintf("todoku_%s_%s_%s", r.version, t.os, t.arch)
	files := []packed{{stem + "/" + t.exe(), program, 0o755}}
	for _, e := range extras {
		if e.archive == "" || t.os == "windows" && strings.HasPrefix(e.archive, "man/") {
			continue
		}
		files = append(files, packed{stem + "/" + e.archive, e.from, 0o644})
	}
	if t.os == "windows" { // the program is at the top level, where a double click finds it
		for i := range files {
			files[i].name = strings.TrimPrefix(files[i].name, stem+"/")
		}
		guides, err := filepath.Glob(filepath.Join(r.root, "tools/release/windows/*.txt"))
		if err != nil || len(guides) == 0 {
			return "", fmt.Errorf("no first page for Windows in tools/release/windows: %v", err)
		}
		for _, g := range guides {
			files = append(files, packed{filepath.Base(g), g, 0o644})
		}
	}
	slices.SortFunc(files, func(a, b packed) int { return strings.Compare(a.name, b.name) })
	name, pack := stem+".tar.gz", r.tarGz
	if t.os == "windows" {
		name, pack = stem+".zip", r.zip
	}
	f, err := os.Create(r.add(name))
	if err != nil {
		return "", err
	}
	if err := pack(f, files); err != nil {
		return "", err
	}
	return name, f.Close()
}

func (r *release) tarGz(w io.Writer, files []packed) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, f := range files {
		data, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		h := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(data)), ModTime: r.at, Format: tar.FormatPAX}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

func (r *release) zip(w io.Writer, files []packed) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		data, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: r.at.UTC()}
		h.SetMode(os.FileMode(f.mode))
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := part.Write(data); err != nil {
			return err
		}
	}
	return z.Close()
}

// gzipped compresses one file, as manual pages are installed, and returns the new path.
func gzipped(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	f, err := os.Create(path + ".gz")
	if err != nil {
		return "", err
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(data); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return path + ".gz", f.Close()
}
