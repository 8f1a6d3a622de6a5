package lab

import (
	"fmt"
	"net/netip"
	"slices"
)

// Sends says how a mail of the scenario's owner is sent (the table [sends] in scenario.toml). The zero value sends
// nothing.
type Sends struct {
	IP       netip.Addr `toml:"ip"`       // of the server that delivers to the receiver
	Helo     string     `toml:"helo"`     // its name
	From     string     `toml:"from"`     // the author's address
	Envelope string     `toml:"envelope"` // envelope sender (RFC 5321 section 4.1.1.2); "" means From
	Service  string     `toml:"service"`  // the service that sends it
	Key      string     `toml:"key"`      // name of the signing key; "" if the server cannot sign
	Selector string     `toml:"selector"` // of that key
	On       bool       `toml:"on"`       // signing is on from the start
	OnAfter  int        `toml:"on_after"` // signing is switched on after so many mails; 0: only when told
	Via      *Via       `toml:"via"`      // who forwards the mail; nil for nobody
}

// The kinds of Via.
const (
	ViaForward = "forward" // a mailbox that forwards to the receiver
	ViaList    = "list"    // a mailing list with a member at the receiver
)

// Via is a server that receives the mail and sends it on to the receiver.
type Via struct {
	Kind    string     `toml:"kind"`
	Address string     `toml:"address"` // the address that the mail is sent to
	IP      netip.Addr `toml:"ip"`
	Helo    string     `toml:"helo"`
	SRS     bool       `toml:"srs"` // of a forward: the envelope sender is rewritten into the forwarder's domain
	// SRSAfter is the number of mails after which a forward begins to rewrite; 0: never.
	SRSAfter int  `toml:"srs_after"`
	Via      *Via `toml:"via"` // the next forwarder; nil for none
}

// Rewrites reports whether a forward rewrites the envelope sender of the n-th mail.
func (v Via) Rewrites(n int) bool { return v.SRS || v.SRSAfter > 0 && n > v.SRSAfter }

// check returns what is wrong with the section; nil for nothing.
func (s *Sends) check() error {
	switch {
	case s == nil:
		return nil
	case !s.IP.IsValid(), s.Helo == "", s.From == "":
		return fmt.Errorf("sends wants ip, helo and from")
	}
	for v := s.Via; v != nil; v = v.Via {
		switch {
		case !slices.Contains([]string{ViaForward, ViaList}, v.Kind):
			return fmt.Errorf("sends.via is a forward or a list, not %q", v.Kind)
		case !v.IP.IsValid() || v.Helo == "" || v.Address == "":
			return fmt.Errorf("sends.via wants address, ip and helo")
		}
	}
	return nil
}
