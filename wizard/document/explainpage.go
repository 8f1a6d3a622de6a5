package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/wizard/words"
)

// ExplainPage describes one mail: for a bounce what was refused, by whom, why, who has to act and what comes next; for
// an ordinary mail how SPF, DKIM and DMARC came out and why.
func ExplainPage(w words.P, x Explained, l Layout) string {
	p := &explainPage{page: &page{Layout: l, words: w}, x: x}
	name := printable(x.File)
	if x.Part > 0 {
		name += " (" + strconv.Itoa(x.Part) + ")"
	}
	p.write(p.style(Bold, name), "\n")
	switch {
	case x.Kind == bounce.Unknown:
		p.nothing()
	case x.Message != nil:
		p.message()
	default:
		p.bounce()
	}
	if x.Cut {
		p.prose("", "", p.T("explain.cut"))
	}
	return p.String()
}

// explainPage collects rows of labels and texts.
type explainPage struct {
	*page
	x    Explained
	list []row
}

// T returns a text; foreign text among the arguments is made printable.
func (p *explainPage) T(id string, args ...string) string { return p.words.T(id, args...) }

// add adds a row of a label and texts, leaving out empty ones.
func (p *explainPage) add(label string, texts ...string) {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			p.list = append(p.list, row{label: label, text: t})
			label = ""
		}
	}
}

func (p *explainPage) flush() {
	if len(p.list) > 0 {
		p.rows("", p.list)
	}
	p.list = nil
}

func (p *explainPage) nothing() {
	p.write(p.style(Bold, p.T("explain.kind.unknown")), "\n")
	gap := "explain.hand-over"
	if m := p.x.Message; m != nil && slices.Contains(m.Gaps, message.GapBinary) {
		gap = message.GapBinary.Words()
	}
	p.write(p.T(gap), "\n")
}

func (p *explainPage) bounce() {
	b := p.x.Bounce
	main := b.Main()
	title := string(p.x.Kind)
	if p.x.Kind == bounce.Bounce && !slices.ContainsFunc(b.Recipients, func(r bounce.Recipient) bool { return !r.Temporary }) {
		title = "delayed"
	}
	p.write(p.style(Bold, p.T("explain.kind."+title)), "\n")
	p.add(p.T("explain.cause"), p.T(b.Cause().Words("name")))
	p.add(p.T("explain.what"), p.T(main.Tells("what")))
	if p.x.Kind == bounce.Bounce {
		p.add(p.T("explain.dns"), p.T("explain.fix."+string(fixOf(main))))
	}
	p.add(p.T("explain.whose"), p.T(main.Tells("job")))
	p.add(p.T("explain.next"), p.T(main.Tells("next")))
	p.flush()
	p.certain(main)
	if len(b.Recipients) > 1 {
		var all []string
		for i, r := range b.Recipients {
			if i == recipientsMost {
				all = append(all, p.T("explain.more", "number", strconv.Itoa(len(b.Recipients)-i)))
				break
			}
			all = append(all, p.T("explain.recipient", "address", orNone(p.words, r.Final), "cause", p.T(r.Cause.Words("name")),
				"codes", orNone(p.words, strings.Join(r.Codes(), " "))))
		}
		p.page.list(p.T("explain.recipients"), all)
	}
	p.teaches()
}

func orNone(w words.P, s string) string {
	if s == "" {
		return w.T("explain.not-told")
	}
	return s
}

// fixOf returns who can fix the cause, as the JSON contract tells it.
func fixOf(r bounce.Recipient) bounce.Fix {
	switch v := canFix(r); {
	case v == nil:
		return bounce.FixDepends
	case *v:
		return bounce.FixYes
	}
	return bounce.FixNo
}

// certain lists what the bounce itself says for certain.
func (p *explainPage) certain(main bounce.Recipient) {
	b := p.x.Bounce
	who := ""
	if b.Receiver != "" {
		who = p.T("explain.receiver." + b.Receiver)
	}
	if main.Host != "" {
		who = strings.TrimSpace(who + " (" + printable(main.Host) + ")")
	}
	p.add(p.T("explain.by"), who)
	p.add(p.T("explain.to"), printable(main.Final))
	p.add(p.T("explain.codes"), strings.Join(main.Codes(), " "))
	p.add(p.T("explain.reply"), printable(clipped(oneLine(main.Text))))
	p.add(p.T("explain.server"), printable(b.Server))
	if b.Returned != nil {
		p.add(p.T("explain.subject"), printable(b.Returned.Subject))
	}
	if main.Temporary {
		p.add("", p.T("explain.temporary"))
	}
	switch {
	case b.List.Is:
		p.add(p.T("explain.way"), p.T("explain.listed", "list", orNone(p.words, b.List.Address)))
	case b.Forwarding.Is == bounce.Yes:
		p.add(p.T("explain.way"), p.T("explain.forwarded", "address", orNone(p.words, main.Final)))
		if b.Forwarding.Through != "" {
			p.add("", p.T("explain.through", "address", b.Forwarding.Through))
		}
	}
	p.flush()
}

// clipped shortens a reply for a page.
func clipped(s string) string {
	const most = 600
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// teaches lists what the bounce shows about the sender's mail.
func (p *explainPage) teaches() {
	t := p.x.Bounce.Teaches()
	var lines []string
	add := func(id, value string) {
		if value != "" {
			lines = append(lines, p.T("explain.teaches."+id, "value", value))
		}
	}
	add("domain", t.Domain)
	if t.Envelope != t.Domain {
		add("envelope", t.Envelope)
	}
	from := "ip"
	if t.Route == string(owner.Forward) || t.Route == string(owner.List) {
		from = "passed-on-ip"
	}
	for _, ip := range t.IPs {
		add(from, ip.String())
	}
	for _, s := range t.Signatures {
		if s.Selector != "" {
			add("key", dnsname.Key(s.Selector, s.Domain))
		}
	}
	p.page.list(p.T("explain.teaches.title"), lines)
	p.checks(t)
}

// checks names the command that looks at DNS next, one for each party that may have received the bounce.
func (p *explainPage) checks(t bounce.Lesson) {
	if p.x.Kind != bounce.Bounce || p.x.Asks() == LeanNothing {
		return
	}
	who := input.Parties(p.x.Bounce)
	if t.Route != string(owner.Forward) && t.Route != string(owner.List) {
		who = nil
	}
	p.commands(who, t.Domain)
}

// commands lists the commands that look at DNS next: one for each of those whose domain the mail may be about, where that
// is more than one or not the author; else that of the author's domain.
func (p *explainPage) commands(who []input.Party, domain string) {
	if len(who) == 0 || len(who) == 1 && who[0].Role == input.Writer {
		if domain != "" && !input.FreeMail(domain) {
			p.write("\n")
			p.prose("", "", p.T("explain.check", "domain", domain, "file", p.x.File))
		}
		return
	}
	var lines []string
	for _, one := range who {
		lines = append(lines, p.T("explain.party."+one.Role, "domain", one.Domain, "file", p.x.File))
	}
	p.page.list(p.T("explain.party.title"), lines)
}

// message describes an ordinary mail.
func (p *explainPage) message() {
	m, r := p.x.Message, p.x.Report
	p.write(p.style(Bold, p.T("explain.kind."+string(p.x.Kind))), "\n")
	style := map[Lean]Style{LeanNothing: Good, LeanFix: Bad, LeanUnknown: Bold}[p.x.Asks()]
	p.write(p.style(style, p.T("explain.message."+[]string{"good", "fix", "open"}[p.x.Asks()])), "\n")
	if len(m.From) > 0 {
		p.add(p.T("explain.from"), printable(m.From[0].Full))
	}
	p.add(p.T("explain.subject"), printable(m.Subject))
	p.add("SPF", p.spf())
	if len(r.DKIM) == 0 {
		p.add("DKIM", p.T("explain.unsigned"))
	}
	for _, d := range r.DKIM {
		p.add("DKIM", p.dkim(d))
		if d.Reason != "" {
			p.add("", p.T(d.Reason.Words()))
		}
		if d.Detail != "" {
			p.add("", p.T(message.DetailWords(d.Detail)))
		}
	}
	p.add("DMARC", p.dmarc())
	if d := r.DMARC.Detail; d != "" {
		p.add("", p.T(message.DetailWords(d)))
	}
	if r.ARC.Instances > 0 {
		p.add("ARC", p.T("explain.arc", "result", p.T(r.ARC.CV.Words()), "instances", strconv.Itoa(r.ARC.Instances)))
		if r.ARC.Detail != "" {
			p.add("", p.T(message.DetailWords(r.ARC.Detail)))
		}
	}
	p.flush()
	if p.x.Blind {
		p.write("\n")
		p.prose("", "", p.T("explain.blind"))
	}
	p.way()
	p.page.list(p.T("explain.claimed"), p.claims())
	var gaps []string
	for _, g := range m.Gaps {
		gaps = append(gaps, p.T(g.Words()))
	}
	p.page.list(p.T("explain.gaps"), gaps)
	if p.x.Asks() != LeanNothing {
		p.commands(input.PartiesOf(m), p.x.From())
	}
}

// aligned words whether a result is aligned with the author's domain.
func (p *explainPage) aligned(t message.Tri) string {
	switch t {
	case message.Yes:
		return p.T("explain.aligned.yes")
	case message.No:
		return p.T("explain.aligned.no")
	}
	return ""
}

func (p *explainPage) spf() string {
	s := p.x.Report.SPF
	name := string(s.Result) // softfail and neutral exist only for SPF
	if r := message.Result(s.Result); slices.Contains(message.Results(), r) {
		name = p.T(r.Words())
	}
	return strings.TrimSpace(p.T("explain.spf", "result", name, "domain", orNone(p.words, s.Domain), "ip", orNone(p.words, shownIP(s.IP))) + " " + p.aligned(s.Aligned))
}

func (p *explainPage) dkim(d message.DKIM) string {
	return strings.TrimSpace(p.T("explain.dkim", "result", p.T(d.Result.Words()), "domain", orNone(p.words, d.Domain),
		"selector", orNone(p.words, d.Selector)) + " " + p.aligned(d.Aligned))
}

func (p *explainPage) dmarc() string {
	d := p.x.Report.DMARC
	if d.Result == message.None {
		return p.T("explain.no-policy")
	}
	out := p.T(d.Result.Words())
	if d.Domain != "" {
		out = p.T("explain.dmarc", "result", out, "domain", d.Domain, "policy", d.Policy)
	}
	return out
}

// way lists the servers on the mail's route and what was done there.
func (p *explainPage) way() {
	m := p.x.Message
	var lines []string
	for i := len(m.Hops) - 1; i >= 0; i-- { // in the order of the route
		h := m.Hops[i]
		from := strings.TrimSpace(h.Helo)
		if h.Name != "" {
			from = h.Name
		}
		if h.IP.IsValid() {
			from = strings.TrimSpace(from + " [" + h.IP.String() + "]")
		}
		if from != "" || h.By != "" {
			lines = append(lines, p.T("explain.hop", "from", orNone(p.words, from), "by", orNone(p.words, h.By)))
		}
		if len(lines) == hopsMost {
			break
		}
	}
	switch {
	case m.List.Is:
		lines = append(lines, p.T("explain.listed", "list", orNone(p.words, m.List.Address)))
	case m.Forward.Forwarded == message.Yes:
		lines = append(lines, p.T("explain.forwarded", "address", orNone(p.words, m.Forward.Final)))
	}
	for _, c := range p.x.Report.Changes {
		lines = append(lines, p.T(c.Kind.Words(), "by", c.By, "domain", c.Domain, "header", c.Header, "text", c.Text))
	}
	p.page.list(p.T("explain.way"), lines)
}

// Limits on what a page shows of a mail.
const (
	hopsMost       = 20
	claimsMost     = 20
	recipientsMost = 20
)

func (p *explainPage) claims() []string {
	var lines []string
	for _, c := range p.x.Message.Claims {
		var about []string
		for _, k := range []string{"smtp.mailfrom", "smtp.helo", "header.d", "header.i", "header.s", "header.from"} {
			if v := c.Properties[k]; v != "" {
				about = append(about, k+"="+v)
			}
		}
		lines = append(lines, printable(fmt.Sprintf("%s (%s): %s=%s %s", c.Header, c.By, c.Method, c.Result, strings.Join(about, " "))))
		if len(lines) == claimsMost {
			break
		}
	}
	return lines
}
