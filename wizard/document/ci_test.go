package document_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// One line a finding that stands by itself and is not fine, at the level that its exit status has.
func TestAnnotations(t *testing.T) {
	got := document.Annotations(document.SuiteOf(input(t, i18n.EN)))
	for _, want := range []string{"::error title=日本語.example%3A spf-multiple::There are 2 SPF records.%0A", "::error title=日本語.example%3A dmarc-missing::",
		"::warning title=日本語.example%3A spf-unknown::"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Count(got, "\n") != 3 || strings.Contains(got, "spf-no-all") || strings.Contains(got, "mx-ok") {
		t.Errorf("symptoms or what is fine is told:\n%s", got)
	}
}

// Whatever stands in a finding, an annotation is one line with one title, and gives the same text back.
func TestAnnotationsAreInert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("a:,%\r\n;=日\x1b\u202e"))).Draw(t, "text")
		got := document.Annotations(document.Suite{Name: text, Cases: []document.Case{{Code: "x", Severity: checks.Advice, What: text, Detail: []string{"::error::" + text}}}})
		if strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "::notice title=") {
			t.Fatalf("%q", got)
		}
		property, _, ok := strings.Cut(strings.TrimPrefix(got, "::notice title="), "::")
		if !ok || strings.ContainsAny(property, ":,\r\n") || strings.ContainsAny(got, "\x1b\u202e\r") {
			t.Fatalf("%q", got)
		}
	})
}

// junitFile is JUnit's XML as a reader takes it.
type junitFile struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Time  string `xml:"time,attr"`
		When  string `xml:"timestamp,attr"`
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Class   string    `xml:"classname,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func TestJUnit(t *testing.T) {
	bad := document.Suite{Name: "b.example\x00\x1b]]>&<", Error: "no\x07 answer \xff", Took: 2 * time.Second, Cases: []document.Case{{Code: "x"}, {Code: "x"}}}
	raw, err := document.JUnit([]document.Suite{document.SuiteOf(input(t, i18n.JA)), bad})
	if err != nil {
		t.Fatal(err)
	}
	var got junitFile
	if err := xml.Unmarshal(raw, &got); err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	states := map[string]string{}
	for _, s := range got.Suites {
		for _, c := range s.Cases {
			if c.Class != s.Name {
				t.Errorf("%s is of class %s", c.Name, c.Class)
			}
			state := "passed"
			switch {
			case c.Failure != nil:
				state = "failed"
			case c.Error != nil:
				state = "error"
			case c.Skipped != nil:
				state = "skipped"
			}
			if states[c.Name] != "" {
				t.Errorf("%s twice", c.Name)
			}
			states[c.Name] = state
		}
	}
	for name, want := range map[string]string{"spf-multiple xn--wgv71a119e.example": "failed", "spf-no-all xn--wgv71a119e.example": "skipped",
		"dmarc-missing _dmarc.xn--wgv71a119e.example": "failed", "spf-unknown xn--wgv71a119e.example": "error", "mx-ok xn--wgv71a119e.example": "passed",
		"look": "error", "x": "passed", "x (2)": "passed"} {
		if states[name] != want {
			t.Errorf("%s is %q, want %q", name, states[name], want)
		}
	}
	if got.Tests != 8 || got.Failures != 2 || got.Errors != 2 || len(got.Suites) != 2 || got.Suites[0].When != "2026-11-22T05:02:00" || got.Suites[1].Time != "2.000" {
		t.Errorf("%+v", got)
	}
	if strings.ContainsAny(string(raw), "\x00\x1b\x07\ufffd") {
		t.Errorf("a control code, or a letter lost:\n%s", raw)
	}
}
