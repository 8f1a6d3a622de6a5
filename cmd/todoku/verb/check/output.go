package check

import (
	"cmp"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/wizard/document"
)

// knownForm checks --format and sets JSON to match.
func (o *Options) knownForm() (err error) {
	o.Form, err = o.Program.Form(o.Form)
	o.JSON = o.Form == cli.FormJSON
	return err
}

// A seen is what is kept of a domain after its result was printed: its row of the table, and its test cases.
type seen struct {
	line  document.Overview
	suite document.Suite
}

// seen returns what is kept of a domain that was looked at; err is why that failed or was interrupted.
func (o *Options) seen(r world.Result, err error) seen {
	in := o.document(r)
	s := seen{document.OverviewOf(in), document.Suite{Name: in.Domain}}
	if o.Form == cli.FormJUnit || o.Form == cli.FormGitHub {
		s.suite = document.SuiteOf(in)
	}
	s.suite.Error = o.Says(err)
	if blind := world.BlindnessOf(r.DNS); blind != world.Sighted {
		why := o.Lang.T("cmd.blind." + string(blind))
		s = seen{document.OverviewFailed(in.Domain, why, false), document.Suite{Name: in.Domain, Error: why}}
	}
	o.place(&s.suite, r.Input.Raw, r.Input.Unicode, r.Input.Domain)
	return s
}

// place sets the file and line where the domain stands under any of its names.
func (o *Options) place(s *document.Suite, names ...string) {
	for _, name := range names {
		if line := o.lines[name]; line > 0 && o.File != "-" {
			s.File, s.Line = o.File, line
			return
		}
	}
}

// unseen returns what is kept of a name that is not a domain.
func (o *Options) unseen(name string, err error) seen {
	why := cmp.Or(o.Says(err), err.Error())
	s := seen{document.OverviewFailed(name, why, true), document.Suite{Name: name, Error: why}}
	o.place(&s.suite, name)
	return s
}

// tellBad prints the line or annotation for a name that is not a domain, in the formats that machines read.
func (o *Options) tellBad(name string, err error) {
	switch o.Form {
	case cli.FormJSON:
		_ = o.WriteLine(badLine(name, err))
	case cli.FormGitHub:
		_ = o.Print(document.Annotations(o.unseen(name, err).suite))
	}
}

// finish prints what comes once all domains are done: the table of several domains, or the file of test cases.
func (o *Options) finish(all []seen) error {
	switch {
	case o.Form == cli.FormJUnit:
		var list []document.Suite
		for _, s := range all {
			list = append(list, s.suite)
		}
		data, err := document.JUnit(list)
		if err != nil {
			return err
		}
		return o.Print(string(data))
	case o.Form != cli.FormJSON && len(all) > 1:
		var list []document.Overview
		for _, s := range all {
			list = append(list, s.line)
		}
		l := o.Layout()
		l.Barless = o.Plain
		return o.Print(document.OverviewPage(o.Lang, list, l))
	}
	return nil
}

// bad reports the only name given, which is not a domain, and returns err.
func (o *Options) bad(name string, err error) error {
	o.tellBad(name, err)
	if told := o.finish([]seen{o.unseen(name, err)}); told != nil {
		return told
	}
	return err
}

// told prints what follows the only domain's result, and returns err.
func (o *Options) told(r world.Result, runErr, err error) error {
	if told := o.finish([]seen{o.seen(r, runErr)}); told != nil {
		return told
	}
	return err
}
