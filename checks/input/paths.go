package input

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Paths reads the names of files and folders, as they are typed and as terminals write them where something is dropped on
// them: with quotes, with a backslash before blanks, or as a file: URI (RFC 8089). sure says that each begins as only a
// path does; without it the text may as well be something else.
func Paths(text string) (paths []string, sure bool) {
	text = strings.TrimSpace(text)
	text = strings.TrimPrefix(text, "& ") // PowerShell, before a quoted path
	if text == "" || len(text) > maxPaths || !utf8.ValidString(text) {
		return nil, false
	}
	sure = true
	for _, w := range pathWords(text) {
		p, known := path(w)
		sure = sure && known
		paths = append(paths, p)
	}
	return paths, sure && len(paths) > 0
}

// maxPaths is how long a text with paths may be, in bytes: some hundred files dropped at once.
const maxPaths = 256 << 10

// path takes a URI apart, and says whether a word begins as only a path does.
func path(w string) (string, bool) {
	low := strings.ToLower(w)
	if rest, ok := strings.CutPrefix(low, "file:"); ok {
		rest = w[len(w)-len(rest):]
		if after, ok := strings.CutPrefix(rest, "//"); ok { // with a host, which is this machine
			if i := strings.IndexByte(after, '/'); i >= 0 {
				rest = after[i:]
			}
		}
		if plain, err := url.PathUnescape(rest); err == nil {
			rest = plain
		}
		if len(rest) > 2 && rest[0] == '/' && drive(rest[1:]) {
			rest = rest[1:]
		}
		return rest, true
	}
	for _, begin := range []string{"/", "~/", "./", "../", `.\`, `..\`, `\\`} {
		if strings.HasPrefix(w, begin) {
			return w, !strings.HasPrefix(w, "//")
		}
	}
	return w, drive(w)
}

// drive reports whether a text begins with a drive of Windows.
func drive(s string) bool {
	return len(s) > 2 && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// pathWords splits a text as a shell would: at blanks and ends of lines outside quotes. A backslash takes its meaning from
// the letter behind it, but not where the path is one of Windows.
func pathWords(text string) []string {
	windows := drive(strings.TrimLeft(text, `"'`)) || strings.HasPrefix(strings.TrimLeft(text, `"'`), `\\`)
	var out []string
	var word strings.Builder
	begun := false
	var quote rune
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'' && !windows:
			escaped, begun = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u3000'):
			if begun {
				out = append(out, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		out = append(out, word.String())
	}
	return out
}
