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

// Get is what to do where only a console can give a record's value: the first of the steps to a key.
type Get struct {
	Service  string
	Text     string
	Menu     string   // where in its console; "" where that is not known
	Beware   []string // what to choose there, so that the key fits into the panel
	Selector string   // how a selector of the service may look
}

// get words the way to a key; the zero Get where no service is known for it.
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
	if h, ok := p.Catalog.Host(id); ok && h.Own {
		slot = "own"
	}
	out.Text = p.t("words.get."+slot, "service", out.Service)
	if slot == "own" { // its menu is a sentence that says the same
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

// Gone are the pieces of the old value that go.
func (c Change) Gone() []string { return c.marked('-') }

// Come are the pieces that come in their place.
func (c Change) Come() []string { return c.marked('+') }

// How long a piece is at least whose end is shown alone, and how much of the end is shown.
const (
	longPiece = 60
	endShown  = 12
)

// cutOff says of a long piece that ends too early how it ends and how it must end; "" where that is not all that differs.
// Pieces that only stand elsewhere do not differ.
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

// PutOff says which of the changes are not waited for, since their value is not whole yet: a sentence for keys that are still to be
// pasted, and one for an SPF record in which the owner's server is still to be named.
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
