package dkim

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"strings"
)

// keyData is the decoded content of p=.
type keyData struct {
	sort     string // rsa, ed25519, private, certificate, ec, dsa, other; "" if unknown
	bits     int
	identity []byte // equal for equal keys, however they are encoded
	have     int    // length in bytes
	want     int    // length in bytes by its ASN.1 header; 0 if it has none
	bare     bool   // an RSAPublicKey (RFC 8017 appendix A.1.1) without the SubjectPublicKeyInfo around it
	wrapped  bool   // Ed25519 in SubjectPublicKeyInfo; RFC 8463 section 4 requires the bare 32 bytes
	raw      []byte
}

// decode decodes base64 as far as it goes. padded reports whether the padding is correct (RFC 4648 section 4), ok whether
// there are only base64 characters.
func decode(p string) (data []byte, padded, ok bool) {
	body := strings.TrimRight(p, "=")
	if strings.ContainsAny(body, "=\r\n") {
		return nil, false, false
	}
	padded = len(p)%4 == 0 && len(p)-len(body) < 3
	if len(body)%4 == 1 {
		body = body[:len(body)-1] // cut in the middle of a group; decode the groups before it
	}
	data, err := base64.RawStdEncoding.DecodeString(body)
	return data, padded, err == nil
}

// derSequence is the first byte of every RSA key (X.690 section 8.9).
const derSequence = 0x30

// begins reports whether a few bytes may be the beginning of a key of that type: one of Ed25519 begins with any byte.
func begins(data []byte, keyType string) bool {
	return len(data) == 0 || data[0] == derSequence || keyType == "ed25519"
}

// inspect returns what kind of key the bytes are. It never keeps a private one.
func inspect(data []byte) keyData {
	k := keyData{have: len(data), raw: data}
	if len(data) == 32 {
		k.sort, k.bits, k.identity = "ed25519", 256, data
		return k
	}
	k.want = derLength(data)
	if private(data) {
		return keyData{sort: "private"}
	}
	if k.want == 0 || k.want != k.have {
		return k
	}
	if pub, err := x509.ParsePKCS1PublicKey(data); err == nil {
		k.bare = true
		return k.rsa(pub)
	}
	if pub, ok := spki(data); ok {
		switch {
		case pub.Algorithm.Algorithm.Equal(oidRSA):
			if key, err := x509.ParsePKCS1PublicKey(pub.Key.RightAlign()); err == nil {
				return k.rsa(key)
			}
		case pub.Algorithm.Algorithm.Equal(oidEd25519) && len(pub.Key.Bytes) == 32:
			k.sort, k.bits, k.identity, k.wrapped = "ed25519", 256, pub.Key.Bytes, true
			return k
		case pub.Algorithm.Algorithm.Equal(oidEC):
			k.sort = "ec"
			return k
		case pub.Algorithm.Algorithm.Equal(oidDSA):
			k.sort = "dsa"
			return k
		}
	}
	if _, err := x509.ParseCertificate(data); err == nil {
		k.sort = "certificate"
		return k
	}
	k.sort = "other"
	return k
}

func (k keyData) rsa(pub *rsa.PublicKey) keyData {
	k.sort, k.bits = "rsa", pub.N.BitLen()
	k.identity = append(pub.N.Bytes(), byte(pub.E>>24), byte(pub.E>>16), byte(pub.E>>8), byte(pub.E))
	return k
}

// wrap returns an RSAPublicKey as a SubjectPublicKeyInfo, or the bytes as they are if they are none.
func wrap(data []byte) []byte {
	pub, err := x509.ParsePKCS1PublicKey(data)
	if err != nil {
		return data
	}
	whole, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return data
	}
	return whole
}

var (
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEC      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidDSA     = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
)

type publicKeyInfo struct {
	Algorithm struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	Key asn1.BitString
}

// spki reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
func spki(data []byte) (publicKeyInfo, bool) {
	var info publicKeyInfo
	rest, err := asn1.Unmarshal(data, &info)
	return info, err == nil && len(rest) == 0
}

// derLength returns the length of a DER SEQUENCE by its header, header included, or 0 if b does not start with one.
func derLength(b []byte) int {
	if len(b) < 2 || b[0] != derSequence {
		return 0
	}
	if b[1] < 0x80 {
		return 2 + int(b[1])
	}
	n := int(b[1] & 0x7f)
	if n == 0 || n > 3 || len(b) < 2+n {
		return 0
	}
	l := 0
	for _, c := range b[2 : 2+n] {
		l = l<<8 | int(c)
	}
	return 2 + n + l
}

// private reports whether b starts like a private key, cut or not: SEQUENCE { INTEGER 0 or 1, … } of PKCS#1 and PKCS#8
// (RFC 8017 appendix A.1.2, RFC 5958) and SEC 1. In a public RSA key the first INTEGER is the long modulus.
func private(b []byte) bool {
	if derLength(b) == 0 {
		return false
	}
	head := 2
	if b[1] >= 0x80 {
		head += int(b[1] & 0x7f)
	}
	if len(b) <= head+4 {
		return false
	}
	for _, start := range [][]byte{{2, 1, 0}, {2, 1, 1, 4}, {2, 1, 1, 0x30}} {
		if bytes.HasPrefix(b[head:], start) {
			return true
		}
	}
	return sealed(b)
}

// sealed reports whether b is an encrypted private key: SEQUENCE { SEQUENCE { OID … } OCTET STRING } (RFC 5958 section
// 3).
func sealed(b []byte) bool {
	var info struct {
		Algorithm struct {
			Algorithm  asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Data []byte
	}
	_, err := asn1.Unmarshal(b, &info)
	return err == nil
}

// lettersFor returns the base64 length of n bytes, padding included.
func lettersFor(n int) int { return base64.StdEncoding.EncodedLen(n) }
