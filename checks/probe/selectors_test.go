package probe

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// TestSelectorSearch: what the search for keys costs, by what it finds: the names of services wherever there may be keys,
// the names of nobody only where nothing was found, nothing but the likeliest below a name that does not exist, and never
// behind a wildcard.
func TestSelectorSearch(t *testing.T) {
	cat := loadCatalog(t)
	for _, c := range []struct {
		story       string
		least, most int    // selectors asked for
		has         string // one of them
		hasNot      string
	}{
		{"s1", 1, 2 + maxDenied, "google", "zendesk1"},                          // _domainkey does not exist, as the server says
		{"s8", 50, maxWave, "zendesk1", "xserver"},                              // found
		{"dkim-not-found", 70, maxWave + maxRest + maxOwn, "hizuke", "mailmag"}, // not found: the domain's own label too
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
				sel, ok := strings.CutSuffix(a.Name, "._domainkey."+sc.Answers.Domain)
				if ok && a.Type == snapshot.TXT && !slices.Contains(asked, sel) {
					asked = append(asked, sel)
				}
			}
			if len(asked) < c.least || len(asked) > c.most || !slices.Contains(asked, c.has) || slices.Contains(asked, c.hasNot) {
				t.Errorf("%s: %d selectors, %q", c.story, len(asked), asked)
			}
		})
	}
}
