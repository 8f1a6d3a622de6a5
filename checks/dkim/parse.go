package dkim

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/internal/lately"
	"example.org/todoku/checks/internal/taglist"
)

// Is reports whether a TXT record at a selector's name looks like a key record: it has p= or v=DKIM1. It is lenient, so
// that a broken record counts as broken and not as missing. SPF, DMARC, MTA-STS and TLS-RPT records do not count.
func Is(txt string) bool {
	s := strings.ToLower(strings.TrimLeft(plain(txt), " \t\r\n\"'\\"))
	if strings.HasPrefix(s, "v=spf1") || strings.HasPrefix(s, "v=dmarc") || strings.HasPrefix(s, "v=sts") || strings.HasPrefix(s, "v=tlsrpt") {
		return false
	}
	if strings.HasPrefix(s, "v=dkim") || strings.HasPrefix(s, "dkim1;") {
		return true
	}
	tags, _ := taglist.Parse(s)
	for _, t := range tags {
		if t.Name == "p" {
			return true
		}
	}
	return pasted(txt)
}

// pasted reports whether a text contains a key together with something around it (brackets, or the name and type of a
// zone file line), or is nothing but a key.
func pasted(txt string) bool {
	if len(txt) < 40 || len(txt) > MaxPaste || signature.MatchString(txt) {
		return false
	}
	var c cleaner
	s := c.flatten(txt)
	_, _, body, ok := c.locate(s)
	body = strings.TrimLeft(body, " \t\n'(")
	if !ok || !keyTag.MatchString(s) {
		return ok && body == s && strings.HasPrefix(body, "MI") && startsKey(body)
	}
	return startsKey(body) || holdsPrivate(body)
}

// around reports whether there is something before a record's first tag.
func around(txt string) bool {
	var c cleaner
	s := c.flatten(txt)
	before, _, _, ok := c.locate(s)
	return ok && (s[0] == '(' || strings.TrimSpace(before) != "") && !opening.MatchString(s)
}

// Valid reports whether verifiers can use the key.
func (r Record) Valid() bool {
	return r.Key != "" && !r.Revoked && r.fatal() == ""
}

// fatal returns the code of the first fatal problem, or "".
func (r Record) fatal() string {
	for _, p := range r.Problems {
		if p.Fatal {
			return p.Code
		}
	}
	return ""
}

// Parse parses a key record. It never fails: Problems lists the mistakes. A private key is not kept, not even in Raw.
func Parse(txt string) Record {
	r, known := parsed.Get(txt)
	if !known {
		if r = parse(txt); !slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Code == PrivateKey }) {
			parsed.Put(txt, r)
		}
	}
	r.Hashes, r.Services, r.Flags = slices.Clone(r.Hashes), slices.Clone(r.Services), slices.Clone(r.Flags)
	r.Tags, r.Extra, r.Problems = slices.Clone(r.Tags), slices.Clone(r.Extra), slices.Clone(r.Problems)
	return r
}

// parsed caches the records that were parsed last, since many rules parse the same key. Every caller gets slices of its own.
var parsed lately.Memory[Record]

func parse(txt string) Record {
	r := Record{Raw: txt, KeyType: "rsa", untyped: true}
	if holdsPrivate(txt) {
		r.Raw = ""
		r.add(PrivateKey, "", true)
		return r
	}
	if !opening.MatchString(txt) && pasted(txt) && around(txt) { // nearly all records start with a tag
		r.add(ZoneLine, "", true)
	}
	clean := r.letters(txt)
	tags, faults := taglist.Parse(clean)
	if !Is(txt) {
		r.add(NotDKIM, "", true)
	}
	for _, f := range faults {
		switch f.Code {
		case taglist.EmptyTag: // harmless everywhere
		case taglist.Duplicate:
			r.add(Duplicate, f.Text, true)
		default:
			r.add(BadTag, f.Text, true)
		}
	}
	seen := map[string]bool{}
	for i, t := range tags {
		name := t.Name
		if low := strings.ToLower(name); low != name && isTag(low) {
			r.add(TagCase, name, true)
			name = low
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		r.Tags = append(r.Tags, Tag{name, t.Value})
		r.tag(i, name, t)
	}
	if !seen["p"] {
		r.add(NoKey, "", true)
	}
	r.limits()
	return r
}

func isTag(n string) bool { return len(n) == 1 && strings.Contains("vkphstng", n) }

func (r *Record) add(code, text string, fatal bool) {
	r.Problems = append(r.Problems, Problem{Code: code, Text: text, Fatal: fatal})
}

// once adds a problem unless there is one with that code.
func (r *Record) once(code, text string) {
	for _, p := range r.Problems {
		if p.Code == code {
			return
		}
	}
	r.add(code, text, true)
}

// letters reports characters that a record cannot contain, and returns the text with plain ones instead.
func (r *Record) letters(txt string) string {
	for _, c := range txt {
		switch {
		case c == '"':
			r.once(Quotes, `"`)
		case c == '\\':
			r.once(Escaped, `\`)
		case c < 0x80:
		case width.LookupRune(c).Folded() != 0:
			r.once(FullWidth, string(c))
		default:
			r.once(Typographic, string(c))
		}
	}
	return unquoted.Replace(plain(txt))
}

// tag reads the i-th tag (RFC 6376 section 3.6.1).
func (r *Record) tag(i int, name string, t taglist.Tag) {
	if name != "p" && name != "n" && glued(t.Value) {
		r.add(BadSeparator, name+"="+clip(t.Value), true)
		return
	}
	switch name {
	case "v":
		r.Version = t.Value
		if t.Value != "DKIM1" {
			r.add(BadVersion, clip(t.Value), true)
		} else if i > 0 {
			r.add(VersionLate, "", false)
		}
	case "k":
		r.untyped = false
		r.KeyType = strings.ToLower(t.Value)
		if r.KeyType != "rsa" && r.KeyType != "ed25519" {
			r.add(UnknownType, clip(t.Value), true)
		} else if r.KeyType != t.Value {
			r.add(UnknownType, t.Value, true) // verifiers compare case-sensitively
		}
	case "p":
		r.Key = unspaced.Replace(t.Value)
		r.Revoked = r.Key == ""
	case "h":
		r.Hashes = split(t.Value)
	case "s":
		r.Services = split(t.Value)
	case "t":
		r.Flags = split(t.Value)
		for _, f := range r.Flags {
			r.Testing = r.Testing || f == "y"
			r.Strict = r.Strict || f == "s"
		}
	case "n":
		r.Note = t.Value
	default:
		r.Extra = append(r.Extra, Tag{t.Name, t.Value})
	}
}

// glued reports whether a value contains another tag after white space, because a semicolon is missing.
func glued(v string) bool {
	for _, f := range strings.Fields(v) {
		if len(f) > 1 && f[1] == '=' && isTag(f[:1]) {
			return true
		}
	}
	return false
}

// split returns the parts of a colon-separated list.
func split(v string) []string {
	var out []string
	for _, s := range strings.Split(v, ":") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// clip shortens s to 60 bytes.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "")
	}
	return s
}

// limits reports problems that depend on several tags.
func (r *Record) limits() {
	if len(r.Hashes) > 0 && !has(r.Hashes, "sha256") {
		r.add(NoSHA256, strings.Join(r.Hashes, ":"), true)
	}
	if len(r.Services) > 0 && !has(r.Services, "*") && !has(r.Services, "email") {
		r.add(NotForMail, strings.Join(r.Services, ":"), true)
	}
	if r.Key != "" {
		r.key()
	}
}

func has(list []string, s string) bool {
	for _, l := range list {
		if strings.EqualFold(l, s) {
			return true
		}
	}
	return false
}

// key judges p=.
func (r *Record) key() {
	if strings.Contains(r.Key, "-----") {
		r.add(PEM, "", true)
		return
	}
	data, padded, ok := decode(r.Key)
	if !ok {
		r.add(BadBase64, odd(r.Key), true)
		return
	}
	k := inspect(data)
	switch {
	case k.want > k.have || k.sort == "" && k.want == 0 && len(data) < 32 && begins(data, r.KeyType):
		r.Problems = append(r.Problems, Problem{Code: Truncated, Fatal: true, Have: len(r.Key), Want: lettersFor(k.want)})
	case k.want != 0 && k.want < k.have:
		r.add(Trailing, "", true)
	case k.sort == "rsa" && r.KeyType == "ed25519", k.sort == "ed25519" && r.KeyType == "rsa":
		r.add(WrongKey, k.sort, true)
	case k.sort == "certificate" || k.sort == "ec" || k.sort == "dsa":
		r.add(WrongKey, k.sort, true)
	case k.sort != "rsa" && k.sort != "ed25519":
		r.add(NotAKey, "", true)
	case k.wrapped:
		r.add(Wrapped, "", true)
	}
	if len(r.Problems) == 0 || r.fatal() == "" || k.sort == "rsa" || k.sort == "ed25519" {
		r.Bits = k.bits
	}
	if !padded && k.want <= k.have && (k.sort == "rsa" || k.sort == "ed25519") {
		r.add(Padding, "", true)
	}
	if k.sort == "rsa" && k.bits < 1024 {
		r.add(ShortKey, strconv.Itoa(k.bits), true)
	}
	if k.bare && r.fatal() == "" {
		r.add(BareRSA, "", false)
	}
	if k.sort == "rsa" && k.bits > 4096 {
		r.add(LongKey, strconv.Itoa(k.bits), false)
	}
}

// odd returns the first character that is not base64.
func odd(key string) string {
	for _, c := range key {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
		if !letter {
			return string(c)
		}
	}
	return "="
}

// String returns the record with its tags in the usual order: v, k, h, s, t, n, others, p. Tags with default values are
// left out if they were not written.
func (r Record) String() string {
	var out []string
	put := func(name, value string) {
		if value != "" {
			out = append(out, name+"="+value)
		}
	}
	put("v", r.Version)
	if !r.untyped || r.KeyType != "rsa" {
		put("k", r.KeyType)
	}
	put("h", strings.Join(r.Hashes, ":"))
	put("s", strings.Join(r.Services, ":"))
	put("t", strings.Join(r.Flags, ":"))
	put("n", r.Note)
	for _, t := range r.Extra {
		out = append(out, t.Name+"="+t.Value)
	}
	if r.Key != "" || r.Revoked {
		out = append(out, "p="+r.Key)
	}
	return strings.Join(out, "; ")
}

// Same reports whether two records have the same key, however they are written and encoded. If a key cannot be decoded,
// p= is compared.
func Same(a, b string) bool {
	x, y := Parse(a), Parse(b)
	if x.Key == "" || y.Key == "" {
		return false
	}
	if x.Key == y.Key {
		return true
	}
	i, j := identity(x.Key), identity(y.Key)
	return i != nil && bytes.Equal(i, j)
}

// identity returns bytes that are equal for equal keys, or nil if the key cannot be decoded.
func identity(key string) []byte {
	data, _, ok := decode(key)
	if !ok {
		return nil
	}
	return inspect(data).identity
}

// plain replaces full-width and typographic characters by ASCII.
func plain(s string) string { return typographic.Replace(width.Fold.String(s)) }

// unquoted removes quotes and backslashes, unspaced removes white space.
var (
	unquoted = strings.NewReplacer(`"`, "", `\`, "")
	unspaced = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "")
)

var typographic = strings.NewReplacer(
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u2018", "'", "\u2019", "'",
	"\u2013", "-", "\u2014", "-", "\u2212", "-", "\u2010", "-", "\u2011", "-",
	"\u00a0", " ", "\u3000", " ", "\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u2060", "",
	"\u3002", ".",
)
