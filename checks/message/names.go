package message

import (
	"slices"
	"strings"
)

// knownNames are the fields by which a header is recognised; proofs are those that nobody types by hand.
var (
	proofs = []string{"received", "dkim-signature", "authentication-results", "arc-seal", "arc-message-signature",
		"arc-authentication-results", "received-spf", "return-path", "x-received", "delivered-to", "message-id", "mime-version",
		"x-apparently-to", "x-originating-ip", "x-google-dkim-signature", "x-google-smtp-source", "x-ms-exchange-organization-authsource",
		"authentication-results-original", "x-original-to", "envelope-to", "x-gm-message-state", "x-forwarded-to", "x-forwarded-for"}
	plainNames = []string{"from", "to", "cc", "bcc", "subject", "date", "reply-to", "sender", "content-type", "content-transfer-encoding",
		"content-language", "content-disposition", "in-reply-to", "references", "list-id", "list-unsubscribe", "list-unsubscribe-post",
		"list-post", "list-help", "list-archive", "list-owner", "list-subscribe", "precedence", "x-mailer", "user-agent", "thread-topic",
		"thread-index", "importance", "x-priority", "feedback-id", "auto-submitted", "errors-to", "resent-from", "resent-to",
		"resent-date", "resent-message-id", "resent-sender", "domainkey-signature", "mailing-list", "organization"}
)

func isProof(key string) bool { return slices.Contains(proofs, key) }

func isKnown(key string) bool {
	return isProof(key) || slices.Contains(plainNames, key) || strings.HasPrefix(key, "x-") && len(key) > 3
}

// fieldName parses "Name:" at the beginning of a line. ok requires a name of letters, digits, '-', '_' and '.', as
// all names in use have; spaced says that a blank or nothing follows the colon.
func fieldName(line []byte) (name string, spaced, ok bool) {
	colon := -1
	for i, c := range line {
		if c == ':' {
			colon = i
			break
		}
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if i > 76 || !letter && (i == 0 || strings.IndexByte("0123456789-_. \t", c) < 0) {
			return "", false, false
		}
	}
	if colon < 1 {
		return "", false, false
	}
	name = strings.TrimRight(string(line[:colon]), " \t")
	rest := line[colon+1:]
	spaced = len(rest) == 0 || strings.IndexByte(" \t\r\n", rest[0]) >= 0
	return name, spaced, !strings.ContainsAny(name, " \t")
}

// rowName parses a row of a table: a known name followed by a tab or nothing.
func rowName(line []byte) (name, value string, ok bool) {
	name, value, _ = strings.Cut(strings.TrimRight(string(clip(line, 2048)), "\r\n"), "\t")
	name = strings.TrimSpace(name)
	return name, strings.TrimSpace(value), name != "" && !strings.ContainsAny(name, " :") && isKnown(strings.ToLower(name)) &&
		(strings.Contains(name, "-") || isProof(strings.ToLower(name)) || value != "")
}

func clip[T ~string | ~[]byte](s T, n int) T {
	if len(s) > n {
		return s[:n]
	}
	return s
}
