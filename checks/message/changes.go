package message

import (
	"bytes"
	"strings"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

// ChangeKind is a kind of change to a mail in transit.
type ChangeKind string

// The kinds.
const (
	FooterAdded       ChangeKind = "footer"       // text added at the end of the body
	TailUnsigned      ChangeKind = "tail"         // text in the part of the body that l= leaves unsigned
	SubjectTagged     ChangeKind = "subject-tag"  // a tag before the subject
	FromRewritten     ChangeKind = "from"         // From names another than the author
	HeaderAdded       ChangeKind = "header-added" // a signed field was added or repeated
	HeaderReplaced    ChangeKind = "header"       // a signed field has another value
	Converted         ChangeKind = "converted"    // the body was re-encoded
	EnvelopeRewritten ChangeKind = "envelope"     // SRS or the like
	Resigned          ChangeKind = "resigned"     // a server in transit signed too
	PassedBefore      ChangeKind = "passed-before"
)

// ChangeKinds returns all values of Change.Kind.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{FooterAdded, TailUnsigned, SubjectTagged, FromRewritten, HeaderAdded, HeaderReplaced, Converted, EnvelopeRewritten,
		Resigned, PassedBefore}
}

// Change is one change made in transit, with its evidence.
type Change struct {
	Kind   ChangeKind
	By     string // host that made it, as far as the header tells
	Domain string // of the signature that it broke; "" for none
	Header string // field
	Text   string // what was added, or the previous value; printable
	Size   int    // bytes added
	Proved bool   // the signature is valid once the change is undone
}

// changes returns the visible changes in the order body, header, envelope.
func (m *Message) changes(rep *Report) []Change {
	var out []Change
	add := func(c Change) {
		for _, o := range out {
			if o == c {
				return
			}
		}
		if len(out) < 40 {
			out = append(out, c)
		}
	}
	by := m.handler()
	for i := range rep.DKIM {
		d := &rep.DKIM[i]
		for _, c := range m.bodyChanges(d) {
			c.By = by
			add(c)
		}
		for _, c := range d.undone {
			c.By, c.Domain, c.Proved = by, d.Domain, true
			add(c)
		}
		if c, ok := m.passedBefore(d); ok {
			add(c)
		}
	}
	for _, c := range m.headerSigns(rep) {
		add(c)
	}
	return out
}

// handler returns the server that had the mail before the receiver: a list's or a forwarder's.
func (m *Message) handler() string {
	if m.Forward.Forwarded == Yes {
		return m.Forward.By
	}
	if m.List.Is {
		if m.Border.Host != "" {
			return m.Border.Host
		}
		return m.List.Domain
	}
	return ""
}

// bodyChanges looks for text added at the end.
func (m *Message) bodyChanges(d *DKIM) []Change {
	b := m.sums.of(d.relaxedBody())
	switch {
	case d.Detail == UnsignedTail:
		extra := b.size - d.Length
		return []Change{{Kind: TailUnsigned, Domain: d.Domain, Size: int(extra), Text: m.tail(b, int(extra)), Proved: true}}
	case d.Reason != BodyChanged && d.Detail != BodyMayDiffer, b == nil:
		return nil
	}
	if d.Length < 0 {
		if text, ok := b.added(d.bodyHash); ok {
			return []Change{{Kind: FooterAdded, Domain: d.Domain, Size: len(text), Text: excerpt(text), Proved: true}}
		}
	}
	if at := m.index["x-mime-autoconverted"]; len(at) > 0 {
		return []Change{{Kind: Converted, Domain: d.Domain, Header: m.Header[at[0]].Name, Text: snapshot.Printable(clip(m.Header[at[0]].Value, 200))}}
	}
	return nil
}

// tail returns the beginning of what l= leaves unsigned, as far as it is kept.
func (m *Message) tail(b *bodySum, extra int) string {
	if extra <= 0 || extra > len(b.tail) {
		return ""
	}
	return excerpt(b.tail[len(b.tail)-extra:])
}

// excerpt returns enough of a footer to recognise it.
func excerpt(text []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\r\n\r\n"))
	return snapshot.Printable(strings.ReplaceAll(string(clip(line, 160)), "\r\n", " "))
}

// passedBefore looks for a server that stated pass for a signature that fails now: the change was made after it.
func (m *Message) passedBefore(d *DKIM) (Change, bool) {
	if d.Result != Fail {
		return Change{}, false
	}
	b := squeeze(d.tags["b"])
	for _, c := range m.Claims {
		if c.Method != "dkim" || c.Result != "pass" || c.By == "" {
			continue
		}
		p := c.Properties["header.b"]
		same := len(p) >= 4 && strings.HasPrefix(b, p)
		if p == "" {
			same = strings.EqualFold(claimedDomain(c), d.Domain)
		}
		if same {
			return Change{Kind: PassedBefore, By: c.By, Domain: d.Domain, Header: c.Header}, true
		}
	}
	return Change{}, false
}

var viaName = pattern.New(`(?i)\bvia\b|\(by way of\)`)

// headerSigns returns the changes that the header shows without any signature.
func (m *Message) headerSigns(rep *Report) []Change {
	var out []Change
	by := m.handler()
	if c, ok := m.munged(); ok {
		c.By = by
		out = append(out, c)
	}
	if m.Forward.SRS {
		out = append(out, Change{Kind: EnvelopeRewritten, By: m.Envelope.Domain, Header: m.Envelope.Source, Text: snapshot.Printable(m.Envelope.Address)})
	}
	author := ""
	for _, a := range m.From {
		author = organisation(a.Domain)
	}
	for _, d := range rep.DKIM {
		if d.Domain != "" && by != "" && organisation(d.Domain) != author && organisation(d.Domain) == organisation(by) {
			out = append(out, Change{Kind: Resigned, By: d.Domain, Header: m.Header[d.Field].Name})
		}
	}
	return out
}

// munged recognises a From field in which a list or group replaced the author.
func (m *Message) munged() (Change, bool) {
	if len(m.From) != 1 {
		return Change{}, false
	}
	from := m.From[0]
	for _, key := range []string{"x-original-from", "x-original-sender"} {
		at := m.index[key]
		if len(at) == 0 {
			continue
		}
		was := addresses(m.Header[at[0]].Value)
		if len(was) > 0 && !strings.EqualFold(was[0].Full, from.Full) {
			return Change{Kind: FromRewritten, Header: m.Header[at[0]].Name, Text: was[0].Full}, true
		}
	}
	if m.List.Is && m.List.Domain != "" && organisation(from.Domain) == organisation(m.List.Domain) && viaName.MatchString(from.Name) {
		return Change{Kind: FromRewritten, Header: "From", Text: from.Name}, true
	}
	return Change{}, false
}
