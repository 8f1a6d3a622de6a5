package bounce

import (
	"strings"

	"golang.org/x/net/html"
)

// blocks are the elements that begin a new line.
var blocks = map[string]bool{"p": true, "br": true, "div": true, "tr": true, "table": true, "li": true, "h1": true, "h2": true, "h3": true,
	"h4": true, "pre": true, "blockquote": true, "ul": true, "ol": true, "hr": true, "title": true, "dt": true, "dd": true}

// fromHTML returns the text of an HTML page. It keeps addresses in angle brackets, which are not elements.
func fromHTML(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	z.SetMaxBuf(64 << 10)
	var out strings.Builder
	hidden := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.ReplaceAll(out.String(), "\u00a0", " ")
		case html.TextToken:
			if hidden == "" {
				out.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			switch tag := string(name); {
			case strings.Contains(raw, "@") && !strings.ContainsAny(raw, "=\"'"):
				out.WriteString(raw)
			case tag == "style" || tag == "script" || tag == "head":
				hidden = tag
			case tag == "body":
				hidden = ""
			case blocks[tag]:
				out.WriteByte('\n')
			case tag == "td" || tag == "th":
				out.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := string(name)
			if tag == hidden {
				hidden = ""
			}
			if blocks[tag] {
				out.WriteByte('\n')
			}
		}
	}
}
