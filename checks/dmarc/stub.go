package dmarc

// Is reports whether receivers take a TXT record's text for a DMARC record: it begins with v=DMARC1
// (RFC 9989 section 4.7, exact case).
func Is(txt string) bool { panic("stub") }

// Resembles reports whether a text was meant to be a DMARC record but is none (v=DMARC, v=dmarc1, leading space, quotes).
func Resembles(txt string) bool { panic("stub") }

// Parse reads a record's text. It never fails: what is wrong stands in Problems.
func Parse(txt string) Record { panic("stub") }

// String prints the record: v, p, then the other tags as written, historic ones left out.
func (r Record) String() string { panic("stub") }

// Walk lists the names to ask for domain's policy, in order (RFC 9989 section 4.10: at most 8).
func Walk(domain string) []string { panic("stub") }

// ReportPermission is the name at which the mailbox's domain allows reports about domain (RFC 9990 section 4).
func ReportPermission(domain, mailboxHost string) string { panic("stub") }
