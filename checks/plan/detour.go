package plan

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
)

// Detour is a way out where no record of the domain mends it alone: a forward, or a mailing list. They stand in the order
// in which to try them; each has its price. Only those are given that fit what was answered.
type Detour struct {
	// Code is worded in i18n plan.toml, with its price.
	Code string
	Args map[string]string
	// Letter is the letter that goes with it; "" where there is none. It is worded in i18n request.toml.
	Letter string
}

// The letters.
const (
	LetterForwarder = "forwarder"  // to whoever runs a server that forwards
	LetterOwnHost   = "own-host"   // to the company at which the owner's own mailbox forwards
	LetterListSPF   = "list-spf"   // to whoever runs a list whose domain lacks SPF
	LetterListFrom  = "list-from"  // to whoever runs a list that leaves the writer's address as the sender
	LetterMember    = "member"     // to whoever runs the server of a list's member that forwards
	LetterDNS       = "dns-server" // to the company that serves the zone
	LetterHost      = "mail-host"  // to the company that runs a sending server
	LetterAgency    = "agency"     // to the web agency that looks after the domain
)

// detours are the ways out that fit the mail's way.
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

// way is a list of detours that grows.
type way struct {
	list []Detour
	args map[string]string
}

func (w *way) add(fits bool, code, letter string) {
	if fits {
		w.list = append(w.list, Detour{code, w.args, letter})
	}
}

// ownForward: what an owner whose mailbox forwards can do, the mildest first.
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

// theirForward: what a writer can do whose mail somebody else forwards.
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

// listDetours: what is to be done about a list, by whether the address that was not reached is a member, and whose list it is.
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

func storyArgs(in *facts.Facts, by facts.Forwarder) map[string]string {
	story := in.Owner.Forward
	return map[string]string{"from": cmp.Or(story.From, in.Owner.Mail.Through, story.Shown.From), "to": cmp.Or(story.To, in.Owner.Mail.Recipient, story.Shown.To),
		"service": by.Host, "by": by.By, "domain": in.Owner.Domain, "codes": in.Owner.Mail.Codes}
}

// inboxOf is the free mailbox that an address is at, where its domain tells.
func inboxOf(in *facts.Facts, address string) catalog.Host {
	_, domain, _ := strings.Cut(address, "@")
	if in.Catalog == nil {
		return catalog.Host{}
	}
	h, _ := in.Catalog.MailboxOwner(domain)
	return h
}

// maxRewriters bounds how many other hosts are named.
const maxRewriters = 3

// rewriters are well-known hosts of which it is said that they make the envelope sender their own.
func rewriters(in *facts.Facts, but string) (out []string) {
	if in.Catalog == nil {
		return nil
	}
	for _, h := range in.Catalog.Hosts {
		if h.Forward.Envelope == catalog.EnvelopeRewritten && h.Seeds && h.Kind.Sends() && h.Kind != catalog.KindFreeMail && h.ID != but &&
			h.Conf["forward"] != catalog.Memory && len(out) < maxRewriters {
			out = append(out, h.ID)
		}
	}
	return out
}
