// Package catalog knows mail hosts, sender services, DNS panels and public resolvers: facts as data, one TOML file
// an entry, each with source, date and confidence; and it says which of them a snapshot shows, with the evidence.
// No code names a provider.
package catalog

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n/bylang"
)

// Text is a text by language: a name, a menu path, a warning. The catalogue's own words live in its files.
type Text = bylang.Text

// Confidence says how sure a fact is, and so how it is worded.
type Confidence string

// How sure a fact is: confirmed plain, seen and memory soft, unknown asked for.
const (
	Confirmed Confidence = "confirmed"
	Seen      Confidence = "seen"
	Memory    Confidence = "memory"
	NotKnown  Confidence = "unknown"
)

// Old reports whether the source was last looked at more than a year before now; never for a zero time.
func (e Entry) Old(now time.Time) bool {
	seen, err := time.Parse(time.DateOnly, e.Checked)
	return err == nil && !now.IsZero() && now.After(seen.AddDate(1, 0, 0))
}

// Soft reports whether the words must leave room for doubt.
func (c Confidence) Soft() bool { return c != Confirmed }

// Entry is what every entry has.
type Entry struct {
	ID      string                `toml:"id" json:"id"`
	Name    Text                  `toml:"name" json:"name"`
	Reading []string              `toml:"reading" json:"reading,omitempty"` // kana, romaji, nicknames for the filter
	Aliases []string              `toml:"aliases" json:"aliases,omitempty"` // other IDs that mean this entry
	Seeds   bool                  `toml:"common" json:"common,omitempty"`   // offered on the first screen without typing
	Rank    int                   `toml:"rank" json:"-"`                    // order among the common ones; 0 first
	Source  []string              `toml:"source" json:"source"`             // addresses, RFC sections, "article: what it is about"; "public zones" or "memory" where nothing better was found
	Checked string                `toml:"checked" json:"checked"`           // YYYY-MM-DD of the last look at the source
	Conf    map[string]Confidence `toml:"confidence" json:"confidence"`     // by topic: mx, spf, dkim, dmarc, menu, …
	Help    []string              `toml:"help" json:"help,omitempty"`
	Beware  []Warning             `toml:"beware" json:"beware,omitempty"`
	// Kind is the part that the system has in the owner's mail; the files leave it out where it is the usual one.
	Kind Kind `toml:"kind" json:"kind,omitempty"`
	// Company names the company where several of its entries share names in DNS: what only its customers have then
	// shows the company, and leaves open which of its products is meant.
	Company string `toml:"company" json:"company,omitempty"`
}

// Warning is a trap, shown at the step it belongs to.
type Warning struct {
	At string `toml:"at" json:"at"` // spf, dkim, dmarc, mx, panel, forward, list, any
	// When is "add" where only a new record meets the trap, "replace" where only a change of one does; else both do.
	When string `toml:"when" json:"when,omitempty"`
	Text Text   `toml:"text" json:"text"`
}

// Meets reports whether who does that to a record meets the trap; action is add, replace or remove, "" for any.
func (w Warning) Meets(action string) bool { return w.When == "" || action == "" || w.When == action }

// DKIM is what a host or sender does about signing.
type DKIM struct {
	Can       Signing       `toml:"can" json:"can"`
	Form      snapshot.Type `toml:"form" json:"form"` // TXT or CNAME; "" where the console says
	Selectors []string      `toml:"selectors" json:"selectors,omitempty"`
	Targets   []string      `toml:"targets" json:"targets,omitempty"` // CNAME target patterns
	Menu      Text          `toml:"menu" json:"menu"`                 // where its console shows the value
	Start     Text          `toml:"start" json:"start"`               // the switch to press once the key is visible in DNS; empty where none
	// All: every one of the selectors has to be published, not any of them.
	All bool `toml:"all" json:"all,omitempty"`
	// Set are those of the selectors that its console gives at once, each with a record of its own; with All, every one.
	Set []string `toml:"set" json:"set,omitempty"`
	// Writes are the panels, by ID, in which its own switch publishes the key: nothing is to be copied there.
	Writes []string `toml:"writes" json:"writes,omitempty"`
}

// Detect is how an entry shows itself in DNS. Host names match at label borders, the longest match wins;
// "*" stands for any run of letters in one label, "#" for a run of digits. TXT patterns are openings of a record's text.
type Detect struct {
	MX     []string `toml:"mx" json:"mx,omitempty"`         // suffixes of MX targets
	SPF    []string `toml:"spf" json:"spf,omitempty"`       // names in include:, exists:, a: or redirect=; of one with macros, what follows the last of them
	PTR    []string `toml:"ptr" json:"ptr,omitempty"`       // reverse names of the MX's address
	CNAME  []string `toml:"cname" json:"cname,omitempty"`   // alias targets of selectors and bounce sub-hosts
	TXT    []string `toml:"txt" json:"txt,omitempty"`       // openings of ownership texts at the apex: hints, never a proof
	Bounce []string `toml:"bounce" json:"bounce,omitempty"` // bounce sub-host labels to probe
	// SubMX are suffixes of the MX targets of those sub-hosts.
	SubMX []string `toml:"sub_mx" json:"sub_mx,omitempty"`
	// SubNS are suffixes of the name servers to which those sub-hosts may be delegated.
	SubNS []string `toml:"sub_ns" json:"sub_ns,omitempty"`
	// NS are name servers that tell look-alikes apart; alone they show nothing.
	NS []string `toml:"ns" json:"ns,omitempty"`
}

// Host is a system that sends a domain's own mail.
type Host struct {
	Entry
	Detect Detect `toml:"detect" json:"detect"`
	// SPF terms that the host needs. <server> is the server's own host name, <ip> and <ip6> its addresses,
	// <domain> the user's domain. A term that is already met (covered) is not added.
	SPF []string `toml:"spf" json:"spf"`
	// Instead are terms any one of which meets the need in place of SPF: an older name, a contract's or a region's
	// own. "*" and "#" as in Detect.
	Instead []string `toml:"spf_instead" json:"spf_instead,omitempty"`
	Server  *Server  `toml:"server" json:"server,omitempty"`
	// MX are the mail servers that every customer names, each with its preference; empty where they differ by customer.
	MX    []string `toml:"mx" json:"mx,omitempty"`
	DKIM  DKIM     `toml:"dkim" json:"dkim"`
	DMARC Text     `toml:"dmarc" json:"dmarc"` // where its own console sets DMARC; empty: by hand in DNS
	// Forward is what it does with mail that a mailbox of its passes on; how sure that is stands under "forward".
	Forward Forwarding `toml:"forward" json:"forward,omitzero"`
	// Inbox is what its own program does with a mailbox elsewhere, where people have mail forwarded to it.
	Inbox Inbox `toml:"inbox" json:"inbox,omitzero"`
	// ListDKIM is "no" where its own mailing lists send without a signature; empty: not known.
	ListDKIM string `toml:"list_dkim" json:"list_dkim,omitempty"`
	// Own marks the entry that stands for a server one runs oneself: it is offered where the MX lies in the owner's
	// own domain and nothing names a company.
	Own bool `toml:"own" json:"own,omitempty"`
	// Resells is the host whose servers this one sells under its own name. It is found only by a sign that the
	// other does not have, so that it never hides the other.
	Resells string `toml:"resells" json:"resells,omitempty"`
}

// Forwarding is what a host does with mail that a mailbox of its passes on to an address elsewhere.
type Forwarding struct {
	Envelope Envelope `toml:"envelope" json:"envelope,omitempty"`
	ARC      string   `toml:"arc" json:"arc,omitempty"` // whether it adds an ARC seal (RFC 8617): yes, no or unknown
	Note     Text     `toml:"note" json:"note,omitzero"`
	Source   []string `toml:"source" json:"source,omitempty"`
	Checked  string   `toml:"checked" json:"checked,omitempty"` // YYYY-MM-DD of the last look at them
}

// Envelope is what becomes of the envelope sender on forwarding. It decides whose SPF the next receiver looks at.
type Envelope string

// The values of Forwarding.Envelope; "" is the same as EnvelopeUnknown.
const (
	EnvelopeRewritten Envelope = "rewritten" // it becomes an address of the host's or of the owner's domain (SRS)
	EnvelopeKept      Envelope = "kept"      // it stays the writer's
	EnvelopeOperator  Envelope = "operator"  // whoever runs the server chooses
	EnvelopeUnknown   Envelope = "unknown"
)

// Inbox is a mailbox to which people have mail forwarded, and what its program offers in place of that.
type Inbox struct {
	Domains []string `toml:"domains" json:"domains,omitempty"` // of its addresses
	Fetch   Text     `toml:"fetch" json:"fetch,omitzero"`      // how its program reads a mailbox elsewhere, and how it does not
	SendAs  Text     `toml:"send_as" json:"send_as,omitzero"`  // how it sends from an address elsewhere
	Upgrade string   `toml:"upgrade" json:"upgrade,omitempty"` // ID of the host by which the same program has a domain's own mailboxes
}

// Server says what stands for <server> or <ip>, and where it is found.
type Server struct {
	Pattern string `toml:"pattern" json:"pattern"` // "www#.sakura.ne.jp"; "" for an address
	// Forms are further ways in which panels and guides show a server's name; ServerName understands them.
	Forms   []ServerForm `toml:"forms" json:"forms,omitempty"`
	Example string       `toml:"example" json:"example"`
	Where   Text         `toml:"where" json:"where"` // where the owner finds it
}

// ServerForm is one way in which a server's name is shown, and its whole name. "#" stands for the same digits in both,
// "*" for the same letters.
type ServerForm struct {
	Shown string `toml:"shown" json:"shown"` // "sv#", "www.#.sakura.ne.jp"
	Name  string `toml:"name" json:"name"`   // "sv#.xserver.jp", "www#.sakura.ne.jp"
}

// Sender is a service that also sends in the owner's name.
type Sender struct {
	Entry
	Category string   `toml:"category" json:"category"`
	Detect   Detect   `toml:"detect" json:"detect"`
	SPF      []string `toml:"spf" json:"spf"`                           // terms for the root record; empty: none needed
	Instead  []string `toml:"spf_instead" json:"spf_instead,omitempty"` // as of a Host
	SPFWhy   Text     `toml:"spf_why" json:"spf_why"`                   // why none is needed, or what to know
	// SPFAsk: whether it needs a term, or which, is told only by its own console. Without it no term means: none is needed.
	SPFAsk bool      `toml:"spf_ask" json:"spf_ask,omitempty"`
	Align  Alignment `toml:"align" json:"align"`
	DKIM   DKIM      `toml:"dkim" json:"dkim"`
	Cost   int       `toml:"cost" json:"cost,omitempty"` // SPF look-ups of its terms, 0 where unknown
	// OwnFrom: it sends from an address of its own, so that nothing in the owner's DNS concerns it.
	OwnFrom bool `toml:"own_from" json:"own_from,omitempty"`
	// Place says where its records belong: "domain" (also where it is left out), "subdomain" (SPF, MX and key of a
	// name below the domain, which the owner chooses), "either".
	Place string `toml:"place" json:"place,omitempty"`
}

// OnSite reports whether the sender runs on the owner's website and sends from the website's server.
func (s Sender) OnSite() bool { return s.Category == "plugin" }

// Panel is a screen on which DNS records are edited, and the form it wants them in.
type Panel struct {
	Entry
	NS     []string `toml:"ns" json:"ns"`                     // suffixes of name server names, "*" allowed; whole names where they are known (Servers)
	Apex   []string `toml:"apex" json:"apex"`                 // host field for the domain itself: "@", "blank", "fqdn", "fqdn."; empty: records cannot be edited here
	Sub    string   `toml:"sub" json:"sub"`                   // how "_dmarc" is written: label, fqdn, fqdn.
	Quotes string   `toml:"quotes" json:"quotes"`             // none, stripped, optional, required, rejected, unknown
	Long   string   `toml:"long" json:"long"`                 // TXT over 255 bytes: auto, chunks, limit:N, unknown
	Dot    Dotting  `toml:"dot" json:"dot"`                   // final dot on CNAME and MX targets
	Alias  string   `toml:"alias" json:"alias"`               // "_" in a CNAME's host field: yes, no, unknown
	MX     string   `toml:"mx" json:"mx,omitempty"`           // where the preference of an MX goes: "" into a field of its own, "value" in front of the target
	Line   string   `toml:"line" json:"line"`                 // whole-line form, with <type> (<TYPE> in capitals) <host> <value> <priority> <ttl>; "" where there are fields
	LineMX string   `toml:"line_mx" json:"line_mx,omitempty"` // the same for MX, where it differs
	Shared []string `toml:"shared" json:"shared,omitempty"`   // those of NS that other panels answer under too
	TTL    TTL      `toml:"ttl" json:"ttl"`
	Menu   Text     `toml:"menu" json:"menu"`
	Edit   Text     `toml:"edit" json:"edit,omitzero"` // the same way, to a record that stands there; empty where Menu leads to the list
	Fields Fields   `toml:"fields" json:"fields"`      // what the panel calls its fields
}

// Servers are those of the panel's name servers whose whole names are known, so that they can be asked. Whole is what
// numbers one server, as ns1.example.jp and 01.example.jp do; a name without a number stands for many, and cannot
// be asked.
func (p Panel) Servers() (out []string) {
	for _, n := range p.NS {
		first, rest, _ := strings.Cut(n, ".")
		if strings.ContainsAny(first, "0123456789") && strings.Contains(rest, ".") && !strings.Contains(n, "*") {
			out = append(out, n)
		}
	}
	return out
}

// TTL is what a panel lets one set, in seconds.
type TTL struct {
	Default  uint32     `toml:"default" json:"default,omitempty"`
	Min      uint32     `toml:"min" json:"min,omitempty"`
	Editable TTLEditing `toml:"editable" json:"editable"`
}

// Fields are a panel's own labels.
type Fields struct {
	Host  Text `toml:"host" json:"host"`
	Type  Text `toml:"type" json:"type"`
	Value Text `toml:"value" json:"value"`
	TTL   Text `toml:"ttl" json:"ttl"`
	// Alias and MX are what the value's field is called for a CNAME and an MX, where it is called otherwise.
	Alias Text `toml:"alias" json:"alias,omitzero"`
	MX    Text `toml:"mx" json:"mx,omitzero"`
}

// Given reports whether any label is known.
func (f Fields) Given() bool {
	return slices.ContainsFunc([]Text{f.Host, f.Type, f.Value, f.TTL, f.Alias, f.MX}, Text.Given)
}

// ValueOf is what the value's field is called for a type of record; empty where that is not known.
func (f Fields) ValueOf(t snapshot.Type) Text {
	switch {
	case t == snapshot.CNAME && f.Alias.Given():
		return f.Alias
	case t == snapshot.MX && f.MX.Given():
		return f.MX
	}
	return f.Value
}

// Resolver is a public recursive resolver that is watched.
type Resolver struct {
	Entry
	Addrs  []string `toml:"addrs" json:"addrs"`
	DoH    string   `toml:"doh" json:"doh,omitempty"`
	Cap    uint32   `toml:"cap" json:"cap,omitempty"` // longest time an answer is kept, seconds; 0: none known
	NegCap uint32   `toml:"neg_cap" json:"neg_cap,omitempty"`
	Caches int      `toml:"caches" json:"caches"` // how many questions show its several caches
	Flush  string   `toml:"flush" json:"flush,omitempty"`
}

// Selector is a DKIM selector worth probing when the owner does not know theirs.
type Selector struct {
	Name string `toml:"name" json:"name"`
	// Of are the hosts and senders that use the name, by ID.
	Of   []string     `toml:"of" json:"of,omitempty"`
	Kind SelectorKind `toml:"kind" json:"kind"`
	// Form is TXT or CNAME where the record is always that; "" where either.
	Form snapshot.Type `toml:"form" json:"form,omitempty"`
	// First marks the first pass: the names that are asked without any hint.
	First bool `toml:"first" json:"first,omitempty"`
	// Head marks the few of them that are asked for even where a key was found already: the commonest everywhere.
	Head bool `toml:"head" json:"head,omitempty"`
}

// Catalog is everything known, by kind, in a steady order (common ones first, then by name).
type Catalog struct {
	Hosts     []Host
	Senders   []Sender
	Panels    []Panel
	Resolvers []Resolver
	// Selectors are ranked: the likeliest first. Hosts and senders name their own in DKIM.Selectors; one with "*"
	// is a pattern that cannot be probed.
	Selectors []Selector
	// Parks are name servers of domains that are out of use; Parking finds one.
	Parks []Park

	index func() *index
}
