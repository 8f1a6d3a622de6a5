// Package taglist parses the tag=value lists of DKIM (RFC 6376 section 3.2) and DMARC records. It reports what is
// malformed and continues, so that all mistakes can be shown at once.
package taglist

import "strings"

// Tag is one tag as written, without the white space around name and value.
type Tag struct {
	Name, Value string
	Start, End  int // byte positions of the whole tag
	ValueStart  int // byte position of the value
}

// Fault is one syntax error.
type Fault struct {
	Code       string // one of the constants below
	Text       string
	Start, End int
}

// The faults.
const (
	EmptyTag  = "empty-tag" // two semicolons with nothing between
	NoEquals  = "no-equals"
	BadName   = "bad-name"
	Duplicate = "duplicate-tag"
)

// space is FWS of RFC 6376 section 2.8 in text whose lines are joined.
const space = " \t\r\n"

// Parse splits s into its tags. A final semicolon is allowed. A part without an equals sign is a fault and not a tag. All
// tags of the same name are returned.
func Parse(s string) (tags []Tag, faults []Fault) {
	seen := map[string]bool{}
	for start := 0; start <= len(s); {
		end := len(s)
		if i := strings.IndexByte(s[start:], ';'); i >= 0 {
			end = start + i
		}
		a, b := trim(s, start, end)
		last := end == len(s)
		switch eq := strings.IndexByte(s[a:b], '='); {
		case a == b && last:
		case a == b:
			faults = append(faults, Fault{EmptyTag, "", start, end})
		case eq < 0:
			faults = append(faults, Fault{NoEquals, s[a:b], a, b})
		default:
			_, n := trim(s, a, a+eq)
			v, _ := trim(s, a+eq+1, b)
			t := Tag{Name: s[a:n], Value: s[v:b], Start: a, End: b, ValueStart: v}
			if !NameOK(t.Name) {
				faults = append(faults, Fault{BadName, t.Name, a, n})
			}
			if k := strings.ToLower(t.Name); seen[k] {
				faults = append(faults, Fault{Duplicate, t.Name, a, b})
			} else {
				seen[k] = true
			}
			tags = append(tags, t)
		}
		start = end + 1
	}
	return tags, faults
}

// trim returns the bounds of s[a:b] without surrounding white space.
func trim(s string, a, b int) (int, int) {
	for a < b && strings.IndexByte(space, s[a]) >= 0 {
		a++
	}
	for b > a && strings.IndexByte(space, s[b-1]) >= 0 {
		b--
	}
	return a, b
}

// NameOK reports whether n is a valid tag name: ALPHA *ALNUMPUNC (RFC 6376 section 3.2).
func NameOK(n string) bool {
	for i, c := range []byte(n) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return n != ""
}
