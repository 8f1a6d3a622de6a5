// Package snapshot holds what DNS said and how each question ended: plain values, no opinion.
// A snapshot can be saved, replayed and laid under proposed changes (With). It looks nothing up.
//
// Names are lower-case ASCII without the final dot everywhere in todoku; the root is "".
package snapshot

import (
	"encoding/json"
	"golang.org/x/net/publicsuffix"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Type is a DNS record type by its mnemonic.
type Type string

// The record types that todoku asks for.
const (
	A      Type = "A"
	AAAA   Type = "AAAA"
	CNAME  Type = "CNAME"
	DNSKEY Type = "DNSKEY"
	DS     Type = "DS"
	MX     Type = "MX"
	NS     Type = "NS"
	PTR    Type = "PTR"
	SOA    Type = "SOA"
	SPF    Type = "SPF" // type 99, obsolete (RFC 7208 section 3.1), asked only to find misplaced records
	TXT    Type = "TXT"
)

// Via says whose answer is wanted.
type Via string

// Whom a question goes to.
const (
	Resolver  Via = "resolver"  // the recursive resolver, for names of other people
	Authority Via = "authority" // any authoritative server of the user's own zone
	Server    Via = "server"    // one server, named by Question.At
	Cache     Via = "cache"     // a watched recursive resolver, named by Question.At: what it remembers of the user's own names
)

// Key identifies a question. No key is asked twice in a run.
type Key struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	Via  Via    `json:"via"`
	At   string `json:"at,omitempty"` // host name of the server for Via Server; for Via Cache see CacheAt
}

// Question is a key and where to send it.
type Question struct {
	Key
	// Zone is the apex that Servers answer for; a referral counts only to a name below it.
	Zone string
	// Servers to ask, in order of preference; empty for Via Resolver.
	Servers []NameServer
}

// NameServer is a server's host name and one of its addresses.
type NameServer struct {
	Host string     `json:"host"`
	Addr netip.Addr `json:"addr"`
}

// Status is how a question ended. The zero value means that it was never asked.
type Status string

// The ends of a question. Only the first three are knowledge.
const (
	Unasked  Status = ""
	OK       Status = "ok"       // records exist, or an alias that leads out of the server's zone
	NoData   Status = "nodata"   // the name exists without this type
	NXDomain Status = "nxdomain" // the name does not exist
	Failed   Status = "failed"   // not known; see Reason
)

// Reason says why a question failed.
type Reason string

// Why a question ended as Failed.
const (
	Timeout     Reason = "timeout"
	ServFail    Reason = "servfail"
	Refused     Reason = "refused"
	Malformed   Reason = "malformed"   // unreadable, or for another question
	NotAuth     Reason = "notauth"     // answered without authority where it must have it
	Delegated   Reason = "delegated"   // a referral: the name belongs to a zone below
	Unreachable Reason = "unreachable" // no route, connection refused, no network
	Private     Reason = "private"     // address not allowed without --private
	Loop        Reason = "loop"        // aliases lead in a circle, or on and on
	Bogus       Reason = "bogus"       // DNSSEC validation failed (RFC 8914 codes 5 to 12)
	Cancelled   Reason = "cancelled"
	OverBudget  Reason = "budget"    // the run's bound on questions was reached
	Unproven    Reason = "unproven"  // a denial without the SOA that has to stand beside it (RFC 2308 section 2)
	Filtered    Reason = "filtered"  // withheld or forged by somebody's policy (RFC 8914 codes 4 and 15 to 18), or a null address
	Referred    Reason = "referred"  // a resolver pointed elsewhere in place of an answer
	Truncated   Reason = "truncated" // the reply was cut off, and TCP brought no whole one
	Denies      Reason = "denies"    // the resolver denies even names that are sure to exist
	Lame        Reason = "lame"      // said by a server that turned out not to serve the zone
)

// Reasons lists every reason, so that a test can ask words for each.
func Reasons() []Reason {
	return []Reason{Timeout, ServFail, Refused, Malformed, NotAuth, Delegated, Unreachable, Private, Loop, Bogus, Cancelled, OverBudget,
		Unproven, Filtered, Referred, Truncated, Denies, Lame}
}

// Record is one resource record of the asked type.
type Record struct {
	// Data is the record's value: for TXT the strings joined without a space, as raw bytes
	// (RFC 7208 section 3.3); for names the lower-case target; for MX the target; for A and AAAA the
	// address; for SOA the presentation form.
	Data    string   `json:"data"`
	Strings []string `json:"strings,omitempty"` // TXT: the strings one by one
	Pref    uint16   `json:"pref,omitempty"`    // MX preference
	TTL     uint32   `json:"ttl"`               // seconds
}

// Link is one alias that was followed.
type Link struct {
	Name   string `json:"name"`
	Target string `json:"target"`
	TTL    uint32 `json:"ttl"`
	// DNAME is the name above whose DNAME record made the alias (RFC 6672); "" for an alias that somebody wrote.
	DNAME string `json:"dname,omitempty"`
}

// StartOfAuthority is a zone's SOA as seen in an answer or beside a negative one.
type StartOfAuthority struct {
	Zone    string `json:"zone"`
	MName   string `json:"mname"`
	Serial  uint32 `json:"serial"`
	TTL     uint32 `json:"ttl"`     // seconds left of the SOA record itself
	Minimum uint32 `json:"minimum"` // seconds, RFC 2308 section 4
}

// NegativeTTL is how many seconds a resolver may keep "does not exist" (RFC 2308 section 5).
func (s StartOfAuthority) NegativeTTL() uint32 { return min(s.TTL, s.Minimum) }

// ExtendedError is one extended DNS error (RFC 8914).
type ExtendedError struct {
	Code uint16 `json:"code"`
	Text string `json:"text,omitempty"`
}

// Answer is how one question ended.
type Answer struct {
	Key
	Server    string            `json:"server,omitempty"` // who answered, for people: "ns1.dns.example (192.0.2.1)"
	By        string            `json:"by,omitempty"`     // the host name of the name server that answered; "" for a resolver
	Transport string            `json:"transport,omitempty"`
	Status    Status            `json:"status"`
	Reason    Reason            `json:"reason,omitempty"`
	Records   []Record          `json:"records,omitempty"`
	Chain     []Link            `json:"chain,omitempty"` // aliases followed, in order
	AA        bool              `json:"aa,omitempty"`    // the server claims authority (RFC 1035 section 4.1.1)
	SOA       *StartOfAuthority `json:"soa,omitempty"`   // from the answer or the authority section
	Referral  []string          `json:"referral,omitempty"`
	// ReferralTTL is how long in seconds a resolver may keep the referral.
	ReferralTTL uint32          `json:"referral_ttl,omitempty"`
	Glue        []NameServer    `json:"glue,omitempty"`
	Errors      []ExtendedError `json:"ede,omitempty"`
	// SignedFrom and SignedUntil bound the time in which the signature of a zone's keys counts (RFC 4034 section 3.1.5);
	// zero where none was seen.
	SignedFrom  time.Time     `json:"signed_from,omitzero"`
	SignedUntil time.Time     `json:"signed_until,omitzero"`
	At          time.Time     `json:"at_time"`
	Took        time.Duration `json:"took_ns,omitempty"`
	// Needs is how many look-ups had to end before this one could be asked, itself included.
	Needs int `json:"needs,omitempty"`
}

// Known reports whether the answer is knowledge: records, or their proven absence.
func (a Answer) Known() bool {
	return a.Status == OK || a.Status == NoData || a.Status == NXDomain
}

// Absent reports whether it is known that there is no such record.
func (a Answer) Absent() bool {
	return a.Known() && len(a.Records) == 0
}

// Dropped is the code of the extended error that marks an answer with more records than todoku keeps. It is of the
// range for private use (RFC 8914 section 5.2), and never taken from the wire.
const Dropped uint16 = 49152

// Cut reports whether the answer had more than is kept, so that what it lacks may be there all the same.
func (a Answer) Cut() bool {
	return slices.ContainsFunc(a.Errors, func(e ExtendedError) bool { return e.Code == Dropped })
}

// Data lists the values of the records.
func (a Answer) Data() []string {
	out := make([]string, len(a.Records))
	for i, r := range a.Records {
		out[i] = r.Data
	}
	return out
}

// TTL is the smallest time to live of the records in seconds, and whether there is one.
func (a Answer) TTL() (uint32, bool) {
	if len(a.Records) == 0 {
		return 0, false
	}
	t := a.Records[0].TTL
	for _, r := range a.Records[1:] {
		t = min(t, r.TTL)
	}
	for _, l := range a.Chain {
		t = min(t, l.TTL)
	}
	return t, true
}

// Nowhere is a name that cannot exist (RFC 6761 section 6.4): a resolver that has an address for it invents one for
// whatever does not exist.
const Nowhere = "zz-todoku-probe.invalid"

// Snapshot is all that was asked about one domain in one run.
type Snapshot struct {
	Schema  int       `json:"schema"`
	Domain  string    `json:"domain"` // ASCII
	Taken   time.Time `json:"taken"`
	Answers []Answer  `json:"answers"` // in the order of asking; Add is the one way in

	index map[Key]int
}

// New starts an empty snapshot of domain.
func New(domain string, now time.Time) *Snapshot {
	return &Snapshot{Schema: 1, Domain: domain, Taken: now}
}

// Add keeps an answer; a later one to the same question replaces the earlier.
func (s *Snapshot) Add(a Answer) {
	if i, ok := s.index[a.Key]; ok {
		s.Answers[i] = a
		return
	}
	if s.index == nil {
		s.index = make(map[Key]int)
	}
	s.index[a.Key] = len(s.Answers)
	s.Answers = append(s.Answers, a)
}

// Grow makes room for so many answers more, so that adding them moves none.
func (s *Snapshot) Grow(answers int) {
	s.Answers = slices.Grow(s.Answers, answers)
	if len(s.index) == 0 {
		s.index = make(map[Key]int, answers)
	}
}

// Asked reports whether exactly this question has ended.
func (s *Snapshot) Asked(k Key) bool {
	_, ok := s.index[k]
	return ok
}

// Find gives the answer to exactly this question.
func (s *Snapshot) Find(k Key) (Answer, bool) {
	i, ok := s.index[k]
	if !ok {
		return Answer{Key: k}, false
	}
	return s.Answers[i], true
}

// UnmarshalJSON reads a saved snapshot. The index is built here, so that Find writes nothing and many may read at once.
func (s *Snapshot) UnmarshalJSON(data []byte) error {
	type plain Snapshot
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*s = Snapshot(p)
	s.index = make(map[Key]int, len(s.Answers))
	for i, a := range s.Answers {
		s.index[a.Key] = i
	}
	return nil
}

// Get gives the best answer there is for a name and type: the authority's, unless it only referred
// onwards; else the resolver's. Aliases are followed through the snapshot. Status is Unasked where
// nothing was asked.
func (s *Snapshot) Get(name string, t Type) Answer {
	return s.get(strings.ToLower(name), t, 0)
}

const maxAliases = 8 // resolvers give up near this number too

func (s *Snapshot) get(name string, t Type, depth int) Answer {
	var best *Answer // an answer is large: it is copied once, where it is given
	for _, via := range [...]Via{Authority, Resolver} {
		i, ok := s.index[Key{Name: name, Type: t, Via: via}]
		if !ok {
			continue
		}
		a := &s.Answers[i]
		if a.Known() {
			best = a
			break
		}
		if best == nil || best.Reason == Delegated {
			best = a
		}
	}
	switch {
	case best == nil:
		return Answer{Key: Key{Name: name, Type: t}}
	case best.Status != OK || len(best.Records) > 0 || len(best.Chain) == 0:
		return *best
	case depth >= maxAliases:
		lost := *best
		lost.Status, lost.Reason = Failed, Loop
		return lost
	}
	end := s.get(best.Chain[len(best.Chain)-1].Target, t, depth+1)
	end.Key = best.Key
	end.Chain = append(slices.Clone(best.Chain), end.Chain...)
	return end
}

// TXT, and the rest below, are Get for one type.
func (s *Snapshot) TXT(name string) Answer { return s.Get(name, TXT) }

// Zone is the apex of the zone that holds the domain: the longest ancestor (or the domain itself)
// known to have name servers, by its own word or by that of the zone above. ok is false while that is not known. Name
// servers that were reached over an alias are those of its target: a CNAME allows no NS beside it (RFC 1034 section 3.6.2).
func (s *Snapshot) Zone() (apex string, ok bool) {
	alias := false
	for name := s.Domain; name != ""; name = Parent(name) {
		if suffix, _ := publicsuffix.PublicSuffix(name); alias && suffix == name {
			return "", false // nobody keeps records of mail there
		}
		a := s.Get(name, NS)
		alias = alias || len(a.Chain) > 0
		switch {
		case len(s.Referrals(name)) > 0, a.Status == OK && len(a.Records) > 0 && len(a.Chain) == 0:
			return name, true
		case a.Status == Failed || a.Status == Unasked:
			return "", false
		}
	}
	return "", false
}

// Referrals are the answers of the servers above a zone that send the world to its name servers.
func (s *Snapshot) Referrals(zone string) []Answer {
	var out []Answer
	for i := range s.Answers { // they are large, and there are hundreds of them
		if a := &s.Answers[i]; a.Type == NS && a.Name == zone && a.Reason == Delegated && len(a.Referral) > 0 {
			out = append(out, *a)
		}
	}
	return out
}

// NameServers lists the host names of a zone's name servers: those to which the zone above sends the world, and only
// where that is not known those that the zone names itself (RFC 1034 section 4.2.2).
func (s *Snapshot) NameServers(zone string) []string {
	var out []string
	for _, a := range s.Referrals(zone) {
		out = append(out, a.Referral...)
	}
	if len(out) == 0 {
		return s.Get(zone, NS).Data()
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// InZone reports whether name is in the domain's own zone, so that its authoritative servers are to
// be asked, not the resolver.
func (s *Snapshot) InZone(name string) bool {
	apex, ok := s.Zone()
	return ok && Below(name, apex)
}

// Failures lists the questions that ended without knowledge, in the order they were asked. A referral is none: the
// question was asked again elsewhere. Nor is a single server's refusal: that it does not serve the zone was the question.
// What a watched resolver remembers says nothing of the domain, so that its silence is none either, nor is that about Nowhere.
func (s *Snapshot) Failures() []Answer {
	var out []Answer
	for _, a := range s.Answers {
		refused := a.Via == Server && (a.Reason == Refused || a.Reason == NotAuth)
		if a.Status == Failed && a.Reason != Delegated && a.Via != Cache && a.Name != Nowhere && !refused {
			out = append(out, a)
		}
	}
	return out
}

// Clone copies the snapshot so that adding to one leaves the other alone.
func (s *Snapshot) Clone() *Snapshot {
	c := *s
	c.Answers = slices.Clone(s.Answers)
	c.index = maps.Clone(s.index)
	return &c
}

// Split255 cuts a TXT value into strings of at most 255 bytes (RFC 1035 section 3.3).
func Split255(v string) []string {
	var out []string
	for len(v) > 255 {
		out = append(out, v[:255])
		v = v[255:]
	}
	return append(out, v)
}
