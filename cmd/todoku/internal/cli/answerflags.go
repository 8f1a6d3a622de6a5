package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/owner"
)

// Answers holds the flags that answer the wizard's questions, as typed.
type Answers struct {
	*Program // for the language, standard input and --private
	Hosts    []string
	Senders  []string
	Panel    string
	Keys     []string
	IPs      []string
	ReportTo string
	Volume   string
	Path     string
	List     string
	Message  string
	// The mail's route: who forwards it, at which host, from where and to where; the address that a list did not reach,
	// and the file with the list's members.
	Forward, ForwardHost, ForwardFrom, ForwardTo, ListBounced, ListMembers string

	SPFDrop, SPFFlatten []string

	// InHand is the mail of --message once Read has read it, else nil.
	InHand *inhand.Mail
}

// Empty reports whether no question is answered.
func (a *Answers) Empty() bool {
	return len(a.Hosts)+len(a.Senders)+len(a.Keys)+len(a.IPs)+len(a.SPFDrop)+len(a.SPFFlatten) == 0 &&
		a.Panel+a.ReportTo+a.Volume+a.Path+a.List+a.Message+a.Forward+a.ForwardHost+a.ForwardFrom+a.ForwardTo+a.ListBounced+a.ListMembers == ""
}

// AnswerGroup is the name of the flag set that answers the wizard's questions.
const AnswerGroup = "answers"

// Declare adds the flags that answer the wizard's questions to a command.
func (a *Answers) Declare(c *cobra.Command) {
	own := pflag.NewFlagSet(AnswerGroup, pflag.ContinueOnError)
	a.declareServices(own)
	own.StringVar(&a.Panel, "dns-panel", "", a.About("cmd.flag.dns-panel"))
	Several(own, &a.Keys, "dkim", a.About("cmd.flag.dkim"))
	Several(own, &a.IPs, "ip", a.About("cmd.flag.ip"))
	own.StringVar(&a.ReportTo, "report-to", "", a.About("cmd.flag.report-to"))
	own.StringVar(&a.Volume, "volume", "", a.About("cmd.flag.volume"))
	own.StringVar(&a.Path, "path", "", a.About("cmd.flag.path"))
	own.StringVar(&a.List, "list", "", a.About("cmd.flag.list"))
	own.StringVar(&a.ListBounced, "list-bounced", "", a.About("cmd.flag.list-bounced"))
	own.StringVar(&a.ListMembers, "list-members", "", a.About("cmd.flag.list-members"))
	own.StringVar(&a.Forward, "forward", "", a.About("cmd.flag.forward"))
	own.StringVar(&a.ForwardHost, "forward-host", "", a.About("cmd.flag.forward-host"))
	own.StringVar(&a.ForwardFrom, "forward-from", "", a.About("cmd.flag.forward-from"))
	own.StringVar(&a.ForwardTo, "forward-to", "", a.About("cmd.flag.forward-to"))
	own.StringVar(&a.Message, "message", "", a.About("cmd.flag.message"))
	Several(own, &a.SPFDrop, "spf-drop", a.About("cmd.flag.spf-drop"))
	Several(own, &a.SPFFlatten, "spf-flatten", a.About("cmd.flag.spf-flatten"))
	own.VisitAll(func(f *pflag.Flag) { f.Annotations = map[string][]string{AnswerGroup: {"yes"}} })
	own.SortFlags = false
	c.Flags().SortFlags = false
	c.Flags().AddFlagSet(own)
	Complete(c, "path", string(owner.Direct), string(owner.Forward), string(owner.List))
	Complete(c, "volume", string(owner.VolumeSmall), string(owner.VolumeBulk))
	Complete(c, "forward", owner.Mine, owner.Theirs, owner.Between, owner.Unknown)
	for flag, ids := range map[string]func() []string{"mail-host": a.hostAnswers, "forward-host": a.hostAnswers, "sender": a.senderAnswers, "dns-panel": a.PanelIDs} {
		_ = c.RegisterFlagCompletionFunc(flag, Offering(ids))
	}
}

// DeclareServices adds only the two flags that name the services that send the owner's mail.
func (a *Answers) DeclareServices(c *cobra.Command) { a.declareServices(c.Flags()) }

// DeclarePanel adds only the flag that names the panel where DNS is edited.
func (a *Answers) DeclarePanel(c *cobra.Command) {
	c.Flags().StringVar(&a.Panel, "dns-panel", "", a.About("cmd.flag.dns-panel"))
}

func (a *Answers) declareServices(f *pflag.FlagSet) {
	Several(f, &a.Hosts, "mail-host", a.About("cmd.flag.mail-host"))
	Several(f, &a.Senders, "sender", a.About("cmd.flag.sender"))
}
