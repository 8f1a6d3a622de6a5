package catalog

import (
	"slices"
	"strings"
)

// pattern is a host name pattern split into labels, the last label first.
type pattern struct {
	labels []string
	weight int // number of labels, then of characters: the longest match wins
	plain  bool
}

func newPattern(s string) pattern {
	p := pattern{labels: reversed(s), plain: !strings.ContainsAny(s, "*#")}
	for _, l := range p.labels {
		p.weight += 1000 + len(l) - strings.Count(l, "*") - strings.Count(l, "#")
	}
	return p
}

// reversed returns the labels of a name, the last one first.
func reversed(name string) []string {
	l := strings.Split(name, ".")
	for i, j := 0, len(l)-1; i < j; i, j = i+1, j-1 {
		l[i], l[j] = l[j], l[i]
	}
	return l
}

// suffix reports whether the pattern matches the end of the name, at a label boundary.
func (p pattern) suffix(name []string) bool {
	if len(name) < len(p.labels) {
		return false
	}
	for i, l := range p.labels {
		if l != name[i] && (p.plain || !glob(l, name[i])) {
			return false
		}
	}
	return true
}

// whole reports whether the pattern matches the whole name.
func (p pattern) whole(name []string) bool { return len(name) == len(p.labels) && p.suffix(name) }

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

// table holds patterns and their owners, by the pattern's last label.
type table struct {
	byLast map[string][]row
}

type row struct {
	pattern
	text  string
	owner string
}

func (t *table) add(owner string, patterns ...string) {
	if t.byLast == nil {
		t.byLast = map[string][]row{}
	}
	for _, s := range patterns {
		p := newPattern(s)
		t.byLast[p.labels[0]] = append(t.byLast[p.labels[0]], row{p, s, owner})
	}
}

// find returns all owners of the longest pattern that the name ends with.
func (t *table) find(name string) matches {
	labels := reversed(strings.ToLower(strings.TrimSuffix(name, ".")))
	var m matches
	best := 0
	for _, r := range t.byLast[labels[0]] {
		if r.weight < best || !r.suffix(labels) {
			continue
		}
		if r.weight > best {
			best, m = r.weight, matches{pattern: r.text, weight: r.weight}
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
	return len(hosts)+len(x.sMX.find(mx).owners) > 0 && !slices.ContainsFunc(hosts, func(id string) bool { return x.host(id).Server != nil })
}

// Serves reports whether a name server is one of the panel's.
func (p Panel) Serves(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, s := range p.NS {
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
