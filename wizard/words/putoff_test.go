package words_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// TestPutOff: keys that were not pasted are named, and an SPF record that lacks the server's name is told apart from them.
func TestPutOff(t *testing.T) {
	p := words.P{Lang: i18n.EN}
	key := plan.Change{Name: "s1._domainkey.hibari.example", Type: "TXT", Ask: "sendgrid"}
	gap := plan.Change{Name: "hibari.example", Type: "TXT", Ask: "star-server", Gap: "v=spf1 a:<server> ~all"}
	for want, list := range map[string][]plan.Change{"": nil, "DKIM (s1)": {key}, "name of your server": {gap}, "DKIM (s1)|name of your server": {gap, key}} {
		got := p.PutOff(list)
		for i, part := range strings.Split(want, "|") {
			if want == "" && len(got) == 0 {
				break
			}
			if len(got) <= i || !strings.Contains(got[i], part) {
				t.Errorf("%q: %q", want, got)
			}
		}
	}
}

// TestWhose: of a forward of the owner's own it is said which mail a forecast is about; of nothing else.
func TestWhose(t *testing.T) {
	p := words.P{Lang: i18n.EN}
	mine := owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Mine}}
	theirs := owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Theirs}}
	if p.Whose(mine) == "" || p.Whose(theirs) != "" || p.Whose(owner.Answers{Route: owner.List}) != "" {
		t.Errorf("%q, %q", p.Whose(mine), p.Whose(theirs))
	}
}
