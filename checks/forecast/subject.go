package forecast

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Codes of reasons that are asked for as well.
const (
	senderGone = "sender-gone" // the domain, or a parent of it, does not exist
	spfUnseen  = "spf-unseen"  // the SPF record, or one that it includes, could not be read
)

// way is one way in which the domain's mail is sent: by a service, or from addresses without a known service.
type way struct {
	service string // catalogue ID, owner.FromOwner, or "" if it is unknown who sends
	spf     fact   // SPF for the domain of the envelope sender
	hard    bool   // the SPF result is fail (-all)
	dkim    fact
	aligned fact // DMARC alignment of SPF or DKIM
	ptr     fact
}

// subject is everything that the demands are judged by.
type subject struct {
	in     *facts.Facts
	held   facts.Policy
	dmarc  fact
	exists fact
	takes  fact
	key    fact        // the key size
	route  owner.Route // of the domain's own mail
	direct bool
	ways   []way
}

// promised are the services whose key is still to be published and used.
type promised map[string]bool

// gather computes the subject. services and sources are those before the plan, so that before and after describe the same
// mail.
func gather(in *facts.Facts, services []facts.Service, sources []facts.Source, keys promised) subject {
	f := subject{in: in, held: in.Policy(), route: in.Owner.Route}
	if f.route == owner.Forward && in.Owner.Forward.Mine == owner.Mine {
		f.route = owner.Direct // the owner forwards what others wrote; the owner's own mail is not forwarded
	}
	f.direct = f.route == "" || f.route == owner.Direct
	f.exists, f.takes, f.key = f.sender(), f.receives(), f.size()
	f.dmarc = f.policy()
	left := sources
	for _, s := range services {
		var mine []netip.Addr
		for _, src := range sources {
			// The given addresses belong to the mail host if there is only one.
			if src.From == s.ID || src.From == owner.FromOwner && s.Host && hosts(services) == 1 {
				mine = append(mine, src.IP)
			}
		}
		left = slices.DeleteFunc(slices.Clone(left), func(src facts.Source) bool { return slices.Contains(mine, src.IP) })
		f.ways = append(f.ways, f.way(s, mine, keys))
	}
	var given []netip.Addr
	for _, src := range left {
		if src.From == owner.FromOwner {
			given = append(given, src.IP)
		}
	}
	if len(given) > 0 {
		f.ways = append(f.ways, f.way(facts.Service{ID: owner.FromOwner}, given, keys))
	}
	if apex := in.DNS.TXT(in.Owner.Domain); apex.Status == snapshot.Failed && !in.AskedWhoSends() {
		// The record that was not seen may name more senders.
		unseen := said(Unsure, spfUnseen, apex)
		f.ways = append(f.ways, way{spf: unseen, dkim: unseen, aligned: unseen, ptr: f.reverse(nil)})
	}
	if len(f.ways) == 0 {
		f.ways = append(f.ways, f.anybody(keys))
	}
	if above, seen := in.AliasAbove(); above != "" {
		f.open(seen)
	}
	if b, bogus := in.Bogus(); bogus && b.State != facts.BogusMaybe {
		f.doubt(b.Evidence)
	}
	return f
}

// doubt makes favourable facts Unsure if they come from answers with wrong DNSSEC signatures. Validating receivers reject
// those, and it is mostly unknown which receivers validate.
func (f *subject) doubt(seen []snapshot.Answer) {
	for _, one := range []*fact{&f.dmarc, &f.exists, &f.takes, &f.key} {
		one.doubt(seen)
	}
	for i := range f.ways {
		for _, one := range []*fact{&f.ways[i].spf, &f.ways[i].dkim, &f.ways[i].aligned} {
			one.doubt(seen)
		}
	}
}

// open makes every fact Unsure, since it is unknown whether mail is sent from this domain at all.
func (f *subject) open(seen []snapshot.Answer) {
	for _, one := range []*fact{&f.dmarc, &f.exists, &f.takes, &f.key} {
		*one = said(Unsure, "alias-above", seen...)
	}
	for i := range f.ways {
		for _, one := range []*fact{&f.ways[i].spf, &f.ways[i].dkim, &f.ways[i].aligned} {
			*one = said(Unsure, "alias-above", seen...)
		}
	}
}

// hosts returns the number of mail hosts.
func hosts(services []facts.Service) (n int) {
	for _, s := range services {
		if s.Host {
			n++
		}
	}
	return n
}

// way judges the mail of one service.
func (f subject) way(s facts.Service, ips []netip.Addr, keys promised) way {
	w := way{service: s.ID, dkim: f.signed(s, keys), ptr: f.reverse(ips)}
	align := f.align(s.ID)
	w.spf, w.hard = f.authorised(s, ips)
	spfAligned := w.spf
	if align != aligns {
		w.spf, w.hard = f.theirs(s, w.spf), false
	}
	switch align {
	case neverAligns:
		spfAligned = said(Unmet, "own-envelope")
	case unsureAligns:
		spfAligned = said(Unsure, "own-envelope")
	}
	switch f.route {
	case owner.Forward:
		// SPF is checked for the forwarding server; if it rewrites the envelope sender, it passes for its own domain.
		w.spf, w.hard = said(Unsure, "forwarded"), false
		spfAligned = said(Unmet, "forwarded")
		if w.dkim.state == Met {
			w.dkim = w.dkim.assuming(Untouched)
		}
	case owner.List:
		w.spf, w.hard = f.list(w.spf), false
		spfAligned = said(Unmet, "list")
		if w.dkim.state == Met {
			w.dkim = said(Unsure, "list-changes", w.dkim.seen...)
		}
	}
	w.aligned = either(spfAligned, w.dkim, "not-aligned")
	return w
}

// theirs returns the SPF fact of a service that may use an envelope sender of its own, whose SPF record is its own
// concern. A service with terms for the domain's record may also use the domain.
func (f subject) theirs(s facts.Service, own fact) fact {
	switch {
	case own.state == Met:
		return own
	case len(s.SPF) > 0 && f.align(s.ID) != neverAligns:
		return said(Unsure, "own-envelope", own.seen...)
	}
	return said(Hidden, "own-envelope").assuming(OthersSPF)
}

// aligning is whether a service's envelope sender aligns with the domain.
type aligning string

const (
	aligns       aligning = ""       // it is in the domain
	neverAligns  aligning = "never"  // it is the service's own
	unsureAligns aligning = "unsure" // that depends on the service's settings
)

// align returns whether a service's envelope sender aligns with the domain.
func (f subject) align(id string) aligning {
	if f.in.Catalog == nil {
		return aligns
	}
	if _, host := f.in.Catalog.Host(id); host {
		return aligns
	}
	s, ok := f.in.Catalog.Sender(id)
	switch {
	case !ok || s.Align == catalog.AlignDefault:
		return aligns
	case s.Align == catalog.AlignNever && !s.Conf["align"].Soft():
		return neverAligns
	}
	return unsureAligns
}

// authorised judges SPF for a service's known addresses, or without any by whether the record covers its terms.
func (f subject) authorised(s facts.Service, ips []netip.Addr) (out fact, hard bool) {
	d := f.in.Owner.Domain
	apex := f.in.DNS.TXT(d)
	recs, known := reading.SPFRecords(f.in.DNS, d)
	switch {
	case f.gone():
		return f.exists, false
	case !known:
		return said(Unsure, spfUnseen, apex), false
	case len(recs) == 0:
		return said(Unmet, "spf-none", apex), false
	case len(recs) > 1:
		return said(Unmet, "spf-several", apex).with("count", strconv.Itoa(len(recs))), false
	}
	out = fact{}
	for _, ip := range ips {
		v := spf.Evaluate(reading.SPF(f.in.DNS), spf.Request{IP: ip, MailFrom: "postmaster@" + d, HELO: d})
		one := judgedSPF(v, apex).with("ip", ip.String())
		if out.state == "" || graver(one.state, out.state) {
			out = one
		}
		hard = hard || v.Result == spf.Fail
	}
	if out.state != "" {
		return out, hard
	}
	if s.ID == "" || s.ID == owner.FromOwner {
		return f.assumed(apex), false
	}
	return f.covered(s, apex), false
}

// covered judges SPF by the service's terms, since none of its addresses is known.
func (f subject) covered(s facts.Service, apex snapshot.Answer) fact {
	terms := slices.DeleteFunc(slices.Clone(f.in.Terms()), func(t facts.Term) bool { return t.Service != s.ID || t.Usual || t.Text == "" })
	if len(terms) == 0 {
		return said(Unsure, "sender-unknown", apex)
	}
	if tree := spf.Walk(reading.SPF(f.in.DNS), f.in.Owner.Domain, ""); tree.Lookups > spf.MaxLookups || broken(tree) || len(f.in.DeadEnds()) > 0 {
		return said(Unmet, "spf-error", apex)
	}
	if lost := f.in.SPFUnseen(); len(lost) > 0 || f.in.SPFCut() {
		return said(Unsure, spfUnseen, append(lost, apex)...)
	}
	switch f.in.Fate(s) {
	case facts.FateUnseen:
		return said(Unsure, spfUnseen, apex)
	case facts.FateOpen:
		return said(Unsure, "sender-unknown", apex)
	case facts.FateFails:
		return said(Unmet, "spf-lacks", apex)
	}
	return said(Met, "spf-covers", apex)
}

// broken reports whether the domain's own record has a fatal problem.
func broken(t spf.Tree) bool {
	return slices.ContainsFunc(t.Root.Parsed.Problems, func(p spf.Problem) bool { return p.Fatal })
}

// judgedSPF turns an SPF result into a fact.
func judgedSPF(v spf.Verdict, apex snapshot.Answer) fact {
	switch v.Result {
	case spf.Pass:
		return said(Met, "spf-pass", apex)
	case spf.TempError:
		return said(Unsure, spfUnseen, apex)
	case spf.PermError:
		return said(Unmet, "spf-error", apex)
	}
	return said(Unmet, "spf-fail", apex).with("result", string(v.Result))
}

// list returns the SPF fact of mail through a mailing list, for which the list's own domain is checked.
func (f subject) list(own fact) fact {
	_, host, ok := strings.Cut(f.in.Owner.List.Address, "@")
	host = strings.ToLower(host)
	if !ok || host == f.in.Owner.Domain {
		return own
	}
	recs, known := reading.SPFRecords(f.in.DNS, host)
	if known && len(recs) == 0 {
		return said(Unmet, "list-spf-none", f.in.DNS.TXT(host)).with("host", host)
	}
	return said(Unsure, "list-spf", f.in.DNS.TXT(host)).with("host", host)
}

// differs reports whether DNS holds another key at a selector than the owner pasted: it is not known which of them signs.
func (f subject) differs(selector string) bool {
	return slices.ContainsFunc(f.in.Mismatches(), func(m facts.Mismatch) bool { return m.Selector == selector })
}

// signed judges DKIM for a service by whether its key was seen.
func (f subject) signed(s facts.Service, keys promised) fact {
	in := f.in
	good := in.GoodSelectors()
	below := in.DNS.TXT(dnsname.Keys(in.Owner.Domain))
	if keys[s.ID] || len(keys) > 0 && (s.ID == "" || s.ID == owner.FromOwner) {
		return said(Met, "key-to-come").assuming(KeyPublished, SigningOn)
	}
	if f.gone() {
		return f.exists
	}
	if s.DKIM.Can == catalog.SigningNo {
		return said(Unmet, "cannot-sign")
	}
	proven, lacking := in.NoKeys(), false
	for _, u := range in.Unsigned() {
		if u.Service.ID != s.ID {
			continue
		}
		lacking, proven = true, u.Proven
		if u.Selector != "" {
			below = in.DNS.TXT(in.KeyName(u.Selector))
		}
	}
	switch {
	case !lacking && len(good) > 0 && !slices.ContainsFunc(good, f.verified):
		return said(Unsure, "key-ed25519", in.DNS.TXT(in.KeyName(good[0])))
	case !lacking && len(good) > 0 && !slices.ContainsFunc(good, func(sel string) bool { return !f.differs(sel) }):
		return said(Unsure, "key-differs", in.DNS.TXT(in.KeyName(good[0])))
	case !lacking && len(good) > 0:
		if in.SeenSigning(s) {
			return said(Met, "key-seen", in.DNS.TXT(in.KeyName(good[0])))
		}
		return said(Met, "key-seen", in.DNS.TXT(in.KeyName(good[0]))).assuming(SigningOn)
	case proven:
		return said(Unmet, "key-none", below)
	}
	if k, failed := in.KeyUnseen(); failed {
		return said(Unsure, "key-unseen", k.Answer, below)
	}
	if below.Status == snapshot.Failed {
		return said(Unsure, "key-unseen", below)
	}
	if lacking && len(below.Records) > 0 {
		return said(Unmet, "key-none", below) // the service's selector has an unusable key
	}
	return said(Unsure, "key-not-found", below)
}

// verified reports whether all receivers verify signatures with a selector's key. RFC 8463 requires support of Ed25519,
// but many receivers, Gmail among them, do not document it.
func (f subject) verified(selector string) bool {
	return !slices.ContainsFunc(f.in.DNS.TXT(f.in.KeyName(selector)).Data(), func(v string) bool { return dkim.Parse(v).KeyType == "ed25519" })
}

// reverse judges the reverse names of the sending addresses. It is Hidden for addresses that were not looked up, since
// these are the service's concern.
func (f subject) reverse(ips []netip.Addr) fact {
	out := said(Hidden, "ptr-theirs")
	for _, ip := range ips {
		r := facts.ReverseOf(f.in.DNS, ip)
		if len(r.Evidence) == 0 {
			continue
		}
		one := confirmed(r).with("ip", ip.String())
		if out.state == Hidden || graver(one.state, out.state) {
			out = one
		}
	}
	return out
}

// confirmed judges whether one of the reverse names resolves back to the address.
func confirmed(r facts.Reverse) fact {
	switch {
	case !r.Known:
		return said(Unsure, "ptr-unseen", r.Evidence...)
	case len(r.Names) == 0:
		return said(Unmet, "ptr-none", r.Evidence...)
	case r.Host == "":
		return said(Unmet, "ptr-elsewhere", r.Evidence...).with("host", r.Names[0])
	}
	return said(Met, "ptr-good", r.Evidence...).with("host", r.Host)
}

// policy judges the DMARC record.
func (f subject) policy() fact {
	h := f.held
	own := f.in.DNS.TXT(dnsname.Policy(f.in.Owner.Domain))
	at := own
	if h.At != "" {
		at = f.in.DNS.TXT(h.At)
	}
	switch {
	case f.gone():
		return f.exists
	case !h.Known:
		return said(Unsure, "dmarc-unseen", own)
	case len(h.Records) == 0:
		return said(Unmet, "dmarc-none", own)
	case len(h.Records) > 1:
		return said(Unmet, "dmarc-several", at).with("count", strconv.Itoa(len(h.Records)))
	case !h.Readable:
		return said(Unmet, "dmarc-broken", at)
	}
	return said(Met, "dmarc-is", at).with("policy", h.Applied)
}

// sender judges whether the domain exists for receivers of its mail: it has an MX or address, or is a zone of its own.
func (f subject) sender() fact {
	d := f.in.Owner.Domain
	var all []snapshot.Answer
	unsure := false
	for _, t := range []snapshot.Type{snapshot.MX, snapshot.A, snapshot.AAAA} {
		a := f.in.DNS.Get(d, t)
		if len(a.Records) > 0 || a.Status == snapshot.OK {
			return said(Met, "sender-is", a)
		}
		unsure = unsure || !a.Known()
		all = append(all, a)
	}
	for name := d; name != ""; name = snapshot.Parent(name) {
		if ns := f.in.DNS.Get(name, snapshot.NS); ns.Status == snapshot.NXDomain {
			return said(Unmet, senderGone, ns)
		}
	}
	if apex, ok := f.in.DNS.Zone(); ok && apex == d {
		return said(Met, "sender-is", f.in.DNS.Get(d, snapshot.NS))
	}
	if unsure {
		return said(Unsure, "sender-unseen", all...)
	}
	return said(Unmet, "sender-empty", all...)
}

// gone reports whether the domain, or a parent of it, does not exist.
func (f subject) gone() bool { return f.exists.reason.Code == senderGone }

// receives judges whether the domain has a null MX, by which it says that it accepts no mail.
func (f subject) receives() fact {
	mx := f.in.DNS.Get(f.in.Owner.Domain, snapshot.MX)
	switch {
	case f.in.NullMX():
		return said(Unmet, "mx-null", mx)
	case !mx.Known():
		return said(Unsure, "mx-unseen", mx)
	}
	return said(Met, "mx-open", mx)
}

// minBits is the length of the shortest RSA key that verifiers accept (RFC 8301 section 3.2).
const minBits = 1024

// size judges the RSA keys that were seen.
func (f subject) size() fact {
	smallest, at := 0, snapshot.Answer{}
	for _, asked := range f.in.DNS.Answers {
		if asked.Type != snapshot.TXT || !dnsname.IsKeyOf(asked.Name, f.in.Owner.Domain) {
			continue
		}
		a := f.in.DNS.TXT(asked.Name)
		for _, v := range a.Data() {
			if r := dkim.Parse(v); dkim.Is(v) && r.KeyType == "rsa" && r.Bits > 0 && (smallest == 0 || r.Bits < smallest) {
				smallest, at = r.Bits, a
			}
		}
	}
	switch good := f.in.GoodSelectors(); {
	case smallest >= minBits:
		return said(Met, "key-bits", at).with("bits", strconv.Itoa(smallest))
	case smallest > 0:
		return said(Unmet, "key-short", at).with("bits", strconv.Itoa(smallest))
	case len(good) > 0:
		return said(Met, "key-seen", f.in.DNS.TXT(f.in.KeyName(good[0])))
	}
	return said(Hidden, "no-key-to-measure")
}
