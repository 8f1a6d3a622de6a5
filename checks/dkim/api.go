// Package dkim reads DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463) and repairs pasted ones. It looks
// nothing up and gives no advice.
package dkim

// Record is one key record, parsed as far as it can be.
type Record struct {
	Raw      string
	Version  string
	KeyType  string // rsa, ed25519
	Bits     int    // RSA modulus; 256 for Ed25519; 0 where the key cannot be read
	Key      string // base64 of p= without white space
	Revoked  bool   // p= is there and empty (RFC 6376 section 3.6.1)
	Testing  bool   // t=y
	Strict   bool   // t=s
	Hashes   []string
	Services []string
	Problems []Problem
}

// Problem is one mistake: Code is kebab-case and stable, Text is the piece it is about.
type Problem struct {
	Code  string // no-key, bad-base64, truncated, short-key, private-key, pem, unknown-key-type, bad-version, not-dkim, …
	Text  string
	Fatal bool // a verifier cannot use the key
}

// Paste is what came out of a value that somebody pasted from a console.
type Paste struct {
	Value    string // the clean TXT value, or CNAME target; "" where nothing usable was found
	Alias    bool   // Value is a CNAME target
	Selector string // where the paste named it
	Repaired []string
	Record   Record
	Problem  string // code of what is missing, in the words of Problem.Code; "" where the value is good
}
