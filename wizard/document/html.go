package document

import (
	"fmt"
	"html"
	"strings"

	"example.org/todoku/i18n"
)

// htmlHead begins a page: one file that loads nothing from elsewhere and prints well. Pass and fail differ in
// brightness and pattern too, so that they can be told apart without colours.
const htmlHead = `<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>%s</title>
<style>
body { font: 16px/1.6 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2rem; border-bottom: 1px solid #ccc } h3 { font-size: 1.05rem }
table { border-collapse: collapse; width: 100%%; margin: .5rem 0 } th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #ddd }
th { font-weight: 600; width: 12rem } td, pre { overflow-wrap: anywhere } td.n { text-align: right; white-space: nowrap }
pre { background: #f4f4f4; padding: .6rem; white-space: pre-wrap }
td.bar { width: 40%%; white-space: nowrap; font-size: 0 } .pass, .fail { display: inline-block; height: .9rem; vertical-align: middle }
.pass { background: #17663a } .fail { background: repeating-linear-gradient(45deg, #c33, #c33 3px, #fff 3px, #fff 6px) }
small { color: #555; display: block }
@media print { body { margin: 0; max-width: none } h2, h3 { break-after: avoid } tr, pre { break-inside: avoid } .pass, .fail { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style>
</head>
<body>
`

// htmlPage writes the document as an HTML page. Every text is escaped.
func htmlPage(doc []block, lang i18n.Lang) []byte {
	title := ""
	if len(doc) > 0 && doc[0].kind == heading {
		title = doc[0].text
	}
	var b strings.Builder
	fmt.Fprintf(&b, htmlHead, html.EscapeString(string(lang)), html.EscapeString(title))
	for _, x := range doc {
		x.html(&b)
	}
	b.WriteString("</body>\n</html>\n")
	return []byte(b.String())
}

// html writes a block.
func (x block) html(b *strings.Builder) {
	esc := html.EscapeString
	switch x.kind {
	case heading:
		fmt.Fprintf(b, "<h%d>%s</h%[1]d>\n", x.level, esc(x.text))
	case paragraph:
		fmt.Fprintf(b, "<p>%s</p>\n", esc(x.text))
	case bullets:
		b.WriteString("<ul>\n")
		for _, item := range x.items {
			fmt.Fprintf(b, "<li>%s</li>\n", esc(item))
		}
		b.WriteString("</ul>\n")
	case table:
		b.WriteString("<table>\n")
		for i, r := range x.rows {
			value := esc(r[1])
			if i < len(x.code) && x.code[i] {
				value = "<code>" + value + "</code>"
			}
			fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", esc(r[0]), value)
		}
		b.WriteString("</table>\n")
	case chart:
		x.bars(b)
	case verbatim:
		fmt.Fprintf(b, "<pre>%s</pre>\n", esc(x.text))
	}
}

// bars draws amounts as a table. The numbers say everything; the bars are hidden from screen readers.
func (x block) bars(b *strings.Builder) {
	var most int64 = 1
	for _, a := range x.amounts {
		most = max(most, a.good+a.bad)
	}
	esc, share := html.EscapeString, func(n int64) float64 { return 100 * float64(n) / float64(most) }
	b.WriteString("<table>\n")
	for _, a := range x.amounts {
		note := ""
		if a.note != "" {
			note = "<small>" + esc(a.note) + "</small>"
		}
		fmt.Fprintf(b, "<tr><th scope=\"row\">%s%s</th><td class=\"n\">%d</td><td class=\"bar\" aria-hidden=\"true\">", esc(a.text), note, a.n)
		for _, part := range []struct {
			class string
			n     int64
		}{{"pass", a.good}, {"fail", a.bad}} {
			if part.n > 0 {
				fmt.Fprintf(b, "<span class=\"%s\" style=\"width:max(2px,%.1f%%)\"></span>", part.class, share(part.n))
			}
		}
		fmt.Fprintf(b, "</td><td>%s</td></tr>\n", esc(a.after))
	}
	b.WriteString("</table>\n")
}
