// Package words turns values into words for every front end alike: a finding, a change, a place's state, a
// question's options with their evidence. It decides nothing; foreign text leaves it printable.
package words

import (
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// P presents in one language.
type P struct {
	Lang    i18n.Lang
	Catalog *catalog.Catalog
	// Now is the day to which the age of facts is compared; zero where age does not matter.
	Now time.Time
	// Panel is the ID of the panel that answers for the zone, where it is known.
	Panel string
	// Paper: the words are read where todoku is not at hand, such as a page for a web agency. What would send the reader to
	// one of its questions is said another way.
	Paper bool
}

// Finding is a finding in words.
type Finding struct {
	What, Why, Fix string
	Evidence       []string // who answered what, and when
}

// Option is one line to choose.
type Option struct {
	ID, Label string
	Because   string // evidence, where DNS suggested it
	Chosen    bool   // already chosen when the question opens
	Extra     string // value found for it (a server name)
	NeedsText string // prompt for the value that it needs and that was not found; "" where none
	// Search is what typing finds it by; empty for what is always offered ("do not know").
	Search []string
}

// Field is one field of a panel: its label there, and what goes in.
type Field struct {
	Label, Value string
	Empty        bool // the field stays empty; Value then says so in words
}

// Change is a change in words and in the panel's form.
type Change struct {
	Title   string
	Panel   string // panel's name
	Menu    string // where to click
	Help    string // address of the panel's own explanation; "" where none is known
	Soft    string // "the screen may differ": set where the facts are only remembered
	Fields  []Field
	Value   string // what "copy the value" copies: bare
	Host    string // what "copy the name" copies
	All     string // the whole, for "copy all"
	First   string // what to do before anything is typed, where a record stands there already: open its line
	Was     string // the value that is replaced
	Remove  []string
	Diff    []DiffPart // for a replacement: old against new, term by term
	CutOff  string     // where the old value is the new one without its end, as a key that did not fit: both ends
	Beware  []string
	Notes   []string // decisions of the plan worth telling
	Checked []string // what was proved about it; filled in by Changes
	Ways    []Way    // what is left to the owner where an SPF record is too big; filled in by Changes
	Gate    string   // what waits for it
	Switch  bool     // a switch in a console makes the record: there is nothing to type
	Server  string   // the host of whose server the name or address is asked, where that is what is lacking, and no key
	Ask     string   // what to paste, where the value is not known yet
	Get     Get      // the same, step by step
	Made    string   // where the key was made, once it is pasted: who made a mistake goes there again
}

// DiffPart is a piece of a replaced value: Mark is ' ', '-' or '+'.
type DiffPart struct {
	Mark byte
	Text string
}

// Sight is a place's state in words.
type Sight struct {
	Place, Kind, State, Left, At, Do string
	Caches                           string  // how many of the place's caches have it, where not all do
	Letter                           string  // where what stands there leaves what was asked for, letter by letter
	Share                            float64 // 0..1 of the wait that is over
	Wrong, Waiting                   bool
}

// t words an id. Foreign text among the args becomes printable.
func (p P) t(id string, args ...string) string {
	a := i18n.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		a[args[i]] = snapshot.Printable(args[i+1])
	}
	return p.Lang.T(p.instead(id), a)
}

// instead is the id whose words are read in the place of an id's: that below "paper" for a page, where there is one.
func (p P) instead(id string) string {
	if other := "paper." + id; p.Paper && p.Lang.Has(other) {
		return other
	}
	return id
}

// T words an id of any topic. Foreign text among the args becomes printable.
func (p P) T(id string, args ...string) string { return p.t(id, args...) }

// in gives a text of the catalogue in the language.
func (p P) in(t catalog.Text) string { return t.In(string(p.Lang)) }
