package plan_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

const sound = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCyLgaK34pXyYponA2mtt8rRwN/R0KFyy9pV7mEBTqDu/rCkgoDpxtohYGeLFqIEljj52CtY6rsmlen39THoUjUYFTjIMCj/tPg3WQ0RooHMH9ROf3uolmZjGS6inZkJ2gPzgkChx0pIy18qfh/xY7J/pt74S9M5kSTwEyCc8IjgwIDAQAB"

// What stands at the name of a key or a policy is mended where it says itself what was meant, and left alone where nothing is
// wrong or nothing was seen.
func TestRecordsAsPeopleHaveThem(t *testing.T) {
	const key, spf, policy = "google._domainkey." + domain, "v=spf1 include:_spf.google.com ~all", "_dmarc." + domain
	bare := sound[strings.Index(sound, "p=")+2:]
	watch := []string{"v=DMARC1; p=none; rua=mailto:info@" + domain}
	for name, c := range map[string]struct {
		keys, policies []string
		change         func(*snapshot.Snapshot, *owner.Answers)
		want           []string
	}{
		"a text beside the key": {keys: []string{sound, "AQAB"}, want: []string{"remove " + key + " =  was AQAB"}},
		"two parts of a key": {keys: []string{sound[:120], sound[120:]}, want: []string{
			"replace " + key + " = " + sound + " was " + sound[:120], "remove " + key + " =  was " + sound[120:]}},
		"two parts of a key, the other way round": {keys: []string{sound[120:], sound[:120]}, want: []string{
			"replace " + key + " = " + sound + " was " + sound[120:], "remove " + key + " =  was " + sound[:120]}},
		"brackets and quotes": {keys: []string{`( "v=DKIM1; h=sha256; k=rsa; " "p=` + bare + `" )`}, want: []string{
			"replace " + key + ` = v=DKIM1; h=sha256; k=rsa; p=` + bare + ` was ( "v=DKIM1; h=sha256; k=rsa; " "p=` + bare + `" )`}},
		"nothing but the letters": {keys: []string{bare}, want: []string{"replace " + key + " = v=DKIM1; k=rsa; p=" + bare + " was " + bare}},
		"a key that is cut off":   {keys: []string{sound[:150]}, want: []string{"replace " + key + " =  was " + sound[:150] + " ask google-workspace"}},
		"a target in a text": {keys: []string{"s1.keys.host.example."}, want: []string{
			"remove " + key + " =  was s1.keys.host.example.", "add " + key + " = s1.keys.host.example"}},
		"one key at two services": {keys: []string{sound[:150]}, change: func(_ *snapshot.Snapshot, a *owner.Answers) {
			a.Hosts = append(a.Hosts, owner.Host{ID: "own-server", Value: "198.51.100.70"})
			a.Keys = []owner.Key{{Selector: "google"}}
		}, want: []string{"replace " + key + " =  was " + sound[:150] + " ask google-workspace"}},
		"a selector that failed": {change: func(s *snapshot.Snapshot, _ *owner.Answers) {
			s.Add(snapshot.Answer{Key: snapshot.Key{Name: key, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.Failed, Reason: snapshot.Timeout})
		}},
		"a wildcard's key": {keys: []string{sound}, change: func(s *snapshot.Snapshot, _ *owner.Answers) {
			s.Add(snapshot.Answer{Key: snapshot.Key{Name: snapshot.WildcardLabel + "._domainkey." + domain, Type: snapshot.TXT, Via: snapshot.Authority},
				Status: snapshot.OK, Records: []snapshot.Record{{Data: sound}}})
		}},
		"a wildcard's empty key": {keys: []string{"v=DKIM1; p="}, change: func(s *snapshot.Snapshot, _ *owner.Answers) {
			s.Add(snapshot.Answer{Key: snapshot.Key{Name: snapshot.WildcardLabel + "._domainkey." + domain, Type: snapshot.TXT, Via: snapshot.Authority},
				Status: snapshot.OK, Records: []snapshot.Record{{Data: "v=DKIM1; p="}}})
		}, want: []string{"add " + key + " =  ask google-workspace"}},
		"repeated addresses": {keys: []string{sound}, policies: []string{"v=DMARC1; p=None; rua=mailto:a@" + domain + "; rua=mailto:b@" + domain}, want: []string{
			"replace " + policy + " = v=DMARC1; p=none; rua=mailto:a@" + domain + ",mailto:b@" + domain +
				" was v=DMARC1; p=None; rua=mailto:a@" + domain + "; rua=mailto:b@" + domain}},
		"a piece beside the policy, which is right": {keys: []string{sound}, policies: []string{watch[0], "rua=mailto:b@" + domain}},
		"a piece in place of the policy": {keys: []string{sound}, policies: []string{"rua=mailto:b@" + domain}, want: []string{
			"replace " + policy + " = v=DMARC1; p=none; rua=mailto:info@" + domain + ",mailto:b@" + domain + " was rua=mailto:b@" + domain}},
		"blanks, which are allowed": {keys: []string{sound}, policies: []string{"v = DMARC1 ; p = none ; rua = mailto:info@" + domain}},
	} {
		if c.policies == nil {
			c.policies = watch
		}
		s := world(t, map[string][]string{domain: {spf}, key: c.keys, policy: c.policies})
		a := google()
		if c.change != nil {
			c.change(s, &a)
		}
		if got := lines(proposal(t, s, a)); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// A note speaks of the value that is proposed, not of one that another decision changed.
func TestNotesFitTheValue(t *testing.T) {
	s := world(t, map[string][]string{domain: {"v=spf1 -all"}, "_dmarc." + domain: {"v=DMARC1; p=quarantine; pct=30"}})
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: "_domainkey." + domain, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.NXDomain})
	for _, c := range proposal(t, s, google()).Changes {
		for _, n := range c.Notes {
			if n.Code == "pct-dropped" && strings.Contains(c.Value, "p=none") {
				t.Errorf("%s has the note %s %v", c.Value, n.Code, n.Args)
			}
		}
	}
}
