// Package words turns values into words for all front ends: a finding, a change, a place's state, a
// question's options with their evidence. It decides nothing, and makes all foreign text printable.
package words

import (
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// P words values in one language.
type P struct {
	Lang    i18n.Lang
	Catalog *catalog.Catalog
	// Now is the day to which the age of facts counts; zero if age does not matter.
	Now time.Time
	// Panel is the ID of the panel that answers for the zone, if known.
	Panel string
}

// Finding is a finding in words.
type Finding struct {
	What, Why, Fix string
	Evidence       []string // who answered what, and when
}

// Option is one option of a question.
type Option struct {
	ID, Label string
	Because   string // the evidence, if DNS suggests it
	Chosen    bool   // already chosen when the question opens
	Extra     string // the value found for it (a server name)
	NeedsText string // prompt for a value that it needs and that was not found; "" for none
	// Search holds the texts that a search compares; empty for options that are always offered ("do not know").
	Search []string
}

// Field is one field of a panel: its label there, and what to enter.
type Field struct {
	Label, Value string
	Empty        bool // the field stays empty; Value then says so in words
}

// Change is a change in words and in the panel's form.
type Change struct {
	Title   string
	Panel   string // panel's name
	Menu    string // where to click
	Help    string // URL of the panel's own explanation; "" if none is known
	Soft    string // "the screen may differ": set if no source confirms the facts
	Fields  []Field
	Value   string // what "copy the value" copies
	Host    string // what "copy the name" copies
	All     string // what "copy all" copies
	First   string // what to do before typing, if a record exists already: open its line
	Was     string // the value that is replaced
	Remove  []string
	Diff    []DiffPart // for a replacement: old and new value, term by term
	CutOff  string     // if the old value is the new one cut short, as a key that did not fit: both ends
	Beware  []string
	Notes   []string // decisions of the plan worth telling
	Checked []string // what was proved about it; set by Changes
	Ways    []Way    // the owner's choices if an SPF record is too big; set by Changes
	Gate    string   // what waits for it
	Switch  bool     // a switch in a console makes the record, so nothing is typed
	Server  string   // the host whose server's name or address is missing, if that and not a key is
	Ask     string   // what to paste, if the value is not known yet
	Get     Get      // the same, step by step
	Made    string   // where the pasted key was made, to go back there after a mistake
}

// DiffPart is a piece of a replaced value: Mark is ' ' (unchanged), '-' (removed) or '+' (added).
type DiffPart struct {
	Mark byte
	Text string
}

// Sight is a place's state in words.
type Sight struct {
	Place, Kind, State, Left, At, Do string
	Caches                           string  // how many of the place's caches have it, where not all do
	Letter                           string  // how the value differs from the wanted one, character by character
	Share                            float64 // share of the wait that is over, 0..1
	Wrong, Waiting                   bool
}

// t returns a text. Foreign text among the arguments is made printable.
func (p P) t(id string, args ...string) string {
	a := i18n.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		a[args[i]] = snapshot.Printable(args[i+1])
	}
	return p.Lang.T(id, a)
}

// T returns a text of any topic. Foreign text among the arguments is made printable.
func (p P) T(id string, args ...string) string { return p.t(id, args...) }

// in returns a text of the catalogue in the language.
func (p P) in(t catalog.Text) string { return t.In(string(p.Lang)) }
