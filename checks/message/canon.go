package message

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
	"io"
	"strings"
)

// relaxedField applies the relaxed header canonicalization of RFC 6376 section 3.4.2.
func relaxedField(raw string) string {
	name, value, _ := strings.Cut(raw, ":")
	var b strings.Builder
	b.Grow(len(raw))
	b.WriteString(strings.ToLower(strings.TrimRight(name, " \t")))
	b.WriteByte(':')
	blank := false
	for _, c := range []byte(strings.Trim(value, " \t\r\n")) {
		switch c {
		case ' ', '\t':
			blank = true
		case '\r', '\n':
		default:
			if blank {
				b.WriteByte(' ')
				blank = false
			}
			b.WriteByte(c)
		}
	}
	b.WriteString("\r\n")
	return b.String()
}

// canonField returns a field canonicalized as the signature's c= says.
func canonField(raw string, relaxed bool) string {
	if relaxed {
		return relaxedField(raw)
	}
	return raw
}

// tailSize is how much of a body's end is kept in order to find text added there, in bytes.
const tailSize = 64 << 10

// maxPrefixes is the largest number of different l= values for one body.
const maxPrefixes = 8

// bodySum hashes a body in one canonical form (RFC 6376 section 3.4) as a stream.
type bodySum struct {
	relaxed  bool
	cr       bool // a CR that may be part of a line end
	blank    bool // white space not yet written (relaxed)
	ends     int  // line ends not yet written: those at the end of the body do not count
	out      []byte
	hash     hash.Hash // of everything before tail
	tail     []byte
	size     int64
	prefixes []*prefixSum
}

// prefixSum is the hash of the first bytes, as many as l= says (RFC 6376 section 3.5).
type prefixSum struct {
	length, left int64
	hash         hash.Hash
}

func newBodySum(relaxed bool) *bodySum { return &bodySum{relaxed: relaxed, hash: sha256.New()} }

// follow asks for the hash of the first length bytes too.
func (b *bodySum) follow(length int64) {
	for _, p := range b.prefixes {
		if p.length == length {
			return
		}
	}
	if len(b.prefixes) < maxPrefixes {
		b.prefixes = append(b.prefixes, &prefixSum{length, length, sha256.New()})
	}
}

// Write adds body text with any line ends.
func (b *bodySum) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(p) > 1 && p[0] == '\r' && p[1] == '\n' && !b.cr { // fast path for many empty lines
			b.blank = false
			b.ends++
			p = p[2:]
			continue
		}
		line, rest, ended := bytes.Cut(p, []byte{'\n'})
		b.line(line)
		if ended { // with or without CR before it
			b.cr, b.blank = false, false
			b.ends++
		}
		p = rest
	}
	b.flush()
	return n, nil
}

// line adds a line or a piece of one. A CR without LF is an ordinary character.
func (b *bodySum) line(p []byte) {
	for len(p) > 0 {
		text, rest, cr := bytes.Cut(p, []byte{'\r'})
		if b.cr && (len(text) > 0 || cr) {
			b.cr = false
			b.letters([]byte{'\r'})
		}
		if b.relaxed {
			b.words(text)
		} else {
			b.letters(text)
		}
		b.cr = b.cr || cr
		p = rest
	}
}

// words adds text in the relaxed form: runs of blanks become one space, and those at a line's end are dropped.
func (b *bodySum) words(p []byte) {
	isBlank := func(i int) bool { return i < len(p) && (p[i] == ' ' || p[i] == '\t') }
	for at := 0; at < len(p); {
		from := at
		for isBlank(at) {
			at++
		}
		b.blank = b.blank || at > from
		from = at
		for at < len(p) && p[at] != '\t' && (p[at] != ' ' || at+1 < len(p) && !isBlank(at+1)) {
			at++
		}
		if at > from {
			b.letters(p[from:at])
		}
	}
}

// letters writes text, after any pending line ends and blank, which are now known not to be the last.
func (b *bodySum) letters(p []byte) {
	if len(p) == 0 {
		return
	}
	for ; b.ends > 0; b.ends-- {
		b.out = append(b.out, '\r', '\n')
		if len(b.out) > 32<<10 {
			b.flush()
		}
	}
	if b.blank {
		b.out = append(b.out, ' ')
		b.blank = false
	}
	b.out = append(b.out, p...)
}

func (b *bodySum) flush() {
	if len(b.out) > 0 {
		b.put(b.out)
		b.out = b.out[:0]
	}
}

// put adds canonical text.
func (b *bodySum) put(p []byte) {
	b.size += int64(len(p))
	for _, x := range b.prefixes {
		part := p[:min(int64(len(p)), x.left)]
		x.left -= int64(len(part))
		_, _ = x.hash.Write(part)
	}
	b.tail = append(b.tail, p...)
	if over := len(b.tail) - tailSize; over > tailSize {
		_, _ = b.hash.Write(b.tail[:over])
		b.tail = append(b.tail[:0], b.tail[over:]...)
	}
}

// end completes the body: the simple form always ends with one line end, the relaxed one unless it is empty.
func (b *bodySum) end() {
	if b.cr {
		b.cr = false
		b.letters([]byte{'\r'})
	}
	b.ends, b.blank = 0, false
	if !b.relaxed || b.size > 0 || len(b.out) > 0 {
		b.out = append(b.out, '\r', '\n')
	}
	b.flush()
}

// running returns a copy of the hash of everything before the tail.
func (b *bodySum) running() hash.Hash {
	type cloner interface {
		MarshalBinary() ([]byte, error)
		UnmarshalBinary([]byte) error
	}
	out := sha256.New()
	from, ok1 := b.hash.(cloner)
	to, ok2 := out.(cloner)
	if ok1 && ok2 {
		if state, err := from.MarshalBinary(); err == nil {
			_ = to.UnmarshalBinary(state)
		}
	}
	return out
}

// sum returns the hash of the whole body.
func (b *bodySum) sum() []byte {
	h := b.running()
	_, _ = h.Write(b.tail)
	return h.Sum(nil)
}

// upTo returns the hash of the first length bytes; ok is false if the body is shorter, or follow was not called for
// that length.
func (b *bodySum) upTo(length int64) (sum []byte, ok bool) {
	for _, p := range b.prefixes {
		if p.length == length {
			return p.hash.Sum(nil), p.left == 0
		}
	}
	return nil, false
}

// added looks for a point after which text was added: the body up to there has the wanted hash. It returns the added
// text, as far as it is within the tail.
func (b *bodySum) added(want []byte) (text []byte, ok bool) {
	h := b.running()
	rest := b.tail
	at := b.size - int64(len(rest))
	if at == 0 && !b.relaxed { // an empty body in simple form is one line end
		empty := sha256.Sum256([]byte("\r\n"))
		if equal(empty[:], want) {
			return rest, true
		}
	}
	for {
		if equal(h.Sum(nil), want) && len(rest) > 0 {
			return rest, true
		}
		i := bytes.Index(rest, []byte("\r\n"))
		if i < 0 || i+2 == len(rest) {
			return nil, false
		}
		_, _ = h.Write(rest[:i+2])
		rest = rest[i+2:]
	}
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// bodySums holds the hashes that the signatures need.
type bodySums struct {
	simple, relaxed *bodySum
}

// need asks for a form of the body, and for the hash of its first bytes if length is not negative.
func (b *bodySums) need(relaxed bool, length int64) {
	s := &b.simple
	if relaxed {
		s = &b.relaxed
	}
	if *s == nil {
		*s = newBodySum(relaxed)
	}
	if length >= 0 {
		(*s).follow(length)
	}
}

func (b *bodySums) of(relaxed bool) *bodySum {
	if relaxed {
		return b.relaxed
	}
	return b.simple
}

func (b *bodySums) write(p []byte) {
	for _, s := range []*bodySum{b.simple, b.relaxed} {
		if s != nil {
			_, _ = s.Write(p)
		}
	}
}

func (b *bodySums) end() {
	for _, s := range []*bodySum{b.simple, b.relaxed} {
		if s != nil {
			s.end()
		}
	}
}

var _ io.Writer = (*bodySum)(nil)
