package lab

import (
	"fmt"
	"net/netip"
	"slices"
)

// Sends is how a mail of the scenario's owner leaves: what scenario.toml says in [sends]. The zero value sends nothing.
type Sends struct {
	IP       netip.Addr `toml:"ip"`       // of the server that hands the mail to the receiver
	Helo     string     `toml:"helo"`     // its name
	From     string     `toml:"from"`     // the author's address
	Envelope string     `toml:"envelope"` // sender in the envelope (RFC 5321 section 4.1.1.2); "": From
	Service  string     `toml:"service"`  // whose console it is sent from
	Key      string     `toml:"key"`      // name of the key that signs once signing is on; "": the server cannot sign
	Selector string     `toml:"selector"` // of that key
	On       bool       `toml:"on"`       // signing is switched on when the story begins
	Via      *Via       `toml:"via"`      // who passes the mail on; nil: nobody
}

// The kinds of Via.
const (
	ViaForward = "forward" // a mailbox that forwards to the receiver
	ViaList    = "list"    // a mailing list with a member at the receiver
)

// Via is a server that the mail is written to, and that passes it on to the receiver.
type Via struct {
	Kind    string     `toml:"kind"`
	Address string     `toml:"address"` // that the mail is written to
	IP      netip.Addr `toml:"ip"`
	Helo    string     `toml:"helo"`
	SRS     bool       `toml:"srs"` // of a forward: the envelope sender is rewritten into the forwarder's domain
}

// check says what is wrong with the section; nil where nothing is.
func (s *Sends) check() error {
	switch {
	case s == nil:
		return nil
	case !s.IP.IsValid(), s.Helo == "", s.From == "":
		return fmt.Errorf("sends wants ip, helo and from")
	case s.Via != nil && !slices.Contains([]string{ViaForward, ViaList}, s.Via.Kind):
		return fmt.Errorf("sends.via is a forward or a list, not %q", s.Via.Kind)
	case s.Via != nil && (!s.Via.IP.IsValid() || s.Via.Helo == "" || s.Via.Address == ""):
		return fmt.Errorf("sends.via wants address, ip and helo")
	}
	return nil
}
