package facts

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Forwarder is the server that forwards the mail, and what it does with it. What a forwarded mail showed outranks the
// catalogue.
type Forwarder struct {
	Host     string // ID in the catalogue; "" if unknown
	By       string // name of the server, if a mail showed it
	Envelope catalog.Envelope
	Seal     string // whether it adds an ARC seal: owner.Yes, owner.No, or "" if unknown
	Shown    bool   // a mail showed what it does with the envelope sender
	Soft     bool   // the catalogue's claim comes from reports, not from the host itself
	Checked  string // when the catalogue's claim was last checked, as YYYY-MM-DD
	Evidence []snapshot.Answer
}

// Forwarder returns what is known of the forwarding server. It is the zero value if nobody forwards.
func (f *Facts) Forwarder() Forwarder {
	var out Forwarder
	if f.Owner.Route != owner.Forward {
		return out
	}
	shown := f.Owner.Forward.Shown
	out.Host, out.Evidence = f.forwardHost()
	out.By = shown.By
	if f.Catalog != nil {
		if h, ok := f.Catalog.Host(out.Host); ok {
			out.Envelope, out.Soft, out.Checked = h.Forward.Envelope, h.Conf["forward"].Soft(), h.Forward.Checked
			if h.Forward.ARC == owner.Yes || h.Forward.ARC == owner.No {
				out.Seal = h.Forward.ARC
			}
		}
	}
	if out.Envelope == "" {
		out.Envelope = catalog.EnvelopeUnknown
	}
	if shown.Forwarded == owner.Yes {
		if shown.Envelope != "" {
			out.Envelope, out.Shown, out.Soft = catalog.Envelope(shown.Envelope), true, false
		}
		if shown.Seal != "" {
			out.Seal = shown.Seal
		}
	}
	return out
}

// forwardHost returns the ID of the host that forwards: the one that the owner named, else the one whose servers receive
// the mail of the forwarding address. It returns "" if unknown.
func (f *Facts) forwardHost() (id string, seen []snapshot.Answer) {
	story := f.Owner.Forward
	if f.Catalog == nil {
		return "", nil
	}
	if h, ok := f.Catalog.Host(story.Host); ok && story.Host != owner.Unknown {
		return h.ID, nil
	}
	_, domain, told := strings.Cut(strings.ToLower(story.From), "@")
	if story.Mine == owner.Mine && (!told || domain == f.Owner.Domain) {
		if ids := f.Owner.HostIDs(); len(ids) == 1 {
			return ids[0], nil
		}
		domain = f.Owner.Domain
	}
	if domain == "" {
		return "", nil
	}
	mx := f.DNS.Get(domain, snapshot.MX)
	if !mx.Known() || mx.Cut() || len(mx.Records) == 0 {
		return "", nil
	}
	for i, name := range mx.Data() {
		owners := slices.DeleteFunc(f.Catalog.NameOwners(name), func(o string) bool { _, ok := f.Catalog.Host(o); return !ok })
		if len(owners) != 1 || i > 0 && owners[0] != id {
			return "", nil
		}
		id = owners[0]
	}
	return id, Evidence(mx)
}

// ListSPF is the state of the SPF record of a mailing list's domain.
type ListSPF string

// The values of ListSPF.
const (
	ListUnseen ListSPF = "unseen" // unknown
	ListNone   ListSPF = "none"   // there is no record
	ListBroken ListSPF = "broken" // there are several records, or one with a permanent error
	ListLacks  ListSPF = "lacks"  // it does not cover the list's server that the bounce names
	ListNobody ListSPF = "nobody" // it lets no server pass
	ListThere  ListSPF = "there"  // there is one, and no fault was seen
)

// ListSPF returns the state of the SPF record of a mailing list's domain. If a post of the list bounced, the record is
// evaluated for the address from which it was sent.
func (f *Facts) ListSPF(host string) (ListSPF, []snapshot.Answer) {
	seen := Evidence(f.DNS.TXT(host))
	records, known := reading.SPFRecords(f.DNS, host)
	switch {
	case !known:
		return ListUnseen, seen
	case len(records) == 0:
		return ListNone, seen
	case len(records) > 1:
		return ListBroken, seen
	case !spf.Parse(records[0]).Valid():
		return ListBroken, seen
	}
	m, try := f.Owner.Mail, []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, 1})}                          // a documentation address (RFC 5737) shows errors that hit every sender
	if m.Route == owner.List && f.Owner.List.Member == owner.Yes && strings.EqualFold(m.Envelope, host) { // else a member's server may have forwarded it
		try = append(try, m.IPs...)
	}
	for i, ip := range try {
		switch spf.Evaluate(reading.SPF(f.DNS), spf.Request{IP: ip, MailFrom: "postmaster@" + host, HELO: host}).Result {
		case spf.PermError:
			return ListBroken, seen
		case spf.Fail, spf.SoftFail, spf.Neutral:
			if i > 0 {
				return ListLacks, seen
			}
		}
	}
	if letsNobody(spf.Walk(reading.SPF(f.DNS), host, records[0]), records[0]) {
		return ListNobody, seen
	}
	return ListThere, seen
}

// letsNobody reports whether a record certainly lets no address pass. It is false for a record with references, macros or
// a lenient all.
func letsNobody(tree spf.Tree, record string) bool {
	record = strings.ToLower(record)
	for _, open := range []string{"%", "ptr", "exists:", "include:", "redirect=", "+all", " all", "?all"} {
		if strings.Contains(record, open) {
			return false
		}
	}
	return len(tree.Networks) == 0 && len(tree.Missing) == 0 && len(tree.Failed) == 0 && strings.Contains(record, "all")
}

// ListUnsigned reports whether the owner's own mailing list is at a host that does not sign list mail, so that a DKIM key
// does not help it.
func (f *Facts) ListUnsigned() bool {
	l := f.Owner.List
	if f.Catalog == nil || f.Owner.Route != owner.List || l.Member == owner.No || l.Domain() != f.Owner.Domain {
		return false
	}
	return slices.ContainsFunc(f.Owner.HostIDs(), func(id string) bool {
		h, ok := f.Catalog.Host(id)
		return ok && h.ListDKIM == owner.No
	})
}
