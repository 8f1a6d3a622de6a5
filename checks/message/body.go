package message

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

var boundaryParam = regexp.MustCompile(`(?i)\bboundary\s*=\s*(?:"([^"]+)"|([^";\s]+))`)

// boundary is that of a mail of several parts (RFC 2046 section 5.1.1); "" where it has but one.
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

// body lets the body stream by and takes the sums that the signatures ask for. ended tells that the empty line before
// it was there.
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
	last := []byte("--" + m.boundary() + "--")
	closed := len(last) == 4
	empty := true // the line before
	for {
		piece, begins, err := src.next()
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
			piece = m.unescape(piece)
		}
		if begins {
			empty = len(bytes.TrimRight(piece, "\r\n")) == 0
			closed = closed || bytes.HasPrefix(piece, last)
		}
		m.Size += int64(len(piece))
		if len(bytes.TrimSpace(piece)) > 0 {
			m.Body = Whole
		}
		m.sums.write(piece)
	}
	m.bodyState(closed, src.over)
	return nil
}

// bodyState judges how much of the body is there.
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

// unescape takes away the sign that mbox files put before a line that begins with From (RFC 4155).
func (m *Message) unescape(line []byte) []byte {
	rest := bytes.TrimLeft(line, ">")
	if len(rest) == len(line) || !bytes.HasPrefix(rest, []byte("From ")) {
		return line
	}
	m.mend(MendEscaped)
	return line[1:]
}
