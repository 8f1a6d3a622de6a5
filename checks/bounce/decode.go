package bounce

// Decode converts a text in any charset of Japanese mail to UTF-8. It is for other texts that come from mail too, such
// as lists of addresses.
func Decode(raw []byte) string { return decodeText(raw, "") }
