package document

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// What is seldom there is written as the rest is: every field, unescaped, indented, and read back.
func TestSeldom(t *testing.T) {
	o := Object{Findings: []Finding{{Problems: []Problem{{Text: "<a> & \u202eb"}}}}, Ways: []Way{{Text: "<b>", Tries: []Try{{IP: "192.0.2.1"}}}},
		Lists: []Requirements{{Receiver: "<c>", Items: []Requirement{{Text: "<d>"}}}}, Wait: &Waiting{Sights: []Sight{{Name: "<e>"}}},
		Reports: &ReportLine{Domain: "<f>", Sources: []ReportSource{{IP: "<g>"}}}, Proof: &Proof{Text: "<h>"}}
	for _, indent := range []string{"", "  "} {
		raw, err := Encode(o, indent)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`<a> & \u202eb`, "<b>", "<c>", "<d>", "<e>", "<f>", "<g>", "<h>"} {
			if !strings.Contains(string(raw), want) {
				t.Errorf("no %s in %s", want, raw)
			}
		}
		if lines := strings.Count(string(raw), "\n"); indent == "" && lines != 1 || indent != "" && !strings.Contains(string(raw), "\n      \"text\": \"<b>\"") {
			t.Errorf("%d lines: %s", lines, raw)
		}
		var back Object
		if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, o) {
			t.Errorf("%v\n got %+v\nwant %+v", err, back, o)
		}
	}
	if raw, err := Encode(Object{}, ""); err != nil || strings.Contains(string(raw), "proof") {
		t.Errorf("%v: %s", err, raw)
	}
}
