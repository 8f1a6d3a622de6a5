package cli

import (
	"errors"
	"io/fs"

	"example.org/todoku/i18n"
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

// gravity orders exit statuses, the gravest first: for several domains the gravest one counts.
var gravity = []Status{StatusUsage, StatusUnknown, StatusFix, StatusOK}

// Graver gives the graver of two exit statuses.
func Graver(a, b Status) Status {
	for _, s := range gravity {
		if a == s || b == s {
			return s
		}
	}
	return a
}

// A Fault ends a command: what to tell ("" where all is told), what to do about it ("" where that is clear), and the
// exit status.
type Fault struct {
	Status     Status
	Text, Hint string
}

// Error is the text without the hint.
func (f *Fault) Error() string { return f.Text }

// NewFault gives a fault with its hint.
func NewFault(s Status, text, hint string) *Fault { return &Fault{s, text, hint} }

// Usage is a fault of the command line itself.
func Usage(text, hint string) error { return &Fault{StatusUsage, text, hint} }

// Exit ends a command that has told all, with an exit status; nil for StatusOK.
func Exit(s Status) error {
	if s == StatusOK {
		return nil
	}
	return &Fault{Status: s}
}

// StatusOf is the exit status that an error stands for; StatusUnknown for one that is no Fault.
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

// Tell prints an error for people and gives its exit status.
func (p *Program) Tell(err error) Status {
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

// Interrupted is the fault of a run that was cut off.
func (p *Program) Interrupted() error {
	return &Fault{StatusUnknown, p.Lang.T("cmd.fault.interrupted"), ""}
}

// BadValue is the fault of a flag's value.
func (p *Program) BadValue(flag, value, hint string) error {
	return Usage(p.Lang.T("cmd.fault.flag-value", i18n.Args{"flag": flag, "value": Printable(value)}), hint)
}

// SeeHelp is the hint that names a command's help.
func (p *Program) SeeHelp(command string) string {
	return p.Lang.T("cmd.fault.see-help", i18n.Args{"command": command})
}

// Reason words a file error; the system's own text where there is no better one.
func (p *Program) Reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p.Lang.T("cmd.fault.not-there")
	case errors.Is(err, fs.ErrExist):
		return p.Lang.T("cmd.fault.exists")
	case errors.Is(err, fs.ErrPermission):
		return p.Lang.T("cmd.fault.permission")
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return Printable(err.Error())
}

// Unwritten is the fault of a new file that could not be written.
func (p *Program) Unwritten(path string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return Usage(p.Lang.T("cmd.fault.taken", i18n.Args{"file": Printable(path)}), p.Lang.T("cmd.fault.other-name"))
	}
	return Usage(p.Lang.T("cmd.fault.write", i18n.Args{"file": Printable(path), "error": p.Reason(err)}), "")
}
