package dkim

import "strings"

// alias looks for a CNAME target: the name after the word CNAME, or the name beside the record's own.
func (c *cleaner) alias(s string) Paste {
	fields := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n,;()<>'=", r) })
	owner, target, hosts := "", "", 0
	afterCNAME := false
	for _, f := range fields {
		if strings.EqualFold(strings.Trim(f, ":"), "CNAME") {
			if hosts > 0 || target == "" {
				afterCNAME = true
			}
			continue
		}
		name := strings.ToLower(strings.TrimSuffix(strings.Trim(f, ":"), "."))
		if !hostName(name) {
			continue
		}
		hosts++
		switch {
		case owner == "" && !afterCNAME && strings.Contains(name+".", "._domainkey."):
			owner = name
		case target == "":
			target = name
		}
	}
	if target == "" && owner != "" && !strings.HasSuffix(owner, "._domainkey") {
		owner, target = "", owner
	}
	c.Selector, _, _ = strings.Cut(owner, "._domainkey")
	switch {
	case target != "":
	case owner != "":
		return c.fail(Problem{Code: NoKey, Fatal: true})
	default:
		return c.fail(Problem{Code: NotDKIM, Fatal: true})
	}
	if hosts > 2 {
		c.fixed(FixedFirst)
	}
	if len(fields) > 1 {
		c.fixed(FixedAround)
	}
	c.Value, c.Alias = target, true
	return c.Paste
}

// hostName: at least two labels of letters, digits, hyphens and underscores (a target may have _domainkey in it), the
// last one with a letter.
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
