package bounce

// Decode makes UTF-8 of the bytes of a text in any charset that Japanese mail comes in. Whoever reads something else that
// people take out of their mail, as a list of addresses, reads it as mail is read.
func Decode(raw []byte) string { return decodeText(raw, "") }
