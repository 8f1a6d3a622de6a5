package plain_test

import (
	"testing"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Every file that can be written has its line in both front ends' lists.
func TestFormatsAreWorded(t *testing.T) {
	for _, lang := range i18n.Langs() {
		for _, f := range document.Formats() {
			for _, id := range []string{"plain.format.", "tui.export."} {
				if !lang.Has(id + f.Name) {
					t.Errorf("%s: no %s%s", lang, id, f.Name)
				}
			}
		}
	}
}
