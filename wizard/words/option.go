package words

import (
	"slices"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
	"example.org/todoku/i18n/bylang"
	"example.org/todoku/wizard"
)

// Options returns what a step offers: first the entries that DNS suggests, each with its evidence, then common entries,
// the owner's own server, "none" and "do not know", and last all other entries, which a search finds.
func (p P) Options(s wizard.Step, a owner.Answers, seen catalog.Detected) []Option {
	var near, far []Option
	switch s.Options {
	case wizard.OptionsHosts:
		near, far = arrange(p, p.Catalog.Hosts(), slices.Concat(seen.Hosts, seen.Hints), func(h catalog.Host) bool { return h.Own })
		for _, list := range [][]Option{near, far} {
			for i, o := range list {
				if h, ok := p.Catalog.Host(o.ID); ok && o.Extra == "" {
					list[i].NeedsText = p.needs(h)
				}
			}
		}
	case wizard.OptionsSenders:
		near, far = arrange(p, p.Catalog.Senders(), slices.Concat(seen.Senders, seen.Hints), nil)
		for _, list := range [][]Option{near, far} {
			for i, o := range list {
				if e, ok := p.Catalog.Sender(o.ID); ok {
					list[i].Search = slices.Concat(o.Search, p.kindWords(e.Category))
				}
			}
		}
	case wizard.OptionsPanels:
		near, far = arrange(p, p.Catalog.Panels(), seen.Panels, nil)
	}
	for _, id := range s.Fixed {
		name, offered := "", true
		if s.Named != nil {
			name, offered = s.Named(a, id)
		}
		if offered {
			o := Option{ID: id, Label: p.t("wizard."+string(s.ID)+".option."+id, "name", name)}
			if s.Options == "" { // beside entries of the catalogue, a search finds these by their own words only
				o.Search = []string{o.Label}
			}
			near = append(near, o)
		}
	}
	list := append(near, far...)
	p.choose(list, s, a)
	return list
}

// choose marks the options chosen when the question opens: those of an earlier reply, else what DNS shows without
// doubt, else what the step suggests.
func (p P) choose(all []Option, s wizard.Step, a owner.Answers) {
	mark := func(id, extra string) {
		for i := range all {
			if all[i].ID == id {
				all[i].Chosen = true
				if extra != "" {
					all[i].Extra, all[i].NeedsText = extra, ""
				}
			}
		}
	}
	if s.Said != nil {
		if r := s.Said(a); r.Said() {
			for i := range all {
				all[i].Chosen = false
			}
			for _, v := range r.Values {
				mark(p.canonical(s.Options, v), r.Extra[v])
			}
			return
		}
	}
	one := false
	for i := range all {
		// A question with one answer opens with the best clue only.
		all[i].Chosen = all[i].Chosen && !(one && s.Kind == wizard.Choose)
		one = one || all[i].Chosen
	}
	if !one && s.Suggest != nil {
		mark(s.Suggest(a), "")
	}
}

// canonical returns an entry's own ID for an alias; an ID that is not in the catalogue is returned as it is.
func (p P) canonical(options, id string) string {
	switch options {
	case wizard.OptionsHosts:
		if h, ok := p.Catalog.Host(id); ok {
			return h.ID
		}
	case wizard.OptionsSenders:
		if s, ok := p.Catalog.Sender(id); ok {
			return s.ID
		}
	case wizard.OptionsPanels:
		if x, ok := p.Catalog.Panel(id); ok {
			return x.ID
		}
	}
	return id
}

// arrange orders entries: near are those that DNS shows, the common ones and those for which own is true; far
// are all others, in the catalogue's order.
func arrange[E interface{ Base() catalog.Entry }](p P, entries []E, clues []catalog.Clue, own func(E) bool) (near, far []Option) {
	var seen, common, mine []Option
	for _, c := range clues {
		i := slices.IndexFunc(entries, func(e E) bool { return e.Base().ID == c.ID })
		if i < 0 || c.ID == owner.Unknown || slices.ContainsFunc(seen, func(o Option) bool { return o.ID == c.ID }) {
			continue
		}
		o := p.option(entries[i].Base())
		o.Because, o.Extra, o.Chosen = p.Because(c), c.Value, c.Sure()
		seen = append(seen, o)
	}
	for _, e := range entries {
		b := e.Base()
		switch {
		// The catalogue's entry "unknown" holds the neutral form; the option "do not know" is added by the step.
		case b.ID == owner.Unknown:
		case slices.ContainsFunc(seen, func(o Option) bool { return o.ID == b.ID }):
		case own != nil && own(e):
			mine = append(mine, p.option(b))
		case b.Seeds:
			common = append(common, p.option(b))
		default:
			far = append(far, p.option(b))
		}
	}
	return slices.Concat(seen, common, mine), far
}

// kindWords returns the words for a kind of sender in every language, so that a search for "newsletter" finds all of
// them.
func (p P) kindWords(category catalog.Category) []string {
	var out []string
	for _, l := range i18n.Langs() {
		if id := "words.kind." + string(category); l.Has(id) {
			out = append(out, strings.Fields(l.T(id))...)
		}
	}
	return out
}

func (p P) option(e catalog.Entry) Option {
	return Option{ID: e.ID, Label: p.in(e.Name), Search: slices.Concat(e.Name.All(), []string{e.ID}, e.Reading, e.Aliases)}
}

// Because words a clue's evidence.
func (p P) Because(c catalog.Clue) string {
	var args []string
	for k, v := range c.Args {
		args = append(args, k, v)
	}
	return p.t(c.Code, args...)
}

// needs returns the prompt for the value of <server> or <ip> in the host's SPF terms; "" if there are no such
// placeholders.
func (p P) needs(h catalog.Host) string {
	open := slices.ContainsFunc(h.SPF, func(t string) bool {
		return strings.Contains(t, "<server>") || strings.Contains(t, "<ip>") || strings.Contains(t, "<ip6>")
	})
	if !open {
		return ""
	}
	if h.Server == nil {
		return p.t("words.needs.any")
	}
	what := "server"
	if h.Server.Pattern == "" {
		what = "ip"
	}
	text := p.t("words.needs."+what, "example", h.Server.Example)
	if where := p.in(h.Server.Where); where != "" {
		text += p.t("words.needs.where", "where", where)
	}
	return text
}

// searchable adapts an option to the catalogue's filter.
type searchable struct{ Option }

// Base returns an entry with the names to search.
func (s searchable) Base() catalog.Entry {
	return catalog.Entry{ID: s.ID, Name: catalog.Text{bylang.Fallback: s.Label}, Reading: s.Search}
}

// Hit reports whether a search found the option: an entry in any case, "none" and "do not know" only by their own
// words.
func (o Option) Hit(typed string) bool {
	fold := func(s string) string { return strings.ToLower(width.Fold.String(strings.TrimSpace(s))) }
	return len(o.Search) > 0 || strings.Contains(fold(o.Label), fold(typed))
}

// Filter returns the options that match what was typed, followed by those that are always offered.
func Filter(list []Option, typed string) []Option {
	if strings.TrimSpace(typed) == "" {
		return list
	}
	var named []searchable
	for _, o := range list {
		if len(o.Search) > 0 {
			named = append(named, searchable{o})
		}
	}
	kept := catalog.Filter(named, typed)
	if len(kept) == 0 && !slices.ContainsFunc(list, func(o Option) bool { return len(o.Search) == 0 && o.Hit(typed) }) {
		kept = catalog.Near(named, typed)
	}
	var out, always []Option
	for _, o := range list {
		switch {
		case len(o.Search) == 0:
			always = append(always, o)
		case slices.ContainsFunc(kept, func(s searchable) bool { return s.ID == o.ID }):
			out = append(out, o)
		}
	}
	return append(out, always...)
}
