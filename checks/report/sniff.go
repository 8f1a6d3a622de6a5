package report

import (
	"bytes"

	"example.org/todoku/checks/internal/pattern"
)

// kind is the type of a file or part, detected from its content.
type kind uint8

const (
	isOther kind = iota
	isEmpty
	isXML
	isUTF16
	isGzip
	isBzip2
	isZip
	isTar
	isJSON
	isMbox
	isMail
	isBase64
	isOtherArchive
	isOutlook
	isFailure
)

// sniffed is how many bytes are inspected.
const sniffed = 4096

var (
	mboxLine   = pattern.New(`^From [^\n]*[0-9][0-9]:[0-9][0-9]`)
	headerLine = pattern.New(`^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t\r\n]`)
	// failureText matches the beginning of failure reports that some receivers write as plain text, without the parts of
	// RFC 6591.
	failureText = pattern.New(`^A message claiming to be from you has failed the published DMARC\s+policy`)
	base64Line  = pattern.New(`^(?:H4sI|UEsDB|PD94bWwg|PGZlZWRi|77u/PD94)[A-Za-z0-9+/=\r\n]*$`)
)

// magic are the signatures of packed files.
var magic = []struct {
	opening string
	is      kind
}{
	{"\x1f\x8b", isGzip}, {"PK\x03\x04", isZip}, {"PK\x05\x06", isZip}, {"PK\x07\x08PK\x03\x04", isZip}, {"BZh", isBzip2},
	{"Rar!\x1a\x07", isOtherArchive}, {"7z\xbc\xaf\x27\x1c", isOtherArchive}, {"\xfd7zXZ\x00", isOtherArchive}, {"\x28\xb5\x2f\xfd", isOtherArchive},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", isOutlook},
	{"\xff\xfe<\x00", isUTF16}, {"\xfe\xff\x00<", isUTF16}, {"<\x00?\x00", isUTF16}, {"\x00<\x00?", isUTF16},
}

// kindOf returns the type of content that begins with these bytes.
func kindOf(b []byte) kind {
	for _, m := range magic {
		if bytes.HasPrefix(b, []byte(m.opening)) {
			return m.is
		}
	}
	if len(b) > 262 && string(b[257:262]) == "ustar" {
		return isTar
	}
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n\x00")
	switch {
	case len(b) == 0:
		return isEmpty
	case b[0] == '<':
		return isXML
	case b[0] == '{' || b[0] == '[':
		return isJSON
	case mboxLine.Match(b):
		return isMbox
	case base64Line.Match(b):
		return isBase64
	case failureText.Match(b):
		return isFailure
	case headerLine.Match(b):
		return isMail
	case bytes.Contains(b, []byte("<feedback")) || bytes.Contains(b, []byte("<?xml")):
		return isXML // after a few words of text
	}
	return isOther
}
