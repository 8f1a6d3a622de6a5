package report

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// scanner tokenises XML leniently: it follows no schema and few rules of XML. Tag names need not match, a bare
// ampersand is text, and only the five predefined entities and character references are expanded. It holds one text or
// tag at a time, at most maxToken bytes of it.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	err      error // of r, once there is one
	scratch  []byte
}

// Bounds of one text or tag.
const (
	firstBuffer = 64 << 10
	maxToken    = 1 << 20
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota // end of the input
	tokenStart
	tokenClose
	tokenText
)

// token is valid until the next one is read.
type token struct {
	kind  tokenKind
	name  []byte // local name of a tag, without its prefix
	text  []byte // decoded
	empty bool   // a self-closing tag: <x/>
}

func (s *scanner) reset(r io.Reader) {
	if s.buf == nil {
		s.buf = make([]byte, firstBuffer)
	}
	s.r, s.pos, s.end, s.err = r, 0, 0, nil
}

// more reads more input behind what is held; false at the end of the input.
func (s *scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.pos, s.end = 0, s.end-s.pos
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= 2*maxToken {
			s.err = fail(TooLong, nil)
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 { // a reader may return nothing a few times
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.err = err
		}
		if n > 0 {
			return true
		}
		if s.err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// next returns the next token; tokenEnd with an error if the input does not end cleanly.
func (s *scanner) next() (token, error) {
	for {
		if s.pos == s.end && !s.more() {
			return token{}, s.failure()
		}
		if s.buf[s.pos] != '<' {
			return s.text(false)
		}
		for s.end-s.pos < 2 && s.more() {
		}
		if s.end-s.pos < 2 {
			return s.text(true)
		}
		switch c := s.buf[s.pos+1]; {
		case c == '?':
			s.skip("?>", 2)
		case c == '!':
			t, ok := s.declared()
			if ok {
				return t, nil
			}
		case c == '/':
			return s.tag()
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c >= 0x80:
			return s.tag()
		default:
			return s.text(true)
		}
		if s.err != nil && s.pos == s.end {
			return token{}, s.failure()
		}
	}
}

// failure returns why there is no more input; nil at its regular end.
func (s *scanner) failure() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// text returns the text up to the next tag. With stray set, a "<" that opens no tag is its first character.
func (s *scanner) text(stray bool) (token, error) {
	from := 0
	if stray {
		from = 1
	}
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			from += i
			break
		}
		if from = s.end - s.pos; from > maxToken {
			return token{}, fail(TooLong, nil)
		}
		if !s.more() {
			if err := s.failure(); err != nil {
				return token{}, err
			}
			break
		}
	}
	raw := s.buf[s.pos : s.pos+from]
	s.pos += from
	return token{kind: tokenText, text: s.unescape(raw)}, nil
}

// declared skips what begins with "<!": a comment, a document type declaration, or a CDATA section, whose text it
// returns.
func (s *scanner) declared() (token, bool) {
	const cdata = "<![CDATA["
	for s.end-s.pos < len(cdata) && s.more() {
	}
	held := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(held, []byte("<!--")):
		s.skip("-->", 4)
	case bytes.HasPrefix(held, []byte(cdata)):
		for from := len(cdata); ; {
			if i := bytes.Index(s.buf[s.pos+from:s.end], []byte("]]>")); i >= 0 {
				t := token{kind: tokenText, text: s.buf[s.pos+len(cdata) : s.pos+from+i]}
				s.pos += from + i + 3
				return t, true
			}
			if from = max(len(cdata), s.end-s.pos-2); from > maxToken {
				s.pos, s.err = s.end, fail(TooLong, nil)
				return token{}, false
			}
			if !s.more() {
				s.pos = s.end
				return token{}, false
			}
		}
	default:
		s.skipType()
	}
	return token{}, false
}

// skip skips past the next mark, ignoring the first bytes, without holding anything.
func (s *scanner) skip(mark string, first int) {
	s.pos = min(s.pos+first, s.end)
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); i >= 0 {
			s.pos += i + len(mark)
			return
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if !s.more() {
			s.pos = s.end
			return
		}
	}
}

// skipType skips a document type declaration. One that declares entities ends the reading: no report needs them, and
// they can expand without bound.
func (s *scanner) skipType() {
	depth, quote := 0, byte(0)
	for {
		for ; s.pos < s.end; s.pos++ {
			c := s.buf[s.pos]
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				if s.entityHere() {
					s.pos, s.err = s.end, fail(Entities, nil)
					return
				}
				depth++
			case c == '>':
				if depth--; depth == 0 {
					s.pos++
					return
				}
			}
		}
		if !s.more() {
			return
		}
	}
}

// entityHere reports whether an entity is declared at this place.
func (s *scanner) entityHere() bool {
	const mark = "<!ENTITY"
	for s.end-s.pos < len(mark) && s.more() {
	}
	return bytes.HasPrefix(s.buf[s.pos:s.end], []byte(mark))
}

// tag returns a start or end tag, without its attributes.
func (s *scanner) tag() (token, error) {
	// Nearly every tag is a name alone.
	if i := bytes.IndexByte(s.buf[s.pos:s.end], '>'); i > 0 && bytes.IndexByte(s.buf[s.pos:s.pos+i], '=') < 0 {
		t := cutTag(s.buf[s.pos+1 : s.pos+i])
		s.pos += i + 1
		return t, nil
	}
	quote := byte(0)
	for i := 1; ; i++ {
		if s.pos+i >= s.end {
			if i > maxToken {
				return token{}, fail(TooLong, nil)
			}
			if !s.more() {
				if err := s.failure(); err != nil {
					return token{}, err
				}
				s.pos = s.end
				return token{}, fail(Truncated, nil)
			}
		}
		c := s.buf[s.pos+i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && s.buf[s.pos+i-1] == '=':
			quote = c
		case c == '>':
			t := cutTag(s.buf[s.pos+1 : s.pos+i])
			s.pos += i + 1
			return t, nil
		}
	}
}

// cutTag parses what is between "<" and ">".
func cutTag(b []byte) token {
	t := token{kind: tokenStart}
	if b[0] == '/' {
		t.kind, b = tokenClose, b[1:]
	} else if b[len(b)-1] == '/' {
		t.empty, b = true, b[:len(b)-1]
	}
	for i, c := range b {
		if c == ':' {
			t.name = b[i+1:]
			return t.cut()
		}
		if c <= ' ' || c == '/' {
			t.name = b[:i]
			return t
		}
	}
	t.name = b
	return t
}

// cut ends the name at what follows it.
func (t token) cut() token {
	for i, c := range t.name {
		if c <= ' ' || c == '/' {
			t.name = t.name[:i]
			break
		}
	}
	return t
}

// unescape replaces the five predefined entities and character references. All others stay as written.
func (s *scanner) unescape(b []byte) []byte {
	i := bytes.IndexByte(b, '&')
	if i < 0 {
		return b
	}
	out := s.scratch[:0]
	for {
		out = append(out, b[:i]...)
		b = b[i:]
		n, r := entity(b)
		if n == 0 {
			n, r = 1, '&'
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
		if i = bytes.IndexByte(b, '&'); i < 0 {
			s.scratch = append(out, b...)
			return s.scratch
		}
	}
}
