package tui

import (
	"slices"
	"strings"

	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard/present"
)

// board draws who sees the records: a line for each place with the state that is farthest from done, then what is to be
// done about it. With "each", every record has its lines.
func (s watch) board(f Frame) []string {
	var out, do []string
	add := func(line, advice string) {
		out = append(out, line)
		if advice != "" {
			do = appendNew(do, advice)
		}
	}
	if s.each {
		for i, w := range s.c.wait.Wants {
			out = append(out, " "+f.Styles.Title.Render(cut(f.T("watch.want", i18n.Args{
				"name": snapshot.Printable(w.Name), "type": string(w.Type)}), f.W-2, f.Glyphs.Etc)))
			for _, x := range s.c.wait.Verdict.Sights {
				if x.Want == i {
					add(s.sight(f, x, ""))
				}
			}
		}
	} else {
		for _, pl := range s.c.wait.Places {
			x, seen, all := s.slowest(pl.ID)
			if all == 0 || pl.Authority && s.folded() && pl.ID != s.c.wait.Places[0].ID {
				continue
			}
			add(s.sight(f, x, f.T("watch.of", i18n.Args{"seen": seen, "all": all})))
		}
	}
	out = append(out, "")
	for i, d := range do {
		label := f.T("watch.do")
		if i > 0 {
			label = ""
		}
		out = append(out, f.labelled(label, d, 3, 10, f.Styles.Warn)...)
	}
	for _, pl := range s.c.wait.Places {
		x, _, _ := s.slowest(pl.ID)
		if pl.Flush != "" && (x.State == propagation.Old || x.State == propagation.Negative) {
			out = append(out, f.labelled(f.T("watch.flush"), snapshot.Printable(pl.Name+": "+pl.Flush), 3, 10, f.Styles.Key)...)
		}
	}
	return append(out, s.gates(f)...)
}

// folded reports whether all authoritative servers show every record, so that one line can stand for them.
func (s watch) folded() bool {
	n := 0
	for _, pl := range s.c.wait.Places {
		if !pl.Authority {
			continue
		}
		if _, seen, all := s.slowest(pl.ID); seen < all {
			return false
		}
		n++
	}
	return n > 1 && !s.each && s.c.wait.Places[0].Authority
}

// far orders the states by how far from done they are.
var far = []propagation.State{propagation.Published, propagation.Unreachable, propagation.Pending, propagation.Old,
	propagation.Negative, propagation.Wrong}

// slowest is the sight at a place that is farthest from done, and how many of its records are seen there.
func (s watch) slowest(place string) (slow propagation.Sight, seen, all int) {
	for _, x := range s.c.wait.Verdict.Sights {
		if x.Place != place {
			continue
		}
		if x.State == propagation.Published {
			seen++
		}
		a, b := slices.Index(far, x.State), slices.Index(far, slow.State)
		if all == 0 || a > b || a == b && x.Until.After(slow.Until) {
			slow = x
		}
		all++
	}
	return slow, seen, all
}

// sight draws one line: place, state, the wait running down; and what is to be done about it.
func (s watch) sight(f Frame, x propagation.Sight, count string) (line, do string) {
	place := s.c.wait.Place(x.Place)
	w := s.c.p().Sight(x, place, s.c.d.Now())
	if place.Authority && s.folded() {
		w.Place = f.T("watch.authorities")
	}
	mark := f.Styles.Dim.Render(f.Glyphs.Dot)
	switch {
	case x.State == propagation.Published:
		mark = f.Styles.Good.Render(f.Glyphs.Check)
	case w.Wrong:
		mark = f.Styles.Bad.Render(f.Glyphs.Cross)
	case x.State == propagation.Unreachable:
		mark = f.Styles.Warn.Render(f.Glyphs.Ask)
	}
	line = " " + mark + " "
	name, kind := 14, 0
	if f.W >= 76 {
		name, kind = 17+(f.W-76)/4, 14
	}
	line += fill(w.Place, name, f.Glyphs.Etc) + " "
	if kind > 0 {
		line += f.Styles.Dim.Render(fill(w.Kind, kind, f.Glyphs.Etc)) + " "
	}
	line += fill(w.State, 10, f.Glyphs.Etc) + " "
	if count != "" {
		line += f.Styles.Dim.Render(fill(count, 7, "")) + " "
	}
	return line + s.left(f, w), w.Do
}

// left is the end of a line: a bar that runs down, or when the place was seen.
func (s watch) left(f Frame, w present.Sight) string {
	if !w.Waiting || w.Left == "" {
		return f.Styles.Dim.Render(w.At)
	}
	return f.bar(1-w.Share, 6+max(0, f.W-80)/8) + " " + w.Left
}

// gates tells what may be done now that a record is seen, and what must still wait.
func (s watch) gates(f Frame) []string {
	var out []string
	words := s.c.p().Changes(s.c.plan, s.c.panel(), s.c.zone(), s.c.ans)
	for i, ch := range s.c.plan.Changes {
		if ch.Gate == "" || ch.Value == "" || i >= len(words) {
			continue
		}
		label, text, style := f.T("watch.gate-wait"), words[i].Gate, f.Styles.Warn
		if s.c.wait.Open(ch) {
			label, style = f.T("watch.gate-now"), f.Styles.Good
			if name, start := s.c.starts(ch.Service, string(f.Lang)); start != "" {
				text = f.T("watch.gate-go", i18n.Args{"service": name, "start": start})
			}
		}
		out = append(out, f.labelled(label, text, 3, 10, style)...)
	}
	return out
}

// starts is the name of a service, and what to press in its console once its key is seen.
func (c *Case) starts(id, lang string) (name, start string) {
	if h, ok := c.d.Catalog.Host(id); ok {
		return h.Name.In(lang), h.DKIM.Start.In(lang)
	}
	if x, ok := c.d.Catalog.Sender(id); ok {
		return x.Name.In(lang), x.DKIM.Start.In(lang)
	}
	return "", ""
}

// history lists what was heard, the latest first; what several caches of a place say alike stands once.
func (s watch) history(f Frame) []string {
	var out []string
	for _, l := range slices.Backward(s.c.wait.Looks) {
		heard := strings.Join(l.Answer.Data(), " / ")
		switch {
		case !l.Answer.Known():
			heard = f.T("watch.silent")
		case heard == "":
			heard = f.T("watch.none")
		}
		place := s.c.wait.Place(l.Place).Name
		name, _ := strings.CutSuffix(l.Answer.Name, "."+s.c.ans.Domain)
		line := "   " + s.c.p().Clock(l.At.In(s.c.d.Now().Location())) + "  " + place + "  " + snapshot.Printable(name) + "  " + snapshot.Printable(heard)
		if line = cut(line, f.W-1, f.Glyphs.Etc); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return f.para(f.T("watch.no-history"), 3)
	}
	return out
}
