package reading

import (
	"net/netip"
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

// Plain returns a name that was typed in full-width letters as it was meant: folded, with the ideographic full stop as
// a dot.
func Plain(name string) string {
	return strings.ToLower(strings.ReplaceAll(width.Fold.String(Unescape(name)), "\u3002", "."))
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
