package local

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard/session"
)

// Recognise extends next (input.Recognise) by files: text that names existing files or folders is report files (Raw
// holds one path a line), and a file that holds one mail without a report is that mail.
func Recognise(text string, next func(string) (input.Input, *input.Problem)) (input.Input, *input.Problem) {
	whole := strings.TrimSpace(text)
	paths, sure := input.Paths(whole)
	if begins, _ := input.Paths(firstWord(whole)); len(begins) == 1 && there(whole) { // a path with blanks, not quoted
		paths = []string{whole}
	}
	missing := ""
	for i, p := range paths {
		paths[i] = absolute(p)
		if missing == "" && !there(p) {
			missing = p
		}
	}
	if sure && missing != "" {
		return input.Input{}, &input.Problem{Code: input.NoFile, Args: map[string]string{"text": snapshot.Printable(missing)}}
	}
	if !sure {
		got, problem := next(text)
		if problem == nil || len(paths) == 0 || missing != "" || len(whole) < 3 {
			return got, problem
		}
	}
	if got, ok := mailIn(paths); ok {
		return got, nil
	}
	return input.Input{Kind: input.Reports, Raw: strings.Join(paths, "\n")}, nil
}

// firstWord returns a text up to its first blank.
func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// mailIn reads a file that holds one mail without a report.
func mailIn(paths []string) (input.Input, bool) {
	if len(paths) != 1 {
		return input.Input{}, false
	}
	info, err := os.Stat(paths[0])
	if err != nil || !info.Mode().IsRegular() || info.Size() > input.MaxText {
		return input.Input{}, false
	}
	raw, err := os.ReadFile(paths[0])
	if err != nil {
		return input.Input{}, false
	}
	got, problem := input.Recognise(string(raw))
	if problem != nil || got.Kind != input.Bounce && got.Kind != input.Header && got.Kind != input.Message {
		return input.Input{}, false
	}
	return got, len(report.Read(context.Background(), ReportFiles(paths), report.Options{Workers: 1}).Barren) > 0
}

// absolute returns the absolute path, so that it stays right when the working folder changes; "~/" is the home folder.
func absolute(p string) string {
	if rest, ok := strings.CutPrefix(p, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if whole, err := filepath.Abs(p); err == nil {
		return whole
	}
	return p
}

func there(p string) bool {
	_, err := os.Stat(absolute(p))
	return err == nil
}

// ReportFiles returns the named files, and all files inside the named folders.
func ReportFiles(names []string) []report.File {
	var out []report.File
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			out = append(out, report.Folder(os.DirFS(name), name)...)
			continue
		}
		out = append(out, report.File{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	return out
}

// shareEvery is the interval between progress reports.
const shareEvery = 100 * time.Millisecond

// ReadReports reads reports from files and folders, and calls each with its progress. When ctx ends it returns what was
// read by then.
func ReadReports(ctx context.Context, names []string, each func(session.Share)) *report.Reading {
	return ReadFiles(ctx, ReportFiles(names), each)
}

// ReadFiles is ReadReports for files that are listed already.
func ReadFiles(ctx context.Context, files []report.File, each func(session.Share)) *report.Reading {
	files = slices.Clone(files)
	share := session.Share{Files: len(files)}
	var read atomic.Int64
	for i, f := range files {
		if info, err := os.Stat(f.Name); err == nil {
			share.Bytes += info.Size()
		}
		files[i].Open = func() (io.ReadCloser, error) {
			in, err := f.Open()
			if file, ok := in.(*os.File); ok && err == nil {
				return &counted{File: file, n: &read}, nil
			}
			return in, err
		}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	var filesRead atomic.Int64
	go func() { // one file may take long
		defer close(ended)
		tick := time.NewTicker(shareEvery)
		defer tick.Stop()
		for {
			now := share
			now.FilesRead, now.BytesRead = int(filesRead.Load()), min(read.Load(), share.Bytes)
			each(now)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	AllProcessors()
	out := report.Read(ctx, files, report.Options{Progress: func(n int) { filesRead.Store(int64(n)) }})
	close(done)
	<-ended
	return out
}

// counted counts the bytes that are read from a file.
type counted struct {
	*os.File
	n *atomic.Int64
}

// Read implements io.Reader.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.File.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// ReadAt implements io.ReaderAt, which ZIP archives need.
func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	n, err := c.File.ReadAt(b, at)
	c.n.Add(int64(n))
	return n, err
}
