// Package probe asks DNS, in parallel, within limits, and cancellably. It is the only package that sends DNS messages,
// and it does not judge the answers. What to ask next is decided by Next, a pure function.
//
// In a snapshot the delegation looks like this: the parent's servers are asked for the zone's NS (Via Server, At the
// parent's server); the answer's Reason is Delegated, and Referral and Glue hold the referral. Every server that parent
// or child names is asked for SOA and some for NS (Via Server, At that server).
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

// Dialer opens connections. *net.Dialer is one, the lab has another, and tests wrap one that refuses anything beyond
// loopback.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Config configures a Client.
type Config struct {
	Dialer    Dialer
	Resolvers []netip.AddrPort // recursive resolvers, in order of preference
	// DoH are the URLs of DNS over HTTPS services (RFC 8484) to fall back to; empty for none.
	DoH []string
	// Hosts maps the host names in DoH to addresses, since name resolution may be what fails; nil means the catalogue's
	// public resolvers. Dialer resolves other names.
	Hosts    map[string][]netip.Addr
	TLS      *tls.Config   // for DoH; nil means the system's certificates
	Private  bool          // allow name servers on private and loopback addresses
	Port     uint16        // of authoritative servers; 0 means 53
	Timeout  time.Duration // limit for one question with all its tries, first on port 53 and then over HTTPS; 0 means 3 s
	Parallel int           // concurrent questions; 0 means 192
	Budget   int           // questions in one run; 0 means 250
	Now      func() time.Time
	// Places are recursive resolvers that are asked what they have cached of the domain's records, once the authoritative
	// servers have these. Empty for none.
	Places []Place
	// Stays returns a function that reports which of the domain's answers will not be changed by the plan. Only for those
	// may a place be asked, since the question makes the place cache the present record. Nil means all.
	Stays func(owner.Answers, *snapshot.Snapshot) func(snapshot.Answer) bool
}

// Place is a recursive resolver whose cached answers are looked at.
type Place struct {
	ID     string
	Addr   netip.AddrPort
	Caches int // number of separate caches behind the address
}

// Event is one answer as it arrives, for the live display.
type Event struct {
	Answer snapshot.Answer
	Asked  int // questions asked so far
	Open   int // questions under way
}

// Runner asks everything that Next wants to know about the answers' domain. old is an earlier snapshot to start from, or
// nil. The snapshot is valid as far as it came, even when ctx ends; the error is then that of ctx.
type Runner interface {
	Run(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error)
}

var _ Runner = (*Client)(nil)

// Client asks DNS. It is safe for concurrent use.
type Client struct {
	cfg   Config
	cat   *catalog.Catalog
	share *share // nil if runs share no answers
}

// mostAsked is the default number of questions in a run.
const mostAsked = 250

// New returns a client; zero fields of cfg get their defaults. cat may be nil.
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

// WithStays returns a client with another Config.Stays.
func (c *Client) WithStays(stays func(owner.Answers, *snapshot.Snapshot) func(snapshot.Answer) bool) *Client {
	other := *c
	other.cfg.Stays = stays
	return &other
}

// Ask asks one question: to q.Servers, or to the resolvers for Via Resolver.
func (c *Client) Ask(ctx context.Context, q snapshot.Question) snapshot.Answer {
	s := c.newSession()
	defer s.close()
	return *s.ask(ctx, q)
}

// AskAt asks one question to one address, with recursion desired unless authority. It is for watching a record. A private
// address of an authoritative server is refused as in Ask; a resolver's is the user's own choice.
func (c *Client) AskAt(ctx context.Context, q snapshot.Question, addr netip.AddrPort, authority bool) snapshot.Answer {
	s := c.newSession()
	defer s.close()
	host := ""
	if authority {
		host = q.At
		if !c.cfg.Private && snapshot.IsPrivate(addr.Addr()) {
			return *s.failed(&q, snapshot.Private)
		}
	}
	return *await(func(then func(*snapshot.Answer)) {
		s.pursue(ctx, &q, []place{{host: host, addr: addr}}, authority, nil, then)
	})
}
