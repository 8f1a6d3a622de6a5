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
	OnAfter  int        `toml:"on_after"` // after so many mails whoever writes them has switched signing on; 0: only as told
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
	// SRSAfter is after how many mails a forward has been mended so that it rewrites; 0: never.
	SRSAfter int  `toml:"srs_after"`
	Via      *Via `toml:"via"` // who passes it on once more; nil: nobody
}

// Rewrites reports whether a forward rewrites the envelope sender of the n-th mail.
func (v Via) Rewrites(n int) bool { return v.SRS || v.SRSAfter > 0 && n > v.SRSAfter }

// check says what is wrong with the section; nil where nothing is.
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
