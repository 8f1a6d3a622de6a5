package words

import (
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
)

// Slip is a mistake in one field of the owner's panel, in the panel's own words.
type Slip struct {
	Field string // the field's label
	Has   string // what is in it
	Must  string // what must be in it; words that say so if it must stay empty
	Copy  string // the exact text to put into it; "" if it must stay empty
}

// Slip returns the wrong field of a record that was not saved as it should be; false if no single field is wrong: the
// record exists twice, or at another company.
func (p P) Slip(s propagation.Sight, w propagation.Want) (Slip, bool) {
	if s.State != propagation.Wrong || s.Diff == nil {
		return Slip{}, false
	}
	switch s.Diff.Kind {
	case propagation.Several, propagation.OtherPanel:
		return Slip{}, false
	case propagation.DoubledName:
		return p.doubled(s.Diff), true
	}
	if w.Value == "" || s.Diff.Now == "" {
		return Slip{}, false
	}
	f := p.here().Write(w.Zone, w.Name, w.Type, w.Value, 0)
	out := Slip{Field: p.label(p.here().Fields.ValueOf(w.Type), "value"), Has: legible(w.Type, s.Diff.Now), Must: legible(w.Type, f.Value)}
	if f.Line != "" {
		out.Field, out.Must = p.t("words.field.line"), snapshot.Printable(f.Line)
	}
	out.Copy = out.Must
	return out, true
}

// Amend says how to correct a record that was saved wrong, on the page that otherwise says to add it: its row is edited, or
// something else is put right, and no second row is added.
func (p P) Amend(s propagation.Sight) string {
	switch {
	case s.State != propagation.Wrong || s.Diff == nil:
		return ""
	case s.Diff.Kind == propagation.Several, s.Diff.Kind == propagation.OtherPanel:
		return p.wrong(s)
	case s.Diff.Kind == propagation.DoubledName:
		return p.wrong(s) + p.t("words.amend.name", "field", p.doubled(s.Diff).Field)
	}
	return p.t("words.amend.value")
}

// Right returns the value to copy for a wrong record, in the form that the owner's panel needs.
func (p P) Right(w propagation.Want) string {
	f := p.here().Write(w.Zone, w.Name, w.Type, w.Value, 0)
	if f.Line != "" {
		return snapshot.Printable(f.Line)
	}
	return legible(w.Type, f.Value)
}

// here returns the panel that answers for the zone.
func (p P) here() catalog.Panel {
	if p.Catalog == nil {
		return PanelOf(&catalog.Catalog{}, "")
	}
	return PanelOf(p.Catalog, p.Panel)
}

// label returns a panel's own label for a field, or the common one.
func (p P) label(t catalog.Text, slot string) string {
	if s := p.in(t); s != "" {
		return s
	}
	return p.t("words.field." + slot)
}

// doubled returns the host field of a record for which the zone's name was typed although the panel adds it itself.
func (p P) doubled(d *propagation.Diff) Slip {
	zone := strings.TrimPrefix(d.Found, d.Want+".")
	panel := p.here()
	f := panel.Write(zone, d.Want, snapshot.TXT, "", 0)
	out := Slip{Field: p.label(panel.Fields.Host, "host"), Has: snapshot.Printable(d.Want), Must: snapshot.Printable(f.Host)}
	out.Copy = out.Must
	if f.Host == "" {
		out.Must = p.t("words.field.empty")
	}
	return out
}
