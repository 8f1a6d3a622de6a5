package plan_test

import (
	"slices"
	"testing"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// TestServiceNotes: the record says what is not confirmed, and where a pass does not count for DMARC; what it takes in
// nothing of is not talked about.
func TestServiceNotes(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about string
		host  string
		send  []string
		want  []string // code service
	}{
		{"confirmed, and in one's own name", "google-workspace", nil, nil},
		{"a host whose value is only seen in use", "onamae-rs", nil, []string{"spf-unconfirmed onamae-rs"}},
		{"a service whose mail comes back to itself", "google-workspace", []string{"benchmark-email"}, []string{"spf-unaligned benchmark-email"}},
		{"a service that can have a return address of the owner's", "google-workspace", []string{"zendesk"}, []string{"spf-aligned-by-console zendesk"}},
		{"a service that needs nothing in SPF", "google-workspace", []string{"sendgrid"}, nil},
		{"a service that sends from its own address", "google-workspace", []string{"base"}, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := snapshot.New("a.example", time.Time{})
			s.Add(snapshot.Answer{Key: snapshot.Key{Name: "a.example", Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.NoData})
			in := facts.Read(owner.Answers{Domain: "a.example", Hosts: []owner.Host{{ID: c.host}}, Senders: c.send}, s, cat)
			var got []string
			for _, ch := range plan.Make(in, checks.Diagnose(in)).Changes {
				for _, n := range ch.Notes {
					if n.Args["service"] != "" {
						got = append(got, string(n.Code)+" "+n.Args["service"])
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
