package facts

import (
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/owner"
)

// OwnServer reports whether the owner runs the mail server, and the address that was told for it.
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

// Service is a mail host or sender that is in use: the owner said so, or DNS shows it.
type Service struct {
	ID    string
	Value string // stands for <server>, <ip> or <ip6> in its terms
	Host  bool   // the host of the own mail, not a sender beside it
	SPF   []string
	Ask   bool // what it needs in the SPF record is told only by its own console or guide
	DKIM  catalog.DKIM
}

// Services lists what sends in the owner's name: the answers where they were given, else what DNS shows for certain.
func (f *Facts) Services() []Service { return f.services() }

func (f *Facts) readServices() []Service {
	if f.Catalog == nil {
		return nil
	}
	var out []Service
	hosts := f.Owner.Hosts
	if len(hosts) == 0 {
		for _, c := range f.Seen().Hosts {
			if !c.Ambiguous && c.Sends {
				hosts = append(hosts, owner.Host{ID: c.ID, Value: c.Value})
			}
		}
	}
	for _, h := range hosts {
		e, ok := f.Catalog.Host(h.ID)
		if !ok {
			continue
		}
		if h.Value == "" {
			h.Value = seenValue(f.Seen().Hosts, e.ID)
		}
		out = append(out, Service{ID: e.ID, Value: h.Value, Host: true, SPF: e.SPF, Ask: len(e.SPF) == 0, DKIM: e.DKIM})
	}
	senders := f.Owner.Senders
	if len(senders) == 0 && !f.Owner.NoSender {
		for _, c := range f.Seen().Senders {
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
		out = append(out, Service{ID: e.ID, SPF: e.SPF, Ask: e.SPFAsk, DKIM: e.DKIM})
	}
	return out
}

func seenValue(clues []catalog.Clue, id string) string {
	for _, c := range clues {
		if c.ID == id && c.Value != "" {
			return c.Value
		}
	}
	return ""
}

// Term is one SPF term that a service needs, with its placeholders filled.
type Term struct {
	Service string
	Text    string // "" where the value for its placeholder is not known
	Raw     string // as the catalogue has it
	// Usual terms are habit (mx, a:<domain>): they are added with the others, but their absence alone is no fault.
	Usual bool
}

// Terms lists the SPF terms that a domain needs for its services and its known sending addresses.
func (f *Facts) Terms() []Term { return f.terms() }

func (f *Facts) readTerms() []Term {
	var out []Term
	for _, s := range f.Services() {
		needed := false
		var mine []Term
		for _, raw := range s.SPF {
			t := Term{Service: s.ID, Raw: raw, Text: Fill(raw, s, f.Owner)}
			bare := strings.TrimLeft(raw, "+")
			t.Usual = bare == "mx" || bare == "a" || bare == "a:<domain>"
			if strings.Contains(raw, "<ip6>") && t.Text == "" {
				beside := slices.DeleteFunc(f.BesideOwn(), func(ip netip.Addr) bool { return !ip.Is6() })
				if len(beside) == 0 || s.Value == "" {
					continue // most have no such address; the bounce would show it
				}
				mine = append(mine, Term{Service: s.ID, Raw: raw, Text: strings.ReplaceAll(raw, "<ip6>", beside[0].String()), Usual: true})
				needed = true
				continue
			}
			needed = needed || !t.Usual
			mine = append(mine, t)
		}
		for i := range mine {
			mine[i].Usual = mine[i].Usual && needed
		}
		out = append(out, mine...)
	}
	for _, ip := range f.Owner.IPs {
		kind := "ip4:"
		if ip.Is6() {
			kind = "ip6:"
		}
		out = append(out, Term{Service: "given", Raw: kind + ip.String(), Text: kind + ip.String()})
	}
	return out
}

// Fill puts a service's values in place of a term's placeholders; "" where one is not known.
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

// HasMenu reports whether it is known where the service's console shows its DKIM key.
func (s Service) HasMenu() bool { return s.DKIM.Menu.Given() }
