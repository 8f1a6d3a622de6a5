package owner

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
)

// Merge knows every answer: a new field fails here until it is merged, or listed as one that stays.
func TestMerge(t *testing.T) {
	all := Answers{Domain: "a.example", Address: "x@a.example", Symptom: SymptomBounce, Hosts: []Host{{ID: "h"}}, Senders: []string{"s"}, NoSender: true, Panel: "p",
		Route: Forward, Forward: ForwardStory{Mine: Mine}, List: ListStory{Address: "l@a.example"}, IPs: []netip.Addr{netip.IPv4Unspecified()}, Keys: []Key{{Selector: "k"}},
		ReportTo: "r@a.example", Volume: VolumeBulk, Message: "m", Mail: Mail{Kind: "bounce"}, SPF: SPFChoice{Drop: []string{"a"}}, Reports: []string{"f"}}
	stay := []string{"Domain", "Address", "Symptom", "Message", "Reports"}
	got, whole := reflect.ValueOf(Answers{}.Merge(all)), reflect.ValueOf(all)
	for i := range whole.NumField() {
		name := whole.Type().Field(i).Name
		if whole.Field(i).IsZero() {
			t.Errorf("%s: this test gives it no value", name)
		}
		if merged := reflect.DeepEqual(got.Field(i).Interface(), whole.Field(i).Interface()); merged == slices.Contains(stay, name) {
			t.Errorf("%s: merged is %v", name, merged)
		}
	}
	if kept := all.Merge(Answers{Panel: "q"}); kept.Panel != "q" || kept.ReportTo != all.ReportTo || !slices.Equal(kept.Hosts, all.Hosts) {
		t.Errorf("what the other does not say: %+v", kept)
	}
}
