package words

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
)

// Fault is one mistake in an SPF record, in words.
type Fault struct {
	Piece  string // as written
	What   string
	Repair string // "" if it is not known what was meant
}

// Fault words a mistake in an SPF record.
func (p P) Fault(x spf.Problem) Fault {
	f := Fault{Piece: snapshot.Printable(x.Text), What: p.t("spf.problem." + string(x.Code))}
	fix := strings.TrimSpace(x.Fix)
	switch {
	case x.Certain && x.Fix == "":
		f.Repair = p.t("spf.repair.delete")
	case x.Certain && fix == "":
		f.Repair = p.t("spf.repair.space")
	case x.Certain:
		f.Repair = p.t("spf.repair.write", "fix", fix)
	case fix != "":
		f.Repair = p.t("spf.repair.maybe", "fix", fix)
	}
	return f
}

// Said is one term of a record, explained.
type Said struct {
	Depth   int // 0 for the record's own terms, more for those of included records
	Term    string
	Text    string
	Use     facts.Use
	Lookups int    // including all below it
	Voids   int    // how many of them had no answer
	Cost    string // Lookups in words; "" for none
	Notes   []string
}

// Aloud explains a record term by term, with the cost of each, and says which are dead, duplicate, never evaluated or
// not needed. uses says whom the record's own terms serve; nil if that is not known.
func (p P) Aloud(t spf.Tree, uses []facts.Used) []Said {
	return p.aloud(t.Root, 0, uses)
}

func (p P) aloud(n spf.Node, depth int, uses []facts.Used) []Said {
	var out []Said
	rest := n.Children
	ended := false
	var seen []string
	for _, t := range n.Parsed.Terms {
		s := Said{Depth: depth, Term: snapshot.Printable(t.Text), Text: p.say(t, n.Domain), Lookups: t.Lookups()}
		if slices.ContainsFunc(n.Parsed.Problems, func(x spf.Problem) bool { return x.Fatal && x.Span.Start < t.End && t.Start < x.Span.End }) {
			s.Text = p.t("spf.say.broken")
		}
		cost := costOf(n, t)
		var below []Said
		switch {
		case ended && !t.Modifier:
			s.Lookups, s.Notes = 0, append(s.Notes, p.t("spf.say.never"))
		case len(rest) > 0 && rest[0].Term == t.Text && (t.Name == "include" || t.Name == "redirect"):
			child := rest[0]
			rest = rest[1:]
			s.Lookups += child.Lookups
			if child.Why != spf.WhyMissing && p.Lang.Has("spf.why."+string(child.Why)) {
				s.Notes = append(s.Notes, p.below(child.Why, child.Domain))
			}
			for _, c := range p.aloud(child, depth+1, nil) {
				if c.Lookups > 0 { // in included records, only terms that cost look-ups
					below = append(below, c)
				}
			}
		case cost.Why != "":
			s.Notes = append(s.Notes, p.t("spf.why."+string(cost.Why), "domain", cmp.Or(t.Value, n.Domain)))
		}
		s.Voids = cost.Voids
		switch {
		case ended:
		case slices.Contains(seen, t.Same(n.Domain)):
			s.Notes = append(s.Notes, p.t("spf.say.twice"))
		default:
			s.Use = p.use(&s, t, uses)
			if same := sameNets(n, t); same != "" {
				s.Notes = append(s.Notes, p.t("spf.say.same", "term", same))
			}
		}
		seen = append(seen, t.Same(n.Domain))
		ended = ended || !t.Modifier && t.Name == "all"
		if s.Lookups > 0 {
			s.Cost = p.Lang.T("spf.cost", i18n.Args{"count": s.Lookups})
		}
		out = append(append(out, s), below...)
	}
	return out
}

// use says whom a term serves, if that is worth saying.
func (p P) use(s *Said, t spf.Term, uses []facts.Used) facts.Use {
	i := slices.IndexFunc(uses, func(u facts.Used) bool { return u.Term.Span == t.Span && u.Term.Text == t.Text })
	if i < 0 {
		return ""
	}
	u := uses[i]
	switch u.Use {
	case facts.Needless, facts.Unchosen, facts.Stranger:
		s.Notes = append(s.Notes, p.t("spf.use."+string(u.Use), "service", p.service(u.Service)))
	}
	return u.Use
}

// costOf returns what the walk counted for a term of a node's record.
func costOf(n spf.Node, t spf.Term) spf.Cost {
	for _, c := range n.Costs {
		if c.Term.Span == t.Span && c.Term.Text == t.Text {
			return c
		}
	}
	return spf.Cost{}
}

// sameNets returns the term before an a or mx that leads to the same addresses; "" for none.
func sameNets(n spf.Node, t spf.Term) string {
	nets := costOf(n, t).Nets
	if len(nets) == 0 || t.Name != "a" && t.Name != "mx" {
		return ""
	}
	for _, c := range n.Costs {
		if c.Term.Start >= t.Start {
			return ""
		}
		missing := func(x netip.Prefix) bool { return !slices.Contains(c.Nets, x) }
		if c.Term.Qualifier == t.Qualifier && !slices.ContainsFunc(nets, missing) {
			return c.Term.Text
		}
	}
	return ""
}

// signs maps the qualifiers to their results.
var signs = map[byte]string{'-': "fail", '~': "softfail", '?': "neutral", '+': "pass"}

// say explains one term in a sentence.
func (p P) say(t spf.Term, own string) string {
	domain := t.Value
	if domain == "" {
		domain = own
	}
	if domain == "" {
		domain = p.t("spf.say.this-domain")
	}
	var text string
	switch t.Name {
	case "all":
		if t.Modifier {
			return p.t("spf.say.unknown")
		}
		return p.t("spf.say.all-" + signs[t.Qualifier])
	case "include":
		text = p.t("spf.say.include", "domain", domain)
		if s := p.serviceOf(domain); s != "" {
			text = p.t("spf.say.include-of", "domain", domain, "service", s)
		}
	case "redirect":
		return p.t("spf.say.redirect", "domain", domain)
	case "exp":
		return p.t("spf.say.exp", "domain", domain)
	case "a":
		text = p.t("spf.say.a", "domain", domain)
		if t.Value == "" {
			text = p.t("spf.say.a-own", "domain", domain)
		}
	case "mx", "ptr", "exists":
		text = p.t("spf.say."+t.Name, "domain", domain)
	case "ip4", "ip6":
		text = p.t("spf.say.net", "net", t.Prefix.String())
		if t.Prefix.IsSingleIP() {
			text = p.t("spf.say.ip", "net", t.Prefix.Addr().String())
		}
	}
	switch {
	case t.Modifier || text == "":
		return p.t("spf.say.unknown")
	case t.Qualifier == '+':
		return text
	}
	return p.Sentences(text, p.t("spf.say.but-"+signs[t.Qualifier]))
}

// serviceOf names the hosts and senders whose servers a name lists; "" for none, or for so many that naming them says
// nothing.
func (p P) serviceOf(domain string) string {
	if p.Catalog == nil {
		return ""
	}
	owners := p.Catalog.SPFOwners(domain)
	if len(owners) > 3 {
		return ""
	}
	for i, id := range owners {
		owners[i] = snapshot.Printable(p.service(id))
	}
	return strings.Join(owners, " / ")
}

// Result words the result of one SPF evaluation.
func (p P) Result(r spf.Result, domain string) string {
	return p.t("spf.result."+string(r), "domain", domain)
}

// Step words why a term matched or did not.
func (p P) Step(s spf.Step) string {
	domain := s.Target
	if domain == "" {
		domain = s.Domain
	}
	found := strings.Join(s.Found, " ")
	if len(s.Found) > 4 {
		found = strings.Join(s.Found[:4], " ") + " " + p.t("spf.page.left-out", "number", strconv.Itoa(len(s.Found)-4))
	}
	named, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(s.Term, "+-~?")), ":")
	switch {
	case s.Why != "" && p.Lang.Has("spf.why."+string(s.Why)) && (named == "include" || strings.HasPrefix(named, "redirect=")):
		return p.below(s.Why, domain)
	case s.Why != "" && p.Lang.Has("spf.why."+string(s.Why)):
		return p.t("spf.why."+string(s.Why), "domain", domain)
	case named == "include" && s.Match:
		return p.t("spf.step.include-pass", "domain", domain)
	case named == "include":
		return p.t("spf.step.include-other", "domain", domain)
	case strings.HasPrefix(named, "redirect="):
		return p.t("spf.step.redirect", "domain", domain, "result", string(s.Result))
	case s.Match && found != "":
		return p.t("spf.step.match-found", "found", found)
	case s.Match:
		return p.t("spf.step.match")
	case found != "":
		return p.t("spf.step.no-match-found", "found", found)
	}
	return p.t("spf.step.no-match")
}

// below words what is wrong with the target of an include or redirect. If it has no record, the whole evaluation is
// an error (RFC 7208 sections 5.2 and 6.1); at the domain itself the result is none, which is not an error.
func (p P) below(why spf.Why, domain string) string {
	if why == spf.WhyNoRecord {
		return p.t("spf.why.no-record-below", "domain", domain)
	}
	return p.t("spf.why."+string(why), "domain", domain)
}

// Underline breaks a record into lines at most cells wide, each followed by a line of marks if a span covers some
// of it. width measures a text in cells. Spans count bytes of the record as DNS gave it.
func Underline(record string, spans []spf.Span, cells int, width func(string) int) []string {
	for _, s := range spans {
		if s.Start == s.End && s.Start == len(record) { // something is missing at the end
			record += " "
		}
	}
	var out []string
	var text, marks strings.Builder
	used := 0
	flush := func() {
		out = append(out, strings.TrimRight(text.String(), " "))
		if m := strings.TrimRight(marks.String(), " "); m != "" {
			out = append(out, m)
		}
		text.Reset()
		marks.Reset()
		used = 0
	}
	under := make([]bool, len(record))
	for _, s := range spans {
		for i := s.Start; i < min(max(s.End, s.Start+1), len(record)); i++ {
			under[i] = true
		}
	}
	for at, next := 0, 0; at < len(record); at = next {
		next = at + 1
		for next < len(record) && record[next]&0xc0 == 0x80 {
			next++
		}
		letter := snapshot.Printable(record[at:next])
		n := width(letter)
		torn := used+n > cells
		if !torn && used > 0 && record[at-1] == ' ' { // do not break a word that fits on a line of its own
			word, _, _ := strings.Cut(record[at:], " ")
			w := width(snapshot.Printable(word))
			torn = used+w > cells && w <= cells
		}
		if torn && used > 0 {
			flush()
		}
		text.WriteString(letter)
		sign := " "
		if slices.Contains(under[at:next], true) {
			sign = "^"
		}
		marks.WriteString(strings.Repeat(sign, n))
		used += n
	}
	if used > 0 || len(out) == 0 {
		flush()
	}
	return out
}
