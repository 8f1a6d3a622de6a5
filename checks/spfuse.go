package checks

import (
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/input"
	"todoku/checks/owner"
	"todoku/checks/spf"
)

// Use is what is known of a term's use.
type Use string

// The uses. "" where nothing is to be said: an address, a name of the owner's, or a service in use.
const (
	Needed   Use = "needed"   // a service in use needs it
	Needless Use = "needless" // it belongs to a service that for certain needs nothing in this record
	Unchosen Use = "unchosen" // it belongs to a service that the owner, who was asked, did not choose
	Stranger Use = "unknown"  // nobody here knows whom it belongs to
)

// Used is a term with its use.
type Used struct {
	Term    spf.Term
	Use     Use
	Service string // host or sender ID; "" where none
}

// Uses says of every mechanism of a record whom it serves, as far as that is known.
func Uses(in In, record string) []Used {
	if in.Catalog == nil {
		return nil
	}
	needed := map[string]string{}
	for _, t := range Terms(in) {
		for _, w := range spf.Parse("v=spf1 " + t.Text).Terms {
			if _, ok := needed[w.Same(in.Answers.Domain)]; !ok && t.Text != "" {
				needed[w.Same(in.Answers.Domain)] = t.Service
			}
		}
	}
	var out []Used
	for _, t := range spf.Parse(record).Terms {
		u := Used{Term: t}
		service, ok := needed[t.Same(in.Answers.Domain)]
		switch {
		case t.Modifier && t.Name != "redirect" || t.Name == "all" || !t.Modifier && t.Qualifier != '+':
		case ok:
			u.Use, u.Service = Needed, service
		case t.Value != "" && t.Name != "ip4" && t.Name != "ip6":
			u.Use, u.Service = useOf(in, t)
		}
		out = append(out, u)
	}
	return out
}

// useOf judges a term that names others' servers and that no service in use asks for.
func useOf(in In, t spf.Term) (Use, string) {
	value := strings.ToLower(strings.TrimSuffix(t.Value, "."))
	if in.DNS.InZone(value) || strings.HasSuffix("."+value, "."+in.Answers.Domain) {
		return "", ""
	}
	owners := in.Catalog.SPFOwners(value)
	if len(owners) == 0 {
		return Stranger, ""
	}
	free := func(id string) bool {
		s, ok := in.Catalog.Sender(id)
		return ok && len(s.SPF) == 0 && s.Conf["spf"] == catalog.Confirmed
	}
	used := slices.IndexFunc(owners, func(id string) bool {
		return slices.ContainsFunc(Services(in), func(s Service) bool { return s.ID == id })
	})
	switch {
	case used >= 0 && free(owners[used]):
		return Needless, owners[used]
	case used >= 0:
		return "", owners[used]
	case !slices.ContainsFunc(owners, func(id string) bool { return !free(id) }):
		return Needless, owners[0]
	case !slices.ContainsFunc(owners, func(id string) bool { return !askedFor(in, id) }):
		return Unchosen, owners[0]
	}
	return "", owners[0]
}

// askedFor reports whether the owner was asked for what the entry is: a mail host or a sender.
func askedFor(in In, id string) bool {
	if _, ok := in.Catalog.Host(id); ok {
		return len(in.Answers.HostIDs()) > 0
	}
	return askedSenders(in)
}

func askedSenders(in In) bool {
	return in.Answers.NoSender || slices.ContainsFunc(in.Answers.Senders, func(id string) bool { return id != owner.Unknown })
}

// Bounced lists the addresses from which a pasted bounce says that the domain's mail came, save those that the owner gave.
func Bounced(in In) []netip.Addr {
	return slices.DeleteFunc(input.SentFrom(in.Answers.Message, in.Answers.Domain), func(ip netip.Addr) bool {
		return slices.Contains(in.Answers.IPs, ip)
	})
}

// AskedWhoSends reports whether the owner said which host sends, and which services do.
func AskedWhoSends(in In) bool {
	return len(in.Answers.HostIDs()) > 0 && askedSenders(in)
}
