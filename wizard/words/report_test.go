package words_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/report"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Every code of a report has its words in every language, and nothing else has.
func TestReportsAreWorded(t *testing.T) {
	want := map[string]bool{"report.because.unaligned-share": true, "report.because.spf-only-share": true, "report.error.unreadable-why": true}
	for _, c := range report.Codes() {
		want["report.oddity."+string(c)] = true
	}
	for _, c := range report.Becauses() {
		want["report.because."+string(c)] = true
	}
	for _, c := range report.Whys() {
		want["report.error."+string(c)] = true
	}
	for _, c := range report.Grounds() {
		want["report.ground."+string(c)] = true
	}
	for _, c := range []report.Judgement{report.Aligned, report.Unaligned, report.Relayed, report.Foreign} {
		want["report.judgement."+string(c)] = true
	}
	for _, l := range i18n.Langs() {
		for id := range want {
			if !l.Has(id) {
				t.Errorf("%s has no text %s", l, id)
			}
		}
		w := words.P{Lang: l}
		e := report.Evidence{Policy: "none", Own: 1, Failing: []report.Group{{Name: "203.0.113.9"}}, SPFGroups: []report.Group{{Name: "192.0.2.1"}}, Unseen: []string{"x"}}
		for _, text := range w.StageBecause(report.Stage{Because: report.Becauses()}, e) {
			if strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
				t.Errorf("%s: %s", l, text)
			}
		}
		for _, c := range report.Codes() {
			if text := w.Oddity(report.Oddity{Code: c, Times: 1, Messages: 1}); strings.Contains(text, "<no value>") || strings.Contains(text, "1 messages") || strings.Contains(text, "1 reports") {
				t.Errorf("%s: %s", l, text)
			}
		}
	}
}

// What stands in a report never reaches a terminal as it is.
func TestReportsAreHarmless(t *testing.T) {
	w := words.P{Lang: i18n.EN}
	for _, text := range []string{w.Oddity(report.Oddity{Code: report.Reused, Got: "x\x1b[2J\u202e"}), w.ReportSender("a\x1bb"),
		w.ReportError(&report.Error{Why: report.Unreadable, Err: errorText("a\x07b")})} {
		if strings.ContainsAny(text, "\x1b\x07\u202e") {
			t.Errorf("%q", text)
		}
	}
}

type errorText string

func (e errorText) Error() string { return string(e) }
