// Package dnsname has the names at which mail's records stand: the one place that knows the labels of DKIM (RFC 6376
// section 3.6.2.1) and DMARC (RFC 9989 section 4.10). It only puts names together and takes them apart.
package dnsname

import "strings"

const (
	keys    = "_domainkey"
	policy  = "_dmarc"
	reports = "_report"
)

// Key returns the name of a domain's key record: <selector>._domainkey.<domain>. Without a domain it is the name as panels
// show it below the domain: <selector>._domainkey.
func Key(selector, domain string) string {
	if domain == "" {
		return selector + "." + keys
	}
	return selector + "." + keys + "." + domain
}

// Keys returns the name below which all keys of a domain stand: _domainkey.<domain>.
func Keys(domain string) string {
	if domain == "" {
		return keys
	}
	return keys + "." + domain
}

// Policy returns the name of a domain's DMARC record: _dmarc.<domain>.
func Policy(domain string) string { return policy + "." + domain }

// ReportPermission returns the name at which the mailbox's domain allows reports about another domain (RFC 9990 section 4):
// a TXT record there begins with v=DMARC1.
func ReportPermission(domain, mailbox string) string {
	return domain + "." + reports + "." + Policy(mailbox)
}

// Mistyped returns the names at which a key stands after a slip in typing its name: without the label of DKIM, or without
// the dot or the underscore before it.
func Mistyped(selector, domain string) []string {
	label := strings.TrimPrefix(keys, "_")
	return []string{selector + "." + domain, selector + keys + "." + domain, selector + "." + label + "." + domain}
}

// Misspelt returns the names at which a key stands below a label that is nearly that of DKIM.
func Misspelt(selector, domain string) (out []string) {
	for _, label := range [...]string{keys + "s", "_domain_key"} {
		out = append(out, selector+"."+label+"."+domain)
	}
	return out
}

// CutKey takes the name of a key record apart; ok is false where it is none.
func CutKey(name string) (selector, domain string, ok bool) {
	return strings.Cut(name, "."+keys+".")
}

// Selector returns what stands before the label of DKIM, also in a name that leaves out its zone as panels show it; the
// name as it is, and false, where that label does not stand in it.
func Selector(name string) (selector string, ok bool) {
	selector, _, ok = strings.Cut(name, "."+keys)
	return selector, ok
}

// SelectorAt returns the selector of a key record of exactly this domain; the name as it is, and false, where it is none.
func SelectorAt(name, domain string) (selector string, ok bool) {
	label := "." + keys + "."
	if domain == "" {
		label = "." + keys
	}
	if above, ok := strings.CutSuffix(name, domain); ok { // nothing is joined: it is asked of every answer
		if selector, ok := strings.CutSuffix(above, label); ok {
			return selector, true
		}
	}
	return name, false
}

// IsKey reports whether a name is that of a key record of some domain.
func IsKey(name string) bool { return strings.Contains(name, "."+keys+".") }

// IsKeyOf reports whether a name is that of a key record of exactly this domain; of "", a name as panels show it.
func IsKeyOf(name, domain string) bool {
	_, ok := SelectorAt(name, domain)
	return ok
}

// InKeys reports whether a name stands among a domain's keys, or is the name below which they stand.
func InKeys(name string) bool { return IsKeys(name) || IsKey(name) }

// IsKeys reports whether a name is that below which a domain's keys stand.
func IsKeys(name string) bool { return strings.HasPrefix(name, keys+".") }

// IsPolicy reports whether a name is that of a DMARC record.
func IsPolicy(name string) bool { return strings.HasPrefix(name, policy+".") }

// PolicyDomain returns whose DMARC record stands at a name, and another name as it is.
func PolicyDomain(name string) string { return strings.TrimPrefix(name, policy+".") }

// Unlabelled returns a name without the label that says which kind of record stands there: of a key's the selector, and the
// domain where the name has one.
func Unlabelled(name string) string {
	if name == policy {
		return ""
	}
	return PolicyDomain(strings.Replace(name, "."+keys, "", 1))
}

// Doubled returns what a panel makes of a domain that is typed into a field to which it appends the zone apex: the domain
// typed whole, and typed in part (its first label).
func Doubled(domain, apex string) (whole, half string) {
	label, _, _ := strings.Cut(domain, ".")
	return domain + "." + apex, label + "." + domain
}
