package cli

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// several is the value of a flag that can be given several times. That of package pflag makes a writer of CSV, with a buffer
// of 4 kB, for each flag that is declared.
type several struct{ to *[]string }

// Several declares a flag that can be given several times.
func Several(f *pflag.FlagSet, to *[]string, name, usage string) { f.Var(several{to}, name, usage) }

// Set adds a value.
func (s several) Set(text string) error {
	*s.to = append(*s.to, text)
	return nil
}

// String returns all values, for pflag.
func (s several) String() string {
	if s.to == nil { // pflag compares a value with the zero value of its type
		return "[]"
	}
	return "[" + strings.Join(*s.to, ",") + "]"
}

// Type is that of pflag's own.
func (s several) Type() string { return "stringArray" }

// Append adds a value.
func (s several) Append(text string) error { return s.Set(text) }

// Replace sets the values.
func (s several) Replace(list []string) error {
	*s.to = slices.Clone(list)
	return nil
}

// GetSlice returns the values.
func (s several) GetSlice() []string { return slices.Clone(*s.to) }
