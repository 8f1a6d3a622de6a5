package dkim

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/internal/taglist"
)

var (
	armour     = pattern.New(`-+ *(?:BEGIN|END) [A-Z0-9 ]+-+`)
	foreign    = pattern.New(`(?i)(ssh-(?:rsa|ed25519|dss)\s+AAAA|BEGIN SSH2|openssh)|(BEGIN PGP)|(BEGIN (?:NEW )?CERTIFICATE REQUEST)|(BEGIN (?:X509 |TRUSTED )?CERTIFICATE)`)
	versionTag = pattern.New(`(?i)\bv\s*=\s*DKIM1\b[ \t]*[;,:]?|(?:^|[\s"=])DKIM1\s*;`)
	keyTag     = pattern.New(`(?i)(?:^|[;\s"'(:,])p\s*=`)
	gluedKey   = pattern.New(`(?i)\bk\s*=\s*(rsa|ed25519)\s*p\s*=`)
	otherTag   = pattern.New(`(?i)(?:^|[\s"'(:;])[khstng]\s*=`)
	selector   = pattern.New(`(?i)([a-z0-9](?:[a-z0-9._-]{0,200}[a-z0-9])?)\._domainkey\b`)
	opening    = pattern.New(`(?i)^[vkhstng]\s*=`)
	joint      = pattern.New(`"[\s()]*"`)
	escape     = pattern.New(`\\u00([2-7][0-9a-fA-F])`) // as JSON writes "=", "<" and the like
	signature  = pattern.New(`(?i)dkim-signature\s*:|(?:^|[;\s])bh\s*=`)
	other      = pattern.New(`(?i)v\s*=\s*(?:spf1|dmarc)`)
	signer     = pattern.New(`(?i)(?:^|[;\s])s\s*=\s*([a-z0-9](?:[a-z0-9._-]{0,200}[a-z0-9])?)`)
	longRun    = pattern.New(`[A-Za-z0-9+/_-]{40,}`)
	shortened  = pattern.New(`^\s*(?:\.\.|…|\[)`)
)

type cleaner struct{ Paste }

func (c *cleaner) fixed(code string) {
	if !slices.Contains(c.Repaired, code) {
		c.Repaired = append(c.Repaired, code)
	}
}

func (c *cleaner) fail(p Problem) Paste {
	c.Value, c.Problem = "", p.Code
	if len(c.Record.Problems) == 0 {
		c.Record.Problems = []Problem{p}
	}
	return c.Paste
}

// Clean returns the clean value from whatever was pasted: with quotes, split strings, a whole zone file line, labels of a
// console, line breaks, PEM armour, full-width letters, or only the key. If that fails, Problem says what is missing. A
// private key is rejected and not kept. A lone host name counts as a CNAME target unless it ends in _domainkey; the
// caller must check that it is not the record's own name.
func Clean(pasted string) Paste {
	var c cleaner
	switch {
	case len(pasted) > MaxPaste:
		return c.fail(Problem{Code: TooLong, Fatal: true})
	case holdsPrivate(pasted):
		return c.fail(Problem{Code: PrivateKey, Fatal: true})
	}
	if m := foreign.FindStringSubmatch(pasted); m != nil {
		for i, sort := range []string{"ssh", "pgp", "request", "certificate"} {
			if m[i+1] != "" {
				return c.fail(Problem{Code: WrongKey, Text: sort, Fatal: true})
			}
		}
	}
	s := c.flatten(pasted)
	if s == "" {
		return c.fail(Problem{Code: Empty, Fatal: true})
	}
	if m := selector.FindStringSubmatch(s); m != nil {
		c.Selector = strings.ToLower(m[1])
	}
	if signature.MatchString(s) { // a DKIM-Signature header, which only shows the selector
		if m := signer.FindStringSubmatch(s); m != nil {
			c.Selector = strings.ToLower(m[1])
		}
		return c.fail(Problem{Code: Signature, Fatal: true})
	}
	if other.MatchString(s) && !versionTag.MatchString(s) {
		return c.fail(Problem{Code: NotDKIM, Fatal: true})
	}
	before, tags, body, ok := c.locate(s)
	if !ok {
		return c.alias(s)
	}
	if strings.TrimSpace(before) != "" {
		c.fixed(FixedAround)
	}
	return c.build(tags, body)
}

// flatten replaces look-alike characters and removes PEM armour, quotes and escapes.
func (c *cleaner) flatten(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.ToValidUTF8(s, "")
	if p := width.Fold.String(s); p != s {
		c.fixed(FixedWidth)
		s = p
	}
	if p := plain(s); p != s {
		c.fixed(FixedLetters)
		s = p
	}
	if p := armour.ReplaceAllString(s, "\n"); p != s {
		c.fixed(FixedArmour)
		s = p
	}
	if strings.Contains(s, `\`) {
		c.fixed(FixedEscapes)
		s = escape.ReplaceAllStringFunc(s, func(e string) string {
			b, err := hex.DecodeString(e[4:])
			if err != nil {
				return e
			}
			return string(b)
		})
		s = strings.NewReplacer(`\n`, "\n", `\r`, "\n", `\t`, " ", `\`, "").Replace(s)
	}
	if p := joint.ReplaceAllString(s, ""); p != s {
		c.fixed(FixedStrings)
		s = p
	}
	if strings.Contains(s, `"`) {
		c.fixed(FixedQuotes)
		s = strings.ReplaceAll(s, `"`, " ")
	}
	return strings.TrimSpace(s)
}

// locate splits a text into what comes before the value, its tags up to p=, and what follows p=.
func (c *cleaner) locate(s string) (before, tags, body string, ok bool) {
	if p := gluedKey.ReplaceAllString(s, "k=$1; p="); p != s {
		c.fixed(FixedSeparator)
		s = p
	}
	start := -1
	if v := versionTag.FindStringIndex(s); v != nil {
		start = v[0]
		head := strings.TrimSpace(s[v[0]:v[1]])
		if head != "v=DKIM1;" && head != "v=DKIM1" {
			c.fixed(FixedVersion)
		}
		if !strings.HasSuffix(head, ";") {
			c.fixed(FixedSeparator)
		}
		s = s[:v[0]] + " v=DKIM1; " + s[v[1]:]
	}
	from := max(start, 0)
	p := keyTag.FindStringIndex(s[from:])
	switch {
	case p != nil && start < 0:
		if o := otherTag.FindStringIndex(s[:p[0]]); o != nil {
			start = o[0]
		} else {
			start = p[0]
		}
		return s[:start], strings.TrimLeft(s[start:p[0]], "\"'(:; \n\t"), s[p[1]:], true
	case p != nil:
		return s[:start], s[start : from+p[0]], s[from+p[1]:], true
	case start >= 0:
		return s[:start], s[start:], "\x00", true // v=DKIM1 without p=
	}
	if run := longRun.FindStringIndex(s); run != nil && !strings.Contains(s[run[0]:run[1]], ".") && startsKey(s[run[0]:]) {
		return s[:run[0]], "", s[run[0]:], true
	}
	return "", "", "", false
}

// startsKey reports whether s starts with the base64 of a DER SEQUENCE or has the length of an Ed25519 key.
func startsKey(s string) bool {
	run := squeeze(longRun.FindString(s))
	data, _, ok := decode(run)
	return ok && (derLength(data) > 0 || len(run) == 43 || len(run) == 44)
}

// squeeze turns URL-safe base64 into standard base64.
func squeeze(s string) string { return plainBase64.Replace(s) }

var plainBase64 = strings.NewReplacer("-", "+", "_", "/")

// build makes the record from the tags and the text after p=, and judges it.
func (c *cleaner) build(tags, body string) Paste {
	rec := Record{KeyType: "rsa", untyped: true}
	list, _ := taglist.Parse(tags)
	for i, t := range list {
		t.Value = strings.Join(strings.Fields(t.Value), " ")
		rec.tag(i, strings.ToLower(t.Name), t)
	}
	if body == "\x00" {
		c.Record = rec
		return c.fail(Problem{Code: NoKey, Fatal: true})
	}
	bare := len(list) == 0
	if n := len(longRun.FindString(body)); bare && (n == 43 || n == 44) {
		rec.KeyType = "ed25519"
	}
	key, rest, stop := c.key(body, rec.KeyType)
	if after := strings.TrimLeft(rest, " \t'"); strings.HasPrefix(after, ";") {
		line, _, _ := strings.Cut(after[1:], "\n")
		more, _ := taglist.Parse(line)
		for _, t := range more {
			if n := strings.ToLower(t.Name); isTag(n) && n != "p" {
				rec.tag(1, n, t)
			}
		}
	}
	rec.Key, rec.Revoked = key, key == "" && stop == ""
	c.encoding(&rec)
	if bare && rec.KeyType == "ed25519" {
		rec.untyped = false
	}
	if bare && rec.Version == "" && !rec.Revoked {
		rec.Version = "DKIM1"
		rec.untyped = false
		c.fixed(FixedVersion)
	}
	rec.Problems = nil
	c.Value = rec.String()
	c.Record = Parse(c.Value)
	switch {
	case stop == "...":
		c.Record.Problems = append([]Problem{{Code: Truncated, Fatal: true, Have: len(key), Want: wanted(key)}}, c.Record.Problems...)
	case stop != "" && c.Record.fatal() != "":
		c.Record.Problems = append([]Problem{{Code: BadBase64, Text: stop, Fatal: true}}, c.Record.Problems...)
	}
	if v := versionTag.FindStringIndex(rest); v != nil {
		if other := keyTag.FindStringIndex(rest[v[0]:]); other != nil {
			if k, _, _ := (&cleaner{}).key(rest[v[0]+other[1]:], ""); k != "" && k != rec.Key {
				c.fixed(FixedFirst)
			}
		}
	}
	if p := c.Record.fatal(); p != "" {
		c.Value, c.Problem = "", p
	} else if c.Record.Revoked {
		c.Value, c.Problem = "", Revoked
	}
	return c.Paste
}

// key reads base64 characters, across spaces and lines, until the key's own length is reached. stop is what ended it too
// early: a character that cannot be in a key, or "..." if a console shortened it.
func (c *cleaner) key(body, keyType string) (key, rest, stop string) {
	var b strings.Builder
	need, spaced, gap := 0, false, false
	i := 0
	for ; i < len(body) && (need == 0 || b.Len() < need); i++ {
		ch := body[i]
		switch {
		case strings.IndexByte(" \t\n'()", ch) >= 0:
			gap = b.Len() > 0
			continue
		case ch == '-' || ch == '_':
			c.fixed(FixedBase64)
			ch = squeeze(string(ch))[0]
		case !base64Letter(ch):
			goto end
		}
		spaced, gap = spaced || gap, false
		b.WriteByte(ch)
		if need == 0 && b.Len() == 16 {
			need = wanted(b.String())
			if need == 0 && keyType == "ed25519" {
				need = 44
			}
		}
	}
end:
	if spaced {
		c.fixed(FixedSpaces)
	}
	key, rest = b.String(), body[i:]
	if b.Len() >= need && need > 0 || strings.TrimSpace(rest) == "" || strings.HasPrefix(rest, ";") {
		return key, rest, ""
	}
	if shortened.MatchString(rest) {
		return key, rest, "..."
	}
	for _, r := range rest {
		return key, rest, string(r)
	}
	return key, rest, ""
}

func base64Letter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
}

// wanted returns the length in base64 characters of the key that starts so, or 0 if unknown.
func wanted(key string) int {
	if len(key) < 8 {
		return 0
	}
	data, _, _ := decode(key[:min(len(key), 16)/4*4])
	if n := derLength(data); n > 0 {
		return lettersFor(n)
	}
	return 0
}

// encoding corrects what keeps a complete key from being read: padding, key type, and Ed25519 in SubjectPublicKeyInfo.
func (c *cleaner) encoding(rec *Record) {
	data, padded, ok := decode(rec.Key)
	if !ok || rec.Key == "" {
		return
	}
	k := inspect(data)
	if k.sort != "rsa" && k.sort != "ed25519" {
		return
	}
	if !padded {
		c.fixed(FixedPadding)
	}
	if k.wrapped {
		c.fixed(FixedWrapping)
		data = k.identity
	}
	if k.bare {
		c.fixed(FixedForm)
		data = wrap(data)
	}
	if len(rec.Hashes) > 0 && !has(rec.Hashes, "sha256") { // signatures are made with sha256, whatever the record says
		rec.Hashes = nil
		c.fixed(FixedHash)
	}
	rec.Key = base64.StdEncoding.EncodeToString(data)
	if k.sort == "ed25519" && rec.untyped {
		rec.KeyType, rec.untyped = "ed25519", false
		c.fixed(FixedType)
	}
}

// holdsPrivate reports whether s contains a private key, by its PEM header or by its first bytes.
func holdsPrivate(s string) bool {
	s = plain(strings.ToValidUTF8(s, ""))
	if strings.Contains(strings.ToUpper(strings.Join(strings.Fields(s), " ")), "PRIVATE KEY") {
		return true
	}
	runs := longRuns(s)
	for _, run := range longRuns(unquoted.Replace(unspaced.Replace(s))) {
		if !slices.Contains(runs, run) {
			runs = append(runs, run)
		}
	}
	return slices.ContainsFunc(runs, func(run string) bool {
		data, _, ok := decode(squeeze(run))
		return ok && private(data)
	})
}

// longRuns returns the first matches of longRun. It is written by hand because it runs for every key and the regular
// expression takes ten times as long.
func longRuns(s string) []string {
	runs := strings.FieldsFunc(s, func(r rune) bool {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z' && r < 0x80 || '0' <= r && r <= '9'
		return !letter && r != '+' && r != '/' && r != '_' && r != '-'
	})
	runs = slices.DeleteFunc(runs, func(run string) bool { return len(run) < 40 })
	return runs[:min(len(runs), 64)]
}
