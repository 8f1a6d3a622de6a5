package dkim

// Is reports whether a TXT record at a selector's name looks like a key record: it has p=, or v=DKIM1.
func Is(txt string) bool { panic("stub") }

// Parse reads a key record's text. It never fails: what is wrong stands in Problems.
func Parse(txt string) Record { panic("stub") }

// Valid reports whether a verifier can use the key.
func (r Record) Valid() bool { panic("stub") }

// String prints the record in the usual order, v first.
func (r Record) String() string { panic("stub") }

// Clean makes a clean value from whatever was pasted: quotes, split strings, a whole zone line, line breaks, PEM
// armour, full-width letters.
func Clean(pasted string) Paste { panic("stub") }

// Same reports whether two records carry the same key.
func Same(a, b string) bool { panic("stub") }
