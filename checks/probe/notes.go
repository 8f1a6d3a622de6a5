package probe

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dmarc"
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
	policies []string         // where the domain's DMARC policy may be, up to the registered domain

	sights         sights
	orders         orders
	guessed, named lists        // results of guesses
	bounce         []bounceHost // result of bounceHosts

	list, ahead sheet // the last list, and the last one of early questions
}

func newNotes(a owner.Answers, domain string, c *catalog.Catalog) *notes {
	m := &notes{a: a, cat: c, d: domain, reg: domain, sights: newSights()}
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

// orders are the orders in which some servers are asked for names.
type orders struct {
	servers []snapshot.NameServer
	by      map[string][]snapshot.NameServer
}

// of says which servers these are.
func (o *orders) of(servers []snapshot.NameServer) {
	if o.by == nil || !slices.Equal(o.servers, servers) {
		o.servers, o.by = servers, make(map[string][]snapshot.NameServer, usualAnswers)
	}
}

func (o *orders) order(name string) []snapshot.NameServer {
	list, ok := o.by[name]
	if !ok {
		list = spread(o.servers, name)
		o.by[name] = list
	}
	return list
}
