package message

import (
	"io"

	"golang.org/x/text/encoding/htmlindex"
)

// charsetReader decodes the charsets of Japanese mail (ISO-2022-JP, Shift_JIS, EUC-JP) and all others that browsers
// know.
func charsetReader(charset string, r io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return enc.NewDecoder().Reader(r), nil
}
