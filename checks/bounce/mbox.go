package bounce

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxMails is the largest number of mails read from one file.
const maxMails = 20000

// ReadAll parses a file: one mail, a text, or an mbox (RFC 4155). It holds one mail at a time in memory, up to the
// limit; the error is the reader's.
func ReadAll(in io.Reader) ([]Result, error) {
	var out []Result
	err := Each(in, func(r Result) bool {
		out = append(out, r)
		return len(out) < maxMails
	})
	return out, err
}

// Each is ReadAll for a caller that takes the results one by one; it ends when take returns false.
func Each(in io.Reader, take func(Result) bool) error {
	return Mails(in, func(data []byte, cut bool) bool {
		r := Read(data)
		r.Cut = r.Cut || cut
		return take(r)
	})
}

// Mails passes the mails of a file to take one by one, each cut at the limit; cut says that there was more. It ends
// when take returns false; the error is the reader's.
func Mails(in io.Reader, take func(data []byte, cut bool) bool) error {
	s := &splitter{in: bufio.NewReaderSize(in, 64<<10)}
	for {
		data, cut, err := s.next()
		if !empty(data) || s.count == 0 && err != nil {
			s.count++
			if !take(data, cut) {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// empty reports whether an mbox entry has nothing but its separator.
func empty(data []byte) bool {
	if line, rest, _ := bytes.Cut(data, []byte("\n")); separates(line) {
		data = rest
	}
	return len(bytes.TrimSpace(data)) == 0
}

// splitter cuts an mbox into mails. A text that does not begin like an mbox is one mail.
type splitter struct {
	in     *bufio.Reader
	count  int
	begun  bool
	mbox   bool
	behind []byte // the separator of the next mail, already read
}

// next returns the next mail, up to the limit; the rest of it is skipped.
func (s *splitter) next() (data []byte, cut bool, err error) {
	data = append(data, s.behind...)
	s.behind = nil
	blank, whole := false, true // the previous line was blank; this piece begins a line
	for {
		line, err := s.in.ReadSlice('\n')
		if !s.begun && len(bytes.TrimSpace(line)) > 0 {
			s.begun, s.mbox = true, separates(line)
		} else if s.mbox && whole && blank && separates(line) {
			s.behind = bytes.Clone(line)
			return data, cut, nil
		}
		if len(data)+len(line) <= maxMail {
			data = append(data, line...)
		} else {
			cut = true
		}
		blank = whole && len(bytes.TrimSpace(line)) == 0
		whole = err == nil
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return data, cut, err
		}
	}
}

// separates reports whether a line is an mbox separator: "From ", an address and a date.
func separates(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("From ")) || len(line) > 400 {
		return false
	}
	digits := 0
	for _, b := range line {
		if b >= '0' && b <= '9' {
			digits++
		}
	}
	return digits >= 6 && bytes.Contains(line, []byte(":"))
}
