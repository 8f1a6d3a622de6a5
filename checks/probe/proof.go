package probe

import (
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// absence returns how a message without the wanted records ends a question. It is knowledge only with the SOA of a zone
// that the name is in (RFC 2308 section 2); filters, forgers and servers without the zone leave it out or give another
// zone's.
func absence(a *snapshot.Answer, q snapshot.Question, m *dns.Msg, end string, authority bool) (snapshot.Status, snapshot.Reason) {
	switch {
	case !authority && len(a.Chain) == 0 && a.SOA == nil && hasNS(m):
		if m.RecursionAvailable {
			return snapshot.Failed, snapshot.Referred
		}
		return snapshot.Failed, snapshot.Refused // no recursion here
	case authority && q.Type == snapshot.SOA && q.Name == q.Zone:
		return snapshot.Failed, snapshot.NotAuth // a server of the zone would have it
	case a.SOA == nil:
		return snapshot.Failed, snapshot.Unproven
	case authority && !(snapshot.Below(end, a.SOA.Zone) && snapshot.Below(a.SOA.Zone, q.Zone)):
		return snapshot.Failed, snapshot.NotAuth // the SOA is another zone's
	case !snapshot.Below(end, a.SOA.Zone), stale(a.Errors):
		return snapshot.Failed, snapshot.Unproven
	case slices.Contains(forgers, a.SOA.MName):
		return snapshot.Failed, snapshot.Filtered
	case m.Rcode == dns.RcodeNameError:
		return snapshot.NXDomain, ""
	}
	return snapshot.NoData, ""
}

// believe accepts a negative answer without an SOA.
func believe(a *snapshot.Answer, m *dns.Msg) {
	if a.Reason != snapshot.Unproven {
		return
	}
	a.Status, a.Reason = snapshot.NoData, ""
	if m.Rcode == dns.RcodeNameError {
		a.Status = snapshot.NXDomain
	}
}

// forgers are the primary servers (MNAME) in the SOA of answers that filters forge.
var forgers = []string{"fake-for-negative-caching.adguard.com"}

// withheld reports whether a resolver says that its answer is not the real one, by RFC 8914 sections 4.5 (forged), 4.16
// (blocked), 4.17 (censored), 4.18 (filtered) and 4.19 (prohibited).
func withheld(errs []snapshot.ExtendedError) bool {
	return slices.ContainsFunc(errs, func(e snapshot.ExtendedError) bool {
		return e.Code == dns.ExtendedErrorCodeForgedAnswer || e.Code >= dns.ExtendedErrorCodeBlocked && e.Code <= dns.ExtendedErrorCodeProhibited
	})
}

// rewritten reports whether the additional section has an SOA, by which resolvers with response policy zones mark an
// answer that they replaced.
func rewritten(m *dns.Msg) bool {
	return slices.ContainsFunc(m.Extra, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeSOA })
}

// stale reports whether a resolver says that the answer had expired (RFC 8767).
func stale(errs []snapshot.ExtendedError) bool {
	return slices.ContainsFunc(errs, func(e snapshot.ExtendedError) bool {
		return e.Code == dns.ExtendedErrorCodeStaleAnswer || e.Code == dns.ExtendedErrorCodeStaleNXDOMAINAnswer
	})
}

// nulled reports whether all addresses are 0.0.0.0 or ::, which filters return for what they block.
func nulled(records []snapshot.Record) bool {
	return len(records) > 0 && !slices.ContainsFunc(records, func(r snapshot.Record) bool {
		ip, err := netip.ParseAddr(r.Data)
		return err != nil || !ip.IsUnspecified()
	})
}

// doubtful reports whether a failure came with an answer that says nothing about the name, so that another server may be
// asked.
func doubtful(why snapshot.Reason) bool {
	switch why {
	case snapshot.Unproven, snapshot.Filtered, snapshot.Referred, snapshot.Truncated:
		return true
	}
	return false
}
