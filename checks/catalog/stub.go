package catalog

import "todoku/checks/snapshot"

// Load reads the embedded catalogue. An error names file and line; a test loads it, so users never see one.
func Load() (*Catalog, error) { panic("stub") }

// Host finds a mail host by ID or alias.
func (c *Catalog) Host(id string) (Host, bool) { panic("stub") }

// Sender finds a sender service by ID or alias.
func (c *Catalog) Sender(id string) (Sender, bool) { panic("stub") }

// Panel finds a DNS panel by ID or alias.
func (c *Catalog) Panel(id string) (Panel, bool) { panic("stub") }

// Filter gives the entries whose name, reading or ID contains the typed text; kana, kanji, romaji, full-width
// letters and case do not matter.
func Filter[E interface{ Base() Entry }](list []E, typed string) []E { panic("stub") }

// Base is the common part of an entry.
func (e Entry) Base() Entry { return e }

// Detect says which hosts, senders and panels a snapshot shows.
func (c *Catalog) Detect(s *snapshot.Snapshot) Detected { panic("stub") }

// Form is a record as a panel wants it typed.
type Form struct {
	Panel string   `json:"id"`
	Host  string   `json:"host"` // "" means: leave the field empty
	Type  string   `json:"type"`
	Value string   `json:"value"`
	TTL   string   `json:"ttl,omitempty"` // "" where the panel has no such field
	Line  string   `json:"line,omitempty"`
	Notes []string `json:"notes,omitempty"` // codes worded in i18n catalog.toml: form-host-blank, form-too-long, form-dot, …
}

// Write gives a record in the panel's own form. zone is the apex of the zone the panel edits.
func (p Panel) Write(zone, name string, t snapshot.Type, value string, ttl uint32) Form {
	panic("stub")
}
