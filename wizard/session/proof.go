package session

import (
	"net/url"
	"slices"
	"strings"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
	"example.org/todoku/wizard"
)

type (
	// ReadMail reads what came of the test mail: pasted text, or a file. The signatures and SPF of an ordinary mail are
	// verified over DNS. The outcome goes to MailRead.
	ReadMail struct {
		Run        int
		Text, Path string
	}
	// SendMail sends the test mail in the lab and reads what comes of it, as ReadMail does. Lang is the language of the
	// receiver's web page.
	SendMail struct {
		Run  int
		Lang string
	}
	// SwitchOn makes a service sign in the lab, after its owner says so. Elsewhere it does nothing.
	SwitchOn struct{ Service string }
	// PressSwitch presses, in the lab, a service's switch that also publishes the record, after its owner says that this
	// is done.
	PressSwitch struct{ Service, Name string }
)

func (ReadMail) effect()    {}
func (SendMail) effect()    {}
func (SwitchOn) effect()    {}
func (PressSwitch) effect() {}

// Evidence is a mail that was read, and its verification.
type Evidence struct {
	Mail   inhand.Mail
	Report message.Report
	Err    error // why the mail could not be read; the other fields are then empty
}

// proving is the state of the proof page.
type proving struct {
	run   int
	busy  bool
	last  *proof.Proof // of the last mail that was read; nil for none
	kept  *proof.Proof // the last one that says anything about the owner's mail
	err   error
	on    []string // services at which the owner has switched on signing
	later []string // services at which that was put off
}

// ReadProof starts reading what was pasted or typed on the proof page: a mail, or the path of its file. The text itself
// is not kept.
func (s *Session) ReadProof(text string) []Effect {
	e := ReadMail{Run: s.proofRun()}
	if path, ok := PathIn(text); ok {
		e.Path = path
		return []Effect{e}
	}
	if len(text) > wizard.MaxPaste {
		s.prove.busy, s.prove.err = false, proof.ErrTooLong
		return nil
	}
	e.Text = text
	return []Effect{e}
}

// Practice starts sending the test mail in the lab.
func (s *Session) Practice(lang string) []Effect {
	return []Effect{SendMail{Run: s.proofRun(), Lang: lang}}
}

func (s *Session) proofRun() int {
	s.prove.run++
	s.prove.busy, s.prove.last, s.prove.err = true, nil, nil
	return s.prove.run
}

// MailRead records the test mail, or why it could not be read.
func (s *Session) MailRead(run int, e Evidence) []Effect {
	if run != s.prove.run || !s.prove.busy {
		return nil
	}
	s.prove.busy, s.prove.err = false, e.Err
	if e.Err != nil {
		return nil
	}
	p := proof.Judge(s.wanted(), e.Mail, e.Report)
	if s.prove.last = &p; p.Counts() {
		s.prove.kept = &p
		return s.keep()
	}
	return nil
}

// wanted returns what a mail has to prove. If records are to be made, the mail must be newer than the snapshot, which
// does not have them.
func (s *Session) wanted() proof.Want {
	w := proof.Wanted(s.ans, s.world.Now())
	w.Receiver = proof.Receiver
	if s.snap != nil && len(s.result.Plan.Edits()) > 0 && s.snap.Taken.After(w.Since) {
		w.Since = s.snap.Taken
	}
	w.Signed = slices.ContainsFunc(s.result.Plan.Changes, func(c plan.Change) bool { return c.Gate != "" && c.Value != "" || c.Switch && s.IsSaved(c) })
	return w
}

// Reading reports whether the test mail is being read.
func (s *Session) Reading() bool { return s.prove.busy }

// Proof returns what the last test mail shows; nil if none was read.
func (s *Session) Proof() *proof.Proof { return s.prove.last }

// ProofErr returns why the last test mail could not be read; nil if it was.
func (s *Session) ProofErr() error { return s.prove.err }

// Proved returns the last test mail that said anything about the owner's mail, in this or an earlier program run; nil
// if there was none.
func (s *Session) Proved() *proof.Proof { return s.prove.kept }

// AskAgain forgets the last test mail, so that another can be read; what Proved returns stays.
func (s *Session) AskAgain() { s.prove.last, s.prove.err, s.prove.busy = nil, nil, false }

// Signing returns the changes for which signing is to be switched on now: their keys are seen everywhere, and the owner
// has not said that it is done. There is one for each service, in the plan's order.
func (s *Session) Signing() []plan.Change {
	var out []plan.Change
	for _, c := range s.result.Plan.Changes {
		same := func(o plan.Change) bool { return o.Service == c.Service }
		if c.Gate == "" || c.Value == "" || slices.Contains(s.prove.on, c.Service) || slices.Contains(s.prove.later, c.Service) || slices.ContainsFunc(out, same) {
			continue
		}
		if s.wait.Open(c) {
			out = append(out, c)
		}
	}
	return out
}

// Unseen returns the changes for which signing cannot be switched on yet, since their keys are not seen everywhere.
func (s *Session) Unseen() []plan.Change {
	return slices.DeleteFunc(slices.Clone(s.result.Plan.Changes), func(c plan.Change) bool {
		return c.Gate == "" || s.wait.Open(c)
	})
}

// SwitchedOn records the owner's statement that a service signs now.
func (s *Session) SwitchedOn(service string) []Effect {
	s.prove.on = append(slices.Clone(s.prove.on), service)
	return append([]Effect{SwitchOn{service}}, s.keep()...)
}

// TooEarly reports whether a mail sent now may still be judged by the old records: records are to be made, and not
// every place has seen them.
func (s *Session) TooEarly() bool { return len(s.result.Plan.Edits()) > 0 && !s.wait.Published() }

// Signs reports whether the owner has said that a service signs now.
func (s *Session) Signs(service string) bool { return slices.Contains(s.prove.on, service) }

// SignLater puts off a service's signing; this is not kept.
func (s *Session) SignLater(service string) { s.prove.later = append(s.prove.later, service) }

// PathIn parses a path that was typed, or dropped by a terminal: in quotes, as a file URL, or with escaped blanks.
func PathIn(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 4096 || strings.ContainsAny(text, "\r\n\x00") {
		return "", false
	}
	if q := text[0]; len(text) > 1 && (q == '"' || q == '\'') && text[len(text)-1] == q {
		text = text[1 : len(text)-1]
	} else if rest, ok := strings.CutPrefix(text, "file://"); ok {
		_, rest, ok = strings.Cut(rest, "/") // the host, which is this computer
		path, err := url.PathUnescape(rest)
		return "/" + path, ok && err == nil
	} else if text[0] == '/' || text[0] == '~' {
		text = strings.NewReplacer(`\ `, " ", `\(`, "(", `\)`, ")", `\'`, "'", `\&`, "&", `\\`, `\`).Replace(text)
	}
	drive := len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/')
	for _, begin := range []string{"/", "~/", "./", "../", `~\`, `.\`, `..\`, `\\`} {
		drive = drive || strings.HasPrefix(text, begin)
	}
	if drive {
		return text, true
	}
	low := strings.ToLower(text)
	for _, end := range []string{".eml", ".txt", ".msg", ".mbox", ".mail"} {
		if strings.HasSuffix(low, end) && !strings.Contains(text, ": ") {
			return text, true
		}
	}
	return "", false
}
