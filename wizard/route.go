package wizard

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/owner"
)

// How a paste is evaluated at once (Step.Digest).
const (
	DigestMembers   = "members"   // a list of addresses, in which the bounced one is looked up
	DigestForwarded = "forwarded" // one mail that was forwarded
)

// Extras of a reply to such a paste. A reply with ExtraDigest holds what follows from the paste, and not the paste.
const (
	ExtraDigest = "digest"
	ExtraAmong  = "among" // how many addresses the list has
	ExtraSame   = "same"  // it is the same mailbox, written differently
)

var (
	forwarded    = Guard{"forwarded", func(a owner.Answers) bool { return a.Route == owner.Forward }}
	listed       = Guard{"listed", func(a owner.Answers) bool { return a.Route == owner.List }}
	forwardsMine = Guard{"own-forward", func(a owner.Answers) bool { return a.Forward.Mine == owner.Mine }}
	forwardSeen  = Guard{"forward-in-reach", func(a owner.Answers) bool { return a.Forward.Mine == owner.Mine || a.Forward.Mine == owner.Between }}
	listAbroad   = Guard{"list-elsewhere", func(a owner.Answers) bool { return a.List.Domain() != "" && a.List.Domain() != a.Domain }}
	listAnew     = Guard{"list-is-mine", func(a owner.Answers) bool { return a.List.Mine == owner.Yes }}
	ownList      = Guard{"own-list", func(a owner.Answers) bool { return a.Route == owner.List && a.List.Mine == owner.Yes }}
	whoBounced   = Guard{"bounced-address", func(a owner.Answers) bool { return a.List.Bounced != "" }}
	compared     = Guard{"compared", func(a owner.Answers) bool { return a.List.Among > 0 }}
)

// routeSteps returns the questions about the mail's route.
func routeSteps() []Step {
	route := choose(StepRoute, "", func(a *owner.Answers) *owner.Route { return &a.Route }, []owner.Route{owner.Direct, owner.Forward, owner.List},
		Edge{forwarded, StepForwardWhose}, Edge{listed, StepListAddress}, Edge{always, StepReport})
	route.Suggest = func(owner.Answers) string { return string(owner.Direct) }
	return slices.Concat([]Step{route}, forwardSteps(), listSteps())
}

// forwardSteps asks who forwards, from where to where, and what the server does with the mail.
func forwardSteps() []Step {
	from := text(StepForwardFrom, CheckAddress, true, func(a *owner.Answers) *string { return &a.Forward.From }, to(StepForwardTo)...)
	from.Suggest = func(a owner.Answers) string {
		if a.Mail.Route == owner.Forward && a.Mail.Through != "" {
			return a.Mail.Through
		}
		if a.Forward.Mine == owner.Mine {
			return a.Address
		}
		return ""
	}
	goal := text(StepForwardTo, CheckAddress, true, func(a *owner.Answers) *string { return &a.Forward.To },
		Edge{forwardSeen, StepForwardHost}, Edge{always, StepReport})
	goal.Suggest = func(a owner.Answers) string {
		if a.Mail.Route == owner.Forward {
			return a.Mail.Recipient
		}
		return ""
	}
	host := choose(StepForwardHost, OptionsHosts, func(a *owner.Answers) *string { return &a.Forward.Host }, []string{owner.Unknown},
		Edge{forwardsMine, StepForwardCopy}, Edge{always, StepForwardMail})
	host.Suggest = func(a owner.Answers) string {
		if ids := a.HostIDs(); a.Forward.Mine == owner.Mine && len(ids) > 0 {
			return ids[0]
		}
		return owner.Unknown
	}
	return []Step{
		choose(StepForwardWhose, "", func(a *owner.Answers) *string { return &a.Forward.Mine },
			[]string{owner.Mine, owner.Theirs, owner.Between, owner.Unknown}, to(StepForwardFrom)...),
		from, goal, host,
		choose(StepForwardCopy, "", func(a *owner.Answers) *string { return &a.Forward.Copy }, []string{owner.Yes, owner.No, owner.Unknown}, to(StepForwardMail)...),
		{ID: StepForwardMail, Kind: Paste, Optional: true, Digest: DigestForwarded, Put: putShown, Said: saidShown, Next: to(StepReport)},
	}
}

// listSteps asks for the list, who runs it, and whether the bounced address is a member.
func listSteps() []Step {
	return []Step{
		text(StepListAddress, CheckAddress, true, func(a *owner.Answers) *string { return &a.List.Address },
			Edge{listAbroad, StepListWhose}, Edge{always, StepListBounced}),
		{ID: StepListWhose, Kind: Choose, Fixed: []string{owner.Yes, owner.No, owner.Unknown}, Put: putListWhose,
			Said: func(a owner.Answers) Reply { return said(StepListWhose, a.List.Mine) },
			Next: []Edge{{listAnew, StepHost}, {always, StepListBounced}}},
		text(StepListBounced, CheckAddress, true, func(a *owner.Answers) *string { return &a.List.Bounced },
			Edge{whoBounced, StepListMembers}, Edge{always, StepReport}),
		{ID: StepListMembers, Kind: Paste, Optional: true, Digest: DigestMembers, Put: putMembers, Said: saidMembers,
			Next: []Edge{{compared, StepReport}, {always, StepListMember}}},
		choose(StepListMember, "", func(a *owner.Answers) *string { return &a.List.Member }, []string{owner.Yes, owner.No, owner.Unknown}, to(StepReport)...),
	}
}

// putListWhose switches to the list's domain if the owner runs the list, since receivers check that domain. Answers
// about the writer's domain do not hold there, and are asked again.
func putListWhose(a *owner.Answers, r Reply) {
	a.List.Mine = r.first()
	if host := a.List.Domain(); a.List.Mine == owner.Yes && host != "" && host != a.Domain {
		a.Domain, a.Address, a.ReportTo, a.Panel = host, "", "", ""
		a.Hosts, a.Senders, a.NoSender, a.IPs, a.Keys, a.SPF = nil, nil, false, nil, nil, owner.SPFChoice{}
	}
}

func putMembers(a *owner.Answers, r Reply) {
	a.List.Member, a.List.Among = "", 0
	if n, err := strconv.Atoi(r.Extra[ExtraAmong]); err == nil && n > 0 && r.Extra[ExtraDigest] != "" {
		a.List.Member, a.List.Among = r.first(), n
	}
}

func saidMembers(a owner.Answers) Reply {
	if a.List.Among == 0 {
		return Reply{Step: StepListMembers}
	}
	return Members(a.List.Member == owner.Yes, a.List.Among)
}

// Members returns the reply that stands for a pasted list of members: whether the address is in it, and the number of
// addresses.
func Members(found bool, among int) Reply {
	r := Reply{Step: StepListMembers, Values: []string{owner.No}, Extra: map[string]string{ExtraDigest: DigestMembers, ExtraAmong: strconv.Itoa(among)}}
	if found {
		r.Values[0] = owner.Yes
	}
	return r
}

// shownFields returns the fields of what a forwarded mail shows, by the names of their extras.
func shownFields(s *owner.Shown) map[string]*string {
	return map[string]*string{"envelope": &s.Envelope, "seal": &s.Seal, "signature": &s.Signature, "by": &s.By, "from": &s.From, "to": &s.To}
}

func putShown(a *owner.Answers, r Reply) {
	a.Forward.Shown = owner.Shown{}
	if r.Extra[ExtraDigest] == "" {
		return
	}
	a.Forward.Shown.Forwarded = r.first()
	for name, field := range shownFields(&a.Forward.Shown) {
		*field = r.Extra[name]
	}
}

func saidShown(a owner.Answers) Reply {
	if a.Forward.Shown.Forwarded == "" {
		return Reply{Step: StepForwardMail}
	}
	return ForwardShown(a.Forward.Shown)
}

// ForwardShown returns the reply that stands for a pasted forwarded mail.
func ForwardShown(s owner.Shown) Reply {
	r := Reply{Step: StepForwardMail, Values: []string{s.Forwarded}, Extra: map[string]string{ExtraDigest: DigestForwarded}}
	for name, field := range shownFields(&s) {
		if *field != "" {
			r.Extra[name] = strings.ToValidUTF8(*field, "")
		}
	}
	return r
}
