package report

import (
	"strings"
	"sync"
)

// field says what the text of an element means.
type field uint8

const (
	noField field = iota
	fOrg
	fID
	fBegin
	fEnd
	fError
	fDomain
	fP
	fSP
	fNP
	fADKIM
	fASPF
	fPercent
	fTesting
	fDiscovery
	fIP
	fCount
	fDisposition
	fDKIM
	fSPF
	fReasonType
	fReasonComment
	fHeaderFrom
	fEnvelope
	fSigDomain
	fSigSelector
	fSigResult
	fSenderDomain
	fSenderScope
	fSenderResult
)

// element is an element of a report at its place in the schema.
type element struct {
	name  string // as squeeze returns it
	field field  // meaning of its text; noField for a container
	open  opened // what begins with it
	kids  []*element
	exact map[string]*element // kids by name
	// below holds the descendants whose name is unique among all descendants: they are accepted even if their container
	// is missing.
	below map[string]*element
}

// opened is what an element begins.
type opened uint8

const (
	opensNothing opened = iota
	opensFeedback
	opensRecord
	opensReason
	opensSignature
	opensSender
)

func leaf(name string, f field) *element { return &element{name: name, field: f} }

func holder(name string, o opened, kids ...*element) *element {
	return &element{name: name, open: o, kids: kids}
}

// schema is RFC 9990, appendix A, with the elements of RFC 7489 and earlier drafts.
var schema = sync.OnceValue(func() *element {
	return finish(holder("", opensNothing,
		holder("feedback", opensFeedback,
			leaf("version", noField),
			holder("report_metadata", opensNothing,
				leaf("org_name", fOrg), leaf("email", noField), leaf("extra_contact_info", noField), leaf("report_id", fID),
				holder("date_range", opensNothing, leaf("begin", fBegin), leaf("end", fEnd)),
				leaf("error", fError), leaf("generator", noField)),
			holder("policy_published", opensNothing,
				leaf("domain", fDomain), leaf("discovery_method", fDiscovery), leaf("p", fP), leaf("sp", fSP), leaf("np", fNP),
				leaf("adkim", fADKIM), leaf("aspf", fASPF), leaf("pct", fPercent), leaf("testing", fTesting), leaf("fo", noField)),
			holder("record", opensRecord,
				holder("row", opensNothing,
					leaf("source_ip", fIP), leaf("count", fCount),
					holder("policy_evaluated", opensNothing,
						leaf("disposition", fDisposition), leaf("dkim", fDKIM), leaf("spf", fSPF),
						holder("reason", opensReason, leaf("type", fReasonType), leaf("comment", fReasonComment)))),
				holder("identifiers", opensNothing,
					leaf("header_from", fHeaderFrom), leaf("envelope_from", fEnvelope), leaf("envelope_to", noField)),
				holder("auth_results", opensNothing,
					holder("dkim", opensSignature,
						leaf("domain", fSigDomain), leaf("selector", fSigSelector), leaf("result", fSigResult), leaf("human_result", noField)),
					holder("spf", opensSender,
						leaf("domain", fSenderDomain), leaf("scope", fSenderScope), leaf("result", fSenderResult), leaf("human_result", noField)))))))
})

// otherNames maps names used by drafts and reporters to the standard ones.
var otherNames = map[string]string{
	"identities": "identifiers",
	"ip":         "sourceip",
	"messages":   "count",
	"policy":     "policypublished",
}

// squeeze normalises a name for comparison: lower-case letters and digits only.
func squeeze(name []byte) string {
	out := make([]byte, 0, len(name))
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			out = append(out, c|0x20)
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			out = append(out, c)
		}
	}
	return string(out)
}

// finish normalises the name of an element, fills its tables, and does the same for its descendants.
func finish(e *element) *element {
	e.name = squeeze([]byte(e.name))
	e.exact, e.below = map[string]*element{}, map[string]*element{}
	for _, k := range e.kids {
		finish(k)
		e.exact[k.name] = k
	}
	seen := map[string]int{}
	for _, k := range e.kids {
		for _, d := range append(descendants(k), k) {
			if seen[d.name]++; seen[d.name] == 1 {
				e.below[d.name] = d
			} else {
				delete(e.below, d.name)
			}
		}
	}
	return e
}

func descendants(e *element) (out []*element) {
	for _, k := range e.kids {
		out = append(append(out, k), descendants(k)...)
	}
	return out
}

// find returns the element that a name means inside e, nil for none. guessed is set if the name is misspelt.
func (e *element) find(name string) (found *element, guessed bool) {
	if k := e.exact[name]; k != nil {
		return k, false
	}
	if k := e.exact[otherNames[name]]; k != nil {
		return k, false
	}
	for _, k := range e.kids {
		if len(k.name) >= 5 && near(name, k.name) {
			if found != nil {
				return nil, false
			}
			found = k
		}
	}
	return found, found != nil
}

// near reports whether one insertion, deletion, substitution or swap of neighbours turns one name into the other.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// holds reports whether e is a container.
func (e *element) holds() bool { return len(e.kids) > 0 }

// clip shortens a name to 64 bytes of valid UTF-8.
func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 64)], "?") }
