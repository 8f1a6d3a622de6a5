package world

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"todoku/checks/owner"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
)

// The places to watch in a story: its authoritative servers by their addresses, then the resolvers.
func TestPlacesAndLook(t *testing.T) {
	a := &app{lang: i18n.JA, opt: options{lab: "S1", timeout: defaultTimeout}}
	w, err := a.world(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	domain := w.story.Answers.Domain
	if len(w.Places(nil)) != len(w.Resolvers) {
		t.Error("without a snapshot only the resolvers are watched")
	}
	snap, err := w.client.Run(t.Context(), owner.Answers{Domain: domain}, nil, nil)
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

	if err := w.net.Publish([]snapshot.Edit{{Name: domain, Type: snapshot.TXT, Add: []string{"v=spf1 -all"}, TTL: 300}}); err != nil {
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
	a := &app{lang: i18n.EN, opt: options{timeout: defaultTimeout, resolvers: []string{"127.0.0.1:5300"},
		watch: []string{"office=127.0.0.1", "lab=[::1]:5353"}}}
	w, err := a.world(t.Context())
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

// A story that is served can be checked through its loopback ports.
func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &gate{ready: make(chan struct{})}
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"lab", "S1", "--serve", "--lang", "en"}, strings.NewReader(""), out, &errs)
	}()
	select {
	case <-out.ready:
	case status := <-ended:
		stop()
		t.Skipf("cannot serve here: status %d: %s", status, &errs)
	}
	_, command, ok := strings.Cut(out.String(), "todoku check ")
	command, _, _ = strings.Cut(command, "\n")
	if !ok {
		t.Fatalf("no command is offered: %s", out)
	}
	var told, faults bytes.Buffer
	args := append([]string{"check", "--lang", "en"}, strings.Fields(command)...)
	if status := run(ctx, args, strings.NewReader(""), &told, &faults); status != statusFix {
		t.Errorf("status %d: %s%s", status, &told, &faults)
	}
	if !strings.Contains(told.String(), "There is no SPF record") {
		t.Errorf("said: %s", &told)
	}
	stop()
	if status := <-ended; status != statusOK {
		t.Errorf("serve ended with %d: %s", status, &errs)
	}
}

// gate is an output that says when the list of servers has come, the last thing that serve writes.
type gate struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	ready chan struct{}
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if bytes.Contains(p, []byte("ns1.xserver.jp")) {
		close(g.ready)
	}
	return g.buf.Write(p)
}

func (g *gate) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.String()
}
