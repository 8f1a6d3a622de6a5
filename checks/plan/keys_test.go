package plan_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// TestSeveralKeys: where a service's console gives several keys at once, those that the owner has not pasted are asked
// for, each once, whatever else was pasted for the service and in which order.
func TestSeveralKeys(t *testing.T) {
	key := func(selector string) owner.Key {
		return owner.Key{Service: "sendgrid", Selector: selector, Value: selector + ".domainkey.u1234567.wl123.sendgrid.net", Alias: true}
	}
	for _, c := range []struct {
		name   string
		pasted []owner.Key
		want   []string
	}{
		{"none", nil, []string{"s1", "s2"}},
		{"one of them", []owner.Key{key("s1")}, []string{"s1", "s2"}},
		{"another one", []owner.Key{key("m1")}, []string{"m1"}},
		{"another one first", []owner.Key{key("m1"), key("s1")}, []string{"m1", "s1", "s2"}},
		{"another one last", []owner.Key{key("s1"), key("m1")}, []string{"m1", "s1", "s2"}},
		{"both", []owner.Key{key("s2"), key("s1")}, []string{"s1", "s2"}},
	} {
		s := world(t, map[string][]string{domain: {"v=spf1 include:_spf.google.com ~all"}, "_dmarc." + domain: {"v=DMARC1; p=none; rua=mailto:info@" + domain}})
		s.Add(snapshot.Answer{Key: snapshot.Key{Name: "_domainkey." + domain, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.NXDomain})
		a := google()
		a.NoSender, a.Senders, a.Keys = false, []string{"sendgrid"}, c.pasted
		var got []string
		for _, x := range proposal(t, s, a).Changes {
			if x.Service == "sendgrid" {
				got = append(got, x.Name[:2])
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: keys at %v, want %v", c.name, got, c.want)
		}
	}
}
