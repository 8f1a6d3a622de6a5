package input

import (
	"slices"
	"strings"

	"example.org/todoku/checks/bounce"
)

// Who has a part in a mail that came back.
const (
	Writer    = "writer"    // its author
	Forwarder = "forwarder" // whoever has the address that passed it on
	Lister    = "lister"    // whoever runs the list that carried it
)

// Party is one of those who have a part in a mail.
type Party struct {
	Role, Domain string
	Told         bool // the notice was sent to this one
}

// Parties lists those whose domain a notice may be about: the author of the mail that came back, whoever passed it on, and
// whoever runs the list that carried it. Domains of free mail are left out, since nobody who reads a notice can change
// their records, and so is whoever shares a domain with one before. The one to whom the notice was sent is marked.
func Parties(r bounce.Result) []Party {
	if r.Kind != bounce.Bounce {
		return nil
	}
	var out []Party
	add := func(role, host string) {
		got, bad := domain(strings.TrimSuffix(fold(host), "."))
		same := func(p Party) bool { return Registrable(p.Domain) == Registrable(got.Domain) }
		if host != "" && bad == nil && !FreeMail(got.Domain) && !slices.ContainsFunc(out, same) {
			out = append(out, Party{Role: role, Domain: got.Domain})
		}
	}
	add(Writer, r.Teaches().Domain)
	if r.Forwarding.Is == bounce.Yes && !r.List.Is {
		host := behind(r.Forwarding.Through)
		switch {
		case host != "":
		case slices.Contains(r.Forwarding.Evidence, bounce.SRSEnvelope):
			host = r.Teaches().Envelope
		case slices.Contains(r.Forwarding.Evidence, bounce.ToldElsewhere):
			host = behind(r.Own.To[0])
		}
		add(Forwarder, host)
	}
	if r.List.Is {
		add(Lister, behind(r.List.Address))
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

// behind is what stands behind the last "@" of an address; "" where there is none.
func behind(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return address[i+1:]
	}
	return ""
}
