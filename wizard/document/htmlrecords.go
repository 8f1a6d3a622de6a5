package document

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"sync"

	"example.org/todoku/wizard/words"
)

// record is one record to make, as the template needs it.
type record struct {
	tongue
	words.Change
	ID, N, HelpText, Service string
	Fields                   []field
	Diff                     []diffPart
	Ways                     *ways
}

// field is a field of a panel. A value that is to be typed gets a button that copies it.
type field struct {
	tongue
	words.Field
	ID, CopyOf string
}

type diffPart struct{ Mark, Text string }

// ways are the owner's choices where an SPF record is too big.
type ways struct {
	tongue
	List []words.Way
}

type letterView struct {
	tongue
	words.Letter
	ID, SubjectID, CopyOf string
}

type undoView struct {
	Title, Text, Odd string
	Records          [][]field
}

func (t tongue) waysOf(list []words.Way) *ways {
	if len(list) == 0 {
		return nil
	}
	return &ways{t, list}
}

// chosen matches what is chosen from a list in a panel, or too short to copy: a type, a number.
var chosen = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^([A-Z]+|[0-9]+)$") })

// Typed reports whether the value is worth copying.
func (f field) Typed() bool { return f.CopyOf != "" && !chosen().MatchString(f.Value) }

// fields returns the fields of one record; name makes their HTML IDs unique in the page.
func (t tongue) fields(name string, list []words.Field) (out []field) {
	for i, x := range list {
		out = append(out, field{t, x, t.ID(fmt.Sprintf("%s-f%d", name, i+1)), t.p.T("document.html.copy-of", "label", x.Label)})
	}
	return out
}

// records fills in the changes in order, and what is to be done beside them.
func (f *face) records(in Input, b *builder) {
	list := f.p.Changes(in.Plan, in.Panel(), in.Zone(), in.Answers)
	switch {
	case len(list) > 0 && in.mended() && in.putOff() > 0:
		f.RecordsLead = b.t("html.records-made-part")
	case len(list) > 0 && in.mended():
		f.RecordsLead = b.t("html.records-made")
	case len(list) > 0:
		f.RecordsLead = b.t("records.order")
	case len(in.Plan.Ways) == 0 && len(in.Plan.Left) == 0:
		f.RecordsLead = b.idle(b.t("records.nothing"), b.t("records.unknown"))
	}
	for i, c := range list {
		c.Title = b.recordTitle(i, c.Title)
		name := "r" + count(i)
		r := record{tongue: f.tongue, Change: c, ID: f.ID(name), N: count(i), Ways: f.waysOf(c.Ways)}
		r.HelpText = f.p.T("document.html.help", "panel", c.Panel)
		if !c.Switch {
			r.Fields = f.fields(name, c.Fields)
		}
		if c.Was != "" && len(c.Diff) == 0 { // the new value is not known yet
			r.Fields = append([]field{{f.tongue, words.Field{Label: b.t("label.was"), Value: c.Was}, f.ID(name + "-was"), f.p.T("document.html.copy-of", "label", b.t("label.was"))}}, r.Fields...)
		}
		r.Remove = slices.DeleteFunc(slices.Clone(c.Remove), func(old string) bool { return old == c.Value }) // the fields show it
		for _, d := range c.Diff {
			r.Diff = append(r.Diff, diffPart{string(d.Mark), d.Text})
		}
		x := in.Plan.Changes[i]
		r.Service, _ = f.p.Starts(cmp.Or(x.Service, x.Ask))
		f.Records = append(f.Records, r)
	}
	if !words.Mended(in.Plan, in.Answers.Domain) {
		f.Tries, f.Ways = f.p.Tries(in.Plan), f.waysOf(f.p.Ways(in.Plan))
	}
	for _, x := range in.Plan.Left {
		w := f.p.Finding(x)
		f.Left = append(f.Left, f.p.Sentences(w.What, w.Fix))
	}
	f.todo(in, b)
}

// todo fills in everything to do, in order: the records, the wait, what waits for it, and the test mail.
func (f *face) todo(in Input, b *builder) {
	if len(f.Records) == 0 && len(in.Plan.Left) == 0 {
		return
	}
	for i, r := range f.Records {
		if !in.mended() || in.Plan.Changes[i].Lacks() {
			f.Todo = append(f.Todo, task{f.titleOf(r), r.ID})
		}
	}
	if len(f.Todo) > 0 {
		f.Todo = append(f.Todo, task{b.t("html.todo-wait"), ""})
	}
	if proved := in.Proof != nil && in.Proof.Proved(); !proved {
		for _, r := range f.Records {
			text := f.p.T("document.html.todo-sign", "service", r.Service)
			if r.Gate != "" && !slices.ContainsFunc(f.Todo, func(s task) bool { return s.Text == text }) {
				f.Todo = append(f.Todo, task{text, r.ID})
			}
		}
		for _, x := range in.Plan.Left {
			f.Todo = append(f.Todo, task{f.p.Finding(x).Fix, f.ID("found")})
		}
		f.Todo = append(f.Todo, task{b.t("html.todo-test"), f.ID("proof")})
	}
}

// titleOf returns a record's title, with its host name if another record has the same title.
func (f *face) titleOf(r record) string {
	for _, o := range f.Records {
		if o.ID != r.ID && o.Title == r.Title && r.Host != "" {
			return r.Title + " (" + r.Host + ")"
		}
	}
	return r.Title
}

func (f *face) letters(in Input) {
	for i, l := range in.Letters() {
		id := f.ID("l" + count(i))
		f.Letters = append(f.Letters, letterView{f.tongue, l, id, id + "-subject", f.p.T("document.html.copy-of", "label", l.Subject)})
	}
}

func (f *face) undone(in Input, b *builder) {
	f.UndoLead = b.undoLead()
	for i, u := range in.undos(f.p) {
		v := undoView{Title: count(i) + ". " + b.t("undo.of", "title", u.Title), Text: u.Text}
		if u.Odd {
			v.Odd = b.t("undo.odd")
		}
		for j, fields := range u.Rows {
			v.Records = append(v.Records, f.fields(fmt.Sprintf("u%d-%d", i+1, j+1), fields))
		}
		f.Undo = append(f.Undo, v)
	}
}
