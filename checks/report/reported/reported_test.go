package reported_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/report/reported"
)

// A story's reports before and after it was mended: what is to be done, and the record for the next stage, which lacks
// what the old ramp wants unless that is wished for. What is kept in brief has the same sums.
func TestOf(t *testing.T) {
	x := trial.New(t, "S4")
	of := func(phase string, ramp bool) reported.Domain {
		t.Helper()
		tally := x.ReadReports(t.Context(), []string{"/reports/" + phase}).Domains[0]
		dns := x.Senders(t.Context(), tally.Domain, reported.Addresses(tally), nil)
		return reported.Of(tally, reported.Known{Catalog: x.Catalog, DNS: dns, Now: x.Clock.Now(), Ramp: ramp, Senders: []string{"sendgrid", "wordpress-form"}})
	}
	before := of("before", false)
	var failing []string
	for _, s := range before.Failing() {
		failing = append(failing, s.Name())
	}
	if strings.Join(failing, " ") != "sendgrid xserver" || before.Next() != "" || before.Due() {
		t.Errorf("failing %q, next %q", failing, before.Next())
	}
	for ramp, want := range map[bool]string{false: "v=DMARC1; p=quarantine; rua=mailto:dmarc@hinata-coffee.example",
		true: "v=DMARC1; p=quarantine; pct=10; rua=mailto:dmarc@hinata-coffee.example"} {
		after := of("after", ramp)
		if after.Next() != want || len(after.Failing()) != 0 {
			t.Errorf("ramp %v: %q, %+v", ramp, after.Next(), after.Stage)
		}
	}
	brief := before.Brief()
	var whole, kept int64
	for _, s := range before.Sources {
		whole += s.Count
	}
	for _, s := range brief.Sources {
		kept += s.Count
	}
	if whole != kept || brief.Tally.Sources != nil || len(before.Tally.Sources) == 0 {
		t.Errorf("%d of %d messages are kept", kept, whole)
	}
}
