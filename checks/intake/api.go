// Package intake recognises what somebody typed or pasted into the one box that takes anything: a domain, a mail
// address, a URL, a bounce, a header; full-width letters and the Japanese full stop included. It looks nothing up.
package intake

// Kind is what the text is.
type Kind string

// What can be recognised.
const (
	Domain  Kind = "domain"
	Address Kind = "address"
	URL     Kind = "url"
	Bounce  Kind = "bounce"
	Header  Kind = "header"
	Message Kind = "message"
)

// Input is what was recognised.
type Input struct {
	Kind    Kind
	Domain  string // ASCII (IDNA2008 by UTS 46), lower case, no final dot; "" where a message names none
	Unicode string // the same for people; equal to Domain where nothing was encoded
	Local   string // local part of a mail address
	Raw     string // the text as it came
	Folded  bool   // full-width letters, an ideographic full stop or the like were replaced
}

// Problem is why a text names no domain that can be checked; its Code's words are in i18n/*/intake.toml. It is an
// error so that the command line can return it.
type Problem struct {
	Code string            // intake-empty, intake-tld, intake-public-suffix, intake-too-long, intake-label, intake-ip, intake-characters, …
	Args map[string]string // names for the words, made printable
}

// Error is for logs; people read the words of Code.
func (p *Problem) Error() string { return p.Code }
