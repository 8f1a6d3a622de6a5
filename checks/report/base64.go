package report

import (
	"encoding/base64"
	"errors"
	"io"
)

// base64Reader decodes base64 as found in mails: with line breaks and foreign characters, cut off, or in several padded
// pieces.
type base64Reader struct {
	src  io.Reader
	raw  [4096]byte
	four [4]byte
	n    int // number of characters in four
	out  []byte
	err  error
}

func (r *base64Reader) Read(b []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		n, err := r.src.Read(r.raw[:])
		r.err = err
		r.out = r.out[:0]
		for _, c := range r.raw[:n] {
			r.take(c)
		}
		if errors.Is(err, io.EOF) {
			r.pad()
		}
	}
	n := copy(b, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *base64Reader) take(c byte) {
	switch {
	case c == '=':
		r.pad()
	case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
		r.four[r.n] = c
		if r.n++; r.n == 4 {
			r.out, _ = base64.StdEncoding.AppendDecode(r.out, r.four[:])
			r.n = 0
		}
	}
}

// pad ends a piece: what is left of it is one or two bytes.
func (r *base64Reader) pad() {
	if r.n > 1 {
		r.out, _ = base64.RawStdEncoding.AppendDecode(r.out, r.four[:r.n])
	}
	r.n = 0
}
