// Package plan turns findings into DNS changes in an order that is safe to make, and proves them: it applies the changes
// to the snapshot and runs the same rules again. It takes facts and findings and looks nothing up.
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

// Change is one record to add, replace or remove.
type Change struct {
	Action  Action
	Name    string
	Type    snapshot.Type
	TTL     uint32
	Value   string   // "" while it is still missing (see Ask)
	Old     []string // the values to remove
	Because []checks.Code
	// Ask is the ID of the host or sender whose console has the value, such as a DKIM key. If only the console knows the
	// selector too, Name is "_domainkey.<domain>".
	Ask string
	// Gap is the value with placeholders (<server>, <ip>) that are still to be filled, if only the name or address of the
	// owner's server is missing.
	Gap string
	// Gate is the code of an action that must wait until this change is visible in DNS (start-signing), or "".
	Gate    string
	Service string // host or sender ID that the change serves
	// Switch: a switch in the DNS panel makes the record, so there is nothing to copy.
	Switch bool
	Notes  []Note // decisions to explain, in order
	// Dotted: the panel was seen to append the zone to a name without final dot.
	Dotted bool
}

// AsksKey reports whether the change waits for a key from a console. It is false for records that a switch makes and for
// values with a Gap.
func (c Change) AsksKey() bool { return c.Lacks() && c.Gap == "" }

// Lacks reports whether the value is incomplete, so there is nothing to save yet.
func (c Change) Lacks() bool { return c.Ask != "" && c.Value == "" && !c.Switch }

// Form returns the change as the panel's form wants it, with value as the record's value.
func (c Change) Form(p catalog.Panel, zone, value string) catalog.Form {
	if c.Dotted && (p.Dot == catalog.DotUnknown || p.Dot == catalog.DotOptional) {
		p.Dot = catalog.DotRequired
	}
	return p.Write(zone, c.Name, c.Type, value, c.TTL)
}

// Nameless reports whether only the console knows the selector, so that the record has no name yet.
func (c Change) Nameless() bool { return c.Ask != "" && dnsname.IsKeys(c.Name) }

// Note is a decision as a code with arguments; its words are in i18n plan.toml.
type Note struct {
	Code NoteCode
	Args map[string]string
}

// Try is the SPF result before and after the plan for mail from one known sending address.
type Try struct {
	IP     string
	From   string // where the address is known from: a host's or sender's ID, owner.FromOwner or owner.FromBounce
	Before string // SPF result
	After  string
	Term   string // the term that decides after the plan, as written
}

// Plan is the result of Make.
type Plan struct {
	Changes []Change
	Tries   []Try
	Ways    []Way // options for an SPF record that is too big, the mildest first
	// Detours are options for forwarding or a list, where no record of the domain helps, in the order in which to try
	// them.
	Detours []Detour
	Lookups int // DNS look-ups of the proposed SPF record
	Voids   int // void look-ups of the proposed SPF record
	// Left are the causes that still block or harm after every change, since DNS cannot fix them, or not here.
	Left []checks.Finding
	// Later are the causes that disappear once the missing values (Ask) are published.
	Later []checks.Finding
}

// Edits returns the changes that have a value, as edits of a snapshot.
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
