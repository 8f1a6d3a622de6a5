package spf

// Is reports whether a TXT record's text is an SPF record (RFC 7208 section 4.5).
func Is(txt string) bool { panic("stub") }

// Parse reads a record's text. It never fails: what is wrong stands in Problems.
func Parse(txt string) Record { panic("stub") }

// String prints the record; for a valid one, Parse(r.String()) is r.
func (r Record) String() string { panic("stub") }

// Evaluate is check_host() (RFC 7208 section 4) over gathered data.
func Evaluate(d Data, req Request) Verdict { panic("stub") }

// Walk reads domain's record and all that it includes. record, when not empty, is read in place of what the data
// holds for domain itself (a record that is not published yet).
func Walk(d Data, domain, record string) Tree { panic("stub") }

// Merge joins the records at one name into one that also holds the needed terms (such as "include:a.example" or
// "a:www1.example"), changing as little as it can. why lists, as codes with arguments, what was decided.
func Merge(records []string, needs []string) (merged string, notes []Note) { panic("stub") }

// Note is one decision of Merge.
type Note struct {
	Code string // joined, milder-all, redirect-to-include, duplicate-dropped, all-added, repaired, after-all-moved, …
	Text string // the term it is about
}
