package i18n

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"math/bits"
	"path"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/pelletier/go-toml/v2/unstable"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// store holds the texts of one language. A run needs few of them, so a file is read when one of its texts may be needed,
// and then only cut where its tables begin; a table is parsed when one of its texts is needed.
type store struct {
	tag   language.Tag
	fsys  fs.FS
	dir   string
	files []string // in dir

	mu     sync.Mutex
	topics map[string]*topic // those that were asked for
	parser unstable.Parser
	cutter cutter
}

// topic is the files of one topic, and where their tables are. Of a file only the tables that are needed are copied into
// memory.
type topic struct {
	files  []source
	tables []table
	slots  []uint16 // places in tables, from 1, by the sums of their names: a hash table with linear probing
}

// source is a file.
type source struct {
	name string
	io.ReaderAt
}

// table is where a table stands, including its header.
type table struct {
	sum    uint32 // of its name
	file   int32  // its place in topic.files
	at, to int32
	parsed *parsed
}

// parsed is what is in a table.
type parsed struct {
	name  string
	text  string
	texts []entry
	err   error
}

// entry is a text.
type entry struct {
	id string // below the table's name; "" where the table is the text's own
	form
	plurals map[string]*form // by the keys in formNames; nil if it is the same for every count
}

// form is a text for some counts.
type form struct {
	text   string
	pieces *pieces // nil until they are asked for
}

// pieces is what parse makes of a text.
type pieces struct {
	template
	err error
}

// formNames are the keys that make a table a text with plural forms.
var formNames = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: other}

// other is the form that every text has.
const other = "other"

// newStore finds the TOML files of a folder.
func newStore(fsys fs.FS, l Lang) (*store, error) {
	s := &store{tag: language.Make(string(l)), fsys: fsys, dir: string(l), topics: map[string]*topic{}}
	files, err := fs.ReadDir(fsys, s.dir)
	for _, f := range files {
		if name := f.Name(); name != factsFile && path.Ext(name) == ".toml" {
			s.files = append(s.files, name)
		}
	}
	return s, err
}

// topicOf returns the topic of a text, or of a file: the first word of its ID or name, in the singular. The texts of a
// topic are in its files: words.list in words.toml or words-lists.toml, finding.spf-void.what in findings.toml.
func topicOf(id string) string {
	id, _, _ = strings.Cut(id, ".")
	id, _, _ = strings.Cut(id, "-")
	return strings.TrimSuffix(id, "s")
}

// open returns a topic, after finding the tables in its files.
func (s *store) open(name string) (*topic, error) {
	if t := s.topics[name]; t != nil {
		return t, nil
	}
	t := &topic{}
	for _, base := range s.files {
		if topicOf(base) != name {
			continue
		}
		f, err := s.fsys.Open(path.Join(s.dir, base)) // it stays open, which costs nothing where it is in memory
		if err != nil {
			return nil, err
		}
		at, ok := f.(io.ReaderAt)
		if !ok {
			return nil, fmt.Errorf("i18n/%s/%s cannot be read in parts", s.dir, base)
		}
		if err := t.add(source{base, at}, &s.cutter); err != nil {
			return nil, err
		}
	}
	s.topics[name] = t
	return t, nil
}

// add adds the tables of a file.
func (t *topic) add(file source, c *cutter) error {
	if err := c.cut(file); err != nil {
		return err
	}
	t.tables = slices.Grow(t.tables, len(c.heads))
	for i, h := range c.heads {
		to := c.size
		if i+1 < len(c.heads) {
			to = c.heads[i+1].at
		}
		t.tables = append(t.tables, table{sum: h.sum, file: int32(len(t.files)), at: h.at, to: to})
	}
	t.files = append(t.files, file)
	t.slots = make([]uint16, 1<<bits.Len(uint(2*len(t.tables))))
	for i, x := range t.tables {
		at := t.slot(x.sum)
		for t.slots[at] > 0 {
			at = t.slot(at + 1)
		}
		t.slots[at] = uint16(i + 1)
	}
	return nil
}

// slot returns the place in slots from which on a table is looked for.
func (t *topic) slot(sum uint32) uint32 { return sum & uint32(len(t.slots)-1) }

// find returns a text, after parsing the tables that may hold it.
func (s *store) find(id string) (*entry, error) {
	t, err := s.open(topicOf(id))
	if err != nil {
		return nil, err
	}
	for name := id; ; name = name[:max(0, strings.LastIndexByte(name, '.'))] {
		below, sum := strings.TrimPrefix(id[len(name):], "."), uint32(maphash.String(seed, name))
		for at := t.slot(sum); len(t.slots) > 0 && t.slots[at] > 0; at = t.slot(at + 1) {
			x := &t.tables[t.slots[at]-1]
			if x.sum != sum {
				continue
			}
			p := s.load(t, x)
			if p.err != nil {
				return nil, p.err
			}
			if e := p.find(below); e != nil && p.name == name {
				return e, nil
			}
		}
		if name == "" {
			return nil, errors.New("no such text")
		}
	}
}

// find returns a text of a table; nil if there is none.
func (p *parsed) find(id string) *entry {
	for i := range p.texts {
		if p.texts[i].id == id {
			return &p.texts[i]
		}
	}
	return nil
}

// all parses every table, and calls visit with the ID of each text.
func (s *store) all(visit func(id string, e *entry)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range s.files {
		if _, err := s.open(topicOf(file)); err != nil {
			return err
		}
	}
	var errs []error
	seen := map[string]bool{}
	for _, t := range s.topics {
		for i := range t.tables {
			p, file := s.load(t, &t.tables[i]), t.files[t.tables[i].file].name
			errs = append(errs, p.err)
			if t.tables[i].sum != uint32(maphash.String(seed, p.name)) {
				errs = append(errs, fmt.Errorf("i18n/%s/%s: the header of [%s] is written in another way", s.dir, file, p.name))
			}
			for k := range p.texts {
				id := p.whole(p.texts[k].id)
				if seen[id] {
					errs = append(errs, fmt.Errorf("i18n/%s/%s: %s stands twice", s.dir, file, id))
				}
				seen[id] = true
				visit(id, &p.texts[k])
			}
		}
	}
	return errors.Join(errs...)
}

// load parses one table.
func (s *store) load(t *topic, x *table) *parsed {
	if x.parsed != nil {
		return x.parsed
	}
	raw := make([]byte, x.to-x.at)
	_, err := t.files[x.file].ReadAt(raw, int64(x.at))
	if err == io.EOF {
		err = nil
	}
	text := unsafe.String(unsafe.SliceData(raw), len(raw)) // the parser only reads
	p := &parsed{text: text, texts: make([]entry, 0, strings.Count(text, "\n"))}
	s.parser.Reset(raw)
	for err == nil && s.parser.NextExpression() {
		if e := s.parser.Expression(); e.Kind == unstable.KeyValue {
			err = p.put(p.key(e), e.Value())
		} else {
			p.name = p.key(e)
		}
	}
	if err = cmp.Or(err, s.parser.Error()); err != nil {
		p.err = fmt.Errorf("i18n/%s/%s: %w", s.dir, t.files[x.file].name, err)
	}
	x.parsed = p
	return p
}

// key returns the key of an expression as it is written.
func (p *parsed) key(n *unstable.Node) (text string) {
	for key := n.Key(); key.Next(); {
		if text != "" {
			text += "."
		}
		text += p.string(key.Node())
	}
	return text
}

// string returns the text of a key or a value. Where nothing in it is escaped it needs no memory of its own.
func (p *parsed) string(n *unstable.Node) string {
	raw := p.text[n.Raw.Offset:][:n.Raw.Length]
	if quotes := len(raw) - len(n.Data); quotes == 0 || quotes == 2 {
		return raw[quotes/2:][:len(n.Data)]
	}
	return string(n.Data)
}

// whole returns an ID below the table's name with that name.
func (p *parsed) whole(id string) string { return strings.Trim(p.name+"."+id, ".") }

// put stores the text of a key, or those of an inline table.
func (p *parsed) put(id string, v *unstable.Node) error {
	if v.Kind == unstable.InlineTable {
		for items := v.Children(); items.Next(); {
			if err := p.put(id+"."+p.key(items.Node()), items.Node().Value()); err != nil {
				return err
			}
		}
		return nil
	}
	if v.Kind != unstable.String {
		return fmt.Errorf("%s is no text", p.whole(id))
	}
	at := strings.LastIndexByte(id, '.')
	name := id[at+1:]
	if !isForm(name) {
		p.texts = append(p.texts, entry{id: id, form: form{text: p.string(v)}})
		return nil
	}
	id = id[:max(0, at)]
	e := p.find(id)
	if e == nil {
		p.texts = append(p.texts, entry{id: id})
		e = &p.texts[len(p.texts)-1]
	}
	if e.plurals == nil {
		e.plurals = map[string]*form{}
	}
	if f := e.of(name); f != nil && f.text != "" {
		return fmt.Errorf("%s stands twice", p.whole(id))
	}
	if name == other {
		e.form.text = p.string(v)
	} else {
		e.plurals[name] = &form{text: p.string(v)}
	}
	return nil
}

// of returns a form of the text; nil if it has none of that name.
func (e *entry) of(name string) *form {
	if name == other {
		return &e.form
	}
	return e.plurals[name]
}

func isForm(name string) bool {
	for _, f := range formNames {
		if f == name {
			return true
		}
	}
	return false
}

// template returns the parsed text, in the plural form for count; nil means no count.
func (s *store) template(id string, count any) (template, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(id)
	if err != nil {
		return nil, err
	}
	f := &e.form
	if n, ok := number(count); ok && e.plurals != nil {
		if want := e.of(formNames[plural.Cardinal.MatchPlural(s.tag, n, 0, 0, 0, 0)]); want != nil {
			f = want
		}
	}
	if f.pieces == nil {
		t, err := parse(f.text)
		f.pieces = &pieces{t, err}
	}
	return f.pieces.template, f.pieces.err
}

// number converts a count to an int; ok is false if it is not a whole number.
func number(count any) (int, bool) {
	var n int64
	switch c := count.(type) {
	case int:
		n = int64(c)
	case int64:
		n = c
	case uint32:
		n = int64(c)
	default:
		return 0, false
	}
	return int(max(n, -n)), true
}
