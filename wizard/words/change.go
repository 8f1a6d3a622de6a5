package words

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// Kinds of records: the word in titles, and the key of the catalogue's warnings (At).
const (
	kindSPF   = "spf"
	kindDKIM  = "dkim"
	kindDMARC = "dmarc"
	kindMX    = "mx"
	kindOther = "record"
)

// kindOf returns the kind of a change's record from its name and type.
func kindOf(c plan.Change) string {
	switch {
	case (c.Type == snapshot.CNAME || c.Type == snapshot.A) && c.Action == plan.Remove:
		return kindOther // it was in the way of another record
	case dnsname.IsPolicy(c.Name):
		return kindDMARC
	case dnsname.InKeys(c.Name):
		return kindDKIM
	case c.Type == snapshot.MX:
		return kindMX
	}
	for _, v := range append([]string{c.Value, c.Gap}, c.Old...) {
		if f := strings.Fields(v); len(f) > 0 && strings.EqualFold(f[0], "v=spf1") {
			return kindSPF
		}
	}
	return kindOther
}

// Changes words a plan in order, each proof beside the record that it is about.
func (p P) Changes(pl plan.Plan, panel, zone string, a owner.Answers) []Change {
	var out []Change
	wide, told := p.wide(panel, ""), map[string]bool{}
	for _, c := range pl.Changes {
		x := p.Change(c, panel, zone, a)
		if len(wide) > 1 { // warnings about the panel are given once, only the worst at every record
			x.Beware = slices.DeleteFunc(x.Beware, func(b string) bool { return told[b] && slices.Contains(wide[1:], b) })
		}
		for _, b := range x.Beware {
			told[b] = true
		}
		if mends(c, a.Domain) {
			x.Checked = p.proved(pl.Tries, pl.Lookups)
			x.Ways = p.Ways(pl)
		}
		out = append(out, x)
	}
	return out
}

// wide returns the panel's warnings that concern every record, the worst first; for one action, or with "" for all.
func (p P) wide(panel string, action plan.Action) []string {
	var out []string
	for _, w := range PanelOf(p.Catalog, panel).Beware {
		if (w.At == "panel" || w.At == "any") && w.Meets(string(action)) {
			out = append(out, p.in(w.Text))
		}
	}
	return out
}

// service returns the name of a host or sender; its ID if the catalogue does not know it.
func (p P) service(id string) string {
	if h, ok := p.Catalog.Host(id); ok {
		return p.in(h.Name)
	}
	if s, ok := p.Catalog.Sender(id); ok {
		return p.in(s.Name)
	}
	if id == owner.FromBounce {
		return p.t("words.bounced")
	}
	if id == owner.FromOwner || id == "" {
		return p.t("words.given")
	}
	return id
}

// Change words a change for the panel with that ID ("" or unknown: in a neutral form). zone is the zone's apex.
func (p P) Change(c plan.Change, panel, zone string, a owner.Answers) Change {
	kind := kindOf(c)
	titled := kind
	if kind == kindSPF && c.Action != plan.Remove && !mends(c, a.Domain) {
		titled = kindOther // it needs the name in its title, to tell it from the domain's own record
	}
	out := Change{Title: p.t("words.change."+string(c.Action)+"."+titled, "name", c.Name)}
	if selector, ok := dnsname.Selector(c.Name); ok && kind == kindDKIM && selector != "" {
		out.Title += p.t("words.bracketed", "text", selector) // a service may have several keys
	}
	where := PanelOf(p.Catalog, panel)
	out.Panel = p.t("words.panel.neutral")
	if where.ID != "" && where.ID != owner.Unknown {
		out.Panel = p.in(where.Name)
	}
	if len(where.Help) > 0 {
		out.Help = where.Help[0]
	}
	var way string
	if out.Menu, way = p.way(c, where); out.Menu != "" {
		topics := []string{way}
		if where.Fields.Given() {
			topics = append(topics, "fields")
		}
		out.Soft = p.doubt(where.Entry, topics...)
	}
	if c.Switch {
		p.switched(&out, c, panel, kind, a)
		return out
	}
	p.form(&out, c, where, zone)
	if c.Action != plan.Add {
		out.First = p.t("words.first." + string(c.Action) + "." + kind)
	}
	// First what often goes wrong with this kind of record in this panel, then what concerns the fields, then
	// warnings about the panel as a whole.
	out.Beware = slices.Concat(p.beware(c, kind, panel, a), out.Beware, p.wide(panel, c.Action))
	for _, n := range c.Notes {
		out.Notes = append(out.Notes, p.note("plan.note."+string(n.Code), n.Args))
	}
	p.console(&out, c)
	out.Get = p.get(c, where)
	return out
}

// switched words a record that a switch in the service's own console makes: go there, type nothing.
func (p P) switched(out *Change, c plan.Change, panel, kind string, a owner.Answers) {
	out.Switch, out.Help = true, ""
	out.Panel = p.service(c.Ask)
	out.Title = p.t("words.change.switch", "service", out.Panel)
	out.Menu, out.Soft = p.in(p.dkim(c.Ask).Menu), ""
	if e, ok := p.entry(c.Ask); ok && out.Menu != "" {
		out.Soft = p.doubt(e, "dkim")
	}
	for _, n := range c.Notes {
		out.Notes = append(out.Notes, p.note("plan.note."+string(n.Code), n.Args))
	}
	out.Beware = p.beware(c, kind, panel, a)
}

// way returns where to click in a panel, and the catalogue topic whose confidence applies. For an existing record it
// says to open that record, not to add another.
func (p P) way(c plan.Change, where catalog.Panel) (menu, topic string) {
	menu = p.in(where.Menu)
	if c.Action == plan.Add || menu == "" || len(where.Apex) == 0 || where.ID == owner.Unknown || where.ID == "" {
		return menu, "menu"
	}
	id := "words.row." + string(c.Action)
	if where.Line != "" {
		id += "-line"
	}
	if where.Edit.Given() {
		return strings.ReplaceAll(p.in(where.Edit), "<row>", p.t(id)), "edit"
	}
	return menu + " > " + p.t(id), "menu"
}

// doubt says that a screen may differ: no source confirms one of the topics, or it was checked more than a year ago.
func (p P) doubt(e catalog.Entry, topics ...string) string {
	switch {
	case e.Old(p.Now):
		return p.t("words.soft-dated", "date", e.Checked)
	case slices.ContainsFunc(topics, func(t string) bool { return e.Conf[t].Soft() }):
		return p.t("words.soft")
	}
	return ""
}

// PanelOf finds a panel; for an unknown one it returns the catalogue's neutral entry, the form that most panels have.
func PanelOf(c *catalog.Catalog, id string) catalog.Panel {
	for _, id := range []string{id, owner.Unknown} {
		if p, ok := c.Panel(id); ok {
			return p
		}
	}
	return catalog.Panel{Apex: []catalog.HostForm{catalog.HostAt}, Sub: catalog.HostLabel, Quotes: catalog.QuotesOptional, Long: catalog.LongUnknown, Dot: catalog.DotOptional}
}

// form fills in the panel's fields, what is copied, what is deleted and how the new value differs.
func (p P) form(out *Change, c plan.Change, where catalog.Panel, zone string) {
	value := c.Value
	if c.Action == plan.Remove && len(c.Old) > 0 {
		value = c.Old[0]
	}
	f := c.Form(where, zone, value)
	out.Host, out.Value = snapshot.Printable(f.Host), legible(c.Type, f.Value)
	label := p.label
	host := Field{Label: label(where.Fields.Host, "host"), Value: out.Host}
	switch {
	case c.Nameless():
		// Only the console shows the selector, which comes before "._domainkey".
		out.Host, host.Value, host.Empty = "", p.t("words.field.later"), true
	case f.Host == "":
		host.Empty, host.Value = true, p.t("words.field.blank")
	}
	out.Fields = append(out.Fields, host, Field{Label: label(where.Fields.Type, "type"), Value: f.Type})
	if c.Gap != "" && c.Value == "" {
		out.Fields = append(out.Fields, Field{Label: label(where.Fields.ValueOf(c.Type), "value"), Value: snapshot.Printable(c.Gap), Empty: true})
	} else if c.Ask == "" || c.Value != "" {
		out.Fields = append(out.Fields, Field{Label: label(where.Fields.ValueOf(c.Type), "value"), Value: out.Value})
	} else {
		out.Fields = append(out.Fields, Field{Label: label(where.Fields.ValueOf(c.Type), "value"), Value: p.t("words.field.later"), Empty: true})
	}
	if f.Priority != "" {
		out.Fields = append(out.Fields, Field{Label: p.t("words.field.priority"), Value: f.Priority})
	}
	if f.TTL != "" && c.Action != plan.Remove {
		out.Fields = append(out.Fields, Field{Label: label(where.Fields.TTL, "ttl"), Value: f.TTL})
	}
	if f.Line != "" && c.Action != plan.Remove && (c.Ask == "" || c.Value != "") {
		// Only the line is typed.
		out.Value, out.All = snapshot.Printable(f.Line), snapshot.Printable(f.Line)
		out.Fields = []Field{{Label: p.t("words.field.line"), Value: out.Value}}
	} else {
		var lines []string
		for _, x := range out.Fields {
			lines = append(lines, x.Label+": "+x.Value)
		}
		out.All = strings.Join(lines, "\n")
	}
	if limit, ok := where.KeyLimit(); ok && c.Ask != "" && c.Gap == "" && c.Value == "" && c.Type == snapshot.TXT {
		out.Beware = append(out.Beware, p.t("words.key-limit", "limit", strconv.Itoa(limit)))
	}
	removed := []string{"form-not-editable", "form-outside-zone"} // a record to delete is looked for, not typed
	for _, code := range f.Notes {
		if code != "form-host-blank" && (c.Action != plan.Remove || slices.Contains(removed, code)) { // the field says this itself
			out.Beware = append(out.Beware, p.t(code))
		}
	}
	p.gone(out, c)
}

// legible makes a value printable; a host name is shown in Unicode and without DNS escapes.
func legible(t snapshot.Type, value string) string {
	if t != snapshot.TXT {
		value = reading.Unescape(value)
	}
	return snapshot.Printable(value)
}

// gone sets what is deleted: the value that is rewritten is shown as a diff, the others as records to delete.
func (p P) gone(out *Change, c plan.Change) {
	kept := -1
	if c.Action == plan.Replace && len(c.Old) > 0 && c.Value == "" {
		kept, out.Was = 0, legible(c.Type, c.Old[0]) // the new value is not known yet
	} else if c.Action == plan.Replace && len(c.Old) > 0 {
		kept = nearest(c.Old, c.Value)
		now := c.Value
		out.Was = legible(c.Type, c.Old[kept])
		if pref, target, ok := strings.Cut(now, " "); ok && c.Type == snapshot.MX && strings.HasPrefix(out.Was, pref+" ") {
			out.Was, now = strings.TrimPrefix(out.Was, pref+" "), target // the preference does not change
		}
		out.Diff = diff(out.Was, now)
		out.CutOff = p.cutOff(*out)
	}
	for i, old := range c.Old {
		if i != kept {
			out.Remove = append(out.Remove, legible(c.Type, old))
		}
	}
}

// console sets what must come from a console, and what waits until the record is seen.
func (p P) console(out *Change, c plan.Change) {
	id := c.Ask
	if id == "" {
		id = c.Service
	}
	d := p.dkim(id)
	name := p.service(id)
	if c.Gap != "" && c.Value == "" {
		h, _ := p.Catalog.Host(c.Ask)
		out.Server = c.Ask
		out.Ask = p.t("words.ask.server", "service", name, "where", p.where(c.Ask), "example", h.Server.Sample())
		return
	}
	own := p.ownServer(id)
	if c.AsksKey() {
		out.Ask = p.asked(c, id, own)
	}
	if menu := p.in(d.Menu); menu != "" && c.Value != "" && c.Action != plan.Remove && kindOf(c) == kindDKIM {
		out.Made = p.t("words.ask.made", "service", name, "menu", menu)
	}
	if c.Gate == "" {
		return
	}
	out.Gate = p.t("words.gate."+c.Gate+".plain", "service", name)
	if start := p.in(d.Start); start != "" {
		slot := ".menu"
		if own { // nothing there prevents it
			slot = ".own"
		}
		out.Gate = p.t("words.gate."+c.Gate+slot, "service", name, "start", start)
	}
}

// ownServer reports whether a mail service is the owner's own server, which has no admin page.
func (p P) ownServer(id string) bool {
	h, ok := p.Catalog.Host(id)
	return ok && h.Own
}

// asked says what to fetch for a record's value: a key, or the name that an alias points to.
func (p P) asked(c plan.Change, id string, own bool) string {
	if own {
		return p.t("words.ask.own")
	}
	slot, name := "", p.service(id)
	sel, _, named := dnsname.CutKey(c.Name)
	if c.Type == snapshot.CNAME && named {
		slot = "alias-"
	}
	menu := p.in(p.dkim(id).Menu)
	if menu == "" {
		return p.t("words.ask."+slot+"plain", "service", name, "selector", sel)
	}
	out := p.t("words.ask."+slot+"menu", "service", name, "selector", sel, "menu", menu)
	if e, ok := p.entry(id); ok {
		if doubt := p.doubt(e, "dkim"); doubt != "" {
			out = p.t("words.ask.doubt", "ask", out, "doubt", doubt)
		}
	}
	return out
}

func (p P) dkim(id string) catalog.DKIM {
	if h, ok := p.Catalog.Host(id); ok {
		return h.DKIM
	}
	if s, ok := p.Catalog.Sender(id); ok {
		return s.DKIM
	}
	return catalog.DKIM{}
}

// note words a decision of the plan, or a choice that it leaves to the owner.
func (p P) note(id string, values map[string]string) string {
	args := i18n.Args{}
	for k, v := range values {
		args[k] = p.arg(k, v)
	}
	return p.Lang.T(id, args)
}

// beware collects the warnings about this kind of record: the panel's, then those of the hosts and senders that it is
// made for.
func (p P) beware(c plan.Change, kind, panel string, a owner.Answers) []string {
	var out []string
	add := func(e catalog.Entry, at ...string) {
		for _, w := range e.Beware {
			if text := p.in(w.Text); slices.Contains(at, w.At) && w.Meets(string(c.Action)) && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	add(PanelOf(p.Catalog, panel).Entry, kind)
	ids := slices.Concat(a.HostIDs(), a.Senders)
	if kind == kindDKIM {
		ids = nil
	}
	for _, id := range append(ids, c.Service, c.Ask) {
		if h, ok := p.Catalog.Host(id); ok {
			add(h.Entry, kind)
		} else if s, ok := p.Catalog.Sender(id); ok {
			add(s.Entry, kind)
		}
	}
	return out
}
