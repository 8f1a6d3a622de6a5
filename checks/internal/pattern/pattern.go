// Package pattern provides regular expressions that are compiled at their first use. A short run of the program needs
// only a few of its many expressions, and compiling all of them takes longer than the rest of its start.
package pattern

import (
	"maps"
	"regexp"
	"runtime"
	"sync"
	"testing"
)

// Pattern is a regular expression with the methods of regexp.Regexp that are in use.
type Pattern struct {
	text string
	once sync.Once
	re   *regexp.Regexp
}

// made are the patterns of a test's program by the function that made them.
var made struct {
	sync.Mutex
	by map[string][]*Pattern
}

// New returns the pattern for a valid expression; the first use of another one panics.
func New(text string) *Pattern {
	p := &Pattern{text: text}
	if testing.Testing() {
		at, _, _, _ := runtime.Caller(1)
		maker := runtime.FuncForPC(at).Name()
		made.Lock()
		defer made.Unlock()
		if made.by == nil {
			made.by = map[string][]*Pattern{}
		}
		made.by[maker] = append(made.by[maker], p)
	}
	return p
}

// Made returns the patterns that New has made in a test's program, by the function that made them, so that one test can
// compile them all.
func Made() map[string][]*Pattern {
	made.Lock()
	defer made.Unlock()
	return maps.Clone(made.by)
}

func (p *Pattern) compiled() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.text) })
	return p.re
}

// String returns the expression.
func (p *Pattern) String() string { return p.text }

// MatchString is regexp.Regexp's.
func (p *Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

// Match is regexp.Regexp's.
func (p *Pattern) Match(b []byte) bool { return p.compiled().Match(b) }

// FindSubmatch is regexp.Regexp's.
func (p *Pattern) FindSubmatch(b []byte) [][]byte { return p.compiled().FindSubmatch(b) }

// FindString is regexp.Regexp's.
func (p *Pattern) FindString(s string) string { return p.compiled().FindString(s) }

// FindStringIndex is regexp.Regexp's.
func (p *Pattern) FindStringIndex(s string) []int { return p.compiled().FindStringIndex(s) }

// FindStringSubmatch is regexp.Regexp's.
func (p *Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// FindStringSubmatchIndex is regexp.Regexp's.
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	return p.compiled().FindStringSubmatchIndex(s)
}

// FindAllString is regexp.Regexp's.
func (p *Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

// FindAllStringSubmatch is regexp.Regexp's.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex is regexp.Regexp's.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString is regexp.Regexp's.
func (p *Pattern) ReplaceAllString(s, by string) string { return p.compiled().ReplaceAllString(s, by) }

// ReplaceAllStringFunc is regexp.Regexp's.
func (p *Pattern) ReplaceAllStringFunc(s string, by func(string) string) string {
	return p.compiled().ReplaceAllStringFunc(s, by)
}

// Split is regexp.Regexp's.
func (p *Pattern) Split(s string, n int) []string { return p.compiled().Split(s, n) }

// Find is regexp.Regexp's.
func (p *Pattern) Find(b []byte) []byte { return p.compiled().Find(b) }

// FindSubmatchIndex is regexp.Regexp's.
func (p *Pattern) FindSubmatchIndex(b []byte) []int { return p.compiled().FindSubmatchIndex(b) }

// ReplaceAll is regexp.Regexp's.
func (p *Pattern) ReplaceAll(b, by []byte) []byte { return p.compiled().ReplaceAll(b, by) }
