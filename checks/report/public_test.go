package report

import (
	"strings"
	"testing"
)

// Reports that people asked about in public because nothing would read them, or because they could not: rebuilt with
// reserved names, each with the right reading.
func TestAskedAbout(t *testing.T) {
	row := record("192.0.2.1", 2, "none", "pass", "pass")
	wrapped := plainSample(row)
	text := wrapped.String()
	failure := "From: a@b.example\r\nContent-Type: text/plain\r\n\r\nA message claiming to be from you has failed the published DMARC\r\npolicy for your domain.\r\n\r\n" +
		"  Sender Domain: a.example\r\n  Sender IP Address: 192.0.2.119\r\n  DMARC Results: Quarantine\r\n\r\n------ This is a copy of the headers\r\n"
	// A schema's opening that is never closed stands around the report's parts.
	opened := replaceOnce(t, text, "<feedback>", "<feedback><xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"http://dmarc.org/dmarc-xml/0.1\">")
	r := read(t, textFile("schema", opened))
	if len(r.Domains) != 1 || r.Domains[0].Messages != 2 || r.Domains[0].Passed != 2 {
		t.Errorf("a schema around it: %s", told(r))
	}
	r = read(t, textFile("failure.eml", failure))
	if len(r.Failures) != 1 || r.Failures[0].Domain != "a.example" || r.Failures[0].IP.String() != "192.0.2.119" || r.Failures[0].Failed != "dmarc" || len(r.Barren) != 0 {
		t.Errorf("a failure report in plain text: %s", told(r))
	}
	r = read(t, textFile("unused.xml", "unused"))
	if len(r.Errors) != 1 || r.Errors[0].Why != NoReport {
		t.Errorf("the word unused: %s", told(r))
	}
	broken := replaceOnce(t, text, "</report_id>", "/report_id>")
	broken = replaceOnce(t, broken, "<result>pass</result>", "<result>hardfail</result>")
	if r = read(t, textFile("kddi", broken)); len(r.Domains) != 1 || r.Domains[0].Messages != 2 {
		t.Errorf("an end tag without its beginning: %s", told(r))
	}
}

// replaceOnce changes a text that must hold what is to be changed.
func replaceOnce(t *testing.T, text, old, now string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("no %q in it", old)
	}
	return strings.Replace(text, old, now, 1)
}
