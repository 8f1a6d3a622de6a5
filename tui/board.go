package tui

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// board draws who sees the records: one line a place, with the state that is farthest from done, or with s.each one
// line a record and place. What is wrong comes first, with what to do about it.
func (s watch) board(f Frame) []string {
	var wrong, rest rows
	for _, r := range s.rows(f) {
		if r.wrong {
			wrong = append(wrong, r)
			continue
		}
		rest = append(rest, r)
	}
	out := wrong.lines()
	if do := s.advice(f, wrong); len(do) > 0 {
		out = append(append(out, do...), "")
	}
	out = append(append(out, rest.lines()...), "")
	out = append(out, s.advice(f, rest)...)
	for _, text := range s.c.p().Asides(s.c.Wait().Panel) {
		out = append(out, f.labelled(f.Glyphs.Ask, text, 3, 2, f.Styles.Warn)...)
	}
	for _, pl := range s.c.Wait().Places {
		x, _, _ := s.slowest(pl.ID)
		if pl.Flush != "" && (x.State == propagation.Old || x.State == propagation.Negative) {
			out = append(out, linked(f.labelled(f.T("watch.flush"), f.T("watch.flush-at", i18n.Args{"place": snapshot.Printable(pl.Name),
				"names": strings.Join(s.remembered(pl.ID), s.c.lang.T("words.list")), "page": pl.Flush}), 3, 10, f.Styles.Key), pl.Flush)...)
		}
	}
	return append(out, s.gates(f)...)
}

// remembered returns the names for which a place still caches old answers.
func (s watch) remembered(place string) []string {
	var out []string
	for _, x := range s.c.Wait().Verdict.Sights {
		if x.Place == place && (x.State == propagation.Old || x.State == propagation.Negative) {
			out = appendNew(out, snapshot.Printable(s.c.Wait().Wants[x.Want].Name))
		}
	}
	return out
}

// row is one line of the board, with the sight that it shows.
type row struct {
	line  string
	sight propagation.Sight
	wrong bool
}

type rows []row

func (r rows) lines() []string {
	var out []string
	for _, x := range r {
		out = append(out, x.line)
	}
	return out
}

// rows returns the places' lines, or with s.each those of every record at every place.
func (s watch) rows(f Frame) rows {
	var out rows
	for _, pl := range s.c.Wait().Places {
		x, seen, all := s.slowest(pl.ID)
		if s.each {
			for _, x := range s.c.Wait().Verdict.Sights {
				if x.Place == pl.ID {
					out = append(out, s.row(f, x, s.record(x, 12)))
				}
			}
		} else if all > 0 && !(pl.Authority && s.folded() && pl.ID != s.c.Wait().Places[0].ID) {
			out = append(out, s.row(f, x, f.T("watch.of", i18n.Args{"seen": seen, "all": all})))
		}
	}
	if s.each { // one after the other for each record
		slices.SortStableFunc(out, func(a, b row) int { return a.sight.Want - b.sight.Want })
	}
	return out
}

// record names a record in a few cells: its kind, as the title of its page does, and its name below the domain.
func (s watch) record(x propagation.Sight, cells int) string {
	w := s.c.Wait().Wants[x.Want]
	name, below := strings.CutSuffix(w.Name, "."+s.c.Answers().Domain)
	if !below && name == s.c.Answers().Domain {
		name = "@"
	}
	value := w.Value
	if value == "" && len(w.Gone) > 0 {
		value = w.Gone[0]
	}
	kind := string(w.Type)
	switch {
	case spf.Is(value):
		kind, name = "SPF", strings.TrimPrefix(name, "@")
	case dmarc.Is(value):
		kind, name = "DMARC", dnsname.Unlabelled(name)
	case dnsname.IsKey(name + "."):
		kind, name = "DKIM", dnsname.Unlabelled(name)
	}
	return cut(strings.TrimSpace(kind+" "+snapshot.Printable(name)), cells, "…")
}

// advice says what to do about rows, each sentence once. Where a value is wrong it names the panel's field and puts the
// right and the wrong value under each other.
func (s watch) advice(f Frame, list rows) []string {
	var out, had []string
	for _, r := range s.sights(list) {
		want := s.c.Wait().Wants[r.Want]
		text := s.c.p().Sight(r, s.c.Wait().Place(r.Place), s.c.d.Now()).Do
		if text == "" {
			continue
		}
		if r.State == propagation.Wrong && len(s.c.Wait().Wants) > 1 {
			text = f.T("watch.about", i18n.Args{"record": s.record(r, 40), "text": text})
		}
		if slices.Contains(had, text) {
			continue
		}
		label := f.T("watch.do")
		if len(had) > 0 {
			label = ""
		}
		had = append(had, text)
		out = append(out, f.labelled(label, text, 3, 10, f.Styles.Warn)...)
		if slip, ok := s.c.p().Slip(r, want); ok {
			out = append(out, s.compared(f, slip, r.Diff)...)
		}
	}
	return out
}

// compared draws a field with a wrong value: what it must hold and what it holds, with the differing characters marked.
func (s watch) compared(f Frame, slip words.Slip, d *propagation.Diff) []string {
	const indent, col = 13, 11
	room := f.W - indent - col - 1
	put := func(label, text string) string {
		return strings.Repeat(" ", indent) + fill(f.T(label), col-1, f.Glyphs.Etc) + " " + text
	}
	c, ok := words.Compare(d, room)
	c.Right, c.Now = strings.ReplaceAll(c.Right, "\u2026", f.Glyphs.Gap), strings.ReplaceAll(c.Now, "\u2026", f.Glyphs.Gap)
	if !ok || d.Kind == propagation.DoubledName {
		return []string{put("watch.field", slip.Field), put("watch.right", f.Styles.Value.Render(cut(slip.Must, room, f.Glyphs.Etc))),
			put("watch.now", f.Styles.Wrong.Render(cut(slip.Has, room, f.Glyphs.Etc)))}
	}
	return []string{put("watch.field", slip.Field), put("watch.right", f.Styles.Value.Render(c.Right)), put("watch.now", f.marked(c)),
		strings.Repeat(" ", indent+col) + f.Styles.Bad.Render(c.Mark)}
}

// marked draws a value with its wrong characters in reverse video.
func (f Frame) marked(c words.Compared) string {
	var out, run strings.Builder
	wrong := false
	flush := func() {
		if wrong {
			out.WriteString(f.Styles.Wrong.Render(run.String()))
		} else {
			out.WriteString(run.String())
		}
		run.Reset()
	}
	at := 0
	for _, r := range c.Now {
		bad := at < len(c.Mark) && c.Mark[at] == '^'
		if bad != wrong {
			flush()
			wrong = bad
		}
		run.WriteRune(r)
		at += width(string(r))
	}
	flush()
	return out.String()
}

// sights returns the sights behind rows: for a place's single line, all that are in the same state.
func (s watch) sights(list rows) []propagation.Sight {
	var out []propagation.Sight
	for _, r := range list {
		for _, x := range s.c.Wait().Verdict.Sights {
			if x.Place == r.sight.Place && (x.Want == r.sight.Want || !s.each && x.State == r.sight.State) {
				out = append(out, x)
			}
		}
	}
	return out
}

// folded reports whether all authoritative servers are in the same state, so that one line can show them all.
func (s watch) folded() bool {
	n := 0
	var first propagation.Sight
	var had int
	for _, pl := range s.c.Wait().Places {
		if !pl.Authority {
			continue
		}
		x, seen, _ := s.slowest(pl.ID)
		if n++; n == 1 {
			first, had = x, seen
		}
		if x.State != first.State || seen != had || x.Why != first.Why {
			return false
		}
	}
	return n > 1 && !s.each && s.c.Wait().Places[0].Authority
}

// authorities returns how many name servers are watched.
func (s watch) authorities() (n int) {
	for _, pl := range s.c.Wait().Places {
		if pl.Authority {
			n++
		}
	}
	return n
}

// far orders the states by how far from done they are. Old and Negative are equal: both wait for a cache.
var far = map[propagation.State]int{propagation.Unreachable: 1, propagation.Pending: 2, propagation.Old: 3, propagation.Negative: 3,
	propagation.Wrong: 4}

// slowest returns the sight at a place that is farthest from done, and how many of its records are seen there.
func (s watch) slowest(place string) (slow propagation.Sight, seen, all int) {
	for _, x := range s.c.Wait().Verdict.Sights {
		if x.Place != place {
			continue
		}
		if x.State == propagation.Published {
			seen++
		}
		a, b := far[x.State], far[slow.State]
		late := x.Until.After(slow.Until) || x.State == propagation.Published && x.Since.After(slow.Since)
		if all == 0 || a > b || a == b && late {
			slow = x
		}
		all++
	}
	return slow, seen, all
}

// row draws one line: place, state, and the remaining wait.
func (s watch) row(f Frame, x propagation.Sight, count string) row {
	place := s.c.Wait().Place(x.Place)
	w := s.c.p().Sight(x, place, s.c.d.Now())
	if place.Authority && s.folded() {
		w.Place, w.Kind = f.T("watch.authorities"), f.T("watch.alike", i18n.Args{"all": s.authorities()})
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
	line := " " + mark + " "
	name, kind, of := 14, 0, 7
	if f.W >= 76 {
		name, kind = 15+(f.W-76)/4, 12
	}
	if s.each {
		kind, of = 0, 12
	}
	line += fill(w.Place, name, f.Glyphs.Etc) + " "
	if kind > 0 {
		line += f.Styles.Dim.Render(fill(w.Kind, kind, f.Glyphs.Etc)) + " "
	}
	state := fill(w.State, 14, f.Glyphs.Etc)
	if s.changed(x) {
		state = f.Styles.Title.Render(state)
	}
	line += state + " " + fill(count, of, "") + " "
	line += s.left(f, w, f.W-1-width(line))
	if s.changed(x) && width(line)+2+width(f.T("watch.new")) < f.W {
		line += "  " + f.Styles.Key.Render(f.T("watch.new"))
	}
	if w.Caches != "" && width(line)+2+width(w.Caches) < f.W {
		line += "  " + f.Styles.Dim.Render(w.Caches)
	}
	return row{line, x, w.Wrong}
}

// changed reports whether the last look found something new at the row's place, or with s.each for its record there.
func (s watch) changed(x propagation.Sight) bool {
	if s.each {
		return s.c.Wait().Changed(x)
	}
	return slices.ContainsFunc(s.c.Wait().Verdict.Sights, func(o propagation.Sight) bool {
		return o.Place == x.Place && s.c.Wait().Changed(o)
	})
}

// left returns the end of a line: a shrinking bar, where there is room for it, and the time left; or when the record
// was seen there.
func (s watch) left(f Frame, w words.Sight, room int) string {
	if !w.Waiting || w.Left == "" {
		return w.At
	}
	bar := f.bar(1-w.Share, 6+max(0, f.W-80)/8) + " "
	if width(bar)+width(w.Left) > room {
		bar = ""
	}
	return bar + w.Left
}

// gates says what may be done now that a record is seen, and what must still wait.
func (s watch) gates(f Frame) []string {
	var out []string
	words := s.c.changes()
	for i, ch := range s.c.Result().Plan.Changes {
		if ch.Gate == "" || ch.Value == "" || i >= len(words) {
			continue
		}
		label, text, style := f.T("watch.gate-wait"), words[i].Gate, f.Styles.Warn
		if s.c.Wait().Open(ch) {
			label, style = f.T("watch.gate-now"), f.Styles.Good
			if name, start := s.c.starts(ch.Service, string(f.Lang)); start != "" {
				text = f.T("watch.gate-go", i18n.Args{"service": name, "start": start})
			}
		}
		out = append(out, f.labelled(label, text, 3, 10, style)...)
	}
	for i, text := range s.c.p().PutOff(s.c.PutOff()) {
		label := ""
		if i == 0 {
			label = f.T("watch.later")
		}
		out = append(out, f.labelled(label, s.c.p().Sentences(text, f.T("watch.later-back")), 3, 10, f.Styles.Plain)...)
	}
	return out
}

// starts returns the name of a service, and how to switch on signing in its console once its key is seen.
func (c *Case) starts(id, lang string) (name, start string) {
	if h, ok := c.d.Catalog.Host(id); ok {
		return h.Name.In(lang), h.DKIM.Start.In(lang)
	}
	if x, ok := c.d.Catalog.Sender(id); ok {
		return x.Name.In(lang), x.DKIM.Start.In(lang)
	}
	return "", ""
}
