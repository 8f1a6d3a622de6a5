package probe

import (
	"context"
	"net/netip"

	"todoku/checks/catalog"
	"todoku/checks/snapshot"
	"todoku/wizard"
)

// Client asks.
type Client struct {
	cfg Config
	cat *catalog.Catalog
}

// New makes a client.
func New(cfg Config, cat *catalog.Catalog) *Client { return &Client{cfg, cat} }

// Run is described at Runner.
func (c *Client) Run(ctx context.Context, a wizard.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error) {
	panic("stub")
}

// Ask puts one question: at q.Servers, or at the resolvers where there are none.
func (c *Client) Ask(ctx context.Context, q snapshot.Question) snapshot.Answer { panic("stub") }

// AskAt puts one question to one address, recursion desired unless authority. It serves the watch.
func (c *Client) AskAt(ctx context.Context, q snapshot.Question, addr netip.AddrPort, authority bool) snapshot.Answer {
	panic("stub")
}

// SystemResolvers finds the recursive resolvers that this machine is set up with, on Linux, macOS and Windows.
func SystemResolvers() []netip.AddrPort { panic("stub") }
