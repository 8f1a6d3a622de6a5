// Package roster looks up an address in a list of addresses, as people export and paste them: one a line, CSV, with
// names, in any charset used in Japan. It keeps nothing, looks nothing up and opens no file.
package roster

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/internal/pattern"
)

// Limits of what is read.
const (
	maxBytes   = 8 << 20
	maxEntries = 200_000
)

// Roster holds the addresses of a list.
type Roster struct {
	entries []string       // as they are written in the list
	exact   map[string]int // address → index of its entry
	same    map[string]int // mailbox → index of its entry
}

// Match is an address found in a list.
type Match struct {
	Written string // as it is written in the list
	Exact   bool   // the same address, apart from case and full-width letters; else only the same mailbox
}

// Len returns how many different addresses the list has.
func (r Roster) Len() int { return len(r.entries) }

// Read parses a list from the bytes of a file or a paste.
func Read(data []byte) Roster {
	r := Roster{exact: map[string]int{}, same: map[string]int{}}
	for _, m := range tokens.FindAllString(plain(decode(data[:min(len(data), maxBytes)])), -1) {
		list := meant(m)
		if len(list) == 0 || len(r.entries) >= maxEntries {
			continue
		}
		if _, known := r.exact[list[0]]; known {
			continue
		}
		r.entries = append(r.entries, m)
		for _, a := range list {
			note(r.exact, a, len(r.entries)-1)
			note(r.same, Mailbox(a), len(r.entries)-1)
		}
	}
	return r
}

func note(m map[string]int, key string, at int) {
	if _, ok := m[key]; !ok {
		m[key] = at
	}
}

// Find looks for an address, first exactly, then by the mailbox that it means.
func (r Roster) Find(text string) (Match, bool) {
	list := meant(tokens.FindString(plain(text)))
	for _, a := range list {
		if i, ok := r.exact[a]; ok {
			return Match{r.entries[i], true}, true
		}
	}
	for _, a := range list {
		if i, ok := r.same[Mailbox(a)]; ok {
			return Match{Written: r.entries[i]}, true
		}
	}
	return Match{}, false
}

// tokens matches addresses in a text: the local part (in quotes, where a mobile carrier's address needs them) and the
// domain. Dots may be anywhere in the local part, as in addresses of Japanese carriers.
var tokens = pattern.New("(?:\"([!#$%&'*+/=?^_`{|}~.0-9A-Za-z-]{1,64})\"|([!#$%&'*+/=?^_`{|}~.0-9A-Za-z-]{1,64}))[ ]{0,2}@[ ]{0,2}([\\pL\\pN\\pM.-]{3,253})")

// plain folds full-width letters and removes invisible characters.
func plain(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Cf, c) { // soft hyphens, zero-width spaces, byte order marks
			return -1
		}
		return c
	}, strings.NewReplacer("。", ".", "\u3000", " ").Replace(norm.NFKC.String(text)))
}

// meant returns the addresses that a token may mean: as it is; without letters of a sentence that follow the domain
// without a space; and what follows an equals sign, as in "mail=a@b.example".
func meant(token string) (out []string) {
	m := tokens.FindStringSubmatch(token)
	if m == nil {
		return nil
	}
	local, domain := strings.TrimLeft(m[1]+m[2], "'`"), strings.Trim(m[3], ".-")
	list := []string{domain}
	if i := strings.IndexFunc(domain, func(c rune) bool { return c >= utf8.RuneSelf }); i > 0 && domain[i-1] != '.' {
		list = []string{domain[:i], domain}
	}
	for _, d := range list {
		out = append(out, address(local, d))
		if i := strings.LastIndexByte(local, '='); i >= 0 {
			out = append(out, address(local[i+1:], d))
		}
	}
	return slices.DeleteFunc(out, func(a string) bool { return a == "" })
}

// address returns an address in lower case with its domain in ASCII; "" if that is not a domain.
func address(local, domain string) string {
	ascii, err := idna.Lookup.ToASCII(strings.ToLower(domain))
	if err != nil {
		ascii = strings.ToLower(domain)
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if local == "" || !strings.Contains(ascii, ".") || len(last) < 2 || strings.Trim(last, "0123456789") == "" ||
		strings.ContainsFunc(ascii, func(c rune) bool { return c >= utf8.RuneSelf }) {
		return ""
	}
	return strings.ToLower(local) + "@" + ascii
}

// Mailbox returns the mailbox that an address delivers to, for comparison: without a "+" suffix, and without what its
// mail system ignores.
func Mailbox(a string) string {
	local, domain, ok := strings.Cut(strings.ToLower(a), "@")
	if !ok {
		return a
	}
	if i := strings.IndexByte(local, '+'); i > 0 {
		local = local[:i]
	}
	for _, system := range systems {
		if slices.Contains(system, domain) {
			local, domain = strings.ReplaceAll(local, ".", ""), system[0]
		}
	}
	return local + "@" + domain
}

//go:embed mailboxes.txt
var mailboxes string

var systems = func() (out [][]string) {
	for line := range strings.Lines(mailboxes) {
		if f := strings.Fields(line); len(f) > 0 && !strings.HasPrefix(line, "#") {
			out = append(out, f)
		}
	}
	return out
}()

// decode converts a file's bytes to UTF-8. Spreadsheets write UTF-16 with a byte order mark; anything else is decoded
// like mail.
func decode(data []byte) string {
	text := string(data)
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		if out, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder().String(text); err == nil {
			return out
		}
	}
	return bounce.Decode(data)
}
