package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// glossary lists the terms that the screens use, in the order in which a user meets them (i18n tui.word.<id>).
var glossary = []string{"dns", "record", "ns", "mx", "txt", "spf", "dkim", "selector", "dmarc", "report", "ttl", "cache", "ptr",
	"bounce", "forward", "list", "code", "none", "permerror", "include", "softfail", "quarantine", "cname", "a", "zone", "resolver", "dnssec"}

// help explains the keys and the terms, over any screen, those of that screen first.
type help struct {
	c     *Case
	under Screen
	top   int
}

func newHelp(c *Case, under Screen) help { return help{c: c, under: under} }

// Update scrolls.
func (s help) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch k := hotkey(m); k {
	case "esc", "enter", "?":
		return s, goClose{}, nil
	default:
		s.top = scrolled(s.top, k)
	}
	return s, nil, nil
}

// scrolled returns the first line to show after a key. It is not bounded by the text's length.
func scrolled(top int, k string) int {
	switch k {
	case "up", "k":
		return max(0, top-1)
	case "down", "j":
		return top + 1
	case "pgup":
		return max(0, top-10)
	case "pgdown", " ":
		return top + 10
	}
	return top
}

// View draws what fits of the text.
func (s help) View(f Frame) string { return strings.Join(f.window(s.text(f), s.top, f.H), "\n") }

// Bound keeps the page scrolled within its text.
func (s help) Bound(f Frame) Screen {
	s.top = within(s.top, s.text, f)
	return s
}

// within returns the first line to show of a text, bounded so that the last lines fill the page.
func within(top int, text func(Frame) []string, f Frame) int {
	if top <= 0 {
		return 0
	}
	return min(top, max(0, len(text(f))-f.H))
}

// text returns the terms of the page below, then its keys, then the other terms.
func (s help) text(f Frame) []string {
	here, others := s.words(f)
	var out []string
	part := func(title string, ids []string) {
		if len(ids) == 0 {
			return
		}
		out = append(out, f.Styles.Title.Render("  "+f.T(title)))
		for _, id := range ids {
			out = append(out, f.labelled(f.T("word."+id+".name"), f.T("word."+id+".is"), 2, 18, f.Styles.Title)...)
		}
		out = append(out, "")
	}
	part("help.here", here)
	out = append(out, s.keys(f)...)
	part("help.others", others)
	return append(out, f.dim(f.para(f.T("help.keys"), 2))...)
}

// keys lists what the keys of the page below do, those that work on every page included.
func (s help) keys(f Frame) []string {
	out := []string{f.Styles.Title.Render("  " + f.T("help.page-keys"))}
	keys := s.under.Keys()
	page := f
	page.H += len(f.footer(s.Keys())) - len(f.footer(keys))
	if x, ok := s.under.(scroller); ok && x.Scrolls(page) {
		keys = withScroll(keys)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(keys, func(k Key) bool { return k.Name == name })
	}
	if t, ok := s.under.(typist); (!ok || !t.Typing()) && !has("q") {
		keys = append(slices.Clone(keys), Key{"q", "leave"})
	}
	for _, k := range []Key{{"Ctrl+L", "language"}, {"Ctrl+C", "leave"}} {
		if !has(k.Name) {
			keys = append(slices.Clone(keys), k)
		}
	}
	for _, k := range slices.Concat(keys, quiet(s.under), s.mouseKeys()) {
		out = append(out, f.labelled(f.keyName(k.Name), f.does(k), 2, 18, f.Styles.Key)...)
	}
	return append(out, "")
}

// words splits the glossary into the terms that the page below shows, and the others.
func (s help) words(f Frame) (here, others []string) {
	page := f
	page.H = 200 // include what is scrolled out of view
	text := strings.ToLower(ansi.Strip(s.under.View(page)))
	for _, id := range glossary {
		if slices.ContainsFunc(names(f.T("word."+id+".name")), func(n string) bool { return mentions(text, strings.ToLower(n)) }) {
			here = append(here, id)
		} else {
			others = append(others, id)
		}
	}
	return here, others
}

// names returns the spellings of a term in its heading: outside the brackets and inside them.
func names(heading string) []string {
	return strings.FieldsFunc(heading, func(r rune) bool { return strings.ContainsRune("()（）、,", r) })
}

// mentions reports whether a text holds a word, and not only as a part of a longer word in Latin letters.
func mentions(text, word string) bool {
	word = strings.TrimSpace(word)
	for at := 0; word != ""; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(word)
		if !(from > 0 && latin(text[from-1]) && latin(word[0])) && !(to < len(text) && latin(text[to]) && latin(word[len(word)-1])) {
			return true
		}
		at = to
	}
	return false
}

func latin(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_' }

// More returns the keys that work here and are not in the footer.
func (s help) More() []Key {
	return append(slices.Clone(scrollToo), Key{"Enter", "close"})
}

// Keys returns the keys that the footer offers.
func (s help) Keys() []Key {
	return []Key{{"updown", "scroll"}, {"Ctrl+L", "language"}, {"Esc", "close"}}
}

// Title returns the name of the page.
func (s help) Title(f Frame) string { return f.Styles.Dim.Render(f.T("help.title")) }
