package i18n

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
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
}

// topic is the files of one topic, cut into tables.
type topic struct {
	parts []part
	first map[string]int // the place in parts of the first table of that name
}

// part is one table of a file, including its header.
type part struct {
	file, table, text string

	next   int // the place of the next table of that name; 0 if there is none
	parsed *parsed
}

// parsed is what is in a table.
type parsed struct {
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

// open returns a topic, after reading its files and finding their tables.
func (s *store) open(name string) (*topic, error) {
	if t := s.topics[name]; t != nil {
		return t, nil
	}
	t := &topic{}
	for _, file := range s.files {
		if topicOf(file) != name {
			continue
		}
		raw, err := fs.ReadFile(s.fsys, path.Join(s.dir, file))
		if err != nil {
			return nil, err
		}
		t.split(file, unsafe.String(unsafe.SliceData(raw), len(raw))) // raw is not used elsewhere
	}
	s.topics[name] = t
	return t, nil
}

// split cuts a file where its tables begin: at the lines that begin with "[" and are not inside a text.
func (t *topic) split(file, text string) {
	heads := make([]int, 0, 64)
	for at := 0; at < len(text); at += lines(text[at:]) {
		if text[at] == '[' {
			heads = append(heads, at)
		}
	}
	if t.first == nil {
		t.first = make(map[string]int, len(heads)+1)
	}
	t.parts = slices.Grow(t.parts, len(heads)+1)
	table, from := "", 0
	for _, at := range append(heads, len(text)) {
		if before, ok := t.first[table]; ok {
			for t.parts[before].next > 0 {
				before = t.parts[before].next
			}
			t.parts[before].next = len(t.parts)
		} else {
			t.first[table] = len(t.parts)
		}
		t.parts = append(t.parts, part{file: file, table: table, text: text[from:at]})
		if from = at; at < len(text) {
			table, _, _ = strings.Cut(text[at+1:], "]")
			table = strings.TrimSpace(table)
		}
	}
}

// lines returns the length of a text's first line, or of the lines over which the value in it goes. A value over several
// lines is looked for behind the line's first "=" only; a test compares what is read with what another library reads.
func lines(text string) int {
	end := strings.IndexByte(text, '\n')
	if end < 0 {
		return len(text)
	}
	_, value, _ := strings.Cut(text[:end], "=")
	value = strings.TrimLeft(value, " ")
	if !strings.HasPrefix(value, `"""`) && !strings.HasPrefix(value, `'''`) {
		return end + 1
	}
	rest := text[end-len(value)+3:]
	_, rest, _ = strings.Cut(rest, value[:3])
	_, rest, _ = strings.Cut(rest, "\n")
	return len(text) - len(rest)
}

// find returns a text, after reading the files and parsing the tables that may hold it.
func (s *store) find(id string) (*entry, error) {
	t, err := s.open(topicOf(id))
	if err != nil {
		return nil, err
	}
	for table := id; ; table = table[:max(0, strings.LastIndexByte(table, '.'))] {
		below := strings.TrimPrefix(id[len(table):], ".")
		for at, ok := t.first[table]; ok; at, ok = t.parts[at].next, t.parts[at].next > 0 {
			p := s.load(&t.parts[at])
			if p.err != nil {
				return nil, p.err
			}
			if e := p.find(below); e != nil {
				return e, nil
			}
		}
		if table == "" {
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
		for i := range t.parts {
			p := s.load(&t.parts[i])
			errs = append(errs, p.err)
			for k := range p.texts {
				id := t.parts[i].whole(p.texts[k].id)
				if seen[id] {
					errs = append(errs, fmt.Errorf("i18n/%s/%s: %s stands twice", s.dir, t.parts[i].file, id))
				}
				seen[id] = true
				visit(id, &p.texts[k])
			}
		}
	}
	return errors.Join(errs...)
}

// load parses one table.
func (s *store) load(p *part) *parsed {
	if p.parsed != nil {
		return p.parsed
	}
	p.parsed = &parsed{texts: make([]entry, 0, strings.Count(p.text, "\n"))}
	s.parser.Reset(unsafe.Slice(unsafe.StringData(p.text), len(p.text))) // the parser only reads
	err := error(nil)
	for err == nil && s.parser.NextExpression() {
		if e := s.parser.Expression(); e.Kind == unstable.KeyValue {
			err = p.put(p.key(e), e.Value())
		} else if name := p.key(e); name != p.table {
			err = fmt.Errorf("[%s] and not [%s]", name, p.table)
		}
	}
	if err = cmp.Or(err, s.parser.Error()); err != nil {
		p.parsed.err = fmt.Errorf("i18n/%s/%s: %w", s.dir, p.file, err)
	}
	return p.parsed
}

// key returns the key of an expression as it is written.
func (p *part) key(n *unstable.Node) (text string) {
	for key := n.Key(); key.Next(); {
		if text != "" {
			text += "."
		}
		text += p.string(key.Node())
	}
	return text
}

// string returns the text of a key or a value. Where nothing in it is escaped it needs no memory of its own.
func (p *part) string(n *unstable.Node) string {
	raw := p.text[n.Raw.Offset:][:n.Raw.Length]
	if quotes := len(raw) - len(n.Data); quotes == 0 || quotes == 2 {
		return raw[quotes/2:][:len(n.Data)]
	}
	return string(n.Data)
}

// whole returns an ID below the table's name with that name.
func (p *part) whole(id string) string { return strings.Trim(p.table+"."+id, ".") }

// put stores the text of a key, or those of an inline table.
func (p *part) put(id string, v *unstable.Node) error {
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
	name, here := id[at+1:], p.parsed
	if !isForm(name) {
		here.texts = append(here.texts, entry{id: id, form: form{text: p.string(v)}})
		return nil
	}
	id = id[:max(0, at)]
	e := here.find(id)
	if e == nil {
		here.texts = append(here.texts, entry{id: id})
		e = &here.texts[len(here.texts)-1]
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
