package checks

import (
	"reflect"
	"strings"
	"time"

	"todoku/checks/facts"
	"todoku/checks/snapshot"
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
	Service   string             // ID of a host or sender in the catalogue
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

// Zero reports whether the argument was not given.
func (a Arg) Zero() bool {
	v := reflect.ValueOf(a.Value)
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}
