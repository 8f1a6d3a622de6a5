package dmarc

import (
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// start matches the beginning of a tag, whatever separates it from the one before and whether = or : follows.
var start = pattern.New(`(?i)(^|[\s;,])(v|p|sp|np|rua|ruf|fo|adkim|aspf|pct|rf|ri|t|psd)\s*[=:]`)

// Mend returns the record that was meant: look-alike characters and quotes become plain, separators and the version are
// corrected, and a report address after a semicolon joins the list. Unknown tags are lost. Parse says how receivers read
// the text as it is.
func Mend(txt string) Record {
	s := strings.NewReplacer(`"`, " ", `\`, "").Replace(plain(strings.ToValidUTF8(txt, "")))
	s = strings.Map(func(r rune) rune {
		if r >= 0x7f || r < ' ' && !strings.ContainsRune("\t\r\n", r) {
			return -1 // not allowed in a record
		}
		return r
	}, s)
	out := []string{"v=DMARC1"}
	tags := start.FindAllStringSubmatchIndex(s, -1)
	for i, m := range tags {
		end := len(s)
		if i+1 < len(tags) {
			end = tags[i+1][0]
		}
		name, value := strings.ToLower(s[m[4]:m[5]]), s[m[1]:end]
		switch name {
		case "v":
			continue
		case "rua", "ruf":
			var list []string
			for _, a := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n;,", r) }) {
				if a = strings.Trim(a, "'"); a != "" {
					list = append(list, a)
				}
			}
			value = strings.Join(list, ",")
		default:
			value, _, _ = strings.Cut(strings.TrimSpace(value), ";")
			value, _, _ = strings.Cut(value, ",")
			value = strings.Trim(strings.Join(strings.Fields(value), ""), "'")
		}
		out = append(out, name+"="+value)
	}
	return Parse(strings.Join(out, "; ")).Joined()
}
