// Package inhand reads a mail that the owner has in hand: a bounce with package bounce, an ordinary mail or its header
// with package message. It says what the mail shows about the owner's own mail. It looks nothing up.
package inhand

import (
	"bytes"
	"context"
	"io"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/message"
)

// Mail is a mail in hand, as far as it could be parsed.
type Mail struct {
	Kind   bounce.Kind
	Bounce bounce.Result
	// Message is the parsed mail for verification; nil for a bounce and other texts.
	Message *message.Message
	Cut     bool // the mail is longer than what is read, or was itself cut off
}

// head is how many bytes of a mail are searched for a bounce.
const head = 2 << 20

// Open reads one mail from a file. cut says that data is not all of it.
func Open(ctx context.Context, data io.Reader, cut bool) (Mail, error) {
	first, err := io.ReadAll(io.LimitReader(data, head))
	if err != nil {
		return Mail{}, err
	}
	return read(ctx, first, func() (*message.Message, error) {
		return message.Parse(ctx, io.MultiReader(bytes.NewReader(first), data))
	}, cut)
}

// Paste reads a pasted text.
func Paste(ctx context.Context, text string) (Mail, error) {
	return read(ctx, []byte(text[:min(len(text), head)]), func() (*message.Message, error) { return message.ParsePaste(ctx, text) }, false)
}

func read(ctx context.Context, first []byte, parse func() (*message.Message, error), cut bool) (Mail, error) {
	m := Mail{Bounce: bounce.Read(first), Cut: cut}
	m.Kind = m.Bounce.Kind
	switch m.Kind {
	case bounce.Bounce, bounce.Complaint, bounce.Autoreply, bounce.Delivered:
		m.Cut = m.Cut || m.Bounce.Cut
		return m, ctx.Err()
	}
	msg, err := parse()
	if err != nil {
		return m, err
	}
	m.Message = msg
	if cut && msg.Body != message.Absent {
		msg.Body = message.Cut
	}
	switch {
	case msg.Form == message.Nothing, len(msg.From) == 0 && len(msg.Hops)+len(msg.Signed)+len(msg.Claims) == 0:
		m.Kind = bounce.Unknown
	case msg.Body == message.Absent:
		m.Kind = bounce.Header
	default:
		m.Kind = bounce.Message
	}
	return m, nil
}

// From returns the domain of the author's address; for a bounce, of the author of the returned mail. "" if it is not
// known.
func (m Mail) From() string {
	if m.Message != nil {
		if len(m.Message.From) > 0 {
			return m.Message.From[0].Domain
		}
		return ""
	}
	if r := m.Bounce.Returned; r != nil && r.FromDomain != "" {
		return r.FromDomain
	}
	if c := m.Bounce.Claims.DMARC; c != nil {
		return strings.ToLower(c.Domain)
	}
	return ""
}
