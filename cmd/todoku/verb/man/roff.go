package man

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// roff writes a manual page with the macros of man(7).
type roff struct{ strings.Builder }

// clean escapes a line for roff: a backslash begins an escape, and a dot or an apostrophe at the beginning a
// request. A hyphen becomes one that can be copied.
func clean(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}

// request writes a request with its arguments.
func (r *roff) request(name string, args ...string) {
	_, _ = fmt.Fprintf(r, ".%s", name)
	for _, a := range args {
		if a != "" && !strings.ContainsAny(a, " \\\"-") {
			_, _ = fmt.Fprintf(r, " %s", a)
			continue
		}
		_, _ = fmt.Fprintf(r, ` "%s"`, strings.ReplaceAll(clean(a), `"`, `\(dq`))
	}
	_, _ = fmt.Fprintln(r)
}

func (r *roff) section(title string) { r.request("SH", title) }

// text writes lines that roff fills.
func (r *roff) text(s string) {
	for line := range strings.Lines(s) {
		_, _ = fmt.Fprintln(r, clean(strings.TrimSpace(line)))
	}
}

func (r *roff) bold(s string) { _, _ = fmt.Fprintf(r, "\\fB%s\\fP\n", clean(s)) }

// literal writes lines as they are, without filling.
func (r *roff) literal(s string) {
	r.request("nf")
	for line := range strings.Lines(s) {
		_, _ = fmt.Fprintln(r, clean(strings.TrimRight(line, "\n")))
	}
	r.request("fi")
}

// item writes a term and what it is.
func (r *roff) item(term, text string) {
	r.request("TP")
	r.bold(term)
	r.text(text)
}

// flags writes a section of flags, unless list is empty.
func (r *roff) flags(title string, list []*pflag.Flag) {
	if len(list) == 0 {
		return
	}
	r.section(title)
	for _, f := range list {
		value, what := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if f.Value.Type() != "bool" {
			term += " " + value
		}
		r.item(term, what)
	}
}
