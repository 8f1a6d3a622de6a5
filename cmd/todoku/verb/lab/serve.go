package lab

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"example.org/todoku/checks/lab"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// serve serves a story's small internet to other programs on loopback ports until it is interrupted. The servers
// listen on port 53 if this user may; else on another port, which --port tells todoku.
func (o *Options) serve(ctx context.Context) error {
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	local.AllProcessors()
	served, err := w.Net.Serve(ctx, lab.Ports{Servers: world.DNSPort})
	if err != nil {
		served, err = w.Net.Serve(ctx, lab.Ports{})
	}
	if err != nil {
		return cli.NewFault(cli.StatusUnknown, o.Lang.T("cmd.fault.serve", i18n.Args{"error": cli.Printable(err.Error())}), "")
	}
	if err := o.tellServed(w, served); err != nil {
		return err
	}
	<-ctx.Done()
	served.Wait()
	return nil
}

// tellServed prints where the small internet listens and how to ask it.
func (o *Options) tellServed(w *world.World, served *lab.Served) error {
	domain := w.Story.Answers.Domain
	if o.JSON {
		return o.WriteLine(servedLine{1, w.Story.ID, domain, served.Resolver, served.Servers})
	}
	// --watch keeps every other command, too, from asking the public resolvers.
	how := fmt.Sprintf("todoku check %s --resolver %s --private --watch own=%[2]s", domain, served.Resolver)
	var hosts []string
	for _, host := range served.Own {
		at := served.Servers[host]
		hosts = append(hosts, host+" "+at.String())
		if at.Port() != world.DNSPort && !strings.Contains(how, "--port") {
			how += fmt.Sprintf(" --port %d", at.Port())
		}
	}
	_, err := fmt.Fprintln(o.Out, strings.Join([]string{
		o.Lang.T("cmd.lab.servers"), document.Indent(strings.Join(hosts, "\n")),
		o.Lang.T("cmd.lab.serving", i18n.Args{"story": w.Story.Title.In(string(o.Lang)), "domain": domain}),
		o.Lang.T("cmd.lab.resolver", i18n.Args{"command": how}),
	}, "\n"))
	return err
}

// servedLine is the JSON line that says where the small internet listens.
type servedLine struct {
	Schema   int                       `json:"schema"`
	ID       string                    `json:"id"`
	Domain   string                    `json:"domain"`
	Resolver netip.AddrPort            `json:"resolver"`
	Servers  map[string]netip.AddrPort `json:"servers"` // by host name
}
