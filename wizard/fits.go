package wizard

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/todoku/checks/owner"
)

// Codes of a Misfit; their words are in i18n "wizard.misfit.<code>".
const (
	MisfitOrder     = "order"     // another question must be answered first
	MisfitEmpty     = "empty"     // the reply is empty
	MisfitMany      = "one-only"  // only one value is allowed
	MisfitTwice     = "twice"     // the same option twice
	MisfitOption    = "option"    // no such option
	MisfitExclusive = "exclusive" // "none" or "do not know" together with something else
	MisfitDomain    = "domain"
	MisfitIP        = "ip"
	MisfitAddress   = "address"
	MisfitHost      = "host"
	MisfitText      = "text"
	MisfitUnread    = "unread"    // a paste that is not a mail of any kind
	MisfitLong      = "long"      // more than MaxText bytes on a line, or MaxPaste in a paste
	MisfitMembers   = "members"   // a list of members without any address
	MisfitForwarded = "forwarded" // the paste is not a mail; a forwarded one is asked for
)

// Limits of a reply in bytes.
const (
	MaxText  = 1 << 10
	MaxPaste = 8 << 20
)

// MisfitCodes returns the codes, for the test that each has words.
func MisfitCodes() []string {
	return []string{MisfitOrder, MisfitEmpty, MisfitMany, MisfitTwice, MisfitOption, MisfitExclusive, MisfitDomain,
		MisfitIP, MisfitAddress, MisfitHost, MisfitText, MisfitUnread, MisfitLong, MisfitMembers, MisfitForwarded}
}

// Misfit is the error of a reply that does not fit its step.
type Misfit struct {
	Step  StepID
	Code  string
	Value string // the offending value, unescaped: make it printable before it is shown
}

// Error is meant for logs; users read the words of Code.
func (m *Misfit) Error() string {
	return fmt.Sprintf("reply to %q does not fit (%s): %q", m.Step, m.Code, m.Value)
}

// Fits returns why a reply does not fit the step, nil if it does. It cannot check whether an ID is in the catalogue:
// any well-formed one fits.
func (s Step) Fits(r Reply) *Misfit {
	bad := func(code, value string) *Misfit { return &Misfit{Step: s.ID, Code: code, Value: value} }
	if s.ID != r.Step {
		return bad(MisfitOrder, string(r.Step))
	}
	if s.Kind == Page {
		switch {
		case len(r.Values) == 0:
			return nil
		case s.Put == nil || len(r.Values) > 1:
			return bad(MisfitMany, r.Values[0])
		}
		if code := fitsText(s.Check, r.Values[0]); code != "" {
			return bad(code, r.Values[0])
		}
		return nil
	}
	if s.Kind != Pick && len(r.Values) > 1 {
		return bad(MisfitMany, r.Values[1])
	}
	if len(r.Values) == 0 || r.Values[0] == "" {
		// A pasted mail that names no domain is an answer too; the domain is asked next.
		if s.Optional || s.ID == StepIntake && (r.Extra[ExtraMessage] != "" || r.Mail != nil || r.Extra[ExtraReports] != "") {
			return fitsMessage(s, r)
		}
		return bad(MisfitEmpty, "")
	}
	switch s.Kind {
	case Choose, Pick:
		return s.fitsOptions(r)
	case Paste:
		if len(r.Values[0]) > MaxPaste {
			return bad(MisfitLong, "")
		}
		return nil
	}
	if code := fitsText(s.Check, r.Values[0]); code != "" {
		return bad(code, r.Values[0])
	}
	return fitsMessage(s, r)
}

func fitsMessage(s Step, r Reply) *Misfit {
	if len(r.Extra[ExtraMessage]) > MaxPaste {
		return &Misfit{Step: s.ID, Code: MisfitLong}
	}
	return nil
}

func (s Step) fitsOptions(r Reply) *Misfit {
	for i, v := range r.Values {
		fixed := slices.Contains(s.Fixed, v)
		switch {
		case !fixed && (s.Options == "" || !wellFormedID(v)):
			return &Misfit{Step: s.ID, Code: MisfitOption, Value: v}
		case slices.Contains(r.Values[:i], v):
			return &Misfit{Step: s.ID, Code: MisfitTwice, Value: v}
		case (v == owner.None || v == owner.Unknown) && len(r.Values) > 1:
			return &Misfit{Step: s.ID, Code: MisfitExclusive, Value: v}
		}
		if x := r.Extra[v]; x != "" {
			if code := fitsText(s.Check, x); code != "" {
				return &Misfit{Step: s.ID, Code: code, Value: x}
			}
		}
	}
	return nil
}

// fitsText returns the code of what is wrong with a typed line, "" if nothing is.
func fitsText(check, v string) string {
	if len(v) > MaxText {
		return MisfitLong
	}
	switch check {
	case CheckDomain:
		if !IsName(v) || !strings.Contains(v, ".") {
			return MisfitDomain
		}
	case CheckIP:
		if !isIP(v) {
			return MisfitIP
		}
	case CheckAddress:
		if !isAddress(v) {
			return MisfitAddress
		}
	case CheckHost:
		if !isIP(v) && (!IsName(v) || !strings.Contains(v, ".")) {
			return MisfitHost
		}
	case CheckText:
		if !utf8.ValidString(v) || strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return MisfitText
		}
	}
	return ""
}

func isIP(v string) bool {
	ip, err := netip.ParseAddr(v)
	return err == nil && ip.Zone() == ""
}

// isAddress reports whether v is a mail address: a local part of atoms separated by dots (RFC 5322 section
// 3.2.3; quoted ones are not accepted, they only confuse) at a domain, with at most 64 bytes before the "@"
// (RFC 5321 section 4.5.3.1.1).
func isAddress(v string) bool {
	local, domain, ok := strings.Cut(v, "@")
	if !ok || local == "" || len(local) > 64 || !IsName(domain) || !strings.Contains(domain, ".") {
		return false
	}
	for _, r := range local {
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>[]:;,"\`, r) || !unicode.IsPrint(r) {
			return false
		}
	}
	return utf8.ValidString(local)
}

// IsName reports whether v is a DNS name in the form that todoku uses: lower-case letters, digits, hyphens and
// underscores in labels of 1 to 63 bytes, at most 253 in all (RFC 1035 section 2.3.4), no final dot, and not an IPv4
// address.
func IsName(v string) bool {
	if v == "" || len(v) > 253 || isIP(v) {
		return false
	}
	for label := range strings.SplitSeq(v, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// wellFormedID reports whether v is in kebab case, as every ID of the catalogue is.
func wellFormedID(v string) bool {
	if v == "" || len(v) > 64 || v[0] == '-' || v[len(v)-1] == '-' {
		return false
	}
	for _, c := range []byte(v) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
