package document_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// TestPutOff: a summary written once the published records are seen everywhere does not claim that of a key that the
// owner has put off: it is still to be made, and what it would change has not changed.
func TestPutOff(t *testing.T) {
	in := told(t, "S1", i18n.EN)
	in.Wait = &document.Wait{Verdict: propagation.Verdict{Result: propagation.ResultPublished}}
	for format, wants := range map[string][2]string{
		"txt":  {"1 record was put off and is still to be made.", "2. Add the DKIM key (google): put off"},
		"html": {"1 record was put off and is still to be made.", "except those marked &#34;put off&#34;"},
	} {
		data, err := document.Write(format, in)
		if err != nil {
			t.Fatal(err)
		}
		page := string(data)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", format, want)
			}
		}
		for _, lie := range []string{"The records are now live everywhere.", "These records were changed and are live everywhere."} {
			if strings.Contains(page, lie) {
				t.Errorf("%s says %q", format, lie)
			}
		}
	}
}

// TestStillToFix: nor does it claim that all is made where something is left that those records do not mend.
func TestStillToFix(t *testing.T) {
	in := told(t, "S1", i18n.EN)
	in.Plan.Changes = in.Plan.Changes[:1]
	in.Plan.Left = in.Findings[1:2]
	in.Wait = &document.Wait{Verdict: propagation.Verdict{Result: propagation.ResultPublished}}
	for _, format := range []string{"txt", "html"} {
		data, err := document.Write(format, in)
		if err != nil {
			t.Fatal(err)
		}
		if page := string(data); !strings.Contains(page, "What else remains to be fixed is below.") || strings.Contains(page, "The records are now live everywhere.") {
			t.Errorf("%s: %s", format, page[:600])
		}
	}
}
