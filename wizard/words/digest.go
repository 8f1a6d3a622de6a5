package words

import (
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// Digested words what was read from a paste that is not kept, one sentence a line; nil for any other reply.
func (p P) Digested(r wizard.Reply, a owner.Answers) []string {
	got := func(id string, args i18n.Args) string { return p.Lang.T("wizard."+string(r.Step)+".got."+id, args) }
	if len(r.Values) == 0 {
		return nil
	}
	switch r.Extra[wizard.ExtraDigest] {
	case wizard.DigestMembers:
		id := r.Values[0]
		if r.Extra[wizard.ExtraSame] != "" {
			id = "same"
		}
		return []string{got(id, i18n.Args{"address": snapshot.Printable(a.List.Bounced), "among": r.Extra[wizard.ExtraAmong]})}
	case wizard.DigestForwarded:
		var out []string
		for _, id := range shownIDs(r.Values[0], r.Extra["envelope"], r.Extra["seal"], r.Extra["signature"]) {
			by := snapshot.Printable(r.Extra["by"])
			if by == "" {
				by = p.t("words.unnamed")
			}
			out = append(out, got(id, i18n.Args{"by": by}))
		}
		return out
	}
	return nil
}

// shownIDs returns the IDs of the words for what a forwarded mail shows.
func shownIDs(forwarded, envelope, seal, signature string) []string {
	out := []string{forwarded}
	if forwarded != owner.Yes {
		return out
	}
	if envelope == "" {
		envelope = "open"
	}
	out = append(out, envelope)
	if seal == owner.Yes {
		out = append(out, "sealed")
	}
	if id, ok := map[string]string{"pass": "signed", "fail": "broken", owner.None: "unsigned"}[signature]; ok {
		out = append(out, id)
	}
	return out
}

// Asked returns the words of a question: what is asked, and why or how. They name the address that it is about, if
// there is one.
func (p P) Asked(step wizard.StepID, a owner.Answers) (title, help string) {
	id := "wizard." + string(step)
	return p.t(id+".title", "address", a.List.Bounced), p.t(id+".help", "address", a.List.Bounced)
}
