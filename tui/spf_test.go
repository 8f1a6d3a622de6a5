package tui

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// The details of an SPF finding underline every mistake where it stands, say it, and read the record aloud.
func TestDetailsUnderline(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "spf-syntax", lang)
		d.size(90, 40)
		d.to(wizard.StepDiagnosis)
		if strings.Contains(d.view(), "^^^") {
			t.Errorf("%s: marks before the details are open:\n%s", lang, d.view())
		}
		d.press("d")
		lines := strings.Split(d.view(), "\n")
		marked := false
		for i, l := range lines[1:] {
			if at := strings.IndexByte(l, '^'); at >= 0 {
				marked = lines[i][at:at+len("+ipv4:203.0.113.31")] == "+ipv4:203.0.113.31" &&
					strings.TrimSpace(l) == strings.Repeat("^", len("+ipv4:203.0.113.31"))
			}
		}
		if !marked {
			t.Errorf("%s: the mistake is not underlined:\n%s", lang, d.view())
		}
		d.shows(lang.T("spf.problem.unknown-mechanism"))
		d.shows("+ip4:203.0.113.31")
		d.shows(lang.T("spf.page.aloud"))
		d.shows(lang.T("spf.say.all-softfail"))
	}
}

// Every mistake that an SPF record can hold is underlined where it stands, and said, in both languages.
func TestEveryMistakeIsUnderlined(t *testing.T) {
	rows, err := os.ReadFile("../checks/spf/testdata/codes.txt")
	must(t, err)
	for _, lang := range i18n.Langs() {
		d := drive(t, "s8", lang)
		c := d.r.c
		f := Frame{H: 100, Lang: lang, Styles: d.r.styles, Glyphs: d.r.glyphs}
		f.W = 2000 // on one line
		for row := range strings.Lines(string(rows)) {
			var code, record, under, fix string
			if strings.HasPrefix(row, "#") {
				continue
			}
			_, err := fmt.Sscanf(row, "%s %q %q %q", &code, &record, &under, &fix)
			must(t, err)
			dns := snapshot.New("example.jp", testDay)
			dns.Add(snapshot.Answer{Key: snapshot.Key{Name: "example.jp", Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK,
				Records: []snapshot.Record{{Data: record}}})
			shown := false
			for _, x := range session.Judge(owner.Answers{Domain: "example.jp"}, dns, c.d.Catalog).Findings {
				if !slices.ContainsFunc(x.Problems, func(p spf.Problem) bool { return string(p.Code) == code }) {
					continue
				}
				out := newDiagnosis(c).marked(f, x)
				at := len("   ") + width(snapshot.Printable(record[:strings.LastIndex(record, under)]))
				if under == "" {
					at = len("   ") + width(record)
				}
				marks := out[2]
				n := max(1, width(snapshot.Printable(under)))
				if width(marks) < at+n || strings.Trim(marks[at:at+n], "^") != "" {
					t.Errorf("%s %s:\n%s\n%s", lang, code, out[1], marks)
				}
				shown = strings.Contains(strings.Join(out, "\n"), lang.T("spf.problem."+code))
				if fix := strings.TrimSpace(fix); fix != "" && fix != "-" && !strings.Contains(strings.Join(out, "\n"), fix) {
					t.Errorf("%s %s: the repair is not shown:\n%s", lang, code, strings.Join(out, "\n"))
				}
			}
			if !shown {
				t.Errorf("%s: %s is not said", lang, code)
			}
		}
	}
}

// Story S4's record is read aloud term by term, with what nobody needs; the ways out are shown, taken and taken back.
func TestStoryS4(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "s4", lang)
		d.size(100, 60)
		d.to(wizard.StepDiagnosis)
		d.press("d")
		for _, want := range []string{"+a:sv1234.xserver.jp", "include:_spf.google.com", "Google Workspace", "SendGrid", "Mailchimp", "Salesforce",
			lang.T("spf.say.same", i18n.Args{"term": "+a:sv1234.xserver.jp"}), lang.T("spf.say.twice")} {
			d.shows(want)
		}
		d.press("pgdown", "pgdown", "pgdown", "pgdown")
		d.shows("198.51.100.64")
	}
}

// A record that nothing mends unasked offers its ways; w takes the first, u takes it back.
func TestWaysAreTaken(t *testing.T) {
	d := drive(t, "spf-flatten", i18n.EN)
	d.size(100, 60)
	d.to(wizard.StepDiagnosis)
	c := d.r.c
	d.press("d")
	d.press("pgdown")
	d.shows("Options, least disruptive first")
	d.press("w")
	terms := []string{"include:_spf.okurite10.test", "include:_spf.okurite0.test"}
	flat := func(ch plan.Change) bool { return strings.Contains(ch.Value, "ip4:203.0.113.100/31") }
	if !slices.Equal(c.Answers().SPF.Flatten, terms) || !slices.ContainsFunc(c.Result().Plan.Changes, flat) {
		t.Errorf("taken: %+v: %+v", c.Answers().SPF, c.Result().Plan.Changes)
	}
	d.press("u")
	if len(c.Answers().SPF.Flatten) > 0 || slices.ContainsFunc(c.Result().Plan.Changes, flat) {
		t.Errorf("taken back: %+v: %+v", c.Answers().SPF, c.Result().Plan.Changes)
	}
}
