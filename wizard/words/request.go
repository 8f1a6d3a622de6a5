package words

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// Letter is a letter to somebody who has to act, ready to be sent.
type Letter struct{ Code, To, Subject, Body string }

// Letters words the letters that belong to the ways around a forward or a list, each once.
func (p P) Letters(pl plan.Plan, in *facts.Facts) []Letter {
	var out []Letter
	for _, d := range pl.Detours {
		if d.Letter == "" || slices.ContainsFunc(out, func(l Letter) bool { return l.Code == d.Letter }) {
			continue
		}
		out = append(out, p.letterOf(d.Letter, p.letterArgs(d, in)))
	}
	return out
}

// letterArgs returns what a letter mentions. What is not known becomes a blank to fill in by hand.
func (p P) letterArgs(d plan.Detour, in *facts.Facts) i18n.Args {
	args := p.detourArgs(d)
	how, _ := in.ListSPF(d.Args["host"])
	args["how"], args["signed"], args["policy"] = string(how), owner.No, in.Policy().Applied
	if in.AllSigned() {
		args["signed"] = owner.Yes
	}
	args["coded"], args["stranger"] = "", ""
	if d.Args["codes"] != "" {
		args["coded"] = p.Lang.T("request.part.coded", args)
	}
	if d.Args["to"] != "" {
		args["stranger"] = p.Lang.T("request.part.stranger", args)
	}
	args["service"] = p.t("request.part.service")
	if id := d.Args["service"]; id != "" {
		args["service"] = snapshot.Printable(p.service(id))
	}
	for key, blank := range map[string]string{"from": p.t("request.part.from"), "to": p.t("request.part.to")} {
		if d.Args[key] == "" {
			args[key] = blank
		}
	}
	return args
}

// LetterTo words a letter. The arguments are already printable.
func (p P) LetterTo(code string, args i18n.Args) Letter { return p.letterOf(code, args) }

// Listed joins texts as the language does; "" for an empty list.
func (p P) Listed(list []string) string { return p.list(list...) }

func (p P) letterOf(code string, args i18n.Args) Letter {
	part := func(name string) string { return strings.TrimSpace(p.Lang.T("request."+code+"."+name, args)) }
	return Letter{Code: code, To: part("to"), Subject: part("subject"), Body: part("body")}
}
