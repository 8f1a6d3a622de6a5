package message

import (
	"strings"

	"golang.org/x/net/idna"
)

// lookup converts a domain to ASCII as RFC 8616 requires, and accepts names that are not host names, such as those of
// selectors and DMARC.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// asciiDomain returns a domain in lower-case ASCII without final dot; ok is false if it cannot be in DNS.
func asciiDomain(s string) (string, bool) {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), ".")
	for i := range len(s) {
		if s[i] >= 0x80 {
			a, err := lookup.ToASCII(s)
			if err != nil {
				return "", false
			}
			s = a
			break
		}
	}
	if !askable(s) {
		return "", false
	}
	return s, true
}

// askable reports whether DNS can hold a name: labels of 1 to 63 bytes, at most 253 in all, of usual characters.
func askable(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"\()<>,;:@[]`, c) >= 0 {
			return false
		}
	}
	return true
}
