package tui

import (
	"slices"
	"strings"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
)

// history lists the answers in columns, the latest first. What several caches of a place answer alike is one line. Of
// several TXT records at a name only those of the wanted record's kind are shown.
func (s watch) history(f Frame) []string {
	var out []string
	place, name := 8, 8
	for _, l := range s.c.Wait().Looks {
		place = max(place, min(width(s.c.Wait().Place(l.Place).Name), f.W/4))
		name = max(name, min(width(s.below(l.Answer.Name)), f.W/4))
	}
	for _, l := range slices.Backward(s.c.Wait().Looks) {
		if l.Answer.Type == snapshot.SOA {
			continue // asked only to find out whether anything was saved
		}
		line := "   " + s.c.p().Clock(l.At.In(s.c.d.Now().Location())) + "  " + fill(snapshot.Printable(s.c.Wait().Place(l.Place).Name), place, f.Glyphs.Etc) +
			"  " + fill(s.below(l.Answer.Name), name, f.Glyphs.Etc) + "  " + s.heard(f, l)
		if line = cut(line, f.W-2, f.Glyphs.Etc); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return f.para(f.T("watch.no-history"), 3)
	}
	return out
}

// below returns a name relative to the domain, "@" for the domain itself.
func (s watch) below(name string) string {
	if name == s.c.Answers().Domain {
		return "@"
	}
	rel, _ := strings.CutSuffix(name, "."+s.c.Answers().Domain)
	return snapshot.Printable(rel)
}

// heard words an answer's data for the record that is waited for.
func (s watch) heard(f Frame, l propagation.Look) string {
	if !l.Answer.Known() {
		return f.T("watch.silent")
	}
	data := l.Answer.Data()
	for _, w := range s.c.Wait().Wants {
		if w.Name != l.Answer.Name || w.Type != l.Answer.Type {
			continue
		}
		sort, _, _ := strings.Cut(w.Value, " ")
		sort, _, _ = strings.Cut(sort, ";")
		own := slices.DeleteFunc(slices.Clone(data), func(v string) bool {
			return sort == "" || !strings.HasPrefix(strings.ToLower(v), strings.ToLower(sort))
		})
		if len(own) > 0 {
			data = own
		} else if w.Type == snapshot.TXT && sort != "" {
			data = nil // TXT records of other kinds do not count
		}
	}
	if len(data) == 0 {
		return f.T("watch.none")
	}
	return snapshot.Printable(strings.Join(data, " / "))
}
