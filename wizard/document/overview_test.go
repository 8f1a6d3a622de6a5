package document_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

func TestOverviewOf(t *testing.T) {
	got := document.OverviewOf(input(t, i18n.EN))
	want := document.Overview{Domain: "日本語.example", Verdict: "fix", States: [4]string{"fix", "none", "fix", "ok"}, First: "Change the SPF record"}
	if got != want {
		t.Errorf("%+v", got)
	}
	in := input(t, i18n.EN)
	in.Plan.Changes = nil
	if got := document.OverviewOf(in); got.First == "" || strings.Contains(got.First, ". ") {
		t.Errorf("without a record the first thing to do is %q", got.First)
	}
	in.Findings = in.Findings[4:]
	if got := document.OverviewOf(in); got.Verdict != "ok" || got.First != "" {
		t.Errorf("of what is fine: %+v", got)
	}
	in.Findings = []checks.Finding{{Code: checks.SPFUnknown, Severity: checks.Unknown, States: []checks.State{checks.SPFUnseenRecord}, Args: checks.UnseenArgs{Reason: "timeout"}}}
	if got := document.OverviewOf(in); got.Verdict != "unknown" || got.States[0] != "unknown" || got.First == "" {
		t.Errorf("of what was not seen: %+v", got)
	}
}

// The table has its domains in the order given, its columns below each other in cells, and no line wider than the terminal.
func TestOverviewPage(t *testing.T) {
	list := []document.Overview{
		document.OverviewOf(input(t, i18n.JA)),
		document.OverviewFailed("a.example", "timeout", false),
		document.OverviewFailed("no domain!\x1b[2J", "bad", true),
		{Domain: strings.Repeat("long.", 5) + "long-example", Verdict: "ok", States: [4]string{"ok", "ok", "ok", "advice"}},
	}
	for _, lang := range i18n.Langs() {
		for _, width := range []int{0, 40, 60, 80, 100, 140} {
			page := document.OverviewPage(lang, list, document.Layout{Width: width, Wrap: func(s string, w int) []string {
				return strings.Split(strings.ReplaceAll(ansi.Hardwrap(s, w, false), " \n", "\n"), "\n")
			}})
			column, at := -1, 0
			for line := range strings.Lines(page) {
				line = strings.TrimSuffix(line, "\n")
				if w := ansi.StringWidth(line); width > 0 && w > width {
					t.Errorf("%s at %d: %d cells: %s", lang, width, w, line)
				}
				if strings.HasSuffix(line, " ") || strings.Contains(line, "\x1b") {
					t.Errorf("%s at %d: %q", lang, width, line)
				}
				for _, mark := range []string{"SPF", "! " + lang.T("cmd.overview.state-fix") + "  - ", "? " + lang.T("cmd.overview.state-unknown") + "  ? "} {
					if i := strings.Index(line, mark); i >= 0 && (mark == "SPF" || at > 0) {
						if i = ansi.StringWidth(line[:i]); column < 0 {
							column = i
						} else if mark[0] == '!' && i != column {
							t.Errorf("%s at %d: the column of SPF is at %d and %d:\n%s", lang, width, column, i, page)
						}
					}
				}
				at++
			}
			last := -1
			for _, name := range []string{"日本語.example", "a.example", `no domain!\x1b[2J`, "long.long"} {
				i := strings.Index(page, "\n  "+name)
				if i <= last {
					t.Errorf("%s at %d: %s is not in its place:\n%s", lang, width, name, page)
				}
				last = i
			}
		}
	}
	en := document.OverviewPage(i18n.EN, list, document.Layout{})
	if !strings.HasSuffix(en, "4 domains:  to fix 1  unknown 1  fine 1  no domain 1\n") {
		t.Errorf("the sums are wrong:\n%s", en)
	}
	aloud := document.OverviewPage(i18n.EN, list, document.Layout{Barless: true})
	if !strings.Contains(aloud, "a.example: unknown, SPF unknown, DKIM unknown, DMARC unknown, MX unknown. First: timeout\n") || strings.Contains(aloud, "  ! ") {
		t.Errorf("not to be read aloud:\n%s", aloud)
	}
}
