// Package dmarc parses, corrects and prints DMARC policy records (RFC 9989, formerly RFC 7489). It looks nothing up and
// gives no advice.
package dmarc

// Record is one DMARC record, parsed as far as it can be and as leniently as receivers do.
type Record struct {
	Raw       string
	Policy    string   // p: none, quarantine or reject; "" if missing or unreadable
	Sub       string   // sp
	NonExist  string   // np
	Reports   []Report // rua
	Failures  []Report // ruf
	DKIMAlign string   // adkim: r or s
	SPFAlign  string   // aspf
	Testing   bool     // t=y
	PSD       string   // psd: y, n, u
	Percent   *int     // pct, historic since RFC 9989
	Tags      []Tag    // all, in the order written
	Problems  []Problem
}

// Report is one report address.
type Report struct {
	URI     string // as written
	Address string // mail address in ASCII; "" if the URI is not a valid mailto:
	Host    string // domain of the address
}

// Tag is one tag as written.
type Tag struct {
	Name, Value string
	Start, End  int // byte positions in Raw
}

// Problem is one mistake: Code is kebab-case and stable.
type Problem struct {
	Code       string // bad-version, no-policy, bad-policy, tag-case, value-case, no-mailto, bad-separator, typographic, historic, …
	Text       string
	Start, End int
	Fix        string
	Fatal      bool // receivers ignore the record because of it
}
