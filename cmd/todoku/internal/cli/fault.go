package cli

import (
	"errors"
	"io/fs"
	"path/filepath"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Status is an exit status of the command line's contract.
type Status int

// The exit statuses.
const (
	StatusOK      Status = 0 // nothing to fix
	StatusFix     Status = 1 // something blocks or harms
	StatusUsage   Status = 2 // wrong usage or unreadable input
	StatusUnknown Status = 3 // could not be checked
)

// gravity lists the exit statuses, the gravest first. Of several domains the gravest status counts.
var gravity = []Status{StatusUsage, StatusUnknown, StatusFix, StatusOK}

// Graver returns the graver of two exit statuses.
func Graver(a, b Status) Status {
	for _, s := range gravity {
		if a == s || b == s {
			return s
		}
	}
	return a
}

// A Fault is the error that ends a command: the text to print ("" where all is printed already), what to do about it
// ("" where that is clear), and the exit status.
type Fault struct {
	Status     Status
	Text, Hint string
}

// Error returns the text without the hint.
func (f *Fault) Error() string { return f.Text }

// NewFault returns a Fault.
func NewFault(s Status, text, hint string) *Fault { return &Fault{s, text, hint} }

// Usage returns the fault of a wrong command line or unreadable input.
func Usage(text, hint string) error { return &Fault{StatusUsage, text, hint} }

// Exit returns the error of a command that has printed all, with its exit status; nil for StatusOK.
func Exit(s Status) error {
	if s == StatusOK {
		return nil
	}
	return &Fault{Status: s}
}

// StatusOf returns the exit status of an error: StatusOK for nil, StatusUnknown for one that is not a Fault.
func StatusOf(err error) Status {
	var f *Fault
	switch {
	case err == nil:
		return StatusOK
	case errors.As(err, &f):
		return f.Status
	}
	return StatusUnknown
}

// Tell prints an error to standard error and returns its exit status.
func (p *Program) Tell(err error) Status {
	if out, ok := p.Out.(*Outlet); ok && out.Failed != nil && errors.Is(err, out.Failed) {
		return StatusUnknown // said once, at the end
	}
	var f *Fault
	if err != nil && !errors.As(err, &f) {
		f = &Fault{StatusUnknown, p.Lang.T("cmd.fault.internal", i18n.Args{"error": Printable(err.Error())}), ""}
	}
	if f == nil || f.Text == "" {
		return StatusOf(err)
	}
	p.Note("todoku: " + f.Text)
	if f.Hint != "" {
		p.Note(f.Hint)
	}
	return f.Status
}

// Interrupted returns the fault of a run that was interrupted.
func (p *Program) Interrupted() error {
	return &Fault{StatusUnknown, p.Lang.T("cmd.fault.interrupted"), ""}
}

// BadValue returns the fault of a flag's unusable value.
func (p *Program) BadValue(flag, value, hint string) error {
	return Usage(p.Lang.T("cmd.fault.flag-value", i18n.Args{"flag": flag, "value": Printable(value)}), hint)
}

// SeeHelp returns the hint that names a command's help.
func (p *Program) SeeHelp(command string) string {
	return p.Lang.T("cmd.fault.see-help", i18n.Args{"command": command})
}

// Reason words a file error; it falls back on the system's own text.
func (p *Program) Reason(err error) string { return words.P{Lang: p.Lang}.Trouble(err) }

// Unwritten returns the fault of a new file that could not be written.
func (p *Program) Unwritten(path string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return Usage(p.Lang.T("cmd.fault.taken", i18n.Args{"file": Printable(path)}), p.Lang.T("cmd.fault.other-name"))
	}
	if errors.Is(err, fs.ErrNotExist) { // a new file is not there in any case, so the folder is meant
		return Usage(p.Lang.T("cmd.fault.no-folder", i18n.Args{"folder": Printable(filepath.Dir(path))}), "")
	}
	return Usage(p.Lang.T("cmd.fault.write", i18n.Args{"file": Printable(path), "error": p.Reason(err)}), "")
}
