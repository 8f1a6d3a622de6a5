package lab

import (
	"slices"
	"strings"
	"testing"
)

const withFindings = "-- scenario.toml --\nid = \"x\"\n-- findings --\n"

func TestFindingsSection(t *testing.T) {
	want := []Finding{
		{Code: "spf-ok"},
		{Code: "ns-disagree", State: "serial"},
		{Code: "dkim-ok", Name: "google._domainkey.own.example"},
		{Code: "ns-moving", State: "lost", Name: "own.example", Severity: "harms", Under: "ns-lame"},
		{Code: "spf-missing", Severity: "harms", Under: "ns-moving"},
	}
	var text strings.Builder
	for _, f := range want {
		text.WriteString(f.String() + "\n")
	}
	sc, err := Parse("x.txtar", []byte(withFindings+text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sc.Findings, want) {
		t.Errorf("%q\nreads as %q", text.String(), sc.Findings)
	}
	if !sc.Shows("ns-disagree") || sc.Shows("spf-missing") || sc.Shows("mx-ok") {
		t.Error("Shows is for what is listed and not hidden")
	}
	for _, line := range []string{"spf-ok at", "spf-ok under a at b", "spf-ok state more", "spf-ok at a at b", "spf-ok a b c"} {
		if _, err := Parse("x.txtar", []byte(withFindings+line+"\n")); err == nil || !strings.Contains(err.Error(), "x.txtar:4") {
			t.Errorf("%q: %v", line, err)
		}
	}
}
