// Package snapshot holds what DNS answered and how each question ended, as plain values without judgement. A snapshot can
// be saved, loaded again, and edited to show proposed changes (With). The package looks nothing up.
//
// Names are lower-case ASCII without the final dot everywhere in todoku; the root is "".
package snapshot

import (
	"encoding/json"
	"golang.org/x/net/publicsuffix"
	"iter"
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

// Via says whom a question goes to.
type Via string

// The values of Via.
const (
	Resolver  Via = "resolver"  // the recursive resolver in use, for names outside the owner's zone
	Authority Via = "authority" // any authoritative server of the owner's zone
	Server    Via = "server"    // one name server, named by Key.At
	Cache     Via = "cache"     // a watched recursive resolver, named by Key.At: what it has cached of the owner's names
)

// Key identifies a question. No key is asked twice in one run.
type Key struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	Via  Via    `json:"via"`
	At   string `json:"at,omitempty"` // host name of the server for Via Server; for Via Cache see CacheAt
}

// Question is a key and where to send it.
type Question struct {
	Key
	// Zone is the apex that Servers serve. A referral only counts if it is to a name below it.
	Zone string
	// Servers are the servers to ask, in order of preference; empty for Via Resolver.
	Servers []NameServer
}

// NameServer is a server's host name and one of its addresses.
type NameServer struct {
	Host string     `json:"host"`
	Addr netip.Addr `json:"addr"`
}

// Status is how a question ended. The zero value means that it was not asked.
type Status string

// The values of Status. Only OK, NoData and NXDomain are knowledge.
const (
	Unasked  Status = ""
	OK       Status = "ok"       // records exist, or an alias that leads out of the server's zone
	NoData   Status = "nodata"   // the name exists without this type
	NXDomain Status = "nxdomain" // the name does not exist
	Failed   Status = "failed"   // unknown; see Reason
)

// Reason says why a question failed.
type Reason string

// The values of Reason.
const (
	Timeout     Reason = "timeout"
	ServFail    Reason = "servfail"
	Refused     Reason = "refused"
	Malformed   Reason = "malformed"   // unreadable, or for another question
	NotAuth     Reason = "notauth"     // not authoritative although it should be
	Delegated   Reason = "delegated"   // a referral: the name belongs to a zone below
	Unreachable Reason = "unreachable" // no route, connection refused, no network
	Private     Reason = "private"     // address not allowed without --private
	Loop        Reason = "loop"        // CNAMEs form a loop or too long a chain
	Bogus       Reason = "bogus"       // DNSSEC validation failed (RFC 8914 codes 5 to 12)
	Cancelled   Reason = "cancelled"
	OverBudget  Reason = "budget"    // the run's limit on questions was reached
	Unproven    Reason = "unproven"  // a negative answer without its SOA (RFC 2308 section 2)
	Filtered    Reason = "filtered"  // withheld or forged by policy (RFC 8914 codes 4 and 15 to 18), or a null address
	Referred    Reason = "referred"  // a resolver gave a referral instead of an answer
	Truncated   Reason = "truncated" // the reply was truncated, over TCP too
	Denies      Reason = "denies"    // the resolver says that even names which certainly exist do not
	Lame        Reason = "lame"      // from a server that turned out not to serve the zone
)

// Reasons returns every reason, so that a test can require words for each.
func Reasons() []Reason {
	return []Reason{Timeout, ServFail, Refused, Malformed, NotAuth, Delegated, Unreachable, Private, Loop, Bogus, Cancelled, OverBudget,
		Unproven, Filtered, Referred, Truncated, Denies, Lame}
}

// Record is one resource record of the queried type.
type Record struct {
	// Data is the record's value: for TXT the strings joined without a space, as raw bytes (RFC 7208 section 3.3); for
	// CNAME, NS and PTR the lower-case target; for MX the target; for A and AAAA the address; for SOA the presentation
	// form.
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
	// DNAME is the owner name of the DNAME record that the alias comes from (RFC 6672); "" for an ordinary CNAME.
	DNAME string `json:"dname,omitempty"`
}

// StartOfAuthority is a zone's SOA as seen in an answer or with a negative one.
type StartOfAuthority struct {
	Zone    string `json:"zone"`
	MName   string `json:"mname"`
	Serial  uint32 `json:"serial"`
	TTL     uint32 `json:"ttl"`     // of the SOA record itself, in seconds
	Minimum uint32 `json:"minimum"` // in seconds (RFC 2308 section 4)
}

// NegativeTTL returns for how many seconds a resolver may cache a negative answer (RFC 2308 section 5).
func (s StartOfAuthority) NegativeTTL() uint32 { return min(s.TTL, s.Minimum) }

// ExtendedError is an extended DNS error (RFC 8914).
type ExtendedError struct {
	Code uint16 `json:"code"`
	Text string `json:"text,omitempty"`
}

// Answer is the result of one question.
type Answer struct {
	Key
	Server    string            `json:"server,omitempty"` // who answered, for display: "ns1.dns.example (192.0.2.1)"
	By        string            `json:"by,omitempty"`     // the host name of the name server that answered; "" for a resolver
	Transport string            `json:"transport,omitempty"`
	Status    Status            `json:"status"`
	Reason    Reason            `json:"reason,omitempty"`
	Records   []Record          `json:"records,omitempty"`
	Chain     []Link            `json:"chain,omitempty"` // aliases followed, in order
	AA        bool              `json:"aa,omitempty"`    // the answer is authoritative (RFC 1035 section 4.1.1)
	SOA       *StartOfAuthority `json:"soa,omitempty"`   // from the answer or the authority section
	Referral  []string          `json:"referral,omitempty"`
	// ReferralTTL is for how many seconds a resolver may cache the referral.
	ReferralTTL uint32          `json:"referral_ttl,omitempty"`
	Glue        []NameServer    `json:"glue,omitempty"`
	Errors      []ExtendedError `json:"ede,omitempty"`
	// SignedFrom and SignedUntil are the validity period of the signature of the zone's keys (RFC 4034 section 3.1.5);
	// zero if none was seen.
	SignedFrom  time.Time     `json:"signed_from,omitzero"`
	SignedUntil time.Time     `json:"signed_until,omitzero"`
	At          time.Time     `json:"at_time"`
	Took        time.Duration `json:"took_ns,omitempty"`
	// Needs is the length of the shortest chain of look-ups that had to end before this one, itself included.
	Needs int `json:"needs,omitempty"`
}

// Known reports whether the answer is knowledge: records, or their proven absence.
func (a Answer) Known() bool { return a.Status.Known() }

// Known reports whether a question that ended so brought knowledge.
func (s Status) Known() bool { return s == OK || s == NoData || s == NXDomain }

// Absent reports whether it is known that there is no record.
func (a Answer) Absent() bool {
	return a.Known() && len(a.Records) == 0
}

// Dropped is the extended error code that marks an answer with more records than todoku keeps. It is from the private-use
// range (RFC 8914 section 5.2) and is never accepted from the wire.
const Dropped uint16 = 49152

// Cut reports whether records were dropped, so that a record that is not in the answer may exist all the same.
func (a Answer) Cut() bool {
	return slices.ContainsFunc(a.Errors, func(e ExtendedError) bool { return e.Code == Dropped })
}

// Data returns the values of the records.
func (a Answer) Data() []string {
	out := make([]string, len(a.Records))
	for i, r := range a.Records {
		out[i] = r.Data
	}
	return out
}

// TTL returns the smallest TTL of the records and aliases in seconds; false if there are no records.
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

// Nowhere is a name that cannot exist (RFC 6761 section 6.4). A resolver that gives an address for it invents addresses
// for missing names.
const Nowhere = "zz-todoku-probe.invalid"

// Snapshot is everything that was asked about one domain in one run.
type Snapshot struct {
	Schema  int       `json:"schema"`
	Domain  string    `json:"domain"` // ASCII
	Taken   time.Time `json:"taken"`
	Answers []Answer  `json:"answers"` // in the order of asking; use Add to change them

	last map[string]int32 // the last answer about each name
	prev []int32          // for each answer the one before it about the same name; -1 if there is none
}

// New returns an empty snapshot of domain.
func New(domain string, now time.Time) *Snapshot {
	return &Snapshot{Schema: 1, Domain: domain, Taken: now}
}

// at returns the position of the answer to exactly this question; -1 if there is none. There are few answers about one
// name, and a name alone is hashed faster than a whole key.
func (s *Snapshot) at(name string, t Type, via Via, at string) int32 {
	i, ok := s.last[name]
	if !ok {
		return -1
	}
	for ; i >= 0; i = s.prev[i] {
		if k := &s.Answers[i].Key; k.Type == t && k.Via == via && k.At == at {
			return i
		}
	}
	return -1
}

// Add adds an answer, or replaces the earlier one to the same question.
func (s *Snapshot) Add(a Answer) {
	if i := s.at(a.Name, a.Type, a.Via, a.Key.At); i >= 0 {
		s.Answers[i] = a
		return
	}
	s.Answers = append(s.Answers, a)
	s.enter(a.Name)
}

// enter registers the next answer that is not registered yet.
func (s *Snapshot) enter(name string) {
	if s.last == nil {
		s.last = make(map[string]int32)
	}
	before, ok := s.last[name]
	if !ok {
		before = -1
	}
	s.last[name] = int32(len(s.prev))
	s.prev = append(s.prev, before)
}

// Grow reserves room for more answers.
func (s *Snapshot) Grow(answers int) {
	s.Answers, s.prev = slices.Grow(s.Answers, answers), slices.Grow(s.prev, answers)
	if len(s.last) == 0 {
		s.last = make(map[string]int32, answers)
	}
}

// Asked reports whether there is an answer to exactly this question.
func (s *Snapshot) Asked(k Key) bool { return s.at(k.Name, k.Type, k.Via, k.At) >= 0 }

// Find returns the answer to exactly this question; false if there is none.
func (s *Snapshot) Find(k Key) (Answer, bool) {
	if a := s.Look(k); a != nil {
		return *a, true
	}
	return Answer{Key: k}, false
}

// Look returns the answer to exactly this question for reading, until the snapshot changes; nil if there is none. Answers
// are large, so it does not copy.
func (s *Snapshot) Look(k Key) *Answer {
	if i := s.at(k.Name, k.Type, k.Via, k.At); i >= 0 {
		return &s.Answers[i]
	}
	return nil
}

// About returns the answers about one name, the latest first, for reading until the snapshot changes.
func (s *Snapshot) About(name string) iter.Seq[*Answer] {
	return func(yield func(*Answer) bool) {
		i, ok := s.last[name]
		for ; ok && i >= 0 && yield(&s.Answers[i]); i = s.prev[i] {
		}
	}
}

// UnmarshalJSON reads a saved snapshot. It builds the index, so that concurrent calls of Find only read.
func (s *Snapshot) UnmarshalJSON(data []byte) error {
	type plain Snapshot
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*s = Snapshot(p)
	s.last, s.prev = make(map[string]int32, len(s.Answers)), make([]int32, 0, len(s.Answers))
	for i := range s.Answers {
		s.enter(s.Answers[i].Name)
	}
	return nil
}

// Get returns the best answer for a name and type: the authoritative one unless it is only a referral, else the
// resolver's. Aliases are followed through the snapshot. Status is Unasked if nothing was asked.
func (s *Snapshot) Get(name string, t Type) Answer {
	name = strings.ToLower(name)
	if a := s.Best(name, t); a != nil {
		return *a
	}
	return Answer{Key: Key{Name: name, Type: t}}
}

// Best is Get for reading a name in lower case, until the snapshot changes; nil if nothing was asked. Answers are large, so
// it copies only where it has to follow an alias.
func (s *Snapshot) Best(name string, t Type) *Answer { return s.best(name, t, 0) }

const maxAliases = 8 // resolvers give up at about this length too

func (s *Snapshot) best(name string, t Type, depth int) *Answer {
	var own, theirs *Answer
	i, ok := s.last[name]
	for ; ok && i >= 0; i = s.prev[i] {
		switch a := &s.Answers[i]; {
		case a.Type != t || a.Key.At != "":
		case a.Via == Authority:
			own = a
		case a.Via == Resolver:
			theirs = a
		}
	}
	best := own
	if theirs != nil && (own == nil || !own.Known() && (theirs.Known() || own.Reason == Delegated)) {
		best = theirs
	}
	if best == nil || best.Status != OK || len(best.Records) > 0 || len(best.Chain) == 0 {
		return best
	}
	joined := *best
	if depth >= maxAliases {
		joined.Status, joined.Reason = Failed, Loop
		return &joined
	}
	if end := s.best(best.Chain[len(best.Chain)-1].Target, t, depth+1); end != nil {
		joined = *end
		joined.Key = best.Key
	} else {
		joined = Answer{Key: best.Key}
	}
	joined.Chain = append(slices.Clone(best.Chain), joined.Chain...)
	return &joined
}

// TXT is Get for type TXT.
func (s *Snapshot) TXT(name string) Answer { return s.Get(name, TXT) }

// Zone returns the apex of the zone that holds the domain: the longest ancestor, or the domain itself, that is known to
// have name servers from its own NS set or a referral. ok is false if that is unknown. An NS set that was reached through
// a CNAME belongs to the target (RFC 1034 section 3.6.2).
func (s *Snapshot) Zone() (apex string, ok bool) {
	alias := false
	for name := s.Domain; name != ""; name = Parent(name) {
		if suffix, _ := publicsuffix.PublicSuffix(name); alias && suffix == name {
			return "", false // a public suffix is not the owner's zone
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

// Referrals returns the answers of the parent's servers that refer to the zone's name servers.
func (s *Snapshot) Referrals(zone string) []Answer {
	var out []Answer
	for a := range s.About(zone) {
		if a.Type == NS && a.Reason == Delegated && len(a.Referral) > 0 {
			out = append(out, *a)
		}
	}
	slices.Reverse(out)
	return out
}

// NameServers returns the host names of a zone's name servers: those of the parent's referrals, or if these are unknown
// the zone's own NS set (RFC 1034 section 4.2.2).
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

// InZone reports whether name is in the domain's own zone, so that authoritative servers are asked for it and not the
// resolver.
func (s *Snapshot) InZone(name string) bool {
	apex, ok := s.Zone()
	return ok && Below(name, apex)
}

// Failures returns the failed questions in the order of asking. It leaves out referrals, since the question was asked
// again elsewhere; a server's refusal of a zone, since that was the question; and watched resolvers and Nowhere, which
// say nothing about the domain.
func (s *Snapshot) Failures() []Answer {
	var out []Answer
	for i := range s.Answers {
		a := &s.Answers[i]
		refused := a.Via == Server && (a.Reason == Refused || a.Reason == NotAuth)
		if a.Status == Failed && a.Reason != Delegated && a.Via != Cache && a.Name != Nowhere && !refused {
			out = append(out, *a)
		}
	}
	return out
}

// Clone returns a copy; adding answers to one does not change the other.
func (s *Snapshot) Clone() *Snapshot {
	c := *s
	c.Answers = slices.Clone(s.Answers)
	c.last, c.prev = maps.Clone(s.last), slices.Clone(s.prev)
	return &c
}

// Split255 splits a TXT value into strings of at most 255 bytes (RFC 1035 section 3.3).
func Split255(v string) []string {
	var out []string
	for len(v) > 255 {
		out = append(out, v[:255])
		v = v[255:]
	}
	return append(out, v)
}
