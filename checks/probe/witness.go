package probe

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// repute is whether a name server's answers about the zone count.
type repute int

const (
	unheard repute = iota // not asked yet
	sound                 // it gives authoritative answers for the zone
	unsound               // it does not serve the zone or does not answer
)

// standing is a server's repute.
type standing struct {
	host string
	repute
}

// repute returns a server's repute, which its answer to the zone's SOA query decides.
func (n *asker) repute(host string) repute {
	for i := range n.known.reputes {
		if s := &n.known.reputes[i]; s.host == host {
			return s.repute
		}
	}
	r := n.reputeOf(host)
	n.known.reputes = append(n.known.reputes, standing{host, r})
	return r
}

func (n *asker) reputeOf(host string) repute {
	a, asked := n.look(snapshot.Key{Name: n.apex, Type: snapshot.SOA, Via: snapshot.Server, At: host})
	switch {
	case !asked && n.eager:
		return sound // until it says otherwise
	case !asked:
		return unheard
	case a.Status == snapshot.OK && len(a.Records) > 0:
		return sound
	}
	return unsound
}

// serial returns the SOA serial that a server gave, or 0.
func (n *asker) serial(host string) uint32 {
	a, _ := n.look(snapshot.Key{Name: n.apex, Type: snapshot.SOA, Via: snapshot.Server, At: host})
	if a.SOA == nil {
		return 0
	}
	return a.SOA.Serial
}

// trusted returns the servers without the unsound ones, if at least one is sound; else all.
func (n *asker) trusted(servers []snapshot.NameServer) []snapshot.NameServer {
	if !slices.ContainsFunc(servers, func(s snapshot.NameServer) bool { return n.repute(s.Host) == sound }) {
		return servers
	}
	return slices.DeleteFunc(slices.Clone(servers), func(s snapshot.NameServer) bool { return n.repute(s.Host) == unsound })
}

// hosts returns the name servers of the zone, each once.
func (n *asker) hosts() []string {
	var out []string
	for _, s := range n.servers {
		out = append(out, s.Host)
	}
	return some(out)
}

// settle replaces the answer to every question about the zone by the one that counts, from what single servers said. It
// returns the questions to repeat because whoever answered them is unsound.
func (n *asker) settle(raw map[snapshot.Key]*snapshot.Answer) (again []snapshot.Question) {
	if made, _ := n.find(snapshot.Nowhere, snapshot.A, snapshot.Resolver); len(made.Records) > 0 {
		for i := range n.s.Answers {
			if a := &n.s.Answers[i]; invented(a, made.Data()) {
				*a = *unknown(a, snapshot.Filtered)
			}
		}
	}
	if n.apex == "" {
		return nil
	}
	hosts := n.hosts()
	witness := slices.ContainsFunc(hosts, func(h string) bool { return n.repute(h) == sound })
	heard := n.voiced()
	var said []*snapshot.Answer // by single servers
	for i := range n.s.Answers {
		a := &n.s.Answers[i]
		if a.Via != snapshot.Authority || !ofMail(a.Type) || !snapshot.Below(a.Name, n.apex) {
			continue
		}
		if a.Reason != snapshot.Lame && n.repute(a.By) != unsound && !slices.Contains(heard, a) {
			continue // nothing speaks against it, nor did before
		}
		first, ok := raw[a.Key]
		if !ok {
			first = a
		}
		if witness && first.Status.Known() && first.By != "" && n.repute(first.By) == unsound {
			again = append(again, snapshot.Question{Key: a.Key, Zone: n.apex, Servers: n.order(a.Name)})
		}
		said = said[:0]
		for v := range n.s.About(a.Name) {
			if v.Type == a.Type && v.Via == snapshot.Server && slices.Contains(hosts, v.Key.At) {
				said = append(said, v)
			}
		}
		slices.Reverse(said)
		stands := *n.stands(first, said, witness)
		stands.Key, stands.Needs = a.Key, a.Needs
		if len(said) > 0 {
			stands.Records = slices.Clone(stands.Records) // not shared with the server's own answer
		}
		*a = stands
	}
	return again
}

// voiced returns the answers about the zone to questions that single servers were asked too.
func (n *asker) voiced() (list []*snapshot.Answer) {
	for i := range n.s.Answers {
		if v := &n.s.Answers[i]; v.Via == snapshot.Server && ofMail(v.Type) {
			k := v.Key
			k.Via, k.At = snapshot.Authority, ""
			if a := n.s.Look(k); a != nil && !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	return list
}

// ofMail reports whether records of a type are compared between servers.
func ofMail(t snapshot.Type) bool {
	switch t {
	case snapshot.TXT, snapshot.MX, snapshot.A, snapshot.AAAA, snapshot.CNAME, snapshot.SPF:
		return true
	}
	return false
}

// stands returns the answer that counts for a question: a record that any witness has, since mail meets it sometimes, or
// the absence if no witness has one. first is the answer of the server that was asked, voices are those of single
// servers; any reports whether a sound server is known.
func (n *asker) stands(first *snapshot.Answer, voices []*snapshot.Answer, any bool) *snapshot.Answer {
	if first.Reason == snapshot.Delegated || first.Status.Known() && first.By == "" || !first.Status.Known() && len(voices) == 0 {
		return first
	}
	if len(voices) == 0 {
		if n.repute(first.By) != unsound || !any && !first.Absent() {
			return first
		}
		return unknown(first, snapshot.Lame)
	}
	said, silent := n.heard(first, voices, any)
	has := slices.DeleteFunc(slices.Clone(said), func(a *snapshot.Answer) bool { return a.Absent() && len(a.Chain) == 0 })
	switch {
	case len(has) > 0:
		return n.first(has)
	case len(said) == 0 && first.Status.Known():
		return unknown(first, snapshot.Lame)
	case len(said) == 0:
		return first
	case len(said) == 1 && silent != nil: // an absence needs a second witness
		return unknown(first, silent.Reason)
	}
	return n.first(said)
}

// first returns the answer that represents several.
func (n *asker) first(said []*snapshot.Answer) *snapshot.Answer {
	return slices.MaxFunc(said, func(a, b *snapshot.Answer) int { return n.outweighs(a, b, said) })
}

// heard returns the answers that count, one for each server; silent is one that was asked and did not answer.
func (n *asker) heard(first *snapshot.Answer, voices []*snapshot.Answer, any bool) (said []*snapshot.Answer, silent *snapshot.Answer) {
	for _, v := range voices {
		if v.By != v.Key.At {
			v = as(v.Key, v)
			v.By = v.Key.At
		}
		switch {
		case n.repute(v.By) == unsound:
		case v.Status.Known():
			said = append(said, v)
		case v.Reason != snapshot.Delegated:
			silent = v
		}
	}
	alone := !slices.ContainsFunc(said, func(a *snapshot.Answer) bool { return a.By == first.By })
	counts := n.repute(first.By) != unsound || !any && !first.Absent()
	if first.Status.Known() && alone && counts {
		said = append(said, first)
	}
	return said, silent
}

// outweighs compares two of several answers that may represent them all: first counts the record that belongs at the name,
// then the newest serial (RFC 1982), then how many are the same, then the first server by name.
func (n *asker) outweighs(a, b *snapshot.Answer, said []*snapshot.Answer) int {
	many := func(a *snapshot.Answer) (count int) {
		for _, b := range said {
			if alike(a, b) {
				count++
			}
		}
		return count
	}
	if !alike(a, b) || a.Status != b.Status {
		if c := cmp.Compare(worth(a), worth(b)); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(int32(n.serial(a.By)-n.serial(b.By)), 0); c != 0 {
		return c
	}
	if !alike(a, b) {
		if c := cmp.Compare(many(a), many(b)); c != 0 {
			return c
		}
	}
	return strings.Compare(b.By, a.By)
}

// alike reports whether two answers have the same values in the same order, and as many aliases.
func alike(a, b *snapshot.Answer) bool {
	return len(a.Chain) == len(b.Chain) && slices.EqualFunc(a.Records, b.Records, func(x, y snapshot.Record) bool { return x.Data == y.Data })
}

// worth ranks answers by what they have: no such name, only the name, records, the record that belongs there.
func worth(a *snapshot.Answer) int {
	switch {
	case len(a.Chain) > 0 || len(a.Records) > 0 && a.Type != snapshot.TXT:
		return 3
	case slices.ContainsFunc(a.Records, func(r snapshot.Record) bool { return sought(a.Name, r.Data) }):
		return 3
	case len(a.Records) > 0:
		return 2
	case a.Status == snapshot.NoData:
		return 1
	}
	return 0
}

// unknown returns a failed answer in place of one that does not count.
func unknown(a *snapshot.Answer, why snapshot.Reason) *snapshot.Answer {
	return &snapshot.Answer{Key: a.Key, Server: a.Server, Transport: a.Transport, By: a.By, Status: snapshot.Failed, Reason: why, At: a.At,
		Took: a.Took, Needs: a.Needs}
}
