// Package realdns starts real name servers for tests: NSD as authoritative server and Unbound as recursive resolver, on
// loopback addresses, with all files in the test's temporary directory. No packet leaves the machine, since the resolver
// knows only the test's own root.
package realdns

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// Zone is one zone file; Name is the apex without the final dot ("" is the root).
type Zone struct {
	Name string
	Text string
}

// Authority is one NSD and its zones.
type Authority struct {
	Addr  netip.Addr
	Zones []Zone
}

// World is the set of running servers.
type World struct {
	Resolver netip.AddrPort // Unbound
	Port     uint16         // of every authoritative server
	serve    map[string][]served
	unbound  *unbound
}

// unbound is the running resolver and what it takes to start it again.
type unbound struct {
	at   netip.AddrPort
	args []string
	stop func()
}

// Forget empties the resolver's cache: it is stopped and started again at the same address.
func (w World) Forget(t testing.TB) {
	t.Helper()
	w.unbound.stop()
	_, w.unbound.stop = run(t, w.unbound.at, "unbound", w.unbound.args...)
}

// served is a zone at one authoritative server.
type served struct {
	file string
	at   netip.AddrPort
	cmd  *exec.Cmd
}

// Publish replaces the content of a zone at every authoritative server that serves it, and waits until all have it. The
// serial must change.
func (w World) Publish(t testing.TB, z Zone) {
	t.Helper()
	m := new(dns.Msg).SetQuestion(dns.Fqdn(z.Name), dns.TypeSOA)
	serial := func(at netip.AddrPort) uint32 {
		r, err := dns.Exchange(m, at.String())
		if err != nil || len(r.Answer) == 0 {
			return 0
		}
		return r.Answer[0].(*dns.SOA).Serial
	}
	for _, s := range w.serve[z.Name] {
		was := serial(s.at)
		write(t, s.file, "$ORIGIN "+dns.Fqdn(z.Name)+"\n"+z.Text)
		if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(15 * time.Second); serial(s.at) == was; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("nsd at %s does not take the new content of %q", s.at, z.Name)
			}
		}
	}
}

// Require skips the test if the programs are not installed, and fails it if TODOKU_REQUIRE_SERVERS is 1.
func Require(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := find(p); err == nil {
			continue
		}
		if os.Getenv("TODOKU_REQUIRE_SERVERS") == "1" {
			t.Fatalf("%s is not installed, and TODOKU_REQUIRE_SERVERS=1 demands it", p)
		}
		t.Skipf("%s is not installed (Debian: apt install nsd unbound)", p)
	}
}

// find looks for a program in PATH and in /usr/sbin, which users' paths often lack.
func find(program string) (string, error) {
	if p, err := exec.LookPath(program); err == nil {
		return p, nil
	}
	return exec.LookPath(filepath.Join("/usr/sbin", program))
}

// Start runs the authoritative servers and a resolver that knows where each zone is, and stops them when the test ends.
// It adds a root zone if there is none. Ports are free ones, so no privilege is needed.
func Start(t testing.TB, resolver netip.Addr, authorities ...Authority) World {
	t.Helper()
	Require(t, "nsd", "unbound")
	return start(t, FreePort(t, addresses(resolver, authorities)...), resolver, nil, authorities)
}

// StartValidating is Start with a resolver that validates DNSSEC below the trust anchors (DS records in presentation
// form) and explains failures (RFC 8914).
func StartValidating(t testing.TB, resolver netip.Addr, anchors []string, authorities ...Authority) World {
	t.Helper()
	Require(t, "nsd", "unbound")
	return start(t, FreePort(t, addresses(resolver, authorities)...), resolver, anchors, authorities)
}

// Start53 is Start with the authoritative servers on port 53, for tests of the whole binary. It skips the test if this
// user may not listen there.
func Start53(t testing.TB, resolver netip.Addr, authorities ...Authority) World {
	t.Helper()
	Require(t, "nsd", "unbound")
	if !free(53, addresses(resolver, authorities)) {
		t.Skipf("cannot listen on port 53 of the loopback addresses (it needs root, or net.ipv4.ip_unprivileged_port_start)")
	}
	return start(t, 53, resolver, nil, authorities)
}

func addresses(resolver netip.Addr, authorities []Authority) []netip.Addr {
	out := []netip.Addr{resolver}
	for _, a := range authorities {
		out = append(out, a.Addr)
	}
	return out
}

func start(t testing.TB, port uint16, resolver netip.Addr, anchors []string, authorities []Authority) World {
	t.Helper()
	root := false
	for _, a := range authorities {
		for _, z := range a.Zones {
			root = root || z.Name == ""
		}
	}
	w := World{Port: port, serve: map[string][]served{}}
	w.Resolver = netip.AddrPortFrom(resolver, FreePort(t, resolver))
	if !root {
		authorities = append([]Authority{}, authorities...)
		authorities[0].Zones = append([]Zone{{"", "$TTL 60\n. SOA ns.root. x.root. 1 60 60 60 60\n. NS ns.root.\n"}}, authorities[0].Zones...)
	}
	at := map[string][]netip.Addr{}
	for _, a := range authorities {
		startNSD(t, a, w)
		for _, z := range a.Zones {
			at[z.Name] = append(at[z.Name], a.Addr)
		}
	}
	w.unbound = startUnbound(t, w, at, anchors)
	return w
}

// FreePort returns a port that is free on all the addresses, for UDP and TCP.
func FreePort(t testing.TB, addrs ...netip.Addr) uint16 {
	t.Helper()
	for range 50 {
		l, err := net.Listen("tcp", netip.AddrPortFrom(addrs[0], 0).String())
		if err != nil {
			t.Skipf("cannot listen on %s: %v", addrs[0], err)
		}
		port := l.Addr().(*net.TCPAddr).AddrPort().Port()
		l.Close()
		if free(port, addrs) {
			return port
		}
	}
	t.Fatal("no port is free on every address")
	return 0
}

func free(port uint16, addrs []netip.Addr) bool {
	for _, a := range addrs {
		to := netip.AddrPortFrom(a, port).String()
		u, err := net.ListenPacket("udp", to)
		if err != nil {
			return false
		}
		u.Close()
		l, err := net.Listen("tcp", to)
		if err != nil {
			return false
		}
		l.Close()
	}
	return true
}

// Silent listens at an address and never answers: a dead server, unlike a closed port.
func Silent(t testing.TB, at netip.AddrPort) {
	t.Helper()
	c, err := net.ListenPacket("udp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
}

func startNSD(t testing.TB, a Authority, w World) {
	t.Helper()
	port := w.Port
	dir := t.TempDir()
	var conf strings.Builder
	fmt.Fprintf(&conf, `server:
	ip-address: %s@%d
	server-count: 1
	username: ""
	chroot: ""
	zonesdir: "%[3]s"
	database: ""
	zonelistfile: "%[3]s/zone.list"
	xfrdfile: "%[3]s/xfrd.state"
	xfrdir: "%[3]s"
	pidfile: ""
	rrl-ratelimit: 0
	rrl-whitelist-ratelimit: 0
remote-control:
	control-enable: no
`, a.Addr, port, dir)
	for i, z := range a.Zones {
		file := fmt.Sprintf("zone%d", i)
		write(t, filepath.Join(dir, file), "$ORIGIN "+dns.Fqdn(z.Name)+"\n"+z.Text)
		fmt.Fprintf(&conf, "zone:\n\tname: \"%s\"\n\tzonefile: \"%s\"\n", dns.Fqdn(z.Name), file)
	}
	write(t, filepath.Join(dir, "nsd.conf"), conf.String())
	at := netip.AddrPortFrom(a.Addr, port)
	cmd, _ := run(t, at, "nsd", "-d", "-c", filepath.Join(dir, "nsd.conf"))
	for i, z := range a.Zones {
		w.serve[z.Name] = append(w.serve[z.Name], served{filepath.Join(dir, fmt.Sprintf("zone%d", i)), at, cmd})
		m := new(dns.Msg).SetQuestion(dns.Fqdn(z.Name), dns.TypeSOA)
		r, err := dns.Exchange(m, at.String())
		if err != nil || len(r.Answer) == 0 {
			why, _ := exec.Command(filepath.Join("/usr/sbin", "nsd-checkzone"), dns.Fqdn(z.Name), filepath.Join(dir, fmt.Sprintf("zone%d", i))).CombinedOutput()
			t.Fatalf("nsd does not serve %q: %v\n%s", z.Name, err, why)
		}
	}
}

func startUnbound(t testing.TB, w World, at map[string][]netip.Addr, anchors []string) *unbound {
	t.Helper()
	dir := t.TempDir()
	var conf strings.Builder
	modules := "iterator"
	if len(anchors) > 0 {
		modules = "validator iterator"
	}
	fmt.Fprintf(&conf, `server:
	interface: %s@%d
	port: %[2]d
	outgoing-interface: 127.0.0.1
	access-control: 127.0.0.0/8 allow
	do-ip6: no
	do-daemonize: no
	use-syslog: no
	logfile: ""
	verbosity: 0
	chroot: ""
	username: ""
	pidfile: ""
	directory: "%[3]s"
	num-threads: 1
	module-config: "%[4]s"
	ede: yes
	do-not-query-localhost: no
	unblock-lan-zones: yes
	insecure-lan-zones: yes
	local-zone: "127.in-addr.arpa." nodefault
	local-zone: "2.0.192.in-addr.arpa." nodefault
	local-zone: "test." nodefault
	cache-min-ttl: 0
	infra-cache-min-rtt: 50
`, w.Resolver.Addr(), w.Resolver.Port(), dir, modules)
	for _, a := range anchors {
		fmt.Fprintf(&conf, "\ttrust-anchor: \"%s\"\n", strings.Join(strings.Fields(a), " "))
	}
	conf.WriteString("remote-control:\n\tcontrol-enable: no\n")
	for zone, addrs := range at {
		fmt.Fprintf(&conf, "stub-zone:\n\tname: \"%s\"\n\tstub-prime: no\n", dns.Fqdn(zone))
		for _, a := range addrs {
			fmt.Fprintf(&conf, "\tstub-addr: %s@%d\n", a, w.Port)
		}
	}
	write(t, filepath.Join(dir, "unbound.conf"), conf.String())
	u := &unbound{at: w.Resolver, args: []string{"-d", "-p", "-c", filepath.Join(dir, "unbound.conf")}}
	_, u.stop = run(t, u.at, "unbound", u.args...)
	return u
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run starts a server, waits until it answers, and stops it when the test ends, or earlier by the function it returns.
func run(t testing.TB, at netip.AddrPort, program string, args ...string) (_ *exec.Cmd, stop func()) {
	t.Helper()
	path, err := find(program)
	if err != nil {
		t.Fatal(err)
	}
	log := new(strings.Builder)
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	stop = func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-gone:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-gone
		}
	}
	t.Cleanup(stop)
	m := new(dns.Msg).SetQuestion(".", dns.TypeSOA)
	m.RecursionDesired = false
	c := &dns.Client{Timeout: 200 * time.Millisecond}
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case <-gone:
			t.Fatalf("%s ended: %s", program, log)
		default:
		}
		if _, _, err := c.Exchange(m, at.String()); err == nil {
			return cmd, stop
		}
	}
	t.Fatalf("%s does not answer at %s", program, at)
	return nil, nil
}
