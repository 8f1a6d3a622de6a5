package catalog

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Sample is an example of a server's name or address; "" where the host has no servers of its own to name.
func (s *Server) Sample() string {
	if s == nil {
		return ""
	}
	return s.Example
}

// patterns are the forms of whole names that the host's servers have.
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

// ServerName gives the whole name of one of the host's servers from whatever form its panel, a contract or a mail
// program shows: "sv1234" is sv1234.xserver.jp. An address is taken where the host goes by addresses. ok is false where
// the text is no server of this host; it must then not be written into a record as one.
func (h Host) ServerName(text string) (name string, ok bool) {
	text = serverText(text)
	if h.Server == nil || text == "" {
		return "", false
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return ip.Unmap().String(), h.Server.Pattern == ""
	}
	labels := reversed(text)
	for _, p := range h.Server.patterns() {
		if newPattern(p).whole(labels) {
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

// serverText is a name as DNS has it, from what people copy: full-width letters, a URL, a final dot, blanks around.
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

// between gives what stands in the place of the form's one "#" or "*"; a form without either fits itself alone.
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

// fill puts the part into the place of the pattern's "#" or "*".
func fill(pattern, part string) string {
	if i := strings.IndexAny(pattern, "#*"); i >= 0 {
		return pattern[:i] + part + pattern[i+1:]
	}
	return pattern
}

// Where a value was found.
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
	// Sure: it can be only that of one of the host's servers. What is not sure is to be shown before it is used.
	Sure     bool           `json:"sure"`
	Evidence []snapshot.Key `json:"evidence,omitempty"`
}

// Wanted is a placeholder of a host's SPF terms, with all values that DNS shows for it, the best first. Where there is
// none, it has to be asked for: a term is never left out because its value is not known.
type Wanted struct {
	Placeholder string  `json:"placeholder"` // <server>, <ip>, <ip6>
	Found       []Found `json:"found,omitempty"`
}

// Wanted lists what has to stand in the host's SPF terms, and what a snapshot shows of it.
func (c *Catalog) Wanted(h Host, s *snapshot.Snapshot) []Wanted {
	if c.index == nil {
		c.finish()
	}
	d := &detector{x: c.index(), s: s, spf: spfTerms(s)}
	d.roots = d.rootRecords()
	d.servers, d.mx = d.mailServers()
	return d.values(h)
}

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

// first is the best value of the first placeholder.
func first(all []Wanted) string {
	if len(all) == 0 || len(all[0].Found) == 0 {
		return ""
	}
	return all[0].Found[0].Text
}

// serverNames finds the names of the host's servers that DNS shows.
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

// addresses finds the addresses of the servers that receive, where these are single servers of the host or stand in the
// owner's domain: such a server usually sends too, which those of a big host that only take mail in do not. Last come
// the single addresses of the SPF record, for a server of one's own.
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

// whole reports whether an ip4: or ip6: term is about one address alone.
func whole(t spf.Term, ip netip.Addr) bool {
	return t.Qualifier == '+' && (!t.Prefix.IsValid() || t.Prefix.Bits() == ip.BitLen())
}
