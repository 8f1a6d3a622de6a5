package i18n

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2/unstable"
	"golang.org/x/text/language"
)

// factsFile makes a folder a language.
const factsFile = "language.toml"

// facts is the content of language.toml: everything about a language except its texts.
type facts struct {
	Name    string // the language's own name, as Ctrl+L offers it
	Rank    int    // its place in lists of languages; those without come last, by tag
	CloseUp string // the characters between which no space is set, as a regular expression class; see closeUp
	// AmbiguousLetters allows characters of ambiguous width (UAX #11), such as é. A language shown on East Asian terminals
	// must not use them.
	AmbiguousLetters bool
}

// factsOf reads a language.toml. A general decoder would bring package reflect along into every start.
func factsOf(text []byte) (f facts, err error) {
	var p unstable.Parser
	p.Reset(text)
	for err == nil && p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue {
			return f, errors.New("no table belongs there")
		}
		v, key := e.Value(), e.Key()
		key.Next()
		switch name := string(key.Node().Data); {
		case !key.IsLast():
			err = fmt.Errorf("unknown key %q", name)
		case name == "name" && v.Kind == unstable.String:
			f.Name = string(v.Data)
		case name == "close_up" && v.Kind == unstable.String:
			f.CloseUp = string(v.Data)
		case name == "rank" && v.Kind == unstable.Integer:
			f.Rank, err = strconv.Atoi(string(v.Data))
		case name == "ambiguous_letters" && v.Kind == unstable.Bool:
			f.AmbiguousLetters = string(v.Data) == "true"
		default:
			err = fmt.Errorf("%s: unknown, or no value of this kind belongs there", name)
		}
	}
	return f, cmp.Or(err, p.Error())
}

// book holds all languages of a file system.
type book struct {
	langs   []Lang
	facts   map[Lang]facts
	matcher func() language.Matcher
	loaded  map[Lang]func() *texts
}

// texts is one loaded language.
type texts struct {
	*store
	closeUp closeUp
}

// program returns the program's languages.
var program = sync.OnceValue(func() *book {
	b, err := open(files)
	if err != nil {
		panic("i18n: " + err.Error())
	}
	return b
})

// open finds the languages of a file system. Their texts are read on first use.
func open(fsys fs.FS) (*book, error) {
	folders, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	b := &book{facts: map[Lang]facts{}, loaded: map[Lang]func() *texts{}}
	for _, folder := range folders {
		l, name := Lang(folder.Name()), path.Join(folder.Name(), factsFile)
		raw, err := fs.ReadFile(fsys, name)
		if err != nil { // another folder, or a file
			continue
		}
		f, err := factsOf(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if f.Name == "" {
			return nil, fmt.Errorf("%s: no name", name)
		}
		if _, err := language.Parse(string(l)); err != nil {
			return nil, fmt.Errorf("%s: the folder's name is no language: %w", name, err)
		}
		b.langs, b.facts[l] = append(b.langs, l), f
		b.loaded[l] = sync.OnceValue(func() *texts {
			t, err := load(fsys, l, f)
			if err != nil {
				panic(err)
			}
			return t
		})
	}
	if !slices.Contains(b.langs, Reference) {
		return nil, errors.New("no folder " + string(Reference))
	}
	slices.SortFunc(b.langs, func(x, y Lang) int {
		place := func(l Lang) int { return cmp.Or(b.facts[l].Rank, len(b.langs)) }
		return cmp.Or(cmp.Compare(place(x), place(y)), cmp.Compare(x, y))
	})
	b.matcher = sync.OnceValue(func() language.Matcher {
		var tags []language.Tag
		for _, l := range b.langs {
			tags = append(tags, language.Make(string(l)))
		}
		return language.NewMatcher(tags)
	})
	return b, nil
}

// load prepares a language's texts.
func load(fsys fs.FS, l Lang, f facts) (*texts, error) {
	s, err := newStore(fsys, l)
	if err != nil {
		return nil, err
	}
	c, err := newCloseUp(f.CloseUp)
	if err != nil {
		return nil, fmt.Errorf("i18n/%s/%s: close_up: %w", l, factsFile, err)
	}
	return &texts{store: s, closeUp: c}, nil
}

// texts returns the texts of a language, those of the reference where there is no such language.
func (b *book) texts(l Lang) *texts {
	if t, ok := b.loaded[l]; ok {
		return t()
	}
	return b.loaded[Reference]()
}

// match returns the language that fits a locale best, the reference where none does.
func (b *book) match(locale string) Lang {
	name, _, _ := strings.Cut(locale, ".")
	name, _, _ = strings.Cut(name, "@")
	if l, ok := b.plain(name); ok {
		return l
	}
	tag, _ := language.Parse(name) // what is wrong with it is left out
	if _, i, sure := b.matcher().Match(tag); sure > language.No {
		return b.langs[i]
	}
	return Reference
}

// plain is match for the locales that need no matcher, which takes as long to make as all the rest of a book: none, and a
// language of which there is one folder, with a country or without.
func (b *book) plain(locale string) (Lang, bool) {
	if locale == "" || locale == "C" || locale == "POSIX" {
		return Reference, true
	}
	l, country, ok := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	if ok && (len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return "", false
	}
	kin := 0
	for _, other := range b.langs {
		if base, _, _ := strings.Cut(string(other), "-"); base == l {
			kin++
		}
	}
	return Lang(l), kin == 1 && slices.Contains(b.langs, Lang(l))
}

// Langs returns the languages in the order in which they are offered.
func Langs() []Lang { return slices.Clone(program().langs) }

// Match returns the language that fits a locale of POSIX (ja_JP.UTF-8) or a tag of BCP 47 (ja-JP) best, Reference where
// none does.
func Match(locale string) Lang { return program().match(locale) }

// Next returns the language behind l in a list, the first behind the last; the list is that of all where none is given.
func (l Lang) Next(list ...Lang) Lang {
	if len(list) == 0 {
		list = program().langs
	}
	return list[(slices.Index(list, l)+1)%len(list)]
}

// Name returns what the language calls itself.
func (l Lang) Name() string { return program().facts[l].Name }
