package probe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// read turns a message into an answer. authority says that it comes from an authoritative server.
func read(q snapshot.Question, m *dns.Msg, authority bool) *snapshot.Answer {
	a := &snapshot.Answer{Key: q.Key, Status: snapshot.Failed, AA: m.Authoritative}
	a.Errors = extended(m)
	a.SOA = startOf(m)
	switch a.Reason = refusal(m.Rcode, a.Errors); {
	case a.Reason != "":
		return a
	case m.Truncated:
		a.Reason = snapshot.Truncated
		return a
	case !authority && (withheld(a.Errors) || rewritten(m)):
		a.Reason = snapshot.Filtered
		return a
	case authority && !m.Authoritative:
		a.Reason = snapshot.NotAuth
		if referral(a, q, m) {
			a.Reason = snapshot.Delegated
		}
		return a
	}
	end, ok := follow(a, m)
	if !ok {
		a.Chain, a.Reason = nil, snapshot.Loop
		return a
	}
	var all bool
	if a.Records, all = records(m, end, q.Type); !all {
		drop(a)
	}
	a.Glue = glue(m, a.Records, q.Type)
	if q.Type == snapshot.DNSKEY {
		a.SignedFrom, a.SignedUntil = signed(m)
	}
	leadsOut := len(a.Chain) > 0 && (a.SOA == nil || !snapshot.Below(end, a.SOA.Zone))
	switch {
	case !authority && nulled(a.Records):
		a.Records, a.Reason = nil, snapshot.Filtered
	case len(a.Records) > 0, authority && leadsOut:
		a.Status = snapshot.OK
	default:
		a.Status, a.Reason = absence(a, q, m, end, authority)
	}
	return a
}

// startOf returns the first SOA of a message, or nil.
func startOf(m *dns.Msg) *snapshot.StartOfAuthority {
	for _, rr := range slices.Concat(m.Answer, m.Ns) {
		if soa, ok := rr.(*dns.SOA); ok {
			return &snapshot.StartOfAuthority{
				Zone: plain(soa.Hdr.Name), MName: plain(soa.Ns), Serial: soa.Serial, TTL: soa.Hdr.Ttl, Minimum: soa.Minttl,
			}
		}
	}
	return nil
}

// signed returns the validity period of the DNSKEY signature; of several, the one that ends last.
func signed(m *dns.Msg) (from, until time.Time) {
	for _, rr := range m.Answer {
		sig, ok := rr.(*dns.RRSIG)
		if !ok || sig.TypeCovered != dns.TypeDNSKEY {
			continue
		}
		if end := time.Unix(int64(sig.Expiration), 0).UTC(); end.After(until) {
			from, until = time.Unix(int64(sig.Inception), 0).UTC(), end
		}
	}
	return from, until
}

// refusal returns the reason for a failure by the response code, or "" for an answer.
func refusal(rcode int, errs []snapshot.ExtendedError) snapshot.Reason {
	switch rcode {
	case dns.RcodeSuccess, dns.RcodeNameError:
		return ""
	case dns.RcodeServerFailure:
		// RFC 8914 section 4: codes 6 to 12 are DNSSEC failures.
		if slices.ContainsFunc(errs, func(e snapshot.ExtendedError) bool { return e.Code >= 6 && e.Code <= 12 }) {
			return snapshot.Bogus
		}
		return snapshot.ServFail
	case dns.RcodeRefused, dns.RcodeNotImplemented:
		return snapshot.Refused
	case dns.RcodeNotAuth:
		return snapshot.NotAuth
	case dns.RcodeFormatError:
		return snapshot.Malformed
	}
	return snapshot.ServFail
}

// extended returns the extended errors of a message (RFC 8914).
func extended(m *dns.Msg) (out []snapshot.ExtendedError) {
	opt := m.IsEdns0()
	if opt == nil {
		return nil
	}
	for _, o := range opt.Option {
		if e, ok := o.(*dns.EDNS0_EDE); ok && e.InfoCode != snapshot.Dropped && len(out) < maxErrors {
			out = append(out, snapshot.ExtendedError{Code: e.InfoCode, Text: strings.ToValidUTF8(e.ExtraText, "�")})
		}
	}
	return out
}

// drop marks an answer as incomplete.
func drop(a *snapshot.Answer) {
	a.Errors = append(a.Errors, snapshot.ExtendedError{Code: snapshot.Dropped})
}

// hasNS reports whether a message has NS records in the authority section.
func hasNS(m *dns.Msg) bool {
	return slices.ContainsFunc(m.Ns, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeNS })
}

// referral reads a delegation to a zone below the one that is asked for. One to that zone itself or upwards is not a
// delegation, but shows a server that does not serve the zone.
func referral(a *snapshot.Answer, q snapshot.Question, m *dns.Msg) bool {
	if len(m.Answer) > 0 {
		return false
	}
	for _, rr := range m.Ns {
		ns, ok := rr.(*dns.NS)
		if !ok {
			continue
		}
		owner := plain(ns.Hdr.Name)
		if owner == q.Zone || !snapshot.Below(owner, q.Zone) || !snapshot.Below(q.Name, owner) {
			continue
		}
		if len(a.Referral) == 0 || ns.Hdr.Ttl < a.ReferralTTL {
			a.ReferralTTL = ns.Hdr.Ttl
		}
		a.Referral = append(a.Referral, plain(ns.Ns))
	}
	slices.Sort(a.Referral)
	if a.Referral = slices.Compact(a.Referral); len(a.Referral) > maxRecords {
		a.Referral = slices.Clone(a.Referral[:maxRecords])
		drop(a)
	}
	a.Glue = addresses(m, a.Referral)
	return len(a.Referral) > 0
}

// glue returns the addresses of name servers in the additional section of an NS answer.
func glue(m *dns.Msg, found []snapshot.Record, t snapshot.Type) []snapshot.NameServer {
	if t != snapshot.NS {
		return nil
	}
	var hosts []string
	for _, r := range found {
		hosts = append(hosts, r.Data)
	}
	return addresses(m, hosts)
}

// addresses returns the hosts' addresses in the additional section, sorted, up to maxGlue of each family.
func addresses(m *dns.Msg, hosts []string) []snapshot.NameServer {
	wanted := map[string]bool{}
	for _, h := range hosts {
		wanted[h] = true
	}
	var out []snapshot.NameServer
	for _, rr := range m.Extra {
		host := plain(rr.Header().Name)
		if ip, ok := address(rr); ok && wanted[host] {
			out = append(out, snapshot.NameServer{Host: host, Addr: ip})
		}
	}
	slices.SortFunc(out, func(a, b snapshot.NameServer) int {
		return cmp.Or(strings.Compare(a.Host, b.Host), a.Addr.Compare(b.Addr))
	})
	type family struct {
		host string
		four bool
	}
	have := map[family]int{}
	return slices.DeleteFunc(slices.Compact(out), func(s snapshot.NameServer) bool {
		f := family{s.Host, s.Addr.Is4()}
		have[f]++
		return have[f] > maxGlue
	})
}

func address(rr dns.RR) (netip.Addr, bool) {
	var ip netip.Addr
	var ok bool
	switch r := rr.(type) {
	case *dns.A:
		ip, ok = netip.AddrFromSlice(r.A)
	case *dns.AAAA:
		ip, ok = netip.AddrFromSlice(r.AAAA)
	}
	return ip.Unmap(), ok
}

// records returns the records of a type at a name, each once, sorted, since servers rotate them. all is false if some
// were dropped.
func records(m *dns.Msg, name string, t snapshot.Type) (out []snapshot.Record, all bool) {
	for _, rr := range m.Answer {
		if dns.TypeToString[rr.Header().Rrtype] != string(t) || plain(rr.Header().Name) != name {
			continue
		}
		if r, ok := record(rr); ok {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, inOrder)
	out = slices.CompactFunc(out, func(a, b snapshot.Record) bool { return inOrder(a, b) == 0 })
	return bound(out, name)
}

// inOrder compares records by preference and value.
func inOrder(a, b snapshot.Record) int {
	return cmp.Or(cmp.Compare(a.Pref, b.Pref), strings.Compare(a.Data, b.Data), slices.Compare(a.Strings, b.Strings))
}

// record converts a resource record; false for types that are not used.
func record(rr dns.RR) (snapshot.Record, bool) {
	out := snapshot.Record{TTL: rr.Header().Ttl}
	switch r := rr.(type) {
	case *dns.A, *dns.AAAA:
		ip, ok := address(rr)
		out.Data = ip.String()
		return out, ok
	case *dns.TXT:
		out.Strings = raw(r.Txt)
		out.Data = strings.Join(out.Strings, "")
	case *dns.SPF:
		out.Strings = raw(r.Txt)
		out.Data = strings.Join(out.Strings, "")
	case *dns.MX:
		out.Data, out.Pref = plain(r.Mx), r.Preference
	case *dns.NS:
		out.Data = plain(r.Ns)
	case *dns.CNAME:
		out.Data = plain(r.Target)
	case *dns.PTR:
		out.Data = plain(r.Ptr)
	case *dns.SOA:
		out.Data = fmt.Sprintf("%s %s %d %d %d %d %d", plain(r.Ns), plain(r.Mbox), r.Serial, r.Refresh, r.Retry, r.Expire, r.Minttl)
	case *dns.DS:
		out.Data = fmt.Sprintf("%d %d %d %s", r.KeyTag, r.Algorithm, r.DigestType, strings.ToLower(r.Digest))
	case *dns.DNSKEY:
		out.Data = fmt.Sprintf("%d %d %d %s", r.Flags, r.Protocol, r.Algorithm, r.PublicKey)
	default:
		return out, false
	}
	return out, true
}

// plain returns a name in lower case and without the final dot.
func plain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// raw decodes character strings from presentation form (RFC 1035 section 5.1).
func raw(strs []string) []string {
	out := make([]string, len(strs))
	for i, s := range strs {
		out[i] = reading.Unescape(s)
	}
	return out
}
