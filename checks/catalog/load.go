package catalog

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

//go:embed hosts/*.toml senders/*.toml panels/*.toml *.toml
var files embed.FS

// Load returns the embedded catalogue, which is read once. The files themselves are embedded, so a new entry needs
// nothing but its file.
func Load() (*Catalog, error) { return loaded() }

var loaded = sync.OnceValues(func() (*Catalog, error) { return Read(files) })

// finish prepares what is not in the files. The index is built when it is first needed.
func (c *Catalog) finish() {
	c.index = sync.OnceValue(func() *index { return newIndex(c) })
}

// resolverFile is the structure of resolvers.toml.
type resolverFile struct {
	Resolver []Resolver `toml:"resolver"`
}

// selectorFile is the structure of selectors.toml.
type selectorFile struct {
	Source   []string   `toml:"source"`
	Checked  string     `toml:"checked"`
	Selector []Selector `toml:"selector"`
}

// Read reads a catalogue from a file system: hosts/, senders/ and panels/ with one entry per file, and resolvers.toml,
// selectors.toml and parking.toml. It returns an error for what does not decode, including unknown keys, and for a park
// without name servers, which nothing could find; Check tests the rest.
func Read(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{}
	var rs resolverFile
	var ss selectorFile
	var ps parkFile
	jobs := []job{
		func(d *decoder) error { return d.decode(fsys, "resolvers.toml", &rs) },
		func(d *decoder) error { return d.decode(fsys, "selectors.toml", &ss) },
		func(d *decoder) error {
			if err := d.decode(fsys, "parking.toml", &ps); !errors.Is(err, fs.ErrNotExist) { // optional here, though Check requires it
				return err
			}
			return nil
		},
	}
	var errs [3]error
	var more [3][]job
	c.Hosts, more[0], errs[0] = entries[Host](fsys, "hosts")
	c.Senders, more[1], errs[1] = entries[Sender](fsys, "senders")
	c.Panels, more[2], errs[2] = entries[Panel](fsys, "panels")
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	if err := run(append(jobs, slices.Concat(more[:]...)...)); err != nil {
		return nil, err
	}
	for i := range c.Hosts {
		c.Hosts[i].Kind = cmp.Or(c.Hosts[i].Kind, KindHost)
	}
	for i := range c.Senders {
		c.Senders[i].Kind = kindOf(c.Senders[i])
	}
	c.Resolvers, c.Selectors, c.Parks = rs.Resolver, ss.Selector, ps.Park
	if err := c.named(fsys); err != nil {
		return nil, err
	}
	order(c.Hosts)
	order(c.Senders)
	order(c.Panels)
	c.finish()
	return c, nil
}

// entries prepares the reading of a folder: it returns a list with room for each file, and the jobs that fill it.
func entries[E based](fsys fs.FS, dir string) ([]E, []job, error) {
	names, err := fs.Glob(fsys, dir+"/*.toml")
	if err != nil {
		return nil, nil, err
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("%s: no entries", dir)
	}
	list := make([]E, len(names))
	jobs := make([]job, len(names))
	for i, name := range names {
		jobs[i] = func(d *decoder) error {
			err := d.decode(fsys, name, &list[i])
			if id := list[i].Base().ID; err == nil && id != strings.TrimSuffix(path.Base(name), ".toml") {
				err = fmt.Errorf("%s:1: id %q must be the file's name", name, id)
			}
			return err
		}
	}
	return list, jobs, nil
}

// job reads one file.
type job func(*decoder) error

// run runs the jobs on all processors, with a decoder each, and joins their errors in order.
func run(jobs []job) error {
	errs := make([]error, len(jobs))
	next := make(chan int, len(jobs))
	for i := range jobs {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			var d decoder
			for i := range next {
				errs[i] = jobs[i](&d)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// lineOf returns the line, counted from 1, of a key: its last part, below the header of its table. It returns 1 if the
// key is not found.
func lineOf(text string, key ...string) int {
	table, line := "", 0
	want := strings.Join(key[:max(0, len(key)-1)], ".")
	fallback := 0
	for l := range strings.Lines(text) {
		line++
		l = strings.TrimSpace(l)
		if head, ok := strings.CutPrefix(l, "["); ok && !strings.Contains(l, "=") {
			table = strings.Trim(head, "[] ")
			if table == strings.Join(key, ".") {
				return line
			}
			continue
		}
		name, rest, ok := strings.Cut(l, "=")
		if !ok {
			continue
		}
		full := strings.Trim(table+"."+strings.Trim(strings.TrimSpace(name), `"`), ".")
		if full == strings.Join(key, ".") {
			return line
		}
		if full == want && strings.Contains(rest, key[len(key)-1]) { // in an inline table
			fallback = cmp.Or(fallback, line)
		}
	}
	return max(fallback, 1)
}

// based is a kind of entry.
type based interface{ Base() Entry }

// order sorts entries: common ones first, by rank, then the others by ID.
func order[E based](list []E) {
	slices.SortStableFunc(list, func(a, b E) int {
		x, y := a.Base(), b.Base()
		if x.Seeds != y.Seeds {
			if x.Seeds {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.ID, y.ID))
	})
}

// Base returns the common part of an entry.
func (e Entry) Base() Entry { return e }

func (e *Entry) common() *Entry { return e }

// Host returns a mail host by ID or alias.
func (c *Catalog) Host(id string) (Host, bool) { return byID(c.Hosts, id) }

// Sender returns a sending service by ID or alias.
func (c *Catalog) Sender(id string) (Sender, bool) { return byID(c.Senders, id) }

// Panel returns a DNS panel by ID or alias.
func (c *Catalog) Panel(id string) (Panel, bool) { return byID(c.Panels, id) }

// Resolver returns a public resolver by ID or alias.
func (c *Catalog) Resolver(id string) (Resolver, bool) { return byID(c.Resolvers, id) }

func byID[E any, P interface {
	*E
	common() *Entry
}](list []E, id string) (found E, ok bool) {
	for i := range list { // entries are large, so copy only the one that is found
		if e := P(&list[i]).common(); e.ID == id || slices.Contains(e.Aliases, id) {
			return list[i], true
		}
	}
	return found, false
}
