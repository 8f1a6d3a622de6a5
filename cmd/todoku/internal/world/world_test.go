package world

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// The places to watch in a story: its authoritative servers by their addresses, then the resolvers.
func TestPlacesAndLook(t *testing.T) { synctest.Test(t, placesAndLookInNoTime) }

func placesAndLookInNoTime(t *testing.T) {
	p := &cli.Program{Lang: i18n.JA, Common: cli.Common{Lab: "S1", Timeout: cli.DefaultTimeout}}
	w, err := Opener(p)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	domain := w.StoryDomain()
	if len(w.Places(nil)) != len(w.Resolvers) {
		t.Error("without a snapshot only the resolvers are watched")
	}
	snap, err := w.Client.Run(t.Context(), owner.Answers{Domain: domain}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	places := w.Places(snap)
	var authorities, resolvers []string
	for _, p := range places {
		if p.Caches < 1 || p.Name == "" || p.Addr == "" {
			t.Errorf("half a place: %+v", p)
		}
		if p.Authority {
			authorities = append(authorities, p.ID)
		} else {
			resolvers = append(resolvers, p.ID)
		}
	}
	if len(authorities) < 2 || !slices.Contains(resolvers, systemID) || !slices.Contains(resolvers, "google") {
		t.Fatalf("authorities %v, resolvers %v", authorities, resolvers)
	}

	if err := w.Net.Publish([]snapshot.Edit{{Name: domain, Type: snapshot.TXT, Add: []string{"v=spf1 -all"}, TTL: 300}}); err != nil {
		t.Fatal(err)
	}
	asks := []propagation.Ask{
		{Place: authorities[0], Name: domain, Type: snapshot.TXT},
		{Place: systemID, Name: domain, Type: snapshot.MX},
		{Place: "nowhere", Name: domain, Type: snapshot.TXT},
	}
	looks := w.Look(t.Context(), asks, places)
	seen := map[string]propagation.Look{}
	for _, l := range looks {
		seen[l.Place] = l
	}
	if l := seen[authorities[0]]; !slices.Contains(l.Answer.Data(), "v=spf1 -all") || !l.Answer.AA || l.At.IsZero() {
		t.Errorf("the authority: %+v", l)
	}
	if l := seen[systemID]; l.Answer.Status != snapshot.OK {
		t.Errorf("the system's resolver: %+v", l)
	}
	if _, ok := seen["nowhere"]; ok {
		t.Error("a place that is not there was looked at")
	}
}

func TestWatchFlagReplacesTheResolvers(t *testing.T) {
	p := &cli.Program{Lang: i18n.EN, Common: cli.Common{Timeout: cli.DefaultTimeout, Resolvers: []string{"127.0.0.1:5300"},
		Watch: []string{"office=127.0.0.1", "lab=[::1]:5353"}}}
	w, err := Opener(p)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range w.Places(nil) {
		got = append(got, p.ID+" "+p.Addr)
	}
	if want := []string{"office 127.0.0.1:53", "lab [::1]:5353"}; !slices.Equal(got, want) {
		t.Errorf("watched %v, want %v", got, want)
	}
}

// endpoint reads addresses in every form, and refuses what is none.
func TestEndpoint(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1": "192.0.2.1:53", "192.0.2.1:5353": "192.0.2.1:5353", "2001:db8::1": "[2001:db8::1]:53",
		"[2001:db8::1]": "[2001:db8::1]:53", "[2001:db8::1]:5353": "[2001:db8::1]:5353", " 192.0.2.1 ": "192.0.2.1:53",
		"::ffff:192.0.2.1": "192.0.2.1:53",
		"":                 "", "192.0.2.1:0": "", "192.0.2.1:70000": "", "a b": "", "192.0.2.1:x": "", "x/y:53": "", "-\x1b:53": "",
	} {
		got, err := endpoint(context.Background(), text)
		if (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("endpoint(%q) = %v, %v; want %q", text, got, err, want)
		}
	}
}
