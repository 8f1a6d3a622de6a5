package message

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// Parse parses one mail. It returns an error only if reading fails or ctx ends: for a text without a header Form is
// Nothing, and Gaps lists what is missing.
func Parse(ctx context.Context, r io.Reader) (*Message, error) { return parse(ctx, r, false) }

// ParsePaste is Parse for copied text: a hash that does not match is then no proof that the mail was changed in
// transit.
func ParsePaste(ctx context.Context, text string) (*Message, error) {
	return parse(ctx, strings.NewReader(text), true)
}

func parse(ctx context.Context, r io.Reader, pasted bool) (*Message, error) {
	m := &Message{Body: Absent, Border: Border{Hop: -1}, pasted: pasted, index: map[string][]int{}}
	src, mends := open(ctx, r)
	m.Mends = mends
	head, err := src.r.Peek(window)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return m, err
	}
	l, ok := lay(head)
	if !ok {
		m.gap(GapHeader)
		if binary(head) {
			m.gap(GapBinary)
		}
		return m, ctx.Err()
	}
	m.Form, m.View, m.Summary, m.Ignored = l.form, l.view, l.summary, l.ignored
	m.Mends = append(m.Mends, l.mends...)
	if _, err := src.r.Discard(l.skip); err != nil {
		return m, err
	}
	src.prefix = l.prefix
	ended, err := m.header(src, l)
	if err != nil {
		return m, err
	}
	m.understand()
	if err := m.body(src, ended); err != nil {
		return m, err
	}
	m.gaps()
	return m, nil
}

// binary recognises data that is not text: an Outlook .msg file (a compound file), zip, gzip, PDF, or many NUL bytes.
func binary(head []byte) bool {
	for _, magic := range []string{"\xd0\xcf\x11\xe0", "PK\x03\x04", "\x1f\x8b", "%PDF-", "\x89PNG", "\xff\xd8\xff"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	start := clip(head, 4096)
	return bytes.Count(start, []byte{0})*10 > len(start)
}

func (m *Message) gap(g Gap) {
	if !slices.Contains(m.Gaps, g) {
		m.Gaps = append(m.Gaps, g)
	}
}

func (m *Message) mend(d Mend) {
	if !slices.Contains(m.Mends, d) {
		m.Mends = append(m.Mends, d)
	}
}

// faithful reports whether the header is certainly byte for byte as it arrived.
func (m *Message) faithful() bool {
	if m.pasted || m.Form == Page {
		return false
	}
	return !slices.ContainsFunc(m.Mends, func(d Mend) bool { return d != MendBOM && d != MendEscaped && d != MendLeading })
}

// reader collects header fields.
type reader struct {
	m    *Message
	l    layout
	raw  bytes.Buffer // of the current field
	name string
	size int
}

// header reads the fields up to the empty line; ended says whether that line is there.
func (m *Message) header(src *source, l layout) (ended bool, err error) {
	r := &reader{m: m, l: l}
	for {
		piece, begins, err := src.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		if r.size += len(piece); r.size > MaxHeader || len(m.Header) >= MaxFields {
			m.gap(GapFields)
			break
		}
		if !begins {
			r.raw.Write(crlf(piece))
			continue
		}
		if len(bytes.TrimRight(piece, "\r\n")) == 0 || len(bytes.TrimSpace(piece)) == 0 && !r.goesOn(src) {
			if r.l.spaced && r.goesOn(src) {
				continue
			}
			ended = true
			break
		}
		r.line(piece)
	}
	r.flush()
	return ended, nil
}

// goesOn reports whether the header continues after an empty line.
func (r *reader) goesOn(src *source) bool {
	line := src.peekLine()
	name, spaced, ok := fieldName(line)
	return ok && spaced && isKnown(strings.ToLower(name)) || len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && len(bytes.TrimSpace(line)) > 0
}

// line handles one header line: the first of a field, or a continuation.
func (r *reader) line(line []byte) {
	folded := line[0] == ' ' || line[0] == '\t'
	name, spaced, ok := fieldName(line)
	switch {
	case folded && r.name != "":
		r.raw.Write(crlf(line))
		return
	case ok && (spaced || !r.l.lost):
		r.flush()
		r.name = name
		r.raw.Write(crlf(line))
		return
	}
	if name, value, ok := rowName(line); ok && r.l.rows {
		r.flush()
		r.name = name
		r.raw.WriteString(name + ": " + value + "\r\n")
		return
	}
	if r.name == "" {
		r.m.unread(line)
		return
	}
	if _, value, _ := bytes.Cut(r.raw.Bytes(), []byte(":")); len(bytes.TrimSpace(value)) == 0 {
		r.m.mend(MendSplit)
	} else {
		r.m.mend(MendUnfolded)
	}
	r.raw.WriteByte(' ')
	r.raw.Write(crlf(line))
}

// unread records a line that is not a field.
func (m *Message) unread(line []byte) {
	m.gap(GapUnreadable)
	if len(m.Ignored) < maxIgnored {
		m.Ignored = append(m.Ignored, snapshot.Printable(string(clip(bytes.TrimSpace(line), 200))))
	}
}

func (r *reader) flush() {
	if r.name == "" {
		return
	}
	raw := r.raw.String()
	if !strings.HasSuffix(raw, "\r\n") {
		raw += "\r\n"
	}
	_, value, _ := strings.Cut(raw, ":")
	f := Field{Name: r.name, Raw: raw, Value: unfold(value), key: strings.ToLower(r.name)}
	r.m.index[f.key] = append(r.m.index[f.key], len(r.m.Header))
	r.m.Header = append(r.m.Header, f)
	r.raw.Reset()
	r.name = ""
}

// crlf ends a line with CRLF, as in SMTP.
func crlf(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' && (n < 2 || line[n-2] != '\r') {
		return append(slices.Clone(line[:n-1]), '\r', '\n')
	}
	return line
}

// unfold unfolds a value (RFC 5322 section 2.2.3).
func unfold(v string) string {
	if !strings.ContainsAny(v, "\r\n") {
		return strings.Trim(v, " \t")
	}
	return strings.Trim(strings.NewReplacer("\r\n", "", "\n", "").Replace(v), " \t")
}

// all returns the fields of a name, from the top.
func (m *Message) all(key string) []Field {
	var out []Field
	for _, i := range m.index[key] {
		out = append(out, m.Header[i])
	}
	return out
}

// first returns the value of the topmost field of a name; "" for none.
func (m *Message) first(key string) string {
	if at := m.index[key]; len(at) > 0 {
		return m.Header[at[0]].Value
	}
	return ""
}

// gaps records what is missing.
func (m *Message) gaps() {
	for g, missing := range map[Gap]bool{GapFrom: len(m.index["from"]) == 0, GapReceived: len(m.Hops) == 0, GapEnvelope: !m.Envelope.Known,
		GapConnection: !m.Border.IP.IsValid(), GapBody: m.Body == Absent, GapCut: m.Body == Cut} {
		if missing {
			m.gap(g)
		}
	}
	slices.Sort(m.Gaps)
}
