package input

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

// MaxText is the longest text that is read, in bytes. A longer one is refused, since half a mail could name the wrong
// domain.
const MaxText = 8 << 20

// maxLine is the longest line in bytes that can be a domain, address or URL.
const maxLine = 2048

// Recognise recognises the text. Exactly one of the results is set: with a Problem, the Input is empty.
func Recognise(text string) (Input, *Problem) {
	if len(text) > MaxText {
		return Input{}, &Problem{Code: Huge}
	}
	trimmed := strings.TrimFunc(text, blank)
	if trimmed == "" {
		return Input{}, &Problem{Code: Empty}
	}
	if !bare(trimmed) {
		if in, ok := mail(trimmed); ok {
			in.Raw = text
			return in, nil
		}
	}
	if recordValue.MatchString(fold(trimmed)) {
		return Input{}, &Problem{Code: Record, Args: map[string]string{"text": show(firstLine(trimmed))}}
	}
	lines := strings.ContainsAny(trimmed, "\r\n")
	switch {
	case !lines && len(trimmed) > maxLine && !strings.ContainsFunc(trimmed, unicode.IsSpace):
		return Input{}, &Problem{Code: TooLong, Args: map[string]string{"text": show(trimmed[:maxLine]), "length": strconv.Itoa(len(trimmed))}}
	case lines || len(trimmed) > maxLine:
		return among(text, trimmed)
	}
	in, bad := line(trimmed)
	if bad != nil {
		return Input{}, bad
	}
	in.Raw, in.Folded = text, in.Folded || trimmed != strings.TrimFunc(text, unicode.IsSpace)
	return in, nil
}

// DomainOf is Own for a text that must name a domain (the command line's DOMAIN): an address or a URL gives its
// domain, a mail is a Problem.
func DomainOf(text string) (Input, *Problem) {
	in, bad := Own(text)
	if bad == nil && (in.Kind == Bounce || in.Kind == Header || in.Kind == Message) {
		return Input{}, &Problem{Code: NoDomain}
	}
	return in, bad
}

// bare reports whether a text is a host name in its usual form, so that it need not be parsed as a mail.
func bare(text string) bool {
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	dot := strings.LastIndexByte(text, '.')
	return dot > 0 && len(text) <= 253 && len(text)-dot > 2 && strings.Trim(text[dot+1:], "abcdefghijklmnopqrstuvwxyz") == ""
}

// blank reports whether a character is white space, or one of the invisible characters that come along when text is
// copied from a web page or document.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u2060' || r == '\u00ad'
}

// line recognises one line: a URL, an address or a domain, alone or with the words and brackets of a mail program.
func line(s string) (Input, *Problem) {
	plain := fold(s)
	folded := plain != s
	if r, ok := hidden(plain); ok {
		return Input{}, &Problem{Code: Escape, Args: map[string]string{"text": show(s), "char": show(string(r))}}
	}
	if strings.ContainsFunc(plain, unicode.IsSpace) {
		return words(plain, folded)
	}
	kind, local, host := split(plain)
	in, bad := domain(host)
	if bad != nil {
		if bad.Guess != "" && kind == Address {
			bad.Guess = local + "@" + bad.Guess
			if bad.Args["guess"] != "" {
				bad.Args["guess"] = show(bad.Guess)
			}
		}
		return Input{}, bad
	}
	in.Kind, in.Local, in.Folded = kind, local, folded
	return in, nil
}

// fold replaces full-width letters by plain ones, the ideographic full stop by a dot, and all characters that can
// only be meant as a hyphen: dashes, and the long-vowel mark between Latin letters or digits.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\ufeff', '\u2060', '\u00ad', '\u200c', '\u200d':
			return -1
		case '\u3002', '\uff0e', '\uff61', '\u2024': // ideographic full stop, full-width and half-width
			return '.'
		case '\u3000', '\u00a0':
			return ' '
		}
		return r
	}, s)
	runes := []rune(width.Fold.String(s))
	for i, r := range runes {
		switch r {
		case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212':
			runes[i] = '-'
		case '\u30fc', '\u2500', '\u2501': // long-vowel mark, box lines
			if i > 0 && i+1 < len(runes) && latin(runes[i-1]) && latin(runes[i+1]) {
				runes[i] = '-'
			}
		}
	}
	return string(runes)
}

func latin(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || r == '-'
}

// hidden returns the first control or invisible character, or broken UTF-8.
func hidden(s string) (rune, bool) {
	for _, r := range s {
		if r == utf8.RuneError || r != '\t' && snapshot.Printable(string(r)) != string(r) {
			return r, true
		}
	}
	return 0, false
}

var (
	scheme  = pattern.New(`(?i)^([a-z][a-z0-9+.-]*:)?//`)
	portEnd = pattern.New(`:[0-9]{0,5}$`)
)

// split cuts a text without spaces into its kind, the local part of an address, and the host.
func split(s string) (kind Kind, local, host string) {
	s = strings.Trim(s, "<>\"',;()\u300c\u300d\u300e\u300f")
	kind = Domain
	if rest, ok := cutPrefixFold(s, "mailto:"); ok {
		s, _, _ = strings.Cut(rest, "?")
	}
	if m := scheme.FindString(s); m != "" {
		kind, s = URL, s[len(m):]
	}
	if i := strings.IndexAny(s, "/?#\\"); i >= 0 {
		kind, s = URL, s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		local, s = s[:i], s[i+1:]
		if kind == Domain && local != "" {
			kind = Address
		} else {
			local = "" // drop user name and password of a URL
		}
	}
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err != nil {
		if p := portEnd.FindString(s); p != "" {
			s = strings.TrimSuffix(s, p)
			if kind == Domain {
				kind = URL
			}
		}
	}
	// A web server's name: no mail is sent from it.
	if rest, ok := cutPrefixFold(s, "www."); ok && kind == URL && strings.Contains(rest, ".") {
		s = rest
	}
	return kind, local, s
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

var nameLike = pattern.New(`[\pL\pN_.+%'-]*@?[\pL\pN_-]+(?:\.[\pL\pN_-]+)+`)

// spfTerm matches a term of an SPF record. The names in it are those of servers and services, not the owner's domain.
var spfTerm = pattern.New(`(?i)[+~?-]?\b(?:include|exists|ptr|mx|a):\S+|\b(?:redirect|exp)=\S+`)

// recordValue matches a text that is the value of a record, which names no domain of the owner's for certain.
var recordValue = pattern.New(`(?i)^["']?v=(?:spf1|dkim1|dmarc1)\b`)

// words finds the one domain in a line of several words, as in "Tanaka <info@example.jp>".
func words(s string, folded bool) (Input, *Problem) {
	if guess, other := unblanked(s); guess != "" {
		p := &Problem{Code: Blank, Args: map[string]string{"text": show(s), "guess": show(guess)}, Guess: guess}
		if other != "" && other != guess {
			p.Code, p.Args["other"] = BlankOr, show(other)
		}
		return Input{}, p
	}
	in, several, bad := only(s)
	switch {
	case several:
		return Input{}, &Problem{Code: Several, Args: map[string]string{"text": show(s)}}
	case in.Domain != "":
		in.Folded = folded
		return in, nil
	case bad != nil && len(strings.Fields(s)) <= 2:
		return Input{}, bad
	case strings.ContainsAny(s, ".@"):
		return Input{}, &Problem{Code: Space, Args: map[string]string{"text": show(s)}}
	}
	return Input{}, &Problem{Code: NotDomain, Args: map[string]string{"text": show(s)}}
}

// only returns the one domain that a text names, in whatever form; several is set if there are more.
func only(s string) (in Input, several bool, bad *Problem) {
	for _, found := range nameLike.FindAllString(spfTerm.ReplaceAllString(s, " "), 64) {
		found = strings.Trim(found, ".-'+%")
		kind, local, host := split(found)
		got, p := domain(host)
		if p != nil {
			bad = p
			continue
		}
		got.Kind, got.Local = kind, local
		switch {
		case in.Domain == "":
			in = got
		case in.Domain != got.Domain:
			return Input{}, true, nil
		case in.Kind == Domain:
			in = got // the same domain, but an address says more
		}
	}
	return in, false, bad
}

// among handles several lines that are not a mail: they may still name just one domain.
func among(text, trimmed string) (Input, *Problem) {
	head := trimmed
	if len(head) > 16<<10 {
		head = strings.ToValidUTF8(head[:16<<10], "")
	}
	in, several, _ := only(fold(head))
	switch {
	case several:
		return Input{}, &Problem{Code: Several, Args: map[string]string{"text": show(firstLine(head))}}
	case in.Domain == "":
		return Input{}, &Problem{Code: NoDomain}
	}
	in.Raw, in.Folded = text, fold(head) != head
	return in, nil
}

func firstLine(s string) string {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}

// show makes foreign text printable and short enough for a sentence.
func show(s string) string {
	const most = 60
	s = snapshot.Printable(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-3]) + "..."
}
