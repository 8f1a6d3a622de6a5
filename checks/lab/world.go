package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// world is what one file declares of the internet. It is immutable, so that many internets can share the base.
type world struct {
	file    string
	zones   []*zoneText
	servers []serverText
	cuts    []cutText
	asked   []askedText
	kept    []keptText

	once   sync.Once
	merged *world
	err    error
}

// over returns the world merged over the base; it is computed once.
func (w *world) over(base *world) (*world, error) {
	w.once.Do(func() { w.merged, w.err = merge(base, w) })
	return w.merged, w.err
}

type serverText struct {
	host   string
	addrs  []netip.Addr
	faults []Fault
}

// askedText is a question that a resolver was asked before the story begins.
type askedText struct {
	place string
	q     question
	ago   time.Duration
}

// keptText is an outdated entry of a resolver's cache: a record, or its absence.
type keptText struct {
	place string
	left  time.Duration
	rr    dns.RR   // nil for absence
	q     question // for absence
}

// absent is written instead of a record's data for cached absence.
const absent = "absent"

type cutText struct {
	name  string
	hosts []string
}

// zoneText is a zone's text. It is parsed on first use, since a run needs only little of the base.
type zoneText struct {
	name    string
	hosts   []string
	hidden  bool
	loose   bool // its servers accept an alias beside other records
	sources []section

	once sync.Once
	sets sets
	err  error
}

func (z *zoneText) parsed() (sets, error) {
	z.once.Do(func() { z.sets, z.err = parseZone(z.name, z.sources, z.loose) })
	return z.sets, z.err
}

var baseWorld = sync.OnceValues(func() (*world, error) {
	data, err := scenarioFiles.ReadFile(baseFile)
	if err != nil {
		return nil, err
	}
	w, rest, err := parseWorld("base.txtar", data)
	if err == nil && len(rest) > 0 {
		err = rest[0].errorf(0, "unknown section %q", rest[0].name)
	}
	return w, err
})

// parseWorld parses the sections that describe the internet and returns the others.
func parseWorld(file string, data []byte) (*world, []section, error) {
	w := &world{file: file}
	all, err := sections(file, data)
	if err != nil {
		return nil, nil, err
	}
	var rest []section
	for _, s := range all {
		if read, ok := map[string]func(section) error{"servers": w.readServers, "asked": w.readAsked, "remembered": w.readKept}[s.name]; ok {
			if err := read(s); err != nil {
				return nil, nil, err
			}
			continue
		}
		kind, name, hosts, ok := zoneHeader(s.name)
		if !ok {
			rest = append(rest, s)
			continue
		}
		name = canon(name)
		for i := range hosts {
			hosts[i] = canon(hosts[i])
		}
		switch {
		case kind == delegated:
			if slices.ContainsFunc(w.cuts, func(c cutText) bool { return c.name == name }) {
				return nil, nil, s.errorf(-1, "%q is delegated twice", name)
			}
			if len(lines(s.text)) > 0 {
				return nil, nil, s.errorf(0, "a delegation has no text of its own")
			}
			w.cuts = append(w.cuts, cutText{name, hosts})
		case len(hosts) == 0:
			return nil, nil, s.errorf(-1, "zone %q has no server", name)
		default:
			w.zones = append(w.zones, &zoneText{name: name, hosts: hosts, hidden: kind == hiddenZone, loose: kind == looseZone,
				sources: []section{s}})
		}
	}
	return w, rest, nil
}

func (w *world) readServers(s section) error {
	return s.eachLine(func(f []string) error {
		sv := serverText{host: canon(f[0])}
		for _, word := range f[1:] {
			if a, err := netip.ParseAddr(word); err == nil && len(sv.faults) == 0 {
				sv.addrs = append(sv.addrs, a)
				continue
			}
			fault, err := ParseFault(word)
			if err != nil {
				return fmt.Errorf("%s: neither an address nor a fault: %q", sv.host, word)
			}
			sv.faults = append(sv.faults, fault)
		}
		if len(sv.addrs) == 0 {
			return fmt.Errorf("%s has no address", sv.host)
		}
		w.servers = append(w.servers, sv)
		return nil
	})
}

func (w *world) readAsked(s section) error {
	return s.eachLine(func(f []string) error {
		if len(f) != 4 {
			return fmt.Errorf("want PLACE NAME TYPE AGO, have %q", strings.Join(f, " "))
		}
		t, ok := dns.StringToType[f[2]]
		ago, err := time.ParseDuration(f[3])
		switch {
		case !isPlace(f[0]):
			return fmt.Errorf("no such place: %q", f[0])
		case !ok:
			return fmt.Errorf("unknown record type %q", f[2])
		case err != nil || ago < 0:
			return fmt.Errorf("bad time %q", f[3])
		}
		w.asked = append(w.asked, askedText{f[0], question{canon(f[1]), t}, ago})
		return nil
	})
}

func isPlace(id string) bool {
	return slices.ContainsFunc(places, func(p place) bool { return p.id == id })
}

func (w *world) readKept(s section) error {
	return s.eachLine(func(f []string) error {
		if len(f) < 5 || !isPlace(f[0]) {
			return fmt.Errorf("want PLACE LEFT NAME TYPE DATA, have %q", strings.Join(f, " "))
		}
		left, err := time.ParseDuration(f[1])
		if err != nil || left <= 0 {
			return fmt.Errorf("bad time %q", f[1])
		}
		if t, ok := dns.StringToType[f[3]]; ok && len(f) == 5 && f[4] == absent {
			w.kept = append(w.kept, keptText{place: f[0], left: left, q: question{canon(f[2]), t}})
			return nil
		}
		rr, err := dns.NewRR(fmt.Sprintf("%s %d IN %s", dns.Fqdn(f[2]), left/time.Second, strings.Join(f[3:], " ")))
		if err != nil || rr == nil {
			return fmt.Errorf("no record: %q", strings.Join(f[2:], " "))
		}
		w.kept = append(w.kept, keptText{place: f[0], left: left, rr: rr})
		return nil
	})
}

// eachLine calls do with the words of every line that is not empty; an error gets the line's place.
func (s section) eachLine(do func([]string) error) error {
	n := -1
	for l := range strings.Lines(s.text) {
		n++
		l, _, _ = strings.Cut(l, "#")
		if f := strings.Fields(l); len(f) > 0 {
			if err := do(f); err != nil {
				return s.errorf(n, "%v", err)
			}
		}
	}
	return nil
}

// merge merges a scenario's world into the base.
func merge(base, own *world) (*world, error) {
	w := &world{file: own.file, servers: slices.Concat(base.servers, own.servers)}
	seen := map[netip.Addr]string{}
	for _, s := range w.servers {
		for _, a := range s.addrs {
			if other, ok := seen[a]; ok && other != s.host {
				return nil, fmt.Errorf("%s: %s and %s have the same address %s", own.file, other, s.host, a)
			}
			seen[a] = s.host
		}
	}
	added := map[string]*zoneText{}
	for _, z := range own.zones {
		if _, ok := added[z.name]; ok && !z.hidden {
			return nil, z.sources[0].errorf(-1, "zone %q is declared twice", z.name)
		}
		if !z.hidden {
			added[z.name] = z
		}
	}
	for _, z := range base.zones {
		if o, ok := added[z.name]; ok {
			z = &zoneText{name: z.name, hosts: o.hosts, loose: o.loose, sources: slices.Concat(z.sources, o.sources)}
		}
		w.zones = append(w.zones, z)
	}
	for _, z := range own.zones {
		if z.hidden || !slices.ContainsFunc(base.zones, func(b *zoneText) bool { return b.name == z.name }) {
			w.zones = append(w.zones, z)
		}
	}
	w.cuts = slices.DeleteFunc(slices.Clone(base.cuts), func(c cutText) bool {
		return slices.ContainsFunc(own.cuts, func(o cutText) bool { return o.name == c.name })
	})
	w.cuts = append(w.cuts, own.cuts...)
	w.asked, w.kept = own.asked, own.kept
	return w, nil
}

// canon returns a name in the form used everywhere in todoku: lower case, no final dot, "" for the root.
func canon(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// enclosing returns the closest of the names that is above child, or child itself if self is set.
func enclosing[V any](names map[string]V, child string, self bool) (string, bool) {
	name := child
	if !self {
		if child == "" {
			return "", false
		}
		name = snapshot.Parent(child)
	}
	for {
		if _, ok := names[name]; ok {
			return name, true
		}
		if name == "" {
			return "", false
		}
		name = snapshot.Parent(name)
	}
}
