package bounce

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// otherNames are charset labels that are not in the WHATWG's index.
var otherNames = map[string]encoding.Encoding{
	"cp932": japanese.ShiftJIS, "cp943": japanese.ShiftJIS, "shiftjis": japanese.ShiftJIS, "x-ms-cp932": japanese.ShiftJIS,
	"iso-2022-jp-1": japanese.ISO2022JP, "iso-2022-jp-2": japanese.ISO2022JP, "iso-2022-jp-3": japanese.ISO2022JP,
	"iso-2022-jp-ms": japanese.ISO2022JP, "cp50220": japanese.ISO2022JP, "cp50221": japanese.ISO2022JP, "jis": japanese.ISO2022JP,
	"eucjp": japanese.EUCJP, "eucjp-ms": japanese.EUCJP, "cp51932": japanese.EUCJP, "ujis": japanese.EUCJP,
}

// decodeText converts bytes to UTF-8. The label is used if the bytes are valid in it; otherwise the charset is guessed
// among those of Japanese mail.
func decodeText(raw []byte, label string) string {
	raw = bytes.ReplaceAll(raw, []byte{0}, nil)
	label = strings.ToLower(strings.Trim(label, " \t\"'"))
	switch {
	case bytes.Contains(raw, []byte("\x1b$")) || bytes.Contains(raw, []byte("\x1b(J")):
		return decode(japanese.ISO2022JP, raw)
	case utf8.Valid(raw):
		return string(raw)
	}
	if enc := named(label); enc != nil {
		if out := decode(enc, raw); broken(out)*20 <= len(out) {
			return out
		}
	}
	return guess(raw)
}

func named(label string) encoding.Encoding {
	if enc, ok := otherNames[label]; ok {
		return enc
	}
	if label == "" || label == "us-ascii" || label == "utf-8" || label == "utf8" {
		return nil
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	return enc
}

func decode(enc encoding.Encoding, raw []byte) string {
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(out)
}

func broken(s string) int { return strings.Count(s, "\uFFFD") * len("\uFFFD") }

// guess returns the decoding with the fewest invalid characters. Half-width katakana count against a decoding,
// since any bytes may look like them in Shift_JIS.
func guess(raw []byte) string {
	best, least := strings.ToValidUTF8(string(raw), "\uFFFD"), len(raw)+1
	for _, enc := range []encoding.Encoding{unicode.UTF8, japanese.ShiftJIS, japanese.EUCJP, charmap.Windows1252} {
		out := decode(enc, raw)
		bad := broken(out)
		for _, r := range out {
			switch {
			case r >= '\uFF61' && r <= '\uFF9F':
				bad++
			case r >= 0x80 && r < 0x100: // accented Latin letters count too: any bytes give some
				bad += 2
			}
		}
		if bad < least {
			best, least = out, bad
		}
	}
	return best
}

// wordReader decodes encoded words of a header.
func wordReader(label string, in io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxValue))
	if err != nil {
		return nil, err
	}
	return strings.NewReader(decodeText(raw, label)), nil
}

// unwide converts a text that a Windows editor saved in UTF-16 to UTF-8, and removes a byte order mark.
func unwide(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		if out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data); err == nil {
			return out
		}
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
}
