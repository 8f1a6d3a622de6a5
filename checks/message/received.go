package message

import (
	"net/netip"
	"strings"
	"time"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

// word is one word of a Received field outside comments, with the comments that follow it.
type word struct {
	text     string
	comments []string
}

// words splits a Received field (RFC 5321 section 4.4) into words and their comments.
func words(v string) []word {
	var out []word
	for i := 0; i < len(v) && len(out) < 200; {
		switch c := v[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '(':
			text, n := comment(v[i:])
			i += n
			if len(out) > 0 {
				last := &out[len(out)-1]
				last.comments = append(last.comments, text)
			} else {
				out = append(out, word{comments: []string{text}})
			}
		default:
			n := strings.IndexAny(v[i:], " \t(")
			if n < 0 {
				n = len(v) - i
			}
			out = append(out, word{text: v[i : i+n]})
			i += max(n, 1)
		}
	}
	return out
}

// maxComment limits comments and quoted strings, so that searching for a missing end does not take long.
const maxComment = 2000

// comment parses a comment (RFC 5322 section 3.2.2) with nested ones; n is its length in bytes. If it does not end, n
// is 1.
func comment(s string) (text string, n int) {
	depth := 0
	for i := 0; i < min(len(s), maxComment); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[1:i], i + 1
			}
		}
	}
	return "", 1
}

// helo matches how servers write the client's HELO name: Exim's helo=, qmail's HELO, EHLO.
var (
	helo     = pattern.New(`(?i)\b(?:helo|ehlo)[= ]\[?([^\s\])]+)`)
	sentBy   = pattern.New(`(?i)envelope-(?:from|sender)[ =:]*<?([^\s<>()]*)>?`)
	literal  = pattern.New(`(?i)\[(?:ipv6:)?([0-9a-f.:]+)\]`)
	bareIP   = pattern.New(`(?i)(?:^|[\s@=,])(?:ipv6:)?((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3})?)(?:$|[\s,;:)])`)
	hostName = pattern.New(`^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)+\.?$`)
)

// hop parses one Received field.
func hop(field int, v string) Hop {
	h := Hop{Field: field, At: lastDate(v)}
	if m := sentBy.FindStringSubmatch(v); m != nil {
		h.MailFrom = mailbox(m[1])
	}
	list := words(clip(v, 4<<10))
	for i, w := range list {
		next := word{}
		if i+1 < len(list) {
			next = list[i+1]
		}
		switch strings.ToLower(w.text) {
		case "from":
			if h.Helo == "" && h.By == "" {
				h.client(next)
			}
		case "by":
			if h.By == "" {
				h.By = strings.ToLower(strings.Trim(snapshot.Printable(clip(next.text, 255)), ".;<>[]"))
			}
		case "with", "via":
			if h.With == "" {
				h.With = snapshot.Printable(clip(strings.Trim(next.text, ";"), 60))
			}
		case "for":
			if h.For == "" {
				h.For = mailbox(strings.TrimRight(next.text, ";"))
			}
		}
	}
	return h
}

// client parses what follows "from": the client's own name, and in comments what the server saw.
func (h *Hop) client(w word) {
	name := strings.TrimRight(snapshot.Printable(clip(w.text, 255)), ";")
	h.Helo = strings.Trim(name, "[]")
	all := strings.Join(w.comments, " ")
	h.IP = seenIP(w.comments)
	if !h.IP.IsValid() {
		h.IP, _ = parseIP(h.Helo)
	}
	if m := helo.FindStringSubmatch(all); m != nil {
		// Then the word before is what the server found, not what the client said.
		h.Name = host(name)
		h.Helo = snapshot.Printable(clip(m[1], 255))
	}
	for _, c := range w.comments {
		for _, f := range strings.Fields(c) {
			if h.Name == "" && !helo.MatchString(c) {
				h.Name = host(f)
			}
		}
	}
}

// host returns a host name in lower case; "" if the word is none.
func host(word string) string {
	if _, isIP := parseIP(word); isIP || !hostName.MatchString(word) {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(word), ".")
}

// seenIP returns the address in a server's comments; one in brackets is preferred.
func seenIP(comments []string) netip.Addr {
	for _, re := range []*pattern.Pattern{literal, bareIP} {
		for _, c := range comments {
			if m := re.FindStringSubmatch(c); m != nil {
				if ip, ok := parseIP(m[1]); ok {
					return ip
				}
			}
		}
	}
	return netip.Addr{}
}

func parseIP(s string) (netip.Addr, bool) {
	s = strings.Trim(s, "[]<>;,\"'")
	if len(s) > 5 && strings.EqualFold(s[:5], "ipv6:") {
		s = s[5:]
	}
	ip, err := netip.ParseAddr(s)
	return ip.Unmap().WithZone(""), err == nil
}

// dateForms are the formats of RFC 5322 sections 3.3 and 4.3, after the weekday, comments and double blanks are
// removed.
var dateForms = []string{"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05", "2 Jan 06 15:04:05 -0700",
	"2 Jan 06 15:04:05 MST"}

// lastDate returns the time at the end of a Received field; zero if there is none.
func lastDate(v string) time.Time {
	if i := strings.LastIndexByte(v, ';'); i >= 0 {
		if t := date(v[i+1:]); !t.IsZero() {
			return t
		}
		// Postfix may write text after the time.
		if j := strings.LastIndexByte(v[:i], ';'); j >= 0 {
			return date(v[j+1 : i])
		}
	}
	return time.Time{}
}

func date(v string) time.Time {
	v = strings.Join(strings.Fields(bare(clip(v, 200))), " ")
	if day, rest, ok := strings.Cut(v, ","); ok && len(strings.TrimSpace(day)) <= 9 {
		v = strings.TrimSpace(rest)
	} else if f := strings.Fields(v); len(f) > 4 && len(f[0]) == 3 {
		v = strings.Join(f[1:], " ")
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, v); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
