package input

import (
	"slices"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/message"
)

// Who has a part in a mail.
const (
	Writer    = "writer"    // its author
	Forwarder = "forwarder" // whoever has the address that passed it on
	Lister    = "lister"    // whoever runs the list that carried it
	Carrier   = "carrier"   // whoever sent it with an envelope address of another domain than the author's
)

// Party is one of those who have a part in a mail.
type Party struct {
	Role, Domain string
	Told         bool // the notice was sent to this one
}

// parties are collected one after the other.
type parties []Party

// add takes one more, unless the domain is of free mail, whose records nobody who reads a mail can change, or is shared
// with one before.
func (l *parties) add(role, host string) {
	got, bad := domain(strings.TrimSuffix(fold(host), "."))
	same := func(p Party) bool { return Registrable(p.Domain) == Registrable(got.Domain) }
	if host != "" && bad == nil && !FreeMail(got.Domain) && !slices.ContainsFunc(*l, same) {
		*l = append(*l, Party{Role: role, Domain: got.Domain})
	}
}

// Parties lists those whose domain a notice may be about: the author of the mail that came back, whoever passed it on, and
// whoever runs the list that carried it. Domains of free mail are left out, and so is whoever shares a domain with one
// before. The one to whom the notice was sent is marked.
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

// PartiesOf is Parties of a mail that arrived, or of its header. The envelope's domain is one too where it is neither the
// author's nor that of a service, which sends for many and whose records are nobody's to change; a signature of the author's
// shows that it was sent with the author's keys.
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

// passedOnBy is the domain of the address that passed a mail on: as the header names it, else the one to which alone it was
// written, where it arrived elsewhere.
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

// behind is what stands behind the last "@" of an address; "" where there is none.
func behind(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return address[i+1:]
	}
	return ""
}
