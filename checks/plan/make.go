package plan

import (
	"net/netip"
	"slices"
	"strings"

	"todoku/checks"
	"todoku/checks/dkim"
	"todoku/checks/dmarc"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

const defaultTTL = 3600 // seconds: what most panels offer

// Make proposes the changes that mend the findings, in an order that is safe to make them in (SPF, keys, then the DMARC
// policy that only watches), and proves them: Left is what the same rules still find once they are laid over the snapshot.
func Make(in checks.In, found []checks.Finding) Plan {
	if deaf(found) {
		return Plan{Left: serious(checks.Causes(found))}
	}
	if in.Catalog != nil && in.Seen.Hosts == nil && in.Seen.Senders == nil && in.Seen.Panels == nil {
		in.Seen = in.Catalog.Detect(in.DNS) // once, not for each question about the services
	}
	var p Plan
	p.Changes, p.Ways = spfChanges(in, found)
	p.Changes = append(p.Changes, dkimChanges(in, found)...)
	p.Changes = append(p.Changes, dmarcChanges(in, found)...)
	p.Changes = append(p.Changes, strays(in, found)...)
	return prove(in, p)
}

// deaf reports whether nothing is known on which a proposal could rest.
func deaf(found []checks.Finding) bool {
	return slices.ContainsFunc(found, func(f checks.Finding) bool {
		return f.Code == checks.DNSUnreachable || f.Code == checks.DomainUnregistered || f.Code == checks.ZoneUnreachable
	})
}

// serious keeps what blocks or harms.
func serious(found []checks.Finding) []checks.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f checks.Finding) bool {
		return f.Severity != checks.Blocks && f.Severity != checks.Harms
	})
}

// prove lays the changes over the snapshot, runs the rules again, and tries SPF for every known sending address.
func prove(in checks.In, p Plan) Plan {
	later := in
	later.DNS = in.DNS.With(p.Edits())
	for _, f := range serious(checks.Causes(checks.Diagnose(later))) {
		if asked(p.Changes, f.Code) {
			p.Later = append(p.Later, f)
		} else {
			p.Left = append(p.Left, f)
		}
	}
	t := spf.Walk(reading.SPF(later.DNS), in.Answers.Domain, "")
	p.Lookups, p.Voids = t.Lookups, t.Voids
	p.Tries = tries(in, later.DNS)
	now, _ := reading.SPFRecords(later.DNS, in.Answers.Domain)
	for i, w := range p.Ways {
		edit := snapshot.Edit{Name: in.Answers.Domain, Type: snapshot.TXT, Remove: now, Add: []string{w.Value}, TTL: defaultTTL}
		p.Ways[i].Tries = tries(in, later.DNS.With([]snapshot.Edit{edit}))
	}
	return p
}

// tries judges a mail from every known sending address, now and then.
func tries(in checks.In, then *snapshot.Snapshot) []Try {
	var out []Try
	for _, s := range sources(in) {
		req := spf.Request{IP: s.ip, MailFrom: "postmaster@" + in.Answers.Domain, HELO: in.Answers.Domain}
		before, after := spf.Evaluate(reading.SPF(in.DNS), req), spf.Evaluate(reading.SPF(then), req)
		out = append(out, Try{IP: s.ip.String(), From: s.from, Before: string(before.Result), After: string(after.Result), Term: after.Term})
	}
	return out
}

// asked reports whether a change that still lacks its value would mend the finding.
func asked(changes []Change, code checks.Code) bool {
	return slices.ContainsFunc(changes, func(c Change) bool {
		return c.Ask != "" && c.Value == "" && slices.Contains(c.Because, code)
	})
}

type source struct {
	ip   netip.Addr
	from string
}

// maxSources bounds the sending addresses that are tried.
const maxSources = 12

// sources lists the sending addresses that are known: given ones, those that a bounce names, then one for each term of each service (the first that
// the term lets pass; for a server's name that is the server itself).
func sources(in checks.In) []source {
	var out []source
	add := func(ip netip.Addr, from string) {
		if len(out) < maxSources && !slices.ContainsFunc(out, func(s source) bool { return s.ip == ip }) {
			out = append(out, source{ip, from})
		}
	}
	for _, ip := range in.Answers.IPs {
		add(ip, "given")
	}
	for _, ip := range checks.Bounced(in) {
		add(ip, "bounce")
	}
	for _, t := range checks.Terms(in) {
		if t.Text == "" || t.Usual || t.Service == "given" {
			continue
		}
		nets := spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, "v=spf1 "+t.Text+" -all").Networks
		if len(nets) > 0 {
			add(nets[0].Addr(), t.Service)
		}
	}
	return out
}

func codes(found []checks.Finding, of ...checks.Code) []checks.Code {
	var out []checks.Code
	for _, f := range found {
		if slices.Contains(of, f.Code) && !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

// spfFaults are the findings that a new SPF record mends.
var spfFaults = []checks.Code{
	checks.SPFMissing, checks.SPFMultiple, checks.SPFSyntax, checks.SPFTypographic, checks.SPFPlaceholder, checks.SPFIneffective, checks.SPFSenderMissing, checks.SPFIncludeDead, checks.SPFPassAll,
	checks.SPFLoop, checks.SPFNoAll, checks.SPFMisplaced, checks.SPFVoidLookups, checks.SPFTooManyLookups,
}

// spfChanges merges what stands there and what is needed into one record. The owner's other records that it leads to
// are mended before it.
func spfChanges(in checks.In, found []checks.Finding) ([]Change, []Way) {
	out := below(in)
	if len(out) > 0 {
		later := in
		later.DNS = in.DNS.With(Plan{Changes: out}.Edits())
		in, found = later, checks.Diagnose(later)
	}
	own, ways := ownSPF(in, found)
	return append(out, own...), ways
}

// ownSPF is the change of the domain's own record, and the ways out that are left to the owner.
func ownSPF(in checks.In, found []checks.Finding) ([]Change, []Way) {
	apex := in.DNS.TXT(in.Answers.Domain)
	because := codes(found, spfFaults...)
	if len(because) == 1 && because[0] == checks.SPFNoAll {
		because = nil // a missing all alone is advice, no reason to touch a record that works
	}
	if len(because) == 0 && forwarded(in) && slices.ContainsFunc(apex.Data(), hardFail) {
		because = []checks.Code{checks.ForwardBreaksSPF}
	}
	if len(because) == 0 || len(apex.Chain) > 0 {
		return nil, nil // an alias stands there, and nothing may stand beside it (RFC 1034 section 3.6.2)
	}
	old, readable := oldSPF(in, because)
	var notes []Note
	for i, r := range readable {
		var n []Note
		readable[i], n = cleared(in, r)
		notes = append(notes, n...)
	}
	added := needs(in, readable)
	merged, said := spf.Merge(readable, added)
	if merged == "" || len(added) == 0 && len(readable) == 0 {
		return nil, nil // who sends is not known: a record that refuses everybody would be worse than none
	}
	notes = append(notes, told(said)...)
	merged, more := ended(in, merged)
	notes = append(notes, more...)
	merged, fit, ways := fitted(in, merged)
	notes = slices.Concat(notes, fit, serviceNotes(in, added))
	if len(old) > 0 && slices.Equal(old, []string{merged}) {
		return nil, ways
	}
	c := Change{Name: in.Answers.Domain, Type: snapshot.TXT, TTL: ttl(apex), Value: merged, Because: because, Notes: append(notes, roomNotes(in, old, merged)...)}
	apart := unglued(c)
	if len(old) == 0 {
		c.Action = Add
		return append([]Change{c}, apart...), ways
	}
	c.Action, c.Old = Replace, old[:1]
	return slices.Concat([]Change{c}, apart, gone(in.Answers.Domain, apex, old[1:], because)), ways
}

// oldSPF lists the texts that the new record takes the place of, and those that are joined into it.
func oldSPF(in checks.In, because []checks.Code) (old, readable []string) {
	apex := in.DNS.TXT(in.Answers.Domain)
	real := slices.ContainsFunc(apex.Data(), spf.Is)
	for _, v := range apex.Data() {
		if spf.Is(v) || !real && spf.Resembles(v) {
			old = append(old, v)
		}
	}
	readable = slices.Clone(old)
	if len(old) == 0 && slices.Contains(because, checks.SPFMisplaced) {
		readable, _ = reading.SPFRecords(in.DNS, "www."+in.Answers.Domain)
	}
	return old, readable
}

func ttl(a snapshot.Answer) uint32 {
	if t, ok := a.TTL(); ok && len(a.Chain) == 0 && t > 0 {
		return t
	}
	return defaultTTL
}

// leadsNowhere reports whether no receiver gets past a term: to add it would break the record.
func leadsNowhere(in checks.In, term string) bool {
	return len(checks.DeadsOf(in, spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, "v=spf1 "+term))) > 0
}

// needs lists the terms that the records lack, the services' own order kept.
func needs(in checks.In, records []string) []string {
	var out []string
	lacking := func(term string) bool {
		for _, r := range records {
			t := spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, r)
			if ok, _ := checks.Covered(in.DNS, t, in.Answers.Domain, term); ok {
				return false
			}
		}
		return true
	}
	terms := checks.Terms(in)
	for _, t := range terms {
		// Habitual terms come along only with the needed ones of the same service.
		mate := t.Usual && !slices.ContainsFunc(terms, func(m checks.Term) bool {
			return m.Service == t.Service && !m.Usual && m.Text != "" && lacking(m.Text)
		})
		if t.Text != "" && !mate && !slices.Contains(out, t.Text) && !leadsNowhere(in, t.Text) && lacking(t.Text) {
			out = append(out, t.Text)
		}
	}
	return out
}

// dkimChanges publishes the key of every service that can sign and has none: pasted ones as they are, others asked for.
func dkimChanges(in checks.In, found []checks.Finding) []Change {
	because := codes(found, checks.DKIMMissing, checks.DKIMNotFound, checks.DKIMMalformed, checks.DKIMMismatch)
	var out []Change
	taken := map[string]bool{}
	for _, k := range in.Answers.Keys {
		if k.Value == "" || k.Selector == "" {
			continue
		}
		name := k.Selector + "._domainkey." + in.Answers.Domain
		taken[name] = true
		taken[k.Service] = k.Service != ""
		if c, ok := keyChange(in, k.Value, k.Alias, name); ok {
			c.Because, c.Service = because, k.Service
			c.Gate = gate(in, k.Service)
			out = append(out, c)
		}
	}
	for _, u := range checks.Unsigneds(in) {
		if taken[u.Service.ID] || len(because) == 0 {
			continue
		}
		name := "_domainkey." + in.Answers.Domain
		if u.Selector != "" {
			name = u.Selector + "." + name
		}
		if taken[name] {
			continue
		}
		t := snapshot.TXT
		if u.Service.DKIM.Form == "CNAME" {
			t = snapshot.CNAME
		}
		out = append(out, Change{
			Action: Add, Name: name, Type: t, TTL: defaultTTL, Because: because, Ask: u.Service.ID, Service: u.Service.ID, Gate: gate(in, u.Service.ID),
		})
	}
	return out
}

// keyChange makes one key stand at a name; ok is false where it already does.
func keyChange(in checks.In, value string, alias bool, name string) (Change, bool) {
	c := Change{Action: Add, Name: name, Type: snapshot.TXT, TTL: defaultTTL, Value: value}
	a := in.DNS.TXT(name)
	if alias {
		c.Type = snapshot.CNAME
		return c, len(a.Chain) == 0 || !strings.EqualFold(a.Chain[0].Target, value)
	}
	if len(a.Records) == 1 && dkim.Same(a.Records[0].Data, value) {
		return c, false
	}
	if len(a.Records) > 0 && len(a.Chain) == 0 {
		c.Action, c.Old, c.TTL = Replace, a.Data(), ttl(a)
	}
	return c, true
}

// gate says what the owner must press in the console once the key is seen.
func gate(in checks.In, service string) string {
	if in.Catalog == nil {
		return ""
	}
	if h, ok := in.Catalog.Host(service); ok && h.DKIM.Start.JA != "" {
		return "start-signing"
	}
	if s, ok := in.Catalog.Sender(service); ok && s.DKIM.Start.JA != "" {
		return "start-signing"
	}
	return ""
}

// dmarcChanges makes one readable policy; a new one only watches (p=none), which harms nothing.
func dmarcChanges(in checks.In, found []checks.Finding) []Change {
	because := codes(found, checks.DMARCMissing, checks.DMARCMultiple, checks.DMARCSyntax, checks.DMARCMisplaced)
	if len(because) == 0 {
		return nil
	}
	name := "_dmarc." + in.Answers.Domain
	a := in.DNS.TXT(name)
	var old []string
	var kept dmarc.Record
	for _, v := range a.Data() {
		if !dmarc.Is(v) && !dmarc.Resembles(v) {
			continue
		}
		old = append(old, v)
		r := dmarc.Parse(v)
		if r.Policy == "" {
			r.Policy = "none" // what receivers make of it (RFC 9989 section 4.7), said aloud
		}
		if usable(r) {
			kept = milder(kept, r)
		}
	}
	c := Change{Action: Add, Name: name, Type: snapshot.TXT, TTL: ttl(a), Value: fresh(in), Because: because, Notes: reportNotes(in)}
	if kept.Policy != "" {
		c.Value = kept.String()
		c.Notes = append([]Note(nil), Note{Code: "policy-kept", Args: map[string]string{"policy": kept.Policy}})
	}
	if len(old) == 0 {
		return []Change{c}
	}
	c.Action, c.Old = Replace, old[:1]
	out := []Change{c}
	if c.Value == old[0] {
		out = nil // the first stays as it is; the others go
	}
	for _, v := range old[1:] {
		out = append(out, Change{Action: Remove, Name: name, Type: snapshot.TXT, TTL: ttl(a), Old: []string{v}, Because: because, Notes: []Note{{Code: "one-policy-only"}}})
	}
	return out
}

func usable(r dmarc.Record) bool {
	return !slices.ContainsFunc(r.Problems, func(p dmarc.Problem) bool { return p.Fatal })
}

// strictness orders policies; with two records receivers apply none, so that going on with the milder refuses nobody
// who gets through today.
var strictness = map[string]int{"none": 0, "quarantine": 1, "reject": 2}

// milder joins two policies into the milder one, with the report addresses of the other where it has none.
func milder(a, b dmarc.Record) dmarc.Record {
	if a.Policy == "" {
		return b
	}
	if strictness[b.Policy] < strictness[a.Policy] {
		a, b = b, a
	}
	if len(a.Reports) == 0 && len(b.Reports) > 0 {
		joined := dmarc.Parse(strings.TrimRight(a.Raw, "; ") + "; rua=" + b.Reports[0].URI)
		joined.Policy = a.Policy
		return joined
	}
	return a
}

// fresh is the first policy: it watches, and reports where the owner wants them.
func fresh(in checks.In) string {
	v := "v=DMARC1; p=none"
	if in.Answers.ReportTo != "" {
		v += "; rua=mailto:" + in.Answers.ReportTo
	}
	return v
}

// reportNotes warns of a report address that receivers may not use: one at another organisation, which must allow it
// (RFC 9990 section 4).
func reportNotes(in checks.In) []Note {
	_, host, ok := strings.Cut(in.Answers.ReportTo, "@")
	if !ok || snapshot.Below(host, in.Answers.Domain) || snapshot.Below(in.Answers.Domain, host) {
		return nil
	}
	a := in.DNS.TXT(dmarc.ReportPermission(in.Answers.Domain, host))
	if slices.ContainsFunc(a.Data(), dmarc.Is) {
		return nil
	}
	return []Note{{Code: "report-elsewhere", Args: map[string]string{"address": in.Answers.ReportTo, "host": host}}}
}

// strays removes copies that stand where nobody asks: doubled names, an SPF record at www, a DMARC record at the domain.
func strays(in checks.In, found []checks.Finding) []Change {
	var out []Change
	for _, f := range found {
		var old []string
		switch f.Code {
		case checks.NameDoubled:
			old = in.DNS.TXT(f.Name).Data()
		case checks.SPFMisplaced:
			old, _ = reading.SPFRecords(in.DNS, f.Name)
		case checks.DMARCMisplaced:
			old = []string{f.Args["record"]}
		}
		for _, v := range old {
			out = append(out, Change{
				Action: Remove, Name: f.Name, Type: snapshot.TXT, TTL: ttl(in.DNS.TXT(f.Name)), Old: []string{v}, Because: []checks.Code{f.Code},
				Notes: []Note{{Code: "nobody-asks-here"}},
			})
		}
	}
	return out
}
