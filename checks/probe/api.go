// Package probe asks DNS: in parallel, bounded, cancellable; it is the only client of the wire, and it decides
// nothing about what it hears. What to ask next is pure: Next.
//
// How the delegation stands in a snapshot: the parent's servers are asked for the zone's NS (Via Server, At the
// parent's server); their referral is the answer's Referral and Glue, its Reason is Delegated. Every server that parent
// or child names is asked for SOA and NS (Via Server, At that server).
package probe

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"net/url"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Dialer opens connections; *net.Dialer is one, the lab's internet another, and tests wrap one that refuses
// anything beyond loopback.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Config is how to ask.
type Config struct {
	Dialer    Dialer
	Resolvers []netip.AddrPort // recursive resolvers, in order of preference
	// DoH lists addresses of DNS over HTTPS services to fall back to (RFC 8484); empty: no fallback.
	DoH []string
	// Hosts gives addresses to the host names in DoH, for where no name can be resolved; nil: the catalogue's public
	// resolvers. Others are left to Dialer.
	Hosts    map[string][]netip.Addr
	TLS      *tls.Config   // for DoH; nil: the system's certificates
	Private  bool          // allow name servers on private and loopback addresses
	Port     uint16        // of authoritative servers; 53 where 0
	Timeout  time.Duration // bound on one question, all tries of a way together (port 53, then HTTPS); 3 s where 0
	Parallel int           // questions under way at once; 192 where 0
	Budget   int           // questions in a run; 250 where 0
	Now      func() time.Time
	// Places are recursive resolvers that are asked what they remember of the domain's records, as soon as the authority
	// has these: what they hold is what the world still sees. None: nobody is asked.
	Places []Place
	// Stays says which of the domain's answers stay as they are, by whoever makes the plan: only of those may a place be
	// asked, since a question about a record that is still to be changed makes the place remember it as it is. Nil: all.
	Stays func(owner.Answers, *snapshot.Snapshot) func(snapshot.Answer) bool
}

// Place is a recursive resolver whose memory is looked at.
type Place struct {
	ID     string
	Addr   netip.AddrPort
	Caches int // that stand behind the address, each with a memory of its own
}

// Event is one answer as it comes, for the live display.
type Event struct {
	Answer snapshot.Answer
	Asked  int // questions asked so far
	Open   int // questions under way
}

// Runner asks everything that Next wants about the answers' domain, beginning with what old already knows (nil:
// nothing). The snapshot is whole up to where it came, even when ctx ends; the error is then ctx's.
type Runner interface {
	Run(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error)
}

var _ Runner = (*Client)(nil)

// Client asks. It is safe for use by several goroutines.
type Client struct {
	cfg   Config
	cat   *catalog.Catalog
	share *share // nil: every run asks for itself
}

// mostAsked is how many questions a run may ask where nothing else is said.
const mostAsked = 250

// New makes a client.
func New(cfg Config, cat *catalog.Catalog) *Client {
	if cfg.Dialer == nil {
		cfg.Dialer = &net.Dialer{}
	}
	if cfg.Port == 0 {
		cfg.Port = 53
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 3 * time.Second
	}
	if cfg.Parallel <= 0 {
		cfg.Parallel = 192
	}
	if cfg.Budget <= 0 {
		cfg.Budget = mostAsked
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Hosts == nil && cat != nil {
		cfg.Hosts = map[string][]netip.Addr{}
		for _, r := range cat.Resolvers {
			u, err := url.Parse(r.DoH)
			for _, text := range r.Addrs {
				if ip, bad := netip.ParseAddr(text); err == nil && bad == nil {
					cfg.Hosts[u.Hostname()] = append(cfg.Hosts[u.Hostname()], ip)
				}
			}
		}
	}
	return &Client{cfg: cfg, cat: cat}
}

// Ask puts one question: at q.Servers, or at the resolvers for Via Resolver.
func (c *Client) Ask(ctx context.Context, q snapshot.Question) snapshot.Answer {
	s := c.newSession()
	defer s.close()
	return s.ask(ctx, q)
}

// AskAt puts one question to one address, recursion desired unless authority. It serves the watch. An authority's
// private address is refused as in Ask; a resolver's is the user's own choice.
func (c *Client) AskAt(ctx context.Context, q snapshot.Question, addr netip.AddrPort, authority bool) snapshot.Answer {
	s := c.newSession()
	defer s.close()
	host := ""
	if authority {
		host = q.At
		if !c.cfg.Private && snapshot.IsPrivate(addr.Addr()) {
			return s.failed(q, snapshot.Private)
		}
	}
	return s.pursue(ctx, q, []place{{host: host, addr: addr}}, authority, nil)
}
