package document

import (
	"fmt"

	"example.org/todoku/wizard/words"
)

// TagPage explains a record tag by tag, under the name where it stands; name is "" for a record given alone.
func TagPage(w words.P, name, record string, t words.Tags, l Layout) string {
	p := &page{Layout: l, words: w}
	if name != "" {
		_, _ = fmt.Fprintln(p, p.style(Bold, printable(name)))
	}
	_, _ = fmt.Fprintf(p, "%s\n\n%s\n", printable(record), p.style(Part, w.Lang.T("tags.page.aloud")))
	p.said(t.Said)
	if len(t.Unwritten) > 0 {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, w.Lang.T("tags.page.unwritten")))
		p.said(t.Unwritten)
	}
	if len(t.Problems) == 0 {
		_, _ = fmt.Fprintf(p, "\n%s\n", w.Lang.T("tags.page.good"))
		return p.String()
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(Part, w.Lang.T("tags.page.problems")))
	for _, x := range t.Problems {
		p.prose("  - ", "    ", x)
	}
	return p.String()
}

// said prints tags, each with its meaning below.
func (p *page) said(list []words.Said) {
	for _, s := range list {
		_, _ = fmt.Fprintln(p, "  "+s.Term)
		p.prose("    ", "    ", s.Text)
	}
}

// TagReading is the JSON of "dkim" and "dmarc".
type TagReading struct {
	Schema    int      `json:"schema"`
	Name      string   `json:"name,omitempty"`
	Record    string   `json:"record"`
	Tags      []Tag    `json:"tags"`
	Unwritten []Tag    `json:"unwritten"`
	Problems  []string `json:"problems"`
}

// Tag is one tag and its meaning.
type Tag struct {
	Tag  string `json:"tag"`
	Says string `json:"says"`
}

// ReadTags returns what TagPage says as a JSON object.
func ReadTags(name, record string, t words.Tags) TagReading {
	out := TagReading{Schema: 1, Name: UTF8(name), Record: UTF8(record), Tags: tags(t.Said), Unwritten: tags(t.Unwritten), Problems: []string{}}
	out.Problems = append(out.Problems, t.Problems...)
	return out
}

func tags(list []words.Said) []Tag {
	out := []Tag{}
	for _, s := range list {
		out = append(out, Tag{s.Term, s.Text})
	}
	return out
}
