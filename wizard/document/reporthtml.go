package document

import (
	"html/template"
	"strings"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// reportFace is a page about DMARC reports in one language.
type reportFace struct {
	tongue
	First             bool
	Name, Title, Foot string
	Parts             []template.HTML
}

// ReportHTML returns an HTML page, in all languages, about what reports say of each domain, and what gave no report.
func ReportHTML(w words.P, list []reported.Domain, all *report.Reading, program string) ([]byte, error) {
	var out struct {
		frame
		Faces []reportFace
	}
	for i, l := range tongues(w.Lang) {
		w.Lang = l
		out.Faces = append(out.Faces, reportFace{tongue: tongue{w, string(l)}, First: i == 0, Name: l.Name(), Title: w.T("wizard.reports.title"),
			Foot: w.T("report.page.foot", "program", program), Parts: sections(reportBlocks(w, list, all))})
	}
	out.frame = frameOf(i18n.Lang(out.Faces[0].Lang), out.Faces[0].Title)
	return render("report", out)
}

// reportBlocks returns the page's text in one language. Where there are several domains, each has a heading.
func reportBlocks(w words.P, list []reported.Domain, all *report.Reading) []block {
	b := &builder{p: w}
	for _, r := range list {
		if len(list) > 1 {
			b.title(2, printable(r.Tally.Domain))
		}
		b.in = Input{Lang: w.Lang, Catalog: w.Catalog, Now: w.Now, Reports: &r, Answers: owner.Answers{Domain: r.Tally.Domain, Panel: w.Panel}}
		b.reported(&r)
	}
	if len(list) == 0 {
		b.say(strings.TrimSpace(ReportNone(w, "")))
	}
	var others, errors []string
	for _, o := range reportOthers(w, all) {
		others = append(others, printable(o.Text))
	}
	for _, e := range all.Errors {
		errors = append(errors, printable(e.File)+": "+w.ReportError(e))
	}
	for _, p := range []struct {
		title string
		items []string
	}{{"others", others}, {"unread", errors}} {
		if len(p.items) > 0 {
			b.title(2, w.T("report.page."+p.title))
			b.add(block{kind: bullets, items: p.items[:min(len(p.items), pageErrors)]})
		}
	}
	return b.blocks
}

// sections renders blocks, a section for each heading of the highest level in use. Heading levels are left out nowhere,
// as a screen reader expects.
func sections(doc []block) (out []template.HTML) {
	top := 3
	for i, x := range doc {
		if x.kind == heading && (i == 0 || x.level < top) {
			top = x.level
		}
	}
	var b strings.Builder
	last := 1
	done := func() {
		if b.Len() > 0 {
			out = append(out, template.HTML(b.String())) //nolint:gosec // every text in it is escaped
		}
		b.Reset()
	}
	for _, x := range doc {
		if x.kind == heading {
			if x.level == top {
				done()
			}
			x.level = min(x.level-top+2, last+1)
			last = x.level
		}
		x.html(&b)
	}
	done()
	return out
}
