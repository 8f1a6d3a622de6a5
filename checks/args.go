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

// The kinds of arguments. The Go type of a value, not its field's name, decides how it is shown to people. Names, texts
// and addresses come from DNS, from a mail or from the owner and are not escaped yet.
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
	Services  []string           // IDs of hosts and senders, or names of servers that no catalogue entry owns
	Where     string             // ID of a host; shown as the place in its console that gives the server's name or address
	Menu      string             // ID of a host or sender; shown as the place in its console that gives the DKIM key
	Need      string             // ID of a sender; shown as what the catalogue knows of its SPF terms
	Panel     string             // ID of a DNS panel in the catalogue
	Switch    string             // ID of a DNS panel; shown as what turns its web proxy off for one record
	Count     int                // how many; chooses the plural
	Number    int                // a number that does not choose a plural
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

// Arg is one argument of a finding; Name is its key in texts and in JSON.
type Arg struct {
	Name  string
	Value any // of one of the kinds
}

// Arguments returns the fields of a finding's Args in declaration order, or nil for nil. An argument's name is the
// field's name in lower case.
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

// Kind returns the kind of the argument in lower case: names, seconds, service, …
func (a Arg) Kind() string { return strings.ToLower(reflect.TypeOf(a.Value).Name()) }

// Zero reports whether the argument was not given. A number counts as given even when it is 0.
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

// MarshalText returns the date as an RFC 3339 full-date, or nothing for the zero Day.
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

// MarshalText returns the moment in UTC as an RFC 3339 date-time.
func (m Moment) MarshalText() ([]byte, error) { return time.Time(m).UTC().MarshalText() }

// UnmarshalText reads what MarshalText writes.
func (m *Moment) UnmarshalText(text []byte) error { return (*time.Time)(m).UnmarshalText(text) }

// String returns the argument in the form that the command line promises: lists joined with commas, durations in seconds,
// dates and times as in RFC 3339.
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

// Decode reads a finding's arguments and the names of its states back from JSON. It returns an error for a state that the
// rule does not declare.
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
	err := json.Unmarshal(args, v.Interface()) // matches field names regardless of case
	return v.Elem().Interface(), list, err
}
