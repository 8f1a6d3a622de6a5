package cli

import (
	"errors"
	"slices"
	"strings"

	"example.org/todoku/i18n"
)

// The forms in which a command that judges domains tells what it found.
const (
	FormText   = "text"
	FormJSON   = "json"   // as --json
	FormGitHub = "github" // annotations of a workflow
	FormJUnit  = "junit"  // test cases, once all domains are done
)

// Forms lists them in the order in which they are offered.
func Forms() []string { return []string{FormText, FormJSON, FormGitHub, FormJUnit} }

// Form gives the form that --format names: "" is text, or JSON beside --json. One that is not there, and another beside
// --json, is refused.
func (p *Program) Form(named string) (string, error) {
	switch {
	case named == "" && p.JSON:
		return FormJSON, nil
	case named == "":
		return FormText, nil
	case !slices.Contains(Forms(), named):
		return "", p.BadValue("--format", named, p.Lang.T("cmd.fault.formats", i18n.Args{"formats": strings.Join(Forms(), ", ")}))
	case p.JSON && named != FormJSON:
		return "", p.BadValue("--format", named, p.Lang.T("cmd.fault.json-format"))
	}
	return named, nil
}

// Says is what a fault says without its hint; "" for none.
func (p *Program) Says(err error) string {
	var f *Fault
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return f.Text
	}
	return p.Lang.T("cmd.fault.internal", i18n.Args{"error": Printable(err.Error())})
}
