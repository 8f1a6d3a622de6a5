// Package reading reads the record formats from a snapshot: it connects what DNS said with the packages that parse
// it. It looks nothing up and judges nothing.
package reading

import (
	"net/netip"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// SPF makes a snapshot the data of the SPF evaluator.
func SPF(s *snapshot.Snapshot) spf.Data { return spfData{s} }

type spfData struct{ s *snapshot.Snapshot }

func (d spfData) Reply(n spf.Need) spf.Reply {
	a := d.s.Get(n.Name, snapshot.Type(n.Type))
	switch {
	case a.Status == snapshot.Unasked:
		return spf.Reply{Status: spf.Missing}
	case !a.Known() && a.Reason == snapshot.Delegated:
		return spf.Reply{Status: spf.Missing}
	case !a.Known():
		return spf.Reply{Status: spf.TempErr}
	case a.Absent():
		// An alias whose target was not asked yet does not prove absence.
		if a.Status == snapshot.OK && len(a.Chain) > 0 {
			if end := d.s.Get(a.Chain[len(a.Chain)-1].Target, snapshot.Type(n.Type)); end.Status == snapshot.Unasked {
				return spf.Reply{Status: spf.Missing}
			}
		}
		return spf.Reply{Status: spf.Void}
	}
	r := spf.Reply{Status: spf.Found, Cut: a.Cut()}
	for _, rec := range a.Records {
		switch n.Type {
		case "TXT":
			r.TXT = append(r.TXT, rec.Data)
		case "A", "AAAA":
			if ip, err := netip.ParseAddr(rec.Data); err == nil {
				r.Addrs = append(r.Addrs, ip)
			}
		default:
			r.Names = append(r.Names, rec.Data)
		}
	}
	return r
}

// Meant returns a TXT record's text as it was meant. An SPF record that was entered without quotation marks, so that
// each term became a string of its own, gets its blanks back, and torn is true. Receivers join the strings without
// blanks (RFC 7208 section 3.3).
func Meant(r snapshot.Record) (text string, torn bool) {
	if text, torn = spf.Unquoted(r.Strings); torn {
		return text, true
	}
	return r.Data, false
}

// SPFRecords returns the SPF records at a name, and whether it is known that there are no others.
func SPFRecords(s *snapshot.Snapshot, name string) (records []string, known bool) {
	return pick(s, name, spf.Is)
}

// DMARCRecords returns the DMARC records at _dmarc below a name, and whether it is known that there are no others.
func DMARCRecords(s *snapshot.Snapshot, domain string) (records []string, known bool) {
	return pick(s, dnsname.Policy(domain), dmarc.Is)
}

// DKIMRecords returns the key records of a selector, and whether it is known that there are no others.
func DKIMRecords(s *snapshot.Snapshot, selector, domain string) (records []string, known bool) {
	return pick(s, dnsname.Key(selector, domain), dkim.Is)
}

func pick(s *snapshot.Snapshot, name string, is func(string) bool) (out []string, known bool) {
	a := s.Best(strings.ToLower(name), snapshot.TXT)
	if a == nil {
		return nil, false
	}
	for i := range a.Records {
		if v := a.Records[i].Data; is(v) {
			out = append(out, v)
		}
	}
	return out, a.Known() && !a.Cut()
}
