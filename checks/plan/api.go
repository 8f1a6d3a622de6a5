// Package plan turns findings into changes in an order that is safe to make, and proves them: the changes laid over
// the snapshot go through the same rules again.
package plan

import (
	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

// Action is what to do with a record.
type Action string

// The actions.
const (
	Add     Action = "add"
	Replace Action = "replace"
	Remove  Action = "remove"
)

// Change is one record to make, change or delete.
type Change struct {
	Action  Action
	Name    string
	Type    snapshot.Type
	TTL     uint32
	Value   string   // "" while Ask says what is still missing
	Old     []string // the values that go away
	Because []checks.Code
	// Ask says that the value can only come from a console: the ID of the host or sender whose DKIM key is wanted. Where
	// only that console knows the selector too, Name is the place below which the key goes: "_domainkey.<domain>".
	Ask string
	// Gap is the value with the places that are still to be filled (<server>, <ip>), where not the value but the name or
	// address of the owner's server is asked for.
	Gap string
	// Gate is what must wait until this change is seen in DNS, as a code: start-signing; "" where nothing waits.
	Gate    string
	Service string // host or sender ID that the change serves
	// Switch says that nothing is to be copied: with Ask, the panel's own switch for signing makes the record.
	Switch bool
	Notes  []Note // decisions worth telling, in order
	// Dotted says that the panel was seen to put the zone behind a name that has no final dot.
	Dotted bool
}

// AsksKey reports whether the change waits for a key that only a console shows. A record that a switch makes, and one in
// whose value the server's name is still lacking, do not.
func (c Change) AsksKey() bool { return c.Lacks() && c.Gap == "" }

// Lacks reports whether the value is not whole yet: a key that only a console shows is still to come, or the name or
// address of the owner's server. Until then there is nothing to save.
func (c Change) Lacks() bool { return c.Ask != "" && c.Value == "" && !c.Switch }

// Form is the change as a panel wants it typed: value is what goes into the field.
func (c Change) Form(p catalog.Panel, zone, value string) catalog.Form {
	if c.Dotted && (p.Dot == catalog.DotUnknown || p.Dot == catalog.DotOptional) {
		p.Dot = catalog.DotRequired
	}
	return p.Write(zone, c.Name, c.Type, value, c.TTL)
}

// Nameless reports whether only the console can tell the selector, so that there is no name to type yet.
func (c Change) Nameless() bool { return c.Ask != "" && dnsname.IsKeys(c.Name) }

// Note is a decision as a code with arguments, worded in i18n plan.toml.
type Note struct {
	Code NoteCode
	Args map[string]string
}

// Try is a mail judged by SPF before and after the plan, for one sending address that is known.
type Try struct {
	IP     string
	From   string // what the address is: a host's or sender's ID, "given" or "bounce"
	Before string // SPF result
	After  string
	Term   string // the term that decides then, as written
}

// Plan is what todoku offers.
type Plan struct {
	Changes []Change
	Tries   []Try
	Ways    []Way // out of an SPF record that is too big, the mildest first
	// Detours are ways out of a forward or a list that no record of the domain mends, in the order in which to try them.
	Detours []Detour
	Lookups int // SPF look-ups of the proposed record
	Voids   int
	// Left are causes that would remain, and block or harm, after every change: what DNS cannot mend, or not here.
	Left []checks.Finding
	// Later are those that go once the values that only a console can give (Ask) are pasted and published.
	Later []checks.Finding
}

// Edits are the changes that have a value, as they are laid over a snapshot.
func (p Plan) Edits() []snapshot.Edit {
	var out []snapshot.Edit
	for _, c := range p.Changes {
		if c.Value == "" && c.Action != Remove {
			continue
		}
		e := snapshot.Edit{Name: c.Name, Type: c.Type, Remove: c.Old, TTL: c.TTL}
		if c.Action != Remove {
			e.Add = []string{c.Value}
		}
		out = append(out, e)
	}
	return out
}
