package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
)

// lookRow is one line of the look-ups: which questions belong to it, and what to show of their answers.
type lookRow struct {
	name string
	// asks reports whether an answer belongs to this row.
	asks func(domain string, a snapshot.Answer) bool
	// telling returns the values of an answer that are worth showing.
	telling func(domain string, a snapshot.Answer) []string
	// open marks a row for which finding nothing does not mean that nothing is there, since not every name can be asked
	// for (DKIM selectors).
	open bool
}

var lookRows = []lookRow{
	{name: "ns", asks: nameServers, telling: everything},
	{name: "mx", asks: own(snapshot.MX), telling: everything},
	{name: "spf", asks: own(snapshot.TXT), telling: likeSPF},
	{name: "dkim", asks: keyNames, telling: selectorOf, open: true},
	{name: "dmarc", asks: policies, telling: everything},
}

func everything(_ string, a snapshot.Answer) []string { return a.Data() }

// own matches the answers for the domain's records of a type.
func own(t snapshot.Type) func(string, snapshot.Answer) bool {
	return func(domain string, a snapshot.Answer) bool { return a.Type == t && a.Name == domain }
}

// nameServers matches the NS answers of the domain's own zone, not of a registry above it.
func nameServers(domain string, a snapshot.Answer) bool {
	return a.Type == snapshot.NS && (a.Name == domain || a.Name == input.Registrable(domain))
}

func keyNames(domain string, a snapshot.Answer) bool {
	return (a.Type == snapshot.TXT || a.Type == snapshot.CNAME) && dnsname.IsKeyOf(a.Name, domain)
}

func policies(domain string, a snapshot.Answer) bool {
	return a.Type == snapshot.TXT && (a.Name == dnsname.Policy(domain) || a.Name == dnsname.Policy(input.Registrable(domain)))
}

// likeSPF returns the SPF records, and texts that were meant to be one; the rules decide whether they are.
func likeSPF(_ string, a snapshot.Answer) []string {
	return slices.DeleteFunc(a.Data(), func(v string) bool {
		return !spf.Is(v) && !strings.Contains(strings.ToLower(v), "spf1")
	})
}

func selectorOf(_ string, a snapshot.Answer) []string {
	if len(a.Data()) == 0 {
		return nil
	}
	sel, _ := dnsname.Selector(a.Name)
	return []string{sel}
}

// lookState is the state of a row.
type lookState int

const (
	lookWaits   lookState = iota // nothing asked yet
	lookAsking                   // questions asked, nothing seen so far
	lookSeen                     // a record exists, good or bad
	lookAbsent                   // the answers say that there is no record
	lookUnknown                  // no answer, or none that could prove absence
)

// stand returns a row's state from the answers so far: the values seen, how many questions it had, and how many were
// answered.
func (r lookRow) stand(c *Case) (state lookState, told []string, asked, heard int) {
	domain, look := c.Answers().Domain, c.Looking()
	for _, a := range look.Came {
		if !r.asks(domain, a) || a.Via == snapshot.Server && r.name != "ns" {
			continue // the answer of a single server, which may not even be asked by anyone, is not what the world sees
		}
		asked++
		if a.Known() {
			heard++
		}
		for _, v := range r.telling(domain, a) {
			told = appendNew(told, snapshot.Printable(v))
		}
	}
	switch {
	case len(told) > 0:
		return lookSeen, told, asked, heard
	case look.Busy && asked > 0:
		return lookAsking, nil, asked, heard
	case look.Busy:
		return lookWaits, nil, 0, 0
	case asked == 0, heard < asked, r.open:
		return lookUnknown, nil, asked, heard
	}
	return lookAbsent, nil, asked, heard
}

// draw returns the row's line: its name, a mark, and what was seen.
func (r lookRow) draw(f Frame, c *Case) string {
	state, told, asked, heard := r.stand(c)
	count := i18n.Args{"count": asked}
	mark, text, style := " ", f.T("look.wait"), f.Styles.Dim
	switch state {
	case lookAsking:
		mark, text = f.Glyphs.Etc, f.T("look.some", count)
	case lookSeen:
		mark, text, style = f.Glyphs.Dot, strings.Join(told, ", "), lipgloss.Style{}
	case lookAbsent:
		mark, text, style = "-", f.T("look.none"), lipgloss.Style{}
	case lookUnknown:
		mark, text, style = f.Glyphs.Ask, f.T("look.silent"), f.Styles.Warn
		switch {
		case asked == 0:
			text = f.T("look.unasked")
		case r.open && heard > 0:
			text = f.T("look.unfound", count)
		}
	}
	return "   " + fill(f.T("look.group."+r.name), 22, f.Glyphs.Etc) + " " + style.Render(fill(mark, 3, "")) + " " + cut(text, f.W-32, f.Glyphs.Etc)
}

// lookRows draws a line for each kind of look-up. A record that was seen is not called good here: the rules have not
// judged it yet.
func (f Frame) lookRows(c *Case) []string {
	var out []string
	for _, r := range lookRows {
		out = append(out, r.draw(f, c))
	}
	return out
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
