package spf

import "strings"

// whole is the length of a character string that is full (RFC 1035 section 3.3): what follows it was parted for that reason.
const whole = 255

// Unquoted reports whether the strings of a TXT record are terms that were typed without quotation marks around them all,
// so that a zone file made a string of each, and gives the record as it was meant: joined by blanks. Receivers join the
// strings with nothing between them (RFC 7208 section 3.3). A long record that was parted within a term is none of these.
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

// term reports whether a word is a whole term of a known name.
func term(w string) bool {
	t, bad := readTerm(w)
	if bad != nil {
		return false
	}
	return !t.Modifier || t.Name == "redirect" || t.Name == "exp"
}
