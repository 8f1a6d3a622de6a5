package report

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"example.org/todoku/checks/internal/pattern"
)

var declaredCharset = pattern.New(`^[^>]{0,200}<\?xml[^>]{0,200}encoding[ \t]*=[ \t]*["']([A-Za-z0-9._:-]{1,40})["']`)

// decoded converts XML to UTF-8. The declared encoding counts only if the bytes do not contradict it: some programs
// write "utf-16" over plain ASCII.
func decoded(b *bufio.Reader, head []byte) io.Reader {
	wide := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	switch {
	case bytes.HasPrefix(head, []byte("\ufeff")):
		_, _ = b.Discard(len("\ufeff"))
		return b
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("<\x00")):
		return wide.NewDecoder().Reader(b)
	case bytes.HasPrefix(head, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(b)
	}
	m := declaredCharset.FindSubmatch(head)
	if m == nil {
		return b
	}
	e := charset(string(m[1]))
	if e == nil {
		return b
	}
	return e.NewDecoder().Reader(b)
}

// charset returns an encoding by its name; nil for UTF-8, 16-bit encodings and unknown names.
func charset(name string) encoding.Encoding {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "utf") || strings.HasPrefix(name, "unicode") || name == "us-ascii" {
		return nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}
