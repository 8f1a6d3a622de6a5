package lab

import (
	"errors"
	"strings"
)

// Finding is one line of a scenario's findings section. Every part but the code is empty where it has the usual value,
// so that a line shows only what is special in the scenario.
type Finding struct {
	Code     string
	State    string // one of the code's states
	Name     string // the DNS name it is about, if that is not the domain itself
	Severity string // if it is not the one in the rule's row
	Under    string // the code of the finding that hides this one
}

// String returns the finding as the section writes it: CODE [STATE] [at NAME] [as SEVERITY] [under CODE].
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Code)
	for _, part := range [...]struct{ word, value string }{{"", f.State}, {" at", f.Name}, {" as", f.Severity}, {" under", f.Under}} {
		if part.value != "" {
			b.WriteString(part.word + " " + part.value)
		}
	}
	return b.String()
}

var errFinding = errors.New("want CODE [STATE] [at NAME] [as SEVERITY] [under CODE]")

// readFinding parses the fields of what String writes.
func readFinding(fields []string) (Finding, error) {
	f := Finding{Code: fields[0]}
	rest := fields[1:]
	if len(rest)%2 == 1 {
		f.State, rest = rest[0], rest[1:]
	}
	for _, part := range [...]struct {
		word string
		into *string
	}{{"at", &f.Name}, {"as", &f.Severity}, {"under", &f.Under}} {
		if len(rest) > 0 && rest[0] == part.word {
			*part.into, rest = rest[1], rest[2:]
		}
	}
	if len(rest) > 0 || f.State == "at" || f.State == "as" || f.State == "under" {
		return Finding{}, errFinding
	}
	return f, nil
}

func (sc *Scenario) readFindings(s section) error {
	sc.Findings = []Finding{}
	return s.eachLine(func(fields []string) error {
		f, err := readFinding(fields)
		sc.Findings = append(sc.Findings, f)
		return err
	})
}

// Shows reports whether the scenario has a finding of a code that no other finding hides.
func (sc Scenario) Shows(code string) bool {
	for _, f := range sc.Findings {
		if f.Code == code && f.Under == "" {
			return true
		}
	}
	return false
}
