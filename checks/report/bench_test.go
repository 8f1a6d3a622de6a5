package report

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

var (
	benchReports = flag.Int("reports", 100, "synthetic reports of the benchmark")
	benchSize    = flag.Int("report-size", 100<<10, "bytes of each, unpacked")
)

var folder struct {
	sync.Once
	dir   string
	files []File
	bytes int64
}

// benchFolder writes the synthetic reports once, as gzip files.
func benchFolder(b *testing.B) []File {
	b.Helper()
	folder.Do(func() {
		dir, err := os.MkdirTemp("", "reports")
		if err != nil {
			b.Fatal(err)
		}
		folder.dir = dir
		g := generator{*benchSize}
		for n := range *benchReports {
			text := g.xml(n)
			folder.bytes += int64(len(text))
			name := filepath.Join(dir, fmt.Sprintf("%06d.xml.gz", n))
			if err := os.WriteFile(name, gzipped(text), 0o600); err != nil {
				b.Fatal(err)
			}
			folder.files = append(folder.files, File{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
		}
	})
	return folder.files
}

func TestMain(m *testing.M) {
	code := m.Run()
	if folder.dir != "" {
		_ = os.RemoveAll(folder.dir)
	}
	os.Exit(code)
}

// heapPeak returns how large the heap gets while run runs.
func heapPeak(run func()) uint64 {
	done := make(chan struct{})
	peak := make(chan uint64)
	go func() {
		var most uint64
		var m runtime.MemStats
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				peak <- most
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapSys-m.HeapReleased)
			}
		}
	}()
	run()
	close(done)
	return <-peak
}

// BenchmarkFolder reads a folder of reports and sums them: -reports 10000 is 1 GB unpacked.
func BenchmarkFolder(b *testing.B) {
	files := benchFolder(b)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(folder.bytes)
			var peak uint64
			for b.Loop() {
				peak = max(peak, heapPeak(func() {
					r := Read(context.Background(), files, Options{Workers: workers})
					if len(r.Domains) != 1 || r.Domains[0].Reports != len(files) || len(r.Errors) > 0 {
						b.Fatalf("%d domains, errors %v", len(r.Domains), r.Errors)
					}
				}))
			}
			b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
		})
	}
}

// BenchmarkDecoderAlone is what encoding/xml takes for the tokens of the same files, on one core and with no sums made.
func BenchmarkDecoderAlone(b *testing.B) {
	files := benchFolder(b)
	b.SetBytes(folder.bytes)
	for b.Loop() {
		for _, f := range files {
			in, err := f.Open()
			if err != nil {
				b.Fatal(err)
			}
			z, err := gzip.NewReader(in)
			if err != nil {
				b.Fatal(err)
			}
			d := xml.NewDecoder(z)
			for {
				if _, err := d.RawToken(); err != nil {
					if !errors.Is(err, io.EOF) {
						b.Fatal(err)
					}
					break
				}
			}
			_ = in.Close()
		}
	}
}

// BenchmarkScanner is the reading of XML alone, out of memory.
func BenchmarkScanner(b *testing.B) {
	text := generator{1 << 20}.xml(1)
	b.SetBytes(int64(len(text)))
	var s scanner
	for b.Loop() {
		s.reset(bytes.NewReader(text))
		for {
			t, err := s.next()
			if err != nil {
				b.Fatal(err)
			}
			if t.kind == tokenEnd {
				break
			}
		}
	}
}

// BenchmarkParser is the reading of records out of memory, with their sums.
func BenchmarkParser(b *testing.B) {
	text := generator{1 << 20}.xml(1)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if r := Read(context.Background(), []File{fileOf("f", text)}, Options{Workers: 1}); len(r.Domains) != 1 {
			b.Fatal("not read")
		}
	}
}

// BenchmarkGenerate makes the folder alone, to be taken from what the others cost.
func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		benchFolder(b)
	}
}
