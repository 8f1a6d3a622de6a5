package message

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/internal/taglist"
)

// Signature is one DKIM-Signature field (RFC 6376 section 3.5), or its counterpart in ARC, as far as it could be
// parsed.
type Signature struct {
	Field     int    // index into Message.Header
	Domain    string // d=, ASCII
	Selector  string
	Algorithm string // a=
	Canon     string // c= as "header/body"
	Identity  string // i=
	Headers   []string
	Time      time.Time // t=; zero if absent
	Expires   time.Time // x=
	Length    int64     // l=; -1 if absent

	tags     map[string]string
	bodyHash []byte
	value    []byte
	fault    string // a code of Details
}

// Beginning returns the first n characters of b=, by which receivers distinguish several signatures (RFC 6008).
func (s Signature) Beginning(n int) string {
	b := squeeze(s.tags["b"])
	return b[:min(n, len(b))]
}

func (s Signature) relaxedHeader() bool { return strings.HasPrefix(s.Canon, "relaxed") }
func (s Signature) relaxedBody() bool   { return strings.HasSuffix(s.Canon, "/relaxed") }

// Codes of DKIM.Detail and ARC.Detail.
const (
	NoTag           = "tag-missing"       // a required tag is missing
	TwiceTag        = "tag-twice"         // a tag is there twice
	OddTag          = "tag-odd"           // not a tag, or an invalid value
	OddVersion      = "version"           // v= is not 1
	OddIdentity     = "identity"          // i= is not d= or a subdomain of it
	StrictIdentity  = "identity-strict"   // i= is a subdomain of d=, but the key allows only d= (t=s)
	UnsignedFrom    = "from-unsigned"     // h= does not name From
	OddQuery        = "query"             // q= names no known method
	OddCanon        = "canonicalization"  // c= names no known form
	TooManyHeaders  = "headers"           // h= is too long
	WeakHash        = "sha1"              // RFC 8301 section 3.1
	OtherAlgorithm  = "unknown-algorithm" // a= is unknown
	KeyType         = "key-type"          // the key's k= does not match a=
	KeyHash         = "key-hash"          // the key's h= does not allow the hash of a=
	KeyService      = "key-service"       // the key's s= is not for mail
	KeyTooLong      = "key-long"          // longer than verifiers accept
	SeveralKeys     = "several-keys"      // several records at the selector, which receivers treat differently
	ShorterBody     = "body-shorter"      // less body than l= covers
	UnsignedTail    = "unsigned-tail"     // pass, but l= leaves the end of the body unsigned
	BodyNotSeen     = "body-not-seen"     // not known: only the header was given
	BodyNotWhole    = "body-cut"          // not known: the end is missing
	BodyMayDiffer   = "body-copied"       // not known: copying may have changed the body
	HeaderMayDiffer = "header-copied"     // not known: copying may have changed the header
	KeyNotAsked     = "key-not-asked"     // not known: the key was not looked up
	NotPasted       = "not-pasted"        // not known: the receiver saw the signature, and its field is missing here
	InTheFuture     = "future"            // pass, but t= is after the mail's arrival
	ManySignatures  = "unverified"        // not known: beyond MaxSignatures
)

// Details returns all values of DKIM.Detail.
func Details() []string {
	return []string{NoTag, TwiceTag, OddTag, OddVersion, OddIdentity, StrictIdentity, UnsignedFrom, OddQuery, OddCanon, TooManyHeaders,
		WeakHash, OtherAlgorithm, KeyType, KeyHash, KeyService, KeyTooLong, SeveralKeys, ShorterBody, UnsignedTail, BodyNotSeen, BodyNotWhole,
		BodyMayDiffer, HeaderMayDiffer, KeyNotAsked, NotPasted, InTheFuture}
}

// maxSigned is the largest number of names in h=.
const maxSigned = 500

// tagged parses the tags of a signature. White space in a value is ignored, except in i=.
func tagged(value string) (s Signature) {
	s = Signature{Length: -1, tags: map[string]string{}}
	tags, faults := taglist.Parse(value)
	for _, f := range faults {
		switch f.Code {
		case taglist.Duplicate:
			s.wrong(TwiceTag)
		case taglist.EmptyTag: // verifiers ignore it
		default:
			s.wrong(OddTag)
		}
	}
	for _, t := range tags {
		if _, twice := s.tags[t.Name]; !twice {
			s.tags[t.Name] = t.Value
		}
	}
	s.Domain, _ = asciiDomain(squeeze(s.tags["d"]))
	s.Selector = squeeze(s.tags["s"])
	s.Algorithm = squeeze(s.tags["a"])
	s.Canon = canonOf(squeeze(s.tags["c"]))
	s.Identity = s.tags["i"]
	if h := squeeze(s.tags["h"]); h != "" {
		s.Headers = strings.Split(h, ":")
	}
	s.Time, s.Expires = s.instant("t"), s.instant("x")
	if l, ok := s.tags["l"]; ok {
		n, err := strconv.ParseInt(squeeze(l), 10, 64)
		if s.Length = n; err != nil || n < 0 {
			s.Length = -1
			s.wrong(OddTag)
		}
	}
	s.value = s.base64("b")
	return s
}

func (s *Signature) wrong(code string) {
	if s.fault == "" {
		s.fault = code
	}
}

// canonOf completes c= (RFC 6376 section 3.5): the default is simple.
func canonOf(c string) string {
	header, body, _ := strings.Cut(c, "/")
	if header == "" {
		header = "simple"
	}
	if body == "" {
		body = "simple"
	}
	return header + "/" + body
}

func (s *Signature) instant(tag string) time.Time {
	v, ok := s.tags[tag]
	if !ok {
		return time.Time{}
	}
	n, err := strconv.ParseInt(squeeze(v), 10, 64)
	if err != nil || n < 0 {
		if len(squeeze(v)) < 12 { // a later time means no limit at all (RFC 6376 section 3.5)
			s.wrong(OddTag)
		}
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

func (s *Signature) base64(tag string) []byte {
	v, ok := s.tags[tag]
	if !ok {
		s.wrong(NoTag)
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(squeeze(v))
	if err != nil || len(data) == 0 {
		s.wrong(OddTag)
		return nil
	}
	return data
}

// squeeze removes folding white space.
func squeeze(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(s)
}

// hashesBody parses the tags of a signature that covers a body.
func (s *Signature) hashesBody() {
	s.bodyHash = s.base64("bh")
	for _, tag := range []string{"a", "d", "s", "h"} {
		if v, ok := s.tags[tag]; !ok || squeeze(v) == "" && tag != "h" {
			s.wrong(NoTag)
		}
	}
	for _, part := range strings.Split(s.Canon, "/") {
		if part != "simple" && part != "relaxed" {
			s.wrong(OddCanon)
		}
	}
	if len(s.Headers) > maxSigned {
		s.Headers = s.Headers[:maxSigned]
		s.wrong(TooManyHeaders)
	}
	if !askable(s.keyName()) {
		s.wrong(OddTag)
	}
	if !s.Time.IsZero() && !s.Expires.IsZero() && !s.Expires.After(s.Time) {
		s.wrong(OddTag)
	}
	if q, ok := s.tags["q"]; ok && !slices.ContainsFunc(strings.Split(squeeze(q), ":"), func(m string) bool { return strings.EqualFold(m, "dns/txt") || strings.EqualFold(m, "dns") }) {
		s.wrong(OddQuery)
	}
}

func (s *Signature) signs(name string) bool {
	return slices.ContainsFunc(s.Headers, func(h string) bool { return strings.EqualFold(h, name) })
}

// dkimSignature parses a DKIM-Signature field.
func dkimSignature(f Field) Signature {
	s := tagged(f.Value)
	s.hashesBody()
	switch v, ok := s.tags["v"]; {
	case !ok:
		s.wrong(NoTag)
	case v != "1":
		s.wrong(OddVersion)
	}
	if !s.signs("from") {
		s.wrong(UnsignedFrom)
	}
	if i, ok := s.tags["i"]; ok {
		if host, good := s.agent(i); !good || host != s.Domain && !strings.HasSuffix(host, "."+s.Domain) {
			s.wrong(OddIdentity)
		}
	}
	return s
}

// agent returns the domain of i=.
func (s *Signature) agent(i string) (host string, ok bool) {
	at := strings.LastIndexByte(i, '@')
	if at < 0 {
		return "", false
	}
	return asciiDomain(squeeze(i[at+1:]))
}

// keyName returns the name of the key's record in DNS (RFC 6376 section 3.6.2.1).
func (s *Signature) keyName() string { return dnsname.Key(strings.ToLower(s.Selector), s.Domain) }

// unsigned returns the signature field without the value of b= (RFC 6376 section 3.7), otherwise as written.
func unsigned(raw string) string {
	head, value, _ := strings.Cut(raw, ":")
	parts := strings.Split(value, ";")
	for i, p := range parts {
		name, val, ok := strings.Cut(p, "=")
		if ok && strings.TrimSpace(name) == "b" {
			end := ""
			if i == len(parts)-1 { // keep the line end, which is not part of the value
				end = val[len(strings.TrimRight(val, "\r\n")):]
			}
			parts[i] = name + "=" + end
		}
	}
	return head + ":" + strings.Join(parts, ";")
}
