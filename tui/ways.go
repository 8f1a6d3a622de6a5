package tui

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// ways shows the owner's choices where an SPF record is too big, the mildest first: each with the record that it would
// give and what was proved about it.
func (f Frame) ways(list []words.Way) []string {
	if len(list) == 0 {
		return nil
	}
	out := []string{"", " " + f.T("ways.title")}
	next := true
	for _, w := range list {
		head := f.Glyphs.Dot
		if next && w.Takeable() {
			head, next = "w", false
		}
		out = append(out, "")
		out = append(out, f.labelled(head, w.Text, 3, 2, f.Styles.Key)...)
		for _, l := range chop(w.Value, f.W-8) {
			out = append(out, "      "+l)
		}
		for _, c := range w.Checked {
			out = append(out, f.dim(f.para(c, 6))...)
		}
	}
	return out
}

// detours shows the ways around a forward or a list that breaks authentication, in the order in which to try them, each
// with its price.
func (f Frame) detours(list []words.Detour) []string {
	if len(list) == 0 {
		return nil
	}
	out := []string{"", " " + f.T("ways.detours")}
	for i, d := range list {
		out = append(out, "")
		out = append(out, f.labelled(strconv.Itoa(i+1)+".", d.Text, 3, 4, f.Styles.Key)...)
		out = append(out, f.dim(f.para(d.Price, 7))...)
	}
	return append(append(out, ""), f.dim(f.para(f.T("ways.letter"), 3))...)
}

// tried shows how SPF judges the known sending addresses now and, if the record is mended, afterwards.
func (s diagnosis) tried(f Frame) []string {
	lines := s.c.p().Tries(s.c.Result().Plan)
	if words.Mended(s.c.Result().Plan, s.c.Answers().Domain) {
		for _, ch := range s.c.changes() {
			if len(ch.Checked) > 0 {
				lines = ch.Checked
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	out := []string{"", " " + f.T("ways.tries")}
	for _, l := range lines {
		out = append(out, f.para(l, 3)...)
	}
	return out
}

// firstWay returns the mildest choice that can be taken now.
func (c *Case) firstWay() (words.Way, bool) {
	list := c.p().Ways(c.Result().Plan)
	i := slices.IndexFunc(list, words.Way.Takeable)
	if i < 0 {
		return words.Way{}, false
	}
	return list[i], true
}

// wayKey takes the first choice at "w", and undoes all choices at "u"; false for any other key.
func (c *Case) wayKey(k string) bool {
	switch w, ok := c.firstWay(); {
	case k == "w" && ok:
		c.TakeWay(w.Take)
	case k == "u" && c.WayTaken():
		c.DropWays()
	default:
		return false
	}
	return true
}

// wayKeys returns the footer's keys for wayKey.
func (c *Case) wayKeys() []Key {
	var out []Key
	if _, ok := c.firstWay(); ok {
		out = append(out, Key{"w", "way"})
	}
	if c.WayTaken() {
		out = append(out, Key{"u", "unway"})
	}
	return out
}

// aboutSPF reports whether a finding is about the SPF record.
func aboutSPF(x checks.Finding) bool { return strings.HasPrefix(string(x.Code), "spf-") }

// chosen says which choices were taken.
func (s records) chosen(f Frame) []string {
	if !s.c.WayTaken() {
		return nil
	}
	terms := slices.Concat(s.c.Answers().SPF.Drop, s.c.Answers().SPF.Flatten)
	return append([]string{""}, f.para(f.T("ways.chosen", i18n.Args{"terms": snapshot.Printable(strings.Join(terms, " "))}), 3)...)
}

// aboutRoute reports whether a finding is about the mail's route (a forward or a list).
func aboutRoute(x checks.Finding) bool {
	return x.Code == checks.ForwardBreaksSPF || x.Code == checks.ListDomain || x.Is(checks.RefusedPassing) || x.Is(checks.RefusedOwnPass)
}
