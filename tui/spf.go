package tui

import (
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/spf"
	"example.org/todoku/wizard/words"
)

// marked shows the record that a finding is about with its mistakes underlined, and explains them one by one.
func (s diagnosis) marked(f Frame, x checks.Finding) []string {
	if len(x.Problems) == 0 {
		return nil
	}
	var spans []spf.Span
	for _, p := range x.Problems {
		spans = append(spans, p.Span)
	}
	out := []string{""}
	for _, l := range words.Underline(x.Record(), spans, f.W-5, width) {
		out = append(out, "   "+l)
	}
	for _, p := range x.Problems {
		w := s.c.p().Fault(p)
		text := w.What
		if piece := strings.TrimSpace(w.Piece); piece != "" {
			text = piece + ": " + text
		}
		out = append(out, "")
		out = append(out, f.para(text, 3)...)
		if w.Repair != "" {
			out = append(out, f.para(w.Repair, 5)...)
		}
	}
	return out
}

// aloud explains the record of a finding term by term.
func (s diagnosis) aloud(f Frame, x checks.Finding) []string {
	if t, ok := s.tags(x); ok {
		return tagsAloud(f, t)
	}
	if !strings.HasPrefix(string(x.Code), "spf-") || s.c.Result().DNS == nil {
		return nil
	}
	domain := s.c.Result().DNS.Domain
	if records, _ := reading.SPFRecords(s.c.Result().DNS, domain); len(records) != 1 {
		return nil
	}
	t := spf.Walk(reading.SPF(s.c.Result().DNS), domain, "")
	out := []string{"", " " + f.Lang.T("spf.page.aloud")}
	for _, said := range s.c.p().Aloud(t, s.c.Result().In().Uses(t.Root.Record)) {
		margin := 3 + 2*said.Depth
		head := said.Term
		if said.Cost != "" {
			head += " (" + said.Cost + ")"
		}
		out = append(out, f.para(head, margin)...)
		for _, text := range append([]string{said.Text}, said.Notes...) {
			out = append(out, f.dim(f.para(text, margin+2))...)
		}
	}
	return out
}
