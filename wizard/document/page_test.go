package document_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// cut breaks a text after every so many cells.
func cut(text string, width int) []string {
	var out []string
	for text != "" {
		line := ansi.Truncate(text, width, "")
		out, text = append(out, line), text[len(line):]
	}
	return append(out, "")[:max(1, len(out))]
}

// A page is the same text in every layout: styles and line ends are all that a terminal adds.
func TestPageLayout(t *testing.T) {
	marks := regexp.MustCompile(`<\d\||>>`)
	flat := func(s string) string { return strings.Join(strings.Fields(marks.ReplaceAllString(s, "")), "") }
	mark := func(s document.Style, text string) string { return fmt.Sprintf("<%d|%s>>", s, text) }
	for _, lang := range i18n.Langs() {
		in := input(t, lang)
		for name, page := range map[string]func(document.Layout) string{
			"page":         func(l document.Layout) string { return document.Page(in, l) },
			"requirements": func(l document.Layout) string { return document.RequirementsPage(in, l) },
		} {
			plain := page(document.Layout{})
			if strings.Contains(plain, "\x1b") || !strings.Contains(plain, "日本語.example (xn--wgv71a119e.example)") {
				t.Errorf("%s %s: %q", lang, name, plain)
			}
			styled := page(document.Layout{Style: mark})
			if marks.ReplaceAllString(styled, "") != plain {
				t.Errorf("%s %s: styles change the text:\n%s", lang, name, styled)
			}
			if name == "page" && !strings.Contains(styled, mark(document.Bad, lang.T("cmd.page.verdict-fix"))) {
				t.Errorf("%s: the verdict is not told as bad:\n%s", lang, styled)
			}
			narrow := page(document.Layout{Width: 60, Wrap: cut, Style: mark})
			if flat(narrow) != flat(plain) {
				t.Errorf("%s %s: another width has other words:\n%s", lang, name, narrow)
			}
			wrapped := 0
			for line := range strings.Lines(marks.ReplaceAllString(narrow, "")) {
				if w := ansi.StringWidth(strings.TrimRight(line, "\n")); w > 60 && !strings.Contains(line, "v=") { // values to copy stay whole
					t.Errorf("%s %s: %d cells: %s", lang, name, w, line)
				}
				wrapped++
			}
			if wrapped <= strings.Count(plain, "\n") {
				t.Errorf("%s %s: nothing was wrapped", lang, name)
			}
		}
	}
}

// A long left column does not push the right one out of sight.
func TestSection(t *testing.T) {
	long := strings.Repeat("x", 31)
	got := document.Section("Heading:", [][2]string{{"日本", "two"}, {"abc", "three"}, {long, "below"}})
	if want := "\nHeading:\n  日本  two\n  abc   three\n  " + long + "\n        below\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := document.Section("Heading:", nil); got != "" {
		t.Errorf("a heading of nothing: %q", got)
	}
}

// TestRefusalIsToldOnce: a refusal in hand stands once on every page, whatever its severity and whatever else was found; with
// what it means, whose job it is, and what comes next.
func TestRefusalIsToldOnce(t *testing.T) {
	blank := func(s string) string { return strings.Join(strings.Fields(html.UnescapeString(s)), "") }
	for _, story := range []string{"mail-found", "mail-full", "mail-forwarded", "mail-late", "mail-login", "mail-mended", "mail-open", "mail-other", "S6", "S7"} {
		for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
			in := told(t, story, lang)
			f, ok := checks.Refusal(in.Findings)
			if !ok {
				t.Fatalf("%s: no refusal", story)
			}
			w := words.P{Lang: lang, Catalog: in.Catalog, Now: in.Now}.Finding(f)
			pages := map[string]string{"page": document.Page(in, document.Layout{})}
			for _, format := range []string{"txt", "html"} {
				data, err := document.Write(format, in)
				if err != nil {
					t.Fatal(err)
				}
				pages[format] = string(data)
			}
			for name, page := range pages {
				page = blank(page)
				if n := strings.Count(page, blank(w.What)); n != 1 {
					t.Errorf("%s, %s, %s: %q is told %d times", story, lang, name, w.What, n)
				}
				for _, text := range []string{w.Why, w.Fix} {
					if text == "" || !strings.Contains(page, blank(text)) {
						t.Errorf("%s, %s, %s: %q is not told", story, lang, name, text)
					}
				}
			}
		}
	}
}

// TestSaidOnce: that a forecast is not about mail which the owner forwards stands once on a page.
func TestSaidOnce(t *testing.T) {
	in := told(t, "S6", i18n.EN)
	page := document.Page(in, document.Layout{})
	if n := strings.Count(page, i18n.EN.T("forecast.not-forwarded")); n != 1 {
		t.Errorf("%d times", n)
	}
}
