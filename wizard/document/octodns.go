package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// octoDNS writes the plan as entries of the zone's YAML file. An entry is the whole record set of its name and type;
// keys are in natural order, which YamlProvider enforces (octodns/yaml.py), and a name with several types has a list.
func octoDNS(in Input) []byte {
	s := newFragment(in, "#", octoText)
	list := stepsOf(in)
	s.head("octodns", list)
	sets := setsOf(in, list)
	zone := in.Zone()
	var names []string
	for _, x := range sets {
		name, ok := below(x.name, zone)
		if ok && len(x.values()) > 0 && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, naturally)
	s.line("---")
	for _, name := range names {
		var here []set
		for _, x := range sets {
			if rest, ok := below(x.name, zone); ok && rest == name && len(x.values()) > 0 {
				here = append(here, x)
			}
		}
		slices.SortFunc(here, func(a, b set) int { return strings.Compare(string(a.typ), string(b.typ)) })
		for _, x := range here {
			s.told(x)
		}
		s.line(yamlString(presentName(name, decimal)) + ":")
		for _, x := range here {
			s.octoSet(x, len(here) > 1)
		}
	}
	if len(names) == 0 {
		s.line("{}")
	}
	for _, x := range sets {
		if _, ok := below(x.name, zone); !ok {
			s.told(x)
			s.say(s.t("outside", "name", x.name, "zone", zone))
		}
	}
	s.gone(sets)
	s.lacking(list)
	return []byte(s.String())
}

// octoSet writes one set, as a list item where the name has several types.
func (s *fragment) octoSet(x set, listed bool) {
	s.indent = "  "
	if listed {
		s.line("- ttl: " + fmt.Sprint(x.ttl))
		s.indent = "    "
	} else {
		s.line("ttl: " + fmt.Sprint(x.ttl))
	}
	defer func() { s.indent = "" }()
	s.line("type: " + string(x.typ))
	if x.typ == snapshot.CNAME {
		s.line("value: " + yamlString(absolute(x.values()[0])))
		return
	}
	s.line("values:")
	for _, v := range x.values() {
		switch x.typ {
		case snapshot.MX:
			pref, host := exchange(v)
			s.line("- exchange: " + yamlString(absolute(host)))
			s.line("  preference: " + pref)
		case snapshot.TXT, snapshot.SPF:
			s.line("- " + yamlString(octoText(v)))
		case snapshot.NS, snapshot.PTR:
			s.line("- " + yamlString(absolute(v)))
		default:
			s.line("- " + yamlString(v))
		}
	}
}

// octoText formats a TXT value for octoDNS: the presentation form without quotes, with a backslash before each ";".
// Other characters that need escaping are written as decimal escapes, since octoDNS takes a bare quote for part of the
// string and refuses non-ASCII (octodns/record/chunked.py).
func octoText(v string) string {
	var b strings.Builder
	for i := range len(v) {
		switch c := v[i]; {
		case c == ';':
			b.WriteString(`\;`)
		case c == '"', c == '\\', c < ' ', c > '~':
			fmt.Fprintf(&b, decimal, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// yamlString returns printable ASCII in single quotes, where only the quote itself needs escaping (YAML 1.2.2
// section 7.3.2).
func yamlString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// naturally compares as natsort does: runs of digits by their number.
func naturally(a, b string) int {
	x, y := runs(a), runs(b)
	for i := range min(len(x), len(y)) {
		n, errN := strconv.Atoi(x[i])
		m, errM := strconv.Atoi(y[i])
		switch {
		case errN == nil && errM == nil && n != m:
			return n - m
		case errN != nil || errM != nil:
			if c := strings.Compare(x[i], y[i]); c != 0 {
				return c
			}
		}
	}
	return len(x) - len(y)
}

// runs splits a text into alternating runs of non-digits and digits; the first run is non-digits and may be empty.
func runs(s string) []string {
	out := []string{""}
	digit := false
	for _, r := range s {
		if d := r >= '0' && r <= '9'; d != digit {
			out, digit = append(out, ""), d
		}
		out[len(out)-1] += string(r)
	}
	return out
}

// told comments a set: its changes, what stays in it, and whether more may exist there.
func (s *fragment) told(x set) {
	for _, step := range x.steps {
		s.tell(step)
	}
	for _, v := range x.kept {
		s.say(s.t("stays", "record", s.record(x.name, x.typ, v)))
	}
	if !x.known {
		s.say(s.t("unseen", "name", x.name, "type", string(x.typ)))
	}
}

// gone comments the sets that become empty.
func (s *fragment) gone(sets []set) {
	for _, x := range sets {
		if len(x.values()) > 0 {
			continue
		}
		s.WriteString("\n")
		s.told(x)
		s.say(s.t("empty", "name", x.name, "type", string(x.typ)))
	}
}

// lacking comments the changes that are in no set, since their value is not known yet.
func (s *fragment) lacking(list []step) {
	for _, x := range list {
		if !x.whole() && x.Action != plan.Remove {
			s.WriteString("\n")
			s.tell(x)
		}
	}
}
