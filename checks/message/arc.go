package message

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/internal/taglist"
	"example.org/todoku/checks/spf"
)

// Instance is one set of an ARC chain (RFC 8617 section 4.2): who sealed it, and what it says about the chain before
// it.
type Instance struct {
	Number int
	Domain string // of the seal
	CV     string // cv= of the seal: none, pass, fail

	results, message, seal int // indexes of fields; -1 if missing
	signature              Signature
	sealed                 Signature
}

// Codes of ARC.Detail.
const (
	ArcIncomplete  = "arc-incomplete" // a set has a field missing or twice
	ArcOrder       = "arc-order"      // the numbers are not 1, 2, 3 …
	ArcTooMany     = "arc-too-many"
	ArcSyntax      = "arc-syntax"
	ArcFailed      = "arc-failed"  // a server stated cv=fail
	ArcCV          = "arc-cv"      // the first seal does not state none, or a later one not pass
	ArcMessage     = "arc-message" // the newest message signature is not valid
	ArcSeal        = "arc-seal"    // a seal is not valid
	ArcKey         = "arc-key"     // a key is missing or unusable
	ArcKeyNotAsked = "arc-key-not-asked"
	ArcBody        = "arc-body" // not known: the body is missing or may have been changed by copying
)

// ArcDetails returns all values of ARC.Detail.
func ArcDetails() []string {
	return []string{ArcIncomplete, ArcOrder, ArcTooMany, ArcSyntax, ArcFailed, ArcCV, ArcMessage, ArcSeal, ArcKey, ArcKeyNotAsked, ArcBody}
}

var arcFields = []string{"arc-authentication-results", "arc-message-signature", "arc-seal"}

// instances collects the sets, by number.
func (m *Message) instances() []Instance {
	sets := map[int]*Instance{}
	for kind, key := range arcFields {
		for _, i := range m.index[key] {
			n := instanceOf(m.Header[i].Value)
			set := sets[n]
			if set == nil {
				if len(sets) > MaxInstances {
					continue
				}
				set = &Instance{Number: n, results: -1, message: -1, seal: -1}
				sets[n] = set
			}
			at := [...]*int{&set.results, &set.message, &set.seal}[kind]
			if *at >= 0 {
				set.signature.wrong(ArcIncomplete) // twice
				continue
			}
			*at = i
		}
	}
	var out []Instance
	for _, s := range sets {
		s.read(m)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Instance) int { return a.Number - b.Number })
	return out
}

// read parses the tags of a set's signature and seal.
func (s *Instance) read(m *Message) {
	twice := s.signature.fault
	if s.message >= 0 {
		s.signature = tagged(m.Header[s.message].Value)
		s.signature.hashesBody()
		s.signature.Field = s.message
		if _, ok := s.signature.tags["v"]; ok {
			s.signature.wrong(OddTag)
		}
		if _, ok := s.signature.tags["c"]; !ok {
			s.signature.Canon = "relaxed/relaxed" // as all validators assume
		}
		if s.signature.signs("arc-seal") {
			s.signature.wrong(OddTag)
		}
	}
	if twice != "" {
		s.signature.fault = twice
	}
	if s.seal < 0 {
		return
	}
	s.sealed = tagged(m.Header[s.seal].Value)
	s.sealed.Field = s.seal
	if _, faults := taglist.Parse(m.Header[s.seal].Value); len(faults) > 0 {
		s.sealed.wrong(OddTag) // RFC 8617 section 5.2 requires the exact form
	}
	s.sealed.Canon = "relaxed/relaxed"
	s.Domain, s.CV = s.sealed.Domain, strings.ToLower(squeeze(s.sealed.tags["cv"]))
	for _, tag := range []string{"h", "bh", "c"} { // RFC 8617 section 4.1.3
		if _, ok := s.sealed.tags[tag]; ok && tag != "c" {
			s.sealed.wrong(OddTag)
		}
	}
	if s.Domain == "" || s.sealed.Selector == "" || s.sealed.Algorithm == "" || !askable(s.sealed.keyName()) {
		s.sealed.wrong(NoTag)
	}
	if s.CV != "none" && s.CV != "pass" && s.CV != "fail" {
		s.sealed.wrong(OddTag)
	}
}

// instanceOf returns i= at the beginning of a field or among its tags; 0 if there is no valid one.
func instanceOf(v string) int {
	for _, part := range strings.Split(clip(v, 8<<10), ";") {
		name, value, ok := strings.Cut(part, "=")
		if ok && squeeze(name) == "i" {
			n, err := strconv.Atoi(squeeze(bare(value)))
			if err != nil || n < 1 || n > 1024 {
				return 0
			}
			return n
		}
	}
	return 0
}

// newestSignature returns the message signature of the last set, whose body hash is needed.
func (m *Message) newestSignature() (Signature, bool) {
	if len(m.Chain) == 0 {
		return Signature{}, false
	}
	s := m.Chain[len(m.Chain)-1]
	return s.signature, s.message >= 0 && s.signature.tags != nil
}

// arc validates the chain (RFC 8617 section 5.2).
func (m *Message) arc(ask func(name, typ string) spf.Reply) ARC {
	n := len(m.Chain)
	a := ARC{Instances: n}
	if n == 0 {
		a.CV = None
		return a
	}
	if a.Detail = m.chainFault(); a.Detail != "" {
		a.CV = Fail
		return a
	}
	// Ask for everything at once, so that one round of answers is enough.
	results := []verdict{m.newestVerdict(ask)}
	for i := n - 1; i >= 0; i-- {
		results = append(results, m.sealVerdict(i, ask))
	}
	for i, v := range results {
		if v.result == Pass {
			continue
		}
		a.CV, a.Detail = v.result, v.detail
		if i > 0 && v.detail == "" {
			a.Detail = ArcSeal
		} else if v.detail == "" {
			a.Detail = ArcMessage
		}
		if a.CV == Fail {
			return a
		}
	}
	if a.Detail == "" {
		a.CV = Pass
	}
	return a
}

// chainFault checks the form of the chain; "" if it is right.
func (m *Message) chainFault() string {
	if len(m.Chain) > MaxInstances {
		return ArcTooMany
	}
	for i, s := range m.Chain {
		switch {
		case s.Number != i+1:
			return ArcOrder
		case s.results < 0 || s.message < 0 || s.seal < 0 || s.signature.fault == ArcIncomplete:
			return ArcIncomplete
		case s.sealed.fault != "" || s.signature.fault != "":
			return ArcSyntax
		}
	}
	if m.Chain[len(m.Chain)-1].CV == "fail" {
		return ArcFailed
	}
	for i, s := range m.Chain {
		if i == 0 && s.CV != "none" || i > 0 && s.CV != "pass" {
			return ArcCV
		}
	}
	return ""
}

// newestVerdict verifies the last set's message signature.
func (m *Message) newestVerdict(ask func(name, typ string) spf.Reply) verdict {
	s := m.Chain[len(m.Chain)-1].signature
	if v := algorithm(s.Algorithm); v.reason != "" {
		return verdict{Fail, v.reason, ArcSyntax}
	}
	keys, v := s.keys(ask)
	if len(keys) == 0 {
		return keyless(v)
	}
	hash := m.signedHash(s, nil)
	good := slices.ContainsFunc(keys, func(k key) bool { return k.fits(hash, s.value) })
	body := m.bodyVerdict(s)
	switch {
	case body.result == Fail:
		return verdict{Fail, "", ArcMessage}
	case !good && m.faithful() && m.Body != Absent:
		return verdict{Fail, "", ArcMessage}
	case !good || body.result == NotKnown:
		return verdict{NotKnown, "", ArcBody}
	}
	return verdict{Pass, "", ""}
}

// keyless says what an unusable key means for the chain.
func keyless(v verdict) verdict {
	switch v.result {
	case NotKnown:
		return verdict{NotKnown, "", ArcKeyNotAsked}
	case TempError:
		return verdict{NotKnown, DNSFailed, ArcKey}
	}
	return verdict{Fail, v.reason, ArcKey}
}

// sealVerdict verifies the seal of one set, which covers all sets up to it except its own b= (RFC 8617 section 5.1.1).
func (m *Message) sealVerdict(at int, ask func(name, typ string) spf.Reply) verdict {
	s := m.Chain[at].sealed
	if v := algorithm(s.Algorithm); v.reason != "" {
		return verdict{Fail, v.reason, ArcSyntax}
	}
	keys, v := s.keys(ask)
	if len(keys) == 0 {
		return keyless(v)
	}
	h := sha256.New()
	for i, set := range m.Chain[:at+1] {
		_, _ = h.Write([]byte(relaxedField(m.Header[set.results].Raw)))
		_, _ = h.Write([]byte(relaxedField(m.Header[set.message].Raw)))
		seal := m.Header[set.seal].Raw
		if i == at {
			seal = strings.TrimSuffix(relaxedField(unsigned(seal)), "\r\n")
			_, _ = h.Write([]byte(seal))
			break
		}
		_, _ = h.Write([]byte(relaxedField(seal)))
	}
	hash := h.Sum(nil)
	if slices.ContainsFunc(keys, func(k key) bool { return k.fits(hash, s.value) }) {
		return verdict{Pass, "", ""}
	}
	if !m.faithful() || m.Body == Absent {
		return verdict{NotKnown, "", ArcBody}
	}
	return verdict{Fail, "", ArcSeal}
}
