package words

import (
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// Intake returns the wizard's reply for what was read from the first box.
func Intake(got input.Input) wizard.Reply {
	r := wizard.Reply{Step: wizard.StepIntake}
	if got.Domain != "" {
		r.Values = []string{got.Domain}
	}
	switch got.Kind {
	case input.Bounce:
		r.Extra = map[string]string{wizard.ExtraMessage: got.Raw, wizard.ExtraKind: string(owner.SymptomBounce)}
	case input.Header, input.Message:
		r.Extra = map[string]string{wizard.ExtraMessage: got.Raw}
	case input.Reports:
		r.Extra = map[string]string{wizard.ExtraReports: got.Raw}
	case input.Address:
		r.Extra = map[string]string{wizard.ExtraAddress: got.Local + "@" + got.Domain}
	}
	if text := strings.TrimSpace(got.Raw); len(got.Notes()) > 0 && len(text) <= wizard.MaxText {
		if r.Extra == nil {
			r.Extra = map[string]string{}
		}
		r.Extra[wizard.ExtraTyped] = text
	}
	return r
}

// Typed normalises a typed line for the wizard's test (Step.Check): it trims white space, folds full-width letters and
// converts names to ASCII. What cannot be read is left for the wizard to refuse.
func Typed(check, text string, recognise func(string) (input.Input, *input.Problem)) string {
	text = strings.TrimSpace(text)
	folded := width.Fold.String(text)
	switch check {
	case wizard.CheckIP:
		return folded
	case wizard.CheckDomain, wizard.CheckAddress, wizard.CheckHost:
	default:
		return text
	}
	if text == "" {
		return ""
	}
	got, problem := recognise(text)
	switch {
	case problem == nil && check == wizard.CheckAddress && got.Kind == input.Address:
		return got.Local + "@" + got.Domain
	case problem == nil && check != wizard.CheckAddress && (got.Kind == input.Domain || got.Kind == input.URL):
		return got.Domain
	case check == wizard.CheckAddress:
		return folded
	}
	return strings.TrimSuffix(strings.ToLower(folded), ".")
}

// Note words what was read from a text in the first box.
func (p P) Note(n input.Note) string {
	args := i18n.Args{}
	for k, v := range n.Args {
		args[k] = v
	}
	return p.Lang.T(n.Code, args)
}

// Problem words why the first box could not read a text.
func (p P) Problem(x *input.Problem) string {
	args := i18n.Args{}
	for k, v := range x.Args {
		args[k] = v
	}
	return p.Lang.T(x.Code, args)
}
