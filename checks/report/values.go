package report

import (
	"bytes"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/encoding/charmap"
)

// set stores the collected text as the value of a field. The first usable value counts.
func (p *parser) set(f field) {
	b := bytes.TrimSpace(p.text)
	if len(b) == 0 {
		return
	}
	h, r := &p.head, &p.row
	switch f {
	case fOrg:
		first(&h.Org, p.name(b))
	case fID:
		first(&h.ID, p.name(b))
	case fBegin:
		first(&h.Begin, p.when(b))
	case fEnd:
		first(&h.End, p.when(b))
	case fError:
		h.Errors++
	case fDomain:
		first(&h.Policy.Domain, p.domain(b))
	case fP:
		first(&h.Policy.P, level(b))
	case fSP:
		first(&h.Policy.SP, level(b))
	case fNP:
		first(&h.Policy.NP, level(b))
	case fADKIM:
		first(&h.Policy.ADKIM, mode(b))
	case fASPF:
		first(&h.Policy.ASPF, mode(b))
	case fPercent:
		if n, err := strconv.Atoi(strings.TrimSuffix(string(b), "%")); err == nil && n >= 0 && n <= 100 {
			h.Policy.Percent = n
		}
	case fTesting:
		h.Policy.Testing = b[0]|0x20 == 'y'
	case fDiscovery:
		first(&h.Policy.Discovery, p.keep(b[:min(len(b), 32)]))
	default:
		p.setRow(r, f, b)
	}
}

// setRow stores a value of a record.
func (p *parser) setRow(r *Row, f field, b []byte) {
	switch f {
	case fIP:
		if ip, ok := address(b); ok && !r.IP.IsValid() {
			r.IP = ip
		}
	case fCount:
		if r.Count < 0 {
			var huge bool
			if r.Count, huge = count(b); huge {
				r.Problem |= HugeCount
			}
		}
	case fDisposition:
		first(&r.Disposition, disposition(b))
	case fDKIM:
		first(&r.DKIM, result(b))
	case fSPF:
		first(&r.SPF, result(b))
	case fHeaderFrom:
		first(&r.HeaderFrom, p.domain(b))
	case fEnvelope:
		first(&r.Envelope, p.domain(b))
	case fReasonType, fReasonComment:
		if len(r.Reasons) == 0 { // their container is missing
			r.Reasons = append(r.Reasons, Reason{})
		}
		x := &r.Reasons[len(r.Reasons)-1]
		if f == fReasonType {
			x.Type = reasonType(b)
		} else {
			x.Comment = p.keep(b[:min(len(b), 256)])
		}
	case fSigDomain, fSigSelector, fSigResult:
		p.setAuth(&r.Signatures, f-fSigDomain, b)
	case fSenderDomain, fSenderScope, fSenderResult:
		p.setAuth(&r.Senders, f-fSenderDomain, b)
	}
}

// setAuth stores a value of the last raw result: 0 is the domain, 1 the selector or scope, 2 the result.
func (p *parser) setAuth(list *[]Auth, which field, b []byte) {
	if len(*list) == 0 {
		*list = append(*list, Auth{})
	}
	x := &(*list)[len(*list)-1]
	switch which {
	case 0:
		first(&x.Domain, p.domain(b))
	case 1:
		first(&x.Selector, p.keep(bytes.ToLower(b[:min(len(b), 64)])))
		x.Scope = x.Selector
	case 2:
		first(&x.Result, result(b))
	}
}

// first sets a value that is not yet set.
func first[T comparable](to *T, v T) {
	var zero T
	if *to == zero {
		*to = v
	}
}

// name returns a short human-readable text: one line of valid UTF-8. Invalid UTF-8 is read as Windows-1252.
func (p *parser) name(b []byte) string {
	if !utf8.Valid(b) {
		if c, err := charmap.Windows1252.NewDecoder().Bytes(b); err == nil {
			b = c
		}
	}
	s := strings.Join(strings.Fields(string(b)), " ")
	if len(s) > maxWords {
		s = strings.ToValidUTF8(s[:maxWords], "")
	}
	return p.keep([]byte(s))
}

// maxWords is how many bytes of a name or identifier are kept.
const maxWords = 512

// domain returns a domain in ASCII and lower case; of an address, its domain.
func (p *parser) domain(b []byte) string {
	if s, ok := p.domains[string(b)]; ok {
		return s
	}
	if p.domains == nil || len(p.domains) > maxKept {
		p.domains = map[string]string{}
	}
	s := readDomain(b)
	if len(b) <= 256 {
		p.domains[string(b)] = s
	}
	return s
}

func readDomain(b []byte) string {
	s := strings.ToLower(string(b[bytes.LastIndexByte(b, '@')+1:]))
	s = strings.Trim(s, " <>.\"'")
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if a, err := idna.Lookup.ToASCII(s); err == nil {
			s = a
		}
	}
	return strings.ToValidUTF8(s[:min(len(s), 253)], "?")
}

// when parses seconds since 1970, or what reporters write instead: milliseconds, a decimal point, an ISO 8601 date.
func (p *parser) when(b []byte) time.Time {
	s := string(b)
	if whole, _, ok := strings.Cut(s, "."); ok && digits(whole) {
		s = whole
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		for n > 1e11 { // after the year 5000, so milliseconds or smaller units
			n /= 1000
		}
		if n > 0 {
			return time.Unix(n, 0).UTC()
		}
		return time.Time{}
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly, time.RFC1123Z, time.RFC1123} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// count parses a number of messages; -1 if it is none. A number too large to be summed becomes the largest possible.
func count(b []byte) (n int64, huge bool) {
	s := string(b)
	if v, err := strconv.ParseUint(s, 10, 64); err == nil && v <= maxCount {
		return int64(v), false
	}
	s = strings.TrimPrefix(strings.NewReplacer(",", "", " ", "", "_", "").Replace(s), "+")
	if whole, part, ok := strings.Cut(s, "."); ok && strings.Trim(part, "0") == "" {
		s = whole
	}
	if !digits(s) {
		return -1, false
	}
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil || v > maxCount {
		return maxCount, true
	}
	return int64(v), false
}

// maxCount is the largest count of one record that is taken literally.
const maxCount = math.MaxInt64 >> 16

// address parses an IP address; IPv4-mapped IPv6 addresses are unmapped.
func address(b []byte) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(string(b))
	if err != nil {
		s := strings.Trim(string(b), "[]() \t\"'")
		s, _, _ = strings.Cut(s, "/")
		if len(s) > 5 && strings.EqualFold(s[:5], "ipv6:") {
			s = s[5:]
		}
		if ip, err = netip.ParseAddr(s); err != nil {
			return ip, false
		}
	}
	return ip.Unmap().WithZone(""), true
}

// level parses a policy.
func level(b []byte) string {
	for _, l := range [...]string{"none", "quarantine", "reject"} {
		if fold(b, l) {
			return l
		}
	}
	return ""
}

// mode parses an alignment mode; reporters write "relaxed" too.
func mode(b []byte) string {
	switch b[0] | 0x20 {
	case 'r':
		return "r"
	case 's':
		return "s"
	}
	return ""
}

// fold reports whether b is an ASCII word, ignoring case.
func fold(b []byte, word string) bool {
	return len(b) == len(word) && strings.EqualFold(string(b), word)
}

func disposition(b []byte) Disposition {
	for d := DispNone; d < dispositions; d++ {
		if fold(b, d.String()) {
			return d
		}
	}
	return NotDisposed
}

var results = map[string]Result{"pass": Pass, "fail": Fail, "hardfail": Fail, "softfail": SoftFail, "neutral": Neutral, "none": None,
	"temperror": TempError, "error": TempError, "unknown": PermError, "permerror": PermError, "policy": Policied}

func result(b []byte) Result {
	if r, ok := results[string(b)]; ok {
		return r
	}
	return results[strings.ToLower(string(b[:min(len(b), 16)]))]
}

var reasonTypes = map[string]ReasonType{"forwarded": Forwarded, "sampledout": SampledOut, "trustedforwarder": TrustedForwarder,
	"mailinglist": MailingList, "localpolicy": LocalPolicy, "policytestmode": TestMode, "other": OtherReason}

func reasonType(b []byte) ReasonType { return reasonTypes[squeeze(b)] }
