package spf

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// placeholder matches what examples have in place of the reader's own value. ".xxx" is a real top-level domain, so a name
// that merely ends in it does not match; the example domains are those of RFC 2606 and of JPRS.
var placeholder = pattern.New(`(?i)\*|[\x{3007}\x{25cb}\x{25ef}\x{25cf}\x{25b3}\x{25b2}\x{25a0}\x{25a1}\x{00d7}]` +
	`|(?:^|[:=])x{1,3}(?:\.x{1,3}){3}(?:$|/)|(?:^|[:=./@-])x{3,}[./]|(?:^|[:=])x{3,}$|(?:^|[:=./@-])x{4,}$|(?:^|[:=.])(?:sv|srv|server|mail|smtp|www)x{3,}(?:$|[./])|<|>|\[|\]|(?:^|[:=.])your[-_.]?(?:domain|(?:(?:mail|smtp|web)[-_.]?)?(?:server|host)|mail|smtp|isp|company|site|provider|host(?:ing|name)|ip(?:[-_.]?address)?|address)(?:$|[./])|\{\{` +
	`|(?-i:[a-z](?:N{3,}|X{3,})(?:$|[./]))|(?:^|[:=.@])example\.(?:com|net|org|jp|(?:co|ne|or)\.jp)\.?$`)

// realName is the domain of a web host that looks like an example.
const realName = "your-server.de"

// standsIn reports whether a value is a placeholder. It checks for typical characters first because the pattern is slow.
func standsIn(v string) bool {
	l := lower(v)
	if i := strings.Index(l, realName); i >= 0 {
		v, l = v[:i]+v[i+len(realName):], l[:i]+l[i+len(realName):]
	}
	return (strings.ContainsFunc(v, func(r rune) bool { return r >= 0x80 || strings.ContainsRune("*<>[]{", r) }) || strings.Contains(l, "xxx") || strings.Contains(l, "x.x") ||
		strings.Contains(l, "nnn") || strings.Contains(l, "your") || strings.Contains(l, "example.")) && placeholder.MatchString(v)
}

// suspect reports problems of a term that receivers accept, but not as it was meant.
func (p *parser) suspect(t Term) {
	whole := func(code Code, fix string, certain bool) { p.report(code, t.Span, fix, certain, false) }
	if t.Modifier {
		p.suspectModifier(t, whole)
		return
	}
	if t.Name == "ip4" || t.Name == "ip6" || t.Value == "" {
		return
	}
	value := Span{t.Start + strings.IndexByte(t.Text, ':') + 1, 0}
	value.End = value.Start + len(t.Value)
	head := p.raw[t.Start:value.Start]
	tail := p.raw[value.End:t.End]
	if m := twoNames(t.Text); m.fix != "" {
		whole(m.code, m.fix, true)
		return
	}
	if cuts := seams(t.Text); cuts != nil {
		whole(MissingSpace, joinAt(t.Text, cuts), true)
		return
	}
	if fix := severalNames(head, t.Value); fix != "" && tail == "" {
		whole(Separator, fix, true)
		return
	}
	switch {
	case standsIn(t.Value):
		whole(Placeholder, "", false)
	case bareURL(t.Value) != t.Value:
		fix := head + bareURL(t.Value) + tail
		_, bad := readTerm(fix)
		whole(URL, fix, bad == nil)
	case strings.ContainsAny(literal(t.Value), "@,;\"'()&!$:/\\`|?#^+~="):
		whole(OddDomain, "", false)
	case strings.Contains(t.Value, ".."), strings.HasPrefix(t.Value, "."):
		whole(OddDomain, "", false)
	case strings.HasSuffix(t.Value, "."):
		whole(TrailingDot, head+strings.TrimSuffix(t.Value, ".")+tail, true)
	}
}

// literal returns v without its macros.
func literal(v string) string {
	pieces, _, _ := readMacros(v, true)
	var b strings.Builder
	for _, p := range pieces {
		if p.letter == 0 && !strings.HasPrefix(p.text, "%") {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

func (p *parser) suspectModifier(t Term, whole func(code Code, fix string, certain bool)) {
	switch t.Name {
	case "redirect", "exp":
		if cuts := seams(t.Text); cuts != nil {
			whole(MissingSpace, joinAt(t.Text, cuts), true)
		} else if standsIn(t.Value) {
			whole(Placeholder, "", false)
		}
		return
	case "ra", "rp", "rr": // RFC 6652
		return
	case "v":
		if isVersion(t.Text) {
			whole(DoubleVersion, "", true)
			return
		}
	}
	if cuts := heads(t.Text); cuts != nil { // "mxredirect=_spf.a.example"
		whole(MissingSpace, joinAt(t.Text, cuts), true)
		return
	}
	_, known := mechanisms[t.Name]
	if !known && !addressNames[t.Name] && len(nearest(t.Name)) != 1 {
		whole(UnknownModifier, "", false)
		return
	}
	fix := t.Name + ":" + t.Value
	m, bad := readTerm(fix)
	if bad != nil {
		r := repair(fix, m, bad)
		whole(UnknownModifierLikeMechanism, r.fix, r.certain)
		return
	}
	whole(UnknownModifierLikeMechanism, fix, true)
}

// lint reports problems that only show in the whole record.
func (p *parser) lint() {
	all := -1
	seen := map[string]bool{}
	modifiers := map[string]int{}
	nets := ranges{}
	for i, t := range p.out {
		if t.Modifier {
			modifiers[t.Name]++
			if (t.Name == "redirect" || t.Name == "exp") && modifiers[t.Name] > 1 {
				code := SeveralRedirect
				if t.Name == "exp" {
					code = SeveralExp
				}
				p.report(code, t.Span, "", seen[t.same()], true)
			}
			seen[t.same()] = true
			continue
		}
		switch {
		case all >= 0:
			p.report(AfterAll, t.Span, "", false, false)
		case seen[t.same()]:
			p.report(Duplicate, t.Span, "", true, false)
		case t.Name == "all":
			all = i
			p.lintAll(t)
		case t.Prefix.IsValid() && nets.cover(t):
			p.report(Covered, t.Span, "", true, false)
		case t.Prefix.IsValid():
			nets[network{t.Qualifier, t.Prefix.Masked()}] = true
		}
		seen[t.same()] = true
		p.lintTerm(t)
	}
	for _, t := range p.out {
		if all >= 0 && t.Modifier && t.Name == "redirect" {
			p.report(RedirectIgnored, t.Span, "", false, false)
		}
	}
	if all < 0 && modifiers["redirect"] == 0 {
		p.report(NoAll, Span{len(p.raw), len(p.raw)}, " ~all", false, false)
	}
	if len(p.raw) > MaxSize {
		p.report(TooLong, Span{MaxSize, len(p.raw)}, "", false, false)
	}
}

// ranges are address ranges by qualifier. A map keeps look-ups fast in hostile records with thousands of terms.
type ranges map[network]bool

type network struct {
	qualifier byte
	prefix    netip.Prefix
}

// cover reports whether a term's network is within one with the same qualifier.
func (n ranges) cover(t Term) bool {
	for bits := range t.Prefix.Bits() + 1 {
		if n[network{t.Qualifier, netip.PrefixFrom(t.Prefix.Addr(), bits).Masked()}] {
			return true
		}
	}
	return false
}

// within reports whether t's network is within o's, with the same qualifier.
func (t Term) within(o Term) bool {
	return t.Prefix.IsValid() && o.Prefix.IsValid() && o.Qualifier == t.Qualifier &&
		o.Prefix.Bits() <= t.Prefix.Bits() && o.Prefix.Contains(t.Prefix.Addr())
}

func (p *parser) lintAll(t Term) {
	switch t.Qualifier {
	case '+':
		p.report(PassAll, t.Span, "~all", false, false)
	case '?':
		p.report(NeutralAll, t.Span, "~all", false, false)
	}
}

func (p *parser) lintTerm(t Term) {
	switch {
	case t.Name == "ptr":
		p.report(UsesPtr, t.Span, "", false, false)
	case t.Prefix.IsValid() && t.Qualifier == '+' && nobody(t.Prefix):
		p.report(Placeholder, t.Span, "", false, false)
	case t.Prefix.IsValid() && t.Qualifier == '+' && private(t.Prefix):
		p.report(PrivateAddress, t.Span, "", false, false)
	case t.Qualifier == '+' && broad(t):
		p.report(BroadRange, t.Span, "", false, false)
	}
}

// nobody reports whether the addresses are ones that no server has, such as 1.2.3.4, which articles use as examples.
func nobody(p netip.Prefix) bool {
	ip := p.Addr().Unmap()
	return p.Bits() >= 8 && (ip.IsUnspecified() || ip.IsLoopback()) || p.IsSingleIP() && ip == netip.AddrFrom4([4]byte{1, 2, 3, 4})
}

// examples are the documentation networks (RFC 5737, RFC 3849, RFC 9637).
var examples = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

// Exemplary reports whether a network is within those reserved for documentation. Laboratories use them too.
func Exemplary(p netip.Prefix) bool {
	return slices.ContainsFunc(examples, func(e netip.Prefix) bool { return e.Bits() <= p.Bits() && e.Contains(p.Addr()) })
}

// shared is the shared address space of carriers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// private reports whether no mail can come from the addresses over the Internet.
func private(p netip.Prefix) bool {
	ip := p.Addr().Unmap()
	return p.Bits() >= 8 && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() ||
		(ip.Is4() && p.Bits() >= 10 && shared.Contains(ip)))
}

// broad reports whether a term covers more than a /16 of IPv4 or a /32 of IPv6.
func broad(t Term) bool {
	if t.Prefix.IsValid() {
		return t.Prefix.Bits() < 16 && t.Prefix.Addr().Is4() || t.Prefix.Bits() < 32 && t.Prefix.Addr().Is6()
	}
	return t.CIDR4 >= 0 && t.CIDR4 < 16 || t.CIDR6 >= 0 && t.CIDR6 < 32
}
