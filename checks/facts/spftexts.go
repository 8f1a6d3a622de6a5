package facts

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// SPFText is a TXT record at the domain that is, or was meant to be, an SPF record.
type SPFText struct {
	Raw     string     // as receivers read it
	Meant   string     // with the blanks that are missing between its strings; else Raw
	Strings int        // how many strings it was torn into, one for each term; 0 if it was not
	Record  spf.Record // Raw, parsed
}

// SPFTexts returns the TXT records that are, or were meant to be, SPF records. readable reports whether receivers
// recognize one of them.
func (f *Facts) SPFTexts() (texts []SPFText, readable bool) { return f.spfTexts() }

func (f *Facts) readSPFTexts() (texts []SPFText, readable bool) {
	for _, r := range f.DNS.TXT(f.Owner.Domain).Records {
		if !spf.Is(r.Data) && !spf.Resembles(r.Data) {
			if _, torn := reading.Meant(r); !torn {
				continue
			}
		}
		t := SPFText{Raw: r.Data, Record: spf.Parse(r.Data)}
		var torn bool
		if t.Meant, torn = reading.Meant(r); torn {
			t.Strings = len(r.Strings)
		}
		texts, readable = append(texts, t), readable || spf.Is(r.Data)
	}
	return texts, readable
}

// TornSPF reports whether the readable record lacks the blanks between its strings.
func (f *Facts) TornSPF() bool {
	texts, _ := f.SPFTexts()
	return slices.ContainsFunc(texts, func(t SPFText) bool { return t.Strings > 0 && spf.Is(t.Raw) })
}

// Unread is a text beside a readable SPF record that was meant to be one, and that receivers ignore (RFC 7208 section
// 4.5).
type Unread struct {
	SPFText
	Record string   // the text with its mistakes corrected, without its all
	Lost   []string // its terms that no readable record covers
	// Sure: it was meant to count, since only a mistake and no other words keep it from being read.
	Sure bool
}

// UnreadSPF returns those texts; nil if there is no readable record.
func (f *Facts) UnreadSPF() []Unread {
	texts, readable := f.SPFTexts()
	if !readable {
		return nil
	}
	var trees []spf.Tree
	for _, t := range texts {
		if spf.Is(t.Raw) {
			trees = append(trees, spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, t.Raw))
		}
	}
	var out []Unread
	for _, t := range texts {
		if spf.Is(t.Raw) {
			continue
		}
		u := Unread{SPFText: t, Sure: true}
		merged, notes := spf.Merge([]string{t.Meant}, nil)
		for _, n := range notes {
			if n.Code == spf.NoteUnglued && !strings.Contains(n.Text, "=") {
				u.Sure = false
			}
		}
		u.Record = "v=spf1"
		for _, term := range spf.Parse(merged).Terms {
			if term.Name == "all" || term.Modifier && term.Name != "redirect" {
				continue
			}
			u.Record += " " + term.Text
			text := term.Text
			if term.Name == "redirect" {
				text = "include:" + term.Value
			}
			covered := slices.ContainsFunc(trees, func(tree spf.Tree) bool {
				ok, _ := Covered(f.DNS, tree, f.Owner.Domain, text)
				return ok
			})
			if !covered && (term.Modifier || term.Qualifier == '+') {
				u.Lost = append(u.Lost, text)
			}
		}
		if u.Record != "v=spf1" { // a text without terms lost nothing
			out = append(out, u)
		}
	}
	return out
}

// StandIns returns the placeholders that were left in a record. An address of a documentation network counts as one,
// unless answers of the snapshot or the owner use such addresses, as in a laboratory.
func (f *Facts) StandIns(r spf.Record) []spf.Problem {
	var out []spf.Problem
	for _, p := range r.Problems {
		if p.Code == spf.Placeholder {
			out = append(out, p)
		}
	}
	for _, t := range r.Terms {
		if t.Prefix.IsValid() && t.Qualifier == '+' && spf.Exemplary(t.Prefix) && !f.usesExamples() {
			out = append(out, spf.Problem{Code: spf.Placeholder, Span: t.Span, Text: t.Text})
		}
	}
	return out
}

// usesExamples reports whether the owner, an address record or another SPF record uses a documentation address.
func (f *Facts) usesExamples() bool {
	exemplary := func(ip netip.Addr) bool { return ip.IsValid() && spf.Exemplary(netip.PrefixFrom(ip, ip.BitLen())) }
	if slices.ContainsFunc(f.Owner.IPs, exemplary) {
		return true
	}
	for _, h := range f.Owner.Hosts {
		if ip, err := netip.ParseAddr(h.Value); err == nil && exemplary(ip) {
			return true
		}
	}
	listed := func(r snapshot.Record) bool {
		return spf.Is(r.Data) && slices.ContainsFunc(spf.Parse(r.Data).Terms, func(t spf.Term) bool { return t.Prefix.IsValid() && spf.Exemplary(t.Prefix) })
	}
	return slices.ContainsFunc(f.DNS.Answers, func(a snapshot.Answer) bool {
		switch a.Type {
		case snapshot.A, snapshot.AAAA:
			return slices.ContainsFunc(a.Records, func(r snapshot.Record) bool {
				ip, err := netip.ParseAddr(r.Data)
				return err == nil && exemplary(ip)
			})
		case snapshot.TXT:
			return a.Name != f.Owner.Domain && slices.ContainsFunc(a.Records, listed)
		}
		return false
	})
}

// Costliest returns the term of the domain's own record that needs the most look-ups, with all that it includes.
func (f *Facts) Costliest() (term string, lookups int) {
	t, ok := f.SPFTree()
	if !ok {
		return "", 0
	}
	for _, c := range t.Root.Costs {
		if c.Lookups > lookups {
			term, lookups = c.Term.Text, c.Lookups
		}
	}
	return term, lookups
}
