package spf

// Evaluate is check_host() (RFC 7208 section 4) over gathered data.
func Evaluate(d Data, req Request) Verdict { panic("stub") }
