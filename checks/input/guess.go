package input

import (
	"slices"
	"strings"
)

// ends are the common endings that a misspelt one is compared with.
var ends = []string{"com", "net", "org", "info", "biz", "jp", "shop", "online", "site", "tokyo", "dev", "app"}

// joined are two-part endings that people write without the dot between.
var joined = []string{"co.jp", "ne.jp", "or.jp", "ac.jp", "go.jp", "ed.jp", "lg.jp", "gr.jp", "co.uk", "org.uk", "com.au", "co.kr", "com.cn", "com.tw"}

// suffixMeant returns the ending that a non-existent ending was probably meant as; "" if none is near.
func suffixMeant(tld string) string {
	for _, s := range joined {
		if tld == strings.ReplaceAll(s, ".", "") {
			return s
		}
	}
	for _, s := range ends {
		if near(tld, s) {
			return s
		}
	}
	return ""
}

// near reports whether one insertion, deletion, substitution or swap of neighbouring letters turns one text into the
// other.
func near(a, b string) bool {
	if a == b || len(a) > len(b)+1 || len(b) > len(a)+1 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch len(a) - len(b) {
	case 1:
		return x[1:] == y
	case -1:
		return x == y[1:]
	}
	return x[1:] == y[1:] || len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]
}

// misspelt returns a guess for a name that is valid but has an unknown ending; "" for none.
func misspelt(ascii string) (guess string) {
	if listed(ascii) {
		return ""
	}
	name, tld := ascii[:strings.LastIndexByte(ascii, '.')], ascii[strings.LastIndexByte(ascii, '.')+1:]
	meant := suffixMeant(tld)
	if meant == "" || name == "" {
		return ""
	}
	if _, bad := domain(name + "." + meant); bad != nil {
		return ""
	}
	return name + "." + meant
}

// dots replaces what is typed instead of a dot.
var dots = strings.NewReplacer(",", ".", ";", ".", ":", ".", "\u3001", ".", "\u30fb", ".", "\uff64", ".", "..", ".")

// dotted returns the name with dots for commas and the like, if that gives a name with a known ending; else "".
func dotted(s string) string {
	out := dots.Replace(s)
	if out == s {
		return ""
	}
	if in, bad := domain(out); bad == nil && listed(in.Domain) {
		return in.Unicode
	}
	return ""
}

// unblanked returns the name that several words are if blanks were typed into one name, and the name that the words
// contain as they are. A sentence is not a name: at most one of the words may have a dot, and all must be plain
// letters.
func unblanked(s string) (guess, other string) {
	f := strings.Fields(s)
	if len(f) < 2 || len(f) > 4 || len(f) > 2 && strings.Count(s, ".") != 1 {
		return "", ""
	}
	if strings.HasPrefix(f[1], "@") || strings.HasSuffix(f[0], "@") || strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x80 || strings.ContainsRune(":;,\"'()[]!?/", r)
	}) {
		return "", ""
	}
	if _, known := machine(f[0]); known {
		return "", ""
	}
	tries := []string{strings.Join(f, "")}
	if len(f) == 2 && slices.Contains(ends, strings.ToLower(f[1])) && !strings.HasSuffix(f[0], ".") {
		tries = slices.Insert(tries, 0, f[0]+"."+f[1]) // "example.co jp"
	}
	names := 0
	for _, w := range f {
		if in, bad := domain(strings.TrimPrefix(w[strings.LastIndexByte(w, '@')+1:], ".")); bad == nil {
			names++
			other = in.Unicode
		}
	}
	if names > 1 || names == 1 && len(f) > 2 {
		return "", ""
	}
	for _, t := range tries {
		kind, local, host := split(t)
		in, bad := domain(host)
		if bad != nil && bad.Code == Misspelt {
			in, bad = domain(bad.Guess)
		}
		if bad != nil || kind == URL || !listed(in.Domain) {
			continue
		}
		if kind == Address {
			return local + "@" + in.Unicode, other
		}
		return in.Unicode, other
	}
	return "", ""
}
