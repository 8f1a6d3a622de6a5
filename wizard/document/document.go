package document

import (
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// A block is a piece of the document, independent of any format. Its texts are printable, but not yet escaped for a
// format.
type block struct {
	kind    blockKind
	level   int // of a heading; 1 is the title
	text    string
	items   []string
	rows    [][2]string // of a table: label and value
	amounts []amount    // of a chart
	code    []bool      // of a table's rows: the value is to be typed exactly
}

type blockKind int

const (
	heading blockKind = iota
	paragraph
	bullets
	table
	verbatim // a value to copy, or a diff: kept exactly
	chart    // amounts, drawn as bars where the format has any
)

type builder struct {
	in     Input
	p      words.P
	blocks []block
}

// document builds the summary: the verdict, the findings with the cause first, the records in order, the wait,
// and what could not be checked.
func document(in Input) []block {
	b := &builder{in: in, p: in.paper()}
	b.head()
	b.proof()
	b.found()
	b.detours()
	b.forecast()
	b.records()
	b.wait()
	b.reports()
	b.next()
	b.requests()
	b.requirements()
	b.unseen()
	b.attempts()
	b.undone()
	b.add(block{kind: paragraph, text: b.t("foot", "program", in.Program)})
	return b.blocks
}

func (b *builder) add(x block) { b.blocks = append(b.blocks, x) }

// t returns a text of document.toml.
func (b *builder) t(id string, args ...string) string {
	return b.p.T("document."+id, args...)
}

func (b *builder) title(level int, text string) {
	b.add(block{kind: heading, level: level, text: text})
}

func (b *builder) say(text string) {
	if text != "" {
		b.add(block{kind: paragraph, text: text})
	}
}

// list adds points under a label; it adds nothing if there are none.
func (b *builder) list(label string, items []string) {
	if len(items) == 0 {
		return
	}
	b.say(label)
	b.add(block{kind: bullets, items: items})
}

// writtenLater reports whether the document was written in another minute than that of the look.
func (in Input) writtenLater() bool {
	return !in.Now.IsZero() && (in.DNS == nil || in.Now.Format(dateForm) != in.DNS.Taken.Format(dateForm))
}

func (b *builder) head() {
	b.title(1, b.t("title", "domain", b.in.domain()))
	rows := [][2]string{{b.t("label.domain"), b.name()}}
	if b.in.DNS != nil && !b.in.DNS.Taken.IsZero() {
		rows = append(rows, [2]string{b.t("label.date"), b.in.DNS.Taken.Format(dateForm)})
	}
	if b.in.writtenLater() {
		rows = append(rows, [2]string{b.t("label.written"), b.in.Now.Format(dateForm)})
	}
	if id := b.in.Panel(); id != "" {
		if x, ok := b.in.Catalog.Panel(id); ok {
			rows = append(rows, [2]string{b.t("label.panel"), x.Name.In(string(b.in.Lang))})
		}
	}
	if b.in.DNS != nil && b.in.Catalog != nil {
		if stops := b.p.Route(facts.Read(b.in.Answers, b.in.DNS, b.in.Catalog)); stops != nil {
			rows = append(rows, [2]string{b.t("label.way"), strings.Join(stops, " > ")})
		}
	}
	b.add(block{kind: table, rows: rows})
	if b.in.Practice != "" {
		b.say(b.t("practice", "story", b.in.Practice))
	}
	b.verdict()
}

// made reports whether the plan's records are seen everywhere, so that the findings describe the past.
func (in Input) made() bool {
	return in.Wait != nil && in.Wait.Verdict.Result == propagation.ResultPublished && len(in.Plan.Edits()) > 0
}

// putOff counts the plan's changes whose value is still missing, so that nobody has published them.
func (in Input) putOff() int {
	n := 0
	for _, c := range in.Plan.Changes {
		if c.Lacks() {
			n++
		}
	}
	return n
}

// mendedText returns the verdict once the records are seen everywhere; those that were put off are not among them.
func (b *builder) mendedText() string {
	if n := b.in.putOff(); n > 0 {
		return b.p.Lang.T("document.verdict.mended-part", i18n.Args{"count": n})
	}
	if b.in.remains() {
		return b.t("verdict.mended-left")
	}
	return b.t("verdict.mended")
}

// remains reports whether something is wrong that the plan's records do not mend, or that the owner has to choose.
func (in Input) remains() bool {
	return len(in.Plan.Left) > 0 || len(in.Plan.Ways) > 0 && !words.Mended(in.Plan, in.Answers.Domain)
}

// recordTitle returns a record's title; where others are made already it says which one was put off.
func (b *builder) recordTitle(i int, title string) string {
	if b.in.made() && b.in.Plan.Changes[i].Lacks() {
		return b.t("records.put-off", "title", title)
	}
	return title
}

func (b *builder) verdict() {
	if b.in.made() {
		b.say(b.mendedText())
		return
	}
	if b.in.DNS != nil {
		b.say(b.p.Arrives(b.in.Forecast, b.in.Findings, b.in.Answers))
	}
	b.say(b.t("verdict." + verdictWord(b.in)))
}

// dated returns the text now, or once the records are made the text before.
func (b *builder) dated(now, before string) string {
	if b.in.made() {
		return b.t(before)
	}
	return b.t(now)
}

const dateForm = "2006-01-02 15:04 -07:00"

// name returns the domain, followed by its ASCII form where that differs.
func (b *builder) name() string {
	d := snapshot.Printable(b.in.domain())
	if d != b.in.Answers.Domain {
		d += " (" + b.in.Answers.Domain + ")"
	}
	return d
}

// found lists the causes, each with its symptoms, and last what is right.
func (b *builder) found() {
	var fine []string
	b.title(2, b.dated("heading.found", "heading.found-before"))
	told := 0
	for _, f := range checks.Causes(b.in.Findings) {
		switch f.Severity {
		case checks.Fine:
			w := b.p.Finding(f)
			fine = append(fine, w.What)
			for _, e := range w.Evidence {
				fine = append(fine, b.t("label.evidence")+": "+e)
			}
			continue
		case checks.Unknown:
			if f.Code != checks.MailRefused {
				continue // listed under "could not be checked"
			}
		}
		told++
		w := b.p.Finding(f)
		b.title(3, strconv.Itoa(told)+". "+w.What)
		rows := [][2]string{{b.t("label.severity"), b.severity(f)},
			{b.t("label.why"), w.Why}, {b.t("label.fix"), w.Fix}}
		for _, e := range w.Evidence {
			rows = append(rows, [2]string{b.t("label.evidence"), e})
		}
		b.add(block{kind: table, rows: rows})
		b.list(b.t("label.symptoms"), b.symptoms(f))
	}
	if told == 0 {
		b.say(b.idle(b.t("found.nothing"), b.t("found.unknown")))
	}
	b.list(b.t("label.fine"), fine)
}

// severity returns what a finding means for the mail. A bounce that no record can fix is not advice, since the mail did come back.
func (b *builder) severity(f checks.Finding) string {
	if f.Code == checks.MailRefused && f.Severity == checks.Advice {
		return b.t("severity.refused")
	}
	return b.t("severity." + string(f.Severity))
}

// idle returns the text for an empty section: nothing, or unknown where not everything could be checked.
func (b *builder) idle(nothing, unknown string) string {
	if checks.VerdictOf(b.in.Findings) == checks.VerdictUnknown {
		return unknown
	}
	return nothing
}

func (b *builder) symptoms(cause checks.Finding) []string {
	var out []string
	for _, f := range checks.Symptoms(b.in.Findings, cause) {
		out = append(out, b.p.Finding(f).What)
	}
	return out
}

// detours lists the ways around a forward or a list, each with its price.
func (b *builder) detours() {
	list := b.p.Detours(b.in.Plan)
	if len(list) == 0 {
		return
	}
	b.title(2, b.t("heading.detours"))
	for i, d := range list {
		b.say(strconv.Itoa(i+1) + ". " + d.Text)
		b.add(block{kind: table, rows: [][2]string{{b.t("label.price"), d.Price}}})
	}
}

// records lists the changes in order, each in the panel's form.
func (b *builder) records() {
	before := "heading.records-before"
	if b.in.putOff() > 0 {
		before = "heading.records-part"
	}
	b.title(2, b.dated("heading.records", before))
	list := b.p.Changes(b.in.Plan, b.in.Panel(), b.in.Zone(), b.in.Answers)
	switch {
	case len(list) > 0 && b.in.made():
	case len(list) > 0:
		b.say(b.t("records.order"))
	case len(b.in.Plan.Ways) == 0 && len(b.in.Plan.Left) == 0:
		b.say(b.idle(b.t("records.nothing"), b.t("records.unknown")))
	}
	for i, c := range list {
		b.title(3, strconv.Itoa(i+1)+". "+b.recordTitle(i, c.Title))
		b.record(c, b.in.Plan.Changes[i].Action == plan.Remove)
	}
	if !words.Mended(b.in.Plan, b.in.Answers.Domain) {
		b.list(b.t("label.tries"), b.p.Tries(b.in.Plan))
		b.ways(b.p.Ways(b.in.Plan))
	}
	var left []string
	for _, f := range b.in.Plan.Left {
		w := b.p.Finding(f)
		left = append(left, b.p.Sentences(w.What, w.Fix))
	}
	b.list(b.t("label.left"), left)
}

func (b *builder) record(c words.Change, remove bool) {
	b.say(c.First)
	panel, notes := "label.panel", "label.notes"
	if c.Switch { // at the mail service, and there is no value
		panel, notes = "label.console", "label.notes-switch"
	}
	rows := [][2]string{{b.t(panel), c.Panel}}
	if c.Menu != "" {
		rows = append(rows, [2]string{b.t("label.menu"), c.Menu})
	}
	code := make([]bool, len(rows))
	for _, f := range c.Fields {
		rows, code = append(rows, [2]string{f.Label, f.Value}), append(code, !f.Empty)
	}
	if c.Was != "" {
		rows, code = append(rows, [2]string{b.t("label.was"), c.Was}), append(code, true)
	}
	b.say(c.Ask) // the missing value comes first
	b.add(block{kind: table, rows: rows, code: code})
	b.say(c.Soft)
	if c.Ask == "" && !remove && !c.Switch {
		b.say(b.t("label.value"))
		b.add(block{kind: verbatim, text: c.Value})
	}
	b.differs(c)
	if len(c.Remove) > 0 {
		b.say(b.t("label.remove"))
		b.add(block{kind: verbatim, text: strings.Join(c.Remove, "\n")})
	}
	if c.Made != "" {
		b.list(b.t("label.made"), []string{c.Made})
	}
	b.list(b.t(notes), c.Notes)
	b.list(b.t("label.beware"), c.Beware)
	b.list(b.t("label.proved"), c.Checked)
	b.ways(c.Ways)
	if c.Gate != "" {
		b.list(b.t("label.gate"), []string{c.Gate})
	}
}

// differs lists which terms leave a value and which enter it. It puts no signs before the terms, since they would be
// taken for SPF's qualifiers + and -.
func (b *builder) differs(c words.Change) {
	if len(c.Diff) == 0 {
		return
	}
	b.say(b.t("label.diff"))
	if c.CutOff != "" { // of a key, only where it ends
		b.say(c.CutOff)
		return
	}
	var rows [][2]string
	var code []bool
	for _, x := range []struct {
		id    string
		terms []string
	}{{"label.gone", c.Gone()}, {"label.come", c.Come()}} {
		if len(x.terms) > 0 {
			rows, code = append(rows, [2]string{b.t(x.id), strings.Join(x.terms, " ")}), append(code, true)
		}
	}
	b.add(block{kind: table, rows: rows, code: code})
}

// attempts lists what to try where DNS does not explain the symptom.
func (b *builder) attempts() {
	list := b.p.Attempts(b.in.Answers)
	if len(list) == 0 {
		return
	}
	b.title(2, b.p.Lang.T("words.attempts.title"))
	for i, text := range list {
		b.say(strconv.Itoa(i+1) + ". " + text)
	}
}

// ways lists the owner's choices where an SPF record is too big.
func (b *builder) ways(list []words.Way) {
	if len(list) == 0 {
		return
	}
	b.say(b.t("label.ways"))
	for i, w := range list {
		b.say(strconv.Itoa(i+1) + ". " + w.Text)
		b.add(block{kind: verbatim, text: w.Value})
		b.add(block{kind: bullets, items: w.Checked})
	}
}

// wait shows the state of each record at each place.
func (b *builder) wait() {
	w := b.in.Wait
	if w == nil {
		return
	}
	b.title(2, b.t("heading.wait"))
	b.say(b.p.Verdict(w.Verdict, b.in.Now))
	for i, want := range w.Wants {
		var rows [][2]string
		for _, s := range w.Verdict.Sights {
			if s.Want != i {
				continue
			}
			v := b.p.Sight(s, placeOf(w.Places, s.Place), b.in.Now)
			text := v.State
			for _, more := range []string{v.Left, v.Caches, v.At, v.Advice()} {
				if more != "" {
					text += ", " + more
				}
			}
			rows = append(rows, [2]string{v.Place + " (" + v.Kind + ")", text})
		}
		b.title(3, snapshot.Printable(want.Name)+" "+string(want.Type))
		b.add(block{kind: table, rows: rows})
	}
}

// next says which stage of the DMARC policy is next, and when it is safe.
func (b *builder) next() {
	if b.in.DNS == nil || b.in.Catalog == nil {
		return
	}
	in := facts.Read(b.in.Answers, b.in.DNS, b.in.Catalog)
	if text := b.p.Stage(plan.NextStage(in, b.in.Plan)); text != "" {
		b.title(2, b.t("heading.next"))
		b.say(text)
	}
}

// placeOf finds a place by its ID; a place that is no longer in the list is named by its ID.
func placeOf(places []propagation.Place, id string) propagation.Place {
	for _, p := range places {
		if p.ID == id {
			return p
		}
	}
	return propagation.Place{ID: id}
}

// unseen lists what could not be checked: none of it counts as fine.
func (b *builder) unseen() {
	var items []string
	for _, f := range checks.Causes(b.in.Findings) {
		if f.Severity == checks.Unknown && f.Code != checks.MailRefused { // told above
			w := b.p.Finding(f)
			items = append(items, w.What+" "+w.Why)
		}
	}
	if b.in.DNS != nil {
		for _, a := range checks.Unheard(facts.Read(b.in.Answers, b.in.DNS, nil), b.in.Findings) {
			items = append(items, b.p.Evidence(a))
		}
	}
	b.title(2, b.t("heading.unseen"))
	if len(items) == 0 {
		b.say(b.t("unseen.nothing"))
		return
	}
	b.add(block{kind: bullets, items: items})
}

// wordRefused is the verdict where a bounce is in hand and DNS shows nothing to fix.
const wordRefused = "refused"

// verdictWord returns the ID of the verdict's words; there are own words for a domain that only waits for caches.
func verdictWord(in Input) string {
	v := checks.VerdictOf(in.Findings)
	_, refused := checks.Refusal(in.Findings)
	switch {
	case refused && v != checks.VerdictFix: // a bounce is reported whatever DNS shows
		return wordRefused
	case v == checks.VerdictOK && in.Forecast.Memory:
		return "wait"
	}
	return string(v)
}
