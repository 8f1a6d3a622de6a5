package main

// A room is a package and what it may import. Names are paths inside the module; "x/..." is x and all below it.
type room struct {
	may   []string // packages of ours that it imports
	never []string // packages of ours that it must not reach by any way
	not   []string // packages of ours that it must not import, nor its tests, whatever may says
	edge  bool     // it touches the world outside: net, net/http, os
	wire  bool     // it speaks DNS messages (miekg/dns)
}

// The record formats with the names at which they stand, and the values that the front ends show.
var (
	formats7 = []string{"checks/spf", "checks/dkim", "checks/dmarc", "checks/dnsname"}
	values   = append([]string{"checks", "checks/catalog", "checks/plan", "checks/forecast", "checks/propagation", "checks/snapshot", "checks/owner", "checks/input",
		"checks/reading", "checks/facts", "checks/drift", "checks/bounce", "checks/message", "checks/inhand", "checks/proof", "checks/roster", "checks/report", "checks/report/reported"},
		formats7...)
	effects = []string{"checks/probe/...", "checks/lab/...", "checks/propagation/ask"}
)

// street is the table of imports: which package may import which (README, "How it is built").
var street = map[string]room{
	"cmd/todoku": {may: []string{"..."}, edge: true, wire: true}, // the wire for a benchmark's client that does nothing else
	// A command knows everything but the others: a new one needs no row here.
	"cmd/todoku/verb/...": {may: []string{"..."}, not: []string{"cmd/todoku/verb/..."}, edge: true},
	// What the commands share.
	"cmd/todoku/internal/aloud":    {may: join(values, "cmd/todoku/internal/...", "wizard/document", "wizard/words", "i18n")},
	"cmd/todoku/internal/settings": {edge: true},
	"cmd/todoku/internal/cli":      {may: join(values, "checks/lab", "cmd/todoku/internal/settings", "wizard", "wizard/...", "i18n", "tui"), edge: true},
	"cmd/todoku/internal/local":    {may: []string{"checks/input", "checks/owner", "checks/report", "checks/snapshot", "wizard/session", "wizard/session/store"}, edge: true},
	"cmd/todoku/internal/clitest":  {may: []string{"cmd/todoku/internal/...", "i18n"}}, // for the commands' own tests
	"cmd/todoku/internal/world":    {may: join(values, "checks/probe", "checks/lab", "checks/propagation/ask", "cmd/todoku/internal/...", "wizard/document", "wizard/session", "i18n"), edge: true},
	// It must import package syscall alone: see its comment.
	"cmd/todoku/earlyinit": {},

	"tui":       {may: join(values, "wizard", "wizard/...", "i18n"), never: effects},
	"tui/plain": {may: join(values, "wizard", "wizard/...", "i18n", "tui"), never: effects},
	"tui/still": {may: []string{"wizard", "tui"}, never: effects},

	"wizard":               {may: []string{"checks/owner"}},
	"wizard/words":         {may: join(values, "wizard", "i18n", "i18n/bylang"), never: effects},
	"wizard/document":      {may: join(values, "wizard", "wizard/words", "wizard/session", "i18n"), never: effects},
	"wizard/session":       {may: join(values, "wizard"), never: join(effects, "wizard/session/store", "i18n")},
	"wizard/session/store": {may: []string{"checks/propagation", "wizard/session"}, never: effects, edge: true},

	"checks":      {may: join(formats7, "checks/facts", "checks/snapshot", "checks/owner", "checks/reading", "checks/catalog", "checks/input"), never: effects},
	"checks/plan": {may: join(formats7, "checks/owner", "checks", "checks/facts", "checks/snapshot", "checks/reading", "checks/catalog"), never: effects},
	// Behind the plan, since it tells what receivers do after it.
	"checks/forecast": {may: join(formats7, "checks/owner", "checks", "checks/facts", "checks/plan", "checks/snapshot", "checks/reading", "checks/catalog"), never: effects},
	// Two looks at one domain.
	"checks/drift":       {may: join(formats7, "checks/owner", "checks", "checks/facts", "checks/forecast", "checks/snapshot", "checks/catalog", "checks/input"), never: effects},
	"checks/propagation": {may: []string{"checks/snapshot", "checks/plan", "checks/dkim", "checks/dnsname"}, never: effects},
	"checks/facts":       {may: join(formats7, "checks/owner", "checks/snapshot", "checks/reading", "checks/catalog", "checks/input"), never: effects},
	"checks/catalog":     {may: []string{"checks/snapshot", "checks/spf", "checks/dnsname", "i18n/bylang"}},
	"checks/reading":     {may: join(formats7, "checks/snapshot")},
	"checks/snapshot":    {},
	"checks/owner":       {},
	"checks/input":       {may: []string{"checks/bounce", "checks/message", "checks/catalog", "checks/snapshot", "checks/internal/pattern"}}, // what came back, who had a part in it, which names are a service's; and to make foreign text printable
	"checks/spf":         {may: []string{"checks/internal/lately", "checks/snapshot", "checks/internal/pattern"}},                            // for what a name is, not for what DNS said
	"checks/dnsname":     {},
	"checks/dkim":        {may: []string{"checks/dnsname", "checks/internal/lately", "checks/internal/taglist", "checks/internal/pattern"}},
	"checks/dmarc":       {may: []string{"checks/dnsname", "checks/internal/lately", "checks/internal/taglist", "checks/internal/pattern"}},
	"checks/bounce":      {may: join(formats7, "checks/internal/pattern")},
	"checks/message":     {may: join(formats7, "checks/internal/taglist", "checks/internal/pattern", "checks/snapshot")},
	"checks/report":      {may: join(formats7, "checks/internal/pattern")},
	// What reports say, with what is known besides.
	"checks/report/reported": {may: join(formats7, "checks/report", "checks/owner", "checks/facts", "checks/snapshot", "checks/reading", "checks/catalog"), never: effects},
	// Both readings of a mail in one, and what they teach.
	"checks/inhand": {may: []string{"checks/bounce", "checks/message", "checks/owner", "checks/input", "checks/snapshot"}},

	// What a test mail shows.
	"checks/proof": {may: []string{"checks/bounce", "checks/inhand", "checks/message", "checks/owner"}},
	// A list of addresses comes in the charsets of mail.
	"checks/roster": {may: []string{"checks/bounce", "checks/internal/pattern"}},

	"checks/internal/lately":  {},
	"checks/internal/taglist": {},
	"checks/internal/pattern": {},
	"checks/internal/packed":  {edge: true}, // for tests

	"checks/probe":           {may: join(formats7, "checks/owner", "checks/snapshot", "checks/reading", "checks/catalog"), edge: true, wire: true},
	"checks/propagation/ask": {may: []string{"checks/owner", "checks/probe", "checks/propagation", "checks/catalog", "checks/snapshot"}, edge: true},
	"checks/lab":             {may: []string{"checks/dnsname", "checks/owner", "checks/snapshot", "i18n/bylang"}, edge: true, wire: true},
	// Its receiver: one mail is sent in it, and judged as a receiver judges it.
	"checks/lab/mail": {may: []string{"checks/lab", "checks/message", "checks/spf", "checks/snapshot"}},
	// A scenario of the lab with a client, for the tests of all front ends.
	"checks/lab/sample": {edge: true},
	"checks/lab/shape":  {may: []string{"checks/lab"}},
	"checks/lab/trial":  {may: join(values, "checks/lab", "checks/lab/mail", "checks/lab/sample", "checks/probe", "checks/propagation/ask"), edge: true},
	// Starts real name servers for tests.
	"checks/probe/realdns": {edge: true, wire: true},

	"i18n":        {may: []string{"i18n/bylang"}},
	"i18n/bylang": {},
}

func join(list []string, more ...string) []string {
	return append(append([]string{}, list...), more...)
}
