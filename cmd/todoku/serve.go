package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/lab"
	"todoku/i18n"
)

// serve opens the small internet of a story to other programs, on loopback ports, until it is interrupted. The servers
// listen on port 53 where this user may; else on another, which --port tells todoku.
func (a *app) serve(ctx context.Context) error {
	w, err := a.world(ctx)
	if err != nil {
		return err
	}
	served, err := w.net.Serve(ctx, lab.Ports{Servers: dnsPort})
	if err != nil {
		served, err = w.net.Serve(ctx, lab.Ports{})
	}
	if err != nil {
		return &fault{statusUnknown, a.lang.T("cmd.fault.serve", i18n.Args{"error": printable(err.Error())}), ""}
	}
	if err := a.tellServed(w, served); err != nil {
		return err
	}
	<-ctx.Done()
	served.Wait()
	return nil
}

// tellServed says where the small internet listens and how to ask it.
func (a *app) tellServed(w *world, served *lab.Served) error {
	domain := w.story.Answers.Domain
	if a.opt.json {
		return a.writeLine(struct {
			Schema   int                       `json:"schema"`
			ID       string                    `json:"id"`
			Domain   string                    `json:"domain"`
			Resolver netip.AddrPort            `json:"resolver"`
			Servers  map[string]netip.AddrPort `json:"servers"`
		}{1, w.story.ID, domain, served.Resolver, served.Servers})
	}
	how := "todoku check " + domain + " --resolver " + served.Resolver.String() + " --private"
	var hosts []string
	for host, at := range served.Servers {
		hosts = append(hosts, host+" "+at.String())
		if at.Port() != dnsPort && !strings.Contains(how, "--port") {
			how += fmt.Sprintf(" --port %d", at.Port())
		}
	}
	slices.Sort(hosts)
	for _, line := range []string{
		a.lang.T("cmd.lab.serving", i18n.Args{"story": w.story.Title.In(string(a.lang)), "domain": domain}),
		a.lang.T("cmd.lab.resolver", i18n.Args{"command": how}),
		a.lang.T("cmd.lab.servers"), indent(strings.Join(hosts, "\n")),
	} {
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	return nil
}
