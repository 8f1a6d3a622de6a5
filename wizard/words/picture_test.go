package words_test

import (
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Where a bounce is in hand, the picture ends at the address that refused, and is broken there though DNS is right; the
// evidence is the bounce.
func TestRefusedPicture(t *testing.T) {
	for id, want := range map[string]words.Link{"mail-login": words.LinkBroken, "mail-open": words.LinkBroken, "mail-mended": words.LinkUnknown} {
		sc, err := lab.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		in := trial.Seen(t, sc)
		found := checks.Diagnose(in)
		pl := plan.Make(in, found)
		p := words.P{Lang: i18n.JA, Catalog: in.Catalog, Now: trial.Day}
		pic := p.Picture(words.Scene{In: in, Findings: found, Plan: pl, Forecast: forecast.Make(in, pl)})
		end, last := pic.Stops[len(pic.Stops)-1].Name, pic.Links[len(pic.Links)-1]
		if end != in.Owner.Mail.Recipient || last != want {
			t.Errorf("%s ends at %q (%q refused), %s", id, end, in.Owner.Mail.Recipient, last)
		}
		f, _ := checks.Refusal(found)
		if e := p.Finding(f).Evidence; len(e) == 0 || id != "mail-mended" && len(e) != 1 {
			t.Errorf("%s: evidence %q", id, e)
		}
	}
}
