package cli

import (
	"cmp"
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/roster"
	"example.org/todoku/i18n"
)

// maxMembers is the largest file that --list-members reads, in bytes.
const maxMembers = 8 << 20

// answerRoute reads the flags about the route that the mail takes: the forward, and the list's members.
func (a *Answers) answerRoute(cat *catalog.Catalog, out *owner.Answers) error {
	var err error
	if out.Forward.From, err = a.address("--forward-from", a.ForwardFrom); err != nil {
		return err
	}
	if out.Forward.To, err = a.address("--forward-to", a.ForwardTo); err != nil {
		return err
	}
	if a.Forward != "" && !slices.Contains([]string{owner.Mine, owner.Theirs, owner.Between, owner.Unknown}, a.Forward) {
		return a.BadValue("--forward", a.Forward, a.Lang.T("cmd.fault.forward"))
	}
	out.Forward.Mine = a.Forward
	if id := a.ForwardHost; id != "" && id != owner.Unknown {
		h, ok := cat.Host(id)
		if !ok {
			return a.noEntry("--forward-host", id)
		}
		out.Forward.Host = h.ID
	}
	if out.List.Bounced, err = a.address("--list-bounced", a.ListBounced); err != nil {
		return err
	}
	if err := a.members(out); err != nil {
		return err
	}
	switch {
	case out.Route != "":
	case out.List != (owner.ListStory{}):
		out.Route = owner.List
	case out.Forward != (owner.ForwardStory{}):
		out.Route = owner.Forward
	}
	return nil
}

// members looks up the address that the list did not reach among the list's members. The members themselves are not
// kept.
func (a *Answers) members(out *owner.Answers) error {
	if a.ListMembers == "" {
		return nil
	}
	text, err := a.ReadInput(a.ListMembers, maxMembers)
	if err != nil {
		return err
	}
	list := roster.Read([]byte(text))
	if list.Len() == 0 {
		return a.BadValue("--list-members", a.ListMembers, a.Lang.T("wizard.misfit.members"))
	}
	bounced := cmp.Or(out.List.Bounced, out.Mail.Recipient)
	if bounced == "" {
		return Usage(a.Lang.T("cmd.fault.nobody-bounced", i18n.Args{"flag": "--list-members"}), "")
	}
	_, found := list.Find(bounced)
	out.List.Bounced, out.List.Among, out.List.Member = bounced, list.Len(), owner.No
	if found {
		out.List.Member = owner.Yes
	}
	out.List.Address = cmp.Or(out.List.Address, out.Mail.List)
	return nil
}
