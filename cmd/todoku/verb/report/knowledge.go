package report

import (
	"context"
	"net/netip"

	"todoku/checks/catalog"
	"todoku/checks/dmarc"
	"todoku/checks/facts"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/report"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
	"todoku/cmd/todoku/internal/world"
)

// knowledge is what is known of a domain's senders: by the catalogue alone, or with what DNS says today.
type knowledge struct {
	catalog *catalog.Catalog
	domain  string
	dns     *snapshot.Snapshot // nil where nobody was asked
	open    bool               // the SPF record lets anybody send
	record  string             // the DMARC record of today
}

// asked is for how many addresses DNS is asked, those with the most messages first.
const asked = 32

// ask looks up the domain's SPF record with all that it includes, its DMARC record, and for the largest sources that
// fail what SPF says of them and what their servers are called.
func (o *Options) ask(ctx context.Context, k *knowledge, t *report.Tally) error {
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	snap := snapshot.New(k.domain, w.Now())
	var ips []netip.Addr
	for _, s := range t.Sources {
		if !s.SPF && s.IP.IsValid() && len(ips) < asked {
			ips = append(ips, s.IP)
		}
	}
	err = w.Client.Receive(ctx, snap, func(d spf.Data) []spf.Need {
		needs := append(spf.Walk(d, k.domain, "").Missing, spf.Need{Name: "_dmarc." + k.domain, Type: "TXT"})
		for _, ip := range ips {
			needs = append(needs, spf.Evaluate(d, k.request(ip)).Missing...)
			needs = append(needs, spf.Need{Name: snapshot.Reverse(ip), Type: "PTR"})
		}
		return needs
	})
	if err != nil {
		return o.Interrupted()
	}
	if blind := world.BlindnessOf(snap); blind != world.Sighted {
		o.Note(o.Lang.T("cmd.blind." + string(blind)))
		return nil
	}
	k.dns = snap
	_, k.open = facts.Read(owner.Answers{Domain: k.domain}, snap, k.catalog).PassesAnybody()
	if records, known := reading.DMARCRecords(snap, k.domain); known && len(records) == 1 {
		k.record = records[0]
	}
	return nil
}

// request is a mail from an address in the domain's own name.
func (k *knowledge) request(ip netip.Addr) spf.Request {
	return spf.Request{IP: ip, MailFrom: "postmaster@" + k.domain, HELO: k.domain}
}

// allowed reports whether the domain's SPF record lets an address send. One that lets anybody says nothing.
func (k *knowledge) allowed(ip netip.Addr) bool {
	return !k.open && spf.Evaluate(reading.SPF(k.dns), k.request(ip)).Result == spf.Pass
}

// policy is the policy that the domain's own record asks for today; not known where it has none of its own.
func (k *knowledge) policy() (string, bool) {
	if k.record == "" {
		return "", false
	}
	return dmarc.Parse(k.record).Effective(), true
}

// service names the service behind an address: by the names that its results show, else by the term of the SPF record
// that lets it send, else by its server's reverse name.
func (k *knowledge) service(ip netip.Addr, names []string) (id string, byName bool) {
	if id := k.catalog.ServiceOf(names...); id != "" || k.dns == nil || !ip.IsValid() {
		return id, id != ""
	}
	if v := spf.Evaluate(reading.SPF(k.dns), k.request(ip)); v.Result == spf.Pass && !k.open {
		for _, s := range v.Trace {
			if owners := k.catalog.SPFOwners(s.Target); s.Match && len(owners) == 1 {
				return owners[0], false
			}
		}
	}
	ptr := k.dns.Get(snapshot.Reverse(ip), snapshot.PTR)
	return k.catalog.ServiceOf(ptr.Data()...), false
}
