package main

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"todoku/checks/catalog"
	"todoku/checks/lab"
	"todoku/checks/owner"
	"todoku/checks/probe"
	"todoku/checks/propagation"
	"todoku/checks/propagation/ask"
	"todoku/checks/snapshot"
	"todoku/i18n"
)

// world is where questions go: the internet, or the lab's.
type world struct {
	*ask.Watcher
	cat    *catalog.Catalog
	client *probe.Client
	now    func() time.Time

	story *lab.Scenario // set inside the lab
	net   *lab.Internet
	clock *lab.Clock
}

const dnsPort = 53

// wallClock is the time of day without Go's monotonic reading, which stands still while a computer sleeps: a TTL goes on
// running meanwhile.
func wallClock() time.Time { return time.Now().Round(0) }

// world wires what the flags ask for.
func (a *app) world(ctx context.Context) (*world, error) {
	cat, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	w := &world{cat: cat, now: wallClock, Watcher: &ask.Watcher{Port: cmp.Or(a.opt.port, dnsPort)}}
	cfg := probe.Config{Private: a.opt.private, Port: w.Port, Timeout: a.opt.timeout}
	if a.opt.lab != "" {
		err = a.enterLab(w, &cfg)
	} else {
		err = a.enterInternet(ctx, w, &cfg)
	}
	if err != nil {
		return nil, err
	}
	if len(a.opt.watch) > 0 {
		if w.Resolvers, err = a.watchPlaces(ctx); err != nil {
			return nil, err
		}
	}
	cfg.Now = w.now
	w.client = probe.New(cfg, cat)
	w.Client, w.Now = w.client, w.now
	return w, nil
}

// enterInternet uses the system's resolvers, with DNS over HTTPS behind them, or the ones of --resolver alone: who
// names a resolver wants that one's answers.
func (a *app) enterInternet(ctx context.Context, w *world, cfg *probe.Config) error {
	cfg.Dialer = &net.Dialer{}
	for _, text := range a.opt.resolvers {
		addr, err := endpoint(ctx, text)
		if err != nil {
			return a.badValue("--resolver", text, a.lang.T("cmd.fault.endpoint"))
		}
		cfg.Resolvers = append(cfg.Resolvers, addr)
	}
	system := len(cfg.Resolvers) == 0
	if system {
		cfg.Resolvers = probe.SystemResolvers()
		for _, r := range w.cat.Resolvers {
			if r.Seeds && r.DoH != "" {
				cfg.DoH = append(cfg.DoH, r.DoH)
			}
		}
	}
	for _, r := range w.cat.Resolvers {
		if r.Seeds && len(r.Addrs) > 0 {
			w.Resolvers = append(w.Resolvers, publicPlace(r, hostPort(r.Addrs[0], dnsPort), a.lang))
		}
	}
	if len(cfg.Resolvers) > 0 {
		w.Resolvers = append(w.Resolvers, a.ownPlace(cfg.Resolvers[0]))
	}
	return nil
}

// enterLab uses the small internet of a scenario, with its clock.
func (a *app) enterLab(w *world, cfg *probe.Config) error {
	story, err := lab.Find(a.opt.lab)
	if err != nil {
		return usage(a.lang.T("cmd.fault.no-story", i18n.Args{"name": printable(a.opt.lab)}), a.lang.T("cmd.fault.see-lab"))
	}
	if len(a.opt.resolvers) > 0 {
		return usage(a.lang.T("cmd.fault.lab-resolver"), "")
	}
	clock := lab.NewClock(time.Now())
	n, err := lab.New(story, clock)
	if err != nil {
		return err
	}
	w.story, w.net, w.clock, w.now, w.Port = &story, n, clock, clock.Now, dnsPort
	cfg.Dialer, cfg.Resolvers, cfg.Port = n, []netip.AddrPort{n.Resolver()}, dnsPort
	for _, p := range n.Places() {
		place := a.ownPlace(p.Addr)
		for _, r := range w.cat.Resolvers {
			if r.ID == p.ID {
				place = publicPlace(r, p.Addr.String(), a.lang)
			}
		}
		w.Resolvers = append(w.Resolvers, place)
	}
	return nil
}

// watchPlaces reads --watch NAME=HOST[:PORT].
func (a *app) watchPlaces(ctx context.Context) ([]propagation.Place, error) {
	var out []propagation.Place
	for _, arg := range a.opt.watch {
		name, host, ok := strings.Cut(arg, "=")
		addr, err := endpoint(ctx, host)
		if !ok || name == "" || err != nil {
			return nil, a.badValue("--watch", arg, a.lang.T("cmd.fault.watch"))
		}
		out = append(out, propagation.Place{ID: name, Name: printable(name), Addr: addr.String(), Caches: 1})
	}
	return out, nil
}

// systemID is the place that stands for this machine's own resolver.
const systemID = "system"

func (a *app) ownPlace(addr netip.AddrPort) propagation.Place {
	return propagation.Place{ID: systemID, Name: a.lang.T("cmd.place.system"), Addr: addr.String(), Caches: 1}
}

func publicPlace(r catalog.Resolver, addr string, lang i18n.Lang) propagation.Place {
	return propagation.Place{ID: r.ID, Name: r.Name.In(string(lang)), Addr: addr, Cap: time.Duration(r.Cap) * time.Second,
		NegCap: time.Duration(r.NegCap) * time.Second, Caches: max(1, r.Caches), Flush: r.Flush}
}

// panel finds the servers of the panels in which the owner may edit, where others answer for the zone.
func (w *world) panel(ctx context.Context, a owner.Answers, s *snapshot.Snapshot) propagation.Panel {
	return w.Watcher.Panel(ctx, w.cat, a, s)
}

// endpoint reads HOST[:PORT]: an address, an address in brackets, or a name that the system can resolve.
func endpoint(ctx context.Context, text string) (netip.AddrPort, error) {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return netip.AddrPortFrom(ip.Unmap(), dnsPort), nil
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap, positive(ap.Port())
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = text, strconv.Itoa(dnsPort)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if err := positive(uint16(n)); err != nil {
		return netip.AddrPort{}, err
	}
	if !isHostName(host) {
		return netip.AddrPort{}, &net.AddrError{Err: "not a host name", Addr: host}
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(ips[0].Unmap(), uint16(n)), nil
}

// positive refuses port 0, which no server can have.
func positive(port uint16) error {
	if port == 0 {
		return &net.AddrError{Err: "port 0"}
	}
	return nil
}

func isHostName(s string) bool { return isSelector(strings.ToLower(strings.TrimSuffix(s, "."))) }

func hostPort(host string, port uint16) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
