package probe

import (
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

const (
	maxOwn     = 16  // selectors of services in use that are asked for
	maxWave    = 100 // names of services that are asked for without a hint
	maxGuesses = 16  // of the names that belong to nobody, how many are asked for where nothing was found
	maxRest    = 40  // names that are asked for where nothing was found, all together
	maxDenied  = 6   // of the commonest, how many are asked for although the server says that nothing stands below _domainkey
)

// selectors asks for DKIM keys: what the owner named, what the services in use sign with, and the commonest names; in one
// wave behind them the names of all services, since many show in nothing else; and where the first led to nothing, in the
// same wave names that are seen on lists, so that nobody waits for the one and then for the other.
// Below a name that does not exist, nothing does (RFC 8020), and where a wildcard answers every guess would hit.
func (n *asker) selectors() {
	for _, k := range n.a.Keys {
		n.key(k.Selector)
		if target := strings.ToLower(strings.TrimSuffix(k.Value, ".")); k.Alias && label(target) {
			n.route(target, snapshot.TXT)
		}
	}
	for _, sel := range n.a.Mail.Selectors {
		n.key(sel)
	}
	n.serviceKeys()
	head, wave, rest := n.listed()
	if n.eager { // together with the question whether there is anything
		for _, sel := range head {
			n.key(sel)
		}
	}
	branch, wild := n.s.TXT(dnsname.Keys(n.d)), n.s.TXT(dnsname.Key(WildcardLabel, n.d))
	if branch.Status == snapshot.Unasked || !wild.Known() || len(wild.Records)+len(wild.Chain) > 0 {
		return
	}
	if branch.Status == snapshot.NXDomain && !n.found() { // some servers deny a name that only has names below it
		for _, sel := range head[:min(len(head), maxDenied)] {
			n.key(sel)
		}
		if !n.found() {
			return
		}
	}
	for _, sel := range head {
		n.key(sel)
	}
	searched := n.searched(head)
	for _, sel := range wave {
		n.key(sel)
	}
	if !searched || n.found() {
		return
	}
	for _, sel := range head { // one server's word is not enough for "no key"
		n.certain(dnsname.Key(sel, n.d), snapshot.TXT)
	}
	for _, sel := range rest[:min(len(rest), n.room(rest))] {
		n.key(sel)
	}
}

// spare is how many questions of a run are kept for what follows from the names that are guessed last.
const spare = 24

// room is how many of the names that are guessed last may be asked for: what nobody has any hint of must not use up what a run
// may ask, and then look as if it had failed.
func (n *asker) room(guesses []string) int {
	asked := len(n.out)
	for _, a := range n.s.Answers {
		sel, key := dnsname.SelectorAt(a.Name, n.d)
		if a.Via != snapshot.Cache && !(key && slices.Contains(guesses, sel)) {
			asked++
		}
	}
	return max(0, mostAsked-spare-asked)
}

// key asks for one selector.
func (n *asker) key(selector string) {
	if selector = strings.ToLower(selector); label(selector) {
		n.route(dnsname.Key(selector, n.d), snapshot.TXT)
	}
}

// serviceKeys asks for the selectors of the services in use, and one more server where one says that there is no key; of those
// services that are only thought of, for the first.
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
				if !s.unsure && n.s.TXT(dnsname.Keys(n.d)).Status != snapshot.NXDomain {
					n.certain(dnsname.Key(strings.ToLower(sel), n.d), snapshot.TXT)
				}
				asked++
			}
		}
	}
}

// listed gives the names to ask for without a hint: the commonest, those that belong to a service, and for when nothing
// was found the rest. One name of a series ("s1", "s2") is enough: the others follow once the service shows itself.
func (n *asker) listed() (head, wave, rest []string) {
	if n.cat == nil {
		return usual, nil, nil
	}
	own, _, _ := strings.Cut(n.d, ".") // people name a key after themselves or their server
	rest = []string{own}
	for _, h := range n.a.Hosts {
		short, _, _ := strings.Cut(h.Value, ".")
		rest = append(rest, short)
	}
	l := listsOf(n.cat)
	rest = append(rest, l.rest...)
	return l.head, l.wave, rest[:min(len(rest), maxRest)]
}

// lists are the catalogue's selectors in the order in which they are asked for.
type lists struct{ head, wave, rest []string }

var listsBy sync.Map // of lists, by catalogue

// listsOf sorts the catalogue's selectors, once.
func listsOf(cat *catalog.Catalog) lists {
	if l, ok := listsBy.Load(cat); ok {
		return l.(lists)
	}
	var l lists
	had := map[string]bool{} // the services of a series that one name of it stands for
	var later, nobody []string
	for _, s := range cat.Selectors {
		again := len(s.Of) > 0
		for _, id := range s.Of {
			k := strings.TrimRight(s.Name, "0123456789") + " " + id
			again = again && had[k]
			had[k] = true
		}
		switch {
		case s.Head:
			l.head = append(l.head, s.Name)
		case again:
			later = append(later, s.Name)
		case len(s.Of) > 0:
			l.wave = append(l.wave, s.Name)
		default:
			nobody = append(nobody, s.Name)
		}
	}
	l.wave = l.wave[:min(len(l.wave), maxWave)]
	l.rest = slices.Concat(nobody[:min(len(nobody), maxGuesses)], later)
	listsBy.Store(cat, l)
	return l
}

// usual are the selectors tried where there is no catalogue.
var usual = []string{"google", "selector1", "selector2", "default", "s1", "s2", "k1", "k2", "k3", "mail", "dkim"}

// searched reports whether the questions for the commonest names and for those of the services in use have all ended.
func (n *asker) searched(head []string) bool {
	for _, q := range n.out {
		if dnsname.IsKeyOf(q.Name, n.d) {
			return false
		}
	}
	for _, sel := range head {
		if n.s.TXT(dnsname.Key(sel, n.d)).Status == snapshot.Unasked {
			return false
		}
	}
	return n.s.TXT(n.d).Status != snapshot.Unasked && n.s.Get(n.d, snapshot.MX).Status != snapshot.Unasked
}

// found reports whether a key, or an alias to one, was seen.
func (n *asker) found() bool {
	return slices.ContainsFunc(n.s.Answers, func(a snapshot.Answer) bool {
		return a.Type == snapshot.TXT && a.Via != snapshot.Cache && dnsname.IsKeyOf(a.Name, n.d) &&
			(len(a.Chain) > 0 || slices.ContainsFunc(a.Data(), dkim.Is))
	})
}

// keys lists the selectors at which the zone has something, in the order in which they were asked for.
func (n *asker) keys() (out []string) {
	for _, a := range n.s.Answers {
		sel, ok := dnsname.SelectorAt(a.Name, n.d)
		if ok && a.Type == snapshot.TXT && a.Via == snapshot.Authority && len(a.Records)+len(a.Chain) > 0 && sel != WildcardLabel {
			out = append(out, sel)
		}
	}
	return out
}
