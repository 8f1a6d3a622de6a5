package document

import "fmt"

// zoneFile writes the plan as zone file lines (RFC 1035 section 5), to be added to the zone's own file.
func zoneFile(in Input) []byte {
	s := newFragment(in, ";", func(v string) string { return charStrings(v, decimal, " ") })
	list := stepsOf(in)
	s.head("zone", list)
	zone := in.Zone()
	s.line("$ORIGIN " + absolute(zone))
	for _, x := range list {
		s.WriteString("\n")
		s.tell(x)
		if x.whole() {
			s.line(fmt.Sprintf("%s\t%d\tIN\t%s\t%s", ownerName(x.Name, zone), x.ttl(), x.Type, rdata(x.Type, x.Value)))
		}
	}
	return []byte(s.String())
}

// ownerName returns a name as it begins a line under $ORIGIN.
func ownerName(name, zone string) string {
	switch rest, ok := below(name, zone); {
	case !ok:
		return absolute(name)
	case rest == "":
		return "@"
	default:
		return presentName(rest, decimal)
	}
}
