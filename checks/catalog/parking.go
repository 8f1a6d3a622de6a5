package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"example.org/todoku/i18n/bylang"
)

// The kinds of Park.
const (
	ParkExpired = "expired" // expired, and suspended by the registrar
	ParkHeld    = "held"    // suspended until the owner's mail address is confirmed (ICANN RAA 2013)
	ParkSale    = "sale"    // up for sale, or full of advertisements
	ParkIdle    = "idle"    // registered and never set up; at some registrars also expired
)

// Park is a set of name servers of domains that are out of use.
type Park struct {
	NS      []string   `toml:"ns" json:"ns"`           // suffixes of name server names, with "*" allowed
	Name    Text       `toml:"name" json:"name"`       // the company
	Kind    string     `toml:"kind" json:"kind"`       // expired, held, sale or idle
	Source  []string   `toml:"source" json:"source"`   // as in Entry
	Checked string     `toml:"checked" json:"checked"` // when the source was last read, as YYYY-MM-DD
	Conf    Confidence `toml:"confidence" json:"confidence"`
}

// Old reports whether the source was last read more than a year before now; false for a zero time.
func (p Park) Old(now time.Time) bool { return Entry{Checked: p.Checked}.Old(now) }

// parkFile is the structure of parking.toml.
type parkFile struct {
	Park []Park `toml:"park"`
}

// Parking returns the Park to which a name server belongs; false for name servers that also serve live domains.
func (c *Catalog) Parking(host string) (Park, bool) {
	if c.index == nil {
		c.finish(pack{})
	}
	owners := c.index().park.find(host).owners
	if len(owners) == 0 {
		return Park{}, false
	}
	for _, p := range c.Parks() {
		if len(p.NS) > 0 && p.NS[0] == owners[0] {
			return p, true
		}
	}
	return Park{}, false
}

// ParkedAt returns the Park of a domain with these name servers; ok is false unless all of them belong to one.
func (c *Catalog) ParkedAt(hosts []string) (found Park, ok bool) {
	for _, h := range hosts {
		if found, ok = c.Parking(h); !ok {
			return Park{}, false
		}
	}
	return found, ok
}

// readParks reads parking.toml, which may be missing here, though Check requires it. It returns an error, with file and line,
// for the first park without name servers.
func readParks(fsys fs.FS) ([]Park, error) {
	text, err := textOf(fsys, "parking.toml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var f parkFile
	if err := new(decoder).decodeText("parking.toml", text, &f); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Park, func(p Park) bool { return len(p.NS) == 0 })
	if i < 0 {
		return f.Park, nil
	}
	line, seen := 0, -1
	for l := range strings.Lines(text) {
		line++
		if strings.HasPrefix(strings.TrimSpace(l), "[[park]]") {
			seen++
		}
		if seen == i {
			break
		}
	}
	return nil, fmt.Errorf("parking.toml:%d: a park without name servers (%s)", line, f.Park[i].Name.In(bylang.Fallback))
}

// parks checks parking.toml.
func (k *checker) parks() {
	whole := k.open("parking.toml")
	seen := map[string]bool{}
	for _, p := range k.c.Parks() {
		f := whole.section("[[park]]", lineWith(whole.text, `ns = ["`+p.NS[0]+`"`))
		f.patterns("ns", patternForm(), p.NS)
		for _, n := range p.NS {
			if seen[n] {
				f.bad("ns", "%q stands twice", n)
			}
			seen[n] = true
		}
		f.oneOf("kind", p.Kind, ParkExpired, ParkHeld, ParkSale, ParkIdle)
		f.named(p.Name)
		f.sources(p.NS[0], p.Source, p.Checked)
		f.sure("confidence", p.NS[0], p.Conf, p.Source)
	}
}
