package tui

import (
	"strings"
	"testing"

	"example.org/todoku/checks/report"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// reportAlbum takes pictures of reports: asked for at the last page, under way, and what they say.
func reportAlbum(t *testing.T, a *album) {
	d := drive(t, "s4", i18n.JA, steady)
	d.press("ctrl+u")
	d.paste("/reports/before")
	d.press("enter")
	a.add(d, "reports: before")
	for range 3 {
		d.press("pgdown")
		a.add(d, "further down")
	}
	d.press("esc", "ctrl+u")
	d.paste("'/nowhere/at all'")
	d.press("enter")
	a.add(d, "intake: no such file")
	d.press("ctrl+u")
	d.paste("/reports/after")
	d.press("enter")
	for range 4 {
		d.press("pgdown")
	}
	d.press("c")
	a.add(d, "reports: after, the end")
	d.press("esc", "ctrl+u")
	d.paste("kissa-hinata.example")
	d.r.c.OpenReports([]string{"/reports/before"})
	d.r.over = append(d.r.over, newReportsOver(d.r.c))
	d.r.c.ReportsProgressed(d.r.c.Reports().Run, session.Share{FilesRead: 40, Files: 105, BytesRead: 50, Bytes: 100})
	a.add(d, "reports: under way")
}

// While reports are read there is a bar; Ctrl+C ends the reading and not the program, and what was read is shown.
func TestReportsCutShort(t *testing.T) {
	d := drive(t, "s4", i18n.EN)
	d.r.c.OpenReports([]string{"/reports/before"})
	page := newReportsOver(d.r.c)
	d.r.over = append(d.r.over, page)
	d.r.c.ReportsProgressed(d.r.c.Reports().Run, session.Share{FilesRead: 40, Files: 105, BytesRead: 50, Bytes: 100})
	if v := d.view(); !strings.Contains(v, "40 of 105 files read") || !strings.Contains(v, strings.Repeat("█", 20)+strings.Repeat("░", 20)) {
		t.Errorf("no bar:\n%s", v)
	}
	d.r.c.reports.in(d.r.c.ctx)
	during := d.r.c.reports.ctx
	d.press("ctrl+c")
	if d.ended || during.Err() == nil {
		t.Error("Ctrl+C ends the program, or does not end the reading")
	}
	d.send(worldMsg{events: []session.Event{func(s *session.Session) []session.Effect {
		return s.ReportsRead(s.Reports().Run, &report.Reading{Stopped: true, Files: 40})
	}}})
	if v := d.view(); !strings.Contains(v, "Reading was stopped. 40 of 105 files were read:") {
		t.Errorf("not told:\n%s", v)
	}
	if d.press("ctrl+c"); !d.ended {
		t.Error("a second Ctrl+C does not end the program")
	}
}

// At the last page r asks for reports, says where there are none, and the page tells of what was read.
func TestReportsAtKeep(t *testing.T) {
	d := drive(t, "s4", i18n.EN)
	d.to(wizard.StepSymptom)
	d.press("down", "enter")
	for range 40 {
		if d.r.c.At() == wizard.StepKeep {
			break
		}
		d.press("enter")
	}
	d.press("r")
	if v := d.view(); !strings.Contains(v, "Where are the DMARC reports?") {
		t.Fatalf("not asked:\n%s", v)
	}
	d.paste("a.example")
	d.press("enter")
	if v := d.view(); !strings.Contains(v, "There is no file or folder at a.example.") {
		t.Errorf("not told:\n%s", v)
	}
	d.press("ctrl+u")
	d.paste("/reports/before")
	d.press("enter", "esc")
	if v := d.view(); !strings.Contains(v, "DMARC passes for 1949 of 3458 messages") {
		t.Errorf("the last page does not tell of reports:\n%s", v)
	}
	d.press("e", "down", "enter")
	found := false
	for _, text := range d.saved {
		found = found || strings.Contains(text, "What the DMARC reports say") && strings.Contains(text, "203.0.113.50 SendGrid")
	}
	if !found {
		t.Errorf("the summary does not tell of reports: %v", d.saved)
	}
}
