package report

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// Limits of a mail's header and of nested parts.
const (
	maxHeader = 256 << 10
	maxNested = 20
)

// mailReader parses a mail part by part while reading. It holds only one line in memory.
type mailReader struct {
	w      *walker
	at     place
	in     *bufio.Reader
	bounds []string // boundaries of the open multiparts, the outermost first
	hit    int      // index of the boundary that ended the last part; -1 for the end of the mail
	last   bool     // that boundary was a closing one
	inside bool     // the next piece continues a line
	left   int64    // how many bytes of the mail may still be read
	err    error    // of the input, except io.EOF
}

// mail reads a mail.
func (w *walker) mail(b *bufio.Reader, at place) error {
	m := &mailReader{w: w, at: at, in: b, hit: -1, left: w.limits.Report}
	found, faults := w.found, w.faults
	err := m.entity()
	switch {
	case err != nil:
		return err
	case m.err != nil && w.faults == faults: // else a part of it was reported already
		return packFault(m.err)
	case m.err == nil && w.found+w.faults == found+faults:
		return fail(NoReport, nil)
	}
	return nil
}

// entity reads a header and its body: the mail itself, or one part.
func (m *mailReader) entity() error {
	h := m.header()
	if m.hit >= 0 { // a part without a body
		return nil
	}
	kind, params := mediaType(h["content-type"])
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" && len(m.bounds) < maxNested {
		return m.multipart(strings.TrimRight(params["boundary"], " \t"))
	}
	return m.leaf(h, kind, params)
}

// multipart reads the parts between the lines of a boundary.
func (m *mailReader) multipart(boundary string) error {
	me := len(m.bounds)
	m.bounds = append(m.bounds, boundary)
	m.drain()
	for m.hit == me && !m.last {
		if err := m.w.part(); err != nil {
			return err
		}
		if err := m.entity(); err != nil {
			return err
		}
		if m.hit != me { // its closing line is missing
			break
		}
	}
	m.bounds = m.bounds[:me]
	if m.hit == me {
		m.drain() // what follows the last part
	}
	return nil
}

// leaf reads a part that is not a multipart.
func (m *mailReader) leaf(h map[string]string, kind string, params map[string]string) error {
	body := io.Reader(&partReader{m: m})
	switch strings.ToLower(strings.TrimSpace(h["content-transfer-encoding"])) {
	case "base64":
		body = &base64Reader{src: body}
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	_, disposed := mediaType(h["content-disposition"])
	at := m.at
	if len(m.bounds) > 0 {
		at = m.at.in(named(disposed["filename"], params["name"], kind))
	} else {
		at.depth++
	}
	defer m.drain()
	switch {
	case kind == "message/feedback-report":
		return m.w.failure(body, at)
	case kind == "text/html", kind == "text/css", strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"):
		return nil
	}
	return m.w.inner(body, at)
}

// named returns the first name that is not empty.
func named(names ...string) string {
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" {
			if d, err := new(mime.WordDecoder).DecodeHeader(n); err == nil {
				n = d
			}
			return n[:min(len(n), 256)]
		}
	}
	return "text"
}

var parameter = pattern.New(`;\s*([A-Za-z*]+)\s*=\s*(?:"([^"]*)"|([^";\s]*))`)

// mediaType parses a Content-Type or Content-Disposition leniently.
func mediaType(v string) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(v)
	if err == nil {
		return kind, params
	}
	kind, _, _ = strings.Cut(v, ";")
	params = map[string]string{}
	for _, p := range parameter.FindAllStringSubmatch(v, 20) {
		params[strings.ToLower(p[1])] = p[2] + p[3]
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

// header parses the fields up to the empty line, unfolded; of a repeated field it keeps the first. What exceeds the
// limit is skipped.
func (m *mailReader) header() map[string]string {
	fields := map[string][]byte{}
	r := &partReader{m: m}
	m.hit = -1
	name, size, begun := "", 0, false
	for {
		line, err := r.line()
		line = bytes.TrimRight(line, "\r\n")
		empty := len(bytes.TrimSpace(line)) == 0
		if err != nil || empty && begun {
			out := map[string]string{}
			for k, v := range fields {
				out[k] = string(v)
			}
			return out
		}
		size += len(line)
		switch {
		case empty || size > maxHeader:
		case line[0] == ' ' || line[0] == '\t':
			if name != "" {
				fields[name] = append(append(fields[name], ' '), bytes.TrimSpace(line)...)
			}
		default:
			begun = true
			field, value, ok := bytes.Cut(line, []byte(":"))
			name = strings.ToLower(string(bytes.TrimSpace(field)))
			if _, twice := fields[name]; !ok || twice {
				name = ""
				continue
			}
			fields[name] = bytes.Clone(bytes.TrimSpace(value))
		}
	}
}

// drain skips what is left up to the next boundary.
func (m *mailReader) drain() {
	if m.hit >= 0 && len(m.bounds) > m.hit {
		return
	}
	m.hit = -1
	_, _ = io.Copy(io.Discard, &partReader{m: m})
}

// partReader reads up to the next line of an open boundary.
type partReader struct {
	m    *mailReader
	rest []byte
}

// line returns the next line, or a piece of a very long one. It ends at a boundary, and sets m.hit to its index.
func (r *partReader) line() ([]byte, error) {
	m := r.m
	if m.hit >= 0 {
		return nil, io.EOF
	}
	line, err := m.in.ReadSlice('\n')
	if m.left -= int64(len(line)); m.left < 0 {
		m.err = fail(TooBig, nil)
		return nil, io.EOF
	}
	whole := !m.inside
	m.inside = errors.Is(err, bufio.ErrBufferFull)
	if len(line) == 0 {
		if !errors.Is(err, io.EOF) {
			m.err = err
		}
		return nil, io.EOF
	}
	if whole && len(line) > 2 && line[0] == '-' && line[1] == '-' {
		text := bytes.TrimRight(line[2:], " \t\r\n")
		for i := len(m.bounds) - 1; i >= 0; i-- {
			if m.last = string(text) == m.bounds[i]+"--"; m.last || string(text) == m.bounds[i] {
				m.hit = i
				return nil, io.EOF
			}
		}
	}
	return line, nil
}

func (r *partReader) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		line, err := r.line()
		if err != nil {
			if r.m.err != nil {
				err = r.m.err
			}
			return 0, err
		}
		r.rest = line
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// mbox reads the mails of an mbox (RFC 4155), one after the other.
func (w *walker) mbox(b *bufio.Reader, at place) error {
	before := w.found + w.faults
	r := &mboxReader{in: b, blank: true}
	for r.next() {
		if err := w.part(); err != nil {
			return err
		}
		if err := w.inner(r, at); err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, r)
		if r.err != nil {
			return packFault(r.err)
		}
	}
	if w.found+w.faults == before {
		return fail(NoReport, nil)
	}
	return nil
}

// mboxReader reads one mail of an mbox; next moves on to the following one.
type mboxReader struct {
	in    *bufio.Reader
	rest  []byte
	blank bool // the line before was empty
	piece bool // the next piece continues a line
	begun bool // a mail's separator was read, but not its mail
	err   error
}

func (r *mboxReader) next() bool {
	for !r.begun {
		line, err := r.in.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return false
		}
		r.begun = mboxLine.Match(line)
	}
	r.begun, r.blank, r.piece, r.rest = false, false, false, nil
	return true
}

func (r *mboxReader) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.begun {
			return 0, io.EOF
		}
		line, err := r.in.ReadSlice('\n')
		if len(line) == 0 {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			return 0, err
		}
		if r.blank && !r.piece && mboxLine.Match(line) {
			r.begun = true
			return 0, io.EOF
		}
		r.piece = errors.Is(err, bufio.ErrBufferFull)
		r.blank = len(bytes.TrimRight(line, "\r\n")) == 0
		r.rest = line
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
