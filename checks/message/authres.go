package message

import (
	"strconv"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// claimFields are the header fields with authentication results, in the syntax of RFC 8601.
var claimFields = []string{"authentication-results", "arc-authentication-results", "authentication-results-original",
	"x-original-authentication-results", "x-ms-exchange-authentication-results", "x-authentication-results"}

// authenticationResults parses one field (RFC 8601 section 2.2) leniently: without an authserv-id, with
// semicolons in a reason, with comments attached to a result.
func authenticationResults(f Field) []Claim {
	var out []Claim
	by, instance := "", 0
	for i, part := range sections(f.Value) {
		t := lex(part)
		if len(t) == 0 {
			continue
		}
		head := t[0]
		if head.key == "i" && f.key == "arc-authentication-results" {
			instance, _ = strconv.Atoi(head.text)
			continue
		}
		if head.key == "" {
			if t = served(t, &by, len(out) == 0 && (i == 0 || instance > 0)); t == nil {
				continue
			}
		}
		c := claim(t)
		if c.Method == "" || c.Method == "from" { // Yahoo once wrote from= before its results
			continue
		}
		c.Header, c.By, c.Instance = f.Name, by, instance
		out = append(out, c)
	}
	for i := range out {
		out[i].By = by
	}
	return out
}

// served takes the authserv-id from a section that begins with a bare word. It is the first word of the field;
// Microsoft writes it after the first result. It returns the rest, a result after a missing semicolon; nil for none.
func served(t []lexeme, by *string, first bool) []lexeme {
	word := strings.ToLower(snapshot.Printable(clip(t[0].text, 255)))
	switch {
	case *by != "":
		return nil
	case first:
		*by = word
	case len(t) == 1 && hostName.MatchString(word):
		*by = word
		return nil
	default:
		return nil
	}
	for n := 1; n <= 2 && n < len(t); n++ { // after the ID or its version
		if t[n].key != "" {
			return t[n:]
		}
	}
	return nil
}

// claim parses method=result with its properties.
func claim(t []lexeme) Claim {
	method, _, _ := strings.Cut(t[0].key, "/") // a method's version
	c := Claim{Method: method, Result: strings.ToLower(t[0].text), Properties: map[string]string{}, Hop: -1}
	for i, x := range t {
		if x.comment != "" {
			c.Comment = strings.TrimSpace(c.Comment + " " + x.comment)
		}
		switch {
		case i == 0 || x.key == "":
		case x.key == "reason":
			c.Reason = x.text
		default:
			if _, twice := c.Properties[x.key]; !twice && len(c.Properties) < 40 {
				c.Properties[x.key] = x.text
			}
		}
	}
	c.Result, c.Method = snapshot.Printable(clip(c.Result, 60)), snapshot.Printable(clip(c.Method, 60))
	c.Comment, c.Reason = snapshot.Printable(clip(c.Comment, 500)), snapshot.Printable(clip(c.Reason, 500))
	return c
}

// lexeme is "key=text" or a bare text, with the comments that follow it.
type lexeme struct {
	key, text, comment string
}

// sections splits at semicolons outside quotes and comments.
func sections(v string) []string {
	var out []string
	from := 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '"':
			if n := quoted(v[i:]); n > 0 {
				i += n - 1
			}
		case '(':
			if _, n := comment(v[i:]); n > 1 {
				i += n - 1
			}
		case ';':
			out = append(out, v[from:i])
			from = i + 1
		}
		if len(out) > 300 {
			return out
		}
	}
	return append(out, v[from:])
}

// quoted returns the length of a quoted string; 0 if it does not end.
func quoted(s string) int {
	for i := 1; i < min(len(s), maxComment); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// lex splits a section into lexemes.
func lex(s string) []lexeme {
	var out []lexeme
	for i := 0; i < len(s) && len(out) < 100; {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '(':
			text, n := comment(s[i:])
			i += n
			if len(out) > 0 {
				last := &out[len(out)-1]
				last.comment = strings.TrimSpace(last.comment + " " + text)
			}
		default:
			x, n := pair(s[i:])
			i += max(n, 1)
			out = append(out, x)
		}
	}
	return out
}

// pair parses "key = value" or a bare value. White space and comments may surround the equals sign, and in the key a
// dot and a slash.
func pair(s string) (x lexeme, n int) {
	text, n := atom(s, true)
	k := skipBlanks(s[n:])
	for k > 0 && n+k < len(s) && (s[n+k] == '/' || s[n+k] == '.') {
		sign := s[n+k : n+k+1]
		n += k + 1
		n += skipBlanks(s[n:])
		more, m := atom(s[n:], true)
		text, n = text+sign+more, n+m
		k = skipBlanks(s[n:])
	}
	rest := s[n:]
	if k >= len(rest) || rest[k] != '=' || text == "" {
		return lexeme{text: text}, max(n, 1)
	}
	k++
	k += skipBlanks(rest[k:])
	value, m := atom(rest[k:], false)
	return lexeme{key: snapshot.Printable(strings.ToLower(clip(text, 100))), text: snapshot.Printable(clip(value, 1000))}, n + k + m
}

// skipBlanks returns the length of white space and comments.
func skipBlanks(s string) int {
	for i := 0; ; {
		switch {
		case i < len(s) && (s[i] == ' ' || s[i] == '\t'):
			i++
		case i < len(s) && s[i] == '(':
			_, n := comment(s[i:])
			if n == 1 {
				return i
			}
			i += n
		default:
			return i
		}
	}
}

// atom parses a word, which may be partly quoted. A key ends at an equals sign; a value does not, since addresses may
// contain one.
func atom(s string, key bool) (text string, n int) {
	var b strings.Builder
	for n < len(s) {
		c := s[n]
		switch {
		case c == '"':
			if m := quoted(s[n:]); m > 0 {
				b.WriteString(unquote(s[n+1 : n+m-1]))
				n += m
				continue
			}
		case c == ' ' || c == '\t' || c == '(' || key && c == '=':
			return b.String(), n
		}
		b.WriteByte(c)
		n++
	}
	return b.String(), n
}

func unquote(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// receivedSPF parses a Received-SPF field (RFC 7208 section 9.1).
func receivedSPF(f Field) (Claim, bool) {
	v := clip(f.Value, 8<<10)
	result, n := atom(v, false)
	c := Claim{Header: f.Name, Method: "spf", Result: strings.ToLower(snapshot.Printable(clip(result, 60))), Properties: map[string]string{}, Hop: -1}
	rest := strings.TrimLeft(v[n:], " \t")
	if strings.HasPrefix(rest, "(") {
		text, m := comment(rest)
		c.Comment = snapshot.Printable(clip(text, 500))
		rest = rest[m:]
		if host, _, ok := strings.Cut(text, ": "); ok && hostName.MatchString(host) {
			c.By = strings.ToLower(host)
		}
	}
	for _, part := range sections(rest) {
		for _, x := range lex(part) {
			if x.key != "" && len(c.Properties) < 40 {
				c.Properties[x.key] = strings.Trim(x.text, "<>")
			}
		}
	}
	if r := c.Properties["receiver"]; r != "" && c.By == "" {
		c.By = strings.ToLower(r)
	}
	return c, c.Result != ""
}
