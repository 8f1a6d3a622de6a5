package checks

import (
	"fmt"
	"reflect"
	"slices"
)

// State is one variant of a finding. It selects the words ("finding.<code>.<state>.<slot>" in i18n), and plan and
// document read it. Only package checks can make states, as variables beside the rule that declares them, so a misspelt
// one does not compile.
type State struct{ aspect, name string }

// String returns the state's name, as in i18n and in JSON.
func (s State) String() string { return s.name }

// Aspect returns the name of the state's aspect; it is "state" where the rule has only one.
func (s State) Aspect() string { return s.aspect }

// Aspect is a group of states of which a finding has exactly one.
type Aspect []State

// either returns yes if cond holds, else no.
func either(cond bool, yes, no State) State {
	if cond {
		return yes
	}
	return no
}

// conforms returns an error if a finding differs from what its rule declares: the type of its arguments, one state of
// each aspect, and no states but those and the remarks.
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

// States returns every state that a finding of the rule can have.
func (r Rule) States() []State {
	var out []State
	for _, a := range r.Aspects {
		out = append(out, a...)
	}
	return append(out, r.Remarks...)
}
