package message

import "slices"

// The IDs of what people read stand in i18n/*/message.toml. An ID ends in the code itself.

// Words is the ID of what the form is called.
func (f Form) Words() string { return "message.form." + string(f) }

// Words is the ID of what was put right.
func (d Mend) Words() string { return "message.mend." + string(d) }

// Words is the ID of what is missing.
func (g Gap) Words() string { return "message.gap." + string(g) }

// Words is the ID of the result's name; what is not known has one too.
func (r Result) Words() string {
	if r == NotKnown {
		return "message.result.unknown"
	}
	return "message.result." + string(r)
}

// Words is the ID of the reason.
func (r Reason) Words() string { return "message.reason." + string(r) }

// Words is the ID of what was done on the way. Its values are by, domain, header and text.
func (k ChangeKind) Words() string { return "message.change." + string(k) }

// DetailWords is the ID of a DKIM.Detail, DMARC.Detail or ARC.Detail.
func DetailWords(detail string) string { return "message.detail." + detail }

// ViewWords is the ID of a page's name.
func ViewWords(view string) string { return "message.view." + view }

// Forms are all that Message.Form can be where there is a header.
func Forms() []Form { return []Form{File, Mbox, Page} }

// Mends are all that Message.Mends can hold.
func Mends() []Mend {
	return []Mend{MendBOM, MendUTF16, MendLeading, MendQuoted, MendIndented, MendUnfolded, MendSplit, MendSpaced, MendEscaped}
}

// Gaps are all that Message.Gaps can hold.
func Gaps() []Gap {
	return []Gap{GapHeader, GapBinary, GapBody, GapCut, GapFrom, GapReceived, GapEnvelope, GapConnection, GapTooLarge, GapFields, GapMore, GapUnreadable}
}

// Results are all that a Result can be.
func Results() []Result { return []Result{NotKnown, Pass, Fail, None, PermError, TempError} }

// Views are the pages that are recognised.
func Views() []string {
	var out []string
	for _, p := range pages() {
		out = append(out, p.ID)
	}
	slices.Sort(out)
	return out
}

// AllDetails are the details of DKIM, DMARC and ARC.
func AllDetails() []string { return slices.Concat(Details(), DMARCDetails(), ArcDetails()) }
