// Package lab is a whole small internet inside the program: registries, panels' name servers, senders' SPF trees and
// caching resolvers with real TTLs, all from scenario files, over the same DNS messages as the live path. It needs no
// network.
package lab

import (
	"context"
	"embed"
	"net"
	"net/netip"
	"time"

	"todoku/checks/snapshot"
	"todoku/wizard"
)

//go:embed scenarios/*.txtar
var scenarioFiles embed.FS

// Scenario is one story or test case.
type Scenario struct {
	ID      string
	Story   bool              // offered by "todoku lab"; the rest are test cases
	Title   map[string]string // by language
	About   map[string]string
	Answers wizard.Answers
	Keys    map[string]string // DKIM key values that the consoles show, by service ID
	Must    []string          // finding codes
	MustNot []string
}

// Internet is the running small internet of one scenario.
type Internet struct{}

// Clock is a clock that can run faster, pause and jump. The zero value is not ready; see NewClock.
type Clock struct{}

// Speed is how many times faster than real time the clock runs; 0 pauses.
func (c *Clock) Speed(times int) { panic("stub") }

// Now is the lab's time.
func (c *Clock) Now() time.Time { panic("stub") }

// Advance jumps.
func (c *Clock) Advance(d time.Duration) { panic("stub") }

// NewClock starts a clock at start, at normal speed (paused where start's clock must not move: Speed(0)).
func NewClock(start time.Time) *Clock { panic("stub") }

// Scenarios lists the embedded scenarios, stories first.
func Scenarios() ([]Scenario, error) { panic("stub") }

// Find gives a scenario by ID, case not minded ("s1").
func Find(id string) (Scenario, error) { panic("stub") }

// New starts the small internet of a scenario.
func New(sc Scenario, clock *Clock) (*Internet, error) { panic("stub") }

// DialContext connects to a server of the small internet, by UDP or TCP on port 53. Unknown addresses time out, as they do.
func (n *Internet) DialContext(ctx context.Context, network, address string) (net.Conn, error) { panic("stub") }

// Resolver is the system's recursive resolver.
func (n *Internet) Resolver() netip.AddrPort { panic("stub") }

// Place is a public resolver that can be watched.
type Place struct {
	ID   string // google, cloudflare, quad9, system
	Addr netip.AddrPort
}

// Places lists the resolvers to watch.
func (n *Internet) Places() []Place { panic("stub") }

// Publish makes the edits at the servers that answer for the domain, raising the zone's serial.
func (n *Internet) Publish(edits []snapshot.Edit) error { panic("stub") }
