package spf

// Why is the reason for a result, or for which a term or record was not evaluated; "" if nothing is wrong.
type Why string

// The values of Why.
const (
	WhyFailed     Why = "failed"          // a look-up failed
	WhyMissing    Why = "missing"         // a look-up was not made yet
	WhyTooDeep    Why = "too-deep"        // there are more includes, or deeper ones, than Walk reads
	WhyMacro      Why = "macro"           // the name depends on the mail (RFC 7208 section 7)
	WhySeveral    Why = "several-records" // the name has several SPF records (RFC 7208 section 4.5)
	WhyNoRecord   Why = "no-record"       // the name has other TXT records, but no SPF record
	WhyVoid       Why = "void"            // the name has no records of the type (RFC 7208 section 4.6.4)
	WhyVoidLimit  Why = "void-limit"      // there are more than two void look-ups
	WhyLimit      Why = "limit"           // more than ten terms need a look-up (RFC 7208 section 4.6.4)
	WhyMXLimit    Why = "mx-limit"        // an mx leads to more than ten names
	WhySyntax     Why = "syntax"          // the record cannot be read
	WhyLoop       Why = "loop"            // the record leads back to itself
	WhyNotReached Why = "not-reached"     // an earlier term decided
	WhyDomain     Why = "domain"          // the name is no domain name (RFC 7208 section 4.3)
)
