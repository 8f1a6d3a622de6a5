package facts

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
)

// BogusState is what is wrong with the DNSSEC signatures of a zone.
type BogusState string

// The values of BogusState.
const (
	BogusLeft     BogusState = "left"     // there is a DS, but the zone is not signed
	BogusMismatch BogusState = "mismatch" // the DS matches none of the keys
	BogusExpired  BogusState = "expired"
	BogusEarly    BogusState = "early"    // the signatures are not valid yet
	BogusUnsigned BogusState = "unsigned" // signatures are missing
	BogusOther    BogusState = "other"
	BogusMaybe    BogusState = "maybe" // uncertain: a resolver failed once, and nothing that was seen is wrong
)

// Bogus is a zone whose answers validating resolvers reject (RFC 4035 section 5.5).
type Bogus struct {
	State    BogusState
	Until    time.Time // when the signatures expired, with BogusExpired; zero if unknown
	Evidence []snapshot.Answer
}

// brokenBy maps the extended error codes of a validating resolver (RFC 8914 section 4) to states.
var brokenBy = map[uint16]BogusState{7: BogusExpired, 8: BogusEarly, 9: BogusLeft, 10: BogusUnsigned, 12: BogusUnsigned}

// Bogus returns what is wrong with the zone's signatures; ok is false if nothing was seen to be wrong. The zone's own
// servers do not notice it.
//
// Either a validating resolver says so, or the DS, the keys and the validity of their signature do not match. A resolver
// alone does not count if the parent has no DS: it may remember an earlier failure.
func (f *Facts) Bogus() (b Bogus, ok bool) {
	zone, ok := f.DNS.Zone()
	if !ok {
		return Bogus{}, false
	}
	ds := f.DS(zone)
	keys, _ := f.DNS.Find(snapshot.Key{Name: zone, Type: snapshot.DNSKEY, Via: snapshot.Authority})
	told, state := f.toldBogus(zone, keys)
	b = Bogus{State: state, Evidence: append(told, Evidence(ds, keys)...)}
	signed := len(ds.Records) > 0 && len(keys.Records) > 0 && !keys.SignedUntil.IsZero() && !keys.At.IsZero()
	switch {
	case ds.Absent():
		return Bogus{}, false
	case len(ds.Records) > 0 && keys.Absent():
		b.State = BogusLeft
	case len(ds.Records) > 0 && keys.Known() && unfit(zone, ds, keys):
		b.State = BogusMismatch
	case signed && keys.At.After(keys.SignedUntil):
		b.State, b.Until = BogusExpired, keys.SignedUntil
	case signed && keys.At.Before(keys.SignedFrom):
		b.State = BogusEarly
	case len(told) == 0:
		return Bogus{}, false
	case state == "" && !slices.ContainsFunc(told, func(a snapshot.Answer) bool { return len(a.Errors) > 0 }):
		// The resolver failed and answered with checking disabled; a cached earlier failure looks the same.
		b.State = BogusMaybe
	case state == "":
		b.State = BogusOther
	}
	return b, true
}

// toldBogus returns the resolver's answers that failed validation, and what their extended errors say is wrong.
func (f *Facts) toldBogus(zone string, keys snapshot.Answer) (told []snapshot.Answer, state BogusState) {
	for _, t := range []snapshot.Type{snapshot.NS, snapshot.SOA} {
		a, _ := f.DNS.Find(snapshot.Key{Name: zone, Type: t, Via: snapshot.Resolver})
		if a.Reason != snapshot.Bogus {
			continue
		}
		told = append(told, a)
		for _, e := range a.Errors {
			if state == "" && !(brokenBy[e.Code] == BogusLeft && keys.Known()) { // the keys that were seen count more
				state = brokenBy[e.Code]
			}
		}
	}
	return told, state
}

// DS returns the DS records of the zone from the parent's servers, else from the resolver.
func (f *Facts) DS(zone string) snapshot.Answer {
	for _, a := range f.DNS.Answers {
		if a.Name == zone && a.Type == snapshot.DS && a.Via == snapshot.Server && a.Known() {
			return a
		}
	}
	a, _ := f.DNS.Find(snapshot.Key{Name: zone, Type: snapshot.DS, Via: snapshot.Resolver})
	return a
}

// unfit reports whether none of the keys matches one of the DS records. It is false if a DS or a key cannot be checked
// here.
func unfit(zone string, ds, keys snapshot.Answer) bool {
	for _, d := range ds.Data() {
		f := strings.Fields(d)
		if len(f) != 4 {
			return false
		}
		for _, k := range keys.Data() {
			rdata, ok := keyData(k)
			if !ok {
				return false
			}
			digest, ok := digestOf(f[2], zone, rdata)
			if !ok || f[1] == strconv.Itoa(int(rdata[3])) && f[0] == strconv.Itoa(int(keyTag(rdata))) && digest == f[3] {
				return false
			}
		}
	}
	return true
}

// keyData returns the RDATA (RFC 4034 section 2.1) of a DNSKEY in presentation form.
func keyData(text string) ([]byte, bool) {
	f := strings.Fields(text)
	if len(f) < 4 {
		return nil, false
	}
	flags, err1 := strconv.ParseUint(f[0], 10, 16)
	proto, err2 := strconv.ParseUint(f[1], 10, 8)
	alg, err3 := strconv.ParseUint(f[2], 10, 8)
	key, err4 := base64.StdEncoding.DecodeString(strings.Join(f[3:], ""))
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil, false
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(flags)), append([]byte{byte(proto), byte(alg)}, key...)...), true
}

// keyTag returns the key tag of a DNSKEY (RFC 4034 appendix B); the obsolete algorithm 1 is not supported.
func keyTag(rdata []byte) uint16 {
	var sum uint32
	for i, b := range rdata {
		if i&1 == 0 {
			sum += uint32(b) << 8
		} else {
			sum += uint32(b)
		}
	}
	return uint16(sum + sum>>16&0xffff)
}

// digestOf returns the digest of a key for a DS (RFC 4034 section 5.1.4, RFC 4509, RFC 6605) in lower-case hex; false if
// the digest type is not supported.
func digestOf(kind, zone string, rdata []byte) (string, bool) {
	var name []byte
	for _, label := range strings.Split(zone, ".") {
		name = append(append(name, byte(len(label))), label...)
	}
	data := append(append(name, 0), rdata...)
	switch kind {
	case "1":
		sum := sha1.Sum(data)
		return hex.EncodeToString(sum[:]), true
	case "2":
		sum := sha256.Sum256(data)
		return hex.EncodeToString(sum[:]), true
	case "4":
		sum := sha512.Sum384(data)
		return hex.EncodeToString(sum[:]), true
	}
	return "", false
}
