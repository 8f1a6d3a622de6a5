package probe

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"example.org/todoku/checks/snapshot"
)

// place is where a question can be sent: an address with a port, or a DoH service.
type place struct {
	host string // a name server's host name; "" for a resolver
	addr netip.AddrPort
	url  string // of a DoH service; addr is then unset
}

// spot identifies a place regardless of its name, since two hosts may share an address.
type spot struct {
	addr netip.AddrPort
	url  string
}

func (p place) key() spot { return spot{p.addr, p.url} }

// String returns the place for display.
func (p place) String() string {
	addr := p.addr.Addr().String()
	if p.addr.Port() != 53 {
		addr = p.addr.String()
	}
	switch {
	case p.url != "":
		return p.url
	case p.host != "":
		return p.host + " (" + addr + ")"
	}
	return addr
}

// health records during one run which places answer, so that a dead one costs one timeout and not one for every question.
type health struct {
	mu sync.Mutex
	at map[spot]*pulse
}

// pulse is the health of one place.
type pulse struct {
	lost    int       // messages without an answer since the last answer
	strikes int       // questions without an answer since the last answer
	ever    bool      // has answered in this run
	last    time.Time // of the last answer
	dead    bool
	reason  snapshot.Reason
	gone    context.Context // ends when dead
	die     context.CancelFunc
}

func newHealth() *health { return &health{at: map[spot]*pulse{}} }

func (h *health) pulse(p place) *pulse {
	k := p.key()
	if h.at[k] == nil {
		l := &pulse{}
		l.gone, l.die = context.WithCancel(context.Background())
		h.at[k] = l
	}
	return h.at[k]
}

// order sorts the places by lost packets and leaves out the dead ones. gone is only set if one place remains; it
// ends when that place is found dead. why is the reason of a dead one.
func (h *health) order(places []place) (out []place, gone context.Context, why snapshot.Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	out = make([]place, 0, len(places))
	for _, p := range places {
		l := h.pulse(p)
		if l.dead {
			why = l.reason
			continue
		}
		out = append(out, p)
		gone = l.gone
	}
	slices.SortStableFunc(out, func(a, b place) int { return h.pulse(a).lost - h.pulse(b).lost })
	if len(out) != 1 {
		gone = nil
	}
	return out, gone, why
}

// answered records an answer.
func (h *health) answered(p place) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.pulse(p)
	l.lost, l.strikes, l.ever, l.last = 0, 0, true, time.Now()
}

// missed records a message without an answer so far.
func (h *health) missed(p place) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pulse(p).lost++
}

// silent records that a question that was started at began got no answer. A place that never answered is then dead; one
// that did is after two in a row, since a working resolver may be silent about a domain whose servers are dead.
func (h *health) silent(p place, began time.Time, why snapshot.Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.pulse(p)
	if l.dead || l.last.After(began) {
		return
	}
	l.strikes++
	if !l.ever || l.strikes > 1 {
		l.dead, l.reason = true, why
		l.die()
	}
}

// alive reports whether one of the places has answered in this run.
func (h *health) alive(places []place) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(places, func(p place) bool { return h.pulse(p).ever })
}
