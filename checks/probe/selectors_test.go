package probe

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"todoku/checks/owner"
	"todoku/checks/snapshot"
)

// TestSelectorSearch: what the search for keys costs, by what it finds: the long list only where nothing was found, nothing
// but the likeliest below a name that does not exist, and never behind a wildcard.
func TestSelectorSearch(t *testing.T) {
	cat := loadCatalog(t)
	for _, c := range []struct {
		story       string
		least, most int    // selectors asked for
		has         string // one of them
		hasNot      string
	}{
		{"s1", 1, 3, "google", "s1"},                                // _domainkey does not exist
		{"s8", 5, 12, "google", "brevo1"},                           // found
		{"dkim-not-found", 15, maxGuesses + maxOwn, "hizuke", "cm"}, // not found: the domain's own label too
		{"wildcard-key", 1, 4, WildcardLabel, "zendesk1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			sc, n, d := internet(t, c.story)
			s, err := labClient(n, d, cat).Run(t.Context(), owner.Answers{Domain: sc.Answers.Domain, Hosts: sc.Answers.Hosts}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			var asked []string
			for _, a := range s.Answers {
				if sel, ok := strings.CutSuffix(a.Name, "._domainkey."+sc.Answers.Domain); ok && a.Type == snapshot.TXT {
					asked = append(asked, sel)
				}
			}
			if len(asked) < c.least || len(asked) > c.most || !slices.Contains(asked, c.has) || slices.Contains(asked, c.hasNot) {
				t.Errorf("%s: %d selectors, %q", c.story, len(asked), asked)
			}
			if len(s.Answers) > 60 {
				t.Errorf("%s: %d questions", c.story, len(s.Answers))
			}
		})
	}
}
