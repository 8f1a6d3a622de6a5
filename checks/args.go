package checks

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// The kinds of arguments. The kind of a value, not its name, says how it is shown to people. All but the kinds of text are
// foreign: what DNS, a mail or the owner said, not yet made printable.
type (
	Name      string             // a DNS name
	Names     []string           // DNS names, or addresses
	Text      string             // a record, or a piece of one
	Texts     []string           // pieces, shown one behind another
	Record    string             // a whole record, in which Finding.Problems have their places
	Address   string             // an IP address, or a mail address
	Places    []string           // IDs of resolvers: google, system, the NAME of a watched one
	Moment    time.Time          // a moment, shown as a clock time
	Service   string             // ID of a host or sender in the catalogue
	Services  []string           // IDs of those, or names of servers that are in no catalogue
	Where     string             // ID of a host; shown as where its console tells the server's name or address
	Menu      string             // ID of a host or sender; shown as where its console gives the key
	Need      string             // ID of a sender; shown as what is known of its SPF
	Panel     string             // ID of a DNS panel in the catalogue
	Count     int                // how many; chooses the plural
	Number    int                // a number that counts nothing that is named beside it
	Seconds   uint32             // a span of time
	Day       time.Time          // a date
	Kinds     []facts.RecordKind // SPF, DKIM, DMARC, MX
	Type      snapshot.Type      // a DNS record type
	Reason    snapshot.Reason    // why a question failed
	KeyFault  string             // what is wrong with a DKIM key: a code of package dkim
	PolicyTag string             // what is wrong with a DMARC record: a code of package dmarc, or of the policy rules
	Cause     string             // why a mail was refused: a cause of package bounce; shown as its name
	Meaning   string             // a cause; shown as what it says
	Job       string             // a cause; shown as whose job it is
	NextStep  string             // ID of the words for what comes next after a refusal
	Receiver  string             // ID of a receiver of package bounce
	Word      string             // a word of a standard that is the same in every language (none, reject, p)
)

// Arg is one argument by its name in texts and in JSON.
type Arg struct {
	Name  string
	Value any // of one of the kinds
}

// Arguments lists the fields of a finding's Args, in their order; nil for nil. A field's name in small letters is the
// argument's name.
func Arguments(args any) []Arg {
	if args == nil {
		return nil
	}
	v := reflect.ValueOf(args)
	var out []Arg
	for i := range v.NumField() {
		out = append(out, Arg{strings.ToLower(v.Type().Field(i).Name), v.Field(i).Interface()})
	}
	return out
}

// Kind is the kind of the argument: names, seconds, service, …
func (a Arg) Kind() string { return strings.ToLower(reflect.TypeOf(a.Value).Name()) }

// Zero reports whether the argument was not given. A number always is.
func (a Arg) Zero() bool {
	v := reflect.ValueOf(a.Value)
	switch {
	case v.Kind() == reflect.Slice:
		return v.Len() == 0
	case v.CanInt(), v.CanUint():
		return false
	}
	return v.IsZero()
}

// MarshalText writes the date (RFC 3339 full-date); a zero Day is empty.
func (d Day) MarshalText() ([]byte, error) {
	if time.Time(d).IsZero() {
		return nil, nil
	}
	return []byte(time.Time(d).Format(time.DateOnly)), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(text))
	*d = Day(t)
	return err
}

// MarshalText writes the moment as RFC 3339 has it.
func (m Moment) MarshalText() ([]byte, error) { return time.Time(m).UTC().MarshalText() }

// UnmarshalText reads what MarshalText writes.
func (m *Moment) UnmarshalText(text []byte) error { return (*time.Time)(m).UnmarshalText(text) }

// String is the argument as the command line contract gives it: lists parted by a comma, spans in seconds, dates and
// moments as RFC 3339 has them.
func (a Arg) String() string {
	switch v := a.Value.(type) {
	case Names:
		return strings.Join(v, ", ")
	case Services:
		return strings.Join(v, ", ")
	case Places:
		return strings.Join(v, ", ")
	case Moment:
		return time.Time(v).UTC().Format(time.RFC3339)
	case Texts:
		return strings.Join(v, " ")
	case Pieces:
		return strings.Join(v, "; ")
	case Kinds:
		return joined(v, func(k facts.RecordKind) string { return string(k) })
	case Versions:
		return joined(v, func(x Version) string { return fmt.Sprintf("%s (%d)", x.Host, x.Serial) })
	case Day:
		text, _ := v.MarshalText()
		return string(text)
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(a.Value)
}

func joined[T any](list []T, text func(T) string) string {
	var out []string
	for _, x := range list {
		out = append(out, text(x))
	}
	return strings.Join(out, ", ")
}

// Decode reads a finding's arguments and the names of its states back from JSON, as the rule declares them.
func (r Rule) Decode(args json.RawMessage, states []string) (any, []State, error) {
	var list []State
	for _, name := range states {
		i := slices.IndexFunc(r.States(), func(s State) bool { return s.name == name })
		if i < 0 {
			return nil, nil, fmt.Errorf("%s has no state %q", r.Code, name)
		}
		list = append(list, r.States()[i])
	}
	if r.Args == nil {
		return nil, list, nil
	}
	v := reflect.New(reflect.TypeOf(r.Args))
	if len(args) == 0 {
		return v.Elem().Interface(), list, nil
	}
	err := json.Unmarshal(args, v.Interface()) // which minds no case in names
	return v.Elem().Interface(), list, err
}
