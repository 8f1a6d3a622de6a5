package bounce

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxMails bounds the mails of one file.
const maxMails = 20000

// ReadAll reads a file: one mail, a text, or an mbox of many mails (RFC 4155). It holds one mail at a time, and of each
// no more than is read; the error is the reader's.
func ReadAll(in io.Reader) ([]Result, error) {
	var out []Result
	err := Each(in, func(r Result) bool {
		out = append(out, r)
		return len(out) < maxMails
	})
	return out, err
}

// Each is ReadAll for a caller that takes the results one by one; it ends where take says false.
func Each(in io.Reader, take func(Result) bool) error {
	return Mails(in, func(data []byte, cut bool) bool {
		r := Read(data)
		r.Cut = r.Cut || cut
		return take(r)
	})
}

// Mails hands the mails of a file over one by one, each no longer than is read; cut says that there was more of it. It ends
// where take says false; the error is the reader's.
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

// empty reports whether there is nothing in a mail of an mbox but its separator.
func empty(data []byte) bool {
	if line, rest, _ := bytes.Cut(data, []byte("\n")); separates(line) {
		data = rest
	}
	return len(bytes.TrimSpace(data)) == 0
}

// splitter cuts an mbox into mails. A text that does not begin as an mbox does is one mail.
type splitter struct {
	in     *bufio.Reader
	count  int
	begun  bool
	mbox   bool
	behind []byte // the separator of the next mail, already read
}

// next gives one mail, no more of it than is read; the rest is passed over.
func (s *splitter) next() (data []byte, cut bool, err error) {
	data = append(data, s.behind...)
	s.behind = nil
	blank, whole := false, true // the line before was blank; this piece begins a line
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

// separates reports whether a line is the separator of an mbox: From, an address, and a date.
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
