package checks

import (
	"slices"
	"strconv"
	"time"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// NSBadArgs are the arguments of ns-lame and ns-dead.
type NSBadArgs struct {
	Servers Names // the servers at fault
	Good    Names // the servers that answer with authority
	Reason  Reason
}

var ruleNSLame = Rule{
	Code: NSLame, Severity: Advice, RFC: "RFC 1912 section 2.8",
	After: after(),
	Args:  NSBadArgs{},
	Judge: nsLame,
}

// nsLame finds name servers in the delegation that answer but do not serve the zone. Resolvers ask the next server at
// once, so mail suffers only where few good ones are left.
func nsLame(in *facts.Facts) []Finding { return nsBad(in, facts.Lame, facts.Failing) }

var ruleNSDead = Rule{
	Code: NSDead, Severity: Advice, RFC: "RFC 2182 section 3.1",
	After: after(),
	Args:  NSBadArgs{},
	Judge: nsDead,
}

// nsDead finds name servers that do not answer at all. Resolvers wait before they ask the next one.
func nsDead(in *facts.Facts) []Finding { return nsBad(in, facts.Dead) }

func nsBad(in *facts.Facts, how ...facts.Standing) []Finding {
	d, ok := in.Delegation()
	if !ok {
		return nil
	}
	all := d.Current()
	bad, good := facts.WithStanding(all, how...), facts.WithStanding(all, facts.Serves)
	if len(bad) == 0 || len(good) == 0 { // if none serves the zone, zone-unreachable reports it
		return nil
	}
	return one(Finding{
		Severity: serversLeft(bad, good), Name: d.Zone, Evidence: facts.SOAs(bad),
		Args: NSBadArgs{facts.Hosts(bad), facts.Hosts(good), Reason(bad[0].SOA.Reason)},
	})
}

// serversLeft returns Advice if more servers are good than bad, else Harms: look-ups are then slow, and one more failure may
// stop them.
func serversLeft(bad, good []facts.NameServer) Severity {
	if len(good) > len(bad) {
		return Advice
	}
	return Harms
}

// The states of ns-address: why a name server cannot be reached by its name.
var (
	AddressNowhere = State{"state", "nowhere"} // its name has no address
	AddressInside  = State{"state", "inside"}  // its address is in a private network
)

// NSAddressArgs are the arguments of ns-address.
type NSAddressArgs struct {
	Servers Names
	Good    Names // the servers that answer
}

var ruleNSAddress = Rule{
	Code: NSAddress, Severity: Advice, RFC: "RFC 1912 section 2.8",
	After:   after(),
	Aspects: []Aspect{{AddressNowhere, AddressInside}},
	Args:    NSAddressArgs{},
	Judge:   nsAddress,
}

// nsAddress finds name servers whose name has no address, or only a private one.
func nsAddress(in *facts.Facts) []Finding {
	d, ok := in.Delegation()
	if !ok {
		return nil
	}
	all := d.Current()
	good := facts.WithStanding(all, facts.Serves)
	if len(good) == 0 {
		return nil
	}
	var out []Finding
	for _, how := range []facts.Standing{facts.Nowhere, facts.Inside} {
		bad := facts.WithStanding(all, how)
		if len(bad) == 0 {
			continue
		}
		f := Finding{
			Severity: serversLeft(bad, good), Name: d.Zone, States: []State{either(how == facts.Inside, AddressInside, AddressNowhere)},
			Args: NSAddressArgs{facts.Hosts(bad), facts.Hosts(good)},
		}
		for _, s := range bad {
			f.Evidence = append(f.Evidence, facts.Evidence(in.DNS.Get(s.Host, snapshot.A), in.DNS.Get(s.Host, snapshot.AAAA))...)
		}
		if len(f.Evidence) == 0 {
			f.Evidence = facts.SOAs(bad)
		}
		out = append(out, f)
	}
	return out
}

// The states of ns-disagree: what differs, and whether the serials are dates.
var (
	DisagreeRecords = State{"state", "records"} // mail records differ between the servers
	DisagreeSerial  = State{"state", "serial"}  // only the SOA serials differ
	DisagreeSet     = State{"state", "set"}     // parent and child list different name servers
	DisagreeDated   = State{"lag", "dated"}     // the serials are dates, and show the lag in days
)

// NSDisagreeArgs are the arguments of ns-disagree.
type NSDisagreeArgs struct {
	New     Versions // the newest version, with DisagreeRecords and DisagreeSerial
	Old     Versions // older ones
	Records Kinds    // the kinds of record that differ, with DisagreeRecords
	Parent  Names    // the NS set of the parent, with DisagreeSet
	Zone    Names    // the NS set of the zone itself, with DisagreeSet
	Days    Number   // how far the oldest copy lags, with DisagreeDated
}

// Versions are the SOA serials of a zone, by server.
type Versions []Version

// Version is a name server and the SOA serial that it serves.
type Version struct {
	Host   string
	Serial uint32
}

var ruleNSDisagree = Rule{
	Code: NSDisagree, Severity: Advice, RFC: rfcDNS + " section 4.2.2", Also: []string{"RFC 1912 section 2.2"},
	After:   after(),
	Aspects: []Aspect{{DisagreeRecords, DisagreeSerial, DisagreeSet}},
	Remarks: []State{DisagreeDated},
	Args:    NSDisagreeArgs{},
	Judge:   nsDisagree,
}

// nsDisagree finds name servers that serve different versions of the zone, or NS sets that differ between parent and
// zone. It harms where mail records differ, since every receiver then sees either.
func nsDisagree(in *facts.Facts) []Finding {
	d, ok := in.Delegation()
	if !ok {
		return nil
	}
	f, older := olderCopy(in, d)
	g, differs := otherSet(d)
	switch {
	case older && f.Severity == Harms:
		return one(f)
	case differs:
		return one(g)
	case older:
		return one(f)
	}
	return nil
}

// olderCopy compares the server with the newest serial with the others, and returns the finding for those that are older
// or differ in mail records.
func olderCopy(in *facts.Facts, d facts.Delegation) (f Finding, found bool) {
	good := facts.WithStanding(d.Current(), facts.Serves)
	if len(good) < 2 {
		return f, false
	}
	newest := slices.MaxFunc(good, func(a, b facts.NameServer) int {
		switch {
		case a.Serial() == b.Serial():
			return 0
		case facts.Newer(a.Serial(), b.Serial()):
			return 1
		}
		return -1
	})
	var old []facts.NameServer
	var changed []snapshot.Answer
	for _, s := range good {
		pairs := in.Differences(newest.Host, s.Host)
		if s.Serial() == newest.Serial() && len(pairs) == 0 {
			continue
		}
		old, found = append(old, s), true
		for _, p := range pairs {
			f.Severity, changed = Harms, append(changed, p[0])
			f.Evidence = append(f.Evidence, p[0], p[1])
		}
	}
	if !found {
		return f, false
	}
	args := NSDisagreeArgs{New: versions(newest), Old: versions(old...), Records: facts.Kinds(changed), Days: Number(behind(newest, old))}
	f.States = []State{either(f.Severity == Harms, DisagreeRecords, DisagreeSerial)}
	if args.Days > 0 {
		f.States = append(f.States, DisagreeDated)
	}
	f.Name, f.Args, f.Evidence = d.Zone, args, append(facts.SOAs(append([]facts.NameServer{newest}, old...)), f.Evidence...)
	return f, true
}

func versions(list ...facts.NameServer) Versions {
	var out Versions
	for _, s := range list {
		out = append(out, Version{s.Host, s.Serial()})
	}
	return out
}

// behind returns by how many days the oldest copy lags. It returns 0 if a serial is not a date (RFC 1912 section 2.2).
func behind(newest facts.NameServer, old []facts.NameServer) int {
	now, ok := dated(newest.Serial())
	days := 0
	for _, s := range old {
		then, fine := dated(s.Serial())
		if !ok || !fine {
			return 0
		}
		days = max(days, int(now.Sub(then).Hours()/24))
	}
	return days
}

// otherSet returns the finding for NS sets that differ between the parent and the zone. It returns false if all that
// differs are servers that do not work, which other rules report.
func otherSet(d facts.Delegation) (Finding, bool) {
	if len(d.Sent) == 0 || len(d.Named) == 0 || slices.Equal(d.Sent, d.Named) {
		return Finding{}, false
	}
	only := slices.DeleteFunc(d.Current(), func(s facts.NameServer) bool {
		return !slices.Contains(d.Sent, s.Host) || slices.Contains(d.Named, s.Host)
	})
	if len(facts.WithStanding(only, facts.Serves, facts.Unseen)) == 0 && len(d.Named)+len(only) == len(d.Sent) {
		return Finding{}, false // ns-lame, ns-dead and ns-address report these
	}
	return Finding{Severity: Advice, Name: d.Zone, States: []State{DisagreeSet}, Evidence: append(facts.Evidence(d.Referral[0]), d.Names...),
		Args: NSDisagreeArgs{Parent: d.Sent, Zone: d.Named}}, true
}

// The states of ns-moving: what the old name servers still answer, and whether it is known how long caches hold them.
var (
	MovingLost    = State{"state", "lost"}    // mail records that the new servers lack
	MovingRecords = State{"state", "records"} // other mail records
	MovingStopped = State{"state", "stopped"} // nothing; they refuse, fail, or are gone
	MovingSame    = State{"state", "same"}    // the same mail records
	MovingUnseen  = State{"state", "unseen"}  // unknown
	MovingBounded = State{"most", "bounded"}
	MovingLonger  = State{"most", "longer"} // others may hold them longer than the resolver in use
)

// NSMovingArgs are the arguments of ns-moving.
type NSMovingArgs struct {
	Old     Names     // the name servers that a cache still holds
	New     Names     // the name servers of the parent's referral
	Records Kinds     // the kinds of record that are lost or differ, with MovingLost and MovingRecords
	Left    Seconds   // how long the resolver in use still asks the old servers
	Most    Seconds   // how long any cache may still ask them, with MovingBounded
	Until   time.Time `words:"-"` // end of Left, for the wait
}

var ruleNSMoving = Rule{
	Code: NSMoving, Severity: Advice, RFC: "RFC 2181 section 5.4.1",
	After:   after(),
	Aspects: []Aspect{{MovingBounded, MovingLonger}, {MovingLost, MovingRecords, MovingStopped, MovingSame, MovingUnseen}},
	Args:    NSMovingArgs{},
	Judge:   nsMoving,
}

// nsMoving finds a domain that has just changed its name servers: the parent refers to other servers than a cache still
// holds, so some receivers still ask the old ones.
func nsMoving(in *facts.Facts) []Finding {
	d, ok := in.Delegation()
	if !ok || len(d.Sent) == 0 || d.Cached.Status != snapshot.OK || in.OwnView() {
		return nil
	}
	old := slices.DeleteFunc(slices.Clone(d.Servers), func(s facts.NameServer) bool { return !d.Remembered(s.Host) })
	good := facts.WithStanding(d.Current(), facts.Serves)
	if len(old) == 0 || len(good) == 0 {
		return nil
	}
	state, changed, seen := oldServers(in, old, good[0])
	ttl, _ := d.Cached.TTL()
	most, bounded := longest(in, d, old)
	args := NSMovingArgs{
		Old: facts.Hosts(old), New: d.Sent, Records: facts.Kinds(changed), Left: Seconds(ttl), Most: Seconds(most),
		Until: d.Cached.At.Add(time.Duration(ttl) * time.Second),
	}
	f := Finding{Name: d.Zone, States: []State{either(bounded, MovingBounded, MovingLonger), state}, Args: args,
		Evidence: slices.Concat(facts.Evidence(d.Cached, d.Referral[0]), facts.SOAs(old), seen)}
	switch state {
	case MovingLost:
		f.Severity = wrongServers(in, args.Records)
	case MovingRecords, MovingStopped:
		f.Severity = Harms
	}
	return one(f)
}

// oldServers compares the old name servers with one in charge, and returns the state, the mail records that are lost or
// differ, and the answers that show it.
func oldServers(in *facts.Facts, old []facts.NameServer, inCharge facts.NameServer) (state State, changed, seen []snapshot.Answer) {
	answering := facts.WithStanding(old, facts.Serves)
	if len(answering) == 0 {
		return either(len(facts.WithStanding(old, facts.Lame, facts.Failing, facts.Dead, facts.Nowhere)) == len(old), MovingStopped, MovingUnseen), nil, nil
	}
	compared := in.Compared(answering[0].Host, inCharge.Host)
	pairs := in.Differences(answering[0].Host, inCharge.Host)
	lost := facts.LostIn(pairs)
	switch {
	case len(lost) > 0:
		return MovingLost, lost, lost
	case len(pairs) > 0:
		for _, p := range pairs {
			changed = append(changed, p[0])
			seen = append(seen, p[0], p[1])
		}
		return MovingRecords, changed, seen
	case !compared && answering[0].Serial() != inCharge.Serial():
		return MovingUnseen, nil, nil
	}
	return MovingSame, nil, nil
}

// longest returns for how many seconds a cache that asked just now may hold the old servers: the TTL of the referral, or
// of the NS set at the old servers, which many caches prefer (RFC 2181 section 5.4.1). bounded is false if none of these
// gave it.
func longest(in *facts.Facts, d facts.Delegation, old []facts.NameServer) (most uint32, bounded bool) {
	most, _ = d.Cached.TTL()
	most = max(most, d.Referral[0].ReferralTTL)
	for _, s := range old {
		ns, _ := in.DNS.Find(snapshot.Key{Name: d.Zone, Type: snapshot.NS, Via: snapshot.Server, At: s.Host})
		if ttl, ok := ns.TTL(); ok && slices.Contains(ns.Data(), s.Host) {
			most, bounded = max(most, ttl), true
		}
	}
	return most, bounded
}

// dated parses an SOA serial of the form YYYYMMDDnn.
func dated(serial uint32) (time.Time, bool) {
	t, err := time.Parse("20060102", strconv.FormatUint(uint64(serial/100), 10))
	return t, err == nil && t.Year() > 1990 && t.Year() < 2100
}
