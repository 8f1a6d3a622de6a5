package probe

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Early questions are sent before the answers that call for them, to shorten the chain of look-ups. They do not change
// the result: replay uses their answers only where Next wants them. No early question goes to a resolver about the
// owner's own names, since that could make it cache their absence.

// early returns the questions that Next is likely to want next, assuming that the name servers which the resolver gives
// are those of the referral and that every server serves the zone. It is called after delegation.
func (n *asker) early() []snapshot.Question {
	h := &asker{notes: n.notes, sheet: n.ahead.anew(), s: n.s, eager: true, known: results{services: n.known.services, positives: n.known.positives}}
	switch own, asked := n.find(n.reg, snapshot.NS, snapshot.Resolver); {
	case n.apex != "" && !slices.ContainsFunc(n.servers, func(s snapshot.NameServer) bool { return n.repute(s.Host) == unheard }):
		return nil
	case n.apex != "":
		h.apex, h.servers, h.sent = n.apex, n.servers, n.sent
	case asked && !own.Known() || own.Status == snapshot.NXDomain:
		return nil
	default:
		h.trees()
		h.apex, h.sent = n.reg, some(own.Data())
		h.servers = h.serversOf(h.sent, own.Glue)
		h.signedAhead()
	}
	h.whole = h.reached()
	if n.apex == "" && n.d != n.reg { // it may well be in a zone of its own
		h.cutsAhead()
		return h.out
	}
	h.all()
	return h.out
}

// How many of the most common mail hosts and senders trees looks up.
const (
	maxTrees   = 3
	maxSenders = 1
)

// trees looks up what the SPF records of the services that the owner named include, and those of the most common
// services, before it is known which the domain uses: half of all domains include one of these.
func (n *asker) trees() {
	data := reading.SPF(n.s)
	for _, include := range n.likelyIncludes() {
		for _, m := range spf.Lacks(data, include, "") {
			if name := strings.ToLower(m.Name); !snapshot.Below(name, n.reg) {
				n.resolver(name, snapshot.Type(m.Type))
			}
		}
	}
}

// likelyIncludes returns the names that the SPF records of those services include.
func (m *notes) likelyIncludes() []string {
	if m.includes != nil || m.cat == nil {
		return m.includes
	}
	m.includes = []string{}
	put := func(terms []string) {
		for _, t := range terms {
			if name, ok := strings.CutPrefix(t, "include:"); ok && !strings.Contains(name, "<") {
				m.includes = append(m.includes, name)
			}
		}
	}
	for _, told := range m.a.Hosts {
		h, _ := m.cat.Host(told.ID)
		put(h.SPF)
	}
	for _, id := range m.a.Senders {
		s, _ := m.cat.Sender(id)
		put(s.SPF)
	}
	hosts, senders := m.cat.First(maxTrees, maxSenders)
	for _, h := range hosts {
		put(h.SPF)
	}
	for _, s := range senders {
		for _, name := range s.Detect.SPF {
			if label(name) {
				m.includes = append(m.includes, name)
			}
		}
	}
	return m.includes
}

// voice adds a question about the zone as one to the single server that would be asked first. If the zone turns out to
// have other servers, the answer counts for that server only.
func (n *asker) voice(q snapshot.Question) {
	if len(q.Servers) == 0 {
		return
	}
	first := q.Servers[0].Host
	if q.Key = voiceOf(q.Key, first); n.lacks(q.Key) {
		q.Servers = addressesOf(q.Servers, first)
		n.put(q)
	}
}

// voiceOf returns a question about the zone as one to a single server.
func voiceOf(k snapshot.Key, host string) snapshot.Key {
	return snapshot.Key{Name: k.Name, Type: k.Type, Via: snapshot.Server, At: host}
}

// signedAhead asks a server of the parent zone for the registered domain's DS while the referral is still being waited
// for.
func (n *asker) signedAhead() {
	up, ok := n.zoneAbove(n.reg)
	if !ok {
		return
	}
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	for _, host := range above.Data() {
		if at := n.serversOf([]string{host}, above.Glue); len(at) > 0 {
			n.add(snapshot.Question{Key: voiceOf(snapshot.Key{Name: n.reg, Type: snapshot.DS}, host), Servers: at, Zone: up})
			return
		}
	}
}

// cutsAhead asks for zone cuts between the registered domain and the domain.
func (n *asker) cutsAhead() {
	names := n.between()
	for _, name := range names[:min(len(names), maxLabels)] {
		if _, asked := n.find(name, snapshot.NS, snapshot.Authority); !asked && n.whole {
			n.authority(n.apex, n.servers, name, snapshot.NS)
		}
	}
}

// adopted returns the answer of the first server of a question about the zone, if that server was asked individually
// before. Failures do not count, so that the other servers are asked too.
func (r *run) adopted(q snapshot.Question) (*snapshot.Answer, bool) {
	if q.Via != snapshot.Authority || len(q.Servers) == 0 {
		return nil, false
	}
	a, ok := r.raw[voiceOf(q.Key, q.Servers[0].Host)]
	return a, ok && a.Status.Known()
}

// as returns an answer as one to another question.
func as(k snapshot.Key, a *snapshot.Answer) *snapshot.Answer {
	other := *a
	other.Key = k
	return &other
}

// adopt takes over such answers for a list of questions, and reports whether there were any.
func (r *run) adopt(list []snapshot.Question) (any bool) {
	for _, q := range list {
		a, ok := r.adopted(q)
		if !ok || r.flying(q.Key) {
			continue
		}
		if old, known := r.raw[q.Key]; !known || old.By != a.By {
			any = true
			a = as(q.Key, a)
			r.take(a)
			if r.each != nil {
				r.each(Event{Answer: *a, Asked: r.count, Open: len(r.under)})
			}
		}
	}
	return any
}

// got returns the answer to a question, if there is one.
func (r *run) got(q snapshot.Question) (*snapshot.Answer, bool) {
	if a, ok := r.raw[q.Key]; ok {
		return a, true
	}
	a, ok := r.adopted(q)
	if ok {
		a = as(q.Key, a)
		r.raw[q.Key] = a
	}
	return a, ok
}

// waits reports whether a question about the zone should wait because its first server is being asked individually: at
// most as long as it would take until the next server is asked. The time is subtracted from the question's own.
func (r *run) waits(q snapshot.Question, ahead map[snapshot.Key]bool) bool {
	if q.Via != snapshot.Authority || len(q.Servers) == 0 {
		return false
	}
	voice, step, spent := voiceOf(q.Key, q.Servers[0].Host), r.c.cfg.Timeout/sends, time.Duration(0)
	if flown, under := r.under[voice]; under {
		spent = time.Since(flown.since)
	} else if _, ended := r.raw[voice]; ended || !ahead[voice] {
		return false
	}
	if spent >= step {
		r.ses.late(q.Key, spent)
		return false
	}
	if left := step - spent; r.held == 0 || left < r.held {
		r.held = left
	}
	return true
}
