// Package facts reads from a snapshot and the owner's answers what can be said of the domain's mail: who sends it, the
// SPF tree, the DKIM keys, the DMARC policy, the mail servers, the delegation, reverse names, and copies at wrong places.
// It looks nothing up, and it does not judge: whether a fact is a fault is for the rules of package checks.
package facts

import (
	"slices"
	"sync"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Facts is one reading of the owner's answers and a snapshot. Its fields and what they point to must not change after
// Read; WithOwner and WithDNS make a new reading. It is safe for concurrent use.
type Facts struct {
	Owner   owner.Answers
	DNS     *snapshot.Snapshot
	Catalog *catalog.Catalog // nil means that no service and no panel is known

	once
}

// once holds the facts that several rules need, each computed at its first use.
type once struct {
	apex       func() string
	seen       func() catalog.Detected
	services   func() []Service
	terms      func() []Term
	spfTexts   func() ([]SPFText, bool)
	tree       func() (spf.Tree, bool)
	lacks      func() []Lacking
	sources    func() []Source
	trials     func() []spf.Verdict
	candidates func() [][]Service
	undecided  func() []Undecided
	keys       func() []Key
	good       func() []string
	unsigned   func() []Unsigned
	crossed    func() []Crossed
	unaligned  func() []Unaligned
	policy     func() Policy
	exchanges  func() []Exchange
	delegation func() (Delegation, bool)
	memory     func() []Remembered
}

// Read returns the facts of a snapshot for an owner. A nil dns counts as empty; cat may be nil.
func Read(o owner.Answers, dns *snapshot.Snapshot, cat *catalog.Catalog) *Facts {
	if dns == nil {
		dns = &snapshot.Snapshot{}
	}
	f := &Facts{Owner: o, DNS: dns, Catalog: cat}
	f.once = once{
		apex:       sync.OnceValue(f.readApex),
		seen:       sync.OnceValue(f.detect),
		services:   sync.OnceValue(f.readServices),
		terms:      sync.OnceValue(f.readTerms),
		spfTexts:   sync.OnceValues(f.readSPFTexts),
		tree:       sync.OnceValues(f.readSPFTree),
		lacks:      sync.OnceValue(f.readLacks),
		sources:    sync.OnceValue(f.readSources),
		trials:     sync.OnceValue(f.tryRecord),
		candidates: sync.OnceValue(f.readCandidates),
		undecided:  sync.OnceValue(f.readUndecided),
		keys:       sync.OnceValue(f.readKeys),
		good:       sync.OnceValue(f.readGood),
		unsigned:   sync.OnceValue(f.readUnsigned),
		crossed:    sync.OnceValue(f.readCrossed),
		unaligned:  sync.OnceValue(f.readUnaligned),
		policy:     sync.OnceValue(f.readPolicy),
		exchanges:  sync.OnceValue(f.readExchanges),
		delegation: sync.OnceValues(f.readDelegation),
		memory:     sync.OnceValue(f.readMemory),
	}
	return f
}

// WithOwner returns the facts of the same snapshot for other answers of the owner.
func (f *Facts) WithOwner(o owner.Answers) *Facts {
	g := Read(o, f.DNS, f.Catalog)
	g.seen = f.seen // what DNS shows of the catalogue does not depend on the owner
	return g
}

// WithDNS returns the facts of another snapshot for the same owner.
func (f *Facts) WithDNS(dns *snapshot.Snapshot) *Facts { return Read(f.Owner, dns, f.Catalog) }

// WithMemory returns the facts of a snapshot that differs only in what watched resolvers hold, which one fact is about:
// the others are not read again.
func (f *Facts) WithMemory(dns *snapshot.Snapshot) *Facts {
	g := &Facts{Owner: f.Owner, DNS: dns, Catalog: f.Catalog, once: f.once}
	g.memory = sync.OnceValue(g.readMemory)
	return g
}

// Seen returns the hosts, senders and panels of the catalogue that the snapshot shows.
func (f *Facts) Seen() catalog.Detected { return f.seen() }

func (f *Facts) detect() catalog.Detected {
	if f.Catalog == nil {
		return catalog.Detected{}
	}
	return f.Catalog.Detect(f.DNS)
}

// Evidence returns the answers that were really asked for, each once.
func Evidence(answers ...snapshot.Answer) []snapshot.Answer {
	var out []snapshot.Answer
	for _, a := range answers {
		if a.Status != snapshot.Unasked && !slices.ContainsFunc(out, func(b snapshot.Answer) bool { return a.Key == b.Key }) {
			out = append(out, a)
		}
	}
	return out
}
