package spf

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// joined tries to read a term that was split by a space, such as "include: a.example", "~ all" or "ip4:192.0.2.0 /24". If
// it succeeds it advances i past the second word.
func (p *parser) joined(w Span, words []Span, i *int) bool {
	at := w
	rest := p.raw[w.Start:w.End]
	switch {
	case rest[0] == '/' && len(p.out) > 0:
		last := p.out[len(p.out)-1]
		t, bad := readTerm(last.Text + rest)
		if bad != nil || last.End != w.Start-1 {
			return false
		}
		at.Start, t.Span = last.Start, Span{last.Start, w.End}
		p.out[len(p.out)-1] = t
		p.report(ExtraSpace, at, t.Text, true, true)
		return true
	case *i+1 == len(words):
		return false
	}
	next := words[*i+1]
	if _, bad := readTerm(p.raw[next.Start:next.End]); bad == nil && len(rest) > 1 {
		return false
	}
	if t, _ := readTerm(rest); mechanisms[t.Name] && t.Value == "" && strings.HasSuffix(lower(rest), t.Name) && p.raw[next.Start] != ':' {
		rest += ":" // "include a.example": the colon was forgotten too
	}
	text := rest + p.raw[next.Start:next.End]
	t, bad := readTerm(text)
	slash := strings.HasSuffix(rest, "/") && digit(text[len(rest)])
	if bad != nil || !(slash || strings.HasSuffix(rest, ":") || strings.HasSuffix(rest, "=") || text[len(rest)] == ':' || len(rest) == 1) {
		return false
	}
	*i++
	t.Span = Span{w.Start, next.End}
	p.out = append(p.out, t)
	p.report(ExtraSpace, t.Span, text, true, true)
	return true
}

// mend reads a word that receivers cannot parse as what it was meant to be.
func (p *parser) mend(w Span) {
	before := len(p.problems)
	p.put(p.f.replaced(p.raw, w.Start, w.End)...)
	letters := len(p.problems)
	a, b := p.f.index(w.Start), min(p.f.index(w.End), len(p.f.text))
	p.pieces(a, b, " ", p.mendWord)
	// A placeholder is replaced as a whole, so problems within it do not matter.
	whole := slices.DeleteFunc(slices.Clone(p.problems[letters:]), func(r Problem) bool { return r.Code != Placeholder })
	within := func(q Problem) bool {
		return slices.ContainsFunc(whole, func(r Problem) bool { return r.Span.Start <= q.Span.Start && q.Span.End <= r.Span.End })
	}
	if len(whole) > 0 {
		kept := slices.DeleteFunc(slices.Clone(p.problems[before:letters]), within)
		p.problems = append(p.problems[:before], append(kept, p.problems[letters:]...)...)
	}
}

// commaPoints matches one address with commas between its numbers. A list of four addresses would have dots of its own.
var commaPoints = pattern.New(`(?i)^([+?~-]?)(?:ipv?4:)?([0-9]{1,3}(?:[.,][0-9]{1,3}){3}(?:/[0-9]{1,2})?)$`)

// commaAddress returns the term for an address that was written with commas; ok is false if the word is not one.
func commaAddress(s string) (term string, ok bool) {
	m := commaPoints.FindStringSubmatch(s)
	if m == nil || !strings.Contains(s, ",") {
		return "", false
	}
	fix := networkFor(m[1], strings.ReplaceAll(m[2], ",", "."), BadIP).fix
	return fix, fix != ""
}

// pieces calls f for each run of text[a:b] without the characters in cut.
func (p *parser) pieces(a, b int, cut string, f func(a, b int)) {
	for a < b {
		if strings.IndexByte(cut, p.f.text[a]) >= 0 {
			a++
			continue
		}
		e := a
		for e < b && strings.IndexByte(cut, p.f.text[e]) < 0 {
			e++
		}
		f(a, e)
		a = e
	}
}

// mendWord reads text[a:b], which has no spaces.
func (p *parser) mendWord(a, b int) {
	s := p.f.text[a:b]
	t, bad := readTerm(s)
	span := p.f.span(a, b)
	if bad == nil {
		p.add(t, span)
		return
	}
	if len(p.problems) == maxProblems {
		p.report(bad.code, span, "", false, true)
		p.add(t, span)
		return
	}
	if strings.Trim(s, "+-?~|*=:/.&") == "" && len(s) == 1 {
		p.report(Punctuation, span, "", true, true)
		return
	}
	if fix, ok := commaAddress(s); ok {
		p.report(BadIP, span, fix, true, true)
		t, _ = readTerm(fix)
		p.add(t, span)
		return
	}
	if cut := strings.IndexAny(s, ",;"); cut > 0 { // "include;a.example" was to be a colon
		if t, bad := readTerm(s[:cut] + ":" + s[cut+1:]); bad == nil && mechanisms[t.Name] {
			p.report(Colon, p.f.span(a+cut, a+cut+1), ":", true, true)
			p.add(t, span)
			return
		}
	}
	if strings.ContainsAny(s, ",;") {
		for k := a; k < b; k++ {
			if c := p.f.text[k]; c == ',' || c == ';' {
				fix := " "
				if k == a || k == b-1 {
					fix = ""
				}
				p.report(Separator, p.f.span(k, k+1), fix, true, true)
			}
		}
		p.pieces(a, b, ",;", p.mendWord)
		return
	}
	if m := twoNames(s); m.fix != "" {
		p.report(m.code, span, m.fix, true, true)
		t, _ = readTerm(m.fix)
		p.add(t, span)
		return
	}
	if terms := addressRange(s); len(terms) > 0 {
		p.report(BadIP, span, strings.Join(terms, " "), true, true)
		for _, one := range terms {
			t, _ = readTerm(one)
			p.add(t, span)
		}
		return
	}
	if cuts := seams(s); cuts != nil {
		p.report(MissingSpace, span, joinAt(s, cuts), true, true)
		from := 0
		for _, c := range append(cuts, len(s)) {
			p.mendWord(a+from, a+c)
			from = c
		}
		return
	}
	r := repair(s, t, bad)
	if r.code == bad.code && r.fix == "" && bad.end > bad.start {
		span2 := p.f.span(a+bad.start, a+min(bad.end, len(s)))
		p.report(r.code, span2, "", false, true)
	} else {
		p.report(r.code, span, r.fix, r.certain, true)
	}
	if r.certain {
		t, _ = readTerm(r.fix)
	}
	p.add(t, span)
}

func (p *parser) add(t Term, s Span) {
	t.Span, t.Text = s, p.raw[s.Start:s.End]
	p.out = append(p.out, t)
}

var (
	// seam matches the start of a second term within a word.
	seam = pattern.New(`(?i)[+?~-]?(?:include:|exists:|redirect=|exp=|ptr:|ipv?[46]:|v=spf1)|[+?~-]all$|[+~?](?:a|mx|ptr|all|include|ip4|ip6|exists)(?:$|[:/+~?-])`)
	// netSeam finds more seams behind an address, since that ends with its digits.
	netSeam = pattern.New(`(?i)^[+?~-]?(?:ip4:[0-9]+(?:\.[0-9]+){3}(?:/[0-9]+)?|ip6:[0-9a-f:.]+(?:/[0-9]+)?)([+?~-]?(?:a|mx|ptr|all)(?:$|[:/]))`)
	// headSeam matches a term without a value and the start of another behind it: "ainclude:a.example", "mxip4:192.0.2.1", "mxa:a.example".
	headSeam = pattern.New(`(?i)^[+?~-]?(?:a|mx|ptr)((?:a|mx|ptr)*(?:include[:=]|exists:|redirect=|exp=|ipv?[46][:=]|ptr:|mx:|(?:a|mx)$))`)
	// hostSeam matches mx with a term behind it, as in "mxa:a.example".
	hostSeam = pattern.New(`(?i)^[+?~-]?mx((?:a:|all$))`)
)

// heads returns the offsets behind terms without a value to which another term was glued.
func heads(s string) (cuts []int) {
	for from := 0; ; {
		m := headSeam.FindStringSubmatchIndex(s[from:])
		if m == nil || strings.EqualFold(s[from:], "aa") {
			m = hostSeam.FindStringSubmatchIndex(s[from:])
		}
		if m == nil {
			return cuts
		}
		from += m[2]
		cuts = append(cuts, from)
	}
}

// seams returns the offsets in a word at which spaces are missing.
func seams(s string) (cuts []int) {
	cuts = heads(s)
	if m := netSeam.FindStringSubmatchIndex(s); m != nil {
		cuts = append(cuts, m[2])
	}
	l := lower(s)
	if strings.Count(l, ":")+strings.Count(l, "=") < 2 && !strings.HasSuffix(l, "all") && !strings.ContainsAny(l[min(1, len(l)):], "+~?") && !strings.Contains(l, version) {
		return cuts // the usual case, and the pattern is slow
	}
	for from := 0; ; {
		m := seam.FindStringIndex(s[from:])
		if m == nil {
			return cuts
		}
		at := from + m[0]
		if at > 0 && strings.IndexByte("+?~-", s[at-1]) < 0 && (len(cuts) == 0 || at > cuts[len(cuts)-1]) {
			cuts = append(cuts, at)
		}
		// The end of one seam may be the start of the next, as in "+mx~all".
		from = at + 2
	}
}

// joinAt inserts spaces at the offsets.
func joinAt(s string, cuts []int) string {
	var b strings.Builder
	from := 0
	for _, c := range cuts {
		b.WriteString(s[from:c] + " ")
		from = c
	}
	return b.String() + s[from:]
}

// mended is what a broken term was probably meant to be. fix is a valid term or "".
type mended struct {
	code    Code
	fix     string
	certain bool
}

// repair tries the known mistakes in turn and returns the first correction that can be parsed.
func repair(s string, t Term, bad *fault) mended {
	q := ""
	if t.Explicit {
		q = s[:1]
	}
	if m := bracketed(q, t); m.fix != "" {
		return m
	}
	if m := starred(q, t); m.fix != "" {
		return m
	}
	if standsIn(s) {
		return mended{code: Placeholder}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) {
		return foreign(q, s, t)
	}
	tries := []mended{punctuation(s, t), twoQualifiers(s)}
	if _, known := mechanisms[t.Name]; !known { // "a:2001:db8::1" is an address too, but nobody means that one
		tries = append(tries, networkFor(q, strings.TrimPrefix(s, q), BareIP))
	}
	if q != "" && nameLen(s[1:]) > 0 {
		if m, bad := readTerm(s[1:]); bad == nil && m.Modifier {
			tries = append(tries, mended{QualifierOnModifier, s[1:], true})
		}
	}
	tries = append(tries, misnamed(q, s, t)...)
	tries = append(tries, misvalued(q, t)...)
	for _, m := range tries {
		if m.fix == "" || m.fix == s {
			continue
		}
		if _, still := readTerm(m.fix); still == nil {
			return m
		}
	}
	return mended{code: bad.code}
}

// punctuation removes a full stop, comma or slash after the term, and parentheses around it.
func punctuation(s string, t Term) mended {
	cut := "."
	switch t.Name {
	case "include", "exists", "ptr", "redirect", "exp":
		cut = "./"
	case "all":
		cut = ".:/"
	case "ip4":
		cut = ".:"
	}
	return mended{Punctuation, strings.TrimRight(strings.Trim(s, "()"), cut), true}
}

// twoQualifiers drops the first of two qualifiers.
func twoQualifiers(s string) mended {
	if len(s) < 2 || strings.IndexByte("+-?~", s[0]) < 0 || strings.IndexByte("+-?~", s[1]) < 0 {
		return mended{}
	}
	return mended{TwoQualifiers, s[1:], s[0] == s[1]}
}

// networkFor makes an ip4 or ip6 term from an address or prefix, or returns the zero value if v is neither.
func networkFor(q, v string, code Code) mended {
	ip, err := netip.ParseAddr(v)
	if err != nil {
		p, err := netip.ParsePrefix(v)
		if err != nil {
			return mended{}
		}
		ip = p.Addr()
	}
	if ip.Is4() {
		return mended{code, q + "ip4:" + v, true}
	}
	return mended{code, q + "ip6:" + v, true}
}

// addressNames are names that people write instead of ip4 and ip6.
var addressNames = map[string]bool{
	"ipv4": true, "ip": true, "ip-4": true, "ipv-4": true, "ip_4": true, "ip4v": true, "ip4.": true, "ipaddress": true, "ipaddr": true,
	"ipv6": true, "ip-6": true, "ipv-6": true, "ip_6": true, "ip6v": true, "address": true, "addr": true,
}

// misnamed returns corrections for an unknown mechanism name.
func misnamed(q, s string, t Term) (out []mended) {
	const code = UnknownMechanism
	if _, known := mechanisms[t.Name]; known || t.Modifier {
		return nil
	}
	if t.Name == "redirect" || t.Name == "exp" {
		out = append(out, mended{code, t.Name + "=" + t.Value, true})
	}
	if addressNames[t.Name] {
		out = append(out, networkFor(q, t.Value, code), mended{code, q + "a:" + t.Value, true})
	}
	for _, n := range [...]string{"include", "exists", "ip4", "ip6"} { // "include.a.example"
		if v, ok := strings.CutPrefix(s[len(q):], s[len(q):min(len(s), len(q)+len(n))]+"."); ok && strings.HasPrefix(t.Name, n+".") {
			out = append(out, mended{Colon, q + n + ":" + v, true})
		}
	}
	tail := strings.TrimPrefix(s[len(q):], s[len(q):len(q)+nameLen(s[len(q):])])
	near := nearest(t.Name)
	for _, n := range near {
		out = append(out, mended{code, q + n + tail, len(near) == 1})
	}
	switch t.Name {
	case "spf", "domain":
		out = append(out, mended{code, q + "include" + tail, false})
	case "host", "hostname", "server":
		out = append(out, mended{code, q + "a" + tail, false})
	}
	if ends[strings.TrimLeft(lower(s), "_=*.+-~?")] {
		out = append(out, mended{code, cmp.Or(q, "~") + "all", false})
	}
	if tail == "" {
		out = append(out, mended{BareDomain, q + "include:" + s[len(q):], false})
	}
	return out
}

// ends are misspellings of all.
var ends = map[string]bool{"all": true, "a11": true, "al1": true, "a1l": true, "alll": true}

// nearest returns the mechanisms that differ from a name by one slip.
func nearest(name string) (out []string) {
	if len(name) < 2 {
		return nil
	}
	for _, m := range [...]string{"all", "include", "ip4", "ip6", "exists", "ptr"} {
		if oneSlip(name, m) {
			out = append(out, m)
		}
	}
	return out
}

// oneSlip reports whether a and b differ by one letter added, missing, replaced or swapped with its neighbour.
func oneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch {
	case len(x) == len(y)+1:
		return x[1:] == y
	case len(x)+1 == len(y):
		return x == y[1:]
	case len(x) != len(y) || x == "":
		return false
	}
	return x[1:] == y[1:] || (len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:])
}

// misvalued returns corrections for the value of a known mechanism.
func misvalued(q string, t Term) (out []mended) {
	v := t.Value
	full := v
	if t.CIDR4 >= 0 || t.CIDR6 >= 0 {
		full = strings.TrimPrefix(strings.TrimPrefix(t.Canonical(), q), t.Name+":")
	} else if _, length, ok := strings.Cut(t.Text, "/"); ok && (t.Name == "ip4" || t.Name == "ip6") {
		full = v + "/" + length
	}
	switch t.Name {
	case "ip4", "ip6":
		code := BadIP
		if ip, err := netip.ParseAddr(v); err == nil {
			if ip.Is4() && t.Name == "ip6" {
				code = IP4InIP6
			} else if ip.Is6() && t.Name == "ip4" {
				code = IP6InIP4
			}
			out = append(out, networkFor(q, full, code), netmask(q, v, full))
		}
		if t.Name == "ip4" {
			out = append(out, shortAddress(q, full))
		}
		out = append(out, leadingAddress(q, t))
		if _, err := netip.ParseAddr(v); err == nil || !numeric(v) {
			code := HostInIP4
			if t.Name == "ip6" {
				code = HostInIP6
			}
			out = append(out, mended{code, q + "a:" + full, true})
			break
		}
		m := networkFor(q, digits.Replace(full), BadIP)
		m.certain = false
		out = append(out, m)
	case "include":
		out = append(out, networkFor(q, full, IPInInclude))
	case "a", "mx", "ptr", "exists":
		out = append(out, networkFor(q, full, IPInHost))
		if length, own := strings.CutPrefix(full, "@"); own && t.Name != "exists" { // panels write @ for the domain itself
			out = append(out, mended{DomainSyntax, q + t.Name + length, true})
		}
	case "redirect":
		m := networkFor("", full, IPInInclude)
		m.certain = false
		out = append(out, m)
	case "all":
		// "all~": the sign stands on the wrong side.
		if i := strings.IndexByte("+-?~", t.Text[len(t.Text)-1]); i >= 0 && q == "" && len(t.Text) == len("all")+1 {
			out = append(out, mended{AllArgument, t.Text[3:] + "all", true})
		}
		out = append(out, mended{AllArgument, q + "all", false})
	}
	if host, port, ok := strings.Cut(v, ":"); ok && len(port) > 0 && len(port) <= 5 && strings.Trim(port, "0123456789") == "" {
		code := DomainSyntax
		if t.Name == "ip4" {
			code = BadIP
		}
		out = append(out, mended{code, q + t.Name + ":" + host, mailPorts[port]})
	}
	if u := bareURL(v); u != v {
		sep := ":"
		if t.Modifier {
			sep = "="
		}
		out = append(out, mended{URL, q + t.Name + sep + u, true})
	}
	return out
}
