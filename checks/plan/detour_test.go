package plan_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// TestDetoursFit: only ways that fit what was answered are offered, and letters go to those who can act.
func TestDetoursFit(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	dns := &snapshot.Snapshot{Domain: "a.example"}
	dns.Add(snapshot.Answer{Key: snapshot.Key{Name: "a.example", Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK,
		Records: []snapshot.Record{{Data: "v=spf1 ip4:192.0.2.5 -all", TTL: 60}}})
	gmail := "a@gmail.com"
	for name, c := range map[string]struct {
		a    owner.Answers
		has  []string
		not  []string
		mail []string // letters
	}{
		"own forward, host unknown": {owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Mine, To: gmail}},
			[]string{"test", "copy", "ask-host", "fetch-in", "send-as", "move-in", "other-host"}, []string{"srs", "sign", "untouched"}, []string{plan.LetterOwnHost}},
		"own forward, to elsewhere, a copy stays": {owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Mine, To: "a@other.example", Copy: owner.Yes}},
			[]string{"test", "fetch"}, []string{"copy", "fetch-in", "send-as", "move-in"}, []string{plan.LetterOwnHost}},
		"own server": {owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Mine, Host: "own-server", To: gmail}},
			[]string{"srs"}, []string{"ask-host"}, nil},
		"seen to rewrite": {owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Mine, To: gmail, Copy: owner.Yes,
			Shown: owner.Shown{Forwarded: owner.Yes, Envelope: owner.Rewritten}}}, []string{"filter"}, []string{"test", "fetch-in", "other-host", "ask-host"}, nil},
		"already at Google": {owner.Answers{Route: owner.Forward, Hosts: []owner.Host{{ID: "google-workspace"}}, Forward: owner.ForwardStory{Mine: owner.Mine, To: gmail, Host: "sakura-rs"}},
			[]string{"fetch-in"}, []string{"move-in"}, []string{plan.LetterOwnHost}},
		"a recipient's": {owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Theirs, To: gmail}},
			[]string{"sign", "soften", "direct", "recipient"}, []string{"fetch", "company", "find-forwarder"}, []string{plan.LetterForwarder}},
		"whose is not known": {owner.Answers{Route: owner.Forward, Forward: owner.ForwardStory{Mine: owner.Unknown}},
			[]string{"find-forwarder"}, []string{"recipient", "direct"}, []string{plan.LetterForwarder}},
		"a list, no member": {owner.Answers{Route: owner.List, List: owner.ListStory{Address: "l@a.example", Bounced: gmail, Member: owner.No}},
			[]string{"find-member", "member", "pause-member"}, []string{"compare", "list-owner", "list-sign", "list-check"}, []string{plan.LetterMember}},
		"a list elsewhere that others run": {owner.Answers{Route: owner.List, List: owner.ListStory{Address: "l@b.example", Mine: owner.No}},
			[]string{"compare", "list-owner"}, []string{"list-spf", "list-check", "pause-member"}, []string{plan.LetterListSPF}},
		"straight": {owner.Answers{Route: owner.Direct}, nil, nil, nil},
	} {
		c.a.Domain = "a.example"
		var codes, letters []string
		for _, d := range plan.Make(facts.Read(c.a, dns, cat), nil).Detours {
			codes = append(codes, d.Code)
			if d.Letter != "" {
				letters = append(letters, d.Letter)
			}
		}
		for _, w := range c.has {
			if !slices.Contains(codes, w) {
				t.Errorf("%s: no %s in %v", name, w, codes)
			}
		}
		for _, w := range c.not {
			if slices.Contains(codes, w) {
				t.Errorf("%s: %s in %v", name, w, codes)
			}
		}
		if !slices.Equal(letters, c.mail) {
			t.Errorf("%s: letters %v", name, letters)
		}
	}
}
