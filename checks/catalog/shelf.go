package catalog

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// shelf holds the entries of one kind, and reads them when the first is asked for. A run needs a few of them as a whole,
// and of the others only what they are found by. So at first only that is decoded; the rest of an entry is when it is asked
// for.
type shelf[E any] struct {
	fsys   fs.FS
	dir    string
	settle func(*E) // sets what the files leave out

	opened sync.Once
	cards  []*card[E] // the common ones first, by rank, then the others by ID
	err    error

	once  sync.Once
	whole []E // once all were asked for
}

// card is an entry, of which only the keys in briefKeys are decoded at first.
type card[E any] struct {
	entry E      // with the keys in briefKeys
	name  string // of the file
	once  sync.Once
	whole *E
	err   error
}

// sheet is what one file lists, read when it is first asked for.
type sheet[E any] struct {
	read func() ([]E, error)
	once sync.Once
	rows []E
	err  error
}

// all returns the rows. There may be no sheet, in a catalogue that was not read.
func (s *sheet[E]) all() []E {
	if s == nil {
		return nil
	}
	s.once.Do(func() { s.rows, s.err = s.read() })
	return s.rows
}

// check reads the rows.
func (s *sheet[E]) check() error {
	s.all()
	return s.err
}

// based is a kind of entry.
type based interface{ Base() Entry }

// common returns the part of an entry that all kinds have.
func common[E any](e *E) *Entry { return any(e).(interface{ common() *Entry }).common() }

// open reads the folder.
func (s *shelf[E]) open() error {
	names, err := fs.Glob(s.fsys, s.dir+"/*.toml")
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: no entries", s.dir)
	}
	room, jobs := make([]card[E], len(names)), make([]job, len(names))
	for i, name := range names {
		b := &room[i]
		b.name = name
		s.cards = append(s.cards, b)
		jobs[i] = func(d *decoder) error {
			text, err := d.briefly(s.fsys, name)
			if err == nil {
				err = d.decodeText(name, text, &b.entry)
			}
			if id := common(&b.entry).ID; err == nil && id != strings.TrimSuffix(path.Base(name), ".toml") {
				err = fmt.Errorf("%s:1: id %q must be the file's name", name, id)
			}
			s.settle(&b.entry)
			return err
		}
	}
	err = run(jobs)
	s.order()
	return err
}

// get decodes an entry as a whole.
func (s *shelf[E]) get(b *card[E]) (*E, error) {
	b.once.Do(func() {
		var d decoder
		b.whole = new(E)
		b.err = d.decode(s.fsys, b.name, b.whole)
		s.settle(b.whole)
	})
	return b.whole, b.err
}

// all returns what every entry is found by. There may be no shelf, in a catalogue that was not read. A mistake is left to
// Read, which the tests call for every file.
func (s *shelf[E]) all() []*card[E] {
	if s == nil {
		return nil
	}
	s.opened.Do(func() { s.err = s.open() })
	return s.cards
}

// check decodes every entry as a whole.
func (s *shelf[E]) check() error {
	cards := s.all()
	if s.err != nil {
		return s.err
	}
	var errs []error
	for _, b := range cards {
		_, err := s.get(b)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// list returns all entries, always the same list.
func (s *shelf[E]) list() []E {
	if s == nil {
		return nil
	}
	s.once.Do(func() { s.whole = s.first(len(s.all())) })
	return s.whole
}

// first returns the first entries.
func (s *shelf[E]) first(n int) []E {
	out := make([]E, 0, n)
	for _, b := range s.all()[:min(n, len(s.all()))] {
		e, _ := s.get(b)
		out = append(out, *e)
	}
	return out
}

// byID returns an entry by ID or alias.
func (s *shelf[E]) byID(id string) (found E, ok bool) {
	for _, b := range s.all() {
		if common(&b.entry).called(id) {
			e, _ := s.get(b)
			return *e, true
		}
	}
	return found, false
}

// order sorts the entries: common ones first, by rank, then the others by ID.
func (s *shelf[E]) order() {
	slices.SortStableFunc(s.cards, func(a, b *card[E]) int {
		x, y := common(&a.entry), common(&b.entry)
		if x.Seeds != y.Seeds {
			if x.Seeds {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.ID, y.ID))
	})
}

// briefKeys are what entries are found and ordered by, by table; nil stands for all keys of a table.
var briefKeys = map[string][]string{
	"":         {"id", "aliases", "common", "rank", "kind", "company", "category", "own", "resells", "spf", "ns"},
	"[detect]": nil,
	"[server]": {"pattern", "forms"},
	"[dkim]":   {"can", "form", "selectors", "targets"},
}

// briefly returns the lines of a file that have the keys in briefKeys.
func (d *decoder) briefly(fsys fs.FS, name string) (string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	d.file.Reset()
	d.part.Reset()
	if _, err := d.file.ReadFrom(f); err != nil {
		return "", err
	}
	briefly(&d.part, d.file.Bytes())
	return d.part.String(), nil
}

// briefly writes the lines of a text that have the keys in briefKeys, each with the lines of its list. The lines are not
// parsed; a test compares the result with the whole for every file.
func briefly(out *bytes.Buffer, text []byte) {
	keys, in, taken := briefKeys[""], true, false
	for line := range bytes.Lines(text) {
		switch line[0] {
		case '[':
			keys, in = briefKeys[string(bytes.TrimRight(line, " \r\n"))]
			taken = in
		case ' ', '\t', ']', '"': // the line before goes on
		default:
			key, _, _ := bytes.Cut(line, []byte("="))
			key, _, _ = bytes.Cut(bytes.TrimRight(key, " \t"), []byte("."))
			taken = in && (keys == nil || slices.Contains(keys, string(key)))
		}
		if taken {
			out.Write(line)
		}
	}
}
