// Package world opens the world that a run asks, the internet or the lab, and looks at domains there.
package world

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/propagation/ask"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/i18n"
)

// World is where a run sends its questions: the internet, or the lab's small internet.
type World struct {
	*ask.Watcher
	Catalog *catalog.Catalog

	Story *lab.Scenario // the lab's story; Story, Net and Clock are nil on the real internet
	Net   *lab.Internet
	Clock *lab.Clock
}

// DNSPort is the port on which name servers listen.
const DNSPort = 53

// Opener returns a function that opens the world that the program's flags name. The flags are read when that function
// is called.
func Opener(p *cli.Program) func(context.Context) (*World, error) {
	return func(ctx context.Context) (*World, error) { return opener{Program: p}.open(ctx) }
}

// Later is like Opener, but opens the lab after a decay, the ID of a lab.Decay, has happened there.
func Later(p *cli.Program, decay string) func(context.Context) (*World, error) {
	return func(ctx context.Context) (*World, error) { return opener{p, decay}.open(ctx) }
}

type opener struct {
	*cli.Program
	later string // ID of a decay of the lab; "" for none
}

// open builds the world that the flags ask for.
func (o opener) open(ctx context.Context) (*World, error) {
	cat, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	w := &World{Catalog: cat, Watcher: &ask.Watcher{Port: cmp.Or(o.Port, DNSPort), Now: local.WallClock}}
	cfg := probe.Config{Private: o.Private, Port: w.Port, Timeout: o.Timeout}
	if o.Lab != "" {
		err = o.enterLab(w, &cfg)
	} else {
		err = o.enterInternet(ctx, w, &cfg)
	}
	if err != nil {
		return nil, err
	}
	if len(o.Watch) > 0 {
		if w.Resolvers, err = o.watchPlaces(ctx); err != nil {
			return nil, err
		}
	}
	cfg.Now = w.Now
	for _, p := range w.Resolvers {
		if addr, err := netip.ParseAddrPort(p.Addr); err == nil {
			cfg.Places = append(cfg.Places, probe.Place{ID: p.ID, Addr: addr, Caches: p.Caches})
		}
	}
	cfg.Stays = func(a owner.Answers, s *snapshot.Snapshot) func(snapshot.Answer) bool {
		in := facts.Read(a, s, cat)
		return plan.Stays(in, checks.Diagnose(in))
	}
	w.Client = probe.New(cfg, cat)
	return w, nil
}

// enterInternet uses the system's resolvers with DNS over HTTPS as a fallback, or only those of --resolver, since
// whoever names a resolver wants to know its answers.
func (o opener) enterInternet(ctx context.Context, w *World, cfg *probe.Config) error {
	cfg.Dialer = &net.Dialer{}
	for _, text := range o.Resolvers {
		addr, err := endpoint(ctx, text)
		if err != nil {
			return o.BadValue("--resolver", text, o.Lang.T("cmd.fault.endpoint"))
		}
		cfg.Resolvers = append(cfg.Resolvers, addr)
	}
	system := len(cfg.Resolvers) == 0
	if system {
		cfg.Resolvers = probe.SystemResolvers()
		for _, r := range w.Catalog.Resolvers {
			if r.Seeds && r.DoH != "" {
				cfg.DoH = append(cfg.DoH, r.DoH)
			}
		}
	}
	for _, r := range w.Catalog.Resolvers {
		if r.Seeds && len(r.Addrs) > 0 {
			w.Resolvers = append(w.Resolvers, publicPlace(r, hostPort(r.Addrs[0], DNSPort), o.Lang))
		}
	}
	if len(cfg.Resolvers) > 0 {
		w.Resolvers = append(w.Resolvers, o.ownPlace(cfg.Resolvers[0]))
	}
	return nil
}

// seeDecays returns a hint: the decays of a story, or the stories that have decays if this one has none.
func (o opener) seeDecays(story string) string {
	all, _ := lab.Decays()
	var here, stories []string
	for _, d := range all {
		if d.Of == story {
			here = append(here, d.ID)
		}
		if !slices.Contains(stories, d.Of) {
			stories = append(stories, d.Of)
		}
	}
	sep := o.Lang.T("words.list")
	if len(here) == 0 {
		return o.Lang.T("cmd.fault.see-stories", i18n.Args{"stories": strings.Join(stories, sep)})
	}
	return o.Lang.T("cmd.fault.see-decays", i18n.Args{"decays": strings.Join(here, sep)})
}

// enterLab uses the small internet of a scenario, and its clock.
func (o opener) enterLab(w *World, cfg *probe.Config) error {
	story, err := lab.Find(o.Lab)
	if err != nil {
		return cli.Usage(o.Lang.T("cmd.fault.no-story", i18n.Args{"name": cli.Printable(o.Lab)}), o.Lang.T("cmd.fault.see-lab"))
	}
	if o.later != "" {
		later, err := story.Later(o.later)
		if err != nil {
			return cli.Usage(o.Lang.T("cmd.fault.no-decay", i18n.Args{"name": cli.Printable(o.later), "story": story.ID}), o.seeDecays(story.ID))
		}
		story = later
	}
	if len(o.Resolvers) > 0 {
		return cli.Usage(o.Lang.T("cmd.fault.lab-resolver"), "")
	}
	clock := lab.NewClock(time.Now())
	n, err := lab.New(story, clock)
	if err != nil {
		return err
	}
	w.Story, w.Net, w.Clock, w.Now, w.Port = &story, n, clock, clock.Now, DNSPort
	cfg.Dialer, cfg.Resolvers, cfg.Port = n, []netip.AddrPort{n.Resolver()}, DNSPort
	for _, p := range n.Places() {
		place := o.ownPlace(p.Addr)
		for _, r := range w.Catalog.Resolvers {
			if r.ID == p.ID {
				place = publicPlace(r, p.Addr.String(), o.Lang)
			}
		}
		w.Resolvers = append(w.Resolvers, place)
	}
	return nil
}

// watchPlaces parses --watch NAME=HOST[:PORT].
func (o opener) watchPlaces(ctx context.Context) ([]propagation.Place, error) {
	var out []propagation.Place
	for _, arg := range o.Watch {
		name, host, ok := strings.Cut(arg, "=")
		addr, err := endpoint(ctx, host)
		if !ok || name == "" || err != nil {
			return nil, o.BadValue("--watch", arg, o.Lang.T("cmd.fault.watch"))
		}
		out = append(out, propagation.Place{ID: name, Name: cli.Printable(name), Addr: addr.String(), Caches: 1})
	}
	return out, nil
}

// systemID is the ID of the place for this machine's own resolver.
const systemID = facts.OwnResolver

func (o opener) ownPlace(addr netip.AddrPort) propagation.Place {
	return propagation.Place{ID: systemID, Name: o.Lang.T("words.place.system"), Addr: addr.String(), Caches: 1}
}

func publicPlace(r catalog.Resolver, addr string, lang i18n.Lang) propagation.Place {
	return propagation.Place{ID: r.ID, Name: r.Name.In(string(lang)), Addr: addr, Cap: time.Duration(r.Cap) * time.Second,
		NegCap: time.Duration(r.NegCap) * time.Second, Caches: max(1, r.Caches), Flush: r.Flush}
}

// PanelServers finds the name servers of the panels where the owner may be editing, for a zone that other servers
// answer for.
func (w *World) PanelServers(ctx context.Context, a owner.Answers, s *snapshot.Snapshot) propagation.Panel {
	return w.Panel(ctx, w.Catalog, a, s)
}

// StoryDomain is the domain of the lab's story; "" on the real internet.
func (w *World) StoryDomain() string {
	if w.Story == nil {
		return ""
	}
	return w.Story.Answers.Domain
}

// Mistakes returns the IDs of the mistakes with which a story's records can be published; none on the real internet.
func (w *World) Mistakes() []string {
	if w.Net == nil {
		return nil
	}
	var out []string
	for _, m := range w.Net.Mistakes() {
		out = append(out, string(m))
	}
	return out
}

// endpoint parses HOST[:PORT]: an address, an address in brackets, or a name that the system can resolve.
func endpoint(ctx context.Context, text string) (netip.AddrPort, error) {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return netip.AddrPortFrom(ip.Unmap(), DNSPort), nil
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap, positive(ap.Port())
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = text, strconv.Itoa(DNSPort)
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

// positive refuses port 0, which no server can listen on.
func positive(port uint16) error {
	if port == 0 {
		return &net.AddrError{Err: "port 0"}
	}
	return nil
}

func isHostName(s string) bool { return cli.IsSelector(strings.ToLower(strings.TrimSuffix(s, "."))) }

func hostPort(host string, port uint16) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
