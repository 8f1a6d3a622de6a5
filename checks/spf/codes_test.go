package spf_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"example.org/todoku/checks/spf"
)

// TestCodesAreListed: Codes lists every constant, once.
func TestCodesAreListed(t *testing.T) {
	src, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []spf.Code
	for _, m := range regexp.MustCompile(`Code = "([^"]+)"`).FindAllSubmatch(src, -1) {
		want = append(want, spf.Code(m[1]))
	}
	got := spf.Codes()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || len(want) < 30 {
		t.Errorf("Codes lists %q, the constants are %q", got, want)
	}
}
