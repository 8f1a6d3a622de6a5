package report

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// File is a file to read. Open is called once, when its turn comes. A file that implements io.ReaderAt and fs.File's
// Stat is never held in memory.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Options say how to read; the zero value suits people's own files on this machine.
type Options struct {
	Limits   Limits          // zero means Standard
	Workers  int             // files read concurrently; 0 means one for each processor
	Progress func(files int) // called with the number of files done, always from one goroutine
}

// Reading is the result of reading files.
type Reading struct {
	Domains  []*Tally // the one with the most messages first
	Errors   []*Error // in the order of files
	Failures []*Failure
	TLS      []*TLS
	Barren   []string // files without a report of any kind
	Files    int      // files that were read to their end
	Stopped  bool     // the context ended before all files were read
}

// Limits of what is kept besides sums.
const (
	maxErrors  = 10_000
	maxDomains = 10_000
)

// Read reads files concurrently and sums them in their order, so that the result is always the same. When ctx ends it
// returns what was read by then.
func Read(ctx context.Context, files []File, o Options) *Reading {
	o.Limits = cmp.Or(o.Limits, Standard)
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	r := &reader{options: o, tallies: map[string]*tally{}}
	// Each file has its own channel, so that sums are made in the order of files while several are read. The turns
	// channel limits how far reading runs ahead.
	turns := make(chan *turn, 4*o.Workers)
	type job struct {
		file File
		out  *turn
	}
	jobs := make(chan job)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for range o.Workers {
		wg.Go(func() {
			p := &parser{}
			for j := range jobs {
				j.out.whole = readFile(ctx, j.file, p, o.Limits, j.out.items)
				close(j.out.items)
			}
		})
	}
	go func() {
		defer close(turns)
		defer close(jobs)
		for _, f := range files {
			if ctx.Err() != nil {
				return
			}
			out := &turn{items: make(chan item, 16)}
			select {
			case turns <- out:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- job{f, out}:
			case <-ctx.Done():
				close(out.items)
				return
			}
		}
	}()
	for out := range turns {
		for i := range out.items {
			r.take(i)
		}
		if out.whole {
			r.Files++
			if o.Progress != nil {
				o.Progress(r.Files)
			}
		}
	}
	wg.Wait()
	r.Stopped = r.Files < len(files)
	return r.finish()
}

// turn is one file's channel of findings; once that is closed, done tells whether the file was read to its end.
type turn struct {
	items chan item
	whole bool
}

type reader struct {
	Reading
	options Options
	tallies map[string]*tally
}

// take adds one item.
func (r *reader) take(i item) {
	switch {
	case i.report != nil:
		d := i.report.domain
		t := r.tallies[d]
		if t == nil {
			if len(r.tallies) >= maxDomains {
				r.fault(&Error{File: i.report.file, Why: TooMany})
				return
			}
			t = newTally(d, r.options.Limits.Sources)
			r.tallies[d] = t
		}
		t.add(i.report)
	case i.err != nil:
		r.fault(i.err)
	case i.barren != "" && len(r.Barren) < maxErrors:
		r.Barren = append(r.Barren, i.barren)
	case i.failure != nil && len(r.Failures) < maxErrors:
		r.Failures = append(r.Failures, i.failure)
	case i.tls != nil && len(r.TLS) < maxErrors:
		r.TLS = append(r.TLS, i.tls)
	}
}

func (r *reader) fault(e *Error) {
	if len(r.Errors) < maxErrors {
		r.Errors = append(r.Errors, e)
	}
}

func (r *reader) finish() *Reading {
	for _, t := range r.tallies {
		r.Domains = append(r.Domains, t.finish())
	}
	slices.SortFunc(r.Domains, func(a, b *Tally) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), strings.Compare(a.Domain, b.Domain))
	})
	return &r.Reading
}

// readFile reads one file with everything in it, and sends what it finds; false if it was stopped.
func readFile(ctx context.Context, f File, p *parser, l Limits, out chan<- item) bool {
	send := func(i item) error {
		select {
		case out <- i:
			return nil
		case <-ctx.Done():
			return errStop
		}
	}
	in, err := f.Open()
	if err != nil && ctx.Err() != nil {
		return false
	}
	if err != nil {
		return send(item{err: &Error{File: f.Name, Why: Unreadable, Err: err}}) == nil && send(item{barren: f.Name}) == nil
	}
	defer func() { _ = in.Close() }()
	var at io.ReaderAt
	var size int64
	if s, ok := in.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := s.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
			at, _ = in.(io.ReaderAt)
		}
	}
	w := &walker{limits: l, stop: ctx.Err, parser: p, out: send}
	return w.file(f.Name, in, at, size) == nil
}
