package input

import (
	"slices"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/message"
)

// Roles in a mail.
const (
	Writer    = "writer"    // the author
	Forwarder = "forwarder" // whoever owns the address that forwarded it
	Lister    = "lister"    // whoever runs the list that sent it
	Carrier   = "carrier"   // whoever sent it with an envelope sender in another domain than the author's
)

// Party is one of those who had a part in a mail.
type Party struct {
	Role, Domain string
	Told         bool // the bounce was sent to this party
}

// parties collects the parties of one mail.
type parties []Party

// add adds a party, unless its domain is a free mail domain, whose records the party cannot change, or has the same
// registered domain as an earlier party.
func (l *parties) add(role, host string) {
	got, bad := domain(strings.TrimSuffix(fold(host), "."))
	same := func(p Party) bool { return Registrable(p.Domain) == Registrable(got.Domain) }
	if host != "" && bad == nil && !FreeMail(got.Domain) && !slices.ContainsFunc(*l, same) {
		*l = append(*l, Party{Role: role, Domain: got.Domain})
	}
}

// Parties returns those whose domain a bounce may be about: the author of the returned mail, whoever forwarded it, and
// whoever runs the list that sent it. Free mail domains are left out, and so is a party with the same domain as an earlier
// one. The party to whom the bounce was sent is marked.
func Parties(r bounce.Result) []Party {
	if r.Kind != bounce.Bounce {
		return nil
	}
	var out parties
	out.add(Writer, r.Teaches().Domain)
	if r.Forwarding.Is == bounce.Yes && !r.List.Is {
		host := behind(r.Forwarding.Through)
		switch {
		case host != "":
		case slices.Contains(r.Forwarding.Evidence, bounce.SRSEnvelope):
			host = r.Teaches().Envelope
		case slices.Contains(r.Forwarding.Evidence, bounce.ToldElsewhere):
			host = behind(r.Own.To[0])
		}
		out.add(Forwarder, host)
	}
	if r.List.Is {
		out.add(Lister, behind(r.List.Address))
	}
	told := ""
	if r.Own != nil && len(r.Own.To) == 1 {
		told = Registrable(strings.ToLower(behind(r.Own.To[0])))
	}
	for i := range out {
		out[i].Told = told != "" && Registrable(out[i].Domain) == told
	}
	return out
}

// PartiesOf returns the parties of a mail that arrived, or of its header. The envelope sender's domain is one too, unless it
// is the author's, or a service's that sends for many domains and whose records the owner cannot change, or the author's
// own domain signed the mail.
func PartiesOf(m *message.Message) []Party {
	var out parties
	if len(m.From) > 0 {
		out.add(Writer, m.From[0].Domain)
	}
	envelope := m.Envelope.Domain
	switch {
	case m.List.Is:
		out.add(Lister, m.List.Domain)
	case m.Forward.Forwarded != message.No && passedOnBy(m) != "":
		out.add(Forwarder, passedOnBy(m))
	case m.Forward.Forwarded != message.Yes && envelope != "" && !m.Envelope.Null && !signedBySame(m) && !ofService(envelope):
		out.add(Carrier, envelope)
	}
	return out
}

// passedOnBy returns the domain of the address that forwarded a mail: as the header names it, else the only recipient's, if
// the mail arrived in another domain; "" if there is none.
func passedOnBy(m *message.Message) string {
	f := m.Forward
	switch {
	case f.From != "":
		return behind(f.From)
	case f.SRS:
		return m.Envelope.Domain
	case f.Final != "" && len(m.To) == 1 && Registrable(m.To[0].Domain) != Registrable(behind(f.Final)):
		return m.To[0].Domain
	}
	return ""
}

// signedBySame reports whether the author's own domain signed the mail.
func signedBySame(m *message.Message) bool {
	return len(m.From) > 0 && slices.ContainsFunc(m.Signed, func(s message.Signature) bool {
		return Registrable(strings.ToLower(s.Domain)) == Registrable(m.From[0].Domain)
	})
}

// ofService reports whether a domain belongs to a host or a sending service.
func ofService(name string) bool {
	c, err := catalog.Load()
	return err == nil && (c.ServiceOf(name) != "" || len(c.NameOwners(name)) > 0)
}

// behind returns what follows the last "@" of an address; "" if there is none.
func behind(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return address[i+1:]
	}
	return ""
}
