package probe

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// dohServer serves a handler by RFC 8484 and counts.
func dohServer(t *testing.T, h handler) (w *web, url string, conf *tls.Config, asked *atomic.Int32, proto *atomic.Value) {
	t.Helper()
	asked, proto = new(atomic.Int32), new(atomic.Value)
	w = serveWeb(t, true, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		proto.Store(r.Proto)
		body, _ := io.ReadAll(r.Body)
		m := new(dns.Msg)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/dns-message" || m.Unpack(body) != nil || m.Id != 0 {
			t.Errorf("a bad request: %s %s %v", r.Method, r.Header, m)
		}
		w.Header().Set("Content-Type", "application/dns-message")
		p := h(m, true)
		if len(p) == 0 {
			http.Error(w, "no", http.StatusServiceUnavailable)
			return
		}
		w.Write(p[0].wire)
	}))
	return w, w.URL + "/dns-query", trusting(w), asked, proto
}

// trusting is a configuration that takes the server's certificate.
func trusting(w *web) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(w.Certificate())
	return &tls.Config{RootCAs: pool}
}

func TestDoHWherePort53DoesNotWork(t *testing.T) {
	good := says(false, jp)
	nonsense := func(*dns.Msg, bool) []parcel { return []parcel{{0, []byte("nonsense")}} }
	for name, h := range map[string]handler{"blocked": nil, "nonsense": nonsense} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, url, conf, asked, proto := dohServer(t, good)
				n := w.fake
				n.at = map[string]handler{"192.0.2.53:53": h}
				c := New(Config{Dialer: w, Resolvers: []netip.AddrPort{resolver1}, DoH: []string{url}, TLS: conf}, nil)
				s := c.newSession()
				defer s.close()
				a := s.ask(t.Context(), ask("example.jp", snapshot.TXT))
				if a.Status != snapshot.OK || a.Transport != "https" || a.Server != url || proto.Load() != "HTTP/2.0" {
					t.Fatalf("%+v by %v", a, proto.Load())
				}
				// From now on nobody waits for port 53.
				before := len(n.sent)
				if a = s.ask(t.Context(), ask("no.example.jp", snapshot.TXT)); a.Status != snapshot.NXDomain || len(n.sent) != before || asked.Load() != 2 {
					t.Errorf("second: %s, %d packets, %d by HTTPS", a.Status, len(n.sent)-before, asked.Load())
				}
			})
		})
	}
}

func TestDoHWherePort53IsIntercepted(t *testing.T) { synctest.Test(t, doHWherePort53IsIntercepted) }

func doHWherePort53IsIntercepted(t *testing.T) {
	w, url, conf, _, _ := dohServer(t, says(false, jp))
	w.fake.at = map[string]handler{"*": says(false, jp)} // everybody on port 53 is somebody's resolver
	c := New(Config{Dialer: w, DoH: []string{url}, TLS: conf}, nil)
	s := c.newSession()
	defer s.close()
	a := s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1", "192.0.2.2"))
	if a.Status != snapshot.OK || a.Transport != "https" || a.AA || !s.intercepted() {
		t.Fatalf("%+v", a)
	}
	q := askAuth("example.jp", "example.jp", snapshot.SOA, "192.0.2.1")
	q.Via = snapshot.Server
	if a = s.ask(t.Context(), q); a.Reason != snapshot.NotAuth {
		t.Errorf("one server's own word: %s %s", a.Status, a.Reason)
	}
}

func TestDoHWhereOnlyTheResolverIsReached(t *testing.T) {
	synctest.Test(t, doHWhereOnlyTheResolverIsReached)
}

func doHWhereOnlyTheResolverIsReached(t *testing.T) {
	w, url, conf, asked, _ := dohServer(t, says(false, jp))
	w.fake.at = map[string]handler{"192.0.2.53:53": says(false, jp)}
	c := New(Config{Dialer: w, Resolvers: []netip.AddrPort{resolver1}, DoH: []string{url}, TLS: conf}, nil)
	s := c.newSession()
	defer s.close()
	if a := s.ask(t.Context(), ask("example.jp", snapshot.NS)); a.Transport != "udp" {
		t.Errorf("resolver: %+v", a)
	}
	if a := s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1")); a.Status != snapshot.OK || a.Transport != "https" {
		t.Errorf("authority: %+v", a)
	}
	if asked.Load() != 1 {
		t.Errorf("%d by HTTPS", asked.Load())
	}
}

// A server that is found dead by another question, before DoH would have had its turn, does not end this one.
func TestDoHWhereTheServerIsFoundDeadMeanwhile(t *testing.T) {
	synctest.Test(t, doHWhereTheServerIsFoundDeadMeanwhile)
}

func doHWhereTheServerIsFoundDeadMeanwhile(t *testing.T) {
	w, url, conf, _, _ := dohServer(t, says(false, jp))
	const bound = 2 * time.Second
	c := New(Config{Dialer: w, DoH: []string{url}, TLS: conf, Timeout: bound}, nil)
	s := c.newSession()
	defer s.close()
	done := make(chan *snapshot.Answer)
	go func() {
		q := askAuth("example.jp", "example.jp", snapshot.SOA, "192.0.2.1")
		q.Via = snapshot.Server
		done <- s.ask(t.Context(), q)
	}()
	time.Sleep(bound * 9 / 10)
	a := s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1"))
	if first := <-done; first.Reason != snapshot.Timeout || a.Status != snapshot.OK || a.Transport != "https" {
		t.Errorf("%+v, after %+v", a, first)
	}
}

// A zone whose servers are really dead is not made alive by asking elsewhere, and DoH that fails leaves the true reason.
func TestDoHIsNoCure(t *testing.T) { synctest.Test(t, doHIsNoCure) }

func doHIsNoCure(t *testing.T) {
	for name, h := range map[string]handler{"servfail": rcode(dns.RcodeServerFailure), "http error": func(*dns.Msg, bool) []parcel { return nil }} {
		w, url, conf, _, _ := dohServer(t, h)
		c := New(Config{Dialer: w, DoH: []string{url}, TLS: conf}, nil)
		a := c.Ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1"))
		if a.Status != snapshot.Failed || a.Reason == snapshot.Unreachable {
			t.Errorf("%s: %+v", name, a)
		}
	}
	// Lame servers are told as lame while some other server speaks with authority.
	w, url, conf, asked, _ := dohServer(t, says(false, jp))
	w.fake.at = map[string]handler{"192.0.2.1:53": says(true, jp), "192.0.2.2:53": says(false, jp)}
	s := New(Config{Dialer: w, DoH: []string{url}, TLS: conf}, nil).newSession()
	defer s.close()
	s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1"))
	if a := s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.2")); a.Reason != snapshot.NotAuth || asked.Load() != 0 {
		t.Errorf("lame: %+v, %d by HTTPS", a, asked.Load())
	}
}

func TestDoHHostileServer(t *testing.T) { synctest.Test(t, doHHostileServer) }

func doHHostileServer(t *testing.T) {
	endless := serveWeb(t, false, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		b := []byte(strings.Repeat("x", 1<<16))
		for range 10000 {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
		t.Error("all was read")
	}))
	moved := serveWeb(t, false, http.RedirectHandler("https://192.0.2.99/", http.StatusTemporaryRedirect))
	for _, srv := range []*web{endless, moved} {
		c := New(Config{Dialer: srv, DoH: []string{srv.URL}, TLS: trusting(srv)}, nil)
		if a := c.Ask(t.Context(), ask("example.jp", snapshot.TXT)); a.Reason != snapshot.Malformed {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
	}
	// A certificate that nobody vouches for.
	endless.Config.ErrorLog = log.New(io.Discard, "", 0) // it will say so
	c := New(Config{Dialer: endless, DoH: []string{endless.URL}}, nil)
	if a := c.Ask(t.Context(), ask("example.jp", snapshot.TXT)); a.Reason != snapshot.Unreachable {
		t.Errorf("%s %s", a.Status, a.Reason)
	}
}

// No name can be resolved where DNS does not work, the DoH service's own included: its addresses are given.
func TestDoHByName(t *testing.T) { synctest.Test(t, doHByName) }

func doHByName(t *testing.T) {
	w, url, conf, asked, _ := dohServer(t, says(false, jp))
	named := strings.Replace(url, "127.0.0.1", "example.com", 1) // a name that the test's certificate has
	cfg := Config{Dialer: w, DoH: []string{named}, TLS: conf, Hosts: map[string][]netip.Addr{"example.com": {netip.MustParseAddr("127.0.0.1")}}}
	if a := New(cfg, nil).Ask(t.Context(), ask("example.jp", snapshot.TXT)); a.Status != snapshot.OK || a.Server != named || asked.Load() != 1 {
		t.Errorf("%+v", a)
	}
	// The catalogue knows those of the public ones.
	n := &fakeNet{away: map[string]bool{"*": true}}
	New(Config{Dialer: n, DoH: []string{"https://dns.google/dns-query"}}, loadCatalog(t)).Ask(t.Context(), ask("example.jp", snapshot.TXT))
	if !slices.Contains(n.dialled, "tcp 8.8.8.8:443") {
		t.Errorf("dialled %v", n.dialled)
	}
}
