package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
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
	tag  language.Tag
	fsys fs.FS

	mu     sync.Mutex
	unread map[string][]string // names of the files that were not read yet, by topic
	tables map[string][]part   // those that were not parsed yet, by the name in the header
	texts  map[string]*entry
}

// part is one table of a file, including its header.
type part struct{ file, text string }

// entry is a text with its plural forms.
type entry struct {
	forms  map[string]string
	parsed map[string]template
}

// formNames are the keys that make a table a text with plural forms.
var formNames = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: other}

// other is the form that every text has.
const other = "other"

// newStore finds the TOML files of a folder.
func newStore(fsys fs.FS, l Lang) (*store, error) {
	s := &store{tag: language.Make(string(l)), fsys: fsys, unread: map[string][]string{}, tables: map[string][]part{}, texts: map[string]*entry{}}
	names, err := fs.Glob(fsys, string(l)+"/*.toml")
	for _, name := range names {
		if base := path.Base(name); base != factsFile {
			s.unread[topicOf(base)] = append(s.unread[topicOf(base)], name)
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

// open reads the files of a topic and finds their tables.
func (s *store) open(topic string) error {
	names := s.unread[topic]
	delete(s.unread, topic)
	for _, name := range names {
		raw, err := fs.ReadFile(s.fsys, name)
		if err != nil {
			return err
		}
		s.split(name, unsafe.String(unsafe.SliceData(raw), len(raw))) // raw is not used elsewhere
	}
	return nil
}

// split cuts a file where its tables begin.
func (s *store) split(file, text string) {
	table, from, open := "", 0, ""
	plain := !strings.Contains(text, `"""`) && !strings.Contains(text, `'''`) // no line is inside a string
	for at := 0; at < len(text); {
		if plain && text[at] != '[' {
			next := strings.Index(text[at:], "\n[")
			if next < 0 {
				break
			}
			at += next + 1
		}
		end := strings.IndexByte(text[at:], '\n') + 1
		if end == 0 {
			end = len(text) - at
		}
		line := text[at : at+end]
		if open == "" && line[0] == '[' {
			s.tables[table] = append(s.tables[table], part{file, text[from:at]})
			name, _, _ := strings.Cut(line[1:], "]")
			table, from = strings.TrimSpace(name), at
		}
		open = within(line, open)
		at += end
	}
	s.tables[table] = append(s.tables[table], part{file, text[from:]})
}

// within returns the quotation marks of a multi-line string that are open after a line; open are those before it.
func within(line, open string) string {
	for {
		if open != "" {
			at := strings.Index(line, open)
			if at < 0 {
				return open
			}
			line, open = line[at+3:], ""
		}
		double, single := strings.Index(line, `"""`), strings.Index(line, `'''`)
		switch {
		case double < 0 && single < 0:
			return ""
		case single < 0 || double >= 0 && double < single:
			line, open = line[double+3:], `"""`
		default:
			line, open = line[single+3:], `'''`
		}
	}
}

// find returns a text, after reading the files and parsing the tables that may hold it.
func (s *store) find(id string) (*entry, error) {
	if e := s.texts[id]; e != nil {
		return e, nil
	}
	if err := s.open(topicOf(id)); err != nil {
		return nil, err
	}
	for table := id; ; table = table[:max(0, strings.LastIndexByte(table, '.'))] {
		parts := s.tables[table]
		delete(s.tables, table)
		for _, p := range parts {
			if err := s.load(p); err != nil {
				return nil, err
			}
		}
		if table == "" {
			break
		}
	}
	if e := s.texts[id]; e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("no such text")
}

// all parses every table.
func (s *store) all() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for topic := range s.unread {
		errs = append(errs, s.open(topic))
	}
	for table, parts := range s.tables {
		delete(s.tables, table)
		for _, p := range parts {
			errs = append(errs, s.load(p))
		}
	}
	return errors.Join(errs...)
}

// load parses one table.
func (s *store) load(p part) error {
	var parser unstable.Parser
	parser.Reset([]byte(p.text))
	header := ""
	for parser.NextExpression() {
		e := parser.Expression()
		if e.Kind != unstable.KeyValue {
			header = joined(e.Key()) + "."
			continue
		}
		if err := s.put(header+joined(e.Key()), e.Value()); err != nil {
			return fmt.Errorf("i18n/%s: %w", p.file, err)
		}
	}
	if err := parser.Error(); err != nil {
		return fmt.Errorf("i18n/%s: %w", p.file, err)
	}
	return nil
}

func joined(key unstable.Iterator) string {
	var parts []string
	for key.Next() {
		parts = append(parts, string(key.Node().Data))
	}
	return strings.Join(parts, ".")
}

// put stores the text of a key, or those of an inline table.
func (s *store) put(id string, v *unstable.Node) error {
	if v.Kind == unstable.InlineTable {
		for items := v.Children(); items.Next(); {
			if err := s.put(id+"."+joined(items.Node().Key()), items.Node().Value()); err != nil {
				return err
			}
		}
		return nil
	}
	if v.Kind != unstable.String {
		return fmt.Errorf("%s is no text", id)
	}
	form := other
	if at := strings.LastIndexByte(id, '.'); at >= 0 && isForm(id[at+1:]) {
		id, form = id[:at], id[at+1:]
	}
	if s.texts[id] == nil {
		s.texts[id] = &entry{forms: map[string]string{}, parsed: map[string]template{}}
	}
	if _, twice := s.texts[id].forms[form]; twice {
		return fmt.Errorf("%s stands twice", id)
	}
	s.texts[id].forms[form] = string(v.Data)
	return nil
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
	form := other
	if n, ok := number(count); ok {
		if want := formNames[plural.Cardinal.MatchPlural(s.tag, n, 0, 0, 0, 0)]; e.forms[want] != "" {
			form = want
		}
	}
	if t, ok := e.parsed[form]; ok {
		return t, nil
	}
	t, err := parse(e.forms[form])
	if err == nil {
		e.parsed[form] = t
	}
	return t, err
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
