package world

import (
	"context"
	"net/netip"

	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// AskSenders looks up who the addresses in DMARC reports are: the domain's SPF and DMARC records, and the addresses'
// reverse names. Answers in known are not asked again; known may be nil. An error is that of ctx.
func (w *World) AskSenders(ctx context.Context, domain string, ips []netip.Addr, known *snapshot.Snapshot) (*snapshot.Snapshot, Blindness, error) {
	if known == nil {
		known = snapshot.New(domain, w.Now())
	}
	err := w.Client.Receive(ctx, known, func(d spf.Data) []spf.Need { return reported.Needs(d, domain, ips) })
	if err != nil {
		return nil, "", err
	}
	return known, BlindnessOf(known), nil
}
