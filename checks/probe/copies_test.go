package probe

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/snapshot"
)

// askedBelow lists the labels below the domain that a run asks for, without selectors and what every run asks for.
func askedBelow(t *testing.T, id string) (names []string, mx int) {
	t.Helper()
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, n, d := internet(t, id)
		s, err := labClient(n, d, cat).Run(t.Context(), sc.Answers, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		domain := sc.Answers.Domain
		for _, a := range s.Answers {
			name, below := strings.CutSuffix(a.Name, "."+domain)
			switch {
			case a.Type == snapshot.AAAA && strings.HasSuffix(a.Name, ".google.com"):
				mx++
			case a.Type == snapshot.SPF:
				names = append(names, "type SPF")
			case below && a.Type == snapshot.TXT && name != "_dmarc" && !strings.HasSuffix(name, "_domainkey") && name != WildcardLabel:
				names = append(names, name)
			}
		}
	})
	slices.Sort(names)
	return names, mx
}

// TestCopiesCostNothingToTheHealthy: the places of mistakes are asked for only where the record is missing at its own.
func TestCopiesCostNothingToTheHealthy(t *testing.T) {
	t.Parallel()
	names, six := askedBelow(t, "s8")
	if len(names) > 0 {
		t.Errorf("a healthy domain is asked for %q", names)
	}
	if six != 1 { // of the first server, whose name may tell the host
		t.Errorf("%d IPv6 addresses of somebody else's mail servers are asked for, want 1", six)
	}
	for id, want := range map[string][]string{
		"spf-misplaced":      {"_spf", "kazahana", "kazahana.example", "mail", "spf", "type SPF", "www"},
		"dmarc-elsewhere":    {"_dmarc.mail", "_dmarc.www", "_dmarc.yorimichi", "_dmarc.yorimichi.example", "dmarc"},
		"dkim-bare-selector": {"_domainkey.kagiana", "_domainkey.kagiana.example", "google", "google._domain_key", "google._domainkey.kagiana", "google._domainkey.kagiana.example", "google._domainkeys", "google.domainkey"},
	} {
		if got, _ := askedBelow(t, id); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
