package checks

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"todoku/checks/snapshot"
)

// nsLame: a server to which the world is sent answers, but not for this zone. Whoever meets it asks the next one at
// once, so that mail suffers only where few others are left.
func nsLame(in In) []Finding { return nsBad(in, lame, failing) }

// nsDead: a server does not answer at all. Whoever meets it waits before asking the next one.
func nsDead(in In) []Finding { return nsBad(in, dead) }

func nsBad(in In, how ...standing) []Finding {
	d, ok := delegationOf(in)
	if !ok {
		return nil
	}
	all := d.current()
	bad, good := are(all, how...), are(all, serves)
	if len(bad) == 0 || len(good) == 0 { // where none serves, zone-unreachable says so
		return nil
	}
	return one(Finding{
		Severity: spare(bad, good), Name: d.zone, Evidence: words(bad),
		Args: Args{"servers": hosts(bad), "good": hosts(good), "reason": string(bad[0].soa.Reason), "lost": strconv.Itoa(len(bad)),
			"all": strconv.Itoa(len(all))},
	})
}

// spare grades what is left of the servers: with more good ones than bad ones mail hardly notices; where half or more
// are out, look-ups are slow, and the next failure stops everything.
func spare(bad, good []nameServer) Severity {
	if len(good) > len(bad) {
		return Advice
	}
	return Harms
}

// nsAddress: the name of a name server leads nowhere, or into a private network.
func nsAddress(in In) []Finding {
	d, ok := delegationOf(in)
	if !ok {
		return nil
	}
	all := d.current()
	good := are(all, serves)
	if len(good) == 0 {
		return nil
	}
	var out []Finding
	for _, how := range []standing{nowhere, inside} {
		bad := are(all, how)
		if len(bad) == 0 {
			continue
		}
		f := Finding{Severity: spare(bad, good), Name: d.zone, Args: Args{"state": string(how), "servers": hosts(bad), "good": hosts(good)}}
		for _, s := range bad {
			f.Evidence = append(f.Evidence, evidence(in.DNS.Get(s.host, snapshot.A), in.DNS.Get(s.host, snapshot.AAAA))...)
		}
		if len(f.Evidence) == 0 {
			f.Evidence = words(bad)
		}
		out = append(out, f)
	}
	return out
}

// nsDisagree: the zone above and the zone itself name other servers, or servers hold different versions of the zone. What
// hurts is when the records that mail needs differ: every receiver then sees the one or the other.
func nsDisagree(in In) []Finding {
	d, ok := delegationOf(in)
	if !ok {
		return nil
	}
	if f, found := olderCopy(in, d); found && f.Severity == Harms {
		return one(f)
	} else if g, differs := otherSet(d); differs {
		return one(g)
	} else if found {
		return one(f)
	}
	return nil
}

// olderCopy compares the versions that the servers hold: the newest with each other.
func olderCopy(in In, d delegation) (f Finding, found bool) {
	good := are(d.current(), serves)
	if len(good) < 2 {
		return f, false
	}
	newest := slices.MaxFunc(good, func(a, b nameServer) int {
		if a.serial() == b.serial() {
			return 0
		}
		if newer(a.serial(), b.serial()) {
			return 1
		}
		return -1
	})
	var old []nameServer
	for _, s := range good {
		pairs := differ(in, newest.host, s.host)
		if s.serial() == newest.serial() && len(pairs) == 0 {
			continue
		}
		old, found = append(old, s), true
		for _, p := range pairs {
			f.Severity = Harms
			f.Evidence = append(f.Evidence, p[0], p[1])
		}
	}
	if !found {
		return f, false
	}
	var changed []snapshot.Answer
	for i := 0; i < len(f.Evidence); i += 2 {
		changed = append(changed, f.Evidence[i])
	}
	state := "serial"
	if f.Severity == Harms {
		state = "records"
	}
	f.Name, f.Evidence = d.zone, append(words(append([]nameServer{newest}, old...)), f.Evidence...)
	f.Args = Args{"state": state, "new": version(newest), "old": versions(old), "records": kinds(changed), "days": behind(newest, old),
		"parent": "", "zone": ""}
	return f, true
}

func version(s nameServer) string {
	return s.host + " (" + strconv.FormatUint(uint64(s.serial()), 10) + ")"
}

func versions(list []nameServer) string {
	var out []string
	for _, s := range list {
		out = append(out, version(s))
	}
	return strings.Join(out, ", ")
}

// behind is how many days the oldest copy lags, where the serials are dates (RFC 1912 section 2.2); "" where they are
// not, or it is the same day.
func behind(newest nameServer, old []nameServer) string {
	now, ok := dated(newest.serial())
	days := 0
	for _, s := range old {
		then, fine := dated(s.serial())
		if !ok || !fine {
			return ""
		}
		days = max(days, int(now.Sub(then).Hours()/24))
	}
	if days == 0 {
		return ""
	}
	return strconv.Itoa(days)
}

func dated(serial uint32) (time.Time, bool) {
	t, err := time.Parse("20060102", strconv.FormatUint(uint64(serial/100), 10))
	return t, err == nil && t.Year() > 1990 && t.Year() < 2100
}

// otherSet: the zone above and the zone name other servers, all of which were seen.
func otherSet(d delegation) (Finding, bool) {
	if len(d.sent) == 0 || len(d.named) == 0 || slices.Equal(d.sent, d.named) {
		return Finding{}, false
	}
	only := slices.DeleteFunc(d.current(), func(s nameServer) bool { return !slices.Contains(d.sent, s.host) || slices.Contains(d.named, s.host) })
	if len(are(only, serves, unseen)) == 0 && len(d.named)+len(only) == len(d.sent) {
		return Finding{}, false // all that differs are servers that do not work, which is said of them
	}
	f := Finding{Severity: Advice, Name: d.zone, Evidence: append(evidence(d.referral[0]), d.names...)}
	f.Args = Args{"state": "set", "parent": strings.Join(d.sent, ", "), "zone": strings.Join(d.named, ", "), "new": "", "old": "", "records": "", "days": ""}
	return f, true
}

// nsMoving: the zone above sends the world to other servers than a cache still holds: the domain has just moved, and for
// a while some receivers still ask the old ones.
func nsMoving(in In) []Finding {
	d, ok := delegationOf(in)
	if !ok || len(d.sent) == 0 || d.cached.Status != snapshot.OK || ownView(in, d) {
		return nil
	}
	old := slices.DeleteFunc(slices.Clone(d.servers), func(s nameServer) bool { return !d.remembered(s.host) })
	good := are(d.current(), serves)
	if len(old) == 0 || len(good) == 0 {
		return nil
	}
	f := Finding{Severity: Advice, Name: d.zone, Evidence: append(evidence(d.cached, d.referral[0]), words(old)...)}
	state, records := "same", ""
	if answering := are(old, serves); len(answering) > 0 {
		asked := false
		for _, k := range mailRecords(in) {
			_, one := heard(in, answering[0].host, k)
			_, two := heard(in, good[0].host, k)
			asked = asked || one && two
		}
		pairs := differ(in, answering[0].host, good[0].host)
		lost := lacking(pairs)
		switch {
		case len(lost) > 0:
			state, records, f.Severity = "lost", kinds(lost), Harms
			f.Evidence = append(f.Evidence, lost...)
		case len(pairs) > 0:
			state, f.Severity = "records", Harms
			var changed []snapshot.Answer
			for _, p := range pairs {
				changed = append(changed, p[0])
				f.Evidence = append(f.Evidence, p[0], p[1])
			}
			records = kinds(changed)
		case !asked && answering[0].serial() != good[0].serial():
			state = "unseen"
		}
	} else if len(are(old, lame, dead, nowhere)) == len(old) {
		state, f.Severity = "stopped", Harms
	} else {
		state = "unseen"
	}
	ttl, _ := d.cached.TTL()
	left := time.Duration(ttl) * time.Second
	f.Args = Args{"state": state, "old": hosts(old), "new": strings.Join(d.sent, ", "), "records": records,
		"until": d.cached.At.Add(left).UTC().Format(time.RFC3339), "left": seconds(ttl), "most": seconds(longest(in, d, old))}
	if state == "lost" {
		f.Severity = suffering(in, f)
	}
	return one(f)
}

func seconds(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// longest is how long in seconds any cache may hold the old servers that asked a moment ago: by the referral's time to
// live, or by that of the list at the old servers, which many caches prefer (RFC 2181 section 5.4.1).
func longest(in In, d delegation, old []nameServer) uint32 {
	most, _ := d.cached.TTL()
	most = max(most, d.referral[0].ReferralTTL)
	for _, s := range old {
		ns, _ := in.DNS.Find(snapshot.Key{Name: d.zone, Type: snapshot.NS, Via: snapshot.Server, At: s.host})
		if ttl, ok := ns.TTL(); ok && slices.Contains(ns.Data(), s.host) {
			most = max(most, ttl)
		}
	}
	return most
}

// ownView reports whether the resolver serves another zone of that name than the world sees: its word is one of
// authority and names other masters, or the name servers that it gives live in a private network.
func ownView(in In, d delegation) bool {
	if d.cached.Status != snapshot.OK || len(d.sent) == 0 {
		return false
	}
	if !slices.ContainsFunc(d.cached.Data(), d.remembered) {
		return false // it names whom the world asks
	}
	indoors := func(host string) bool {
		a := in.DNS.Get(host, snapshot.A)
		return len(a.Records) > 0 && !slices.ContainsFunc(a.Data(), public)
	}
	return d.cached.AA || !slices.ContainsFunc(d.cached.Data(), func(h string) bool { return !indoors(h) })
}

// splitView: the owner's own network has a zone of the domain's name, so that the owner sees other records than the
// world does.
func splitView(in In) []Finding {
	d, ok := delegationOf(in)
	if !ok || !ownView(in, d) || len(are(d.current(), serves)) == 0 {
		return nil
	}
	soa, _ := in.DNS.Find(snapshot.Key{Name: d.zone, Type: snapshot.SOA, Via: snapshot.Resolver})
	return one(Finding{Name: d.zone, Evidence: evidence(d.cached, soa, d.referral[0]),
		Args: Args{"resolver": d.cached.Server, "servers": strings.Join(d.cached.Data(), ", "), "world": strings.Join(d.sent, ", ")}})
}
