package dkim

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dnsname"
)

// alias looks for a CNAME target: the host name next to the record's own name, which contains _domainkey, or a lone name
// that does not end in it.
func (c *cleaner) alias(s string) Paste {
	fields := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n,;()<>'=|`{}[]", r) })
	var hosts []string
	for _, f := range fields {
		if name := strings.ToLower(strings.TrimSuffix(strings.Trim(f, ":"), ".")); hostName(name) {
			hosts = append(hosts, name)
		}
	}
	owner, target := "", ""
	switch at := slices.IndexFunc(hosts, ofKey); {
	case len(hosts) == 0:
		return c.fail(Problem{Code: NotDKIM, Fatal: true})
	case at < 0, len(hosts) == 1 && !dnsname.IsKeyOf(hosts[0], ""):
		target = hosts[0]
	case at+1 < len(hosts):
		owner, target = hosts[at], hosts[at+1]
	case at > 0:
		owner, target = hosts[at], hosts[at-1]
	default:
		owner = hosts[0]
	}
	c.Selector, _ = dnsname.Selector(owner)
	if target == "" {
		return c.fail(Problem{Code: NoKey, Fatal: true})
	}
	if len(hosts) > 2 {
		c.fixed(FixedFirst)
	}
	if len(fields) > 1 {
		c.fixed(FixedAround)
	}
	c.Value, c.Alias = target, true
	return c.Paste
}

// Target returns the CNAME target in a text that has nothing else: bare, in quotes, with a final dot, or as a zone file
// line.
func Target(txt string) (target string, ok bool) {
	if len(txt) > 600 {
		return "", false
	}
	fields := strings.FieldsFunc(plain(txt), func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'\\", r) })
	for i, f := range fields {
		name := strings.ToLower(strings.TrimSuffix(f, "."))
		last := i == len(fields)-1
		switch {
		case last && hostName(name):
			return name, true
		case last:
			return "", false
		case name == "in", name == "cname", strings.Trim(name, "0123456789") == "", strings.Contains(name, "_"), hostName(name) && i == 0 && len(fields) > 2:
		default:
			return "", false
		}
	}
	return "", false
}

// ofKey reports whether a name is that of a key record.
func ofKey(name string) bool { return dnsname.IsKey(name + ".") }

// hostName reports whether s has at least two labels of letters, digits, hyphens and underscores (a target may contain
// _domainkey), the last with a letter.
func hostName(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 {
			return false
		}
		for _, c := range []byte(l) {
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	return strings.ContainsAny(labels[len(labels)-1], "abcdefghijklmnopqrstuvwxyz")
}
