package spf

import (
	"strconv"
	"strings"
)

// String returns the term as written, or from its fields if Text is empty.
func (t Term) String() string {
	if t.Text != "" {
		return t.Text
	}
	return t.Canonical()
}

// Canonical returns the term from its fields: the name in lower case, and '+' only if it was written.
func (t Term) Canonical() string {
	var b strings.Builder
	if t.Modifier {
		return t.Name + "=" + t.Value
	}
	if t.Explicit && t.Qualifier != 0 {
		b.WriteByte(t.Qualifier)
	}
	b.WriteString(t.Name)
	if t.Value != "" {
		b.WriteByte(':')
		b.WriteString(t.Value)
	}
	if t.CIDR4 >= 0 {
		b.WriteString("/" + strconv.Itoa(t.CIDR4))
	}
	if t.CIDR6 >= 0 {
		if t.Name != "ip6" {
			b.WriteByte('/')
		}
		b.WriteString("/" + strconv.Itoa(t.CIDR6))
	}
	return b.String()
}

// same returns a key that is equal for terms with the same meaning: '+' is the default qualifier, and names are
// case-insensitive.
func (t Term) same() string {
	t.Explicit = t.Qualifier != '+'
	v := t.Value
	if t.Name == "ip4" || t.Name == "ip6" {
		if t.Prefix.IsValid() {
			return string(t.Qualifier) + t.Name + t.Prefix.Masked().String()
		}
	} else if !strings.Contains(v, "%") {
		t.Value = strings.TrimSuffix(lower(v), ".")
	}
	return t.Canonical()
}

// Same returns a key that is equal for terms with the same meaning in the record of domain: "mx" and "+MX:domain." are
// the same.
func (t Term) Same(domain string) string {
	if t.Value == "" && (t.Name == "a" || t.Name == "mx" || t.Name == "ptr") {
		t.Value = domain
	}
	return t.same()
}

// Lookups returns how many of the ten look-ups that RFC 7208 section 4.6.4 allows the term costs: 1 for include, a, mx,
// ptr, exists and redirect, and 1 more if its domain has the macro %{p}.
func (t Term) Lookups() int {
	switch t.Name {
	case "include", "a", "mx", "ptr", "exists":
		if t.Modifier {
			return 0
		}
	case "redirect":
		if !t.Modifier {
			return 0
		}
	default:
		return 0
	}
	if macros(t.Value, "p") {
		return 2
	}
	return 1
}
