package bounce

import (
	"bytes"
	"mime"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// field is one header line, unfolded. The name is in lower case; the value is raw bytes.
type field struct{ name, value string }

type fields []field

// Limits of a header: what exceeds them is left out.
const (
	maxFields = 500
	maxValue  = 16 << 10
)

var fieldLine = pattern.New(`^([A-Za-z][A-Za-z0-9_-]{0,60})[ \t]*:`)

// get returns the value of the first field of that name.
func (f fields) get(name string) string {
	for _, x := range f {
		if x.name == name {
			return x.value
		}
	}
	return ""
}

func (f fields) has(name string) bool {
	return slices.ContainsFunc(f, func(x field) bool { return x.name == name })
}

// all returns the values of all fields of that name, in order.
func (f fields) all(name string) []string {
	var out []string
	for _, x := range f {
		if x.name == name {
			out = append(out, x.value)
		}
	}
	return out
}

// readFields parses the header at the beginning of a text and returns the rest. Unlike go-message and net/mail it
// tolerates lines that are not fields: up to two of them are skipped if fields follow, as in a header that a mail
// program or a person wrapped.
func readFields(data []byte) (out fields, rest []byte) {
	strange := 0
	var folded []byte // the value of the current field while its lines are read
	settle := func() {
		if len(folded) > 0 {
			out[len(out)-1].value, folded = string(folded), folded[:0]
		}
	}
	defer settle()
	add := func(line []byte) {
		if last := out[len(out)-1]; len(folded) == 0 {
			folded = append(folded, last.value...)
		}
		if len(folded) < maxValue {
			folded = append(append(folded, ' '), bytes.TrimSpace(clip(line, maxValue))...)
		}
	}
	for len(data) > 0 {
		line, after, _ := bytes.Cut(data, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if len(bytes.TrimSpace(line)) == 0 {
			return out, after
		}
		if len(out) > 0 && (line[0] == ' ' || line[0] == '\t') {
			add(line)
			data = after
			continue
		}
		m := fieldLine.FindSubmatch(clip(line, 128))
		switch {
		case m != nil && len(out) < maxFields:
			value := strings.TrimSpace(string(clip(line[len(m[0]):], maxValue)))
			settle()
			out = append(out, field{strings.ToLower(string(m[1])), value})
			strange = 0
		case m != nil: // too many fields
		case len(out) > 0 && strange < 2 && goesOn(after):
			strange++
			add(line)
		default:
			return out, data
		}
		data = after
	}
	return out, nil
}

// goesOn reports whether the next line is a usual mail header field.
func goesOn(data []byte) bool {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	m := fieldLine.FindSubmatch(clip(line, 128))
	return m != nil && slices.Contains(mailNames, strings.ToLower(string(m[1])))
}

func clip(b []byte, most int) []byte {
	if len(b) > most {
		return b[:most]
	}
	return b
}

// mailNames are the fields by which a mail's header is recognised; one alone is not enough, since "From: me" may be in
// any text.
var mailNames = []string{"from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "content-type",
	"dkim-signature", "authentication-results", "delivered-to", "arc-seal", "arc-authentication-results", "received-spf",
	"reply-to", "x-received", "x-failed-recipients", "arc-message-signature", "cc", "sender", "list-id", "x-mailer", "references",
	"in-reply-to", "x-originating-ip", "auto-submitted", "x-original-to", "content-transfer-encoding", "precedence"}

// proofNames are fields that nobody types by hand.
var proofNames = []string{"received", "dkim-signature", "authentication-results", "arc-seal", "return-path", "message-id", "x-received",
	"arc-authentication-results", "received-spf", "arc-message-signature", "delivered-to", "x-failed-recipients"}

// isMail reports whether the fields are those of a mail.
func (f fields) isMail() bool {
	known, proof := 0, 0
	for i, x := range f {
		if slices.ContainsFunc(f[:i], func(y field) bool { return y.name == x.name }) {
			continue
		}
		if slices.Contains(mailNames, x.name) {
			known++
		}
		if slices.Contains(proofNames, x.name) {
			proof++
		}
	}
	return known > 1 || proof > 0
}

// words decodes encoded words (RFC 2047) and raw Japanese bytes.
func words(value string) string {
	dec := mime.WordDecoder{CharsetReader: wordReader}
	out, err := dec.DecodeHeader(decodeText([]byte(value), ""))
	if err != nil {
		return decodeText([]byte(value), "")
	}
	return out
}
