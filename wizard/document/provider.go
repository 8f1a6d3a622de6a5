package document

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// sheet lists what the catalogue knows of one entry, in two columns.
type sheet struct {
	Layout
	lang i18n.Lang
	rows [][2]string
	conf map[string]catalog.Confidence
}

func (s *sheet) word(id string, args ...i18n.Args) string {
	return s.lang.T("cmd.providers."+id, args...)
}

func (s *sheet) in(t catalog.Text) string { return t.In(string(s.lang)) }

// add adds a row unless its texts are empty; the label is printed once.
func (s *sheet) add(label string, texts ...string) {
	for _, text := range texts {
		if text != "" {
			s.rows = append(s.rows, [2]string{label, text})
			label = ""
		}
	}
}

// fact adds a row about a topic, worded cautiously if no source confirms it.
func (s *sheet) fact(label, topic, text string) {
	if c := s.conf[topic]; text != "" && c.Soft() && c != catalog.NotKnown {
		text = s.word("soft", i18n.Args{"text": text})
	}
	s.add(label, text)
}

// Provider is an entry of the catalogue.
type Provider interface{ Base() catalog.Entry }

// Kind of a catalogue's entry.
type Kind string

// The kinds.
const (
	KindHost   Kind = "host"
	KindSender Kind = "sender"
	KindPanel  Kind = "panel"
)

// KindOf returns an entry's kind.
func KindOf(p Provider) Kind {
	switch p.(type) {
	case catalog.Host:
		return KindHost
	case catalog.Sender:
		return KindSender
	}
	return KindPanel
}

// Label returns the heading of a kind.
func (k Kind) Label(lang i18n.Lang) string { return lang.T("cmd.providers." + string(k)) }

// ProviderPage returns what the catalogue knows of one entry, for 80 columns, with the source and the day of the last
// check.
func ProviderPage(lang i18n.Lang, p Provider, now time.Time, l Layout) string {
	base := p.Base()
	s := &sheet{Layout: l, lang: lang, conf: base.Conf}
	s.add(s.word("kind"), KindOf(p).Label(lang))
	switch e := p.(type) {
	case catalog.Host:
		s.host(e)
	case catalog.Sender:
		s.sender(e)
	case catalog.Panel:
		s.panel(e)
	}
	for _, w := range base.Beware {
		s.add(s.word("beware-"+w.At), s.in(w.Text))
	}
	s.sure()
	s.add(s.word("help"), base.Help...)
	s.add(s.word("source"), Sources(s.lang, base.Source)...)
	checked := base.Checked
	if base.Old(now) {
		checked = s.word("old", i18n.Args{"date": checked})
	}
	s.add(s.word("checked"), checked)
	return base.Name.In(string(lang)) + " (" + base.ID + ")\n" + s.print()
}

// ProviderList returns one line for each entry, by kind.
func ProviderList(lang i18n.Lang, all []Provider) string {
	width := 0
	for _, p := range all {
		width = max(width, ansi.StringWidth(p.Base().ID))
	}
	var b strings.Builder
	for i, p := range all {
		if kind := KindOf(p); i == 0 || kind != KindOf(all[i-1]) {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(kind.Label(lang) + "\n")
		}
		fmt.Fprintf(&b, "  %-*s  %s\n", width, p.Base().ID, p.Base().Name.In(string(lang)))
	}
	return b.String()
}

func (s *sheet) host(h catalog.Host) {
	spf := strings.Join(h.SPF, " ")
	if spf == "" {
		spf = s.word("spf-ask")
	}
	s.fact("SPF", "spf", spf)
	if h.Server != nil {
		name := "<server>"
		if h.Server.Pattern == "" {
			name = "<ip>"
		}
		s.add("  "+name, s.word("example", i18n.Args{"example": h.Server.Example, "where": s.in(h.Server.Where)}))
	}
	s.dkim(h.DKIM)
	dmarc := s.in(h.DMARC)
	if dmarc == "" {
		dmarc = s.word("dmarc-dns")
	}
	s.add("DMARC", dmarc)
}

func (s *sheet) sender(e catalog.Sender) {
	if e.OwnFrom {
		s.add("SPF", s.word("own-from"))
		s.add("", s.in(e.SPFWhy))
		return
	}
	spf := strings.Join(e.SPF, " ")
	if spf == "" {
		if spf = s.word("spf-none"); e.SPFAsk {
			spf = s.word("spf-ask")
		}
	}
	s.fact("SPF", "spf", spf)
	s.add("", s.in(e.SPFWhy))
	s.fact("  DMARC", "align", s.word("align-"+string(e.Align)))
	s.dkim(e.DKIM)
}

func (s *sheet) dkim(d catalog.DKIM) {
	text := s.word("dkim-" + string(d.Can))
	if d.Can == catalog.SigningYes && d.Form != "" {
		text = s.word("dkim-form", i18n.Args{"form": string(d.Form)})
	}
	s.fact("DKIM", "dkim", text)
	s.add(s.word("selectors"), strings.Join(d.Selectors, ", "))
	s.add(s.word("dkim-menu"), s.in(d.Menu))
	s.add(s.word("dkim-start"), s.in(d.Start))
}

// panel shows the panel's form for three sample records: one at the domain itself, one below it, one alias.
func (s *sheet) panel(e catalog.Panel) {
	s.add(s.word("ns"), strings.Join(e.NS, ", "))
	if len(e.Shared) > 0 {
		s.add("", s.word("shared"))
	}
	s.fact(s.word("menu"), "menu", s.in(e.Menu))
	s.fact(s.word("topic-edit"), "edit", strings.ReplaceAll(s.in(e.Edit), "<row>", s.lang.T("words.row.replace")))
	for _, f := range []struct {
		id string
		t  catalog.Text
	}{{"field-host", e.Fields.Host}, {"field-type", e.Fields.Type}, {"field-value", e.Fields.Value}, {"field-ttl", e.Fields.TTL}} {
		s.fact(s.word(f.id), "fields", s.in(f.t))
	}
	const zone = "example.jp"
	long := "v=DKIM1; k=rsa; p=" + strings.Repeat("A", 392)
	forms := []catalog.Form{
		e.Write(zone, zone, snapshot.TXT, "v=spf1 include:_spf.example.com ~all", 3600),
		e.Write(zone, dnsname.Policy(zone), snapshot.TXT, "v=DMARC1; p=none", 3600),
		e.Write(zone, dnsname.Key("s1", zone), snapshot.CNAME, "s1.example.com", 3600),
		e.Write(zone, dnsname.Key("s1", zone), snapshot.TXT, long, 3600),
	}
	var notes []string
	limit, limited := e.KeyLimit()
	silent := map[string]bool{"form-host-blank": true, "form-too-long": limited} // said in other words
	for i, f := range forms {
		for _, n := range f.Notes {
			if text := s.lang.T(n); !silent[n] && !slices.Contains(notes, text) {
				notes = append(notes, text)
			}
		}
		if len(e.Apex) == 0 || i > 1 {
			continue
		}
		shown := f.Host
		if shown == "" {
			shown = s.word("blank")
		}
		s.fact([]string{zone, dnsname.Policy(zone)}[i], "host", shown)
	}
	if limited {
		notes = append(notes, s.lang.T("words.key-limit", i18n.Args{"limit": fmt.Sprint(limit)}))
	}
	s.add(s.word("form"), notes...)
}

// sure lists the topics by confidence, so that no statement sounds firmer than its source.
func (s *sheet) sure() {
	byWord := map[string][]string{}
	for topic, c := range s.conf {
		byWord[string(c)] = append(byWord[string(c)], topic)
	}
	for _, c := range []catalog.Confidence{catalog.Confirmed, catalog.Seen, catalog.Memory, catalog.NotKnown} {
		topics := byWord[string(c)]
		slices.Sort(topics)
		for i, t := range topics {
			topics[i] = s.word("topic-" + t)
		}
		s.add(s.word("sure-"+string(c)), strings.Join(topics, s.lang.T("words.list")))
	}
}

// print formats the rows in two columns of at most pageWidth cells; URLs are not broken.
func (s *sheet) print() string {
	left := 0
	for _, r := range s.rows {
		left = max(left, ansi.StringWidth(r[0]))
	}
	var b strings.Builder
	for _, r := range s.rows {
		label := r[0]
		lines := []string{r[1]}
		if !strings.Contains(r[1], "://") {
			lines = s.Wrap(r[1], pageWidth-left-4)
		}
		for _, l := range lines {
			b.WriteString(strings.TrimRight("  "+label+strings.Repeat(" ", left-ansi.StringWidth(label))+"  "+l, " ") + "\n")
			label = ""
		}
	}
	return b.String()
}

// Sources words the sources that are not web pages; URLs stay as they are.
func Sources(lang i18n.Lang, list []string) []string {
	var out []string
	for _, x := range list {
		slug := strings.Join(strings.FieldsFunc(strings.ToLower(x), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
		if id := "cmd.providers.from." + slug; lang.Has(id) {
			x = lang.T(id)
		}
		out = append(out, Cited(lang, x)...)
	}
	return out
}
