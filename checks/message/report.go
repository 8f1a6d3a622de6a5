package message

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/spf"
)

// run is one verification.
type run struct {
	ctx     context.Context
	m       *Message
	dns     DNS
	walks   map[string]walk
	missing []spf.Need
}

// ask returns a known answer, or records the question as missing.
func (r *run) ask(name, typ string) spf.Reply {
	n := spf.Need{Name: name, Type: typ}
	if r.dns == nil || !askable(name) {
		return spf.Reply{Status: spf.Missing}
	}
	reply := r.dns.Reply(n)
	if reply.Status == spf.Missing {
		r.need(n)
	}
	return reply
}

func (r *run) need(n spf.Need) {
	if !slices.Contains(r.missing, n) {
		r.missing = append(r.missing, n)
	}
}

// Verify checks the mail's claims with the answers from DNS. It can be called again with more answers:
// Report.Missing lists the questions to ask. If ctx ends, the remaining results are not known.
func (m *Message) Verify(ctx context.Context, dns DNS) Report {
	r := &run{ctx: ctx, m: m, dns: dns, walks: map[string]walk{}}
	rep := Report{More: m.More, ARC: ARC{Instances: len(m.Chain)}}
	from := r.from()
	var rec walk
	if from != "" {
		rec = r.walk(from)
	}
	strictDKIM := rec.record != nil && rec.record.DKIMAlign == "s"
	strictSPF := rec.record != nil && rec.record.SPFAlign == "s"
	for _, s := range m.Signed {
		d := DKIM{Signature: s}
		if ctx.Err() == nil {
			d = m.dkim(s, r.ask)
			d.Aligned = r.aligned(s.Domain, strictDKIM)
		}
		d.Claimed = m.claimedDKIM(s)
		rep.DKIM = append(rep.DKIM, d)
	}
	if len(m.Signed) == 0 {
		rep.DKIM = r.stated(strictDKIM)
	}
	rep.SPF = r.spf(strictSPF)
	rep.DMARC = r.dmarc(&rep)
	if ctx.Err() == nil {
		rep.ARC = m.arc(r.ask)
	}
	rep.Changes = m.changes(&rep)
	rep.Lessons = m.lessons(&rep)
	rep.Missing = r.missing
	return rep
}

// stated returns the signatures that the receiver saw, if their own fields are missing: only a part of the header was
// pasted. They cannot be verified.
func (r *run) stated(strict bool) (out []DKIM) {
	for _, c := range r.m.Claims {
		d, ok := asciiDomain(claimedDomain(c))
		if !c.Receiver || c.Method != "dkim" || c.Result == "none" || !ok || len(out) == MaxSignatures {
			continue
		}
		s := Signature{Domain: d, Selector: strings.ToLower(c.Properties["header.s"]), Length: -1}
		out = append(out, DKIM{Signature: s, Detail: NotPasted, Aligned: r.aligned(d, strict), Claimed: c.Result})
	}
	return out
}

// spf evaluates SPF for the envelope sender and the connecting address.
func (r *run) spf(strict bool) SPF {
	m := r.m
	s := SPF{IP: m.Border.IP, Domain: m.Envelope.Domain, Claimed: m.claimed("spf", nil)}
	req := spf.Request{IP: m.Border.IP, HELO: m.Border.Helo, MailFrom: m.Envelope.Address, Now: m.Received}
	switch {
	case !m.Envelope.Known:
		return s
	case m.Envelope.Null:
		s.Helo = true
		helo, ok := asciiDomain(m.Border.Helo)
		if _, isIP := parseIP(helo); isIP {
			s.Result = spf.None // an address literal instead of a name (RFC 7208 section 2.3)
			return s
		} else if !ok {
			return s
		}
		s.Domain, req.HELO = helo, helo
	case m.Envelope.Domain == "":
		s.Result = spf.None // an address literal instead of a domain, or a name that cannot be in DNS (RFC 7208 section 4.3)
		return s
	case m.Envelope.Address == "":
		req.MailFrom = "postmaster@" + m.Envelope.Domain
	default:
		at := strings.LastIndexByte(req.MailFrom, '@')
		req.MailFrom = req.MailFrom[:at+1] + m.Envelope.Domain
	}
	s.Aligned = r.aligned(s.Domain, strict)
	if !s.IP.IsValid() || r.dns == nil || r.ctx.Err() != nil {
		return s
	}
	s.Verdict = spf.Evaluate(r.dns, req)
	for _, n := range s.Verdict.Missing {
		r.need(n)
	}
	if s.Result = s.Verdict.Result; s.Verdict.Why == spf.WhyMissing {
		s.Result = ""
	}
	return s
}

// claimedDKIM returns the receiver's result for one signature, matched by the beginning of b=, else by domain and
// selector.
func (m *Message) claimedDKIM(s Signature) string {
	b := squeeze(s.tags["b"])
	same := func(c Claim) bool {
		d, sel := claimedDomain(c), c.Properties["header.s"]
		return d != "" && strings.EqualFold(d, s.Domain) && (sel == "" || strings.EqualFold(sel, s.Selector))
	}
	if got := m.claimed("dkim", func(c Claim) bool {
		p := c.Properties["header.b"]
		return len(p) >= 4 && strings.HasPrefix(b, p)
	}); got != "" {
		return got
	}
	return m.claimed("dkim", func(c Claim) bool { return c.Properties["header.b"] == "" && same(c) })
}

// claimedDomain returns the signing domain in a claim about DKIM.
func claimedDomain(c Claim) string {
	if d := c.Properties["header.d"]; d != "" {
		return strings.TrimPrefix(d, "@")
	}
	i := c.Properties["header.i"]
	return i[strings.LastIndexByte(i, '@')+1:]
}

// Lessons are what the mail shows about the sender's set-up, each with the field that shows it.
type Lessons struct {
	Addresses []Sending // addresses that sent it, the receiver's border first
	Signers   []Signer
	Envelope  string // domain
	Forwarder string // host that forwarded the mail; "" for none
}

// Sending is an address from which the mail was sent.
type Sending struct {
	IP     netip.Addr
	Host   string
	Source string
	// Sure says that the receiver itself saw the address. Fields below the border were written by others.
	Sure bool
}

// Signer is a domain and selector that signed.
type Signer struct {
	Domain, Selector string
	Result           Result
	Claimed          string
}

func (m *Message) lessons(rep *Report) Lessons {
	l := Lessons{Envelope: m.Envelope.Domain, Forwarder: m.Forward.By}
	if m.Border.IP.IsValid() {
		l.Addresses = append(l.Addresses, Sending{m.Border.IP, m.Border.Host, m.Border.Source, m.Border.Stated})
	}
	for i, h := range m.Hops {
		if i <= m.Border.Hop || !public(h.IP) || len(l.Addresses) >= 20 {
			continue
		}
		if !slices.ContainsFunc(l.Addresses, func(a Sending) bool { return a.IP == h.IP }) {
			l.Addresses = append(l.Addresses, Sending{h.IP, h.Name, "Received", false})
		}
	}
	for _, d := range rep.DKIM {
		if d.Domain != "" && d.Selector != "" {
			l.Signers = append(l.Signers, Signer{d.Domain, d.Selector, d.Result, d.Claimed})
		}
	}
	return l
}
