package probe

import (
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// replay goes through the answers once more in rounds, each of which waits for all of the one before. What comes out
// does not depend on the order in which they came: a question that only a false start led to is left out, and one that
// the rounds want and nobody put is in open. Needs is the round in which a question could be put first: the length of the
// chain of look-ups that had to end.
func (r *run) replay() (end *snapshot.Snapshot, open []snapshot.Question) {
	end = r.base.Clone()
	end.Grow(len(r.raw))
	put := map[snapshot.Key]int{} // by question: the round in which it can be put
	for round := 1; ; {
		n := r.asker(end)
		n.delegation()
		n.settle(r.raw)
		here, now := false, false // what was put in an earlier round has been answered by now
		list := n.questions()
		for _, q := range list {
			if _, ok := r.got(q); !ok {
				open = append(open, q)
				continue
			}
			k := wire(q)
			if put[k] == 0 {
				put[k] = round
			}
			here, now = here || put[k] < round, now || put[k] == round
		}
		if !here && !now {
			return end, open
		}
		for _, q := range list {
			got, ok := r.got(q)
			if got.Needs = put[wire(q)]; ok && (got.Needs < round) == here {
				end.Add(got)
			}
		}
		if !here {
			for _, q := range n.early() {
				if put[q.Key] == 0 {
					put[q.Key] = round
				}
			}
			round++
		}
	}
}

// wire is the question as it is put: one about the zone goes to its first server.
func wire(q snapshot.Question) snapshot.Key {
	if q.Via == snapshot.Authority && len(q.Servers) > 0 {
		return voiceOf(q.Key, q.Servers[0].Host)
	}
	return q.Key
}

// controls are top-level domains that are sure to exist.
var controls = []string{"com", "jp", "org"}

// invented reports whether an answer of the resolver holds nothing but addresses that it invents.
func (n *asker) invented(a snapshot.Answer) bool {
	made, _ := n.find(snapshot.Nowhere, snapshot.A, snapshot.Resolver)
	return len(made.Records) > 0 && len(a.Records) > 0 && a.Name != snapshot.Nowhere && a.Type == snapshot.A &&
		!slices.ContainsFunc(a.Data(), func(ip string) bool { return !slices.Contains(made.Data(), ip) })
}

// control asks the resolver for other top-level domains, where it denies the one that the domain is in: that one may be
// misspelt, or the resolver may say no to everything.
func (n *asker) control() {
	tld := n.reg[strings.LastIndexByte(n.reg, '.')+1:]
	if a, asked := n.find(tld, snapshot.NS, snapshot.Resolver); !asked || !negative(a) {
		return
	}
	for _, other := range n.others(tld) {
		n.resolver(other, snapshot.NS)
	}
}

func (n *asker) others(tld string) []string {
	return slices.DeleteFunc(slices.Clone(controls), func(c string) bool { return c == tld })[:2]
}

// negative reports whether an answer denies a name, with or without a proof.
func negative(a snapshot.Answer) bool { return a.Absent() || doubtful(a.Reason) }

// denying reports whether the resolver denies what is sure to exist.
func (n *asker) denying() bool {
	tld := n.reg[strings.LastIndexByte(n.reg, '.')+1:]
	return !slices.ContainsFunc(append(n.others(tld), tld), func(name string) bool {
		a, asked := n.find(name, snapshot.NS, snapshot.Resolver)
		return !asked || !negative(a)
	})
}

// deceived reports whether the questions are to be put anew, since the resolver denies what is sure to exist and there
// are others to ask. Where there are none, it is believed in nothing.
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
			r.take(snapshot.Answer{Key: k, Server: a.Server, Transport: a.Transport, Status: snapshot.Failed, Reason: snapshot.Denies, At: a.At, Took: a.Took})
		}
	}
	if again {
		r.snap = snapshot.New(r.snap.Domain, r.snap.Taken)
		for _, a := range r.raw {
			r.snap.Add(a)
		}
	}
	return again
}
