package spf

// Reasons that Why gives beside the results of RFC 7208: why a term, or a record, did not come to be judged.
const (
	WhyFailed  = "failed"          // a look-up failed
	WhyMissing = "missing"         // a look-up is still to be made
	WhyTooDeep = "too-deep"        // records include each other deeper, or more of them, than is read
	WhyMacro   = "macro"           // the name depends on the mail (RFC 7208 section 7)
	WhySeveral = "several-records" // more than one record stands at the name (RFC 7208 section 4.5)
)
