package spf

import (
	"net/netip"
	"slices"
	"strings"
)

// Limits on the work for one hostile record. Receivers stop after ten look-ups, so no honest tree comes near them.
const (
	maxDepth     = 20
	maxNodes     = 200
	maxQuestions = 300
)

// gatherer reads from the data and records which questions were missing or failed, each once.
type gatherer struct {
	d       Data
	seen    map[Need]bool
	missing []Need
	failed  []Need
}

func newGatherer(d Data) gatherer { return gatherer{d: d, seen: map[Need]bool{}} }

// ask returns the reply for a question. A name that cannot exist in DNS gives Void.
func (g *gatherer) ask(name, typ string) Reply {
	if !askable(name) {
		return Reply{Status: Void}
	}
	n := Need{name, typ}
	r := g.d.Reply(n)
	if r.Status == Missing && !g.seen[n] {
		g.missing = append(g.missing, n)
	}
	// The SPF record may be among those that were cut off.
	if r.Status == Found && r.Cut && typ == "TXT" && len(records(r)) == 0 {
		r.Status = TempErr
	}
	if r.Status == TempErr && !g.seen[n] {
		g.failed = append(g.failed, n)
	}
	g.seen[n] = true
	return r
}

// records returns the SPF records of a reply.
func records(r Reply) (out []string) {
	for _, txt := range r.TXT {
		if Is(txt) {
			out = append(out, txt)
		}
	}
	return out
}

// walker is one run of Walk.
type walker struct {
	gatherer
	root   string
	nodes  int
	parsed map[string]Record // by text, since a wildcard may give one record at many names
	nets   map[netip.Prefix]bool
	out    []netip.Prefix
	bare   bool // only what is missing is wanted: no costs, children and networks
}

// Walk reads domain's record and all that it includes. record, if not empty, replaces the record of domain (for one that
// is not published yet). Missing has every question that the data cannot answer, all of one level at once. If a name has
// several records, all are walked as if joined.
func Walk(d Data, domain, record string) Tree {
	w := walker{gatherer: newGatherer(d), nets: map[netip.Prefix]bool{}, parsed: map[string]Record{}}
	root := w.walk(name(domain), record)
	return Tree{Root: root, Lookups: root.Lookups, Voids: root.Voids, Networks: w.out, Missing: w.missing, Failed: w.failed}
}

// Lacks returns what Walk calls Missing, without the rest of the tree.
func Lacks(d Data, domain, record string) []Need {
	w := walker{gatherer: newGatherer(d), bare: true}
	w.walk(name(domain), record)
	return w.missing
}

func (w *walker) walk(domain, record string) Node {
	w.root = domain
	root := Node{Domain: domain}
	if record != "" {
		w.fill(&root, []string{record}, []string{domain}, true)
	} else {
		w.read(&root, nil, true)
	}
	return root
}

// read finds the record at n.Domain. stack holds the domains above it.
func (w *walker) read(n *Node, stack []string, passes bool) {
	w.nodes++
	switch {
	case slices.Contains(stack, n.Domain):
		n.Why = WhyLoop
		return
	case len(stack) >= maxDepth || w.nodes > maxNodes || len(w.seen) > maxQuestions:
		n.Why = WhyTooDeep
		return
	}
	r := w.ask(n.Domain, "TXT")
	switch r.Status {
	case Missing:
		n.Why = WhyMissing
		return
	case TempErr:
		n.Why = WhyFailed
		return
	case Void:
		n.Why = WhyVoid
		if n.Via != "" {
			n.Voids = 1
		}
		return
	}
	texts := records(r)
	switch len(texts) {
	case 0:
		n.Why = WhyNoRecord
		return
	case 1:
	default:
		n.Why = WhySeveral
	}
	w.fill(n, texts, append(stack[:len(stack):len(stack)], n.Domain), passes)
}

// fill counts the terms of a node and descends into its includes.
func (w *walker) fill(n *Node, texts, stack []string, passes bool) {
	if w.bare {
		for _, text := range texts {
			for _, t := range recall(text).effective() {
				w.term(n, &Cost{Term: t}, stack, false)
			}
		}
		return
	}
	n.Record, n.Parsed = texts[0], w.parse(texts[0])
	if n.Why == "" && !n.Parsed.Valid() {
		n.Why = WhySyntax
	}
	for _, text := range texts {
		terms := w.parse(text).effective()
		n.Costs = slices.Grow(n.Costs, len(terms))
		for _, t := range terms {
			lookups, voids := n.Lookups, n.Voids
			c := Cost{Term: t}
			w.term(n, &c, stack, passes && t.Qualifier != '-' && t.Qualifier != '~' && t.Qualifier != '?')
			c.Lookups, c.Voids = n.Lookups-lookups, n.Voids-voids
			n.Costs = append(n.Costs, c)
		}
	}
}

func (w *walker) parse(text string) Record {
	r, ok := w.parsed[text]
	if !ok {
		r = Parse(text)
		w.parsed[text] = r
	}
	return r
}

// effective returns the terms that a receiver evaluates if nothing matches: mechanisms up to "all", and redirect if there
// is no "all". They may be the record's own and must not be changed.
func (r Record) effective() []Term {
	modifier := func(t Term) bool { return t.Modifier }
	terms := r.Terms
	all := slices.IndexFunc(terms, func(t Term) bool { return !t.Modifier && t.Name == "all" })
	if all >= 0 {
		terms = terms[:all+1]
	}
	if !slices.ContainsFunc(terms, modifier) {
		return slices.Clip(terms)
	}
	out := slices.DeleteFunc(slices.Clone(terms), modifier)
	redirect := slices.IndexFunc(r.Terms, func(t Term) bool { return t.Modifier && t.Name == "redirect" })
	if all < 0 && redirect >= 0 {
		out = append(out, r.Terms[redirect])
	}
	return out
}

func (w *walker) term(n *Node, c *Cost, stack []string, passes bool) {
	t := c.Term
	n.Lookups += t.Lookups()
	switch t.Name {
	case "all":
		if passes {
			w.net(netip.MustParsePrefix("0.0.0.0/0"))
			w.net(netip.MustParsePrefix("::/0"))
		}
	case "ip4", "ip6":
		if w.bare {
			return
		}
		c.Nets = append(c.Nets, t.Prefix)
		if passes {
			w.net(t.Prefix)
		}
	case "include", "redirect":
		if t.Value == "" { // a broken record's
			return
		}
		child := Node{Domain: t.Value, Term: t.Text, Via: t.Name}
		if target, ok := w.target(t, n.Domain); ok {
			child.Domain = target
			w.read(&child, stack, passes)
		} else {
			child.Why = WhyMacro
		}
		c.Why = child.Why
		n.Lookups += child.Lookups
		n.Voids += child.Voids
		if !w.bare {
			n.Children = append(n.Children, child)
		}
	case "a", "mx":
		target, ok := w.target(t, n.Domain)
		if !ok || len(w.seen) > maxQuestions {
			return
		}
		if w.hosts(n, c, target, passes) {
			n.Voids++
			c.Why = WhyVoid
		}
	}
}

// hosts adds the addresses of an a or mx term. void is true if a look-up found neither IPv4 nor IPv6.
func (w *walker) hosts(n *Node, c *Cost, target string, passes bool) (void bool) {
	t := c.Term
	hosts := []string{target}
	if t.Name == "mx" {
		r := w.ask(target, "MX")
		if r.Status != Found {
			return r.Status == Void
		}
		hosts = r.Names
		if len(hosts) > 10 {
			if n.Why == "" {
				n.Why = WhyMXLimit
			}
			c.Why = WhyMXLimit
			hosts = hosts[:10]
		}
	}
	for _, h := range hosts {
		if h = name(h); h == "" {
			continue
		}
		v4, v6 := w.ask(h, "A"), w.ask(h, "AAAA")
		void = void || v4.Status == Void && v6.Status == Void
		if w.bare {
			continue
		}
		for _, ip := range append(slices.Clone(v4.Addrs), v6.Addrs...) {
			c.Nets = append(c.Nets, t.network(ip))
			if passes {
				w.net(t.network(ip))
			}
		}
	}
	return void
}

// network returns the range that an address stands for with the term's prefix lengths.
func (t Term) network(ip netip.Addr) netip.Prefix {
	bits, ip := ip.BitLen(), ip.Unmap()
	switch {
	case ip.Is4():
		bits = 32
		if t.CIDR4 >= 0 {
			bits = t.CIDR4
		}
	case t.CIDR6 >= 0:
		bits = t.CIDR6
	}
	return netip.PrefixFrom(ip, bits).Masked()
}

// target returns the term's domain; false if it depends on the sender. %{d} is expanded, and %{o} for mail from the root
// domain.
func (w *walker) target(t Term, domain string) (string, bool) {
	switch {
	case t.Value == "":
		return domain, true
	case !strings.Contains(t.Value, "%"):
		return name(t.Value), true
	case macros(t.Value, "slihpvcrt"):
		return "", false
	}
	return name(expand(t.Value, func(letter byte) string {
		if letter == 'o' {
			return w.root
		}
		return domain
	})), true
}

func (w *walker) net(p netip.Prefix) {
	p = p.Masked()
	if p.IsValid() && !w.nets[p] {
		w.nets[p] = true
		w.out = append(w.out, p)
	}
}
