package message

import (
	"crypto/sha256"
	"strings"
	"time"

	"example.org/todoku/checks/spf"
)

// signedText returns what a signature's header hash covers (RFC 6376 section 3.7): the fields that h= names, each name
// from the bottom up, and the signature without the value of b=. swap replaces fields by index; "" removes one.
func (m *Message) signedText(s Signature, swap map[int]string) string {
	var b strings.Builder
	used := map[string]int{}
	for _, name := range s.Headers {
		k := strings.ToLower(name)
		at := m.index[k]
		for n := len(at) - 1 - used[k]; n >= 0; n-- {
			used[k]++
			raw := m.Header[at[n]].Raw
			if other, ok := swap[at[n]]; ok {
				raw = other
			}
			if raw != "" {
				b.WriteString(canonField(raw, s.relaxedHeader()))
				break
			}
		}
	}
	b.WriteString(strings.TrimSuffix(canonField(unsigned(m.Header[s.Field].Raw), s.relaxedHeader()), "\r\n"))
	return b.String()
}

func (m *Message) signedHash(s Signature, swap map[int]string) []byte {
	sum := sha256.Sum256([]byte(m.signedText(s, swap)))
	return sum[:]
}

// arrival returns when the receiver checked the mail, as far as its header tells, to compare with a signature's expiry.
// If it is zero, nothing counts as expired.
func (m *Message) arrival() time.Time { return m.Received }

// clockSlack is the largest accepted difference between two servers' clocks.
const clockSlack = 15 * time.Minute

// dkim verifies one signature.
func (m *Message) dkim(s Signature, ask func(name, typ string) spf.Reply) DKIM {
	d := DKIM{Signature: s}
	v, k := m.check(s, ask, &d)
	d.Result, d.Reason, d.Detail = v.result, v.reason, v.detail
	if k != nil {
		d.Testing, d.KeyBits = k.record.Testing, k.record.Bits
	}
	return d
}

// check follows the order of RFC 6376 section 6.1: the signature's form, its time, its key, the body, the header.
func (m *Message) check(s Signature, ask func(name, typ string) spf.Reply, d *DKIM) (verdict, *key) {
	if s.fault != "" {
		return verdict{PermError, BadSyntax, s.fault}, nil
	}
	if v := algorithm(s.Algorithm); v.reason != "" {
		return v, nil
	}
	if at := m.arrival(); !s.Expires.IsZero() && !at.IsZero() && at.Add(-clockSlack).After(s.Expires) {
		return verdict{PermError, Expired, ""}, nil
	}
	keys, v := s.keys(ask)
	if len(keys) == 0 {
		return v, nil
	}
	hash := m.signedHash(s, nil)
	best := &keys[0]
	for i := range keys {
		if keys[i].fits(hash, s.value) {
			best, d.HeaderGood = &keys[i], true
			break
		}
	}
	v = m.together(s, *best, d)
	if v.result == Pass && v.detail == "" {
		switch at := m.arrival(); {
		case len(keys) > 1:
			v.detail = SeveralKeys
		case !at.IsZero() && s.Time.After(at.Add(clockSlack)):
			v.detail = InTheFuture
		}
	}
	return v, best
}

func algorithm(a string) verdict {
	switch a {
	case "rsa-sha256", "ed25519-sha256":
		return verdict{}
	case "rsa-sha1":
		return verdict{PermError, BadAlgorithm, WeakHash}
	}
	return verdict{PermError, BadAlgorithm, OtherAlgorithm}
}

// together judges body and header. A failure that copying may have caused is reported as not known.
func (m *Message) together(s Signature, k key, d *DKIM) verdict {
	body := m.bodyVerdict(s)
	switch {
	case d.HeaderGood:
		return body
	case body.result == Fail:
		return body
	case !m.faithful():
		return verdict{NotKnown, "", HeaderMayDiffer}
	case body.result == NotKnown:
		// The text is as it arrived, but a header alone is often copied by hand, so no failure is claimed.
		if m.Body == Absent {
			return verdict{NotKnown, "", BodyNotSeen}
		}
		return body
	}
	if d.undone = m.repaired(s, k); d.undone != nil || k.signedDigest(s.value) != nil {
		return verdict{Fail, HeaderChanged, ""}
	}
	return verdict{Fail, SignatureWrong, ""}
}

// bodyVerdict compares the body with bh=.
func (m *Message) bodyVerdict(s Signature) verdict {
	b := m.sums.of(s.relaxedBody())
	sum, whole, short := b.sum(), true, false
	if s.Length >= 0 && s.Length != b.size {
		if s.Length > b.size {
			short = true
		} else if part, ok := b.upTo(s.Length); ok {
			sum, whole = part, false
		} else {
			return verdict{NotKnown, "", ManySignatures}
		}
	}
	switch {
	case !short && equal(sum, s.bodyHash):
		if !whole {
			return verdict{Pass, "", UnsignedTail}
		}
		return verdict{Pass, "", ""}
	case m.Body == Absent:
		return verdict{NotKnown, "", BodyNotSeen}
	case m.Body == Cut:
		return verdict{NotKnown, "", BodyNotWhole}
	case m.Body == Touched:
		return verdict{NotKnown, "", BodyMayDiffer}
	case short:
		return verdict{Fail, BodyChanged, ShorterBody}
	}
	return verdict{Fail, BodyChanged, ""}
}
