package cli

import (
	"errors"
	"slices"
	"strings"

	"example.org/todoku/i18n"
)

// Output formats of the commands that judge domains.
const (
	FormText   = "text"
	FormJSON   = "json"   // the same as --json
	FormGitHub = "github" // workflow annotations of GitHub Actions
	FormJUnit  = "junit"  // one file of test cases, written once all domains are done
)

// Forms lists them in the order in which they are offered.
func Forms() []string { return []string{FormText, FormJSON, FormGitHub, FormJUnit} }

// Form checks the format that --format names; "" means text, or JSON with --json. An unknown format, or one that
// contradicts --json, is a usage fault.
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

// Says returns a fault's text without its hint; "" where err is nil.
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
