package plan

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
)

// Detour is something that the owner can do about forwarding or a mailing list, where no record of the domain fixes it
// alone. Only detours that fit the answers are offered.
type Detour struct {
	// Code selects the words in i18n plan.toml, which include the drawbacks.
	Code string
	Args map[string]string
	// Letter is a letter to go with it, one of the Letter constants; its words are in i18n request.toml. "" for none.
	Letter string
}

// The letters, by whom they are for.
const (
	LetterForwarder = "forwarder"  // the operator of a forwarding server
	LetterOwnHost   = "own-host"   // the company of the owner's own forwarding mailbox
	LetterListSPF   = "list-spf"   // the operator of a list whose domain has no usable SPF record
	LetterListFrom  = "list-from"  // the operator of a list that keeps the author's From address
	LetterMember    = "member"     // the operator of a list member's forwarding server
	LetterDNS       = "dns-server" // the company that serves the zone
	LetterHost      = "mail-host"  // the company that runs a sending server
	LetterAgency    = "agency"     // the web agency that manages the domain
)

// detours returns the detours that fit the route of the mail.
func detours(in *facts.Facts) []Detour {
	switch {
	case in.Owner.Route == owner.Forward && in.Owner.Forward.Mine == owner.Mine:
		return ownForward(in)
	case in.Owner.Route == owner.Forward:
		return theirForward(in)
	case in.Owner.Route == owner.List:
		return listDetours(in)
	}
	return nil
}

// way collects detours with the same arguments.
type way struct {
	list []Detour
	args map[string]string
}

// add appends a detour if it fits.
func (w *way) add(fits bool, code, letter string) {
	if fits {
		w.list = append(w.list, Detour{code, w.args, letter})
	}
}

// ownForward returns what an owner whose own mailbox forwards can do, the mildest first.
func ownForward(in *facts.Facts) []Detour {
	story, by := in.Owner.Forward, in.Forwarder()
	h, known := catalog.Host{}, false
	if in.Catalog != nil {
		h, known = in.Catalog.Host(by.Host)
	}
	others := rewriters(in, by.Host)
	w := way{args: storyArgs(in, by)}
	w.args["services"] = strings.Join(others, " ")
	rewritten := by.Envelope == catalog.EnvelopeRewritten
	inbox := inboxOf(in, w.args["to"])
	w.args["inbox"], w.args["upgrade"] = inbox.ID, inbox.Inbox.Upgrade
	w.add(!by.Shown, "test", "")
	w.add(story.Copy != owner.Yes, "copy", "")
	w.add(true, "filter", "")
	w.add(story.Shown.Signature == "fail", "untouched", "")
	if rewritten {
		return w.list
	}
	w.add(by.Envelope == catalog.EnvelopeOperator, "srs", "")
	w.add(!known || !h.Own, "ask-host", LetterOwnHost)
	w.add(inbox.Inbox.Fetch.Given(), "fetch-in", "")
	w.add(true, "fetch", "")
	w.add(inbox.Inbox.SendAs.Given(), "send-as", "")
	w.add(inbox.Inbox.Upgrade != "" && !slices.Contains(in.Owner.HostIDs(), inbox.Inbox.Upgrade), "move-in", "")
	w.add(len(others) > 0, "other-host", "")
	return w.list
}

// theirForward returns what an author whose mail somebody else forwards can do.
func theirForward(in *facts.Facts) []Detour {
	story := in.Owner.Forward
	w := way{args: storyArgs(in, in.Forwarder())}
	w.add(!in.AllSigned(), "sign", "")
	w.add(in.RefusesAll(), "soften", "")
	w.add(cmp.Or(story.To, in.Owner.Mail.Recipient) != "", "direct", "")
	w.add(story.Mine == owner.Theirs, "recipient", LetterForwarder)
	w.add(story.Mine == owner.Between, "company", LetterForwarder)
	w.add(story.Mine != owner.Theirs && story.Mine != owner.Between, "find-forwarder", LetterForwarder)
	return w.list
}

// listDetours returns what to do about a list, depending on whether the bounced address is a member and who runs the
// list.
func listDetours(in *facts.Facts) []Detour {
	list := in.Owner.List
	host := cmp.Or(list.Domain(), in.Owner.Domain)
	w := way{args: map[string]string{"list": cmp.Or(list.Address, host), "host": host, "domain": in.Owner.Domain,
		"to": cmp.Or(list.Bounced, in.Owner.Mail.Recipient), "codes": in.Owner.Mail.Codes, "own": owner.No}}
	how, _ := in.ListSPF(host)
	own := host == in.Owner.Domain || list.Mine == owner.Yes
	if own {
		w.args["own"] = owner.Yes
	}
	poor := how == facts.ListNone || how == facts.ListBroken || how == facts.ListLacks || how == facts.ListNobody
	w.add(list.Member != owner.Yes && list.Member != owner.No, "compare", "")
	if list.Member == owner.No {
		w.add(own, "find-member", "")
		w.add(true, "member", LetterMember)
		w.add(own, "pause-member", "")
	}
	w.add(own && poor, "list-spf", "")
	w.add(!own && list.Mine != owner.No, "list-check", "")
	w.add(!own && (poor || how == facts.ListUnseen), "list-owner", LetterListSPF)
	w.add(own && list.Member != owner.No, "list-sign", "")
	p := in.Policy()
	strict := p.Known && (p.Applied == "reject" || p.Applied == "quarantine")
	w.add(strict && !own, "list-from", LetterListFrom)
	w.add(own && list.Member != owner.No, "list-munge", "")
	return w.list
}

// storyArgs returns the arguments that all detours of a forward have.
func storyArgs(in *facts.Facts, by facts.Forwarder) map[string]string {
	story := in.Owner.Forward
	return map[string]string{"from": cmp.Or(story.From, in.Owner.Mail.Through, story.Shown.From), "to": cmp.Or(story.To, in.Owner.Mail.Recipient, story.Shown.To),
		"service": by.Host, "by": by.By, "domain": in.Owner.Domain, "codes": in.Owner.Mail.Codes}
}

// inboxOf returns the free mail host of an address, or the zero Host if its domain is not one.
func inboxOf(in *facts.Facts, address string) catalog.Host {
	_, domain, _ := strings.Cut(address, "@")
	if in.Catalog == nil {
		return catalog.Host{}
	}
	h, _ := in.Catalog.MailboxOwner(domain)
	return h
}

// maxRewriters limits the number of other hosts that are named.
const maxRewriters = 3

// rewriters returns well-known hosts of which the catalogue says that they rewrite the envelope sender.
func rewriters(in *facts.Facts, but string) (out []string) {
	if in.Catalog == nil {
		return nil
	}
	for _, h := range in.Catalog.Hosts() {
		if h.Forward.Envelope == catalog.EnvelopeRewritten && h.Seeds && h.Kind.Sends() && h.Kind != catalog.KindFreeMail && h.ID != but &&
			h.Conf["forward"] != catalog.Memory && len(out) < maxRewriters {
			out = append(out, h.ID)
		}
	}
	return out
}
