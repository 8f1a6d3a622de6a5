package spf

// Values of Why that are not results of RFC 7208: reasons for which a term or record was not evaluated.
const (
	WhyFailed  = "failed"          // a look-up failed
	WhyMissing = "missing"         // a look-up was not made yet
	WhyTooDeep = "too-deep"        // there are more includes, or deeper ones, than Walk reads
	WhyMacro   = "macro"           // the name depends on the mail (RFC 7208 section 7)
	WhySeveral = "several-records" // the name has several SPF records (RFC 7208 section 4.5)
)
