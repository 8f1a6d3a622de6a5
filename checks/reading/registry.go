package reading

import "strings"

// Registry reports whether a TXT record is the note that a program such as external-dns keeps at the name of each record
// that it manages. Without the note it no longer changes that record, so nobody should simply delete it.
func Registry(text string) bool {
	return strings.HasPrefix(strings.ToLower(strings.Trim(text, `" `)), "heritage=")
}
