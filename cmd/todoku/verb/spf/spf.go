package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
	"todoku/i18n"
	"todoku/wizard/document"
	"todoku/wizard/words"
)

// spfFlags are the flags of spf alone.
type spfFlags struct {
	ip, from, helo, record string
}

func (a *app) spfCommand() *cobra.Command {
	var f spfFlags
	c := &cobra.Command{
		Use:               "spf [DOMAIN]",
		Short:             a.lang.T("cmd.spf.short"),
		Long:              a.lang.T("cmd.spf.long"),
		Example:           a.lang.T("cmd.spf.example"),
		Args:              a.upTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, args []string) error { return a.spf(c.Context(), f, args) },
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&f.ip, "ip", "", a.lang.T("cmd.flag.spf-ip"))
	c.Flags().StringVar(&f.from, "mail-from", "", a.lang.T("cmd.flag.mail-from"))
	c.Flags().StringVar(&f.helo, "helo", "", a.lang.T("cmd.flag.helo"))
	c.Flags().StringVar(&f.record, "record", "", a.lang.T("cmd.flag.record"))
	c.Flags().StringArrayVar(&a.opt.hosts, "mail-host", nil, a.lang.T("cmd.flag.mail-host"))
	c.Flags().StringArrayVar(&a.opt.senders, "sender", nil, a.lang.T("cmd.flag.sender"))
	return c
}

// standIn is the domain of a record that was given without one and does not need it.
const standIn = "record.invalid"

// spf judges one mail, or reads a record aloud where no address is given. A record alone is read without a question.
func (a *app) spf(ctx context.Context, f spfFlags, args []string) error {
	req := spf.Request{HELO: f.helo, MailFrom: f.from}
	if f.ip != "" {
		ip, err := netip.ParseAddr(f.ip)
		if err != nil {
			return a.badValue("--ip", f.ip, a.lang.T("cmd.fault.ip"))
		}
		req.IP = ip
	}
	if len(args) == 1 {
		input, err := a.domain(args[0])
		if err != nil {
			return err
		}
		req.Domain = input.Domain
	}
	if f.record != "" && !req.IP.IsValid() && len(args) == 0 {
		cat, err := catalog.Load()
		if err != nil {
			return err
		}
		t := spf.Walk(reading.SPF(snapshot.New(standIn, time.Now())), standIn, f.record)
		t.Root.Domain = "" // it has none yet
		return a.readAloud(cat, t, nil)
	}
	w, err := a.world(ctx)
	if err != nil {
		return err
	}
	domain, err := a.judged(w, &req, f.record)
	if err != nil {
		return err
	}
	snap := snapshot.New(domain, w.now())
	if f.record != "" {
		snap.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK,
			Records: []snapshot.Record{{Data: f.record}}})
	}
	missing := func(d spf.Data) []spf.Need { return spf.Evaluate(d, req).Missing }
	if !req.IP.IsValid() {
		missing = func(d spf.Data) []spf.Need { return spf.Walk(d, domain, f.record).Missing }
	}
	if err := w.client.Receive(ctx, snap, missing); err != nil {
		return &fault{statusUnknown, a.lang.T("cmd.fault.interrupted"), ""}
	}
	if blind := blindness(snap); blind != "" && len(snap.Answers) > 0 && !a.opt.json {
		return &fault{statusUnknown, a.blind(blind), a.lang.T("cmd.blind.lab")}
	}
	if !req.IP.IsValid() {
		answers, err := a.answers(w.cat)
		if err != nil {
			return err
		}
		answers.Domain = domain
		if w.story != nil && w.story.Answers.Domain == domain {
			answers = over(w.story.Answers, answers)
		}
		return a.readAloud(w.cat, spf.Walk(reading.SPF(snap), domain, f.record), &checks.In{Answers: answers, DNS: snap, Catalog: w.cat, Seen: w.cat.Detect(snap)})
	}
	return a.tellJudgement(w.cat, domain, req.IP, spf.Evaluate(reading.SPF(snap), req))
}

// judged is the domain whose record counts: that of --mail-from, HELO where that is empty, else DOMAIN; in the lab the
// story's own where none is given.
func (a *app) judged(w *world, req *spf.Request, record string) (string, error) {
	if at := strings.LastIndexByte(req.MailFrom, '@'); at >= 0 || req.MailFrom != "" {
		host := strings.TrimSuffix(req.MailFrom[at+1:], ">")
		if strings.Trim(host, ascii) != "" { // an internationalised domain
			input, err := a.domain(host)
			if err != nil {
				return "", err
			}
			req.MailFrom, host = req.MailFrom[:at+1]+input.Domain, input.Domain
		}
		return strings.ToLower(strings.TrimSuffix(host, ".")), nil
	}
	switch {
	case req.HELO != "":
		return strings.ToLower(strings.TrimSuffix(req.HELO, ".")), nil
	case req.Domain != "":
	case w.story != nil:
		req.Domain = w.story.Answers.Domain
	case record != "" && !needsDomain(record):
		req.Domain = standIn
	case record != "":
		return "", usage(a.lang.T("cmd.fault.record-domain"), a.lang.T("cmd.fault.see-help", i18n.Args{"command": "todoku spf"}))
	default:
		return "", usage(a.lang.T("cmd.fault.no-domain"), a.lang.T("cmd.fault.see-help", i18n.Args{"command": "todoku spf"}))
	}
	return req.Domain, nil
}

const ascii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "

// needsDomain reports whether a record speaks of the domain that it stands at.
func needsDomain(record string) bool {
	return slices.ContainsFunc(spf.Parse(record).Terms, func(t spf.Term) bool {
		return strings.Contains(t.Value, "%") || t.Value == "" && slices.Contains([]string{"a", "mx", "ptr"}, t.Name)
	})
}

// tellJudgement tells what a receiver makes of one mail.
func (a *app) tellJudgement(cat *catalog.Catalog, domain string, ip netip.Addr, v spf.Verdict) error {
	switch v.Result {
	case spf.Pass:
		a.status = statusOK
	case spf.TempError:
		a.status = statusUnknown
	default:
		a.status = statusFix
	}
	if a.opt.json {
		return a.writeLine(document.Judged(a.lang, domain, ip, v))
	}
	p := a.spfPage(cat)
	style := map[int]string{statusOK: styleGood, statusFix: styleBad}[a.status]
	_, _ = fmt.Fprintf(p, "%s  %s\n%s\n", p.style(styleBold, printable(domain)), ip, p.style(style, p.words.Result(v.Result, domain)))
	if v.Why != "" && len(v.Trace) == 0 {
		_, _ = fmt.Fprintln(p, p.words.Step(spf.Step{Domain: domain, Why: v.Why}))
	}
	var rows []row
	add := func(label, text string) {
		if text != "" {
			rows = append(rows, row{label: a.lang.T("spf.page." + label), text: printable(text), whole: true})
		}
	}
	add("record", v.Record)
	add("decided", v.Term)
	add("told", v.Explanation)
	p.rows("", rows)
	if len(v.Trace) > 0 {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(stylePart, a.lang.T("spf.page.trace")))
		p.trace(v.Trace)
	}
	if v.Record != "" {
		_, _ = fmt.Fprintf(p, "\n%s\n", a.total(v.Lookups, v.Voids))
		p.faults(v.Record, spf.Parse(v.Record).Problems)
	}
	_, err := fmt.Fprint(a.out, p.String())
	return err
}

func (a *app) spfPage(cat *catalog.Catalog) *page {
	return &page{app: a, words: words.P{Lang: a.lang, Catalog: cat}, colours: a.colours(), width: a.width()}
}

func (a *app) total(lookups, voids int) string {
	return a.lang.T("spf.page.total", i18n.Args{"lookups": strconv.Itoa(lookups), "limit": strconv.Itoa(spf.MaxLookups),
		"voids": strconv.Itoa(voids), "void_limit": strconv.Itoa(spf.MaxVoids)})
}

// trace draws the terms as a tree: each with its cost, and why it matched or did not.
func (p *page) trace(steps []spf.Step) {
	type line struct{ term, cost, why string }
	var lines []line
	var width, costs int
	var walk func([]spf.Step, int)
	walk = func(list []spf.Step, depth int) {
		for _, s := range list {
			r := line{term: strings.Repeat("  ", depth+1) + printable(s.Term), why: p.words.Step(s)}
			if s.Lookups > 0 {
				r.cost = p.app.lang.T("spf.cost", i18n.Args{"count": s.Lookups})
			}
			lines = append(lines, r)
			width, costs = max(width, ansi.StringWidth(r.term)), max(costs, ansi.StringWidth(r.cost))
			walk(s.Children, depth+1)
		}
	}
	walk(steps, 0)
	for _, r := range lines {
		_, _ = fmt.Fprintf(p, "%s%s  %s%s  %s\n", r.term, gap(r.term, width), p.style(styleDim, r.cost), gap(r.cost, costs), r.why)
	}
}

// gap is the blank that fills a text up to a width in cells.
func gap(text string, width int) string {
	return strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// recordWidth is how wide an underlined record is set, in cells.
func (p *page) recordWidth() int {
	if p.width >= minText+2 {
		return p.width - 2
	}
	return 76
}

// faults underlines what is wrong with a record, and says it one by one.
func (p *page) faults(record string, problems []spf.Problem) {
	if len(problems) == 0 {
		return
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", p.style(stylePart, p.app.lang.T("spf.page.problems")))
	p.marked(record, problems)
}

// marked underlines the mistakes in a record, and says them one by one.
func (p *page) marked(record string, problems []spf.Problem) {
	if len(problems) == 0 {
		return
	}
	for _, l := range words.Underline(record, spans(problems), p.recordWidth(), ansi.StringWidth) {
		_, _ = fmt.Fprintln(p, "  "+l)
	}
	for _, x := range problems {
		f := p.words.Fault(x)
		head := f.Piece
		if strings.TrimSpace(head) != "" {
			head += ": "
		}
		p.prose("  - ", "    ", head+f.What)
		if f.Repair != "" {
			_, _ = fmt.Fprintln(p, "    "+f.Repair) // to be copied: never broken
		}
	}
}

// prose prints a text behind a head; further lines hang below it.
func (p *page) prose(head, below, text string) {
	_, _ = fmt.Fprintln(p, head+strings.Join(p.wrap(text, len(below)), "\n"+below))
}

func spans(problems []spf.Problem) []spf.Span {
	var out []spf.Span
	for _, x := range problems {
		out = append(out, x.Span)
	}
	return out
}

// readAloud explains a record term by term. Without in nobody was asked, so that only the record's own text is judged.
func (a *app) readAloud(cat *catalog.Catalog, t spf.Tree, in *checks.In) error {
	alone := in == nil
	var uses []checks.Used
	if in != nil {
		uses = checks.Uses(*in, t.Root.Record)
	}
	a.status = recordStatus(t.Root, alone)
	if t.Lookups > spf.MaxLookups || t.Voids > spf.MaxVoids {
		a.status = graver(a.status, statusFix)
	}
	p := a.spfPage(cat)
	if a.opt.json {
		return a.writeLine(document.ReadAloud(p.words, t, uses))
	}
	if !alone {
		_, _ = fmt.Fprintln(p, p.style(styleBold, printable(t.Root.Domain)))
	}
	if t.Root.Record == "" {
		_, _ = fmt.Fprintln(p, p.words.Step(spf.Step{Domain: t.Root.Domain, Why: t.Root.Why}))
		_, err := fmt.Fprint(a.out, p.String())
		return err
	}
	_, _ = fmt.Fprintf(p, "%s\n\n%s\n", printable(t.Root.Record), p.style(stylePart, a.lang.T("spf.page.aloud")))
	for _, s := range p.words.Aloud(t, uses) {
		margin := strings.Repeat("  ", s.Depth+1)
		head := margin + s.Term
		if s.Cost != "" {
			head += "  " + p.style(styleDim, "("+s.Cost+")")
		}
		_, _ = fmt.Fprintln(p, head)
		for _, text := range append([]string{s.Text}, s.Notes...) {
			p.prose(margin+"  ", margin+"  ", text)
		}
	}
	if t.Root.Why == "several-records" {
		_, _ = fmt.Fprintf(p, "\n%s\n", p.style(styleBad, p.words.Step(spf.Step{Domain: t.Root.Domain, Why: t.Root.Why})))
	}
	total := a.total(t.Lookups, t.Voids)
	if alone {
		total = a.lang.T("spf.page.offline", i18n.Args{"lookups": strconv.Itoa(t.Lookups), "limit": strconv.Itoa(spf.MaxLookups)})
	}
	_, _ = fmt.Fprintf(p, "\n%s\n", total)
	if t.Lookups > spf.MaxLookups || t.Voids > spf.MaxVoids {
		_, _ = fmt.Fprintln(p, p.style(styleBad, a.lang.T("spf.page.over")))
	}
	p.faults(t.Root.Record, t.Root.Parsed.Problems)
	if a.status == statusOK && len(t.Root.Parsed.Problems) == 0 {
		_, _ = fmt.Fprintf(p, "\n%s\n", a.lang.T("spf.page.good"))
	}
	_, err := fmt.Fprint(a.out, p.String())
	return err
}

// recordStatus is the exit status that a record asks for, with all that it includes.
func recordStatus(n spf.Node, alone bool) int {
	status := statusOK
	switch n.Why {
	case "":
	case "failed", "missing", "too-deep":
		if !alone {
			status = statusUnknown
		}
	case "macro":
	default:
		status = statusFix
	}
	if n.Via == "" && slices.ContainsFunc(n.Parsed.Problems, func(x spf.Problem) bool { return x.Fatal || x.Grave() }) {
		status = graver(status, statusFix)
	}
	for _, c := range n.Children {
		status = graver(status, recordStatus(c, alone))
	}
	return status
}
