package message

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/spf"
)

// maxKeyBits limits the work of one verification. RFC 8301 section 3.2 requires no more than 4096.
const maxKeyBits = 16384

// verdict is the result for a key or a signature.
type verdict struct {
	result Result
	reason Reason
	detail string
}

// key is one usable public key.
type key struct {
	record dkim.Record
	public any // *rsa.PublicKey or ed25519.PublicKey
}

// keys returns the usable keys of a signature. If there is none, v says why.
func (s *Signature) keys(ask func(name, typ string) spf.Reply) (out []key, v verdict) {
	r := ask(s.keyName(), "TXT")
	switch r.Status {
	case spf.Missing:
		return nil, verdict{NotKnown, "", KeyNotAsked}
	case spf.TempErr:
		return nil, verdict{TempError, DNSFailed, ""}
	case spf.Void:
		return nil, verdict{PermError, KeyMissing, ""}
	}
	v = verdict{PermError, KeyMissing, ""}
	for _, txt := range r.TXT[:min(len(r.TXT), 8)] {
		if !dkim.Is(txt) {
			continue
		}
		k, bad := s.key(dkim.Parse(txt))
		if bad.reason != "" {
			v = bad
			continue
		}
		out = append(out, k)
	}
	return out, v
}

// key checks one key record for this signature.
func (s *Signature) key(r dkim.Record) (key, verdict) {
	kind, hash, _ := strings.Cut(s.Algorithm, "-")
	bad := func(reason Reason, detail string) (key, verdict) { return key{}, verdict{PermError, reason, detail} }
	has := func(list []string, w string) bool {
		return slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, w) })
	}
	fatal := func(codes ...string) bool {
		return slices.ContainsFunc(r.Problems, func(p dkim.Problem) bool { return p.Fatal && slices.Contains(codes, p.Code) })
	}
	switch {
	case r.Revoked:
		return bad(KeyRevoked, "")
	case fatal(dkim.NoSHA256), len(r.Hashes) > 0 && !has(r.Hashes, hash):
		return bad(BadAlgorithm, KeyHash)
	case fatal(dkim.NotForMail):
		return bad(KeyMalformed, KeyService)
	case fatal(dkim.UnknownType), (r.KeyType == "rsa" || r.KeyType == "ed25519") && r.KeyType != kind:
		return bad(BadAlgorithm, KeyType)
	case fatal(dkim.ShortKey):
		return bad(KeyShort, "")
	case r.Bits > maxKeyBits:
		return bad(KeyMalformed, KeyTooLong)
	case fatal(dkim.BadVersion, dkim.TagCase, dkim.Duplicate, dkim.NoKey, dkim.PrivateKey, dkim.BadTag):
		return bad(KeyMalformed, "")
	}
	public := publicKey(r)
	if public == nil {
		return bad(KeyMalformed, "")
	}
	if r.Strict {
		if host, ok := s.agent(s.Identity); s.Identity != "" && (!ok || host != s.Domain) {
			return bad(BadSyntax, StrictIdentity)
		}
	}
	return key{r, public}, verdict{}
}

// publicKey decodes p=: a SubjectPublicKeyInfo or a bare RSA key (errata 3017 to RFC 6376), or 32 bytes for Ed25519
// (RFC 8463 section 4).
func publicKey(r dkim.Record) any {
	data, err := base64.StdEncoding.DecodeString(r.Key)
	if err != nil {
		return nil
	}
	if r.KeyType == "ed25519" {
		if len(data) != ed25519.PublicKeySize {
			return nil
		}
		return ed25519.PublicKey(data)
	}
	if pub, err := x509.ParsePKCS1PublicKey(data); err == nil {
		return pub
	}
	pub, err := x509.ParsePKIXPublicKey(data)
	if k, ok := pub.(*rsa.PublicKey); err == nil && ok {
		return k
	}
	return nil
}

// fits reports whether a signature is valid for a digest.
func (k key) fits(digest, sig []byte) bool {
	switch p := k.public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(p, crypto.SHA256, digest, sig) == nil
	case ed25519.PublicKey:
		return ed25519.Verify(p, digest, sig)
	}
	return false
}

// sha256Info is the DigestInfo in front of a SHA-256 digest (RFC 8017 section 9.2, note 1).
var sha256Info = []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}

// signedDigest returns the digest that was signed with the key, which shows what a valid signature covered. It is nil
// if the signature was not made with this key, and for Ed25519, which does not reveal it.
func (k key) signedDigest(sig []byte) []byte {
	p, ok := k.public.(*rsa.PublicKey)
	if !ok || len(sig) != p.Size() {
		return nil
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(p.N) >= 0 {
		return nil
	}
	em := s.Exp(s, big.NewInt(int64(p.E)), p.N).FillBytes(make([]byte, p.Size()))
	n := len(em) - 32 - len(sha256Info)
	if n < 11 || em[0] != 0 || em[1] != 1 || em[n-1] != 0 || !slices.Equal(em[n:n+len(sha256Info)], sha256Info) {
		return nil
	}
	for _, c := range em[2 : n-1] {
		if c != 0xff {
			return nil
		}
	}
	return em[n+len(sha256Info):]
}
