package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// yes turns a condition into the value by which the letters' texts choose.
func yes(so bool) string {
	if so {
		return owner.Yes
	}
	return owner.No
}

// letterArgs returns what letters about records mention besides the records.
func (b *builder) letterArgs() i18n.Args {
	servers, when := "", ""
	if b.in.DNS != nil {
		servers = strings.Join(b.in.DNS.NameServers(b.in.Zone()), ", ")
		if !b.in.DNS.Taken.IsZero() {
			when = b.in.DNS.Taken.Format("2006-01-02 15:04 -07:00")
		}
	}
	spf := slices.ContainsFunc(b.in.Plan.Changes, func(c plan.Change) bool { return strings.HasPrefix(c.Value, "v=spf1") })
	long := slices.ContainsFunc(b.in.Plan.Changes, func(c plan.Change) bool { return c.Type == snapshot.TXT && len(c.Value) > 255 })
	panel, _ := b.in.panelName()
	return i18n.Args{"domain": printable(input.Readable(b.in.Answers.Domain)), "zone": printable(b.in.Zone()), "servers": printable(servers), "when": when, "panel": printable(panel),
		"fault": yes(checks.VerdictOf(b.in.Findings) == checks.VerdictFix), "spf": yes(spf), "long": yes(long)}
}

// numbered puts the number of a request before its lines, and joins the lines.
func numbered(list [][]string) string {
	var out []string
	for i, lines := range list {
		out = append(out, "("+count(i)+") "+strings.Join(lines, "\n    "))
	}
	return strings.Join(out, "\n\n")
}

// dnsLetter returns the letter to whoever serves the zone, with the plan's records; false where there are none for them
// to make. It gives names and values in DNS form, since it is not known what that company's form looks like.
func (b *builder) dnsLetter() (words.Letter, bool) {
	var records [][]string
	var later []string
	for _, c := range b.changed() {
		switch {
		case c.Switch: // made elsewhere
		case c.Value == "" && c.Action != plan.Remove: // the value has yet to be fetched from a console
			later = append(later, c.said.Title)
		default:
			records = append(records, b.asInDNS(c))
		}
	}
	if len(records) == 0 {
		return words.Letter{}, false
	}
	args := b.letterArgs()
	args["records"], args["later"] = numbered(records), b.p.Listed(later)
	return b.p.LetterTo(plan.LetterDNS, args), true
}

// asInDNS returns a change as name, type and value.
func (b *builder) asInDNS(c changed) []string {
	line := func(id, value string) string { return b.t("request."+id) + ": " + value }
	name := printable(c.Name)
	if rel, inside := strings.CutSuffix(c.Name, "."+b.in.Zone()); inside {
		name = b.p.T("document.request.inside", "name", c.Name, "rel", rel)
	} else if c.Name == b.in.Zone() {
		name = b.p.T("document.request.apex", "name", c.Name)
	}
	out := []string{c.said.Title, line("name", name), line("type", string(c.Type))}
	if c.TTL > 0 && c.Action != plan.Remove {
		out = append(out, line("ttl", strconv.FormatUint(uint64(c.TTL), 10)))
	}
	switch c.Action {
	case plan.Remove:
	case plan.Replace:
		kept := cmp.Or(c.said.Was, printable(strings.Join(c.Old, " / ")))
		out = append(out, line("now", kept), line("then", printable(c.Value)))
	default:
		out = append(out, line("value", printable(c.Value)))
	}
	for _, old := range c.said.Remove {
		out = append(out, line("remove", old))
	}
	return out
}

// agencyLetter returns the letter to a web agency that does everything for the owner: the records in the panel's form,
// and what is to be done in the consoles before and after; false where there is nothing to do.
func (b *builder) agencyLetter() (words.Letter, bool) {
	var work [][]string
	var gates []string
	var after [][]string
	for _, c := range b.changed() {
		work = append(work, b.inPanel(c))
		if c.said.Gate != "" && !slices.Contains(gates, c.said.Gate) {
			gates, after = append(gates, c.said.Gate), append(after, []string{c.said.Title, c.said.Gate})
		}
	}
	if len(work) == 0 {
		return words.Letter{}, false
	}
	args := b.letterArgs()
	args["work"], args["after"] = numbered(work), numbered(after)
	return b.p.LetterTo(plan.LetterAgency, args), true
}

// inPanel returns a change as it is done in the panel: where, and what goes into which field.
func (b *builder) inPanel(c changed) []string {
	said := c.said
	line := func(id, value string) string { return b.t("request."+id) + ": " + value }
	out := []string{said.Title, line("where", strings.TrimSuffix(said.Panel+" > "+said.Menu, " > "))}
	if said.Switch {
		return out
	}
	if said.Ask != "" && said.Get.Text != "" {
		out = append(out, line("first", said.Get.Text))
		if said.Get.Menu != "" {
			out = append(out, line("at", said.Get.Menu))
		}
	}
	for _, f := range said.Fields {
		value := f.Value
		if c.Lacks() && f.Empty && f.Value == b.p.T("words.field.later") {
			value = b.t("request.later")
		}
		out = append(out, f.Label+": "+value)
	}
	if said.Was != "" {
		out = append(out, line("now", said.Was))
	}
	if c.Action != plan.Remove {
		for _, old := range said.Remove {
			out = append(out, line("remove", old))
		}
	}
	if len(said.Beware) > 0 {
		out = append(out, line("beware", said.Beware[0]))
	}
	return out
}

// hostLetters returns the letters to companies that run the sending servers, each with what only that company can do or
// tell.
func (b *builder) hostLetters() (out []words.Letter) {
	var order []string
	asks := map[string][][]string{}
	add := func(host, text string) {
		if asks[host] == nil {
			order = append(order, host)
		}
		asks[host] = append(asks[host], []string{text})
	}
	for _, f := range checks.Causes(b.in.Findings) {
		a, ok := f.Args.(checks.PTRArgs)
		if !ok || f.Is(checks.PTRZone) || f.Is(checks.PTRZoneNone) || f.Severity == checks.Advice {
			continue // the owner's own zone must be fixed, or nothing has to be
		}
		id := "ask.ptr"
		if len(a.Names) > 0 {
			id = "ask.ptr-other"
		}
		host := string(a.Host)
		add(string(a.Service), b.p.T("request."+id, "ip", string(a.IP), "names", strings.Join(plainNames(a.Names), ", "), "host", cmp.Or(host, b.p.T("request.ask.host")), "type", string(a.Type)))
	}
	for _, c := range b.changed() {
		switch {
		case !c.Lacks():
		case c.Gap != "":
			add(c.Ask, b.p.T("request.ask.server", "domain", input.Readable(b.in.Answers.Domain)))
		case c.said.Get.Menu == "":
			add(c.Ask, b.p.T("request.ask.key", "domain", input.Readable(b.in.Answers.Domain)))
		}
	}
	for _, host := range order {
		if h, ok := b.in.Catalog.Host(host); ok && h.Own {
			continue // the owner runs this server
		}
		name, _ := b.p.Starts(host)
		if host == "" {
			name = b.p.T("request.part.service")
		}
		args := b.letterArgs()
		args["service"], args["asks"] = printable(name), numbered(asks[host])
		l := b.p.LetterTo(plan.LetterHost, args)
		if host != "" { // there may be several letters
			l.Code += "-" + host
		}
		out = append(out, l)
	}
	return out
}

func plainNames(list checks.Names) (out []string) {
	for _, n := range list {
		out = append(out, string(n))
	}
	return out
}
