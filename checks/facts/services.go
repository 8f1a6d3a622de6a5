package facts

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/spf"
)

// OwnServer reports whether the owner runs the mail server, and returns the address that was given for it.
func (f *Facts) OwnServer() (addr string, ok bool) {
	if f.Catalog == nil {
		return "", false
	}
	for _, h := range f.Owner.Hosts {
		if e, known := f.Catalog.Host(h.ID); known && e.Own && h.ID != owner.Unknown {
			return h.Value, true
		}
	}
	return "", false
}

// Service is a mail host or sender that is in use, because the owner said so or because DNS shows it.
type Service struct {
	ID    string
	Value string // replaces <server>, <ip> or <ip6> in its terms
	Host  bool   // the host of the mailboxes, not an additional sender
	SPF   []string
	Ask   bool // only its console or guide shows the SPF terms that it needs
	DKIM  catalog.DKIM
	Kind  catalog.Kind
	// Ground is the reason for which it is taken to send.
	Ground catalog.Ground
	// Receives: an MX of the domain belongs to it.
	Receives bool
	// At are the names at which its records were seen (an SPF record, MX or key).
	At []string
	// Misread is what the owner gave for its server if that could not be understood; else "".
	Misread string
}

// RunByOwner reports whether a service is a server that the owner runs.
func (f *Facts) RunByOwner(s Service) bool {
	h, ok := f.Catalog.Host(s.ID)
	return ok && h.Own
}

// Services returns what sends in the owner's name: the owner's answers if there are any, else what DNS shows for certain.
func (f *Facts) Services() []Service { return f.services() }

func (f *Facts) readServices() []Service {
	if f.Catalog == nil {
		return nil
	}
	var out []Service
	seen := f.Seen()
	hosts, ground := slices.DeleteFunc(slices.Clone(f.Owner.Hosts), func(h owner.Host) bool { return h.ID == "" || h.ID == owner.Unknown }), catalog.GroundTold
	if len(hosts) == 0 {
		ground = catalog.GroundOwn
		for _, c := range seen.Hosts {
			if !c.Ambiguous && c.Sends {
				hosts = append(hosts, owner.Host{ID: c.ID, Value: c.Value})
			}
		}
	}
	for _, h := range hosts {
		if e, ok := f.Catalog.Host(h.ID); ok && (e.Kind.Sends() || ground < catalog.GroundTold) {
			out = append(out, f.hostService(e, h.Value, ground))
		}
	}
	ground = catalog.GroundTold
	senders := slices.DeleteFunc(slices.Clone(f.Owner.Senders), func(id string) bool { return id == owner.Unknown || id == owner.None })
	if len(senders) == 0 && !f.Owner.NoSender {
		ground = catalog.GroundOwn
		for _, c := range seen.Senders {
			if !c.Ambiguous && c.Sends {
				senders = append(senders, c.ID)
			}
		}
	}
	for _, id := range senders {
		e, ok := f.Catalog.Sender(id)
		if !ok || e.OwnFrom || slices.ContainsFunc(out, func(s Service) bool { return s.ID == e.ID }) {
			continue
		}
		out = append(out, f.senderService(e, ground))
	}
	return out
}

// hostService returns a mail host as a Service. The owner's value may have any form in which the host's panel shows it.
func (f *Facts) hostService(e catalog.Host, value string, ground catalog.Ground) Service {
	c, _ := f.Seen().Find(e.ID)
	s := Service{ID: e.ID, Host: true, SPF: e.SPF, Ask: len(e.SPF) == 0, DKIM: e.DKIM, Kind: cmp.Or(e.Kind, catalog.KindHost), Ground: ground, Receives: c.Receives, At: c.At}
	if s.Kind == catalog.KindFreeMail {
		s.SPF, s.Ask = nil, false // its mail is sent in the free service's own name
	}
	if name, ok := e.ServerName(value); ok {
		s.Value = name
	} else if value != "" && ground == catalog.GroundTold && e.Server != nil {
		s.Misread = value
	}
	if s.Value == "" {
		s.Value = seenValue(f.Seen().Hosts, e.ID)
	}
	return s
}

// senderService returns a sender as a Service. If it was set up for a subdomain, that is its envelope sender, and the
// domain's own SPF record does not need its terms.
func (f *Facts) senderService(e catalog.Sender, ground catalog.Ground) Service {
	c, _ := f.Seen().Find(e.ID)
	s := Service{ID: e.ID, SPF: e.SPF, Ask: e.SPFAsk, DKIM: e.DKIM, Kind: c.Kind, Ground: ground, Receives: c.Receives, At: c.At}
	if len(c.At) > 0 && (c.By("because-sub-mx") || c.By("because-sub-ns")) && !f.ListedInSPF(e.ID) {
		s.SPF, s.Ask = nil, false
	}
	return s
}

// seenValue returns the server name or address that DNS shows for a service, or "".
func seenValue(clues []catalog.Clue, id string) string {
	for _, c := range clues {
		if c.ID == id && c.Value != "" {
			return c.Value
		}
	}
	return ""
}

// Term is one SPF term that a service needs, with its placeholders replaced.
type Term struct {
	Service string
	Text    string // "" if the value for a placeholder is unknown
	Raw     string // as the catalogue has it
	// Usual terms (mx, a:<domain>) are customary: they are added with the others, but their absence alone is no fault.
	Usual bool
}

// Terms returns the SPF terms that the domain needs for its services and the sending addresses that the owner gave.
func (f *Facts) Terms() []Term { return f.terms() }

func (f *Facts) readTerms() []Term {
	var out []Term
	for _, s := range f.Services() {
		out = append(out, f.termsOf(s)...)
	}
	for _, ip := range slices.Concat(f.Owner.IPs, f.OwnSeen()) {
		kind := "ip4:"
		if ip.Is6() {
			kind = "ip6:"
		}
		out = append(out, Term{Service: owner.FromOwner, Raw: kind + ip.String(), Text: kind + ip.String()})
	}
	return out
}

// termsOf returns the SPF terms that one service needs, whether or not it is in use.
func (f *Facts) termsOf(s Service) (out []Term) {
	if term, ok := f.instead(s.ID); ok {
		return []Term{{Service: s.ID, Text: term, Raw: term}}
	}
	needed := false
	for _, raw := range s.SPF {
		t := Term{Service: s.ID, Raw: raw, Text: Fill(raw, s, f.Owner)}
		bare := strings.TrimLeft(raw, "+")
		t.Usual = bare == "mx" || bare == "a" || bare == "a:<domain>"
		if strings.Contains(raw, "<ip>") && t.Text == "" && f.sixOnly(s) {
			continue
		}
		if strings.Contains(raw, "<ip6>") && t.Text == "" {
			beside := slices.DeleteFunc(f.BesideOwn(), func(ip netip.Addr) bool { return !ip.Is6() })
			if len(beside) == 0 || s.Value == "" {
				continue // most servers have no IPv6 address; a bounce would show one
			}
			t.Text, t.Usual = strings.ReplaceAll(raw, "<ip6>", beside[0].String()), true
			out, needed = append(out, t), true
			continue
		}
		needed = needed || !t.Usual
		out = append(out, t)
	}
	for i := range out {
		out[i].Usual = out[i].Usual && needed
	}
	return out
}

// sixOnly reports whether the service's server is known by an IPv6 address, so that no IPv4 address has to be asked for.
func (f *Facts) sixOnly(s Service) bool {
	return slices.ContainsFunc(s.SPF, func(raw string) bool { return strings.Contains(raw, "<ip6>") && Fill(raw, s, f.Owner) != "" })
}

// instead returns the term of the domain's record that covers a service in place of its own terms, such as an older name
// or that of a contract or region.
func (f *Facts) instead(id string) (term string, ok bool) {
	var replaces func(string) bool
	if h, ok := f.Catalog.Host(id); ok && len(h.Instead) > 0 {
		replaces = h.Replaces
	} else if s, ok := f.Catalog.Sender(id); ok && len(s.Instead) > 0 {
		replaces = s.Replaces
	} else {
		return "", false
	}
	records, _ := f.SPFRecords()
	for _, r := range records {
		for _, t := range spf.Parse(r).Terms {
			if !t.Modifier && t.Qualifier == '+' && replaces(t.Text) {
				return t.Text, true
			}
		}
	}
	return "", false
}

// Fill replaces the placeholders of a term with a service's values. It returns "" if one is unknown.
func Fill(raw string, s Service, a owner.Answers) string {
	t := strings.ReplaceAll(raw, "<domain>", a.Domain)
	for _, p := range []struct {
		name string
		fits func(netip.Addr) bool
	}{{"<ip>", netip.Addr.Is4}, {"<ip6>", netip.Addr.Is6}} {
		if !strings.Contains(t, p.name) {
			continue
		}
		ip, err := netip.ParseAddr(s.Value)
		if err != nil || !p.fits(ip) {
			i := slices.IndexFunc(a.IPs, p.fits)
			if i < 0 {
				return ""
			}
			ip = a.IPs[i]
		}
		t = strings.ReplaceAll(t, p.name, ip.String())
	}
	if strings.Contains(t, "<server>") {
		if s.Value == "" {
			return ""
		}
		t = strings.ReplaceAll(t, "<server>", s.Value)
	}
	if strings.Contains(t, "<") {
		return ""
	}
	return t
}

// HasMenu reports whether the catalogue knows where the service's console shows its DKIM key.
func (s Service) HasMenu() bool { return s.DKIM.Menu.Given() }
