package bounce

import (
	"bytes"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"

	"example.org/todoku/checks/internal/pattern"
)

// Limits of a mail. What exceeds them is not read.
const (
	maxMail   = 2 << 20   // bytes of one mail
	maxText   = 512 << 10 // bytes of one part
	maxParts  = 100
	maxDepth  = 8
	maxBudget = 2 << 20 // bytes of all parts together
)

// part is one leaf of a mail: a text, a report, or another mail.
type part struct {
	kind string // media type, in lower case
	head fields
	text string // decoded
	mail *opened
}

// opened is a parsed mail. A text without a header has no head and is one part.
type opened struct {
	head  fields
	kind  string // the mail's own media type
	parts []part
}

// opener parses a mail within limits.
type opener struct {
	parts, budget int
	cut           bool
}

// open parses a text that may be a mail.
func open(data []byte) (*opened, bool) {
	o := &opener{parts: maxParts, budget: maxBudget}
	if len(data) > maxMail {
		data, o.cut = data[:maxMail], true
	}
	return o.mail(tidy(data), 0), o.cut
}

var (
	mboxLine = pattern.New(`^From [^\n]*\n`)
	// boundaryLine is the beginning of a part, in a paste that begins inside a mail.
	boundaryLine = pattern.New(`(?mi)^--([^\s-][^\r\n]{0,80}?|-{2,}[^\r\n]{3,80}?)[ \t]*\r?\nContent-(?:Type|Description|Transfer-Encoding|Disposition|ID)[ \t]*:`)
	// unfolded is a Content-Type whose continuation line lost its indentation.
	unfolded = pattern.New(`(?mi)^(Content-Type:[^\n]*;[ \t]*)\n((?:boundary|charset|name|report-type)=)`)
	htmlSign = pattern.New(`(?i)</(?:p|div|td|html|body|span|pre|table)>|<br\s*/?>`)
)

// tidy removes what may surround a mail: a byte order mark, an mbox separator, blank lines, quotation marks.
func tidy(data []byte) []byte {
	data = unwide(data)
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	data = unfolded.ReplaceAll(clip(data, maxMail), []byte("$1\n $2"))
	data = unblank(data)
	if m := mboxLine.Find(clip(data, 1024)); m != nil {
		data = unblank(data[len(m):])
	}
	for range 3 {
		next, quoted := unquote(data)
		if !quoted {
			break
		}
		data = next
	}
	return dedent(data)
}

// unblank removes blank lines at the beginning: Gmail's page of a mail's source begins with one.
func unblank(data []byte) []byte {
	for {
		line, rest, more := bytes.Cut(data, []byte("\n"))
		if !more || len(bytes.Trim(line, " \t\x00")) > 0 {
			return bytes.TrimLeft(data, "\x00")
		}
		data = rest
	}
}

// dedent removes the common indentation of a paste's header lines, since an indented line would count as a
// continuation.
func dedent(data []byte) []byte {
	body := bytes.TrimLeft(data, " \t")
	indent := data[:len(data)-len(body)]
	if len(indent) == 0 || !fieldLine.Match(clip(body, 128)) {
		return data
	}
	return bytes.ReplaceAll(body, append([]byte("\n"), indent...), []byte("\n"))
}

// unquote removes one level of "> " if nearly all lines have it.
func unquote(data []byte) ([]byte, bool) {
	lines, quoted := 0, 0
	for _, l := range bytes.Split(clip(data, 64<<10), []byte("\n")) {
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		lines++
		if l[0] == '>' || l[0] == '|' {
			quoted++
		}
	}
	if lines == 0 || quoted*10 < lines*8 {
		return data, false
	}
	var out bytes.Buffer
	for _, l := range bytes.Split(data, []byte("\n")) {
		if len(l) > 0 && (l[0] == '>' || l[0] == '|') {
			l = bytes.TrimPrefix(l[1:], []byte(" "))
		}
		out.Write(l)
		out.WriteByte('\n')
	}
	return out.Bytes(), true
}

// mail parses a mail, or a text that is none.
func (o *opener) mail(data []byte, depth int) *opened {
	head, body := readFields(data)
	if !head.isMail() {
		return o.loose(data, depth)
	}
	m := &opened{head: head, kind: mediaType(head)}
	m.parts = o.entity(head, body, depth)
	return m
}

// loose parses a text without a header. A paste may begin inside a multipart mail.
func (o *opener) loose(data []byte, depth int) *opened {
	if b := boundaryLine.FindSubmatchIndex(clip(data, maxText)); b != nil && depth < maxDepth {
		before, boundary := data[:b[0]], string(data[b[2]:b[3]])
		head := fields{{"content-type", `multipart/mixed; boundary="` + strings.ReplaceAll(boundary, `"`, "") + `"`}}
		parts := o.entity(head, data[b[0]:], depth)
		if len(bytes.TrimSpace(before)) > 0 {
			parts = append([]part{{kind: "text/plain", text: o.take(decodeText(clip(before, maxText), ""))}}, parts...)
		}
		return &opened{parts: parts}
	}
	kind := "text/plain"
	if htmlSign.Match(clip(data, maxText)) {
		kind = "text/html"
	}
	return &opened{parts: []part{{kind: kind, text: o.take(decodeText(clip(data, maxText), ""))}}}
}

// take counts a text against the budget.
func (o *opener) take(s string) string {
	if len(s) > o.budget {
		s, o.cut = strings.ToValidUTF8(s[:o.budget], ""), true
	}
	o.budget -= len(s)
	return s
}

// entity returns the leaves of one entity (RFC 2045).
func (o *opener) entity(head fields, body []byte, depth int) []part {
	if o.parts <= 0 || depth > maxDepth {
		o.cut = true
		return nil
	}
	o.parts--
	kind := mediaType(head)
	if strings.HasPrefix(kind, "multipart/") {
		if parts := o.multipart(head, body, depth); len(parts) > 0 {
			return parts
		}
		kind = "text/plain"
	}
	switch {
	case carriesMail(kind, head):
		return []part{{kind: kind, head: head, mail: o.inner(o.decoded(head, body), depth+1)}}
	case strings.HasPrefix(kind, "message/"), strings.HasPrefix(kind, "text/"):
		return []part{{kind: kind, head: head, text: o.take(decodeText(o.decoded(head, body), param(head, "charset")))}}
	}
	return []part{{kind: kind, head: head}}
}

// inner parses a mail inside a mail. It has a header, however short.
func (o *opener) inner(data []byte, depth int) *opened {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = unblank(data)
	if m := mboxLine.Find(clip(data, 1024)); m != nil {
		data = data[len(m):]
	}
	head, body := readFields(data)
	m := &opened{head: head, kind: mediaType(head)}
	m.parts = o.entity(head, body, depth)
	return m
}

// carriesMail reports whether a part is another mail, or the header of one.
func carriesMail(kind string, head fields) bool {
	switch kind {
	case "message/rfc822", "message/global", "message/rfc822-headers", "message/global-headers", "text/rfc822-headers", "text/rfc822-header",
		"message/news", "text/rfc822":
		return true
	case "application/octet-stream":
		return strings.HasSuffix(strings.ToLower(param(head, "name")), ".eml")
	}
	return false
}

// multipart returns the leaves of all parts. If the mail is cut off, it keeps the parts that are there.
func (o *opener) multipart(head fields, body []byte, depth int) []part {
	boundary := param(head, "boundary")
	if boundary == "" {
		return nil
	}
	e := entityOf("multipart/mixed", boundary, "", body)
	if e == nil {
		return nil
	}
	mr := e.MultipartReader()
	var out []part
	for o.parts > 0 {
		p, err := mr.NextPart()
		if p == nil {
			if err != io.EOF {
				o.cut = true
			}
			break
		}
		raw, err := io.ReadAll(io.LimitReader(p.Body, int64(maxMail)))
		if err != nil {
			o.cut = true
		}
		// Take the part's fields undecoded: message.New would decode the body, which is done below.
		out = append(out, o.entity(fieldsOf(p.Header), raw, depth+1)...)
	}
	return out
}

// entityOf lets go-message decode transfer encodings and find parts. Charsets are not passed on, since labels are
// often wrong.
func entityOf(kind, boundary, encoding string, body []byte) *message.Entity {
	var h message.Header
	params := map[string]string{}
	if boundary != "" {
		params["boundary"] = boundary
	}
	h.SetContentType(kind, params)
	if encoding != "" {
		h.Set("Content-Transfer-Encoding", encoding)
	}
	e, _ := message.New(h, bytes.NewReader(body))
	return e
}

// fieldsOf returns the fields that go-message parsed. The body is already decoded, so Content-Transfer-Encoding is left
// out.
func fieldsOf(h message.Header) fields {
	var out fields
	for f := h.Fields(); f.Next() && len(out) < maxFields; {
		name := strings.ToLower(f.Key())
		if name == "content-transfer-encoding" && !strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "multipart/") {
			continue
		}
		out = append(out, field{name, strings.TrimSpace(f.Value())})
	}
	return out
}

// decoded undoes the transfer encoding; of broken encoded text it returns what could be decoded.
func (o *opener) decoded(head fields, body []byte) []byte {
	encoding := strings.ToLower(strings.TrimSpace(head.get("content-transfer-encoding")))
	if encoding == "" || encoding == "7bit" || encoding == "8bit" || encoding == "binary" {
		return clip(body, maxMail)
	}
	e := entityOf("application/octet-stream", "", encoding, body)
	if e == nil {
		return clip(body, maxMail)
	}
	raw, err := io.ReadAll(io.LimitReader(e.Body, maxMail))
	if err != nil {
		o.cut = true
	}
	return raw
}

// mediaType returns an entity's media type in lower case; text/plain is the default (RFC 2045 section 5.2).
func mediaType(head fields) string {
	kind, _, _ := strings.Cut(head.get("content-type"), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !strings.Contains(kind, "/") {
		return "text/plain"
	}
	return kind
}

var paramForm = pattern.New(`(?i);\s*([a-z*0-9-]+)\s*=\s*(?:"([^"]*)"|([^;\s]+))`)

// param returns a parameter of Content-Type, even if the standard library refuses the field for another fault in it.
func param(head fields, name string) string {
	value := head.get("content-type")
	if _, params, err := mime.ParseMediaType(value); err == nil {
		return params[name]
	}
	for _, m := range paramForm.FindAllStringSubmatch(value, 20) {
		if strings.EqualFold(m[1], name) {
			return m[2] + m[3]
		}
	}
	return ""
}
