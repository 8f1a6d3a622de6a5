package message

import (
	_ "embed"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

//go:embed pages.toml
var pagesFile string

// page is a web mailer's view, with the lines by which it is recognised.
type page struct {
	ID      string              `toml:"id"`
	Sources []string            `toml:"sources"`
	Titles  []string            `toml:"titles"`
	Buttons []string            `toml:"buttons"`
	Rows    map[string][]string `toml:"rows"`
}

var pages = sync.OnceValue(func() []page {
	var file struct {
		Page []page `toml:"page"`
	}
	if err := toml.Unmarshal([]byte(pagesFile), &file); err != nil {
		panic(err)
	}
	return file.Page
})

// preamble is the largest number of lines before the source on a page.
const preamble = 60

// look recognises a page by the lines before the source, and returns where these end and what its table says.
func look(lines []string) (view string, end int, sum Summary) {
	best := 0
	for _, p := range pages() {
		if last, rows, score := p.find(lines); score > best {
			best, view, end, sum = score, p.ID, last+1, rows.summary()
		}
	}
	return view, end, sum
}

// find looks for the page's labels. A title or a row with a result identifies a page; a button counts only if the page
// has such rows, since all pages have buttons with similar names.
func (p page) find(lines []string) (last int, rows rowValues, score int) {
	rows, last = rowValues{}, -1
	results := 0
	for i := 0; i < min(len(lines), preamble); i++ {
		line := strings.TrimSpace(lines[i])
		if line == "" {
			continue
		}
		if slices.Contains(p.Titles, line) {
			last, score = i, score+4
			continue
		}
		if p.pressed(line) {
			last, score = i, score+min(len(p.Rows), 1)
			continue
		}
		key, value, found := p.row(line)
		if !found {
			if startsHeader(lines[i:]) {
				break
			}
			continue
		}
		if _, seen := rows[key]; seen || results > 0 && !slices.Contains(judged, key) {
			break // From: and To: of the source itself
		}
		if value == "" && i+1 < len(lines) {
			value, last = strings.TrimSpace(lines[i+1]), i+1
			i++
		} else {
			last = i
		}
		rows[key] = value
		if slices.Contains(judged, key) {
			results++
		}
	}
	return last, rows, score + 2*results
}

// judged are the rows with results.
var judged = []string{"spf", "dkim", "dmarc"}

// pressed reports whether a line consists only of buttons.
func (p page) pressed(line string) bool {
	rest := line
	for _, b := range p.Buttons {
		rest = strings.ReplaceAll(rest, b, "")
	}
	return rest != line && strings.TrimSpace(rest) == ""
}

// row parses "Label: value", "Label<tab>value" or a label alone.
func (p page) row(line string) (key, value string, ok bool) {
	for key, labels := range p.Rows {
		for _, l := range labels {
			rest, found := strings.CutPrefix(line, l)
			if !found || rest != "" && !strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "\uff1a") && !strings.HasPrefix(rest, "\t") && !strings.HasPrefix(rest, "  ") {
				continue
			}
			return key, strings.Trim(strings.TrimSpace(rest), ":\uff1a\t "), true
		}
	}
	return "", "", false
}

type rowValues map[string]string

var (
	pageIP     = pattern.New(`[0-9a-fA-F]*[.:][0-9a-fA-F.:]+[0-9a-fA-F]`)
	pageWord   = pattern.New(`(?i)\b(pass|fail|softfail|hardfail|neutral|none|temperror|permerror|policy)\b`)
	pageDomain = pattern.New(`(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{2,}`)
)

func (r rowValues) summary() Summary {
	word := func(key string) string { return strings.ToLower(pageWord.FindString(r[key])) }
	show := func(key string) string { return snapshot.Printable(clip(r[key], 500)) }
	s := Summary{MessageID: show("message-id"), Subject: show("subject"), From: show("from"), To: show("to"), Created: show("created"),
		SPF: word("spf"), DKIM: word("dkim"), DMARC: word("dmarc"), SignedBy: strings.ToLower(pageDomain.FindString(r["dkim"]))}
	for _, m := range pageIP.FindAllString(r["spf"], 4) {
		if ip, err := netip.ParseAddr(m); err == nil {
			s.IP = ip.Unmap()
			break
		}
	}
	return s
}
