package document

import (
	"fmt"
	"html"
	"strings"
)

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
	b.WriteString("<table class=\"bars\" role=\"table\">\n<tbody role=\"rowgroup\">\n")
	for _, a := range x.amounts {
		note := ""
		if a.note != "" {
			note = "<small>" + esc(a.note) + "</small>"
		}
		fmt.Fprintf(b, "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">%s%s</th><td class=\"n\" role=\"cell\">%d</td><td class=\"bar\" aria-hidden=\"true\">", esc(a.text), note, a.n)
		for _, part := range []struct {
			class string
			n     int64
		}{{"pass", a.good}, {"fail", a.bad}} {
			if part.n > 0 {
				fmt.Fprintf(b, "<span class=\"%s\" style=\"width:max(2px,%.1f%%)\"></span>", part.class, share(part.n))
			}
		}
		fmt.Fprintf(b, "</td><td class=\"after\" role=\"cell\">%s</td></tr>\n", esc(a.after))
	}
	b.WriteString("</tbody></table>\n")
}
