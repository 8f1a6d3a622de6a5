package words

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Get says how to fetch a record's value that only a console can show: the first of the steps to a key.
type Get struct {
	Service  string
	Text     string
	Menu     string   // where in the console; "" if that is not known
	Beware   []string // what to choose there so that the key fits into the panel
	Selector string   // what a selector of the service may look like
}

// get returns how to fetch a key; the zero Get if no service is known for it.
func (p P) get(c plan.Change, where catalog.Panel) Get {
	id := c.Ask
	if id == "" {
		id = c.Service
	}
	if id == "" || kindOf(c) != kindDKIM {
		return Get{}
	}
	out := Get{Service: p.service(id), Menu: p.in(p.dkim(id).Menu), Selector: "mail"}
	slot := "console"
	if p.ownServer(id) {
		slot = "own"
	}
	sel, _, named := dnsname.CutKey(c.Name)
	if c.Type == snapshot.CNAME && named && slot == "console" {
		slot = "alias"
	}
	out.Text = p.t("words.get."+slot, "service", out.Service, "selector", sel)
	if slot == "own" { // the menu text says it already
		out.Menu = ""
	}
	if e, ok := p.entry(id); ok && out.Menu != "" {
		if doubt := p.doubt(e, "dkim"); doubt != "" {
			out.Beware = append(out.Beware, doubt)
		}
	}
	if limit, ok := where.KeyLimit(); ok && c.Type == snapshot.TXT {
		out.Beware = append([]string{p.t("words.key-choose", "limit", strconv.Itoa(limit))}, out.Beware...)
	}
	for _, s := range p.dkim(id).Selectors {
		if sample := strings.Replace(s, "#", p.Now.Format("20060102"), 1); !strings.ContainsAny(sample, "*#") {
			out.Selector = sample
			break
		}
	}
	return out
}

// Gone returns the pieces that leave the old value.
func (c Change) Gone() []string { return c.marked('-') }

// Come returns the pieces that replace them.
func (c Change) Come() []string { return c.marked('+') }

// The least length of a piece of which only the end is shown, and the length of that end.
const (
	longPiece = 60
	endShown  = 12
)

// cutOff says how a long piece that was cut short ends and how it must end; "" if the values differ in more than that.
// Pieces that only moved do not differ.
func (p P) cutOff(c Change) string {
	without := func(all, others []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(t string) bool { return slices.Contains(others, t) })
	}
	gone, come := without(c.Gone(), c.Come()), without(c.Come(), c.Gone())
	if len(gone) != 1 || len(come) != 1 {
		return ""
	}
	now, right := strings.TrimRight(gone[0], "; "), strings.TrimRight(come[0], "; ")
	if len(now) < longPiece || len(now) >= len(right) || !strings.HasPrefix(right, now) {
		return ""
	}
	return p.t("words.cut-off", "now", "…"+now[len(now)-endShown:], "right", "…"+right[len(right)-endShown:])
}

func (c Change) marked(mark byte) []string {
	var out []string
	for _, d := range c.Diff {
		if text := strings.TrimSpace(snapshot.Printable(d.Text)); d.Mark == mark && text != "" {
			out = append(out, text)
		}
	}
	return out
}

// PutOff says which changes are not waited for, since their value is incomplete: one sentence for keys that have yet to
// be pasted, and one for an SPF record in which the owner's server has yet to be named.
func (p P) PutOff(list []plan.Change) []string {
	var keys []string
	gap := false
	for _, ch := range list {
		if ch.Gap != "" {
			gap = true
			continue
		}
		name, _ := dnsname.Selector(ch.Name)
		if ch.Nameless() {
			name = p.service(ch.Ask)
		}
		keys = append(keys, "DKIM ("+snapshot.Printable(name)+")")
	}
	var out []string
	if len(keys) > 0 {
		out = append(out, p.t("words.putoff.keys", "records", strings.Join(keys, p.t("words.list"))))
	}
	if gap {
		out = append(out, p.t("words.putoff.server"))
	}
	return out
}
