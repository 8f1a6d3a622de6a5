// Package store keeps runs on disk: the owner's replies, what DNS said before, the changes, and every look since, so
// that a wait outlives the program.
//
// A run is one append-only file of JSON lines. Only compact rewrites it, dropping looks that repeat the one before. So
// two programs can add to the same run, and a write that is cut off at any byte costs only that line. Once Add has
// returned, a look is on disk.
package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/wizard/session"
)

// version is the version of the file format; a file with a higher one is not touched.
const version = 1

// Errors of a run's file, in addition to those of the file system.
var (
	ErrNewer = errors.New("the run was written by a newer todoku")
	ErrEmpty = errors.New("the file holds no run")
	ErrSize  = errors.New("the run's file is too large to read")
	ErrID    = errors.New("no run has such an ID")
)

// Plan is what is waited for, and what led to it.
type Plan = session.Record

// Run is one run as read from its file.
type Run struct {
	Plan
	ID            string
	Made, Changed time.Time
	Done          bool // it was seen published everywhere
	looks         []look
}

// look stores the address too: "system" is another cache in another network.
type look struct {
	propagation.Look
	Addr string
}

// Looks returns the looks that still count for these places: made at the same place and address. Looks at places
// outside the plan's own list (another panel's servers) are always included.
func (r Run) Looks(places []propagation.Place) []propagation.Look {
	var out []propagation.Look
	for _, l := range r.looks {
		at := slices.IndexFunc(places, func(p propagation.Place) bool { return p.ID == l.Place })
		if l.Addr == "" && at < 0 || at >= 0 && places[at].Addr == l.Addr {
			out = append(out, l.Look)
		}
	}
	return out
}

// Stored returns the run for a session to resume, at today's places.
func (r Run) Stored(places []propagation.Place) session.Stored {
	return session.Stored{Record: r.Plan, ID: r.ID, Looks: r.Looks(places)}
}

// Verdict judges the run as it was left, at a moment.
func (r Run) Verdict(places []propagation.Place, now time.Time) propagation.Verdict {
	if r.Begun() {
		return propagation.Verdict{Result: session.ResultBegun}
	}
	return propagation.Judge(propagation.Wants(r.Changes, r.DNS), places, propagation.Rebase(r.Looks(places), now), now)
}

// Store is a folder of runs, readable by its owner only.
type Store struct {
	Dir string
	Now func() time.Time

	mu   sync.Mutex
	logs map[string]*Log // of the runs that are being kept now
}

// No run is ever deleted without being asked for: old ones are only not offered any more, and called old.
const (
	offeredFor   = 30 * 24 * time.Hour // an older plan may no longer fit DNS
	doneIsOld    = 30 * 24 * time.Hour
	forsakeIsOld = 90 * 24 * time.Hour
)

// Old reports whether the run is probably no longer wanted: done a month ago, or untouched for forsakeIsOld.
func (r Run) Old(now time.Time) bool {
	left := now.Sub(r.Changed)
	return r.Done && left >= doneIsOld || left >= forsakeIsOld
}

const (
	prefix  = "run-"
	ending  = ".jsonl"
	sidecar = ".old"     // a copy of a run's file while compact replaces it
	draft   = ".todoku-" // a file that has not got its final name yet
)

// Create starts a run, completely or not at all.
func (s *Store) Create(p Plan) (*Log, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(s.Dir, 0o700); err != nil {
		return nil, err
	}
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, p.Domain)
	id := safe[:min(len(safe), 150)] + "-" + s.Now().UTC().Format("20060102-150405") + "-" + random(2)
	l := &Log{store: s, ID: id, places: p.Places}
	line, err := encode(record{At: s.Now(), Plan: &p})
	if err != nil {
		return nil, err
	}
	return l, replace(s.path(id), line)
}

// Open continues a run. places are the places watched from now on.
func (s *Store) Open(r Run, places []propagation.Place) *Log {
	return &Log{store: s, ID: r.ID, places: places}
}

// List returns all runs, the last changed first. The error names files that could not be read; the other runs are
// returned nevertheless.
func (s *Store) List() ([]Run, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var (
		out  []Run
		errs = []error{err}
	)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), draft) {
			s.sweep(e)
			continue
		}
		id, ok := strings.CutSuffix(e.Name(), ending)
		if id, named := strings.CutPrefix(id, prefix); ok && named {
			r, err := s.Load(id)
			if err == nil {
				out = append(out, r)
			} else if !errors.Is(err, fs.ErrNotExist) { // else it has just been deleted
				errs = append(errs, &fs.PathError{Op: "read", Path: s.path(id), Err: err})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Run) int { return b.Changed.Compare(a.Changed) })
	return out, errors.Join(errs...)
}

// sweep removes a draft left behind by a killed program. It never was part of a run.
func (s *Store) sweep(e fs.DirEntry) {
	if st, err := e.Info(); err == nil && time.Since(st.ModTime()) >= staleAfter {
		_ = os.Remove(filepath.Join(s.Dir, e.Name()))
	}
}

// Offered returns the runs that can be resumed: for each domain the last changed one, unless it is done and proved or
// was untouched for a month; a wait is preferred to a run that only began. Files that cannot be read are skipped; List
// reports them.
func (s *Store) Offered() []Run {
	all, _ := s.List()
	had, waits := map[string]bool{}, map[string]bool{}
	for _, r := range all {
		waits[r.Domain] = waits[r.Domain] || !r.Begun() && !had[r.Domain] && s.offers(r)
		had[r.Domain] = had[r.Domain] || !r.Begun()
	}
	clear(had)
	var out []Run
	for _, r := range all {
		if waits[r.Domain] && r.Begun() { // a wait counts for more than new questions
			continue
		}
		if !had[r.Domain] && s.offers(r) {
			out = append(out, r)
		}
		had[r.Domain] = true
	}
	return out
}

// offers reports whether a run can be resumed. A run whose records are live still lacks its proof.
func (s *Store) offers(r Run) bool {
	proves := !r.Begun() && (r.Proof == nil || !r.Proof.Proved())
	return (!r.Done || proves) && s.Now().Sub(r.Changed) < offeredFor
}

// Latest returns the run of a domain whose wait can be resumed.
func (s *Store) Latest(domain string) (Run, bool) {
	for _, r := range s.Offered() {
		if r.Domain == domain && !r.Begun() && !r.Done {
			return r, true
		}
	}
	return Run{}, false
}

// Unproved returns the run of a domain whose records are live, but for which no test mail has shown that mail arrives.
func (s *Store) Unproved(domain string) (Run, bool) {
	for _, r := range s.Offered() {
		if r.Domain == domain && !r.Begun() && r.Done && (r.Proof == nil || !r.Proof.Proved()) {
			return r, true
		}
	}
	return Run{}, false
}

// Load reads a run. Lines that were cut off are skipped.
func (s *Store) Load(id string) (Run, error) {
	if id == "" || id != filepath.Base(id) || strings.ContainsAny(id, `/\:`) {
		return Run{}, ErrID
	}
	recs, err := s.records(id)
	if err != nil {
		return Run{}, err
	}
	if slices.ContainsFunc(recs, func(r record) bool { return r.Version > version }) {
		return Run{}, ErrNewer
	}
	if cleaned(recs) {
		_ = s.compact(id) // if it fails it is tried again next time
	}
	r := Run{ID: id}
	for _, rec := range recs {
		if r.Made.IsZero() {
			r.Made = rec.At
		}
		r.Changed = rec.At
		if rec.Plan != nil {
			r.Plan, r.Done = *rec.Plan, false
		}
		r.looks = append(r.looks, rec.Looks...)
		r.Done = r.Done || rec.Done
	}
	if r.Domain == "" {
		return Run{}, ErrEmpty
	}
	return r, nil
}

// Delete deletes a run.
func (s *Store) Delete(id string) error {
	if _, err := s.Load(id); errors.Is(err, ErrID) {
		return err
	}
	_ = os.Remove(s.path(id) + sidecar)
	_ = os.Remove(s.path(id) + ".lock")
	return os.Remove(s.path(id))
}

func (s *Store) path(id string) string { return filepath.Join(s.Dir, prefix+id+ending) }

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}
