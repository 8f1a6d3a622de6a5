package main

// A room is a package and what it may know. Names are paths inside the module; "x/..." is x and all below it.
type room struct {
	may   []string // packages of ours that it imports
	never []string // packages of ours that it must not reach by any way
	edge  bool     // it touches the world outside: net, net/http, os
	wire  bool     // it speaks DNS messages (miekg/dns)
}

// The record formats, and the values that the front ends show.
var (
	formats7 = []string{"checks/spf", "checks/dkim", "checks/dmarc"}
	values   = append([]string{"checks", "checks/catalog", "checks/plan", "checks/forecast", "checks/propagation", "checks/snapshot", "checks/owner", "checks/input",
		"checks/reading", "checks/bounce", "checks/message", "checks/report"}, formats7...)
	effects = []string{"checks/probe/...", "checks/lab/...", "checks/propagation/ask"}
)

// street is the table of the house (docs: README, "How it is built"): who may import whom.
var street = map[string]room{
	"cmd/todoku": {may: []string{"..."}, edge: true},
	// It must import package syscall alone: see its comment.
	"cmd/todoku/earlyinit": {},

	"tui":       {may: join(values, "wizard", "wizard/...", "i18n"), never: effects},
	"tui/plain": {may: join(values, "wizard", "wizard/...", "i18n", "tui"), never: effects},

	"wizard":               {may: []string{"checks/owner"}},
	"wizard/words":         {may: join(values, "wizard", "i18n"), never: effects},
	"wizard/document":      {may: join(values, "wizard", "wizard/words", "i18n"), never: effects},
	"wizard/session/store": {may: join(values, "wizard"), never: effects, edge: true},
	"wizard/wait":          {may: join(values, "wizard/session/store"), never: effects},

	"checks":      {may: join(formats7, "checks/owner", "checks/snapshot", "checks/reading", "checks/catalog", "checks/input"), never: effects},
	"checks/plan": {may: join(formats7, "checks/owner", "checks", "checks/snapshot", "checks/reading", "checks/catalog"), never: effects},
	// Behind the plan, since it tells what receivers do after it.
	"checks/forecast":    {may: join(formats7, "checks/owner", "checks", "checks/plan", "checks/snapshot", "checks/reading", "checks/catalog"), never: effects},
	"checks/propagation": {may: []string{"checks/snapshot", "checks/plan", "checks/dkim"}, never: effects},
	"checks/catalog":     {may: []string{"checks/snapshot", "checks/spf"}},
	"checks/reading":     {may: join(formats7, "checks/snapshot")},
	"checks/snapshot":    {},
	"checks/owner":       {},
	"checks/input":       {may: []string{"checks/snapshot"}}, // to make foreign text printable
	"checks/spf":         {may: []string{"checks/snapshot"}}, // for what a name is, not for what DNS said
	"checks/dkim":        {may: []string{"checks/internal/taglist"}},
	"checks/dmarc":       {may: []string{"checks/internal/taglist"}},
	"checks/bounce":      {may: formats7},
	"checks/message":     {may: join(formats7, "checks/internal/taglist", "checks/snapshot")},
	"checks/report":      {may: formats7},

	"checks/internal/taglist": {},

	"checks/probe":           {may: join(formats7, "checks/owner", "checks/snapshot", "checks/reading", "checks/catalog"), edge: true, wire: true},
	"checks/propagation/ask": {may: []string{"checks/owner", "checks/probe", "checks/propagation", "checks/catalog", "checks/snapshot"}, edge: true},
	"checks/lab":             {may: []string{"checks/owner", "checks/snapshot"}, edge: true, wire: true},
	// A scenario of the lab with a client, for the tests of all front ends.
	"checks/lab/trial": {may: join(values, "checks/lab", "checks/probe", "checks/propagation/ask"), edge: true},
	// Starts real name servers for tests.
	"checks/probe/realdns": {edge: true, wire: true},

	"i18n": {},
}

func join(list []string, more ...string) []string {
	return append(append([]string{}, list...), more...)
}
