// Package mail sends one mail in the lab from the server of a scenario's owner, and receives it as Gmail does: SPF,
// DKIM, DMARC and ARC are really evaluated, over the lab's DNS as Gmail's resolver has it cached at that moment. The
// result is what the owner would get: the source of the mail that arrived, or the bounce.
package mail

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/snapshot"
)

// Rcpt is the address that practice mails are written to.
const Rcpt = "todoku.practice@gmail.com"

// Post is the sending server of a scenario and the receiver. It is safe for concurrent use.
type Post struct {
	net *lab.Internet
	now func() time.Time
	out lab.Sends
	own string // the owner's domain
	key func(service, name string) string

	mu   sync.Mutex
	on   bool
	sent int
}

// New returns the post of a scenario; nil if its file does not say how its mail is sent.
func New(net *lab.Internet, sc lab.Scenario, now func() time.Time) *Post {
	if sc.Sends == nil {
		return nil
	}
	p := &Post{net: net, now: now, out: *sc.Sends, own: sc.Answers.Domain, key: sc.Key, on: sc.Sends.On}
	if p.out.Envelope == "" {
		p.out.Envelope = p.out.From
	}
	return p
}

// SwitchOn makes a service sign from now on, as the switch in its console does.
func (p *Post) SwitchOn(service string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.on = p.on || service == p.out.Service
}

// Press presses a service's switch that also publishes the key's record: the record named name is published, and the
// service signs from then on. It does nothing for a service without such a record in the scenario.
func (p *Post) Press(service, name string) error {
	if p == nil {
		return nil
	}
	e, ok := lab.Record(p.key(service, name))
	if !ok {
		return nil
	}
	if err := p.net.PublishRight([]snapshot.Edit{e}); err != nil {
		return err
	}
	p.SwitchOn(service)
	return nil
}

// Sent is the outcome of a mail.
type Sent struct {
	Refused bool
	// Text is what the owner gets: the source as Gmail's page shows it, or the bounce.
	Text string
}

// parcel is a mail in transit between two servers.
type parcel struct {
	envelope, rcpt string
	ip             netip.Addr
	helo           string
	lines          []string // the header fields, each ended by CRLF
	body           string
}

// raw returns the mail as it is transmitted.
func (c parcel) raw() string { return strings.Join(c.lines, "") + "\r\n" + c.body }

// with returns the parcel with a header field added on top.
func (c parcel) with(name, format string, args ...any) parcel {
	c.lines = append([]string{name + ": " + fmt.Sprintf(format, args...) + "\r\n"}, c.lines...)
	return c
}

// Send sends one mail. lang is the language of Gmail's page, "ja" or "en".
func (p *Post) Send(ctx context.Context, lang string) (Sent, error) {
	p.mu.Lock()
	p.sent++
	n, on := p.sent, p.on || p.out.OnAfter > 0 && p.sent > p.out.OnAfter
	p.mu.Unlock()
	now := p.now()
	mail, err := p.write(now, n, on)
	if err != nil {
		return Sent{}, err
	}
	carried := mail
	for v := p.out.Via; v != nil; v = v.Via {
		carried = pass(carried, *v, now, n)
	}
	r := receiver{net: p.net, now: now, id: ident(now, n)}
	rep, arrived, err := r.judge(ctx, carried)
	if err != nil {
		return Sent{}, err
	}
	if reply := r.refuse(carried, rep); reply != "" {
		return Sent{Refused: true, Text: p.notice(mail, carried, reply, now, n)}, nil
	}
	source, err := r.deliver(arrived, rep)
	if err != nil {
		return Sent{}, err
	}
	return Sent{Text: page(lang, arrived, rep, source)}, nil
}

// domainOf is what stands behind the last "@".
func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// passes reports whether a signature passes.
func passes(d message.DKIM) bool { return d.Result == message.Pass }
