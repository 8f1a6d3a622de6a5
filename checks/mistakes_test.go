package checks_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/todoku/checks/lab"
)

// TestEveryMistakeHasAScenario: each row of docs/mistakes.md names its findings, and scenarios that hold the mistake
// and show each of them.
func TestEveryMistakeHasAScenario(t *testing.T) {
	text, err := os.ReadFile("../docs/mistakes.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (\d+) \| .* \| (.*) \|$`)
	code := regexp.MustCompile("`([a-z0-9-]+)`")
	rows := row.FindAllStringSubmatch(string(text), -1)
	if len(rows) != 54 {
		t.Fatalf("%d rows, want 54", len(rows))
	}
	shown := map[int][]lab.Scenario{}
	for _, sc := range scenarios(t) {
		for _, n := range sc.Mistakes {
			if n < 1 || n > len(rows) {
				t.Errorf("%s: no mistake %d", sc.ID, n)
			}
			shown[n] = append(shown[n], sc)
		}
	}
	for _, r := range rows {
		n, _ := strconv.Atoi(r[1])
		codes := code.FindAllStringSubmatch(r[2], -1)
		if len(codes) == 0 && !strings.Contains(r[2], "wait") {
			t.Errorf("row %d names no finding", n)
		}
		for _, c := range codes {
			if !slices.ContainsFunc(shown[n], func(sc lab.Scenario) bool { return sc.Shows(c[1]) }) {
				t.Errorf("row %d: no scenario with it shows %s", n, c[1])
			}
		}
	}
}
