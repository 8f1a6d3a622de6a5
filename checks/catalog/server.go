package catalog

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Sample returns an example of a server's name or address, or "" for a host without such servers. s may be nil.
func (s *Server) Sample() string {
	if s == nil {
		return ""
	}
	return s.Example
}

// patterns returns the patterns of the full names of the host's servers. s may be nil.
func (s *Server) patterns() (out []string) {
	if s == nil {
		return nil
	}
	if s.Pattern != "" {
		out = append(out, s.Pattern)
	}
	for _, f := range s.Forms {
		if !slices.Contains(out, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// ServerName returns the full name of one of the host's servers from the form that its panel, contract or mail settings
// show: "sv1234" is sv1234.xserver.jp. An address is accepted if the host uses addresses. ok is false if the text is not
// a server of this host; it must not be put into a record then.
func (h Host) ServerName(text string) (name string, ok bool) {
	text = serverText(text)
	if h.Server == nil || text == "" {
		return "", false
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return ip.Unmap().String(), h.Server.Pattern == ""
	}
	for _, p := range h.Server.patterns() {
		if newPattern(p).whole(text) {
			return text, true
		}
	}
	for _, f := range h.Server.Forms {
		if part, ok := between(f.Shown, text); ok {
			return fill(f.Name, part), true
		}
	}
	return "", false
}

// serverText returns the name in what people copy, without full-width letters, URL parts, a final dot or spaces.
func serverText(s string) string {
	s = strings.ToLower(strings.TrimSpace(width.Fold.String(strings.ReplaceAll(s, "\u3002", "."))))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	if _, err := netip.ParseAddr(s); err != nil {
		if host, port, ok := strings.Cut(s, ":"); ok && strings.Trim(port, "0123456789") == "" {
			s = host
		}
	}
	return strings.TrimSuffix(strings.Trim(s, "[]"), ".")
}

// between returns the part of text in place of the form's "#" or "*". A form without either only matches itself.
func between(form, text string) (part string, ok bool) {
	i := strings.IndexAny(form, "#*")
	if i < 0 {
		return "", form == text
	}
	head, tail := form[:i], form[i+1:]
	if len(text) <= len(head)+len(tail) || !strings.HasPrefix(text, head) || !strings.HasSuffix(text, tail) {
		return "", false
	}
	part = text[len(head) : len(text)-len(tail)]
	return part, glob(form[i:i+1], part) && !strings.Contains(part, ".")
}

// fill replaces the pattern's "#" or "*" by part.
func fill(pattern, part string) string {
	if i := strings.IndexAny(pattern, "#*"); i >= 0 {
		return pattern[:i] + part + pattern[i+1:]
	}
	return pattern
}

// The values of Found.From.
const (
	FromPTR     = "ptr"     // the reverse name of an MX's address
	FromMX      = "mx"      // the MX itself
	FromSPF     = "spf"     // a term of the SPF record
	FromAddress = "address" // the address of an MX
)

// Found is a value that DNS shows, and where.
type Found struct {
	Text string `json:"text"`
	From string `json:"from"`
	// Sure: it certainly belongs to one of the host's servers. Otherwise it must be shown to the owner before it is used.
	Sure     bool           `json:"sure"`
	Evidence []snapshot.Key `json:"evidence,omitempty"`
}

// Wanted is a placeholder of a host's SPF terms with the values that DNS shows for it, the best first. If there are none
// the owner has to be asked; a term is not dropped because its value is unknown.
type Wanted struct {
	Placeholder string  `json:"placeholder"` // <server>, <ip>, <ip6>
	Found       []Found `json:"found,omitempty"`
}

// Wanted returns the placeholders of the host's SPF terms and what a snapshot shows for them.
func (c *Catalog) Wanted(h Host, s *snapshot.Snapshot) []Wanted {
	if c.index == nil {
		c.finish(pack{})
	}
	d := &detector{c: c, x: c.index(), s: s, spf: spfTerms(s)}
	d.roots = d.rootRecords()
	d.servers, d.mx = d.mailServers()
	return d.values(h)
}

// values is Wanted for a detector that has read the mail servers and SPF terms.
func (d *detector) values(h Host) (out []Wanted) {
	for _, p := range []string{"<server>", "<ip>", "<ip6>"} {
		if !slices.ContainsFunc(h.SPF, func(t string) bool { return strings.Contains(t, p) }) {
			continue
		}
		w := Wanted{Placeholder: p}
		switch p {
		case "<server>":
			w.Found = d.serverNames(h)
		case "<ip>":
			w.Found = d.addresses(h, netip.Addr.Is4)
		case "<ip6>":
			w.Found = d.addresses(h, func(ip netip.Addr) bool { return !ip.Is4() })
		}
		out = append(out, w)
	}
	return out
}

// first returns the best value of the first placeholder, or "".
func first(all []Wanted) string {
	if len(all) == 0 || len(all[0].Found) == 0 {
		return ""
	}
	return all[0].Found[0].Text
}

// serverNames returns the names of the host's servers that DNS shows.
func (d *detector) serverNames(h Host) (out []Found) {
	try := func(name, from string, keys ...snapshot.Key) {
		name = strings.ToLower(strings.TrimSuffix(name, "."))
		if slices.ContainsFunc(out, func(f Found) bool { return f.Text == name }) {
			return
		}
		if slices.Contains(d.x.serverOwners(name), h.ID) {
			out = append(out, Found{name, from, true, keys})
		}
	}
	for _, m := range d.servers {
		for _, r := range m.ptrs {
			try(r.name, FromPTR, append([]snapshot.Key{d.mx.Key}, r.keys...)...)
		}
		try(m.name, FromMX, d.mx.Key)
	}
	for _, t := range d.spf {
		if d.roots[t.name] {
			try(t.target, FromSPF, t.key)
		}
	}
	return out
}

// addresses returns the addresses of MX servers that are single servers of the host or in the owner's domain, since such
// servers usually send too. For the owner's own server it falls back to the single addresses of the SPF record.
func (d *detector) addresses(h Host, fits func(netip.Addr) bool) (out []Found) {
	add := func(ip netip.Addr, from string, sure bool, keys ...snapshot.Key) {
		if fits(ip) && !slices.ContainsFunc(out, func(f Found) bool { return f.Text == ip.String() }) {
			out = append(out, Found{ip.String(), from, sure, keys})
		}
	}
	for _, m := range d.servers {
		sure := slices.Contains(d.x.serverOwners(m.name), h.ID)
		if !sure && !snapshot.Below(m.name, d.s.Domain) {
			continue
		}
		for i, ip := range m.addrs {
			add(ip, FromAddress, sure, d.mx.Key, m.keys[i])
		}
	}
	if !h.Own || len(out) > 0 {
		return out
	}
	for name := range d.roots {
		a := d.s.TXT(name)
		for _, text := range a.Data() {
			if !spf.Is(text) {
				continue
			}
			for _, t := range spf.Parse(text).Terms {
				if ip, err := netip.ParseAddr(t.Value); err == nil && (t.Name == "ip4" || t.Name == "ip6") && whole(t, ip) {
					add(ip, FromSPF, false, a.Key)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Found) int { return strings.Compare(a.Text, b.Text) })
	return out
}

// whole reports whether an ip4 or ip6 term is a single address that passes.
func whole(t spf.Term, ip netip.Addr) bool {
	return t.Qualifier == '+' && (!t.Prefix.IsValid() || t.Prefix.Bits() == ip.BitLen())
}
