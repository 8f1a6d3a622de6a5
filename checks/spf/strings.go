package spf

import "strings"

// whole is the maximum length of a character string (RFC 1035 section 3.3). A string that long was split for its length.
const whole = 255

// Unquoted reports whether the strings of a TXT record are separate terms because the quotation marks around them were
// missing in a zone file, and returns the record as it was meant, joined by spaces. Receivers join the strings without
// spaces (RFC 7208 section 3.3). It is false for a long record that was split within a term.
func Unquoted(parts []string) (meant string, ok bool) {
	if len(parts) < 2 || !Is(parts[0]) && !Resembles(parts[0]) {
		return "", false
	}
	lost := false
	for i, s := range parts {
		words := strings.Fields(s)
		if i == 0 {
			words = words[1:] // the version
		}
		for _, w := range words {
			if !term(w) {
				return "", false
			}
		}
		if i+1 < len(parts) {
			if len(s) >= whole || s == "" || parts[i+1] == "" {
				return "", false
			}
			lost = lost || !strings.HasSuffix(s, " ") && !strings.HasPrefix(parts[i+1], " ")
		}
	}
	if !lost {
		return "", false
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " "), true
}

// term reports whether a word is a complete term with a known name.
func term(w string) bool {
	t, bad := readTerm(w)
	if bad != nil {
		return false
	}
	return !t.Modifier || t.Name == "redirect" || t.Name == "exp"
}
