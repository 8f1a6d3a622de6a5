package drift

import (
	"slices"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
)

// The codes of a Loss.
const (
	Lost      = "key"       // a signing key is gone
	Weaker    = "weaker"    // the DMARC policy is weaker: forged mail is accepted again
	Reports   = "reports"   // reports are no longer sent to anybody
	Elsewhere = "elsewhere" // mail to the domain goes to another company
	Signature = "signature" // the zone's DNSSEC signatures expire soon and were not renewed
)

// soon is how long before their expiry signatures that are not renewed are reported: long enough to act, and later
// than any working signer renews signatures of usual lifetime.
const soon = 48 * time.Hour

// losses returns what got worse without being a fault.
func losses(old, now *facts.Facts, d Drift) (out []Loss) {
	for _, f := range d.Broken {
		if d.lostKey(f) {
			selector, _, _ := dnsname.CutKey(f.Name)
			out = append(out, Loss{Lost, map[string]string{"selector": selector}})
		}
	}
	was, is := old.Policy(), now.Policy()
	if was.Readable && is.Readable {
		if strictness[is.Applied] < strictness[was.Applied] {
			out = append(out, Loss{Weaker, map[string]string{"was": was.Applied, "is": is.Applied}})
		}
		if len(was.Record.Reports) > 0 && len(is.Record.Reports) == 0 {
			out = append(out, Loss{Reports, map[string]string{"address": was.Record.Reports[0].Address}})
		}
	}
	told := slices.ContainsFunc(d.Broken, func(f checks.Finding) bool { return f.Code == checks.MXAtAnother || f.Code == checks.MXMoved })
	if from, to, ok := movedMail(now, d); ok && !told {
		out = append(out, Loss{Elsewhere, map[string]string{"was": from, "is": to}})
	}
	if until, ok := ending(old, now); ok {
		out = append(out, Loss{Signature, map[string]string{"until": until.UTC().Format(time.RFC3339)}})
	}
	return out
}

// lostKey reports whether a finding is about a missing key that existed before.
func (d Drift) lostKey(f checks.Finding) bool {
	return f.Code == checks.DKIMAstray && slices.ContainsFunc(d.of(DKIM, Gone), func(c Change) bool { return c.Name == f.Name })
}

var strictness = map[string]int{"none": 0, "quarantine": 1, "reject": 2}

// movedMail returns a mail server from before and one from now if they belong to different companies.
func movedMail(now *facts.Facts, d Drift) (from, to string, ok bool) {
	for _, c := range d.Changes {
		if c.Kind != MX || c.Act != Moved || c.Name != now.Owner.Domain {
			continue
		}
		was, is := targets(c.Gone), targets(c.Come)
		for _, a := range was {
			if slices.ContainsFunc(is, func(b string) bool { return kin(now, a, b) }) {
				return "", "", false
			}
		}
		return was[0], is[0], true
	}
	return "", "", false
}

// kin reports whether two servers belong to one company, as far as their names tell.
func kin(in *facts.Facts, a, b string) bool {
	if input.Registrable(a) == input.Registrable(b) {
		return true
	}
	if in.Catalog == nil {
		return false
	}
	of := in.Catalog.NameOwners(b)
	return slices.ContainsFunc(in.Catalog.NameOwners(a), func(id string) bool { return slices.Contains(of, id) })
}

// ending returns the expiry of the signature over the zone's keys, if it is near and was not extended since the earlier
// look.
func ending(old, now *facts.Facts) (time.Time, bool) {
	a, b := keys(old.DNS), keys(now.DNS)
	left := b.SignedUntil.Sub(b.At)
	return b.SignedUntil, !b.SignedUntil.IsZero() && a.SignedUntil.Equal(b.SignedUntil) && b.At.After(a.At) && left > 0 && left < soon
}

// keys returns the answer with the zone's keys and their signature.
func keys(s *snapshot.Snapshot) snapshot.Answer {
	zone, _ := s.Zone()
	a, _ := s.Find(snapshot.Key{Name: zone, Type: snapshot.DNSKEY, Via: snapshot.Authority})
	return a
}

// serials returns the zone's serial in both looks, of each the newest that a server gave; ok is false if none was seen.
func serials(old, now *facts.Facts) (was, is uint32, ok bool) {
	serial := func(s *snapshot.Snapshot) (newest uint32, ok bool) {
		zone, _ := s.Zone()
		for _, a := range s.Answers {
			if a.Name == zone && a.Type == snapshot.SOA && a.Via == snapshot.Server && a.Status == snapshot.OK && a.SOA != nil {
				if !ok || int32(a.SOA.Serial-newest) > 0 { // RFC 1982 section 3.2
					newest = a.SOA.Serial
				}
				ok = true
			}
		}
		return newest, ok
	}
	was, ok1 := serial(old.DNS)
	is, ok2 := serial(now.DNS)
	return was, is, ok1 && ok2
}
