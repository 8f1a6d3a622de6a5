package probe

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// repute is what was heard of a name server: whether its word on the zone counts.
type repute int

const (
	unheard repute = iota
	sound          // it answers for the zone with authority
	unsound        // it does not know the zone, or does not answer
)

// repute is known once a server was asked for the zone's SOA, which whoever serves the zone has.
func (n *asker) repute(host string) repute {
	a, asked := n.s.Find(snapshot.Key{Name: n.apex, Type: snapshot.SOA, Via: snapshot.Server, At: host})
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

// serial is the version of the zone that a server holds.
func (n *asker) serial(host string) uint32 {
	a, _ := n.s.Find(snapshot.Key{Name: n.apex, Type: snapshot.SOA, Via: snapshot.Server, At: host})
	if a.SOA == nil {
		return 0
	}
	return a.SOA.Serial
}

// trusted are the servers without those of ill repute, as soon as there is one of good.
func (n *asker) trusted(servers []snapshot.NameServer) []snapshot.NameServer {
	if !slices.ContainsFunc(servers, func(s snapshot.NameServer) bool { return n.repute(s.Host) == sound }) {
		return servers
	}
	return slices.DeleteFunc(slices.Clone(servers), func(s snapshot.NameServer) bool { return n.repute(s.Host) == unsound })
}

// hosts are those to whom the world is sent for the zone, each once.
func (n *asker) hosts() []string {
	var out []string
	for _, s := range n.servers {
		out = append(out, s.Host)
	}
	return some(out)
}

// settle gives every question about the zone the answer that stands for it, out of what single servers said, and lists
// those to put again: whoever answered them is no witness, since it does not know the zone or its SOA failed.
func (n *asker) settle(raw map[snapshot.Key]snapshot.Answer) (again []snapshot.Question) {
	for i, a := range n.s.Answers {
		if a.Via == snapshot.Resolver && n.invented(a) {
			n.s.Answers[i] = unknown(a, snapshot.Filtered)
		}
	}
	if n.apex == "" {
		return nil
	}
	hosts := n.hosts()
	voices := map[snapshot.Key][]snapshot.Answer{}
	for i := range n.s.Answers { // they are large
		if a := &n.s.Answers[i]; a.Via == snapshot.Server && ofMail(a.Type) && slices.Contains(hosts, a.Key.At) {
			k := snapshot.Key{Name: a.Name, Type: a.Type, Via: snapshot.Authority}
			voices[k] = append(voices[k], *a)
		}
	}
	witness := slices.ContainsFunc(hosts, func(h string) bool { return n.repute(h) == sound })
	for i := range n.s.Answers {
		a := &n.s.Answers[i]
		if a.Via != snapshot.Authority || !ofMail(a.Type) || !snapshot.Below(a.Name, n.apex) {
			continue
		}
		first, ok := raw[a.Key]
		if !ok {
			first = *a
		}
		if witness && first.Known() && first.By != "" && n.repute(first.By) == unsound {
			again = append(again, snapshot.Question{Key: a.Key, Zone: n.apex, Servers: spread(n.trusted(n.servers), a.Name)})
		}
		stands := n.stands(first, voices[a.Key], witness)
		stands.Key, stands.Needs = a.Key, a.Needs
		if len(voices[a.Key]) > 0 {
			stands.Records = slices.Clone(stands.Records) // whoever changes one leaves the other alone
		}
		*a = stands
	}
	return again
}

// ofMail reports whether records of a type are compared; how the zone is delegated is seen otherwise.
func ofMail(t snapshot.Type) bool {
	switch t {
	case snapshot.TXT, snapshot.MX, snapshot.A, snapshot.AAAA, snapshot.CNAME, snapshot.SPF:
		return true
	}
	return false
}

// stands is what holds of a question: a record that any witness has, since mail meets it sometimes; and that there is
// none, where no witness has it. first is the answer of whichever server was asked, voices are those of single ones;
// any tells whether a server of good repute is known.
func (n *asker) stands(first snapshot.Answer, voices []snapshot.Answer, any bool) snapshot.Answer {
	if first.Reason == snapshot.Delegated || first.Known() && first.By == "" || !first.Known() && len(voices) == 0 {
		return first
	}
	if len(voices) == 0 {
		if n.repute(first.By) != unsound || !any && !first.Absent() {
			return first
		}
		return unknown(first, snapshot.Lame)
	}
	said, silent := n.heard(first, voices, any)
	has := slices.DeleteFunc(slices.Clone(said), func(a snapshot.Answer) bool { return a.Absent() && len(a.Chain) == 0 })
	switch {
	case len(has) > 0:
		return n.best(has)
	case len(said) == 0 && first.Known():
		return unknown(first, snapshot.Lame)
	case len(said) == 0:
		return first
	case len(said) == 1 && silent != nil: // it would take a second one
		return unknown(first, silent.Reason)
	}
	return n.best(said)
}

// heard are the answers of those whose word counts, one a server; silent is one that was asked and did not answer.
func (n *asker) heard(first snapshot.Answer, voices []snapshot.Answer, any bool) (said []snapshot.Answer, silent *snapshot.Answer) {
	for _, v := range voices {
		v.By = v.Key.At
		switch {
		case n.repute(v.By) == unsound:
		case v.Known():
			said = append(said, v)
		case v.Reason != snapshot.Delegated:
			silent = &v
		}
	}
	alone := !slices.ContainsFunc(said, func(a snapshot.Answer) bool { return a.By == first.By })
	counts := n.repute(first.By) != unsound || !any && !first.Absent()
	if first.Known() && alone && counts {
		said = append(said, first)
	}
	return said, silent
}

// best is the answer that stands for several: one with what is looked for at the name; of the newest version of the
// zone (RFC 1982); one that more servers give; that of the first server by name.
func (n *asker) best(said []snapshot.Answer) snapshot.Answer {
	many := func(a snapshot.Answer) (count int) {
		for _, b := range said {
			if slices.Equal(a.Data(), b.Data()) && len(a.Chain) == len(b.Chain) {
				count++
			}
		}
		return count
	}
	return slices.MaxFunc(said, func(a, b snapshot.Answer) int {
		return cmp.Or(cmp.Compare(worth(a), worth(b)), cmp.Compare(int32(n.serial(a.By)-n.serial(b.By)), 0),
			cmp.Compare(many(a), many(b)), strings.Compare(b.By, a.By))
	})
}

// worth ranks answers by what they hold: nothing of the name, the name alone, records, the record that is looked for there.
func worth(a snapshot.Answer) int {
	switch {
	case len(a.Chain) > 0 || len(a.Records) > 0 && a.Type != snapshot.TXT:
		return 3
	case slices.ContainsFunc(a.Data(), func(v string) bool { return sought(a.Name, v) }):
		return 3
	case len(a.Records) > 0:
		return 2
	case a.Status == snapshot.NoData:
		return 1
	}
	return 0
}

// unknown is a question without an answer that counts.
func unknown(a snapshot.Answer, why snapshot.Reason) snapshot.Answer {
	return snapshot.Answer{Key: a.Key, Server: a.Server, Transport: a.Transport, By: a.By, Status: snapshot.Failed, Reason: why, At: a.At,
		Took: a.Took, Needs: a.Needs}
}
