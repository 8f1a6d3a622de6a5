package i18n

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

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

// factsFile makes a folder a language.
const factsFile = "language.toml"

// facts is the content of language.toml: everything about a language except its texts.
type facts struct {
	Name    string `toml:"name"`     // the language's own name, as Ctrl+L offers it
	Rank    int    `toml:"rank"`     // its place in lists of languages; those without come last, by tag
	CloseUp string `toml:"close_up"` // the characters between which no space is set, as a regular expression class; see closeUp
	// AmbiguousLetters allows characters of ambiguous width (UAX #11), such as é. A language shown on East Asian terminals
	// must not use them.
	AmbiguousLetters bool `toml:"ambiguous_letters"`
}

// book holds all languages of a file system.
type book struct {
	langs   []Lang
	facts   map[Lang]facts
	tags    []language.Tag // of langs
	matcher language.Matcher
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
	names, err := fs.Glob(fsys, "*/"+factsFile)
	if err != nil {
		return nil, err
	}
	b := &book{facts: map[Lang]facts{}, loaded: map[Lang]func() *texts{}}
	for _, name := range names {
		l := Lang(path.Dir(name))
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var f facts
		if err := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(&f); err != nil {
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
	for _, l := range b.langs {
		b.tags = append(b.tags, language.Make(string(l)))
	}
	b.matcher = language.NewMatcher(b.tags)
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
	tag, _ := language.Parse(name) // what is wrong with it is left out
	if _, i, sure := b.matcher.Match(tag); sure > language.No {
		return b.langs[i]
	}
	return Reference
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
