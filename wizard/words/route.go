package words

import (
	"cmp"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// Route returns the three stops of a mail that is forwarded or goes through a list: who writes, who passes it on, and
// where it ends; nil for direct mail.
func (p P) Route(in *facts.Facts) []string {
	a := in.Owner
	stop := func(value, otherwise string) string { return snapshot.Printable(cmp.Or(value, otherwise)) }
	switch a.Route {
	case owner.Forward:
		by := in.Forwarder()
		name := cmp.Or(a.Forward.From, by.By)
		if by.Host != "" {
			name = p.service(by.Host)
		}
		who := p.t("words.stop.you")
		if a.Forward.Mine == owner.Mine {
			who = p.t("words.stop.writer")
		}
		return []string{who, p.t("words.stop.forwards", "name", stop(name, p.t("words.stop.forwarder"))), stop(cmp.Or(a.Forward.To, a.Mail.Recipient), p.t("words.stop.end"))}
	case owner.List:
		return []string{p.t("words.stop.poster"), stop(a.List.Address, p.t("words.stop.list")), stop(a.List.Bounced, p.t("words.stop.member"))}
	}
	return nil
}

// TestMail says which mail to send so that it takes the route on which mail was refused.
func (p P) TestMail(a owner.Answers) string {
	args := i18n.Args{"from": snapshot.Printable(a.Forward.From), "to": snapshot.Printable(a.Forward.To), "list": snapshot.Printable(a.List.Address)}
	id := "direct"
	switch {
	case a.Route == owner.Forward && a.Forward.Mine == owner.Mine && a.Forward.From != "" && a.Forward.To != "":
		id = "own-forward"
	case a.Route == owner.Forward && a.Forward.Mine == owner.Mine:
		id = "own-forward-open"
	case a.Route == owner.Forward && a.Forward.From != "":
		id = "forward"
	case a.Route == owner.List && a.List.Address != "":
		id = "list"
	}
	return p.Lang.T("words.test-mail."+id, args)
}
