package catalog

import (
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/snapshot"
)

var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^>]*>`) })

func (f *file) detect(d Detect) {
	for key, list := range map[string][]string{"mx": d.MX, "spf": d.SPF, "ptr": d.PTR, "cname": d.CNAME, "sub_mx": d.SubMX, "sub_ns": d.SubNS, "ns": d.NS} {
		f.patterns("detect."+key, patternForm(), list)
	}
	f.patterns("detect.bounce", labelForm(), d.Bounce)
	if d.SubSPF != "" {
		f.terms([]string{d.SubSPF}, nil)
	}
}

// terms checks SPF terms and their placeholders. server says how <server> and <ip> are replaced; nil if they may not
// occur.
func (f *file) terms(terms []string, server *Server) {
	for _, t := range terms {
		if !termForm().MatchString(t) {
			f.bad("spf", "%q is no SPF term", t)
		}
		for _, p := range placeholder().FindAllString(t, -1) {
			switch {
			case p == "<domain>":
			case server == nil:
				f.bad("spf", "%q needs a [server] table that says what %s is", t, p)
			case p == "<server>" && server.Pattern == "", p == "<ip>" && server.Pattern != "":
				f.bad("server.pattern", "the pattern %q does not fit %q", server.Pattern, t)
			case !slices.Contains([]string{"<server>", "<ip>", "<ip6>"}, p):
				f.bad("spf", "%q has an unknown placeholder", t)
			}
		}
	}
	if server == nil {
		return
	}
	if server.Example == "" || !server.Where.Given() {
		f.bad("server", "an example, and where the owner finds the value, are missing")
	}
	if server.Pattern != "" {
		f.patterns("server.pattern", patternForm(), []string{server.Pattern})
		if !newPattern(server.Pattern).whole(server.Example) {
			f.bad("server.example", "the example %q does not match %q", server.Example, server.Pattern)
		}
	}
	for _, s := range server.Forms {
		f.patterns("server.forms", labelForm(), []string{s.Shown})
		f.patterns("server.forms", patternForm(), []string{s.Name})
		if strings.Count(s.Shown, "#")+strings.Count(s.Shown, "*") > 1 || strings.Trim(s.Shown, "abcdefghijklmnopqrstuvwxyz0123456789.-") != strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789.-") {
			f.bad("server.forms", "%q and %q need the same one \"#\" or \"*\"", s.Shown, s.Name)
		}
	}
}

func (f *file) dkim(d DKIM) {
	oneOf(f, "dkim.can", d.Can, SigningYes, SigningNo, SigningAuto, SigningUnknown)
	oneOf(f, "dkim.form", d.Form, snapshot.TXT, snapshot.CNAME, "")
	if d.Can == SigningYes && !d.Menu.Given() {
		f.bad("dkim", "where DKIM can be done, where its value is shown is needed (menu)")
	}
	for _, id := range d.Writes {
		if _, ok := f.k.c.Panel(id); !ok {
			f.bad("dkim.writes", "no panel %q", id)
		}
	}
	f.patterns("dkim.selectors", labelForm(), d.Selectors)
	f.patterns("dkim.targets", patternForm(), d.Targets)
}

func (k *checker) host(h Host) {
	f := k.open("hosts/" + h.ID + ".toml")
	f.oneOf("kind", string(h.Kind), string(KindHost), string(KindReceiveOnly), string(KindFreeMail))
	f.entry("host ", h.Entry, "mx", "spf", "dkim", "dmarc")
	f.texts("", reflect.ValueOf(h))
	f.detect(h.Detect)
	f.terms(h.SPF, h.Server)
	f.terms(h.Instead, h.Server)
	f.dkim(h.DKIM)
	if len(h.SPF) == 0 && h.Conf["spf"] == Confirmed {
		f.bad("confidence.spf", "no SPF term is known, so it cannot be confirmed")
	}
	f.forwarding(h)
	f.patterns("inbox.domains", patternForm(), h.Inbox.Domains)
	if id := h.Inbox.Upgrade; id != "" {
		if _, ok := k.c.Host(id); !ok {
			f.bad("inbox.upgrade", "no host %q", id)
		}
	}
	if h.Resells != "" {
		if _, ok := k.c.Host(h.Resells); !ok {
			f.bad("resells", "no host %q", h.Resells)
		}
	}
}

// forwarding requires a source and a date for claims about forwarding, and rejects a confirmed unknown.
func (f *file) forwarding(h Host) {
	w := h.Forward
	oneOf(f, "forward.envelope", w.Envelope, "", EnvelopeRewritten, EnvelopeKept, EnvelopeOperator, EnvelopeUnknown)
	f.oneOf("forward.arc", w.ARC, "", "yes", "no", "unknown")
	known := w.Envelope != "" && w.Envelope != EnvelopeUnknown || w.ARC == "yes" || w.ARC == "no"
	sure, told := h.Conf["forward"]
	switch {
	case known:
		f.sources(h.ID+" [forward]", w.Source, w.Checked)
		f.sure("confidence.forward", h.ID+": \"forward\"", sure, w.Source)
		if !told || sure == NotKnown {
			f.bad("confidence.forward", "%s: how sure it is what becomes of forwarded mail is missing", h.ID)
		}
	case told && sure != NotKnown:
		f.bad("forward", "%s: what is known of forwarding is missing ([forward])", h.ID)
	}
}

func (k *checker) sender(s Sender) {
	f := k.open("senders/" + s.ID + ".toml")
	f.entry("sender ", s.Entry, "spf", "align", "dkim")
	f.texts("", reflect.ValueOf(s))
	oneOf(f, "category", s.Category, categories...)
	if want := kindOf(Sender{Category: s.Category}); s.Kind != want {
		f.bad("kind", "kind is %q; its category says %q", s.Kind, want)
	}
	f.oneOf("place", s.Place, "", "domain", "subdomain", "either")
	oneOf(f, "align", s.Align, AlignDefault, AlignCustom, AlignNever, AlignUnknown)
	f.detect(s.Detect)
	f.terms(s.SPF, nil)
	f.terms(s.Instead, nil)
	f.dkim(s.DKIM)
	if s.SPFAsk && len(s.SPF) > 0 {
		f.bad("spf_ask", "%s: its term is known, so nobody is to be asked", s.ID)
	}
	if s.SPFAsk && s.Conf["spf"] == Confirmed {
		f.bad("confidence.spf", "what is asked for cannot be confirmed")
	}
	if len(s.SPF) == 0 && !s.SPFWhy.Given() {
		f.bad("spf", "%s needs no SPF term: spf_why must say why", s.ID)
	}
	if s.Align == AlignUnknown && s.Conf["align"] == Confirmed {
		f.bad("confidence.align", "what is unknown cannot be confirmed")
	}
}

func (k *checker) panel(p Panel) {
	f := k.open("panels/" + p.ID + ".toml")
	f.entry("panel ", p.Entry, "ns", "host", "quotes", "long", "dot", "ttl", "menu")
	f.texts("", reflect.ValueOf(p))
	if _, sure := p.Conf["fields"]; sure != p.Fields.Given() {
		f.bad("confidence.fields", "%s: how sure the labels in [fields] are is told exactly where there are any", p.ID)
	}
	f.patterns("ns", patternForm(), p.NS)
	for _, s := range p.Shared {
		if !slices.Contains(p.NS, s) {
			f.bad("shared", "%q is not among ns", s)
		}
	}
	for _, n := range p.Proxy {
		if _, err := netip.ParsePrefix(n); err != nil {
			f.bad("proxy", "%q is not a network", n)
		}
	}
	if len(p.Proxy) > 0 != p.Off.Given() {
		f.bad("proxy_off", "the networks of the proxy and the switch that turns it off belong together")
	}
	for _, a := range p.Apex {
		oneOf(f, "apex", a, HostAt, HostBlank, HostFull, HostDotted, HostUnknown)
	}
	oneOf(f, "sub", p.Sub, HostLabel, HostFull, HostDotted, HostNone)
	if (len(p.Apex) == 0) != (p.Sub == HostNone) {
		f.bad("sub", "apex is empty exactly where nothing can be edited (sub = \"none\")")
	}
	oneOf(f, "quotes", p.Quotes, QuotesNone, QuotesStripped, QuotesOptional, QuotesRequired, QuotesRejected, QuotesUnknown)
	if !regexp.MustCompile(`^(auto|chunks|unknown|limit:[1-9][0-9]*)$`).MatchString(p.Long) {
		f.bad("long", "long is %q; allowed: auto, chunks, limit:N, unknown", p.Long)
	}
	oneOf(f, "dot", p.Dot, DotRequired, DotRejected, DotOptional, DotUnknown)
	oneOf(f, "mx", p.MX, PreferenceField, PreferenceFirst)
	oneOf(f, "alias", p.Alias, UnderscoreYes, UnderscoreNo, UnderscoreUnknown)
	oneOf(f, "ttl.editable", p.TTL.Editable, TTLYes, TTLNo, TTLZone, TTLUnknown)
	if !p.Menu.Given() {
		f.bad("menu", "the way to the screen is missing")
	}
	if _, sure := p.Conf["edit"]; sure != p.Edit.Given() {
		f.bad("confidence.edit", "%s: how sure the way to a record is, is told exactly where there is one", p.ID)
	}
	for _, way := range p.Edit.All() {
		if strings.Count(way, "<row>") != 1 {
			f.bad("edit", "the place of the record's own line is <row>, once")
		}
	}
	for key, l := range map[string]string{"line": p.Line, "line_mx": p.LineMX} {
		if l != "" && !strings.Contains(l, "<value>") {
			f.bad(key, "a line needs <value>")
		}
	}
}

func (k *checker) resolvers() {
	whole := k.open("resolvers.toml")
	for _, r := range k.c.Resolvers {
		f := whole.section("[[resolver]]", `id = "`+r.ID+`"`)
		f.entry("resolver ", r.Entry, "addrs", "cap", "flush")
		if len(r.Addrs) == 0 && r.DoH == "" {
			f.bad("addrs", "%s has neither an address nor DNS over HTTPS", r.ID)
		}
		if r.Caches < 1 {
			f.bad("caches", "%s: how many questions show its caches is missing", r.ID)
		}
	}
}

func (k *checker) selectors() {
	whole := k.open("selectors.toml")
	known := map[string]bool{}
	for id := range k.ids {
		kind, name, _ := strings.Cut(id, " ")
		known[name] = known[name] || kind == "host" || kind == "sender"
	}
	seen := map[string]bool{}
	for _, s := range k.c.Selectors() {
		f := whole.section("[[selector]]", `name = "`+s.Name+`"`)
		f.patterns("name", labelForm(), []string{s.Name})
		oneOf(f, "kind", s.Kind, SelectorOwn, SelectorShared, SelectorGuess)
		oneOf(f, "form", s.Form, snapshot.TXT, snapshot.CNAME, "")
		if seen[s.Name] {
			f.bad("name", "%q stands twice", s.Name)
		}
		seen[s.Name] = true
		for _, id := range s.Of {
			if !known[id] {
				f.bad("of", "no host or sender %q", id)
			}
		}
		if s.Kind == SelectorOwn && len(s.Of) == 0 {
			f.bad("kind", "whose own is %q? (of)", s.Name)
		}
	}
}

// section returns the part of a list's file that begins with the header and contains the line.
func (f *file) section(header, line string) *file {
	if f.lines == nil {
		f.lines = strings.SplitAfter(f.text, "\n")
	}
	lines, start := f.lines, 0
	for i, l := range lines {
		switch strings.TrimSpace(l) {
		case header:
			start = i
		case line:
			end := start + 1
			for end < len(lines) && strings.TrimSpace(lines[end]) != header {
				end++
			}
			text := strings.Replace(strings.Join(lines[start:end], ""), header, "", 1)
			name, _, _ := strings.Cut(strings.Trim(header, "[]"), ".")
			text = strings.ReplaceAll(text, "[["+name+".", "[[")
			return &file{k: f.k, name: f.name, text: text, first: start}
		}
	}
	return f
}

// lineWith returns the first line that begins with the text, for use with section.
func lineWith(text, begin string) string {
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, begin) {
			return l
		}
	}
	return begin
}
