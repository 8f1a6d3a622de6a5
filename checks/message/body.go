package message

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

var boundaryParam = pattern.New(`(?i)\bboundary\s*=\s*(?:"([^"]+)"|([^";\s]+))`)

// boundary returns the boundary of a multipart mail (RFC 2046 section 5.1.1); "" for other mails.
func (m *Message) boundary() string {
	v := m.first("content-type")
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(v)), "multipart/") {
		return ""
	}
	b := boundaryParam.FindStringSubmatch(v)
	if b == nil {
		return ""
	}
	return b[1] + b[2]
}

// body reads the body and computes the hashes that the signatures need. ended says that the empty line before it was
// present.
func (m *Message) body(src *source, ended bool) error {
	for _, s := range m.Signed {
		m.sums.need(s.relaxedBody(), s.Length)
	}
	if s, ok := m.newestSignature(); ok {
		m.sums.need(s.relaxedBody(), s.Length)
	}
	defer m.sums.end()
	if !ended {
		return nil
	}
	end := closing{want: "--" + m.boundary() + "--", seen: m.boundary() == ""}
	empty := true // the previous line was empty
	for {
		var piece []byte
		var err error
		begins := false
		if m.Form == Mbox || len(src.prefix) > 0 {
			piece, begins, err = src.next()
		} else {
			piece, err = src.chunk()
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if m.Form == Mbox && begins {
			if empty && bytes.HasPrefix(piece, []byte("From ")) && envelopeLine(string(clip(piece, 200))) {
				m.gap(GapMore)
				break
			}
			empty = len(bytes.TrimRight(piece, "\r\n")) == 0
			piece = m.unescape(piece)
		}
		m.Size += int64(len(piece))
		if m.Body == Absent && len(bytes.TrimSpace(piece)) > 0 {
			m.Body = Whole
		}
		end.look(piece)
		m.sums.write(piece)
	}
	m.bodyState(end.seen, src.over)
	return nil
}

// closing looks for the closing boundary of a multipart mail.
type closing struct {
	want string
	seen bool
	rest []byte // the end of the previous text, which may contain the beginning of that line
}

func (c *closing) look(piece []byte) {
	if c.seen {
		return
	}
	joined := append(c.rest, piece...)
	c.seen = bytes.Contains(joined, []byte(c.want))
	c.rest = bytes.Clone(joined[max(0, len(joined)-len(c.want)):])
}

// bodyState sets how much of the body is present.
func (m *Message) bodyState(closed, over bool) {
	if over {
		m.gap(GapTooLarge)
	}
	switch {
	case m.Body == Absent:
	case !closed || over:
		m.Body = Cut
	case !m.faithful() || slices.Contains(m.Mends, MendEscaped):
		m.Body = Touched
	}
}

// unescape removes the ">" that mbox files put before lines that begin with "From " (RFC 4155).
func (m *Message) unescape(line []byte) []byte {
	rest := bytes.TrimLeft(line, ">")
	if len(rest) == len(line) || !bytes.HasPrefix(rest, []byte("From ")) {
		return line
	}
	m.mend(MendEscaped)
	return line[1:]
}
