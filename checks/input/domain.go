package input

import (
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// profile is the UTS 46 look-up profile. StrictDomainName is off to allow "_dmarc", which also allows spaces;
// notLDH checks the result.
var profile = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(false))
})

// domain checks a folded name and converts it to ASCII.
func domain(s string) (Input, *Problem) {
	with := func(code string, args ...string) (Input, *Problem) {
		p := &Problem{Code: code, Args: map[string]string{"text": show(s)}}
		for i := 0; i+1 < len(args); i += 2 {
			p.Args[args[i]] = show(args[i+1])
		}
		return Input{}, p
	}
	if isIP(s) {
		return with(IP)
	}
	name := strings.TrimSuffix(s, ".")
	switch {
	case s == "": // of a URL there was nothing but "http://"
		return with(Empty)
	case strings.Trim(name, ".") == "":
		return with(NotDomain)
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		in, bad := with(Dots)
		bad.Guess = dotted(strings.Trim(name, "."))
		return in, bad
	}
	ascii, err := toASCII(name)
	// Length is checked first, since too long a name would fail the other checks too.
	for _, l := range strings.Split(ascii, ".") {
		if len(l) > 63 {
			return with(Label, "text", l, "length", strconv.Itoa(len(l)))
		}
	}
	if len(ascii) > 253 {
		return with(TooLong, "length", strconv.Itoa(len(ascii)))
	}
	if c, ok := notLDH(ascii); ok {
		if guess := dotted(name); guess != "" {
			in, bad := with(Misspelt, "guess", guess)
			bad.Guess = guess
			return in, bad
		}
		return with(Characters, "char", c)
	}
	if err != nil {
		return with(Characters, "char", odd(name))
	}
	labels := strings.Split(ascii, ".")
	for _, l := range labels {
		if l == "" { // "xn--" decodes to nothing; so do some characters that UTS 46 ignores
			return with(Characters, "char", name)
		}
		if strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") {
			return with(Hyphen)
		}
	}
	return named(ascii, labels, with)
}

// named checks what kind of name it is.
func named(ascii string, labels []string, with func(string, ...string) (Input, *Problem)) (Input, *Problem) {
	last := len(labels) - 1
	if strings.Trim(labels[last], "0123456789") == "" { // no top-level domain is a number
		if last > 0 && strings.Trim(ascii, "0123456789.") == "" {
			return with(IP) // 1.2.3 or 999.1.1.1
		}
		return with(NotDomain)
	}
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	switch {
	case last == 0 && icann:
		return with(TLD, "domain", ascii)
	case last == 0:
		return with(NotDomain)
	case suffix == ascii && icann:
		return with(PublicSuffix, "domain", ascii)
	case suffix == ascii:
		return with(PrivateSuffix, "domain", ascii)
	}
	for i := last; i >= 0; i-- {
		if strings.HasPrefix(labels[i], "_") {
			rest := strings.Join(labels[i+1:], ".")
			if _, bad := domain(rest); bad != nil {
				return Input{}, bad
			}
			in, bad := with(RecordName, "domain", rest)
			bad.Guess = rest
			return in, bad
		}
	}
	guess := misspelt(ascii)
	if guess == "" && !listed(ascii) { // an ideographic comma is allowed in a name
		if u, err := profile().ToUnicode(ascii); err == nil {
			guess = dotted(u)
		}
	}
	if guess != "" {
		in, bad := with(Misspelt, "guess", guess)
		bad.Guess = guess
		return in, bad
	}
	return Input{Kind: Domain, Domain: ascii, Unicode: Unicode(ascii)}, nil
}

// Unicode returns a domain as people write it; what is not an ASCII name is returned unchanged.
func Unicode(ascii string) string {
	if u, err := profile().ToUnicode(ascii); err == nil {
		return u
	}
	return ascii
}

// Registrable returns the registered name: the public suffix and one label more (publicsuffix.org, as receivers
// used it before RFC 9989); the name itself if there is none.
func Registrable(ascii string) string {
	if name, err := publicsuffix.EffectiveTLDPlusOne(ascii); err == nil {
		return name
	}
	return ascii
}

func isIP(s string) bool {
	s = strings.Trim(s, "[]")
	s = strings.TrimPrefix(strings.ToLower(s), "ipv6:")
	if addr, _, ok := strings.Cut(s, "/"); ok {
		s = addr
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// toASCII converts a name to ASCII; even with an error it returns what it could convert.
func toASCII(name string) (string, error) {
	plain := true
	for _, c := range []byte(name) {
		plain = plain && c < 0x80
	}
	if plain && !strings.Contains(strings.ToLower(name), "xn--") {
		return strings.ToLower(name), nil // underscores, hyphens in the third and fourth place: notLDH decides
	}
	ascii, err := profile().ToASCII(name)
	return strings.TrimSuffix(strings.ToLower(ascii), "."), err
}

// notLDH returns the first character that no host name or record name has (RFC 1123 section 2.1, RFC 8552).
func notLDH(ascii string) (string, bool) {
	for _, c := range ascii {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') {
			return string(c), true
		}
	}
	return "", false
}

// odd returns the character that IDNA refuses, or the whole name if the combination is refused.
func odd(name string) string {
	for _, r := range name {
		if r < 0x80 {
			continue
		}
		if _, err := profile().ToASCII("a" + string(r) + "a"); err != nil {
			return string(r)
		}
	}
	return name
}

// Readable is Unicode if that cannot be mistaken for another name: its letters are Japanese, or of western European
// languages. Other names, which may only look like Latin ones, stay in ASCII form.
func Readable(ascii string) string {
	out := Unicode(ascii)
	for _, r := range out {
		if r > unicode.MaxLatin1 && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && r != '\u30fc' {
			return ascii
		}
	}
	return out
}
