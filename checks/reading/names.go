package reading

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/width"

	"example.org/todoku/checks/snapshot"
)

// Unescape undoes the presentation form of a name or a character string (RFC 1035 section 5.1): \DDD is a byte, \c is c.
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

// Plain is a name as it was meant where it was typed in full-width letters: folded, the ideographic full stop a dot.
func Plain(name string) string {
	return strings.ToLower(strings.ReplaceAll(width.Fold.String(Unescape(name)), "\u3002", "."))
}

// Literal reads a mail server's name that is really an address: bare, in brackets, in full-width digits, or with the
// zone behind it, as a panel appends it.
func Literal(target, zone string) (netip.Addr, bool) {
	s := Plain(target)
	for _, s := range []string{s, strings.TrimSuffix(s, "."+zone)} {
		if ip, err := netip.ParseAddr(strings.Trim(s, "[]. ")); err == nil {
			return ip.Unmap(), true
		}
	}
	return netip.Addr{}, false
}

// Undotted tells what a target was meant to be where the final dot of a full name was left out, so that the panel put
// the zone behind it. ok is false where what is left is no full name: it must be one of the zone itself, or end in a
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
