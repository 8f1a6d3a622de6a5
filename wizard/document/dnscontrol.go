package document

import (
	"fmt"
	"unicode/utf8"

	"example.org/todoku/checks/snapshot"
)

// dnsControl writes the plan as a D_EXTEND of dnsconfig.js: names are relative, "@" is the domain itself, targets are
// absolute with a final dot, and TXT values are written as they are (docs.dnscontrol.org: language-reference, D_EXTEND,
// TXT, MX, CNAME, TTL).
func dnsControl(in Input) []byte {
	s := newFragment(in, "//", jsString)
	list := stepsOf(in)
	s.head("dnscontrol", list)
	last := -1
	var written []string
	for i, x := range list {
		call := ""
		if x.whole() {
			call = jsRecord(x, in.Zone())
		}
		if written = append(written, call); call != "" {
			last = i
		}
	}
	if last >= 0 {
		s.line("D_EXTEND(" + jsString(in.Zone()) + ",")
		s.indent = "  "
	}
	for i, x := range list {
		s.tell(x)
		switch {
		case i < last && written[i] != "":
			s.line(written[i] + ",")
		case i == last:
			s.line(written[i]) // a comma before the closing bracket is an error in ECMAScript 5, which DNSControl uses
		case x.whole():
			s.say(s.t("unwritable", "value", plainValue(x.Value)))
		}
		if i == last {
			s.indent = ""
			s.line(");")
		}
	}
	return []byte(s.String())
}

// jsRecord returns a record as a function call; "" where DNSControl cannot express it: a name outside the zone, or
// bytes that are not text.
func jsRecord(x step, zone string) string {
	name, ok := below(x.Name, zone)
	switch {
	case !ok || !utf8.ValidString(x.Value):
		return ""
	case name == "":
		name = "@"
	default:
		name = presentName(name, decimal)
	}
	var args string
	switch x.Type {
	case snapshot.MX:
		pref, host := exchange(x.Value)
		args = pref + ", " + jsString(absolute(host))
	case snapshot.CNAME, snapshot.NS, snapshot.PTR:
		args = jsString(absolute(x.Value))
	default:
		args = jsString(x.Value)
	}
	return fmt.Sprintf("%s(%s, %s, TTL(%d))", x.Type, jsString(name), args, x.ttl())
}
