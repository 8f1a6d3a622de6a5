package dmarc

import (
	"strings"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/internal/taglist"
)

// Is reports whether receivers recognize a TXT record as a DMARC record: it begins with v=DMARC1 (RFC 9989 section 4.7),
// the value in exactly this case, with white space allowed around the equals sign and before the semicolon.
func Is(txt string) bool {
	head, _, _ := strings.Cut(txt, ";")
	name, value, ok := strings.Cut(head, "=")
	return ok && strings.EqualFold(strings.TrimRight(name, wsp), "v") && strings.Trim(value, wsp) == "DMARC1"
}

// wsp is WSP of RFC 5234.
const wsp = " \t"

// Resembles reports whether a text was meant to be a DMARC record but is not one: v=DMARC, v=dmarc1, a leading space,
// quotes, full-width letters, or only "p=none; rua=…".
func Resembles(txt string) bool {
	if Is(txt) {
		return false
	}
	s := strings.ToLower(plain(txt))
	s = strings.TrimLeft(s, " \t\r\n\"'")
	squeezed := strings.NewReplacer(" ", "", "\t", "", ":", "=").Replace(s)
	if strings.HasPrefix(squeezed, "v=dmarc") || strings.HasPrefix(squeezed, "dmarc1;") {
		return true
	}
	// Without a version: a policy together with a report address or alignment tag.
	tags, _ := taglist.Parse(s)
	policy, report := false, false
	for _, t := range tags {
		policy = policy || t.Name == "p" && level(t.Value)
		report = report || t.Name == "rua" || t.Name == "ruf" || t.Name == "adkim" || t.Name == "aspf"
	}
	return policy && report || len(tags) == 1 && policy
}

// level reports whether v is a policy in lower case.
func level(v string) bool { return v == "none" || v == "quarantine" || v == "reject" }

// Effective returns the policy that a current receiver applies to the domain (RFC 9989 section 4.7): none if p is
// missing, or if p, sp or np is unreadable while there is a report address; "" if receivers ignore the record.
func (r Record) Effective() string {
	policy := r.Policy
	for _, p := range r.Problems {
		if p.Fatal {
			return ""
		}
		if p.Code == BadPolicy {
			policy = "none"
		}
	}
	if policy == "" {
		return "none"
	}
	return policy
}

// Walk returns the names to look up for domain's policy, in order (RFC 9989 section 4.10): the domain and each parent up
// to the top-level domain. For a domain of more than eight labels it continues at the last seven, so there are at most
// eight names.
func Walk(domain string) []string {
	if domain == "" {
		return nil
	}
	out := []string{dnsname.Policy(domain)}
	labels := strings.Split(domain, ".")
	rest := labels[1:]
	if len(labels) > 8 {
		rest = labels[len(labels)-7:]
	}
	for ; len(rest) > 0; rest = rest[1:] {
		out = append(out, dnsname.Policy(strings.Join(rest, ".")))
	}
	return out
}
