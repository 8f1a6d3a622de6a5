package document_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// TestJSONNamesThePlace: every mistake that an SPF record can hold is in the JSON of "check", with its place in the
// record, the certain repair and words.
func TestJSONNamesThePlace(t *testing.T) {
	rows, err := os.ReadFile("../../checks/spf/testdata/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	cat := input(t, i18n.EN).Catalog
	n := 0
	for row := range strings.Lines(string(rows)) {
		var code spf.Code
		var record, under, fix string
		if strings.HasPrefix(row, "#") {
			continue
		}
		if _, err := fmt.Sscanf(row, "%s %q %q %q", &code, &record, &under, &fix); err != nil {
			t.Fatalf("%s: %v", row, err)
		}
		n++
		s := snapshot.New("example.jp", time.Time{})
		s.Add(snapshot.Answer{Key: snapshot.Key{Name: "example.jp", Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK,
			Records: []snapshot.Record{{Data: record}}})
		in := document.Input{Lang: i18n.EN, Catalog: cat, Answers: owner.Answers{Domain: "example.jp"}, DNS: s}
		in.Findings = checks.Diagnose(facts.Read(in.Answers, s, cat))
		found := false
		for _, f := range document.Contract(in).Findings {
			i := slices.IndexFunc(f.Problems, func(p document.Problem) bool { return p.Code == code })
			if i < 0 {
				continue
			}
			found = true
			p := f.Problems[i]
			if f.Args["record"] != record || record[p.Start:p.End] != under || p.Text != under || p.What == "" ||
				p.Certain != (fix != "") || p.Certain && p.Repair != strings.TrimPrefix(fix, "-") {
				t.Errorf("%q: %+v", record, p)
			}
		}
		if !found {
			t.Errorf("%s: no finding names its place in %q", code, record)
		}
	}
	if n < 40 {
		t.Errorf("%d rows", n)
	}
}
