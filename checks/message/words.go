package message

import "slices"

// The texts for these IDs are in i18n/*/message.toml. An ID ends with the code itself.

// Words returns the ID of the form's name.
func (f Form) Words() string { return "message.form." + string(f) }

// Words returns the ID of the words for a repair.
func (d Mend) Words() string { return "message.mend." + string(d) }

// Words returns the ID of the words for what is missing.
func (g Gap) Words() string { return "message.gap." + string(g) }

// Words returns the ID of the result's name; "not known" has one too.
func (r Result) Words() string {
	if r == NotKnown {
		return "message.result.unknown"
	}
	return "message.result." + string(r)
}

// Words returns the ID of the reason.
func (r Reason) Words() string { return "message.reason." + string(r) }

// Words returns the ID of the words for a change. Their arguments are by, domain, header and text.
func (k ChangeKind) Words() string { return "message.change." + string(k) }

// DetailWords returns the ID of a DKIM.Detail, DMARC.Detail or ARC.Detail.
func DetailWords(detail string) string { return "message.detail." + detail }

// ViewWords returns the ID of a page's name.
func ViewWords(view string) string { return "message.view." + view }

// Forms returns all values of Message.Form if there is a header.
func Forms() []Form { return []Form{File, Mbox, Page} }

// Mends returns all values of Message.Mends.
func Mends() []Mend {
	return []Mend{MendBOM, MendUTF16, MendLeading, MendQuoted, MendIndented, MendUnfolded, MendSplit, MendSpaced, MendEscaped}
}

// Gaps returns all values of Message.Gaps.
func Gaps() []Gap {
	return []Gap{GapHeader, GapBinary, GapBody, GapCut, GapFrom, GapReceived, GapEnvelope, GapConnection, GapTooLarge, GapFields, GapMore, GapUnreadable}
}

// Results returns all values of Result.
func Results() []Result { return []Result{NotKnown, Pass, Fail, None, PermError, TempError} }

// Views returns the pages that are recognised.
func Views() []string {
	var out []string
	for _, p := range pages() {
		out = append(out, p.ID)
	}
	slices.Sort(out)
	return out
}

// AllDetails returns the details of DKIM, DMARC and ARC.
func AllDetails() []string { return slices.Concat(Details(), DMARCDetails(), ArcDetails()) }
