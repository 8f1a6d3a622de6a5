// Package probe asks DNS: in parallel, bounded, cancellable; it is the only client of the wire, and it decides
// nothing about what it hears. What to ask next is pure: Next.
package probe

import (
	"context"
	"net"
	"net/netip"
	"time"

	"todoku/checks/catalog"
	"todoku/checks/snapshot"
	"todoku/wizard"
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
	DoH       []string         // addresses of DNS over HTTPS services to fall back to; empty: no fallback
	Private   bool             // allow name servers on private and loopback addresses
	Port      uint16           // of authoritative servers; 53 where 0
	Timeout   time.Duration    // bound on one question, all tries together; 3 s where 0
	Parallel  int              // questions under way at once; 32 where 0
	Budget    int              // questions in a run; 200 where 0
	Now       func() time.Time
}

// Event is one answer as it comes, for the live display.
type Event struct {
	Answer snapshot.Answer
	Asked  int // questions asked so far
	Open   int // questions under way
}

// Run asks everything that Next wants about the answers' domain, beginning with what old already knows (nil: nothing).
// The snapshot is whole up to where it came, even when ctx ends.
type Runner interface {
	Run(ctx context.Context, a wizard.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error)
}

var _ Runner = (*Client)(nil)

// Next lists the questions that the snapshot lacks, given what the owner said. It is pure: the same input gives the
// same questions; an empty list means that all is asked.
func Next(a wizard.Answers, s *snapshot.Snapshot, c *catalog.Catalog) []snapshot.Question { panic("stub") }
