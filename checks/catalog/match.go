package catalog

import (
	"slices"
	"sort"
	"strings"
)

// pattern is a host name pattern.
type pattern struct {
	text   string
	weight int  // number of labels, then of characters: the longest match wins
	plain  bool // nothing in it stands for anything else
}

func newPattern(s string) pattern {
	dots, wild := strings.Count(s, "."), strings.Count(s, "*")+strings.Count(s, "#")
	return pattern{text: s, weight: 1000*(dots+1) + len(s) - dots - wild, plain: wild == 0}
}

// suffix reports whether the pattern matches the end of the name, at a label boundary.
func (p pattern) suffix(name string) bool {
	if p.plain {
		above, ok := strings.CutSuffix(name, p.text)
		return ok && (above == "" || above[len(above)-1] == '.')
	}
	return ends(name, p.text)
}

// whole reports whether the pattern matches the whole name.
func (p pattern) whole(name string) bool {
	return strings.Count(name, ".") == strings.Count(p.text, ".") && p.suffix(name)
}

// glob matches one label; "*" stands for any run of characters, "#" for one or more digits.
func glob(pat, s string) bool {
	i := 0
	for i < len(pat) && pat[i] != '*' && pat[i] != '#' {
		i++
	}
	if i == len(pat) {
		return pat == s
	}
	if !strings.HasPrefix(s, pat[:i]) {
		return false
	}
	s, digits, rest := s[i:], pat[i] == '#', pat[i+1:]
	if rest == "" {
		return !digits || s != "" && strings.Trim(s, "0123456789") == ""
	}
	for n := 0; n <= len(s); n++ {
		if digits && n > 0 && (s[n-1] < '0' || s[n-1] > '9') {
			return false
		}
		if (!digits || n > 0) && glob(rest, s[n:]) {
			return true
		}
	}
	return false
}

// matches are the owners of the longest pattern that fits a name.
type matches struct {
	owners  []string
	pattern string
	weight  int
}

// table holds patterns and their owners, sorted by the pattern's last label.
type table []row

type row struct {
	last string
	pattern
	owner string
}

// add adds an owner's patterns; the table is sorted once all are there.
func (t *table) add(owner string, patterns ...string) {
	for _, s := range patterns {
		_, last, _ := cutLast(s)
		*t = append(*t, row{last, newPattern(s), owner})
	}
}

// find returns all owners of the longest pattern that the name ends with.
func (t table) find(name string) matches {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	_, last, _ := cutLast(name)
	var m matches
	first := sort.Search(len(t), func(i int) bool { return t[i].last >= last })
	for i := first; i < len(t) && t[i].last == last; i++ {
		r := &t[i]
		if r.weight < m.weight || !r.suffix(name) {
			continue
		}
		if r.weight > m.weight {
			m = matches{pattern: r.text, weight: r.weight}
		}
		m.owners = append(m.owners, r.owner)
	}
	return m
}

// Leads reports whether a name is a target of the CNAMEs that a host or sender asks for.
func (c *Catalog) Leads(target string) bool {
	x := c.index()
	return len(x.sCNAME.find(target).owners)+len(x.cname.find(target).owners) > 0
}

// Named reports whether the name of a mail server identifies its company completely. It is false if every customer has a
// server of their own, which the reverse name may show.
func (c *Catalog) Named(mx string) bool {
	x := c.index()
	hosts := x.mx.find(mx).owners
	return len(hosts)+len(x.sMX.find(mx).owners) > 0 && !slices.ContainsFunc(hosts, func(id string) bool { return c.host(id).Server != nil })
}

// Serves reports whether a name server is one of the panel's.
func (p Panel) Serves(host string) bool { return serves(p.NS, host) }

func serves(patterns []string, host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, s := range patterns {
		if ends(host, s) {
			return true
		}
	}
	return false
}

// ends reports whether a name ends with a pattern, at a label border.
func ends(name, pattern string) bool {
	for {
		up, label, more := cutLast(pattern)
		rest, own, deeper := cutLast(name)
		switch {
		case !glob(label, own):
			return false
		case !more:
			return true
		case !deeper:
			return false
		}
		pattern, name = up, rest
	}
}

// cutLast cuts the last label off.
func cutLast(name string) (up, label string, more bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}
