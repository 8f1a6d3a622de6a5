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
	maxOwn     = 16  // selectors of services in use
	maxWave    = 100 // selectors of services without a hint
	maxGuesses = 16  // selectors of no known service, if nothing was found
	maxRest    = 40  // further selectors in all, if nothing was found
	maxDenied  = 6   // most common selectors although _domainkey does not exist
)

// related looks up the keys with which the mail in hand is signed in the name of another domain under the registered one.
func (n *asker) related() {
	for _, s := range n.a.Mail.Signed {
		sel, d := strings.ToLower(s.Selector), strings.ToLower(s.Domain)
		if d != n.d && label(sel) && label(d) && snapshot.Below(d, n.reg) {
			n.certain(dnsname.Key(sel, d), snapshot.TXT)
		}
	}
}

// selectors looks up DKIM keys: those that the owner named, those of the services in use, and the most common selectors;
// after these, in one wave, the selectors of all services, since many show in nothing else; and if nothing was found, in
// the same wave, selectors known from lists. It guesses nothing below a name that does not exist (RFC 8020), nor if a
// wildcard answers.
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
	n.related()
	n.serviceKeys()
	_, g := n.guesses()
	if n.eager { // without waiting to know whether _domainkey exists
		n.try(g.head)
	}
	branch, wild := n.best(n.keysAt, snapshot.TXT), n.best(n.wildKey, snapshot.TXT)
	if branch.Status == snapshot.Unasked || !wild.Known() || positive(wild) {
		return
	}
	if branch.Status == snapshot.NXDomain && !n.found() { // some servers wrongly deny empty non-terminals
		n.try(g.head[:min(len(g.head), maxDenied)])
		if !n.found() {
			return
		}
	}
	n.try(g.head)
	searched := n.searched(g.head)
	n.try(g.wave)
	if !searched || n.found() {
		return
	}
	for _, key := range g.head { // an absence needs a second server
		n.certain(key, snapshot.TXT)
	}
	n.try(g.rest[:min(len(g.rest), n.room(g.rest))])
}

// try looks up guessed keys.
func (n *asker) try(keys []string) {
	for _, key := range keys {
		if key != "" {
			n.route(key, snapshot.TXT)
		}
	}
}

// spare is the number of questions that are kept for what follows from the last guesses.
const spare = 24

// room returns how many of the last guesses may be looked up, so that they do not use up the budget and make other
// questions fail.
func (n *asker) room(keys []string) int {
	asked := len(n.out)
	for i := range n.s.Answers {
		if a := &n.s.Answers[i]; a.Via != snapshot.Cache && !slices.Contains(keys, a.Name) {
			asked++
		}
	}
	return max(0, mostAsked-spare-asked)
}

// key looks up one selector.
func (n *asker) key(selector string) {
	if selector = strings.ToLower(selector); label(selector) {
		n.route(dnsname.Key(selector, n.d), snapshot.TXT)
	}
}

// serviceKeys looks up the selectors of the services in use, at a second server if one says that there is no key. For
// services that are only suspected it looks up the first selector.
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
				if !s.unsure && n.best(n.keysAt, snapshot.TXT).Status != snapshot.NXDomain {
					n.certain(dnsname.Key(strings.ToLower(sel), n.d), snapshot.TXT)
				}
				asked++
			}
		}
	}
}

// lists are selectors to look up without a hint, or the names of their keys: the most common ones, those of services, and
// the rest for when nothing was found. One selector of a series ("s1", "s2") is enough; the others follow once the service
// is known.
type lists struct{ head, wave, rest []string }

// guesses returns the selectors to look up without a hint, and the names of their keys, "" where none can be.
func (m *notes) guesses() (selectors, keys *lists) {
	if m.guessed.head == nil {
		m.guessed = m.listed()
		m.named = lists{m.keysOf(m.guessed.head), m.keysOf(m.guessed.wave), m.keysOf(m.guessed.rest)}
	}
	return &m.guessed, &m.named
}

func (m *notes) listed() lists {
	if m.cat == nil {
		return lists{head: usual}
	}
	own, _, _ := strings.Cut(m.d, ".") // people name a key after themselves or their server
	rest := []string{own}
	for _, h := range m.a.Hosts {
		short, _, _ := strings.Cut(h.Value, ".")
		rest = append(rest, short)
	}
	l := listsOf(m.cat)
	rest = append(rest, l.rest...)
	return lists{l.head, l.wave, rest[:min(len(rest), maxRest)]}
}

func (m *notes) keysOf(selectors []string) []string {
	out := make([]string, len(selectors))
	for i, sel := range selectors {
		if sel = strings.ToLower(sel); label(sel) {
			out[i] = dnsname.Key(sel, m.d)
		}
	}
	return out
}

var listsBy sync.Map // of lists, by catalogue

// listsOf returns the catalogue's selectors by the order in which they are looked up, computed once.
func listsOf(cat *catalog.Catalog) lists {
	if l, ok := listsBy.Load(cat); ok {
		return l.(lists)
	}
	var l lists
	had := map[string]bool{} // series and service that have a selector in a list already
	var later, nobody []string
	for _, s := range cat.Selectors() {
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

// usual are the selectors to try without a catalogue.
var usual = []string{"google", "selector1", "selector2", "default", "s1", "s2", "k1", "k2", "k3", "mail", "dkim"}

// searched reports whether the look-ups of the most common selectors and of those of the services in use have all ended.
func (n *asker) searched(keys []string) bool {
	for _, q := range n.out {
		if dnsname.IsKeyOf(q.Name, n.d) {
			return false
		}
	}
	for _, key := range keys {
		if n.s.Best(key, snapshot.TXT) == nil {
			return false
		}
	}
	return n.s.Best(n.d, snapshot.TXT) != nil && n.s.Best(n.d, snapshot.MX) != nil
}

// found reports whether a key, or a CNAME at a selector, was seen.
func (n *asker) found() bool {
	for _, a := range n.positives() {
		if a.Type != snapshot.TXT || a.Via == snapshot.Cache || !dnsname.IsKeyOf(a.Name, n.d) {
			continue
		}
		if len(a.Chain) > 0 || slices.ContainsFunc(a.Data(), dkim.Is) {
			return true
		}
	}
	return false
}

// keys returns the selectors at which the zone has a record or alias, in the order in which they were looked up.
func (n *asker) keys() (out []string) {
	for _, a := range n.positives() {
		if a.Type != snapshot.TXT || a.Via != snapshot.Authority {
			continue
		}
		if sel, ok := dnsname.SelectorAt(a.Name, n.d); ok && sel != WildcardLabel {
			out = append(out, sel)
		}
	}
	return out
}
