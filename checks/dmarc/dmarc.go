package dmarc

import (
	"strings"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/internal/taglist"
)

// Is reports whether receivers take a TXT record's text for a DMARC record: it begins with v=DMARC1 (RFC 9989
// section 4.7; the value in exactly this case, white space allowed around the equals sign and before the semicolon).
func Is(txt string) bool {
	head, _, _ := strings.Cut(txt, ";")
	name, value, ok := strings.Cut(head, "=")
	return ok && strings.EqualFold(strings.TrimRight(name, wsp), "v") && strings.Trim(value, wsp) == "DMARC1"
}

// wsp is WSP of RFC 5234.
const wsp = " \t"

// Resembles reports whether a text was meant to be a DMARC record but is none (v=DMARC, v=dmarc1, leading space,
// quotes, full-width letters, or only "p=none; rua=…").
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
	// The version was left out: a policy of DMARC's own words together with a report address.
	tags, _ := taglist.Parse(s)
	policy, report := false, false
	for _, t := range tags {
		policy = policy || t.Name == "p" && level(t.Value)
		report = report || t.Name == "rua" || t.Name == "ruf" || t.Name == "adkim" || t.Name == "aspf"
	}
	return policy && report || len(tags) == 1 && policy
}

func level(v string) bool { return v == "none" || v == "quarantine" || v == "reject" }

// Effective is the policy that a current receiver applies to the domain (RFC 9989 section 4.7): none where p is
// missing, or p, sp or np cannot be read while a report address can; "" where the record is ignored.
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

// Walk lists the names to ask for domain's policy, in order (RFC 9989 section 4.10): the domain, then each parent down
// to the top-level domain. A name of more than eight labels goes on at its last seven, so that at most eight are asked.
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
