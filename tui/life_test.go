package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// The window's title says how long the wait takes yet, and that all is there; the progress bar goes up, and away at the end.
func TestTerminalSeesTheWait(t *testing.T) {
	d := drive(t, "s1", i18n.JA, func(d *Deps) { d.Progress = true })
	if title := d.r.lived.title; title != "todoku" {
		t.Errorf("at first the title is %q", title)
	}
	d.to(wizard.StepRecords)
	d.press("right", "tab", "enter")
	d.to(wizard.StepWatch)
	d.press("p", "r")
	if title := d.r.lived.title; !strings.HasPrefix(title, "あと ") || !strings.HasSuffix(title, "todoku: hanazono.example") {
		t.Errorf("while waiting the title is %q", title)
	}
	if !strings.Contains(d.r.caret.place(), "\x1b]9;4;1;") {
		t.Error("no progress")
	}
	for range 40 {
		d.press("n")
	}
	if title := d.r.lived.title; !strings.HasPrefix(title, i18n.JA.T("words.run.published")) {
		t.Errorf("at the end the title is %q", title)
	}
	if end := d.r.caret.place(); !strings.Contains(end, clearProgress) {
		t.Errorf("the progress stays: %q", end)
	}
	for _, env := range []map[string]string{{"WT_SESSION": "x"}, {"TERM_PROGRAM": "ghostty"}} {
		if !progresses(func(k string) string { return env[k] }) {
			t.Errorf("%v has no progress", env)
		}
	}
	if progresses(func(string) string { return "" }) {
		t.Error("every terminal has progress")
	}
}

// A late message of the terminal's own does no harm.
func TestTitleIsACommand(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	_, cmd := d.r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.run(cmd)
	d.shows("todoku")
}

// An address can be clicked, whole or broken over lines, and has the same cells as before.
func TestLinked(t *testing.T) {
	const url = "https://developers.google.com/speed/public-dns/cache"
	for _, lines := range [][]string{{"  at: " + url}, {"  at: https://developers.google.com/", "      speed/public-dns/cache", "and more"}} {
		plain := strings.Join(lines, "\n")
		got := strings.Join(linked(lines, url), "\n")
		if ansi.Strip(got) != plain || strings.Count(got, "\x1b]8;;"+url+"\x1b\\") != len(strings.Split(plain, "\n"))-strings.Count(plain, "and more") {
			t.Errorf("%q", got)
		}
	}
}
