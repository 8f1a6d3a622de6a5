package document

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// tongue gives a template the words of one language.
type tongue struct {
	p    words.P
	Lang string
}

// T returns a text of the documents.
func (t tongue) T(id string) string { return t.p.T("document." + id) }

// Word returns a text of any topic.
func (t tongue) Word(id string) string { return t.p.T(id) }

// ID returns the HTML ID of an element in this language's part of the page.
func (t tongue) ID(name string) string { return t.Lang + "-" + name }

// toned is a text in a colour class: good, bad, warn, unknown or note.
type toned struct{ Class, Label, Text string }

// pair is a label with its text.
type pair struct{ Label, Text string }

// face is the summary in one language, as the template needs it.
type face struct {
	tongue
	First                            bool // the language shown at first
	Name, Title, Foot, Practice      string
	Verdict                          toned
	Outlook                          []toned
	Way                              *way
	Meta                             []pair
	Parts                            []part
	Todo                             []task
	Causes                           []cause
	Fine                             []words.Finding
	Detours                          []words.Detour
	RecordsLead                      string
	Records                          []record
	Tries, Left, Unseen, Attempts    []string
	Ways                             *ways
	Forecast                         []receiver
	Silent, Next, Nothing, FoundLead string
	Wait                             *waitView
	Proof                            proofView
	Reports                          template.HTML
	Letters                          []letterView
	Demands                          []demands
	SourceWord                       string
	Undo                             []undoView
	UndoLead                         string
}

type part struct{ ID, Name string }

// task is one thing to do, and the part of the page that describes it.
type task struct{ Text, To string }

type way struct {
	Drawings []drawing
	Caption  string
}

type cause struct {
	words.Finding
	Class, Tag string
	Symptoms   []string
}

type receiver struct {
	Name string
	Says []toned
}

type waitView struct {
	Verdict string
	Wants   []wantView
}

type wantView struct {
	Name   string
	Places []place
}

type place struct {
	Name string
	toned
}

type proofView struct {
	Class, Text string
	Rows        []pair
	Do          []string
}

type demands struct {
	Name    string
	Rows    []demand
	Sources []source
}

type demand struct{ Class, State, Need, Why string }

type source struct{ Name, To string }

// faceOf words everything on a page in the input's language.
func faceOf(in Input) face {
	p := in.paper()
	b := &builder{in: in, p: p}
	f := face{tongue: tongue{p, string(in.Lang)}, Name: in.Lang.Name(), Title: printable(b.t("title", "domain", in.domain())),
		Foot: b.t("foot", "program", in.Program), SourceWord: b.t("html.source"), Detours: p.Detours(in.Plan), Attempts: p.Attempts(in.Answers), Nothing: b.idle(b.t("found.nothing"), b.t("found.unknown"))}
	if in.Practice != "" {
		f.Practice = b.t("practice", "story", in.Practice)
	}
	f.head(in, b)
	f.found(in, b)
	f.records(in, b)
	f.receivers(in)
	f.waiting(in)
	f.proved(in)
	if in.Reports != nil {
		f.Reports = reportsPart(b)
	}
	if in.DNS != nil && in.Catalog != nil {
		f.Next = p.Stage(plan.NextStage(in.seen(), in.Plan))
	}
	f.Unseen = unseen(b)
	f.letters(in)
	f.demanded(in)
	f.undone(in, b)
	f.parts()
	return f
}

// head fills in the verdict, what Gmail does now and then, the picture, and when all records were seen.
func (f *face) head(in Input, b *builder) {
	v := verdictWord(in)
	f.Verdict = toned{Class: map[string]string{"ok": "good", "fix": "bad", "wait": "note"}[v], Text: b.t("verdict." + v)}
	if in.mended() {
		f.Verdict = toned{Class: "good", Text: b.mendedText()}
		if in.putOff() > 0 || in.remains() {
			f.Verdict.Class = "note"
		}
	}
	if f.Verdict.Class == "" {
		f.Verdict.Class = "unknown"
	}
	broken := false
	if in.DNS != nil && in.Catalog != nil {
		broken = f.way(in)
	}
	f.outlooks(in, b, broken)
	if in.domain() != in.Answers.Domain {
		f.Meta = append(f.Meta, pair{b.t("label.domain"), b.name()})
	}
	if in.DNS != nil && !in.DNS.Taken.IsZero() {
		f.Meta = append(f.Meta, pair{b.t("label.date"), in.DNS.Taken.Format(dateForm)})
	}
	if in.writtenLater() {
		f.Meta = append(f.Meta, pair{b.t("label.written"), in.Now.Format(dateForm)})
	}
	if x, ok := in.panelName(); ok {
		f.Meta = append(f.Meta, pair{b.t("label.panel"), x})
	}
}

// outlooks fills in what the first receiver does now, and with the records. Where the picture shows a broken route, it
// does not say that there is no reason to refuse.
func (f *face) outlooks(in Input, b *builder, broken bool) {
	if len(in.Forecast.Lines) == 0 || in.Forecast.Silent {
		return
	}
	l := in.Forecast.Lines[0]
	today := words.Today(l, in.Findings, in.Answers)
	later := words.Foreseen{Receiver: l.Receiver, Outlook: l.Then, Refused: today.Refused}
	says := func(label string, x words.Foreseen) {
		f.Outlook = append(f.Outlook, toned{outlookClass(x.Outlook), label, f.p.Says(x)[0]})
	}
	then := in.Forecast.Changes && f.p.Outlook(l.Then) != f.p.Outlook(l.Now)
	switch {
	case in.mended() && in.putOff() == 0:
		says(b.t("html.now"), later)
	case !broken || l.Now.Outcome != forecast.Delivered:
		says(b.t("html.now"), today)
		if then {
			says(f.p.Then(in.Forecast), later)
		}
	}
}

// way draws the mail's route, as it is once the records are seen everywhere; it reports whether the route is broken.
func (f *face) way(in Input) (broken bool) {
	r := session.Result{Findings: in.Findings, Plan: in.Plan, Forecast: in.Forecast}
	if in.mended() {
		r = session.Judge(in.Answers, in.DNS.With(in.Plan.Edits()), in.Catalog)
	}
	pic := f.p.Picture(words.Scene{In: facts.Read(in.Answers, in.DNS, in.Catalog), Findings: r.Findings, Plan: r.Plan, Forecast: r.Forecast})
	var stops, proofs []string
	caption := f.T("html.way.clear")
	for i, s := range pic.Stops {
		name := s.Name
		if s.Below != "" {
			name += " " + s.Below
		}
		stops = append(stops, name)
		if i > 0 && pic.Links[i-1] != words.LinkGood {
			caption = f.p.T("document.html.way."+string(pic.Links[i-1]), "from", pic.Stops[i-1].Name, "to", s.Name)
		}
	}
	for _, x := range pic.Proofs {
		proofs = append(proofs, x.Name+": "+f.p.T("tui.pic."+string(x.State)))
	}
	alt := f.p.T("document.html.way.alt", "stops", strings.Join(stops, " > "), "proofs", strings.Join(proofs, ", "), "where", caption)
	f.Way = &way{Caption: caption, Drawings: []drawing{drawWide(f.p, pic), drawTall(f.p, pic)}}
	for i := range f.Way.Drawings {
		d := &f.Way.Drawings[i]
		d.Alt, d.ID = alt, f.ID("way-"+d.Class)
	}
	return slices.Contains(pic.Links, words.LinkBroken)
}

// severityClass maps a severity to its colour class.
var severityClass = map[checks.Severity]string{checks.Blocks: "bad", checks.Harms: "warn", checks.Advice: "note", checks.Unknown: "unknown", checks.Fine: "good"}

// found fills in the causes with their symptoms, and what is right.
func (f *face) found(in Input, b *builder) {
	if in.mended() {
		f.FoundLead = b.t("html.before")
	}
	for _, x := range checks.Causes(in.Findings) {
		switch {
		case x.Severity == checks.Fine:
			f.Fine = append(f.Fine, f.p.Finding(x))
			continue
		case x.Severity == checks.Unknown && x.Code != checks.MailRefused:
			continue // listed under "could not be checked"
		}
		f.Causes = append(f.Causes, cause{f.p.Finding(x), severityClass[x.Severity], b.severity(x), b.symptoms(x)})
	}
}

// outlookClass returns the colour class of an outlook.
func outlookClass(o forecast.Outlook) string {
	switch {
	case o.Outcome == forecast.Delivered:
		return "good"
	case o.Outcome == forecast.Unknown:
		return "unknown"
	case forecast.Worse(o.Outcome, forecast.Deferred):
		return "bad"
	}
	return "warn"
}

func (f *face) receivers(in Input) {
	if in.Forecast.Silent {
		f.Silent = f.Word("forecast.silent")
		return
	}
	for _, l := range in.Forecast.Lines {
		now, then := f.p.Outlook(l.Now), f.p.Outlook(l.Then)
		r := receiver{Name: f.p.Receiver(l.Receiver), Says: []toned{{outlookClass(l.Now), "", now}}}
		if in.mended() && in.putOff() == 0 {
			r.Says = []toned{{outlookClass(l.Then), "", then}}
		} else if in.Forecast.Changes && then != now {
			r.Says[0].Label = f.T("html.now")
			r.Says = append(r.Says, toned{outlookClass(l.Then), f.p.Then(in.Forecast), then})
		}
		f.Forecast = append(f.Forecast, r)
	}
}

// sightClass returns the colour class of a record's state at a place.
func sightClass(s propagation.State) string {
	switch s {
	case propagation.Published:
		return "good"
	case propagation.Wrong:
		return "bad"
	case propagation.Unreachable:
		return "unknown"
	}
	return "note"
}

func (f *face) waiting(in Input) {
	if in.Wait == nil {
		return
	}
	f.Wait = &waitView{Verdict: f.p.Verdict(in.Wait.Verdict, in.Now)}
	for i, w := range in.Wait.Wants {
		v := wantView{Name: printable(w.Name) + " " + string(w.Type)}
		for _, s := range in.Wait.Verdict.Sights {
			if s.Want != i {
				continue
			}
			x := f.p.Sight(s, placeOf(in.Wait.Places, s.Place), in.Now)
			more := slices.DeleteFunc([]string{x.Left, x.Caches, x.At, x.Advice()}, func(t string) bool { return t == "" })
			v.Places = append(v.Places, place{x.Place + " (" + x.Kind + ")", toned{sightClass(s.State), x.State, strings.Join(more, ", ")}})
		}
		f.Wait.Wants = append(f.Wait.Wants, v)
	}
}

func (f *face) proved(in Input) {
	if in.Proof == nil {
		f.Proof = proofView{Class: "note", Text: f.Word("proof.short.none"), Do: []string{f.p.TestMail(in.Answers)}}
		return
	}
	w := f.p.Proof(*in.Proof, in.domain())
	f.Proof = proofView{Class: map[words.Mark]string{words.MarkGood: "good", words.MarkBad: "bad", words.MarkNone: "unknown"}[w.Mark], Text: w.Short}
	for _, r := range w.Rows {
		f.Proof.Rows = append(f.Proof.Rows, pair{r.Label, r.Text})
	}
	if !in.Proof.Proved() {
		f.Proof.Do = w.Do
	}
}

// reportsPart returns what DMARC reports say, rendered from the blocks of the plain summary.
func reportsPart(b *builder) template.HTML {
	of := &builder{in: b.in, p: b.p, blocks: []block{{}, {}}} // other blocks precede it, so that it gets a heading
	of.reports()
	var out strings.Builder
	for _, x := range of.blocks[2:] {
		x.html(&out)
	}
	return template.HTML(out.String()) //nolint:gosec // every text in it is escaped
}

// unseen lists what could not be checked.
func unseen(b *builder) (items []string) {
	for _, x := range checks.Causes(b.in.Findings) {
		if x.Severity == checks.Unknown && x.Code != checks.MailRefused {
			w := b.p.Finding(x)
			items = append(items, b.p.Sentences(w.What, w.Why))
		}
	}
	if b.in.DNS != nil {
		for _, a := range checks.Unheard(facts.Read(b.in.Answers, b.in.DNS, nil), b.in.Findings) {
			items = append(items, b.p.Evidence(a))
		}
	}
	return items
}

// demanded fills in what each receiver demands; one that extends another's list shows only its own demands.
func (f *face) demanded(in Input) {
	told := map[string]forecast.Checklist{}
	for _, c := range in.Forecast.Lists {
		told[c.Receiver] = c
		name, items := f.p.Receiver(c.Receiver), c.Items
		d := demands{Name: f.p.T("forecast.list", "receiver", name)}
		if base, ok := told[c.Extends]; ok {
			d.Name = f.p.T("forecast.more", "receiver", name, "base", f.p.Receiver(c.Extends))
			items = more(items, base.Items)
		}
		for _, j := range items {
			class := map[forecast.State]string{forecast.Met: "good", forecast.Unmet: "bad", forecast.Unsure: "unknown", forecast.Hidden: "note"}[j.State]
			d.Rows = append(d.Rows, demand{class, f.p.DemandState(j.State), f.p.Need(j), f.p.Stands(j)})
			name, to := f.p.Cited(j.Source)
			if s := (source{name, to}); !slices.Contains(d.Sources, s) {
				d.Sources = append(d.Sources, s)
			}
		}
		f.Demands = append(f.Demands, d)
	}
}

// more returns the demands in items that are not in others.
func more(items, others []forecast.Judged) []forecast.Judged {
	return slices.DeleteFunc(slices.Clone(items), func(j forecast.Judged) bool {
		return slices.ContainsFunc(others, func(o forecast.Judged) bool { return o.Need == j.Need && o.Level == j.Level })
	})
}

// parts lists the sections of the page in order.
func (f *face) parts() {
	for _, x := range []struct {
		id, word string
		there    bool
	}{
		{"verdict", "document.html.verdict", true}, {"todo", "document.html.todo", len(f.Todo) > 0}, {"found", "document.heading.found", true},
		{"detours", "document.html.detours", len(f.Detours) > 0}, {"records", "document.heading.records", true},
		{"forecast", "document.html.forecast", len(f.Forecast) > 0 || f.Silent != ""}, {"wait", "document.heading.wait", f.Wait != nil},
		{"proof", "document.heading.proof", true}, {"reports", "wizard.reports.title", f.Reports != ""}, {"next", "document.heading.next", f.Next != ""},
		{"unseen", "document.heading.unseen", true}, {"attempts", "words.attempts.title", len(f.Attempts) > 0}, {"letters", "document.heading.request", len(f.Letters) > 0},
		{"demands", "document.html.demands", len(f.Demands) > 0}, {"undo", "document.heading.undo", len(f.Undo) > 0},
	} {
		if x.there {
			f.Parts = append(f.Parts, part{f.ID(x.id), f.Word(x.word)})
		}
	}
}

// mended reports whether every record of the plan is seen everywhere.
func (in Input) mended() bool {
	return in.Wait != nil && in.Wait.Verdict.Result == propagation.ResultPublished
}

// panelName returns the name of the DNS panel; ok is false where it is not known.
func (in Input) panelName() (string, bool) {
	id := in.Panel()
	if id == "" || in.Catalog == nil {
		return "", false
	}
	x, ok := in.Catalog.Panel(id)
	return x.Name.In(string(in.Lang)), ok
}

// count returns an index as a number that starts at 1.
func count(i int) string { return strconv.Itoa(i + 1) }
