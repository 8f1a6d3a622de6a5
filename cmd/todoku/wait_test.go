package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/probe/realdns"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/wizard/session/store"
)

// waited is the JSON output of todoku wait.
type waited struct {
	Event, Name, Type, Place, State, Result string
	At, Until                               time.Time
}

// process runs the program in a process of its own, English, and returns what it wrote and its exit status.
func process(t *testing.T, state string, args ...string) (stdout, stderr string, status cli.Status) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"todoku", "--lang", "en"}, args...) // TestMain then is the program
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+state)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cli.Status(cmd.ProcessState.ExitCode())
}

// runWait runs todoku wait and reads its lines.
func runWait(t *testing.T, state string, status cli.Status, args ...string) []waited {
	t.Helper()
	out, errs, got := process(t, state, append([]string{"wait", "--json"}, args...)...)
	if got != status {
		t.Fatalf("status %d, want %d: %s%s", got, status, out, errs)
	}
	var all []waited
	for line := range strings.Lines(out) {
		var w waited
		if err := json.Unmarshal([]byte(line), &w); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, w)
	}
	t.Logf("%s%s", out, errs)
	return all
}

// moment is when something happened: between two looks, which are far apart where the machine is busy.
type moment struct{ from, to time.Time }

// off returns how long after the moment t is, or before it if that is negative.
func (m moment) off(t time.Time) time.Duration { return max(0, t.Sub(m.to)) + min(0, t.Sub(m.from)) }

// letThrough looks by itself when the cache lets the new records of TestRealWait through. It had the old ones at a time.
func letThrough(seen func(name string) string, old time.Time, atMost time.Duration) map[string]moment {
	when, last := map[string]moment{}, map[string]time.Time{}
	for end := time.Now().Add(atMost); len(when) < 2 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		for _, name := range []string{"shop.example", "_dmarc.shop.example"} {
			if _, known := when[name]; known {
				continue
			}
			now := time.Now()
			if s := seen(name); s == "" || s == "v=spf1 a -all" {
				last[name] = now
				continue
			}
			from, ok := last[name]
			if !ok {
				from = old
			}
			when[name] = moment{from, time.Now()}
		}
	}
	return when
}

// At real servers: an old answer is cached and an absent one, then the records are published. What the wait foretells
// is true to two seconds, and the wait that was cut short goes on. If a busy machine looks only when the copies are gone,
// it is done again with copies that last longer.
func TestRealWait(t *testing.T) {
	t.Parallel()
	for _, ttl := range []time.Duration{6, 60} {
		late := false
		t.Run(strconv.Itoa(int(ttl)), func(t *testing.T) { late = realWait(t, ttl) })
		if !late {
			return
		}
	}
	t.Error("the first look came after the copies were gone, every time")
}

// realWait is TestRealWait with copies of so many seconds. late reports that the wait looked at the copies too late.
func realWait(t *testing.T, ttl time.Duration) (late bool) {
	state := t.TempDir()
	at, auth, cache := netip.MustParseAddr("127.0.62.1"), netip.MustParseAddr("127.0.62.2"), netip.MustParseAddr("127.0.62.53")
	parent := "$TTL 300\n@ SOA ns.example. h.example. 1 3600 600 86400 300\n@ NS ns.example.\nns.example. A 127.0.62.1\n" +
		"shop NS ns.shop\nns.shop A 127.0.62.2\n"
	zone := func(serial int, records string) realdns.Zone {
		return realdns.Zone{Name: "shop.example", Text: "$TTL " + strconv.Itoa(int(ttl)) + "\n@ SOA ns h " + strconv.Itoa(serial) + " 3600 600 86400 " +
			strconv.Itoa(int(ttl)) + "\n@ 300 NS ns\nns 300 A 127.0.62.2\n@ MX 10 mail\nmail A 192.0.2.25\n" + records}
	}
	const early = "@ TXT \"v=spf1 a -all\"\n"
	w := realdns.Start(t, cache,
		realdns.Authority{Addr: at, Zones: []realdns.Zone{{Name: "example", Text: parent}}},
		realdns.Authority{Addr: auth, Zones: []realdns.Zone{zone(1, early)}})
	client := probe.New(probe.Config{Resolvers: []netip.AddrPort{w.Resolver}, Private: true, Port: w.Port}, nil)
	seen := func(name string) string {
		q := snapshot.Question{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Server, At: "cache"}}
		return strings.Join(client.AskAt(t.Context(), q, w.Resolver, false).Data(), " ")
	}
	args := []string{"shop.example", "--resolver", w.Resolver.String(), "--private", "--port", strconv.Itoa(int(w.Port)),
		"--watch", "cache=" + w.Resolver.String()}
	first := runWait(t, state, 1, append(slices.Clone(args), "--for", "10ms", "--mail-host", "own-server=192.0.2.25", "--report-to", "x@shop.example")...)
	if last := first[len(first)-1]; last.Result != "timeout" || slices.ContainsFunc(first, func(x waited) bool { return x.Place == "cache" && x.State != "pending" }) {
		t.Fatalf("before anything is published: %+v", first)
	}
	listed := func(args ...string) (string, cli.Status) {
		out, errs, status := process(t, state, append([]string{"runs"}, args...)...)
		return out + errs, status
	}
	kept := &store.Store{Dir: filepath.Join(state, "todoku", "runs"), Now: local.WallClock}
	if out, status := listed("--json"); status != 0 || !strings.Contains(out, `"domain":"shop.example","result":"pending"`) {
		t.Errorf("todoku runs --json: %d %s", status, out)
	}
	if out, status := listed("shop.example"); status != 0 || !strings.Contains(out, "ns.shop.example  not live yet") {
		t.Errorf("todoku runs shop.example: %d %s", status, out)
	}
	saved, ok := kept.Latest("shop.example")
	if !ok {
		t.Fatal("no run is kept")
	}
	records := ""
	for _, c := range saved.Changes {
		records += c.Name + ". TXT \"" + c.Value + "\"\n"
	}
	// Somebody asks too early: the cache keeps the old SPF record, and that there is no DMARC record. On a slow machine these copies
	// may be gone when the servers have the new records; then all of this is done again.
	serial := 1
	publish := func(records string) {
		serial++
		w.Publish(t, zone(serial, records))
	}
	var asked time.Time
	for range 5 {
		w.Forget(t) // the SOA that a look asked for: an absence is kept no longer than that
		asked = time.Now()
		if old, none := seen("shop.example"), seen("_dmarc.shop.example"); old != "v=spf1 a -all" || none != "" {
			t.Fatalf("%q, %q", old, none)
		}
		time.Sleep(time.Second) // what is left of the copies is less than their TTL
		publish(records)
		if time.Since(asked) < (ttl-3)*time.Second {
			break
		}
		publish(early)
	}
	truth := make(chan map[string]moment)
	go func() { truth <- letThrough(seen, asked, 3*ttl*time.Second) }()
	told := runWait(t, state, 0, append(slices.Clone(args), "--for", "3m")...)
	when := <-truth
	states := map[string]bool{}
	for _, x := range told {
		if x.Place != "cache" {
			continue
		}
		if len(states) == 0 && x.State == "published" && x.At.Sub(asked) > (ttl-1)*time.Second {
			return true
		}
		states[x.State] = true
		if x.Until.IsZero() { // any moment: on a busy machine the look comes when the copy's time is nearly over
			continue
		}
		off := when[x.Name].off(x.Until)
		t.Logf("%s %s: foretold %v after the truth", x.Name, x.State, off)
		if off.Abs() > 2*time.Second {
			t.Errorf("%s %s: the countdown is off by %v", x.Name, x.State, off)
		}
	}
	if !states["old"] || !states["negative"] || told[len(told)-1].Result != "published" {
		t.Errorf("states %v, %+v", states, told[len(told)-1])
	}
	if _, ok := kept.Latest("shop.example"); ok {
		t.Error("a run that is done is offered still")
	}
	if out, status := listed("shop.example", "--delete"); status != 0 || !strings.Contains(out, saved.ID) {
		t.Errorf("deleting: %d %s", status, out)
	}
	if out, _ := listed(); !strings.Contains(out, "There are no saved waits") {
		t.Errorf("after deleting: %s", out)
	}
	return false
}
