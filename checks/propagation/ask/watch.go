// Package ask sends the questions of a wait to DNS: it decides whom to watch and collects the answers. What they mean is
// for package propagation.
package ask

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
)

// Watcher looks at the places of a wait. It is safe for concurrent use.
type Watcher struct {
	Client    *probe.Client
	Now       func() time.Time
	Port      uint16              // port of authoritative servers
	Resolvers []propagation.Place // resolvers to watch besides the authoritative servers
}

// Places returns what to watch: every authoritative server of the snapshot's zone with a known address, then the
// resolvers.
func (w *Watcher) Places(s *snapshot.Snapshot) []propagation.Place {
	var out []propagation.Place
	if s != nil {
		for _, host := range propagation.Servers(s) {
			if addr := serverAddr(s, host); addr.IsValid() {
				out = append(out, w.authority(host, addr))
			}
		}
	}
	return append(out, w.Resolvers...)
}

// authority returns the place for an authoritative server.
func (w *Watcher) authority(host string, addr netip.Addr) propagation.Place {
	return propagation.Place{ID: host, Name: snapshot.Printable(host), Authority: true, Caches: 1,
		Addr: netip.AddrPortFrom(addr, w.Port).String()}
}

// serverAddr returns an address of a name server, from a look-up or from glue; the zero Addr if there is none.
func serverAddr(s *snapshot.Snapshot, host string) netip.Addr {
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
		for _, text := range s.Get(host, t).Data() {
			if addr, err := netip.ParseAddr(text); err == nil {
				return addr
			}
		}
	}
	for _, a := range s.Answers {
		for _, g := range a.Glue {
			if g.Host == host && g.Addr.IsValid() {
				return g.Addr
			}
		}
	}
	return netip.Addr{}
}

// Limits on the servers that are asked: of one panel, whose servers hold the same zones, and of all panels.
const (
	panelServers = 2
	serversMost  = 6
)

// Panel returns servers of the panels in which the owner may have entered the records although others are in charge of
// the zone, so that the owner can be told. These are the panel that the owner named and those of the mail hosts. Hidden
// is set if the catalogue has no full host name of the named panel's servers.
func (w *Watcher) Panel(ctx context.Context, c *catalog.Catalog, a owner.Answers, s *snapshot.Snapshot) propagation.Panel {
	out := propagation.Panel{Moved: w.moved(ctx, s)}
	servers := propagation.Servers(s)
	var hosts []string
	for _, h := range a.Hosts {
		hosts = append(hosts, h.ID)
	}
	for _, h := range c.Detect(s).Hosts {
		hosts = append(hosts, h.ID)
	}
	for _, p := range c.LikelyPanels(a.Panel, hosts) {
		if len(p.NS) == 0 || len(servers) == 0 || slices.ContainsFunc(servers, p.Serves) || len(out.Places) >= serversMost {
			continue
		}
		found := w.servers(ctx, p)
		out.Places = append(out.Places, found...)
		if p.ID == a.Panel {
			out.ID, out.Hidden = p.ID, len(found) == 0
		}
	}
	return out
}

// moved asks the parent again for the delegation and returns the name servers if new ones are among them; else nil.
func (w *Watcher) moved(ctx context.Context, s *snapshot.Snapshot) []string {
	for _, was := range propagation.Parents(s) {
		addr := serverAddr(s, was.Key.At)
		if !addr.IsValid() {
			continue
		}
		zone := was.Name
		now := w.Client.Ask(ctx, snapshot.Question{Key: was.Key, Zone: snapshot.Parent(zone), Servers: []snapshot.NameServer{{Host: was.Key.At, Addr: addr}}})
		if len(now.Referral) == 0 {
			continue
		}
		if slices.ContainsFunc(now.Referral, func(h string) bool { return !slices.Contains(was.Referral, h) }) {
			return now.Referral
		}
		return nil
	}
	return nil
}

// servers returns up to panelServers of a panel's servers.
func (w *Watcher) servers(ctx context.Context, p catalog.Panel) (out []propagation.Place) {
	for _, host := range p.Servers() {
		if len(out) == panelServers {
			break
		}
		answer := w.Client.Ask(ctx, snapshot.Question{Key: snapshot.Key{Name: host, Type: snapshot.A, Via: snapshot.Resolver}})
		for _, text := range answer.Data() {
			if addr, err := netip.ParseAddr(text); err == nil {
				out = append(out, w.authority(host, addr))
				break
			}
		}
	}
	return out
}

// atOnce limits the number of concurrent questions.
const atOnce = 16

// Look sends questions to their places, in parallel. A resolver with several caches is asked once for each, and every
// answer is a look of its own. The looks are in the order of the questions.
func (w *Watcher) Look(ctx context.Context, asks []propagation.Ask, places []propagation.Place) []propagation.Look {
	at := make(map[string]propagation.Place, len(places))
	for _, p := range places {
		at[p.ID] = p
	}
	var (
		group sync.WaitGroup
		slots = make(chan struct{}, atOnce)
		looks = make([][]propagation.Look, len(asks))
	)
	for i, ask := range asks {
		place, ok := at[ask.Place]
		addr, err := netip.ParseAddrPort(place.Addr)
		if !ok || err != nil {
			continue
		}
		looks[i] = make([]propagation.Look, max(1, place.Caches))
		for n := range looks[i] {
			group.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				q := snapshot.Question{Key: snapshot.Key{Name: ask.Name, Type: ask.Type, Via: snapshot.Server, At: place.ID}}
				answer := w.Client.AskAt(ctx, q, addr, place.Authority)
				looks[i][n] = propagation.Look{At: w.Now(), Place: place.ID, Answer: answer}
			})
		}
	}
	group.Wait()
	for _, same := range looks { // the order in which several caches answered means nothing
		slices.SortStableFunc(same, func(a, b propagation.Look) int {
			return slices.Compare(a.Answer.Data(), b.Answer.Data())
		})
	}
	return slices.Concat(looks...)
}
