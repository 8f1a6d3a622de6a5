package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.org/todoku/checks/propagation"
)

// record is one line of a run's file.
type record struct {
	Version int       `json:"todoku_run"`
	ID      string    `json:"id"` // to find duplicates when two copies of a file are joined
	At      time.Time `json:"at"`
	Plan    *Plan     `json:"plan,omitempty"`
	Looks   []look    `json:"looks,omitempty"`
	Done    bool      `json:"done,omitempty"`
}

// Limits in bytes: of what is read, and of the size from which a file is compacted.
const (
	maxFile     = 64 << 20
	compactFrom = 512 << 10
	tries       = 5
)

// encode returns a record as a line after an empty one: if the previous line was cut off, this one still begins
// on a new line.
func encode(r record) ([]byte, error) {
	r.Version = version
	if r.ID == "" {
		r.ID = random(8)
	}
	line, err := json.Marshal(r)
	return slices.Concat([]byte("\n"), line, []byte("\n")), err
}

// Log appends to one run. It is safe for concurrent use.
type Log struct {
	ID     string
	store  *Store
	mu     sync.Mutex
	places []propagation.Place
	unkept []look // not written yet
	small  int64  // size below which the file is not compacted
}

// Add keeps looks. Those that could not be written (disk full) are tried again with the next ones. A nil Log keeps
// nothing.
func (l *Log) Add(looks []propagation.Look) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range looks {
		k := look{Look: x}
		if i := slices.IndexFunc(l.places, func(p propagation.Place) bool { return p.ID == x.Place }); i >= 0 {
			k.Addr = l.places[i].Addr
		}
		l.unkept = append(l.unkept, k)
	}
	if len(l.unkept) == 0 {
		return nil
	}
	if err := l.write(record{Looks: l.unkept}); err != nil {
		return err
	}
	l.unkept = nil
	l.slim()
	return nil
}

// slim compacts a file that has grown large. If that fails the file stays as it is, and nothing is lost.
func (l *Log) slim() {
	size := func() int64 {
		st, err := os.Stat(l.store.path(l.ID))
		if err != nil {
			return 0
		}
		return st.Size()
	}
	if size() > max(l.small, compactFrom) {
		_ = l.store.compact(l.ID)
		l.small = 2 * size()
	}
}

// Replan replaces the run's plan; its looks stay.
func (l *Log) Replan(p Plan) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.places = p.Places
	return l.write(record{Plan: &p})
}

// Finish marks the run as done, so that it is not offered any more.
func (l *Log) Finish() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.write(record{Done: true})
}

func (l *Log) write(r record) error {
	r.At = l.store.Now()
	line, err := encode(r)
	if err != nil {
		return err
	}
	return add(l.store.path(l.ID), line)
}

// add appends a line to a file that must exist. If another program has replaced the file with a smaller one
// meanwhile, the line is written there as well.
func add(path string, line []byte) error {
	for range tries {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return err
		}
		_, err = f.Write(line)
		err = errors.Join(err, f.Sync())
		mine, statErr := f.Stat()
		err = errors.Join(err, statErr, f.Close())
		if err != nil {
			return err
		}
		now, err := os.Stat(path)
		if err != nil {
			return err
		}
		if os.SameFile(mine, now) {
			return nil
		}
	}
	return fs.ErrInvalid
}

// replace writes a file completely or not at all, readable by its owner only.
func replace(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), draft+"*") // creates it with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil { // sync the folder, so that the name survives a power cut
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}

// records reads a run's lines, joined with those of a compaction that was interrupted.
func (s *Store) records(id string) ([]record, error) {
	now, err := read(s.path(id))
	if err != nil {
		return nil, err
	}
	was, err := read(s.path(id) + sidecar)
	if err != nil || len(was) == 0 {
		return now, nil
	}
	return join(was, now), nil
}

// join returns the earlier records, then those of the later ones that are not among them.
func join(was, now []record) []record {
	had := map[string]bool{}
	for _, r := range was {
		had[r.ID] = true
	}
	for _, r := range now {
		if !had[r.ID] {
			was = append(was, r)
		}
	}
	return was
}

// cleaned removes the texts of mails from plans, where earlier versions kept them; dirty reports whether there were
// any.
func cleaned(recs []record) (dirty bool) {
	for _, r := range recs {
		if r.Plan == nil {
			continue
		}
		clean, had := r.Plan.Clean()
		*r.Plan, dirty = clean, dirty || had
	}
	return dirty
}

func read(path string) ([]record, error) {
	// Reading a pipe would block and a device might never end; the store writes neither.
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return nil, ErrEmpty
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return parse(f)
}

// parse reads lines. A line that is not a record was cut off by a crash, and is skipped.
func parse(r io.Reader) ([]record, error) {
	var (
		out []record
		had = map[string]bool{}
		in  = bufio.NewReader(io.LimitReader(r, maxFile+1))
		n   int
	)
	for {
		line, err := in.ReadBytes('\n')
		n += len(line)
		var rec record
		if len(bytes.TrimSpace(line)) > 0 && json.Unmarshal(line, &rec) == nil && rec.Version > 0 && !had[rec.ID] {
			had[rec.ID] = true
			out = append(out, rec)
		}
		switch {
		case n > maxFile:
			return nil, ErrSize
		case err == io.EOF:
			return out, nil
		case err != nil:
			return nil, err
		}
	}
}

// errBusy says that another program is compacting the file.
var errBusy = errors.New("the run's file is being made smaller")

// staleAfter is the age from which a lock counts as left behind by a killed program.
var staleAfter = time.Minute

// lock lets one program at a time replace a file.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		return func() { _ = os.Remove(path) }, f.Close()
	}
	if st, statErr := os.Stat(path); statErr == nil && time.Since(st.ModTime()) >= staleAfter {
		_ = os.Remove(path) // the next attempt will get the lock
	}
	return nil, errors.Join(errBusy, err)
}

// compact drops looks that repeat the one before. Nothing is lost if it is interrupted at any point, or if another
// program adds a look meanwhile.
func (s *Store) compact(id string) error {
	path := s.path(id)
	unlock, err := lock(path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	recs, err := parse(f)
	if err != nil {
		return err
	}
	cleaned(recs)
	if was, err := read(path + sidecar); err == nil { // an earlier compaction was interrupted
		cleaned(was)
		return s.swap(id, f, join(was, recs))
	}
	if err := os.Link(path, path+sidecar); err != nil {
		return err
	}
	return s.swap(id, f, trimmed(recs))
}

// swap replaces a run's file, which f has read to its end, by the records, and removes the older copy beside it.
func (s *Store) swap(id string, f io.Reader, recs []record) error {
	path := s.path(id)
	var data []byte
	for _, r := range recs {
		line, err := encode(r)
		if err != nil {
			return err
		}
		data = append(data, line...)
	}
	if err := replace(path, data); err != nil {
		return err
	}
	late, err := io.ReadAll(f) // lines added while the new file was written
	if err == nil && len(late) > 0 {
		err = add(path, append([]byte("\n"), late...))
	}
	if err != nil {
		return err
	}
	return os.Remove(path + sidecar)
}

// trimmed drops the looks that propagation.Trim finds redundant, and plans that were replaced.
func trimmed(recs []record) []record {
	var (
		all    []propagation.Look
		places []propagation.Place
		last   = -1
	)
	for i, r := range recs {
		if r.Plan != nil {
			places, last = r.Plan.Places, i
		}
		for _, l := range r.Looks {
			all = append(all, l.Look)
		}
	}
	kept := propagation.Trim(places, all)
	var out []record
	for i, r := range recs {
		if r.Plan != nil && i != last {
			continue
		}
		var looks []look
		for _, l := range r.Looks {
			if len(kept) > 0 && same(kept[0], l.Look) {
				looks, kept = append(looks, l), kept[1:]
			}
		}
		had := len(r.Looks)
		r.Looks = looks
		if had == 0 || len(looks) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// same reports whether two looks are the same one. Trim keeps a subsequence, so comparing what identifies a look is
// enough.
func same(a, b propagation.Look) bool {
	return a.At.Equal(b.At) && a.Place == b.Place && a.Answer.Key == b.Answer.Key && slices.Equal(a.Answer.Data(), b.Answer.Data())
}
