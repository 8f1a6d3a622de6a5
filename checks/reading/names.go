package reading

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/width"

	"example.org/todoku/checks/snapshot"
)

// Unescape undoes the presentation form of a name or character string (RFC 1035 section 5.1): \DDD is a byte, \c is c.
func Unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\' || i+1 == len(s):
			b = append(b, s[i])
		case i+3 < len(s) && digit(s[i+1]) && digit(s[i+2]) && digit(s[i+3]):
			b = append(b, (s[i+1]-'0')*100+(s[i+2]-'0')*10+s[i+3]-'0')
			i += 3
		default:
			b = append(b, s[i+1])
			i++
		}
	}
	return string(b)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// Plain returns a mail server's name that was typed in full-width letters, or with something around it, as it was meant: folded,
// with the ideographic full stop as a dot, and bare.
func Plain(name string) string {
	return Bare(strings.ToLower(strings.ReplaceAll(width.Fold.String(Unescape(name)), "\u3002", ".")))
}

// Bare removes what does not belong to a mail server's name: the priority in front of it, http://, a path or a port, quotation marks.
func Bare(name string) string {
	if !strings.ContainsAny(name, " \t/:\"'<>") || strings.Count(name, ":") > 1 && !strings.Contains(name, "//") {
		return name // the usual case, or an address of version 6
	}
	s := strings.Trim(name, " \t\"'<>")
	if words := strings.Fields(s); len(words) > 1 && !slices.ContainsFunc(words[:len(words)-1], func(w string) bool { return w != "mx" && strings.Trim(w, "0123456789") != "" }) {
		s = words[len(words)-1]
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s, _, _ = strings.Cut(s, "/")
	if host, port, ok := strings.Cut(s, ":"); ok && strings.Trim(port, "0123456789") == "" {
		s = host
	}
	return strings.TrimSuffix(s, ".")
}

// Literal parses a mail server's name that is really an IP address: bare, in brackets, in full-width digits, or with
// the zone appended by a panel.
func Literal(target, zone string) (netip.Addr, bool) {
	s := Plain(target)
	for _, s := range []string{s, strings.TrimSuffix(s, "."+zone)} {
		if ip, err := netip.ParseAddr(strings.Trim(s, "[]. ")); err == nil {
			return ip.Unmap(), true
		}
	}
	return netip.Addr{}, false
}

// Undotted returns the target that was meant where the final dot of a full name was left out, so that the panel
// appended the zone. ok is false if the rest is not a full name: it must be inside the zone itself, or end in a
// suffix under which names are registered.
func Undotted(target, zone string) (meant string, ok bool) {
	meant, ok = strings.CutSuffix(target, "."+zone)
	if !ok || zone == "" || meant == "" {
		return "", false
	}
	if snapshot.Below(meant, zone) {
		return meant, true
	}
	suffix, icann := publicsuffix.PublicSuffix(meant)
	return meant, suffix != meant && (icann || strings.Contains(suffix, "."))
}
