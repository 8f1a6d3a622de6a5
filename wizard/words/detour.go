package words

import (
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// Detour is a way around a forward or a list that breaks authentication, in words, and its price.
type Detour struct{ Code, Text, Price string }

// Detours words the ways around a forward or a list, in the order in which to try them.
func (p P) Detours(pl plan.Plan) []Detour {
	var out []Detour
	for _, d := range pl.Detours {
		args := p.detourArgs(d)
		out = append(out, Detour{d.Code, p.Lang.T("plan.detour."+d.Code+".text", args), p.Lang.T("plan.detour."+d.Code+".price", args)})
	}
	return out
}

func (p P) detourArgs(d plan.Detour) i18n.Args {
	args := i18n.Args{}
	for k, v := range d.Args {
		args[k] = snapshot.Printable(v)
	}
	inbox := catalog.Inbox{}
	if h, ok := p.Catalog.Host(d.Args["inbox"]); ok {
		inbox = h.Inbox
	}
	var names []string
	for _, id := range strings.Fields(d.Args["services"]) {
		names = append(names, p.service(id))
	}
	args["at"] = ""
	if from := d.Args["from"]; from != "" {
		args["at"] = p.t("words.bracketed", "text", from)
	}
	args["fetch"], args["send_as"] = p.in(inbox.Fetch), p.in(inbox.SendAs)
	args["services"], args["upgrade"] = p.list(names...), snapshot.Printable(p.service(d.Args["upgrade"]))
	return args
}
