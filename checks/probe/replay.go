package probe

import (
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// replay goes through the answers again in rounds, each of which waits for all of the one before, so that the result does
// not depend on the order of arrival. Answers that only a false start asked for are left out; questions that the rounds
// want and nobody asked are returned in open. It sets Answer.Needs to the first round in which a question could be asked.
//
// What went before the first open question stays, whatever the answer to it: the next call goes on from there.
func (r *run) replay() (end *snapshot.Snapshot, open []snapshot.Question) {
	at := r.halt
	if at == nil {
		at = &stage{end: r.base.Clone(), round: 1}
		at.end.Grow(len(r.raw))
	}
	r.halt = nil
	var list []due
	for {
		n := r.asker(at.end)
		n.delegation()
		n.settle(r.raw)
		here, now := false, false // whether questions of earlier rounds, and of this one, are in the list
		list = list[:0]
		for _, q := range n.questions() {
			a, ok := r.got(q)
			if !ok {
				if r.halt == nil {
					r.halt = at.clone()
				}
				open = append(open, q)
				continue
			}
			first := at.put.first(wire(q), at.round)
			here, now = here || first < at.round, now || first == at.round
			list = append(list, due{q.Key, a, first})
		}
		if !here && !now {
			return at.end, open
		}
		for _, d := range list {
			if (d.round < at.round) == here {
				a := *d.a
				a.Key, a.Needs = d.key, d.round
				at.end.Add(a)
			}
		}
		if !here {
			n.known = results{} // there are more answers now
			for _, q := range n.early() {
				at.put.first(q.Key, at.round)
			}
			at.round++
		}
	}
}

// stage is how far a replay has come.
type stage struct {
	end   *snapshot.Snapshot // the answers so far
	round int
	put   table[int] // the first round in which each question could be asked
}

func (s *stage) clone() *stage { return &stage{s.end.Clone(), s.round, s.put.clone()} }

// due is an answer that the rounds want.
type due struct {
	key   snapshot.Key
	a     *snapshot.Answer
	round int // in which it could be asked
}

// wire returns the key under which a question is sent: one about the zone counts as one to its first server.
func wire(q snapshot.Question) snapshot.Key {
	if q.Via == snapshot.Authority && len(q.Servers) > 0 {
		return voiceOf(q.Key, q.Servers[0].Host)
	}
	return q.Key
}

// controls are top-level domains that certainly exist.
var controls = []string{"com", "jp", "org"}

// invented reports whether an answer is the resolver's and has only addresses that it also gives for a name that cannot
// exist.
func invented(a *snapshot.Answer, made []string) bool {
	return a.Via == snapshot.Resolver && len(a.Records) > 0 && a.Name != snapshot.Nowhere && a.Type == snapshot.A &&
		!slices.ContainsFunc(a.Records, func(r snapshot.Record) bool { return !slices.Contains(made, r.Data) })
}

// control asks the resolver for other top-level domains if it denies that of the domain: either that is misspelt, or the
// resolver denies everything.
func (n *asker) control() {
	tld := n.reg[strings.LastIndexByte(n.reg, '.')+1:]
	if a, asked := n.find(tld, snapshot.NS, snapshot.Resolver); !asked || !negative(a) {
		return
	}
	for _, other := range n.others(tld) {
		n.resolver(other, snapshot.NS)
	}
}

// others returns two of the controls other than tld.
func (n *asker) others(tld string) []string {
	return slices.DeleteFunc(slices.Clone(controls), func(c string) bool { return c == tld })[:2]
}

// negative reports whether an answer denies a name, with or without proof.
func negative(a *snapshot.Answer) bool { return a.Absent() || doubtful(a.Reason) }

// denying reports whether the resolver denies names that certainly exist.
func (n *asker) denying() bool {
	tld := n.reg[strings.LastIndexByte(n.reg, '.')+1:]
	return !slices.ContainsFunc(append(n.others(tld), tld), func(name string) bool {
		a, asked := n.find(name, snapshot.NS, snapshot.Resolver)
		return !asked || !negative(a)
	})
}

// deceived reports whether the questions have to be asked again, because the resolver denies names that certainly exist
// and DoH can be tried. Without DoH, all its answers become failures.
func (r *run) deceived() bool {
	n := r.asker(r.snap)
	n.delegation()
	if !n.denying() {
		return false
	}
	again := len(r.c.cfg.DoH) > 0 && !r.ses.resolverDoH.Swap(true)
	for k, a := range r.raw {
		switch {
		case k.Via != snapshot.Resolver:
		case again:
			delete(r.raw, k)
			delete(r.asked, k)
		default:
			r.take(&snapshot.Answer{Key: k, Server: a.Server, Transport: a.Transport, Status: snapshot.Failed, Reason: snapshot.Denies, At: a.At, Took: a.Took})
		}
	}
	if again {
		r.snap = snapshot.New(r.snap.Domain, r.snap.Taken)
		for _, a := range r.raw {
			r.snap.Add(*a)
		}
	}
	return again
}
