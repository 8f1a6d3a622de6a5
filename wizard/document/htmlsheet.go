package document

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

//go:embed sheet
var sheetFiles embed.FS

// sheetParts are the page's style, script and template, read once. The page's policy allows the script by its hash, so
// no other script can run.
var sheetParts = sync.OnceValue(func() (p struct {
	style, script, policy string
	page                  *template.Template
}) {
	read := func(name string) string {
		data, err := sheetFiles.ReadFile("sheet/" + name)
		if err != nil {
			panic(err) // the file is embedded
		}
		return string(data)
	}
	p.style, p.script = read("sheet.css"), read("sheet.js")
	sum := sha256.Sum256([]byte(p.script))
	p.policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
	p.page = template.Must(template.New("").Parse(read("top.html") + read("sheet.html") + read("index.html") + read("report.html")))
	return p
})

// icon is the page's icon for a browser's tab: without one the browser would request a file.
const icon = `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' height='24' rx='6' fill='%230b57a4'/%3E%3Cpath d='M5 8h14v9H5zM5 8l7 5 7-5' fill='none' stroke='%23fff' stroke-width='1.8'/%3E%3C/svg%3E`

// frame is what surrounds the text of an HTML page.
type frame struct {
	Lang, Title, Switch string
	Head, Script        template.HTML
}

// frameOf returns the frame of a page in all languages, the reader's first.
func frameOf(lang i18n.Lang, title string) frame {
	var names []string
	var style strings.Builder
	for _, l := range tongues(lang) {
		names = append(names, l.Name())
		// A browser without :has shows all languages, one below the other.
		fmt.Fprintf(&style, "body:has(#lang-%[1]s:checked) [data-face]:not([data-face=%[1]s]) { display: none }\n", l)
	}
	p := sheetParts()
	head := `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="` + p.policy + `">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="` + icon + `">
<style>
` + p.style + style.String() + `</style>`
	return frame{Lang: string(lang), Title: title, Switch: strings.Join(names, " / "),
		Head: template.HTML(head), Script: template.HTML("<script>" + p.script + "</script>")} //nolint:gosec // our own files
}

// tongues returns all languages, the reader's first.
func tongues(lang i18n.Lang) []i18n.Lang {
	rest := slices.DeleteFunc(i18n.Langs(), func(l i18n.Lang) bool { return l == lang })
	return append([]i18n.Lang{lang}, rest...)
}

// htmlSheet writes the summary as one HTML page that loads nothing from elsewhere. It contains every language;
// switching between them needs no script.
func htmlSheet(in Input) ([]byte, error) {
	type page struct {
		frame
		Faces []face
	}
	var out page
	for i, l := range tongues(in.Lang) {
		of := in
		of.Lang = l
		f := faceOf(of)
		if f.First = i == 0; in.Practice != "" && !f.First {
			f.Practice = f.p.T("document.practice-plain") // the story's title exists only in the reader's language
		}
		out.Faces = append(out.Faces, f)
	}
	out.frame = frameOf(in.Lang, out.Faces[0].Title)
	return render("sheet", out)
}

// render executes a template. Foreign text was made printable before; this makes the result printable once more, for
// what was missed.
func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := sheetParts().page.ExecuteTemplate(&b, name, data); err != nil {
		return nil, err
	}
	lines := strings.Split(b.String(), "\n")
	out := lines[:0]
	for _, l := range lines {
		if l = snapshot.Printable(strings.TrimRight(l, " ")); l != "" {
			out = append(out, l)
		}
	}
	return []byte(strings.Join(out, "\n") + "\n"), nil
}
