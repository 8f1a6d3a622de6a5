package probe

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// notes are what the lists of one run have in common, found out once. A list follows from the owner's answers, the
// catalogue and a snapshot alone: notes only save work.
type notes struct {
	a        owner.Answers
	cat      *catalog.Catalog // may be nil
	d        string           // the domain
	reg      string           // registrable domain
	keysAt   string           // the name below which the domain's keys stand
	wildKey  string           // that of a key which no one has
	policy   string           // that of the domain's DMARC policy
	policies []string         // that, and those above up to the registered domain

	sights         sights
	orders         orders       // of the zone's servers
	guessed, named lists        // results of guesses
	bounce         []bounceHost // result of bounceHosts
	includes       []string     // result of likelyIncludes

	list, ahead sheet // the last list, and the last one of early questions
}

func newNotes(a owner.Answers, domain string, c *catalog.Catalog) *notes {
	m := &notes{a: a, cat: c, d: domain, reg: domain, sights: newSights(),
		keysAt: dnsname.Keys(domain), wildKey: dnsname.Key(WildcardLabel, domain), policy: dnsname.Policy(domain)}
	if r, err := publicsuffix.EffectiveTLDPlusOne(m.d); err == nil {
		m.reg = r
	}
	m.policies = slices.DeleteFunc(dmarc.Walk(m.d), func(name string) bool { return !snapshot.Below(name, m.reg) })
	return m
}

// asker returns what collects the questions that a snapshot lacks. The list of the one before is lost.
func (m *notes) asker(s *snapshot.Snapshot) *asker {
	return &asker{notes: m, sheet: m.list.anew(), s: s}
}

// sheet is a list of questions, each once.
type sheet struct {
	out  []snapshot.Question
	have table[struct{}]
}

// usualList is the usual number of questions in a list.
const usualList = 144

// anew returns the sheet without what is on it.
func (s *sheet) anew() *sheet {
	if s.out == nil {
		s.out = make([]snapshot.Question, 0, usualList)
	}
	s.out = s.out[:0]
	s.have.clear()
	return s
}

// has reports whether a question is on the sheet.
func (s *sheet) has(k snapshot.Key) bool { return s.have.at(k) != nil }

// put adds a question that is not on the sheet, unless no name can be like that.
func (s *sheet) put(q snapshot.Question) {
	if q.Name == "" || len(q.Name) > maxName || strings.Contains(q.Name, "..") {
		return
	}
	s.have.put(q.Key, struct{}{})
	s.out = append(s.out, q)
}

// orders are the lists of servers in the orders in which they are asked. With few servers there are few, so that most
// questions share one.
type orders [][]snapshot.NameServer

// of returns the order in which servers are asked for a name.
func (o *orders) of(servers []snapshot.NameServer, name string) []snapshot.NameServer {
	if len(servers) == 0 {
		return nil
	}
	var room [2 * maxGlue]ranked
	list := rank(room[:0], servers, name)
	for _, known := range *o {
		if slices.EqualFunc(known, list, func(s snapshot.NameServer, r ranked) bool { return s == r.NameServer }) {
			return known
		}
	}
	out := make([]snapshot.NameServer, len(list))
	for i, r := range list {
		out[i] = r.NameServer
	}
	if len(*o) < maxOrders {
		*o = append(*o, out)
	}
	return out
}

// maxOrders limits what is kept: with many servers hardly two questions share a list.
const maxOrders = 24
