package probe

import (
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// absence says how a message without the records that were asked for ends a question: it is knowledge only with the SOA
// of a zone that the name is in (RFC 2308 section 2). Whoever filters, forges or does not know leaves it out, or puts
// another zone's there.
func absence(a snapshot.Answer, q snapshot.Question, m *dns.Msg, end string, authority bool) (snapshot.Status, snapshot.Reason) {
	switch {
	case !authority && len(a.Chain) == 0 && a.SOA == nil && hasNS(m):
		if m.RecursionAvailable {
			return snapshot.Failed, snapshot.Referred
		}
		return snapshot.Failed, snapshot.Refused // no recursion here
	case authority && q.Type == snapshot.SOA && q.Name == q.Zone:
		return snapshot.Failed, snapshot.NotAuth // whoever serves a zone has that
	case a.SOA == nil:
		return snapshot.Failed, snapshot.Unproven
	case authority && !(snapshot.Below(end, a.SOA.Zone) && snapshot.Below(a.SOA.Zone, q.Zone)):
		return snapshot.Failed, snapshot.NotAuth // it speaks for another zone
	case !snapshot.Below(end, a.SOA.Zone), stale(a.Errors):
		return snapshot.Failed, snapshot.Unproven
	case slices.Contains(forgers, a.SOA.MName):
		return snapshot.Failed, snapshot.Filtered
	case m.Rcode == dns.RcodeNameError:
		return snapshot.NXDomain, ""
	}
	return snapshot.NoData, ""
}

// believe takes a denial without proof for one.
func believe(a *snapshot.Answer, m *dns.Msg) {
	if a.Reason != snapshot.Unproven {
		return
	}
	a.Status, a.Reason = snapshot.NoData, ""
	if m.Rcode == dns.RcodeNameError {
		a.Status = snapshot.NXDomain
	}
}

// forgers are the primary servers that filters write into the SOA of what they forge.
var forgers = []string{"fake-for-negative-caching.adguard.com"}

// withheld reports whether a resolver says that its answer is not DNS's own: RFC 8914 sections 4.5 (forged), 4.16
// (blocked), 4.17 (censored), 4.18 (filtered) and 4.19 (prohibited).
func withheld(errs []snapshot.ExtendedError) bool {
	return slices.ContainsFunc(errs, func(e snapshot.ExtendedError) bool {
		return e.Code == dns.ExtendedErrorCodeForgedAnswer || e.Code >= dns.ExtendedErrorCodeBlocked && e.Code <= dns.ExtendedErrorCodeProhibited
	})
}

// rewritten reports whether a resolver tells, by the SOA of its policy beside an answer, that it put another in its place:
// resolvers with response policy zones do.
func rewritten(m *dns.Msg) bool {
	return slices.ContainsFunc(m.Extra, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeSOA })
}

// stale reports whether an answer was kept beyond its time since nobody could be asked (RFC 8767).
func stale(errs []snapshot.ExtendedError) bool {
	return slices.ContainsFunc(errs, func(e snapshot.ExtendedError) bool {
		return e.Code == dns.ExtendedErrorCodeStaleAnswer || e.Code == dns.ExtendedErrorCodeStaleNXDOMAINAnswer
	})
}

// nulled reports whether all addresses are 0.0.0.0 or ::, which filters give for what they block; nobody lives there.
func nulled(records []snapshot.Record) bool {
	return len(records) > 0 && !slices.ContainsFunc(records, func(r snapshot.Record) bool {
		ip, err := netip.ParseAddr(r.Data)
		return err != nil || !ip.IsUnspecified()
	})
}

// doubtful reports whether somebody answered, and the answer says nothing of the name: another may be asked.
func doubtful(why snapshot.Reason) bool {
	switch why {
	case snapshot.Unproven, snapshot.Filtered, snapshot.Referred, snapshot.Truncated:
		return true
	}
	return false
}
