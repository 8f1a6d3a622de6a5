package document

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// IndexRow is a domain in an index: its page, and its overview in every language. Nothing else is kept of a domain once
// its page is written.
type IndexRow struct {
	File string // file name of its page; "" where it has none
	Of   map[i18n.Lang]Overview
}

// IndexRowOf returns a domain's row.
func IndexRowOf(in Input, file string) IndexRow {
	row := IndexRow{File: file, Of: map[i18n.Lang]Overview{}}
	for _, l := range i18n.Langs() {
		of := in
		of.Lang = l
		row.Of[l] = OverviewOf(of)
	}
	return row
}

// unsafe matches what is not allowed in a file name.
var unsafe = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[^a-z0-9._-]+") })

// longestName bounds the part of a file's name that is a domain, in bytes.
const longestName = 180

// PageName returns a safe file name for a domain's page, whatever the domain is called: never that of the index, of a
// Windows device (CON and the like) or of another folder, and never longer than file systems allow.
func PageName(ascii string) string {
	name := unsafe().ReplaceAllString(strings.ToLower(ascii), "_")
	if name != ascii || len(name) > longestName {
		sum := sha256.Sum256([]byte(ascii))
		name = name[:min(len(name), longestName)] + "-" + hex.EncodeToString(sum[:6])
	}
	return "todoku-" + name + ".html"
}

// indexOrder lists the verdicts, the gravest first.
var indexOrder = []string{"fix", "refused", "unknown", "bad", "wait", "ok"}

// verdictClass maps a verdict to its colour class.
var verdictClass = map[string]string{"fix": "bad", "refused": "bad", "unknown": "unknown", "bad": "unknown", "wait": "note", "ok": "good"}

// indexFace is an index in one language.
type indexFace struct {
	tongue
	First             bool
	Name, Title, Foot string
	Lead              string
	Sums              []sum
	Heads             []string
	Rows              []indexRow
}

type sum struct {
	tongue
	Class, Verdict, Word string
	Count                int
}

type indexRow struct {
	Domain, File, Verdict, Class, Word, First string
	States                                    []topicCell
}

type topicCell struct{ Topic, Class, Word string }

// HTMLIndex writes an HTML page that lists many domains, the gravest first.
func HTMLIndex(lang i18n.Lang, rows []IndexRow, now time.Time, program string) ([]byte, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b IndexRow) int {
		x, y := a.Of[lang], b.Of[lang]
		return cmp.Or(cmp.Compare(slices.Index(indexOrder, x.Verdict), slices.Index(indexOrder, y.Verdict)), cmp.Compare(x.Domain, y.Domain))
	})
	var out struct {
		frame
		Faces []indexFace
	}
	for i, l := range tongues(lang) {
		f := indexFaceOf(l, rows, now, program)
		f.First = i == 0
		out.Faces = append(out.Faces, f)
	}
	out.frame = frameOf(lang, out.Faces[0].Title)
	return render("index", out)
}

func indexFaceOf(l i18n.Lang, rows []IndexRow, now time.Time, program string) indexFace {
	t := tongue{words.P{Lang: l}, string(l)}
	f := indexFace{tongue: t, Name: l.Name(), Title: t.T("html.index.title"), Foot: t.p.T("document.foot", "program", program),
		Lead: l.T("document.html.index.lead", i18n.Args{"date": now.Format(dateForm), "count": len(rows)})}
	count := map[string]int{}
	for _, r := range rows {
		o := r.Of[l]
		count[o.Verdict]++
		row := indexRow{Domain: printable(o.Domain), File: r.File, Verdict: o.Verdict, Class: verdictClass[o.Verdict], Word: l.T("cmd.overview.verdict-" + o.Verdict), First: printable(o.First)}
		for i, topic := range OverviewTopics {
			class := map[string]string{TopicOK: "good", TopicFix: "bad", TopicUnknown: "unknown", TopicAdvice: "note", TopicNone: "none"}[o.States[i]]
			row.States = append(row.States, topicCell{strings.ToUpper(topic), class, l.T("cmd.overview.state-" + o.States[i])})
		}
		f.Rows = append(f.Rows, row)
	}
	for _, topic := range OverviewTopics {
		f.Heads = append(f.Heads, strings.ToUpper(topic))
	}
	for _, v := range indexOrder {
		if count[v] > 0 {
			f.Sums = append(f.Sums, sum{t, verdictClass[v], v, l.T("cmd.overview.verdict-" + v), count[v]})
		}
	}
	return f
}
