package report

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// aligner compares domains as DMARC does (RFC 9989 section 4.4). Reports do not contain the result of a tree walk, so
// the organizational domain is that of the public suffix list, as in RFC 7489.
type aligner struct{ org map[string]string }

// aligned reports whether an authenticated domain is aligned with the one in the From field.
func (a *aligner) aligned(domain, from, mode string) bool {
	if domain == "" || from == "" {
		return false
	}
	return domain == from || mode != "s" && a.organisation(domain) == a.organisation(from)
}

// organisation returns the organizational domain of a name.
func (a *aligner) organisation(name string) string {
	if o, ok := a.org[name]; ok {
		return o
	}
	if a.org == nil || len(a.org) > maxKept {
		a.org = map[string]string{}
	}
	o, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		o = name
	}
	a.org[name] = o
	return o
}

// below reports whether name is apex or lies under it.
func below(name, apex string) bool {
	return name == apex || strings.HasSuffix(name, "."+apex)
}
