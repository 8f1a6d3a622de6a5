package input

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Paths parses names of files and folders, as they are typed and as terminals insert them on drag and drop: with
// quotes, with backslashes before blanks, or as a file: URI (RFC 8089). sure says that each begins as only a path does;
// otherwise the text may be something else.
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

// maxPaths is the longest text with paths in bytes: some hundred files dropped at once.
const maxPaths = 256 << 10

// path parses a file: URI, and reports whether a word begins as only a path does.
func path(w string) (string, bool) {
	low := strings.ToLower(w)
	if rest, ok := strings.CutPrefix(low, "file:"); ok {
		rest = w[len(w)-len(rest):]
		if after, ok := strings.CutPrefix(rest, "//"); ok { // with a host, which is this computer
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

// drive reports whether a text begins with a Windows drive.
func drive(s string) bool {
	return len(s) > 2 && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// pathWords splits a text as a shell would: at blanks and line ends outside quotes. A backslash escapes the next
// character, except in a Windows path.
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
