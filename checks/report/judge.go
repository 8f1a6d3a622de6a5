package report

import (
	"net/netip"
	"slices"
	"time"
)

// Judgement says who is behind a source.
type Judgement string

// The judgements.
const (
	// Aligned is the domain's own mail that passes DMARC.
	Aligned Judgement = "aligned"
	// Unaligned is, or may well be, the domain's own mail that fails DMARC.
	Unaligned Judgement = "unaligned"
	// Relayed is the domain's own mail that was forwarded or sent through a mailing list.
	Relayed Judgement = "forwarded"
	// Foreign is mail by others in the domain's name.
	Foreign Judgement = "foreign"
)

// Ground says why a source is judged as it is; its words are in i18n.
type Ground string

// The grounds, the strongest first.
const (
	ByResult      Ground = "result"         // DMARC passes
	ByReason      Ground = "reason"         // the receiver says that it was forwarded, or came by a list
	ByKeyOnly     Ground = "key-only"       // DKIM passes and SPF does not, from an unknown address
	ByBrokenKey   Ground = "broken-key"     // the domain's signature was broken on the way, by a server that uses its own envelope sender
	ByStrict      Ground = "strict"         // it passes for the same organizational domain but alignment is strict
	ByRecord      Ground = "spf-record"     // the domain's SPF record allows the address
	ByOwner       Ground = "owner"          // a service that the owner uses
	BySibling     Ground = "same-address"   // the same address also sends mail that passes
	BySameService Ground = "same-service"   // SPF ends in an error, and the same service also sends mail that passes
	ByService     Ground = "service"        // a known service that passes with its own domain
	ByOwnKey      Ground = "own-key-fails"  // the domain's own signature fails
	ByNothing     Ground = "nothing-of-own" // nothing in it belongs to the domain
)

// Grounds lists every Ground.
func Grounds() []Ground {
	return []Ground{ByResult, ByReason, ByKeyOnly, ByBrokenKey, ByStrict, ByRecord, ByOwner, BySibling, BySameService, ByService, ByOwnKey, ByNothing}
}

// Knowledge is what is known besides the reports; any of it may be missing.
type Knowledge struct {
	Now time.Time
	// Service returns the ID of the service that an address or the names in the raw results belong to; "" if unknown.
	// byName says that the names show it, not only the address.
	Service func(ip netip.Addr, names []string) (id string, byName bool)
	// Allowed reports whether the domain's SPF record lets an address send.
	Allowed func(ip netip.Addr) bool
	// Senders are the services that the owner says are in use.
	Senders []string
	// Published is the policy in DNS today; Seen says that it was asked.
	Published string
	Seen      bool
}

// Judged is a source with its judgement.
type Judged struct {
	Source
	Service   string
	Judgement Judgement
	Ground    Ground

	sure bool // it is certainly the domain's own, and passes
}

// Name returns what a source is called: its service, else its address; "" if neither is known.
func (j *Judged) Name() string {
	if j.Service == "" && j.IP.IsValid() {
		return j.IP.String()
	}
	return j.Service
}

// Judge judges each source of a domain.
func Judge(t *Tally, k Knowledge) []Judged {
	out := make([]Judged, len(t.Sources))
	for i, s := range t.Sources {
		out[i] = Judged{Source: s}
		if k.Service != nil {
			names := slices.Concat(s.Signers, s.Envelopes)
			id, byName := k.Service(s.IP, names)
			out[i].Service = id
			out[i].judge(k, byName)
		} else {
			out[i].judge(k, false)
		}
	}
	// An address that certainly sends the domain's own mail is also the sender of what fails. Only a DKIM pass, with
	// somebody else's envelope sender, may be forwarded mail.
	own, services := map[netip.Addr]bool{}, map[string]bool{}
	for i := range out {
		if out[i].sure && out[i].IP.IsValid() {
			own[out[i].IP] = true
		}
		if out[i].sure && out[i].Service != "" {
			services[out[i].Service] = true
		}
	}
	for i := range out {
		j := &out[i]
		if own[j.IP] && (j.Judgement == Foreign || j.Judgement == Relayed && j.Ground == ByBrokenKey) {
			j.Judgement, j.Ground = Unaligned, BySibling
		}
		if j.Judgement == Foreign && services[j.Service] && j.most(j.BrokenSPF) {
			j.Judgement, j.Ground = Unaligned, BySameService
		}
	}
	return out
}

// judge judges one source; byName says that its service was found from names in its results.
func (j *Judged) judge(k Knowledge, byName bool) {
	allowed := k.Allowed != nil && j.IP.IsValid() && k.Allowed(j.IP)
	used := j.Service != "" && slices.Contains(k.Senders, j.Service)
	if j.Passed() {
		j.Judgement, j.Ground = Aligned, ByResult
		switch known := allowed || used || byName; {
		case j.SPF:
			j.sure = true
		case j.most(j.relayed()):
			j.Judgement, j.Ground = Relayed, ByReason
		case known:
			j.sure = true
		case j.most(j.FailedSPF):
			j.Judgement, j.Ground = Relayed, ByKeyOnly
		}
		return
	}
	switch {
	case j.most(j.relayed()):
		j.Judgement, j.Ground = Relayed, ByReason
	case j.OwnKey > 0 || j.OwnSPF > 0:
		j.Judgement, j.Ground = Unaligned, ByStrict
	case allowed:
		j.Judgement, j.Ground = Unaligned, ByRecord
	case used:
		j.Judgement, j.Ground = Unaligned, ByOwner
	case j.most(j.BrokenKey) && j.most(j.OtherSPF) && !byName:
		j.Judgement, j.Ground = Relayed, ByBrokenKey
	case byName && j.OtherKey+j.OtherSPF > 0:
		j.Judgement, j.Ground = Unaligned, ByService
	case j.most(j.BrokenKey):
		j.Judgement, j.Ground = Unaligned, ByOwnKey
	default:
		j.Judgement, j.Ground = Foreign, ByNothing
	}
}

// most reports whether n is more than half of the messages.
func (s *Source) most(n int64) bool { return n > s.Count/2 }

// relayed returns how many messages the receivers say were forwarded.
func (s *Source) relayed() int64 {
	var n int64
	for _, r := range []ReasonType{Forwarded, TrustedForwarder, MailingList, ARC} {
		n = sum(n, s.Reasons[r])
	}
	return n
}

// list reports whether receivers say that mail came through a mailing list.
func (s *Source) list() bool { return s.Reasons[MailingList] > 0 }

// ByList reports whether a forwarded source is a mailing list, by the receivers' statement or by its pattern.
func (j *Judged) ByList() bool {
	return j.Judgement == Relayed && (j.list() || j.Ground == ByBrokenKey)
}

// Oddities returns the contradictions in the reports, and between the reports and what is known today.
func Oddities(t *Tally, k Knowledge) []Oddity {
	out := slices.Clone(t.Oddities)
	if !k.Now.IsZero() && t.End.After(k.Now.Add(2*dayLength)) {
		out = append(out, Oddity{Code: FutureRange, Got: t.End.Format(time.DateOnly), Times: 1})
	}
	if c := policies(t); len(c) > 1 {
		out = append(out, Oddity{Code: PolicyChanged, Want: c[0], Got: c[len(c)-1], Times: len(c) - 1})
	}
	if now := Current(t); k.Seen && k.Published != now {
		out = append(out, Oddity{Code: PolicyNow, Want: k.Published, Got: now, Times: 1})
	}
	return out
}

// Current returns the policy that the last report found; none if it gives none (RFC 9989 section 4.7).
func Current(t *Tally) string {
	if t.Policy.P == "" {
		return "none"
	}
	return t.Policy.P
}

// policies returns the policies that were found, in the order of days, without repetitions.
func policies(t *Tally) (out []string) {
	for _, d := range t.Days {
		if len(d.Policies) == 1 && (len(out) == 0 || out[len(out)-1] != d.Policies[0]) {
			out = append(out, d.Policies[0])
		}
	}
	return out
}
