package main

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"todoku/checks/catalog"
	"todoku/checks/lab"
	"todoku/checks/probe"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// world is where questions go: the internet, or the lab's.
type world struct {
	cat     *catalog.Catalog
	client  *probe.Client
	now     func() time.Time
	watched []propagation.Place // resolvers that are watched, without the authoritative servers
	port    uint16              // of authoritative servers

	story *lab.Scenario // set inside the lab
	net   *lab.Internet
	clock *lab.Clock
}

const dnsPort = 53

// world wires what the flags ask for.
func (a *app) world(ctx context.Context) (*world, error) {
	cat, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	w := &world{cat: cat, now: time.Now, port: dnsPort}
	if a.opt.port != 0 {
		w.port = a.opt.port
	}
	cfg := probe.Config{Private: a.opt.private, Port: w.port, Timeout: a.opt.timeout}
	if a.opt.lab != "" {
		err = a.enterLab(w, &cfg)
	} else {
		err = a.enterInternet(ctx, w, &cfg)
	}
	if err != nil {
		return nil, err
	}
	if len(a.opt.watch) > 0 {
		if w.watched, err = a.watchPlaces(ctx); err != nil {
			return nil, err
		}
	}
	cfg.Now = w.now
	w.client = probe.New(cfg, cat)
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
			w.watched = append(w.watched, publicPlace(r, hostPort(r.Addrs[0], dnsPort), a.lang))
		}
	}
	if len(cfg.Resolvers) > 0 {
		w.watched = append(w.watched, a.ownPlace(cfg.Resolvers[0]))
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
	w.story, w.net, w.clock, w.now, w.port = &story, n, clock, clock.Now, dnsPort
	cfg.Dialer, cfg.Resolvers, cfg.Port = n, []netip.AddrPort{n.Resolver()}, dnsPort
	for _, p := range n.Places() {
		place := a.ownPlace(p.Addr)
		for _, r := range w.cat.Resolvers {
			if r.ID == p.ID {
				place = publicPlace(r, p.Addr.String(), a.lang)
			}
		}
		w.watched = append(w.watched, place)
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

// places lists who is watched: every authoritative server that the snapshot shows, then the resolvers.
func (w *world) places(s *snapshot.Snapshot) []propagation.Place {
	var out []propagation.Place
	if s != nil {
		if apex, ok := s.Zone(); ok {
			for _, host := range s.NameServers(apex) {
				if addr := serverAddr(s, host); addr.IsValid() {
					out = append(out, propagation.Place{ID: host, Name: printable(host), Authority: true, Caches: 1,
						Addr: netip.AddrPortFrom(addr, w.port).String()})
				}
			}
		}
	}
	return append(out, w.watched...)
}

// panelServers bounds how many servers of a panel are looked at: they hold the same zones.
const panelServers = 2

// panelPlaces are servers of the panel that the owner named, where they do not answer for the zone: a record made there
// is seen by nobody, and the owner can be told so.
func (w *world) panelPlaces(ctx context.Context, a wizard.Answers, s *snapshot.Snapshot) []propagation.Place {
	p, ok := w.cat.Panel(a.Panel)
	apex, known := s.Zone()
	if !ok || !known {
		return nil
	}
	var out []propagation.Place
	if slices.ContainsFunc(s.NameServers(apex), p.Serves) {
		return nil
	}
	for _, host := range p.Servers() {
		if len(out) == panelServers {
			break
		}
		answer := w.client.Ask(ctx, snapshot.Question{Key: snapshot.Key{Name: host, Type: snapshot.A, Via: snapshot.Resolver}})
		for _, text := range answer.Data() {
			if addr, err := netip.ParseAddr(text); err == nil {
				out = append(out, propagation.Place{ID: host, Name: printable(host), Authority: true, Caches: 1,
					Addr: netip.AddrPortFrom(addr, w.port).String()})
				break
			}
		}
	}
	return out
}

// serverAddr is an address of a name server: as it was looked up, else the glue that came with its name.
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
