package message

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// source returns a text line by line, without what copying put before each line. A line longer than the buffer comes in
// pieces, so that memory is bounded.
type source struct {
	ctx    context.Context
	r      *bufio.Reader
	prefix []byte // at the beginning of every line: quotation marks and blanks
	middle bool   // the next piece continues a line
	read   int64
	over   bool // MaxSize was reached
	lines  int
	buf    []byte
}

// window is how many bytes at the beginning are inspected to detect the format.
const window = 256 << 10

// open detects the Unicode encoding, and returns the repairs that this needed.
func open(ctx context.Context, r io.Reader) (s *source, mends []Mend) {
	s = &source{ctx: ctx, r: bufio.NewReaderSize(r, window)}
	head, _ := s.r.Peek(window)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = s.r.Discard(3)
		mends = append(mends, MendBOM)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		plain := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(s.r)
		s.r = bufio.NewReaderSize(plain, window)
		mends = append(mends, MendUTF16)
	}
	if head, _ = s.r.Peek(window); bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0 {
		// Some terminals paste CR for every line end.
		s.r = bufio.NewReaderSize(&returns{r: s.r}, window)
	}
	return s, mends
}

// returns turns every CR into LF.
type returns struct{ r io.Reader }

func (c *returns) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// next returns the next line with its end, or a piece of one, valid until the next call. begins marks the first piece
// of a line.
func (s *source) next() (piece []byte, begins bool, err error) {
	if s.lines++; s.lines%256 == 0 && s.ctx.Err() != nil {
		return nil, false, s.ctx.Err()
	}
	if s.read >= MaxSize {
		s.over = true
		return nil, false, io.EOF
	}
	begins = !s.middle
	piece, err = s.r.ReadSlice('\n')
	s.read += int64(len(piece))
	s.middle = err == bufio.ErrBufferFull
	if s.middle || err == io.EOF && len(piece) > 0 {
		err = nil
	}
	if begins && len(s.prefix) > 0 {
		piece = unprefix(piece, s.prefix)
	}
	return piece, begins, err
}

// chunk returns the text that is available, with any number of lines; for a text without a prefix.
func (s *source) chunk() ([]byte, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	if s.read >= MaxSize {
		s.over = true
		return nil, io.EOF
	}
	if cap(s.buf) == 0 {
		s.buf = make([]byte, 32<<10)
	}
	n, err := s.r.Read(s.buf)
	s.read += int64(n)
	if n > 0 {
		err = nil
	}
	return s.buf[:n], err
}

// unprefix removes the prefix from a line, as far as it is there.
func unprefix(line, prefix []byte) []byte {
	for _, c := range prefix {
		switch {
		case len(line) > 0 && line[0] == c:
			line = line[1:]
		case c == ' ' || c == '\t': // empty lines often lose their blanks
		default:
			return line
		}
	}
	return line
}

// peekLine returns the line after the current one, as far as it is buffered.
func (s *source) peekLine() []byte {
	head, _ := s.r.Peek(1024)
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	return bytes.TrimRight(unprefix(head, s.prefix), "\r")
}
