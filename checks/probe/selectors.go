package probe

import (
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/dkim"
	"todoku/checks/snapshot"
)

const (
	maxOwn     = 16 // selectors of services in use that are asked for
	maxGuesses = 20 // names that are asked for without any hint
)

// selectors asks for DKIM keys in waves, the likeliest first: what the owner named and what the services in use sign
// with; a few names that are common everywhere; and only where all of them led to nothing, more of the list. Below a
// name that does not exist, nothing does (RFC 8020), and where a wildcard answers every guess would hit.
func (n *asker) selectors() {
	for _, k := range n.a.Keys {
		n.key(k.Selector)
		if target := strings.ToLower(strings.TrimSuffix(k.Value, ".")); k.Alias && label(target) {
			n.route(target, snapshot.TXT)
		}
	}
	n.serviceKeys()
	branch, wild := n.s.TXT("_domainkey."+n.d), n.s.TXT(WildcardLabel+"._domainkey."+n.d)
	if branch.Status == snapshot.Unasked || branch.Status == snapshot.NXDomain || !wild.Known() || len(wild.Records) > 0 {
		return
	}
	head, rest := n.listed()
	for _, sel := range head {
		n.key(sel)
	}
	if !n.searched(head) || n.found() {
		return
	}
	for _, sel := range rest {
		n.key(sel)
	}
	n.strangers()
}

// key asks for one selector.
func (n *asker) key(selector string) {
	if selector = strings.ToLower(selector); label(selector) {
		n.route(selector+"._domainkey."+n.d, snapshot.TXT)
	}
}

// serviceKeys asks for the selectors of the services in use; of those that are only thought of, for the first.
func (n *asker) serviceKeys() {
	asked := 0
	for _, s := range n.services() {
		sels := s.dkim.Selectors
		if s.unsure {
			sels = sels[:min(len(sels), 1)]
		}
		for _, sel := range sels {
			if asked == maxOwn {
				return
			}
			if label(sel) {
				n.key(sel)
				asked++
			}
		}
	}
}

// listed gives the names to guess: the few that are asked for always, and those for when nothing was found. One name of
// a series is enough: the rest follow once the service shows itself.
func (n *asker) listed() (head, rest []string) {
	if n.cat == nil {
		return usual, nil
	}
	first := []string{}
	had := map[string]bool{} // the services of a series ("s1", "s2") that one name of it stands for
	for _, s := range n.cat.Selectors {
		series := strings.TrimRight(s.Name, "0123456789")
		again := len(s.Of) > 0
		for _, id := range s.Of {
			again = again && had[series+" "+id]
			had[series+" "+id] = true
		}
		switch {
		case s.Head:
			head = append(head, s.Name)
		case s.First && !again:
			first = append(first, s.Name)
		}
	}
	// People name a key after themselves or their server.
	own, _, _ := strings.Cut(n.d, ".")
	rest = []string{own}
	for _, h := range n.a.Hosts {
		short, _, _ := strings.Cut(h.Value, ".")
		rest = append(rest, short)
	}
	rest = append(rest, first...)
	return head, rest[:min(len(rest), max(0, maxGuesses-len(head)))]
}

// usual are the selectors tried where there is no catalogue.
var usual = []string{"google", "selector1", "selector2", "default", "s1", "s2", "k1", "k2", "k3", "mail", "dkim"}

// searched reports whether the questions of the first waves have all ended.
func (n *asker) searched(head []string) bool {
	for _, q := range n.out {
		if strings.Contains(q.Name, "._domainkey."+n.d) {
			return false
		}
	}
	for _, sel := range head {
		if n.s.TXT(sel+"._domainkey."+n.d).Status == snapshot.Unasked {
			return false
		}
	}
	return n.s.TXT(n.d).Status != snapshot.Unasked && n.s.Get(n.d, snapshot.MX).Status != snapshot.Unasked
}

// found reports whether a key, or an alias to one, was seen.
func (n *asker) found() bool {
	return slices.ContainsFunc(n.s.Answers, func(a snapshot.Answer) bool {
		return a.Type == snapshot.TXT && strings.HasSuffix(a.Name, "._domainkey."+n.d) &&
			(len(a.Chain) > 0 || slices.ContainsFunc(a.Data(), dkim.Is))
	})
}

// maxStrangers bounds the bounce hosts that are asked for without a hint.
const maxStrangers = 4

// strangers asks for the bounce hosts of services whose selectors nobody can guess: what they lead to names the service.
func (n *asker) strangers() {
	if n.cat == nil {
		return
	}
	asked := 0
	for _, s := range n.cat.Senders {
		if s.DKIM.Can != catalog.SigningYes || slices.ContainsFunc(s.DKIM.Selectors, label) {
			continue
		}
		for _, l := range s.Detect.Bounce {
			if asked < maxStrangers && label(l) {
				n.route(l+"."+n.d, snapshot.MX)
				asked++
			}
		}
	}
}
