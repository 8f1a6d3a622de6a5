package checks

import (
	"fmt"
	"reflect"
	"slices"
)

// State is one way in which a finding of some code can be so. It chooses words ("finding.<code>.<state>.<slot>" in i18n),
// and plan and summary read it. Only package checks makes states, as variables beside the rule that declares them, so
// that a misspelt one does not compile.
type State struct{ aspect, name string }

// String is the state's name, as in i18n and in JSON.
func (s State) String() string { return s.name }

// Aspect is the name of the side of the finding that the state is about; "state" where there is but one.
func (s State) Aspect() string { return s.aspect }

// Aspect is one side of a finding: exactly one of its states holds.
type Aspect []State

// either gives the first state where cond holds, else the second.
func either(cond bool, yes, no State) State {
	if cond {
		return yes
	}
	return no
}

// conforms says how a finding departs from what its rule declares: the type of its arguments, one state of each aspect, no
// other state. Nil where it does not.
func (r Rule) conforms(f Finding) error {
	if reflect.TypeOf(f.Args) != reflect.TypeOf(r.Args) {
		return fmt.Errorf("%s: has arguments %T, its rule declares %T", r.Code, f.Args, r.Args)
	}
	left := slices.Clone(f.States)
	for _, a := range r.Aspects {
		n := len(left)
		left = slices.DeleteFunc(left, func(s State) bool { return slices.Contains(a, s) })
		if n-len(left) != 1 {
			return fmt.Errorf("%s: %d states of %v, want one", r.Code, n-len(left), a)
		}
	}
	left = slices.DeleteFunc(left, func(s State) bool { return slices.Contains(r.Remarks, s) })
	if len(left) > 0 {
		return fmt.Errorf("%s: states %v, which its rule does not declare", r.Code, left)
	}
	return nil
}

// States lists every state that a finding of the rule can have.
func (r Rule) States() []State {
	var out []State
	for _, a := range r.Aspects {
		out = append(out, a...)
	}
	return append(out, r.Remarks...)
}
