package facts

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// ListedInSPF reports whether the domain's SPF record names servers of the sender.
func (f *Facts) ListedInSPF(id string) bool {
	seen := f.Seen()
	i := slices.IndexFunc(seen.Senders, func(c catalog.Clue) bool { return c.ID == id })
	return i >= 0 && slices.Contains(seen.Senders[i].Evidence, f.DNS.TXT(f.Owner.Domain).Key)
}

// Use is what is known of the purpose of a term.
type Use string

// The values of Use; "" for an address, a name of the owner's, or a service in use.
const (
	Needed   Use = "needed"   // a service in use needs it
	Needless Use = "needless" // it belongs to a service that certainly needs nothing in this record
	Unchosen Use = "unchosen" // it belongs to a service that the owner was asked about and did not choose
	Stranger Use = "unknown"  // it is unknown whom it belongs to
)

// Used is a term and its use.
type Used struct {
	Term    spf.Term
	Use     Use
	Service string // host or sender ID; "" if none
}

// Uses returns the terms of a record with their uses, or nil without a catalogue.
func (f *Facts) Uses(record string) []Used {
	if f.Catalog == nil {
		return nil
	}
	needed := map[string]string{}
	for _, t := range f.Terms() {
		for _, w := range spf.Parse("v=spf1 " + t.Text).Terms {
			if _, ok := needed[w.Same(f.Owner.Domain)]; !ok && t.Text != "" {
				needed[w.Same(f.Owner.Domain)] = t.Service
			}
		}
	}
	var out []Used
	for _, t := range spf.Parse(record).Terms {
		u := Used{Term: t}
		service, ok := needed[t.Same(f.Owner.Domain)]
		switch {
		case t.Modifier && t.Name != "redirect" || t.Name == "all" || !t.Modifier && t.Qualifier != '+':
		case ok:
			u.Use, u.Service = Needed, service
		case t.Value != "" && t.Name != "ip4" && t.Name != "ip6":
			u.Use, u.Service = f.useOf(t)
		}
		out = append(out, u)
	}
	return out
}

// Inbound returns the host in use to which all mail servers of an mx term belong, if the catalogue confirms that the host
// sends from other servers. ok is false if one of them may send.
func (f *Facts) Inbound(t spf.Term) (host string, ok bool) {
	if f.Catalog == nil || t.Modifier || t.Name != "mx" || t.Qualifier != '+' || strings.Contains(t.Value, "%") {
		return "", false
	}
	mx := f.DNS.Get(strings.ToLower(strings.TrimSuffix(cmp.Or(t.Value, f.Owner.Domain), ".")), snapshot.MX)
	if !mx.Known() || mx.Cut() || len(mx.Records) == 0 {
		return "", false
	}
	for _, name := range mx.Data() {
		owners := f.Catalog.NameOwners(name)
		i := slices.IndexFunc(f.Services(), func(s Service) bool {
			h, known := f.Catalog.Host(s.ID)
			return known && slices.Contains(owners, s.ID) && h.Conf["spf"] == catalog.Confirmed && len(s.SPF) > 0 &&
				!slices.ContainsFunc(s.SPF, func(raw string) bool { return strings.HasPrefix(strings.TrimLeft(raw, "+"), "mx") })
		})
		if i < 0 {
			return "", false
		}
		for _, typ := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
			for _, a := range f.DNS.Get(name, typ).Data() {
				if slices.ContainsFunc(f.Sources(), func(s Source) bool { return s.IP.String() == a }) {
					return "", false
				}
			}
		}
		host = f.Services()[i].ID
	}
	return host, true
}

// useOf returns the use of a term that names another company's servers and that no service in use needs.
func (f *Facts) useOf(t spf.Term) (Use, string) {
	value := strings.ToLower(strings.TrimSuffix(t.Value, "."))
	if f.DNS.InZone(value) || strings.HasSuffix("."+value, "."+f.Owner.Domain) {
		return "", ""
	}
	owners := f.Catalog.SPFOwners(value)
	if len(owners) == 0 {
		return Stranger, ""
	}
	free := func(id string) bool {
		s, ok := f.Catalog.Sender(id)
		return ok && len(s.SPF) == 0 && s.Conf["spf"] == catalog.Confirmed
	}
	used := slices.IndexFunc(owners, func(id string) bool {
		return slices.ContainsFunc(f.Services(), func(s Service) bool { return s.ID == id })
	})
	switch {
	case used >= 0 && free(owners[used]):
		return Needless, owners[used]
	case used >= 0:
		return "", owners[used]
	case !slices.ContainsFunc(owners, func(id string) bool { return !free(id) }):
		return Needless, owners[0]
	case !slices.ContainsFunc(owners, func(id string) bool { return !f.askedFor(id) }):
		return Unchosen, owners[0]
	}
	return "", owners[0]
}

// askedFor reports whether the owner answered the question to which the entry belongs: that of the mail host or of the
// senders.
func (f *Facts) askedFor(id string) bool {
	if _, ok := f.Catalog.Host(id); ok {
		return len(f.Owner.HostIDs()) > 0
	}
	return f.askedSenders()
}

// askedSenders reports whether the owner answered which services send.
func (f *Facts) askedSenders() bool {
	return f.Owner.NoSender || slices.ContainsFunc(f.Owner.Senders, func(id string) bool { return id != owner.Unknown })
}

// Bounced returns the addresses that the mail in hand gives as senders of the domain's mail, without those that the owner
// gave. They may be a forger's. It returns nil for forwarded mail, whose address is the forwarder's.
func (f *Facts) Bounced() []netip.Addr {
	m := f.Owner.Mail
	if m.Route == owner.Forward || m.Route == owner.List && f.Owner.List.Member == owner.No {
		return nil
	}
	if !strings.EqualFold(m.Envelope, f.Owner.Domain) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.IPs), func(ip netip.Addr) bool { return slices.Contains(f.Owner.IPs, ip) })
}

// OwnSeen returns the addresses from which the bounced mail in hand was sent, if the owner's own server sent it: the owner
// named such a server, and a host of the domain wrote the bounce.
func (f *Facts) OwnSeen() []netip.Addr {
	m := f.Owner.Mail
	if m.Kind != owner.MailBounce || m.Route != "" || m.Server == "" || !snapshot.Below(m.Server, f.Owner.Domain) ||
		!slices.ContainsFunc(f.Services(), func(s Service) bool { return s.Host && f.RunByOwner(s) && s.Ground == catalog.GroundTold }) {
		return nil
	}
	return f.Bounced()
}

// AskedWhoSends reports whether the owner answered both which host and which services send.
func (f *Facts) AskedWhoSends() bool {
	return len(f.Owner.HostIDs()) > 0 && f.askedSenders()
}
