package message

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

// Evidence is a header field and the part of it that proves something.
type Evidence struct {
	Header string
	Text   string
}

// List says whether a mailing list sent the mail, and by what evidence.
type List struct {
	Is       bool
	ID       string // of List-Id (RFC 2919)
	Address  string // to which posts are sent
	Domain   string
	Evidence []Evidence
}

// Forward says whether a mailbox forwarded the mail, and by what evidence.
type Forward struct {
	Forwarded Tri
	From      string // the forwarding address; "" if unknown
	Final     string // address at which the mail arrived
	By        string // host that forwarded it
	IP        netip.Addr
	SRS       bool // the envelope sender was rewritten for it
	Origin    string
	Evidence  []Evidence
}

func public(ip netip.Addr) bool { return ip.IsValid() && !snapshot.IsPrivate(ip) }

func shown(header, text string) Evidence {
	return Evidence{header, snapshot.Printable(clip(text, 300))}
}

// Header fields of lists: proofs are written only by discussion lists, signs also by newsletters.
var (
	listProofs = []string{"list-post", "mailing-list", "x-mailman-version", "x-beenthere", "x-been-there", "x-ml-name", "x-ml-server", "x-mlserver", "x-ml-count",
		"x-ml-info", "x-google-group-id"}
	listSigns = []string{"list-id", "x-sequence", "x-mailinglist", "x-loop"}
)

// list recognises mailing lists by the fields of RFC 2369 and RFC 2919, and by those of older programs. A List-Id alone
// proves nothing, since newsletters have one too.
func (m *Message) list() List {
	l := List{Is: strings.EqualFold(m.first("precedence"), "list") && len(m.index["list-id"]) > 0}
	for _, key := range slices.Concat(listProofs, listSigns) {
		at := m.index[key]
		if len(at) == 0 {
			continue
		}
		f := m.Header[at[0]]
		l.Evidence = append(l.Evidence, shown(f.Name, f.Value))
		closed := key == "list-post" && strings.HasPrefix(strings.ToUpper(f.Value), "NO")
		l.Is = l.Is || slices.Contains(listProofs, key) && !closed
	}
	if v := m.first("list-id"); v != "" {
		if i := strings.LastIndexByte(v, '<'); i >= 0 {
			v = v[i+1:]
		}
		l.ID = snapshot.Printable(clip(strings.Trim(v, "<> "), 255))
	}
	for _, key := range []string{"list-post", "mailing-list", "x-been-there", "x-beenthere"} {
		v := m.first(key)
		if i := strings.Index(strings.ToLower(v), "mailto:"); i >= 0 {
			v = v[i+len("mailto:"):]
		}
		v, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(v), "list "), ">")
		v, _, _ = strings.Cut(v, ";")
		v, _, _ = strings.Cut(v, "?")
		if a := mailbox(v); a != "" && l.Address == "" {
			l.Address, l.Domain = a, domainOf(a)
		}
	}
	if !l.Is {
		return List{}
	}
	return l
}

var (
	srs0 = pattern.New(`(?i)^srs0[=+-][^=]*[=+-][^=]*=([^=@]+)=([^@]*)@`)
	srs1 = pattern.New(`(?i)^srs1[=+-]`)
	caf  = pattern.New(`(?i)^([^@]+)\+caf_=([^@=]+)=([^@]+)@(.+)$`) // Gmail's own forwarding
	fwd  = pattern.New(`(?i)^(?:fwd|forward|bounces?\+fwd|btv1=)[-+=]`)
)

// forward looks for traces of forwarding. Proof sets Forwarded to Yes. That the mail arrived at an address to which it
// was not written proves nothing: a list and a blind copy look the same.
func (m *Message) forward() Forward {
	var f Forward
	f.Final = m.final()
	sure := false
	add := func(e Evidence, proof bool) {
		if len(f.Evidence) < 10 {
			f.Evidence = append(f.Evidence, e)
		}
		sure = sure || proof
	}
	m.rewritten(&f, add)
	for _, key := range []string{"x-forwarded-for", "x-forwarded-to", "x-ms-exchange-inbox-rules-loop", "x-resent-to"} {
		if at := m.index[key]; len(at) > 0 {
			h := m.Header[at[0]]
			add(shown(h.Name, h.Value), true)
			if fields := strings.Fields(h.Value); key == "x-forwarded-for" && len(fields) > 0 && f.From == "" {
				f.From = mailbox(fields[0])
			}
		}
	}
	if to := m.targets(); len(to) > 1 && !m.List.Is {
		add(Evidence{"Delivered-To", strings.Join(to, ", ")}, true)
		if f.From == "" {
			f.From = to[len(to)-1]
		}
	}
	if f.Final != "" && len(m.To) > 0 && !m.writtenTo(f.Final) && !m.List.Is {
		add(Evidence{"To", f.Final}, false)
	}
	switch {
	case sure:
		f.Forwarded = Yes
		m.carrier(&f)
	case f.Final != "" && m.writtenTo(f.Final):
		f.Forwarded = No
	}
	return f
}

// rewritten recognises an envelope sender rewritten by a forwarder.
func (m *Message) rewritten(f *Forward, add func(Evidence, bool)) {
	e := m.Envelope.Address
	switch {
	case srs0.MatchString(e):
		g := srs0.FindStringSubmatch(e)
		f.SRS, f.Origin = true, strings.Trim(g[2]+"@"+g[1], "@")
	case srs1.MatchString(e):
		f.SRS = true
	case caf.MatchString(e):
		g := caf.FindStringSubmatch(e)
		f.SRS, f.From = true, g[1]+"@"+g[4]
	default:
		if fwd.MatchString(e) {
			add(shown(m.Envelope.Source, e), false)
		}
		return
	}
	add(shown(m.Envelope.Source, e), true)
}

// final returns the address at which the mail arrived.
func (m *Message) final() string {
	for _, key := range []string{"delivered-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "x-delivered-to", "x-apparently-to"} {
		v, _, _ := strings.Cut(m.first(key), ";")
		v = strings.TrimSpace(v)
		if i := strings.IndexAny(v, " ,"); i > 0 {
			v = v[:i]
		}
		if a := mailbox(v); a != "" {
			return a
		}
	}
	for i, h := range m.Hops {
		if h.For != "" && i <= max(m.Border.Hop, 0) {
			return h.For
		}
	}
	return ""
}

// targets returns the different addresses to which servers delivered, the last first.
func (m *Message) targets() []string {
	var out []string
	add := func(a string) {
		a = plainAddress(a)
		if a != "" && !slices.Contains(out, a) && len(out) < 10 {
			out = append(out, a)
		}
	}
	for _, f := range m.all("delivered-to") {
		add(mailbox(f.Value))
	}
	for _, h := range m.Hops {
		add(h.For)
	}
	// An alias within one server does not affect SPF or DKIM.
	return slices.DeleteFunc(out, func(a string) bool { return a != out[0] && domainOf(a) == domainOf(out[0]) })
}

// plainAddress returns an address in a comparable form: lower case, without a "+" suffix.
func plainAddress(a string) string {
	a = strings.ToLower(a)
	local, domain, ok := strings.Cut(a, "@")
	if !ok {
		return ""
	}
	if i := strings.IndexByte(local, '+'); i > 0 {
		local = local[:i]
	}
	return local + "@" + strings.TrimSuffix(domain, ".")
}

// writtenTo reports whether the mail has an address in To or Cc.
func (m *Message) writtenTo(address string) bool {
	want := plainAddress(address)
	return slices.ContainsFunc(m.To, func(a Address) bool { return plainAddress(a.Full) == want })
}

// carrier sets the server that sent the mail to the receiver.
func (m *Message) carrier(f *Forward) {
	f.IP = m.Border.IP
	f.By = m.Border.Host
	if f.By == "" {
		f.By = host(m.Border.Helo)
	}
}
