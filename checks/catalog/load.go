package catalog

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed hosts/*.toml senders/*.toml panels/*.toml *.toml
var files embed.FS

// Load returns the embedded catalogue, which is read once. The files themselves are embedded, so a new entry needs
// nothing but its file.
func Load() (*Catalog, error) { return loaded() }

var loaded = sync.OnceValues(func() (*Catalog, error) { return read(files, program) })

// pack is what the files say of how entries are found. The program's own is laid out by the compiler (packed.go).
type pack struct {
	hosts     []Host
	senders   []Sender
	panels    []Panel
	selectors []Selector
	resolvers func() []Resolver // has maps, which only code can make
	index     *index
}

var program = pack{packedHosts, packedSenders, packedPanels, packedSelectors, packedResolvers, &packedIndex}

// finish prepares what is not in the files. The index is made when it is first needed, unless all that it holds is packed.
func (c *Catalog) finish(p pack) {
	c.index = sync.OnceValue(func() *index {
		if p.index != nil && c.hosts.asPacked() && c.senders.asPacked() && c.panels.asPacked() {
			return p.index
		}
		return newIndex(c)
	})
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
	c, err := read(fsys, pack{})
	if err != nil {
		return nil, err
	}
	return c, errors.Join(c.selectors.check(), c.parks.check(), c.hosts.check(), c.senders.check(), c.panels.check())
}

// read is Read without what is only read when it is asked for, or is packed.
func read(fsys fs.FS, p pack) (*Catalog, error) {
	c := &Catalog{
		hosts: &shelf[Host]{
			fsys: fsys, dir: "hosts", packed: p.hosts,
			entry:  func(h *Host) *Entry { return &h.Entry },
			settle: func(h *Host) { h.Kind = cmp.Or(h.Kind, KindHost) },
		},
		senders: &shelf[Sender]{
			fsys: fsys, dir: "senders", packed: p.senders,
			entry:  func(s *Sender) *Entry { return &s.Entry },
			settle: func(s *Sender) { s.Kind = kindOf(*s) },
		},
		panels: &shelf[Panel]{
			fsys: fsys, dir: "panels", packed: p.panels,
			entry:  func(p *Panel) *Entry { return &p.Entry },
			settle: func(*Panel) {},
		},
	}
	c.selectors = &sheet[Selector]{read: func() ([]Selector, error) {
		if p.selectors != nil {
			return p.selectors, nil
		}
		var f selectorFile
		err := new(decoder).decode(fsys, "selectors.toml", &f)
		return f.Selector, err
	}}
	c.parks = &sheet[Park]{read: func() ([]Park, error) { return readParks(fsys) }}
	c.finish(p)
	if p.resolvers != nil {
		c.Resolvers = p.resolvers()
		return c, nil
	}
	var f resolverFile
	err := new(decoder).decode(fsys, "resolvers.toml", &f)
	c.Resolvers = f.Resolver
	return c, err
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

// Base returns the common part of an entry.
func (e Entry) Base() Entry { return e }

// called reports whether an ID is the entry's, or an alias of it.
func (e *Entry) called(id string) bool { return e.ID == id || slices.Contains(e.Aliases, id) }

// Hosts returns all mail hosts.
func (c *Catalog) Hosts() []Host { return c.hosts.list() }

// Senders returns all sending services.
func (c *Catalog) Senders() []Sender { return c.senders.list() }

// Panels returns all DNS panels.
func (c *Catalog) Panels() []Panel { return c.panels.list() }

// First returns the most common mail hosts and sending services, as many as given, with what they are found by.
func (c *Catalog) First(hosts, senders int) ([]*Host, []*Sender) {
	h, s := c.hosts.all(), c.senders.all()
	return h[:min(hosts, len(h))], s[:min(senders, len(s))]
}

// Selectors returns the usual selectors, the likeliest first. Hosts and senders have their own in DKIM.Selectors; a pattern
// with "*" cannot be looked up.
func (c *Catalog) Selectors() []Selector { return c.selectors.all() }

// Parks returns name servers of domains that are out of use; see Parking.
func (c *Catalog) Parks() []Park { return c.parks.all() }

// Host returns a mail host by ID or alias.
func (c *Catalog) Host(id string) (Host, bool) { return c.hosts.byID(id) }

// Sender returns a sending service by ID or alias.
func (c *Catalog) Sender(id string) (Sender, bool) { return c.senders.byID(id) }

// Panel returns a DNS panel by ID or alias.
func (c *Catalog) Panel(id string) (Panel, bool) { return c.panels.byID(id) }

// Resolver returns a public resolver by ID or alias.
func (c *Catalog) Resolver(id string) (found Resolver, ok bool) {
	if i := slices.IndexFunc(c.Resolvers, func(r Resolver) bool { return r.called(id) }); i >= 0 {
		return c.Resolvers[i], true
	}
	return found, false
}
