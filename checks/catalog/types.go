// Package catalog holds facts about mail hosts, sending services, DNS panels and public resolvers as data: one TOML file
// per entry, each with source, date and confidence. It finds out which of them a snapshot shows, with the evidence, and
// writes records in a panel's form. It looks nothing up, and no provider's name is in code.
package catalog

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n/bylang"
)

// Text is a text by language: a name, a menu path or a warning of the catalogue.
type Text = bylang.Text

// Confidence is how certain a fact is, which decides how it is worded.
type Confidence string

// The values of Confidence. Confirmed facts are stated plainly, seen and remembered ones cautiously; unknown ones are
// asked for.
const (
	Confirmed Confidence = "confirmed"
	Seen      Confidence = "seen"
	Memory    Confidence = "memory"
	NotKnown  Confidence = "unknown"
)

// Old reports whether the source was last read more than a year before now; false for a zero time.
func (e Entry) Old(now time.Time) bool {
	seen, err := time.Parse(time.DateOnly, e.Checked)
	return err == nil && !now.IsZero() && now.After(seen.AddDate(1, 0, 0))
}

// Soft reports whether the wording must leave room for doubt.
func (c Confidence) Soft() bool { return c != Confirmed }

// Entry is what all kinds of entry have in common.
type Entry struct {
	ID      string                `toml:"id" json:"id"`
	Name    Text                  `toml:"name" json:"name"`
	Reading []string              `toml:"reading" json:"reading,omitempty"` // kana, romaji and nicknames, to search by
	Aliases []string              `toml:"aliases" json:"aliases,omitempty"` // other IDs that mean this entry
	Seeds   bool                  `toml:"common" json:"common,omitempty"`   // offered on the first screen without typing
	Rank    int                   `toml:"rank" json:"-"`                    // order among the common ones; 0 first
	Source  []string              `toml:"source" json:"source"`             // URLs, RFC sections, "article: TOPIC"; "public zones" or "memory" if there is nothing better
	Checked string                `toml:"checked" json:"checked"`           // YYYY-MM-DD of the last look at the source
	Conf    map[string]Confidence `toml:"confidence" json:"confidence"`     // by topic: mx, spf, dkim, dmarc, menu, …
	Help    []string              `toml:"help" json:"help,omitempty"`       // URLs of the entry's help pages
	Beware  []Warning             `toml:"beware" json:"beware,omitempty"`
	// Kind is the system's role; the files leave out the usual one.
	Kind Kind `toml:"kind" json:"kind,omitempty"`
	// Company is set if several entries of a company share names in DNS: such a name shows the company, but not which of
	// its products is meant.
	Company string `toml:"company" json:"company,omitempty"`
}

// Warning is a pitfall, shown at the step that it belongs to.
type Warning struct {
	At string `toml:"at" json:"at"` // spf, dkim, dmarc, mx, panel, forward, list, any
	// When is "add" if only a new record is affected, "replace" if only a changed one is, "" for both.
	When string `toml:"when" json:"when,omitempty"`
	Text Text   `toml:"text" json:"text"`
}

// Meets reports whether the warning applies to an action: add, replace or remove, or "" for any.
func (w Warning) Meets(action string) bool { return w.When == "" || action == "" || w.When == action }

// DKIM is what a host or sender does about signing.
type DKIM struct {
	Can       Signing       `toml:"can" json:"can"`
	Form      snapshot.Type `toml:"form" json:"form,omitempty"` // TXT or CNAME; "" if only the console shows it
	Selectors []string      `toml:"selectors" json:"selectors,omitempty"`
	Targets   []string      `toml:"targets" json:"targets,omitempty"` // CNAME target patterns
	Menu      Text          `toml:"menu" json:"menu"`                 // where its console shows the value
	Start     Text          `toml:"start" json:"start"`               // the switch to press once the key is visible in DNS; empty if none
	// All: every one of the selectors must be published, not just one.
	All bool `toml:"all" json:"all,omitempty"`
	// Set are the selectors that the console gives at once, each with its own record; with All, all of them.
	Set []string `toml:"set" json:"set,omitempty"`
	// Writes are the IDs of the panels in which its own switch publishes the key, so that nothing has to be copied.
	Writes []string `toml:"writes" json:"writes,omitempty"`
}

// Detect is how an entry is recognized in DNS. Host names match at label boundaries, and the longest match wins; "*"
// stands for any run of characters in one label, "#" for digits. TXT patterns are the beginnings of records.
type Detect struct {
	MX     []string `toml:"mx" json:"mx,omitempty"`         // suffixes of MX targets
	SPF    []string `toml:"spf" json:"spf,omitempty"`       // names in include:, exists:, a: or redirect=; for one with macros, the part after the last macro
	PTR    []string `toml:"ptr" json:"ptr,omitempty"`       // reverse names of the MX's addresses
	CNAME  []string `toml:"cname" json:"cname,omitempty"`   // where the CNAMEs of selectors and bounce hosts lead
	TXT    []string `toml:"txt" json:"txt,omitempty"`       // beginnings of ownership records at the apex: hints, never proof
	Bounce []string `toml:"bounce" json:"bounce,omitempty"` // labels of bounce hosts to look up
	// SubMX are suffixes of the MX targets of bounce hosts.
	SubMX []string `toml:"sub_mx" json:"sub_mx,omitempty"`
	// SubSPF is the term of the SPF record that a bounce host needs; empty if only the console shows it.
	SubSPF string `toml:"sub_spf" json:"sub_spf,omitempty"`
	// SubNS are suffixes of the name servers to which bounce hosts may be delegated.
	SubNS []string `toml:"sub_ns" json:"sub_ns,omitempty"`
	// NS are name servers that distinguish similar entries; alone they show nothing.
	NS []string `toml:"ns" json:"ns,omitempty"`
}

// Host is a system that has a domain's mailboxes and sends its mail.
type Host struct {
	Entry
	Detect Detect `toml:"detect" json:"detect"`
	// SPF are the terms that the host needs. <server> is the server's host name, <ip> and <ip6> its addresses, and
	// <domain> the owner's domain.
	SPF []string `toml:"spf" json:"spf"`
	// Instead are terms any one of which covers the host in place of SPF, such as an older name or that of a contract or
	// region. "*" and "#" as in Detect.
	Instead []string `toml:"spf_instead" json:"spf_instead,omitempty"`
	Server  *Server  `toml:"server" json:"server,omitempty"`
	// MX are the mail servers that are the same for every customer, each with its preference; empty if they differ.
	MX    []string `toml:"mx" json:"mx,omitempty"`
	DKIM  DKIM     `toml:"dkim" json:"dkim"`
	DMARC Text     `toml:"dmarc" json:"dmarc"` // where its console sets DMARC; empty if that is done in DNS by hand
	// Forward is what it does when a mailbox forwards mail; its confidence is under "forward".
	Forward Forwarding `toml:"forward" json:"forward,omitzero"`
	// Inbox is what its mail program offers for a mailbox elsewhere.
	Inbox Inbox `toml:"inbox" json:"inbox,omitzero"`
	// ListDKIM is "no" if its mailing lists send without a signature; empty if unknown.
	ListDKIM string `toml:"list_dkim" json:"list_dkim,omitempty"`
	// Own marks the entry for a server that the owner runs. It is offered if the MX is in the owner's own domain and
	// nothing shows a company.
	Own bool `toml:"own" json:"own,omitempty"`
	// Resells is the ID of the host whose servers this one sells under its own name. This one is only found by a sign
	// that the other does not have, so that it never hides the other.
	Resells string `toml:"resells" json:"resells,omitempty"`
}

// Forwarding is what a host does when a mailbox forwards mail to an address elsewhere.
type Forwarding struct {
	Envelope Envelope `toml:"envelope" json:"envelope,omitempty"`
	ARC      string   `toml:"arc" json:"arc,omitempty"` // whether it adds an ARC seal (RFC 8617): yes, no or unknown
	Note     Text     `toml:"note" json:"note,omitzero"`
	Source   []string `toml:"source" json:"source,omitempty"`
	Checked  string   `toml:"checked" json:"checked,omitempty"` // when the sources were last read, as YYYY-MM-DD
}

// Envelope is what a forwarding server does with the envelope sender, which decides whose SPF record the next receiver
// checks.
type Envelope string

// The values of Forwarding.Envelope; "" is the same as EnvelopeUnknown.
const (
	EnvelopeRewritten Envelope = "rewritten" // it becomes an address of the host's or the owner's domain (SRS)
	EnvelopeKept      Envelope = "kept"      // it stays the author's
	EnvelopeOperator  Envelope = "operator"  // the operator of the server configures it
	EnvelopeUnknown   Envelope = "unknown"
)

// Inbox is a mailbox to which people have mail forwarded, and what its program offers instead.
type Inbox struct {
	Domains []string `toml:"domains" json:"domains,omitempty"` // the domains of its addresses
	Fetch   Text     `toml:"fetch" json:"fetch,omitzero"`      // how its program can or cannot fetch mail from a mailbox elsewhere
	SendAs  Text     `toml:"send_as" json:"send_as,omitzero"`  // how it can send from an address elsewhere
	Upgrade string   `toml:"upgrade" json:"upgrade,omitempty"` // ID of the host that offers the same program for an own domain
}

// Server says what replaces <server> or <ip>, and where the owner finds it.
type Server struct {
	Pattern string `toml:"pattern" json:"pattern"` // "www#.sakura.ne.jp"; "" for an address
	// Forms are further ways in which panels and guides show a server's name; see ServerName.
	Forms   []ServerForm `toml:"forms" json:"forms,omitempty"`
	Example string       `toml:"example" json:"example"`
	Where   Text         `toml:"where" json:"where"` // where the owner finds it
	// MX: the same name is the MX target for the domains on that server.
	MX bool `toml:"mx" json:"mx,omitempty"`
}

// ServerForm is one way in which a server's name is shown, and its full name. "#" stands for the same digits in both, "*"
// for the same characters.
type ServerForm struct {
	Shown string `toml:"shown" json:"shown"` // "sv#", "www.#.sakura.ne.jp"
	Name  string `toml:"name" json:"name"`   // "sv#.xserver.jp", "www#.sakura.ne.jp"
}

// Sender is a service that sends in the owner's name besides the host.
type Sender struct {
	Entry
	Category Category `toml:"category" json:"category"`
	Detect   Detect   `toml:"detect" json:"detect"`
	SPF      []string `toml:"spf" json:"spf"`                           // terms for the domain's record; empty if none is needed
	Instead  []string `toml:"spf_instead" json:"spf_instead,omitempty"` // as in Host
	SPFWhy   Text     `toml:"spf_why" json:"spf_why"`                   // why none is needed, or what else to know
	// SPFAsk: only its console shows whether it needs a term, or which. Otherwise no term means that none is needed.
	SPFAsk bool      `toml:"spf_ask" json:"spf_ask,omitempty"`
	Align  Alignment `toml:"align" json:"align"`
	DKIM   DKIM      `toml:"dkim" json:"dkim"`
	Cost   int       `toml:"cost" json:"cost,omitempty"` // SPF look-ups of its terms; 0 if unknown
	// OwnFrom: it sends from an address of its own, so nothing in the owner's DNS concerns it.
	OwnFrom bool `toml:"own_from" json:"own_from,omitempty"`
	// Place says where its records belong: "domain" (the default), "subdomain" (SPF, MX and key of a subdomain that the
	// owner chooses), or "either".
	Place string `toml:"place" json:"place,omitempty"`
}

// OnSite reports whether the sender runs on the owner's website and sends from that server.
func (s Sender) OnSite() bool { return s.Category == Plugin }

// Panel is a console in which DNS records are edited, and the form in which it wants them.
type Panel struct {
	Entry
	NS     []string   `toml:"ns" json:"ns"`                     // suffixes of name server names, with "*" allowed; full names if they are known (see Servers)
	Apex   []HostForm `toml:"apex" json:"apex"`                 // host field for the domain itself; empty if records cannot be edited here
	Sub    HostForm   `toml:"sub" json:"sub"`                   // how "_dmarc" is written: label, fqdn, fqdn.
	Quotes Quoting    `toml:"quotes" json:"quotes"`             // quotes around a TXT value: whether the owner types them, or the panel adds or rejects them
	Long   string     `toml:"long" json:"long"`                 // TXT over 255 bytes: auto, chunks, limit:N, unknown
	Dot    Dotting    `toml:"dot" json:"dot"`                   // final dot on CNAME and MX targets
	Alias  Underscore `toml:"alias" json:"alias"`               // "_" in a CNAME's host field
	MX     Preference `toml:"mx" json:"mx,omitempty"`           // where the preference of an MX goes: "" for a field of its own, "value" for before the target
	Line   string     `toml:"line" json:"line"`                 // one-line form with <type> (<TYPE> in upper case), <host>, <value>, <priority> and <ttl>; "" if there are fields
	LineMX string     `toml:"line_mx" json:"line_mx,omitempty"` // the same for MX, if it differs
	Shared []string   `toml:"shared" json:"shared,omitempty"`   // those of NS that other panels use too
	Proxy  []string   `toml:"proxy" json:"-"`                   // networks of the web proxy that the panel can put in front of an address
	Off    Text       `toml:"proxy_off" json:"-"`               // what turns that proxy off for one record, to stand behind a colon
	TTL    TTL        `toml:"ttl" json:"ttl"`
	Menu   Text       `toml:"menu" json:"menu"`          // menu path to the screen for a new record
	Edit   Text       `toml:"edit" json:"edit,omitzero"` // menu path to an existing record; empty if Menu leads to the list
	Fields Fields     `toml:"fields" json:"fields"`      // the panel's labels of its fields
}

// Servers returns the panel's name servers whose full names are known, so that they can be asked: those with a number,
// such as ns1.example.jp. A name without a number may stand for many.
func (p Panel) Servers() (out []string) {
	for _, n := range p.NS {
		first, rest, _ := strings.Cut(n, ".")
		if strings.ContainsAny(first, "0123456789") && strings.Contains(rest, ".") && !strings.Contains(n, "*") {
			out = append(out, n)
		}
	}
	return out
}

// TTL is which TTL the panel lets the owner set, in seconds.
type TTL struct {
	Default  uint32     `toml:"default" json:"default,omitempty"`
	Min      uint32     `toml:"min" json:"min,omitempty"`
	Editable TTLEditing `toml:"editable" json:"editable"`
}

// Fields is the panel's own labels.
type Fields struct {
	Host  Text `toml:"host" json:"host"`
	Type  Text `toml:"type" json:"type"`
	Value Text `toml:"value" json:"value"`
	TTL   Text `toml:"ttl" json:"ttl"`
	// Alias is the label of the value's field for a CNAME, and MX that for an MX, if they differ.
	Alias Text `toml:"alias" json:"alias,omitzero"`
	MX    Text `toml:"mx" json:"mx,omitzero"`
}

// Given reports whether any label is known.
func (f Fields) Given() bool {
	return slices.ContainsFunc([]Text{f.Host, f.Type, f.Value, f.TTL, f.Alias, f.MX}, Text.Given)
}

// ValueOf returns the label of the value's field for a record type; empty if unknown.
func (f Fields) ValueOf(t snapshot.Type) Text {
	switch {
	case t == snapshot.CNAME && f.Alias.Given():
		return f.Alias
	case t == snapshot.MX && f.MX.Given():
		return f.MX
	}
	return f.Value
}

// Resolver is a public recursive resolver that can be watched.
type Resolver struct {
	Entry
	Addrs  []string `toml:"addrs" json:"addrs"`
	DoH    string   `toml:"doh" json:"doh,omitempty"`
	Cap    uint32   `toml:"cap" json:"cap,omitempty"` // longest time in seconds that an answer is cached; 0 if unknown
	NegCap uint32   `toml:"neg_cap" json:"neg_cap,omitempty"`
	Caches int      `toml:"caches" json:"caches"` // number of questions that reach its several caches
	Flush  string   `toml:"flush" json:"flush,omitempty"`
}

// Selector is a DKIM selector that is looked up if the owner does not know theirs.
type Selector struct {
	Name string `toml:"name" json:"name"`
	// Of are the IDs of the hosts and senders that use the selector.
	Of   []string     `toml:"of" json:"of,omitempty"`
	Kind SelectorKind `toml:"kind" json:"kind"`
	// Form is TXT or CNAME if the record is always that; "" for either.
	Form snapshot.Type `toml:"form" json:"form,omitempty"`
	// First: it is in the first pass, which is looked up without any hint.
	First bool `toml:"first" json:"first,omitempty"`
	// Head: it is one of the few most common ones, which are looked up even if a key was found already.
	Head bool `toml:"head" json:"head,omitempty"`
}

// Catalog is all entries by kind, in a fixed order (common ones first, then by ID).
type Catalog struct {
	Resolvers []Resolver

	hosts     *shelf[Host]
	senders   *shelf[Sender]
	panels    *shelf[Panel]
	selectors *sheet[Selector]
	parks     *sheet[Park]

	index func() *index
}
