package dmarc

import (
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/internal/taglist"
)

const mailto = "mailto:"

// uris parses a comma-separated list of report addresses (RFC 9989 section 4.7).
func (p *parser) uris(t taglist.Tag) []Report {
	if t.Value == "" { // reports go nowhere
		p.add(BadValue, p.text[t.Start:t.End], t.Start, t.End, "", false)
		return nil
	}
	var out []Report
	at := t.ValueStart
	for _, piece := range strings.Split(t.Value, ",") {
		start := at
		at += len(piece) + 1
		lead := len(piece) - len(strings.TrimLeft(piece, wsp))
		piece = strings.TrimSpace(piece)
		start += lead
		if piece == "" {
			p.add(BadSeparator, ",", start, min(start+1, len(p.text)), "", false)
			continue
		}
		for i, one := range strings.Fields(piece) {
			if i > 0 {
				p.add(BadSeparator, piece, start, start+len(piece), strings.Join(strings.Fields(piece), ","), false)
			}
			out = append(out, p.uri(one, start, start+len(piece)))
		}
	}
	return out
}

// uri parses one report address.
func (p *parser) uri(s string, start, end int) Report {
	r := Report{URI: s}
	addr := s
	if i := strings.IndexByte(s, '!'); i >= 0 {
		p.add(SizeLimit, s[i:], start, end, s[:i], false)
		addr = s[:i]
	}
	scheme, rest, ok := strings.Cut(addr, ":")
	switch {
	case ok && strings.EqualFold(scheme, "mailto"):
		addr = strings.TrimPrefix(rest, "//")
	case ok:
		return r // another scheme is allowed, though nobody uses one
	default:
		if validAddress(addr) {
			p.add(NoMailto, s, start, end, mailto+addr, false)
		}
	}
	addr, _, _ = strings.Cut(addr, "?")
	if inner := strings.Trim(addr, "<>()[]"); inner != addr && validAddress(inner) {
		p.add(BadAddress, s, start, end, mailto+inner, false)
		addr = inner
	}
	if !validAddress(addr) {
		p.add(BadAddress, s, start, end, "", false)
		return r
	}
	i := strings.LastIndexByte(addr, '@')
	r.Host = strings.ToLower(strings.TrimSuffix(addr[i+1:], "."))
	r.Address = addr[:i] + "@" + r.Host
	return r
}

// validAddress reports whether a has the form local@host.name in printable ASCII. The finer rules of RFC 5321 do not
// matter here.
func validAddress(a string) bool {
	i := strings.LastIndexByte(a, '@')
	if i < 1 || strings.ContainsAny(a, " \t,;<>\"()") || strings.IndexByte(a, '@') != i {
		return false
	}
	host := strings.TrimSuffix(a[i+1:], ".")
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, c := range []byte(l) {
			if !(c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	for _, c := range []byte(a) {
		if c <= 0x20 || c >= 0x7f {
			return false
		}
	}
	return len(labels) > 1 && len(host) <= 253
}

// plain replaces full-width and typographic characters by ASCII.
func plain(s string) string { return typographic.Replace(width.Fold.String(s)) }

var typographic = strings.NewReplacer(
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u2018", `"`, "\u2019", `"`,
	"\u2013", "-", "\u2014", "-", "\u2212", "-", "\u2010", "-", "\u2011", "-",
	"\u00a0", " ", "\u3000", " ", "\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u2060", "",
	"\u3002", ".",
)
