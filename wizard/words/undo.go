package words

import (
	"slices"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Undo says how one change is undone, in words and in the panel's form.
type Undo struct {
	Title string
	Text  string    // what to do: delete the record, write the old value back, or make it again
	Panel string    // where
	Rows  [][]Field // the fields of each record that is deleted, written back or made again
	Odd   bool      // an old value has characters that cannot be shown, so it cannot be pasted back as shown
}

// Undos words how a plan is undone, the last change first, so that nothing is removed that a later change needs. ttl
// returns a value's old TTL in seconds; 0 if it was not seen.
func (p P) Undos(pl plan.Plan, panel, zone string, a owner.Answers, ttl func(plan.Change, string) uint32) []Undo {
	var out []Undo
	for _, c := range slices.Backward(pl.Changes) {
		if c.Switch {
			made := p.Change(c, panel, zone, a)
			out = append(out, Undo{Title: made.Title, Panel: made.Panel, Text: p.t("words.undo.switch", "menu", made.Menu)})
			continue
		}
		out = append(out, p.undo(c, panel, zone, a, ttl))
	}
	return out
}

func (p P) undo(c plan.Change, panel, zone string, a owner.Answers, ttl func(plan.Change, string) uint32) Undo {
	made := p.Change(c, panel, zone, a)
	out := Undo{Title: made.Title, Panel: made.Panel}
	stood := func(value string) []Field {
		was := plan.Change{Action: plan.Add, Name: c.Name, Type: c.Type, Value: value, TTL: ttl(c, value), Dotted: c.Dotted}
		out.Odd = out.Odd || snapshot.Printable(value) != value
		return p.Change(was, panel, zone, a).Fields
	}
	if c.Action == plan.Add {
		out.Text = p.t("words.undo.add")
		if c.AsksKey() {
			out.Text = p.t("words.undo.key", "service", p.service(c.Ask))
		}
		out.Rows = [][]Field{slices.DeleteFunc(slices.Clone(made.Fields), func(f Field) bool { return f.Empty && c.Lacks() && f.Value == p.t("words.field.later") })}
		return out
	}
	id := "words.undo." + string(c.Action)
	if len(c.Old) > 1 {
		id += "-several"
	}
	out.Text = p.t(id)
	for _, value := range c.Old {
		out.Rows = append(out.Rows, stood(value))
	}
	return out
}
