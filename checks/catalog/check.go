package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/width"

	"example.org/todoku/i18n/bylang"
)

// Check reports what is wrong with a catalogue beyond what Read rejects. Every text must be in the given languages and in
// bylang.Fallback; every entry must have a source, a date and a confidence for each topic; patterns, choices and terms
// must be well formed; IDs must be unique and references valid; and no character may have ambiguous width (Unicode Annex
// 11), which tears frames on some terminals. Each error begins with "file:line: ".
func Check(fsys fs.FS, langs ...string) error {
	c, err := Read(fsys)
	if err != nil {
		return errors.Join(err, letters(fsys))
	}
	k := &checker{fsys: fsys, ids: map[string]string{}, c: c, langs: langs}
	if !slices.Contains(langs, bylang.Fallback) {
		k.langs = append([]string{bylang.Fallback}, langs...)
	}
	k.errs = append(k.errs, letters(fsys))
	for _, h := range c.Hosts() {
		k.host(h)
	}
	for _, s := range c.Senders() {
		k.sender(s)
	}
	for _, p := range c.Panels() {
		k.panel(p)
	}
	k.resolvers()
	k.selectors()
	k.parks()
	return errors.Join(k.errs...)
}

// letters reports characters of ambiguous width, in comments too.
func letters(fsys fs.FS) error {
	var errs []error
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".toml" {
			return err
		}
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		line := 0
		for l := range strings.Lines(string(raw)) {
			line++
			for _, r := range l {
				if width.LookupRune(r).Kind() == width.EastAsianAmbiguous {
					errs = append(errs, fmt.Errorf("%s:%d: letter %q (%U) is one or two cells wide, depending on the terminal", name, line, r, r))
				}
			}
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// checker is one run of Check.
type checker struct {
	fsys  fs.FS
	c     *Catalog
	langs []string          // the languages that every text must have
	ids   map[string]string // from kind and ID or alias to the file that has it
	errs  []error
}

// file is the text of one entry, so that errors can name a line.
type file struct {
	k     *checker
	name  string
	text  string
	lines []string // of the text, for section
	first int      // number of lines before the text, for an entry in a list
}

// open reads a file of the catalogue.
func (k *checker) open(name string) *file {
	raw, err := fs.ReadFile(k.fsys, name)
	if err != nil {
		k.errs = append(k.errs, err)
	}
	return &file{k: k, name: name, text: string(raw)}
}

// bad adds an error about a key, which is given with its tables ("dkim.form").
func (f *file) bad(key, format string, args ...any) {
	f.badLine(lineOf(f.text, strings.Split(key, ".")...), format, args...)
}

// badLine adds an error about a line.
func (f *file) badLine(line int, format string, args ...any) {
	f.k.errs = append(f.k.errs, fmt.Errorf("%s:%d: %s", f.name, line+f.first, fmt.Sprintf(format, args...)))
}

var (
	idForm      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`) })
	patternForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9_*#-]+(\.[a-z0-9_*#-]+)*\.[a-z0-9-]+$`) })
	labelForm   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9_*#-]+(\.[a-z0-9_*#-]+)*$`) })
	termForm    = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[+?~-]?(include:|exists:|ip4:|ip6:|a:|mx:|a$|mx$)[^\s"]*$`)
	})
	kana   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\p{Hiragana}\p{Katakana}]`) })
	romaji = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-z]`) })
)

// The values that some fields may have.
var (
	certainties = []string{string(Confirmed), string(Seen), string(Memory), string(NotKnown)}
	places      = []string{"spf", "dkim", "dmarc", "mx", "panel", "forward", "list", "any"}
	categories  = []Category{Transactional, Newsletter, Marketing, CRM, Helpdesk, Commerce, Website, WebForm,
		Billing, Collaboration, Gateway, Forwards, HostedSPF, Plugin, Survey, Auth}
	unsourced = []string{"memory", "public zones"}
)

func (f *file) oneOf(key, value string, allowed ...string) { oneOf(f, key, value, allowed...) }

// oneOf adds an error unless the value is one of the allowed ones.
func oneOf[S ~string](f *file, key string, value S, allowed ...S) {
	if !slices.Contains(allowed, value) {
		var names []string
		for _, a := range allowed {
			names = append(names, string(a))
		}
		f.bad(key, "%s is %q; allowed: %s", key, value, strings.Join(names, ", "))
	}
}

// entry checks what all kinds have in common. topics are those that need a confidence.
func (f *file) entry(kind string, e Entry, topics ...string) {
	if !idForm().MatchString(e.ID) {
		f.bad("id", "id %q must be small letters, digits and hyphens", e.ID)
	}
	for _, id := range append([]string{e.ID}, e.Aliases...) {
		if other, ok := f.k.ids[kind+id]; ok {
			f.bad("aliases", "%s %q is taken by %s", kind, id, other)
		}
		f.k.ids[kind+id] = f.name
	}
	f.named(e.Name)
	if r := strings.Join(e.Reading, " "); !kana().MatchString(r) || !romaji().MatchString(r) {
		f.bad("reading", "reading must have kana and small Latin letters")
	}
	f.sources(e.ID, e.Source, e.Checked)
	f.confidence(e, topics)
	for i, w := range e.Beware {
		line := f.nth("[[beware]]", i)
		if !slices.Contains(places, w.At) {
			f.badLine(line, "warning at %q; allowed: %s", w.At, strings.Join(places, ", "))
		}
		switch lacks := w.Text.Missing(f.k.langs...); {
		case !w.Text.Given():
			f.badLine(line, "a warning without a text")
		case len(lacks) > 0:
			f.badLine(line, "a warning is missing in %s", strings.Join(lacks, ", "))
		}
	}
}

// named requires a name in every language of the catalogue.
func (f *file) named(t Text) {
	switch lacks := t.Missing(f.k.langs...); {
	case !t.Given():
		f.bad("name", "a name is missing")
	case len(lacks) > 0:
		f.bad("name", "the name is missing in %s", strings.Join(lacks, ", "))
	}
}

// sources requires a source and the date when it was last read.
func (f *file) sources(id string, source []string, checked string) {
	if len(source) == 0 {
		f.bad("source", "%s has no source", id)
	}
	if at, err := time.Parse(time.DateOnly, checked); err != nil || at.Year() < 2020 {
		f.bad("checked", "%s has no date of the last look at its source (checked = \"YYYY-MM-DD\"): %q", id, checked)
	}
}

// confidence requires a valid confidence for each topic.
func (f *file) confidence(e Entry, topics []string) {
	for _, t := range topics {
		if _, ok := e.Conf[t]; !ok {
			f.bad("confidence", "%s: how sure %q is, is missing", e.ID, t)
		}
	}
	for _, t := range slices.Sorted(maps.Keys(e.Conf)) {
		if t == "forward" { // it has sources of its own: see forwarding
			f.oneOf("confidence.forward", string(e.Conf[t]), certainties...)
			continue
		}
		f.sure("confidence."+t, fmt.Sprintf("%s: %q", e.ID, t), e.Conf[t], e.Source)
	}
}

// sure checks one confidence: a fact without a source cannot be confirmed.
func (f *file) sure(key, what string, c Confidence, source []string) {
	f.oneOf(key, string(c), certainties...)
	if c == Confirmed && !slices.ContainsFunc(source, func(s string) bool { return !slices.Contains(unsourced, s) }) {
		f.bad(key, "%s cannot be confirmed without a source", what)
	}
}

// nth returns the line of the nth header (from 0), or 1 if there is none.
func (f *file) nth(header string, n int) int {
	line := 0
	for l := range strings.Lines(f.text) {
		line++
		if strings.TrimSpace(l) == header {
			if n == 0 {
				return line
			}
			n--
		}
	}
	return 1
}

// texts requires, of every text in a struct that is given at all, every language of the catalogue.
func (f *file) texts(prefix string, v reflect.Value) {
	for i := range v.NumField() {
		sf, fv := v.Type().Field(i), v.Field(i)
		key, _, _ := strings.Cut(sf.Tag.Get("toml"), ",")
		if prefix != "" {
			key = prefix + "." + key
		}
		if fv.Kind() == reflect.Pointer {
			fv = fv.Elem()
		}
		switch t := fv; {
		case !t.IsValid():
		case t.Type() == reflect.TypeFor[Text]():
			if lacks := t.Interface().(Text).Missing(f.k.langs...); len(lacks) > 0 {
				f.bad(key, "%s is missing in %s", key, strings.Join(lacks, ", "))
			}
		case t.Kind() != reflect.Struct:
		case sf.Anonymous:
			f.texts(prefix, t)
		default:
			f.texts(key, t)
		}
	}
}

// patterns adds an error for each pattern that does not have the given form.
func (f *file) patterns(key string, form *regexp.Regexp, list []string) {
	for _, p := range list {
		if !form.MatchString(p) || strings.Contains(p, "**") {
			f.bad(key, "%s: %q is no name pattern (small letters, no final dot, \"*\" or \"#\" within a label)", key, p)
		}
	}
}
