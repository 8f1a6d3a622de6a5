// Package spf evaluates SPF for one mail as a receiver does, or explains an SPF record.
package spf

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// Options holds what spf needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error) // opens the world to ask
	Answers *cli.Answers

	Domains                    []string // at most one
	IP, MailFrom, HELO, Record string
}

// Command returns the cobra command of spf; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Answers: &cli.Answers{Program: p}}
	c := &cobra.Command{
		Use:               "spf [DOMAIN]",
		Short:             p.About("cmd.spf.short"),
		Long:              p.About("cmd.spf.long"),
		Example:           p.About("cmd.spf.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Domains = args
			return run(c.Context(), o)
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&o.IP, "ip", "", p.About("cmd.flag.spf-ip"))
	c.Flags().StringVar(&o.MailFrom, "mail-from", "", p.About("cmd.flag.mail-from"))
	c.Flags().StringVar(&o.HELO, "helo", "", p.About("cmd.flag.helo"))
	c.Flags().StringVar(&o.Record, "record", "", p.About("cmd.flag.record"))
	o.Answers.DeclareServices(c)
	return c
}

// standIn is the domain used for a record that was given without one and does not need it.
const standIn = "record.invalid"

// Run evaluates SPF for one mail, or explains a record if no address is given. A record given alone needs no question
// to DNS.
func Run(ctx context.Context, o *Options) error {
	req := spf.Request{HELO: o.HELO, MailFrom: o.MailFrom}
	if o.IP != "" {
		ip, err := netip.ParseAddr(o.IP)
		if err != nil {
			return o.BadValue("--ip", o.IP, o.Lang.T("cmd.fault.ip"))
		}
		req.IP = ip
	}
	if len(o.Domains) == 1 {
		input, err := o.DomainTold(o.Domains[0])
		if err != nil {
			return err
		}
		req.Domain = input.Domain
	}
	if o.Record != "" && !req.IP.IsValid() && len(o.Domains) == 0 {
		return o.readAlone()
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	domain, err := o.judged(w, &req)
	if err != nil {
		return err
	}
	snap, err := o.ask(ctx, w, domain, req)
	if err != nil {
		return err
	}
	if req.IP.IsValid() {
		return o.tellJudgement(w.Catalog, domain, req.IP, spf.Evaluate(reading.SPF(snap), req))
	}
	answers, err := o.Answers.Read(w.Catalog)
	if err != nil {
		return err
	}
	answers.Domain = domain
	in := facts.Read(w.Over(answers), snap, w.Catalog)
	t := spf.Walk(reading.SPF(snap), domain, o.Record)
	return o.readAloud(w.Catalog, document.Reading{Tree: t, Uses: in.Uses(t.Root.Record)})
}

// readAlone explains the record of --record without asking DNS.
func (o *Options) readAlone() error {
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	t := spf.Walk(reading.SPF(snapshot.New(standIn, time.Now())), standIn, o.Record)
	t.Root.Domain = "" // the record stands at no domain yet
	return o.readAloud(cat, document.Reading{Tree: t, Alone: true})
}

// ask looks up what the evaluation needs, or without an address what explaining the record needs.
func (o *Options) ask(ctx context.Context, w *world.World, domain string, req spf.Request) (*snapshot.Snapshot, error) {
	snap := snapshot.New(domain, w.Now())
	if o.Record != "" {
		snap.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK,
			Records: []snapshot.Record{{Data: o.Record}}})
	}
	missing := func(d spf.Data) []spf.Need { return spf.Evaluate(d, req).Missing }
	if !req.IP.IsValid() {
		missing = func(d spf.Data) []spf.Need { return spf.Walk(d, domain, o.Record).Missing }
	}
	if err := w.Client.Receive(ctx, snap, missing); err != nil {
		return nil, o.Interrupted()
	}
	if blind := world.BlindnessOf(snap); blind != world.Sighted && len(snap.Answers) > 0 && !o.JSON {
		return nil, blind.Fault(o.Program)
	}
	return snap, nil
}

// judged returns the domain whose record counts: that of --mail-from, HELO where that is empty, else DOMAIN; in the
// lab the story's own where none is given.
func (o *Options) judged(w *world.World, req *spf.Request) (string, error) {
	if at := strings.LastIndexByte(req.MailFrom, '@'); at >= 0 || req.MailFrom != "" {
		host := strings.TrimSuffix(req.MailFrom[at+1:], ">")
		if strings.Trim(host, ascii) != "" { // an internationalised domain
			input, err := o.Domain(host)
			if err != nil {
				return "", err
			}
			req.MailFrom, host = req.MailFrom[:at+1]+input.Domain, input.Domain
		}
		return strings.ToLower(strings.TrimSuffix(host, ".")), nil
	}
	switch {
	case req.HELO != "":
		return strings.ToLower(strings.TrimSuffix(req.HELO, ".")), nil
	case req.Domain != "":
	case w.Story != nil:
		req.Domain = w.StoryDomain()
	case o.Record != "" && !needsDomain(o.Record):
		req.Domain = standIn
	case o.Record != "":
		return "", cli.Usage(o.Lang.T("cmd.fault.record-domain"), o.SeeHelp("todoku spf"))
	default:
		return "", cli.Usage(o.Lang.T("cmd.fault.no-domain"), o.SeeHelp("todoku spf"))
	}
	return req.Domain, nil
}

const ascii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "

// needsDomain reports whether what a record means depends on the domain it stands at.
func needsDomain(record string) bool {
	return slices.ContainsFunc(spf.Parse(record).Terms, func(t spf.Term) bool {
		return strings.Contains(t.Value, "%") || t.Value == "" && slices.Contains([]string{"a", "mx", "ptr"}, t.Name)
	})
}

// tellJudgement prints the result of one SPF evaluation.
func (o *Options) tellJudgement(cat *catalog.Catalog, domain string, ip netip.Addr, v spf.Verdict) error {
	var err error
	if o.JSON {
		err = o.WriteLine(document.Judged(o.Lang, domain, ip, v))
	} else {
		err = o.Print(document.JudgedPage(words.P{Lang: o.Lang, Catalog: cat}, domain, ip, v, o.Layout()))
	}
	if err != nil {
		return err
	}
	switch v.Result {
	case spf.Pass:
		return nil
	case spf.TempError:
		return cli.Exit(cli.StatusUnknown)
	}
	return cli.Exit(cli.StatusFix)
}

// readAloud explains a record term by term.
func (o *Options) readAloud(cat *catalog.Catalog, r document.Reading) error {
	t := r.Tree
	status := recordStatus(t.Root, r.Alone)
	if t.Lookups > spf.MaxLookups || t.Voids > spf.MaxVoids {
		status = cli.Graver(status, cli.StatusFix)
	}
	r.Sound = status == cli.StatusOK
	p := words.P{Lang: o.Lang, Catalog: cat}
	var err error
	if o.JSON {
		err = o.WriteLine(document.ReadAloud(p, t, r.Uses))
	} else {
		err = o.Print(document.ReadingPage(p, r, o.Layout()))
	}
	if err != nil {
		return err
	}
	return cli.Exit(status)
}

// recordStatus returns the exit status for a record and all that it includes.
func recordStatus(n spf.Node, alone bool) cli.Status {
	status := cli.StatusOK
	switch n.Why {
	case "":
	case spf.WhyFailed, spf.WhyMissing, spf.WhyTooDeep:
		if !alone {
			status = cli.StatusUnknown
		}
	case spf.WhyMacro:
	default:
		status = cli.StatusFix
	}
	if n.Via == "" && slices.ContainsFunc(n.Parsed.Problems, func(x spf.Problem) bool { return x.Fatal || x.Grave() }) {
		status = cli.Graver(status, cli.StatusFix)
	}
	for _, c := range n.Children {
		status = cli.Graver(status, recordStatus(c, alone))
	}
	return status
}
