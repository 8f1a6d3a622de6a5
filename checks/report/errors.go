package report

import "fmt"

// Why says why a file contains no usable aggregate report.
type Why string

// The reasons. The first three are no fault of the file.
const (
	NoReport      Why = "no-report"        // something else: a mail without a report, a picture, a web page
	FailureReport Why = "failure-report"   // a report about one message (RFC 9991, RFC 6591)
	TLSReport     Why = "tls-report"       // a report about TLS (RFC 8460)
	Empty         Why = "empty"            // an empty file
	Truncated     Why = "truncated"        // the file is cut off
	NoDomain      Why = "no-domain"        // a report that does not name its domain
	Incomplete    Why = "incomplete"       // a report without both its period and its records
	BadArchive    Why = "bad-archive"      // gzip or zip data that cannot be unpacked
	Encrypted     Why = "encrypted"        // a zip with a password
	OtherArchive  Why = "other-archive"    // an archive of another kind: rar, 7z, xz
	OutlookFile   Why = "outlook-file"     // a mail in Outlook's format (.msg)
	TooBig        Why = "too-big"          // larger, unpacked, than a report can be
	TooLong       Why = "element-too-long" // one element longer than in any report
	Entities      Why = "entities"         // XML that declares its own entities, as no report does
	TooDeep       Why = "too-deep"         // archives, mails or elements nested too deeply
	TooMany       Why = "too-many"         // more parts or sources than are read
	Unreadable    Why = "unreadable"       // the file could not be opened or read
	Stopped       Why = "stopped"          // reading was stopped
)

// Whys lists every Why.
func Whys() []Why {
	return []Why{NoReport, FailureReport, TLSReport, Empty, Truncated, NoDomain, Incomplete, BadArchive, Encrypted, OtherArchive, OutlookFile,
		TooBig, TooLong, Entities, TooDeep, TooMany, Unreadable, Stopped}
}

// Error says why one file, or one part of it, gave no report.
type Error struct {
	File string // as given
	Part string // of an archive or a mail; "" for the file itself
	Why  Why
	Err  error // of the system or an archive, where there is one
}

// Error is meant for logs; users read the words of i18n.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.File, e.Why)
	if e.Part != "" {
		s = fmt.Sprintf("%s (%s): %s", e.File, e.Part, e.Why)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the error behind.
func (e *Error) Unwrap() error { return e.Err }

// fault is a Why on its way up to its file.
type fault struct {
	why Why
	err error
}

func (f *fault) Error() string {
	if f.err != nil {
		return string(f.why) + ": " + f.err.Error()
	}
	return string(f.why)
}

func (f *fault) Unwrap() error { return f.err }

// fail returns a fault.
func fail(why Why, err error) error { return &fault{why, err} }
