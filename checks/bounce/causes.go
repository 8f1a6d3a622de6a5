package bounce

import (
	_ "embed" // for the table
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed causes.tsv
var causesFile string

// sequel is what follows from a cause.
type sequel struct {
	cause Cause
	fix   Fix
	job   Job
	step  Step
}

// sequels reads the embedded table once. It cannot fail but by a defect of the program, which the tests find.
var sequels = sync.OnceValue(func() []sequel {
	list, err := readSequels(causesFile)
	if err != nil {
		panic(err)
	}
	return list
})

func readSequels(text string) ([]sequel, error) {
	var out []sequel
	for i, cols := range table(text) {
		if len(cols) != 4 {
			return nil, fmt.Errorf("causes.tsv: row %d has %d columns", i+1, len(cols))
		}
		s := sequel{Cause(cols[0]), Fix(cols[1]), Job(cols[2]), Step(cols[3])}
		switch s.fix {
		case FixYes, FixNo, FixDepends:
		default:
			return nil, fmt.Errorf("causes.tsv: %s: %q is no answer", s.cause, s.fix)
		}
		out = append(out, s)
	}
	return out, nil
}

// table splits a file of tab-separated columns; lines that begin with # and empty ones are left out.
func table(text string) [][]string {
	var out [][]string
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			continue
		}
		out = append(out, strings.Split(strings.TrimRight(line, "\r"), "\t"))
	}
	return out
}

// Causes lists all causes, for the tests of their words.
func Causes() []Cause {
	var out []Cause
	for _, s := range sequels() {
		out = append(out, s.cause)
	}
	return out
}

// OtherSteps lists the next steps that stand in place of a cause's own, for the tests of their words.
func OtherSteps() []Step {
	out := []Step{mendMX}
	for _, r := range rows() {
		if s := r.when.step; s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// mendMX is the step where the domain that cannot be found is the sender's own.
const mendMX Step = "mend-mx"

// after gives what follows from a cause.
func after(c Cause) sequel {
	for _, s := range sequels() {
		if s.cause == c {
			return s
		}
	}
	return sequel{c, FixDepends, JobUnknown, "show-text"}
}

// Words gives the ID of a cause's words in package i18n: slot is name, what, job or next.
func (c Cause) Words(slot string) string { return "bounce.cause." + string(c) + "." + slot }

// Next gives the ID of the words for what comes next: those of the cause, unless the receiver's own words ask for
// something else.
func (r Recipient) Next() string {
	if r.Step == after(r.Cause).step {
		return r.Cause.Words("next")
	}
	return "bounce.step." + string(r.Step)
}
