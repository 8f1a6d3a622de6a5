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

// The losses.
const (
	Lost      = "key"       // a key has gone with which mail is signed
	Weaker    = "weaker"    // the policy asks less of receivers: forged mail passes again
	Reports   = "reports"   // nobody is sent reports any more
	Elsewhere = "elsewhere" // mail to the domain goes to another company
	Signature = "signature" // the zone's signatures end soon, and were not renewed
)

// soon is how long before their end signatures that nobody renews are told of: time to act, and later than any signer
// that does its work renews those of usual length.
const soon = 48 * time.Hour

// losses lists what got worse and is no fault by itself.
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

// lostKey reports whether a finding misses a key that was there before.
func (d Drift) lostKey(f checks.Finding) bool {
	return f.Code == checks.DKIMAstray && slices.ContainsFunc(d.of(DKIM, Gone), func(c Change) bool { return c.Name == f.Name })
}

var strictness = map[string]int{"none": 0, "quarantine": 1, "reject": 2}

// movedMail gives the mail servers, of those before and of those now, where they belong to different companies.
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

// ending is the end of the signatures of the zone's keys, where it is near and has not moved since the earlier look.
func ending(old, now *facts.Facts) (time.Time, bool) {
	a, b := keys(old.DNS), keys(now.DNS)
	left := b.SignedUntil.Sub(b.At)
	return b.SignedUntil, !b.SignedUntil.IsZero() && a.SignedUntil.Equal(b.SignedUntil) && b.At.After(a.At) && left > 0 && left < soon
}

// keys is the answer with the zone's keys and their signature.
func keys(s *snapshot.Snapshot) snapshot.Answer {
	zone, _ := s.Zone()
	a, _ := s.Find(snapshot.Key{Name: zone, Type: snapshot.DNSKEY, Via: snapshot.Authority})
	return a
}

// serials are the zone's serial numbers in both looks, of each the newest that a server gave; ok is false where none was
// seen.
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
