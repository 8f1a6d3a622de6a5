package dkim

import (
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/internal/pattern"
)

// selectorName matches one or more labels (RFC 6376 section 3.1) of letters, digits, hyphens and underscores.
var selectorName = pattern.New(`^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$`)

// IsSelector reports whether s can be the selector in the name of a key record.
func IsSelector(s string) bool {
	s = strings.ToLower(s)
	return len(s) <= 180 && selectorName.MatchString(s) && !dnsname.InKeys(s+".")
}

// CleanSelector returns the selector from what was typed: the selector alone, or the record's whole name, with or without
// the domain. ok is false if there is none.
func CleanSelector(typed string) (selector string, ok bool) {
	s := strings.ToLower(strings.TrimSpace(width.Fold.String(plain(typed))))
	s, _ = dnsname.Selector(strings.Trim(s, `"'.`))
	return s, IsSelector(s)
}
