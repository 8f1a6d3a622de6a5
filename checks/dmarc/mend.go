package dmarc

import (
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// start finds where a tag begins, whatever stands in place of the semicolon before it and the equals sign behind it.
var start = pattern.New(`(?i)(^|[\s;,])(v|p|sp|np|rua|ruf|fo|adkim|aspf|pct|rf|ri|t|psd)\s*[=:]`)

// Mend reads what was meant: foreign letters and quotes are made plain, separators and the version are put right, and a
// report address behind a semicolon joins the list. Tags that nobody knows are lost. What receivers make of the text as
// it stands is for Parse to say.
func Mend(txt string) Record {
	s := strings.NewReplacer(`"`, " ", `\`, "").Replace(plain(strings.ToValidUTF8(txt, "")))
	s = strings.Map(func(r rune) rune {
		if r >= 0x7f || r < ' ' && !strings.ContainsRune("\t\r\n", r) {
			return -1 // no record can hold it
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
