package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// shelf holds the entries of one kind. A run needs a few of them as a whole, and of the others only what they are found
// by. So at first only that is there: of the program's own files the compiler has laid it out (packed.go), of others it is
// decoded. The rest of an entry is decoded when it is asked for.
type shelf[E any] struct {
	fsys   fs.FS
	dir    string
	settle func(*E)        // sets what the files leave out
	entry  func(*E) *Entry // the part that all kinds have
	packed []E             // what the program's own entries are found by; nil for other files

	opened sync.Once
	brief  []E                 // with the keys in briefKeys, by ID
	order  []*E                // of brief: the common ones first, by rank, then the others by ID
	alias  []*E                // of brief: those that have other IDs too
	whole  []atomic.Pointer[E] // each at the place that it has in brief, once it was asked for
	err    error

	once    sync.Once
	entries []E // all, once they were asked for
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

// open finds out what every entry is found by.
func (s *shelf[E]) open() error {
	files, _ := fs.ReadDir(s.fsys, s.dir) // a folder that is not there has no entries
	var err error
	s.brief = s.packed
	if len(s.packed) != len(files) { // other files, or one was added that is not packed yet
		s.brief, err = s.read(files)
	}
	if len(s.brief) == 0 {
		return fmt.Errorf("%s: no entries", s.dir)
	}
	s.whole = make([]atomic.Pointer[E], len(s.brief))
	s.order = make([]*E, len(s.brief))
	for i := range s.brief {
		s.order[i] = &s.brief[i]
		if len(s.entry(&s.brief[i]).Aliases) > 0 {
			s.alias = append(s.alias, &s.brief[i])
		}
	}
	slices.SortStableFunc(s.order, func(a, b *E) int {
		x, y := s.entry(a), s.entry(b)
		if x.Seeds != y.Seeds {
			if x.Seeds {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.Rank, y.Rank)
	})
	return err
}

// read decodes what the entries in these files are found by.
func (s *shelf[E]) read(files []fs.DirEntry) ([]E, error) {
	files = slices.DeleteFunc(files, func(f fs.DirEntry) bool { return path.Ext(f.Name()) != ".toml" })
	var (
		read = make([]E, len(files))
		errs = make([]error, len(files))
		d    decoder
	)
	for i, f := range files {
		e, name := &read[i], path.Join(s.dir, f.Name())
		text, err := textOf(s.fsys, name)
		if err == nil {
			err = d.decodeText(name, briefly(text), e)
		}
		if id := s.entry(e).ID; err == nil && id != strings.TrimSuffix(f.Name(), ".toml") {
			err = fmt.Errorf("%s:1: id %q must be the file's name", name, id)
		}
		s.settle(e)
		errs[i] = err
	}
	sort.Slice(read, func(i, j int) bool { return s.entry(&read[i]).ID < s.entry(&read[j]).ID })
	return read, errors.Join(errs...)
}

// all returns what every entry is found by. There may be no shelf, in a catalogue that was not read. A mistake is left to
// Read, which the tests call for every file.
func (s *shelf[E]) all() []*E {
	if s == nil {
		return nil
	}
	s.opened.Do(func() { s.err = s.open() })
	return s.order
}

// asPacked reports whether the entries are those that are packed.
func (s *shelf[E]) asPacked() bool {
	return len(s.all()) > 0 && len(s.packed) > 0 && &s.brief[0] == &s.packed[0]
}

// place returns where an entry stands in brief, by ID or alias; -1 if there is none.
func (s *shelf[E]) place(id string) int {
	at := func(id string) (int, bool) {
		return sort.Find(len(s.all()), func(i int) int { return cmp.Compare(id, s.entry(&s.brief[i]).ID) })
	}
	i, ok := at(id)
	if !ok && s != nil {
		if a := slices.IndexFunc(s.alias, func(e *E) bool { return slices.Contains(s.entry(e).Aliases, id) }); a >= 0 {
			i, ok = at(s.entry(s.alias[a]).ID)
		}
	}
	if !ok {
		return -1
	}
	return i
}

// find returns what an entry is found by, by ID or alias; nil if there is none.
func (s *shelf[E]) find(id string) *E {
	if i := s.place(id); i >= 0 {
		return &s.brief[i]
	}
	return nil
}

// byID returns an entry by ID or alias.
func (s *shelf[E]) byID(id string) (found E, ok bool) {
	i := s.place(id)
	if i < 0 {
		return found, false
	}
	whole := s.whole[i].Load()
	if whole == nil {
		whole, _ = s.decode(i)
		s.whole[i].Store(whole)
	}
	return *whole, true
}

// decode reads an entry as a whole.
func (s *shelf[E]) decode(i int) (*E, error) {
	e := new(E)
	err := new(decoder).decode(s.fsys, path.Join(s.dir, s.entry(&s.brief[i]).ID+".toml"), e)
	s.settle(e)
	return e, err
}

// check decodes every entry as a whole.
func (s *shelf[E]) check() error {
	if s.all(); s.err != nil {
		return s.err
	}
	var errs []error
	for i := range s.brief {
		_, err := s.decode(i)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// list returns all entries, always the same list.
func (s *shelf[E]) list() []E {
	if s == nil {
		return nil
	}
	s.once.Do(func() {
		for _, b := range s.all() {
			e, _ := s.byID(s.entry(b).ID)
			s.entries = append(s.entries, e)
		}
	})
	return s.entries
}

// briefKeys are what entries are found and ordered by, by table; nil stands for all keys of a table.
var briefKeys = map[string][]string{
	"":         {"id", "aliases", "common", "rank", "kind", "company", "category", "own", "resells", "spf", "ns", "shared"},
	"[detect]": nil,
	"[server]": {"pattern", "forms"},
	"[dkim]":   {"can", "form", "selectors", "targets"},
}

// briefly returns the lines of a text that have the keys in briefKeys, each with the lines of its list. The lines are not
// parsed; a test compares the result with the whole for every file.
func briefly(text string) string {
	var out strings.Builder
	keys, in, taken := briefKeys[""], true, false
	for line := range strings.Lines(text) {
		switch line[0] {
		case '[':
			keys, in = briefKeys[strings.TrimRight(line, " \r\n")]
			taken = in
		case ' ', '\t', ']', '"': // the line before goes on
		default:
			key, _, _ := strings.Cut(line, "=")
			key, _, _ = strings.Cut(strings.TrimRight(key, " \t"), ".")
			taken = in && (keys == nil || slices.Contains(keys, key))
		}
		if taken {
			out.WriteString(line)
		}
	}
	return out.String()
}
