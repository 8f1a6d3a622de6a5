package bounce

import (
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// Limits of what is read line by line.
const (
	maxLines      = 8000
	maxLine       = 4 << 10
	maxRecipients = 500
)

// limitLines splits a text into lines, limited in number and length.
func limitLines(text string) []string {
	var out []string
	for len(text) > 0 && len(out) < maxLines {
		line, rest, _ := strings.Cut(text, "\n")
		if len(line) > maxLine {
			line = strings.ToValidUTF8(line[:maxLine], "")
		}
		out = append(out, strings.TrimRight(line, " \t\r\u3000"))
		text = rest
	}
	return out
}

// mailbox is the pattern of an address in a text. The local part may be quoted, as old docomo addresses are, and
// neither part need be ASCII.
const mailbox = `(?:"[^"\s@]{1,64}"|[\pL\pN.!#$%&'*+/=?^_{|}~-]{1,80})@[\pL\pN](?:[\pL\pN_-]*[\pL\pN])?(?:\.[\pL\pN](?:[\pL\pN_-]*[\pL\pN])?)*`

var anyMailbox = pattern.New(mailbox)

// addressOf returns the address in a field or line: the one in angle brackets, else the last.
func addressOf(s string) string {
	if len(s) > maxLine {
		s = s[:maxLine]
	}
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		if m := anyMailbox.FindString(s[i:]); m != "" {
			return unstuck(m)
		}
	}
	all := anyMailbox.FindAllString(s, -1)
	if len(all) == 0 {
		return ""
	}
	return unstuck(all[len(all)-1])
}

// unstuck removes "to=", "mailto:", quotation marks and the like from an address.
func unstuck(s string) string {
	for _, p := range []string{"to=", "rfc822=", "orig_to=", "smtp:", "mailto:", "SMTP="} {
		s = strings.TrimPrefix(s, p)
	}
	return strings.Trim(s, "'`")
}

// addressesOf returns all addresses of a field, each once.
func addressesOf(s string) []string {
	if len(s) > maxValue {
		s = s[:maxValue]
	}
	var out []string
	seen := map[string]bool{}
	for _, m := range anyMailbox.FindAllString(s, maxRecipients) {
		if m = unstuck(m); !seen[strings.ToLower(m)] {
			seen[strings.ToLower(m)] = true
			out = append(out, m)
		}
	}
	return out
}

// same reports whether two addresses are probably one mailbox: ignoring case and "+" suffixes, and for Gmail its two
// domains and dots.
func same(a, b string) bool { return mailboxKey(a) == mailboxKey(b) }

func mailboxKey(s string) string {
	s = strings.ToLower(strings.Trim(s, "<> "))
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return s
	}
	local, domain := strings.Trim(s[:i], `"`), strings.TrimSuffix(s[i+1:], ".")
	if j := strings.IndexByte(local, '+'); j > 0 {
		local = local[:j]
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}
