package spf

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// check is one run of check_host(). The limits of RFC 7208 section 4.6.4 are counted over all records that it includes.
type check struct {
	gatherer
	req     Request
	ip      netip.Addr // unmapped: IPv4-mapped IPv6 addresses are IPv4
	sender  string     // with a local part
	local   string
	origin  string // the sender's domain
	lookups int
	voids   int
	unknown int // answers that were not in the data
}

// outcome is the result of evaluating one record.
type outcome struct {
	result Result
	why    Why
	term   string
	record string
	exp    string // the exp= of the record that decided
	domain string // the domain of that record
	trace  []Step
}

// Evaluate runs check_host() (RFC 7208 section 4) on gathered data.
//
// Where an answer is missing it goes on as if the term did not match, so that Missing has everything that can be asked at
// once. Terms after the tenth look-up or after a certain match are not asked about.
func Evaluate(d Data, req Request) Verdict {
	c := newCheck(d, req)
	if !c.ip.IsValid() || !checkable(c.origin) {
		return Verdict{Result: None, Why: WhyDomain}
	}
	o := c.host(c.origin, nil)
	v := Verdict{Result: o.result, Why: o.why, Term: o.term, Record: o.record, Trace: o.trace, Lookups: c.lookups, Voids: c.voids}
	if c.unknown > 0 {
		v.Result, v.Why = TempError, WhyMissing
	} else if o.result == Fail && o.exp != "" {
		v.Explanation = c.explain(o.exp, o.domain)
	}
	v.Missing = c.missing
	return v
}

// newCheck prepares the evaluation of one mail: the unmapped address, and the sender (RFC 7208 sections 2.4 and 4.3).
func newCheck(d Data, req Request) *check {
	c := &check{gatherer: newGatherer(d), req: req, ip: req.IP.Unmap().WithZone("")}
	from := strings.TrimSuffix(strings.TrimPrefix(req.MailFrom, "<"), ">")
	c.local, c.origin = "postmaster", from
	if at := strings.LastIndexByte(from, '@'); at >= 0 {
		c.origin = from[at+1:]
		if at > 0 {
			c.local = from[:at]
		}
	}
	for _, s := range [...]string{req.HELO, req.Domain} {
		if from == "" && c.origin == "" {
			c.origin = s
		}
	}
	c.origin = strings.TrimSuffix(c.origin, ".")
	c.sender = c.local + "@" + c.origin
	return c
}

// checkable reports whether a domain has several labels and the form of a host name (RFC 7208 section 4.3).
func checkable(domain string) bool {
	if !askable(domain) || !strings.Contains(domain, ".") {
		return false
	}
	for i := range len(domain) {
		if c := domain[i]; !alnum(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// ask looks a question up in the data and counts missing answers.
func (c *check) ask(name, typ string) Reply {
	r := c.gatherer.ask(name, typ)
	if r.Status == Missing {
		c.unknown++
	}
	return r
}

// host evaluates the record at domain. stack holds the domains that led here.
func (c *check) host(domain string, stack []string) outcome {
	o := outcome{domain: domain}
	at := name(domain)
	if slices.Contains(stack, at) {
		o.result, o.why = PermError, WhyLoop
		return o
	}
	r := c.ask(at, "TXT")
	switch texts := records(r); {
	case r.Status == Missing:
		o.result, o.why = TempError, WhyMissing
	case r.Status == TempErr:
		o.result, o.why = TempError, WhyFailed
	case r.Status == Void:
		o.result, o.why = None, WhyVoid
	case len(texts) == 0:
		o.result, o.why = None, WhyNoRecord
	case len(texts) > 1:
		o.result, o.why = PermError, WhySeveral
	default:
		o.record = texts[0]
		rec := recall(o.record)
		if !rec.Valid() {
			o.result, o.why = PermError, WhySyntax
			break
		}
		c.terms(&o, rec, append(stack[:len(stack):len(stack)], at))
	}
	return o
}

// results maps qualifiers to results (RFC 7208 section 4.6.2).
var results = map[byte]Result{'+': Pass, '-': Fail, '~': SoftFail, '?': Neutral}

// terms evaluates a valid record from left to right until a term matches or fails.
func (c *check) terms(o *outcome, rec Record, stack []string) {
	o.result = Neutral
	done := false
	terms := rec.effective()
	o.trace = make([]Step, 0, len(terms))
	for _, t := range terms {
		s := Step{Domain: o.domain, Term: t.Text, Why: WhyNotReached}
		if done {
			o.trace = append(o.trace, s)
			continue
		}
		s.Why = ""
		lookups, voids := c.lookups, c.voids
		if t.Name == "redirect" {
			done = true
			c.redirect(o, t, s, stack)
			continue
		}
		result := c.term(t, &s, stack)
		s.Lookups, s.Voids = c.lookups-lookups, c.voids-voids
		o.trace = append(o.trace, s)
		switch {
		case result != "":
			o.result, o.why, o.term, done = result, s.Why, t.Text, true
		case s.Match:
			o.result, o.term, done = results[t.Qualifier], t.Text, true
		}
	}
	for _, t := range rec.Terms {
		if t.Modifier && t.Name == "exp" && o.exp == "" {
			o.exp = t.Value
		}
	}
}

// redirect takes over the result of the target's record and its explanation (RFC 7208 sections 6.1 and 6.2).
func (c *check) redirect(o *outcome, t Term, s Step, stack []string) {
	lookups, voids := c.lookups, c.voids
	if !c.spend(t, &s) {
		o.result, o.why, o.term = PermError, s.Why, t.Text
		s.Result, s.Lookups = PermError, c.lookups-lookups
		o.trace = append(o.trace, s)
		return
	}
	s.Target = c.target(t, o.domain)
	other := c.host(s.Target, stack)
	if other.result == None {
		c.countVoid(other.why == WhyVoid)
		other.result = PermError
	}
	s.Result, s.Why, s.Children = other.result, other.why, other.trace
	s.Lookups, s.Voids = c.lookups-lookups, c.voids-voids
	trace := append(o.trace, s)
	record := o.record
	*o = other
	o.trace, o.record = trace, record
	if o.term == "" && (o.result == PermError || o.result == TempError) {
		o.term = t.Text
	}
	if o.exp == "" {
		// Only the target's explanation counts, and it has none.
		o.exp = noExplanation
	}
}

// noExplanation marks a record that has no explanation for certain. It is not a valid domain-spec.
const noExplanation = "%"

// spend counts the term against the limit of ten look-ups, before anything is looked up. It returns false if the limit is
// exceeded.
func (c *check) spend(t Term, s *Step) bool {
	c.lookups += t.Lookups()
	if c.lookups > MaxLookups {
		s.Why = WhyLimit
		return false
	}
	return true
}

// countVoid counts a void look-up and reports whether the limit is exceeded.
func (c *check) countVoid(void bool) (over bool) {
	if void {
		c.voids++
	}
	return c.voids > MaxVoids
}

// term evaluates one mechanism and sets s.Match. The result is "" unless the mechanism ends the evaluation with an error.
func (c *check) term(t Term, s *Step, stack []string) Result {
	switch t.Name {
	case "all":
		s.Match = true
		return ""
	case "ip4", "ip6":
		s.Match = t.Prefix.Contains(c.ip)
		return ""
	}
	if !c.spend(t, s) {
		return PermError
	}
	s.Target = c.target(t, s.Domain)
	switch t.Name {
	case "include":
		return c.include(s, stack)
	case "a":
		return c.hosts(t, s, []string{name(s.Target)}, true)
	case "mx":
		return c.mx(t, s)
	case "ptr":
		return c.ptr(s)
	}
	r := c.ask(name(s.Target), "A")
	s.Match = r.Status == Found
	s.found(r.Addrs)
	return c.replied(r, s)
}

// target returns the expanded domain of the term, or the record's own domain if the term has none.
func (c *check) target(t Term, domain string) string {
	if t.Value == "" {
		return domain
	}
	if !strings.Contains(t.Value, "%") {
		return strings.TrimSuffix(t.Value, ".")
	}
	return strings.TrimSuffix(expand(t.Value, c.values(domain)), ".")
}

// Expanded returns the name that a term of domain's record looks up for one mail. ok is false if the name depends on more
// than the sender's address and domain: on the local part, the HELO name, or a reverse name (RFC 7208 section 7.2).
func Expanded(t Term, domain string, req Request) (target string, ok bool) {
	if macros(t.Value, "slhpcrt") {
		return "", false
	}
	return name(newCheck(nil, req).target(t, domain)), true
}

// Unexpanded returns the part of a term's name after its last macro, below which all expanded names are, or "" if there
// is none.
func Unexpanded(t Term) string {
	_, rest, ok := strings.Cut(t.Value[strings.LastIndexByte(t.Value, '%')+1:], "}.")
	if !ok || !strings.Contains(rest, ".") {
		return ""
	}
	return name(rest)
}

// replied returns what a failed or empty reply means for the mechanism.
func (c *check) replied(r Reply, s *Step) Result {
	switch r.Status {
	case Missing:
		s.Why = WhyMissing
	case TempErr:
		s.Why = WhyFailed
		return TempError
	case Void:
		s.Why = WhyVoid
		if c.countVoid(true) {
			s.Why = WhyVoidLimit
			return PermError
		}
	}
	return ""
}

// include matches if the other record passes (RFC 7208 section 5.2).
func (c *check) include(s *Step, stack []string) Result {
	o := c.host(s.Target, stack)
	s.Children, s.Result, s.Why = o.trace, o.result, o.why
	switch o.result {
	case Pass:
		s.Match = true
	case TempError:
		if o.why == WhyMissing {
			return ""
		}
		return TempError
	case PermError:
		return PermError
	case None:
		c.countVoid(o.why == WhyVoid)
		return PermError
	}
	return ""
}

// family returns the type of the address records to compare with the sender's address.
func (c *check) family() string {
	if c.ip.Is4() {
		return "A"
	}
	return "AAAA"
}

// hosts matches if the sender's address is one of the hosts'. alone means that the look-up of the only host is the term's
// own, so an empty answer is a void look-up.
func (c *check) hosts(t Term, s *Step, names []string, alone bool) (result Result) {
	void := false
	for _, n := range names {
		r := c.ask(n, c.family())
		void = void || r.Status == Void
		if r.Status == TempErr {
			s.Why = WhyFailed
			return TempError
		}
		if r.Status == Missing {
			s.Why = WhyMissing
		}
		s.found(r.Addrs)
		for _, ip := range r.Addrs {
			s.Match = s.Match || t.network(ip).Contains(c.ip)
		}
		if s.Match {
			s.Why = ""
			break
		}
	}
	if void && (alone || !s.Match) {
		// RFC 7208 section 4.6.4 counts terms with void answers: a term with several hosts counts once.
		if s.Why == "" {
			s.Why = WhyVoid
		}
		if c.countVoid(true) {
			s.Why = WhyVoidLimit
			return PermError
		}
	}
	return ""
}

// mx matches if the sender is one of the domain's mail servers (RFC 7208 section 5.4).
func (c *check) mx(t Term, s *Step) Result {
	r := c.ask(name(s.Target), "MX")
	if r.Status != Found {
		return c.replied(r, s)
	}
	if len(r.Names) > 10 {
		s.Why, s.Found = "mx-limit", r.Names
		return PermError
	}
	var names []string
	for _, n := range r.Names {
		if n = name(n); n != "" { // the null MX of RFC 7505 has no host
			names = append(names, n)
		}
	}
	return c.hosts(t, s, names, false)
}

// ptr matches if the sender has a validated name below the target. Errors of the reverse zone are ignored, since the
// domain's owner does not run it (RFC 7208 section 5.5).
func (c *check) ptr(s *Step) Result {
	unknown := c.unknown
	target := name(s.Target)
	names, void := c.validated(func(n string) bool { return snapshot.Below(n, target) })
	s.Found, s.Match = names, len(names) > 0
	if c.unknown > unknown {
		s.Why = WhyMissing
	}
	if void {
		s.Why = WhyVoid
		if c.countVoid(true) {
			s.Why = WhyVoidLimit
			return PermError
		}
	}
	return ""
}

// validated returns the sender's reverse names that resolve back to its address and that want accepts; only the first ten
// count. void reports that the reverse look-up itself was empty.
func (c *check) validated(want func(string) bool) (out []string, void bool) {
	r := c.ask(snapshot.Reverse(c.ip), "PTR")
	for i, n := range r.Names {
		if n = name(n); i >= 10 || !want(n) {
			continue
		}
		for _, ip := range c.ask(n, c.family()).Addrs {
			if ip.Unmap() == c.ip {
				out = append(out, n)
				break
			}
		}
	}
	return out, r.Status == Void
}

// found adds addresses to the trace, up to 20.
func (s *Step) found(ips []netip.Addr) {
	for _, ip := range ips {
		if len(s.Found) == 20 {
			return
		}
		s.Found = append(s.Found, ip.String())
	}
}

// explain looks up and expands the explanation (RFC 7208 section 6.2). It returns "" if there is any error in it.
func (c *check) explain(spec, domain string) string {
	if spec == noExplanation {
		return ""
	}
	r := c.ask(name(expand(spec, c.values(domain))), "TXT")
	if r.Status != Found || len(r.TXT) != 1 {
		return ""
	}
	if _, _, ok := readMacros(r.TXT[0], true); !ok {
		return ""
	}
	return expand(r.TXT[0], c.values(domain))
}
