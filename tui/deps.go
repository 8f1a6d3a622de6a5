// Package tui is the Bubble Tea program: a root that is the only tea.Model, and one file a screen. It asks no server,
// reads no clock and touches no file: whatever acts on the world comes in through Deps.
package tui

import (
	"context"
	"io"
	"net/netip"
	"strings"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/session/store"
)

// Progress is one look-up's result as it comes.
type Progress = session.Progress

// Deps is the world outside: cmd puts the real one in, tests and the lab theirs.
type Deps struct {
	Lang    i18n.Lang
	Langs   []i18n.Lang // that Ctrl+L goes through; none: all
	Catalog *catalog.Catalog
	Now     func() time.Time
	Start   owner.Answers // what the command line already said; Domain may be empty
	// Recognise reads what was typed into the first box.
	Recognise func(string) (input.Input, *input.Problem)
	// Check asks DNS; old is what is known already (nil: nothing). It returns what it has when ctx ends.
	Check func(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error)
	// Places lists who is watched: the authoritative servers in the snapshot, then the resolvers.
	Places func(s *snapshot.Snapshot) []propagation.Place
	// Look puts the questions to their places, in parallel.
	Look func(ctx context.Context, asks []propagation.Ask, places []propagation.Place) []propagation.Look
	// Verify says what of a mail's claims is so, by DNS. What could not be asked is not known.
	Verify func(ctx context.Context, m *message.Message) message.Report
	// OpenMail opens a file that the owner named, to read a mail of any size from it.
	OpenMail func(path string) (io.ReadCloser, error)
	// Open reads a file whose name was typed where a paste is asked for; nil: no files are opened.
	Open func(name string) ([]byte, error)
	// Reports reads DMARC reports out of files and folders, and tells how far it is; what it has when ctx ends. nil: none.
	Reports func(ctx context.Context, paths []string, each func(session.Share)) *report.Reading
	// Senders asks DNS who the addresses in the reports of a domain are, over what is known; nil where there is no way to
	// DNS, and where it may not be asked.
	Senders func(ctx context.Context, domain string, ips []netip.Addr, known *snapshot.Snapshot) *snapshot.Snapshot
	// Copy sends text to the clipboard; how is a code worded in tui.toml: copied, sent (no receipt), file (with path).
	Copy func(text string) (how, path string, err error)
	// Save writes a file whole or not at all, never over an existing one; it returns the path.
	Save func(name string, data []byte) (path string, err error)
	// Program is the name and version that the summary names; "todoku" where empty.
	Program string
	// Runs keeps runs on the disk; nil: none is kept.
	Runs *store.Store
	// Lab is set inside the lab.
	Lab *Lab
	// Notify gives what makes this terminal notify its owner, once all is seen; nil: the owner did not ask for it.
	Notify func(title, text string) string
	// Panel finds the servers of the panel that the owner named, where others answer for the zone; nil: not looked for.
	Panel func(ctx context.Context, a owner.Answers, s *snapshot.Snapshot) propagation.Panel
	// After is time.After for the countdown of a wait, which runs in real time; nil: it is.
	After func(time.Duration) <-chan time.Time
	// NoColor and ASCII choose the look: ASCII for terminals where box letters are two cells wide.
	NoColor, ASCII bool
	// Background is what the terminal's text stands on, and Colors how many colours it has; Run finds out where they are not
	// given.
	Background Background
	Colors     int
	// Progress says that the terminal draws the progress of OSC 9;4.
	Progress bool
	// Untitled leaves the window's title alone, and NoMouse the mouse.
	Untitled, NoMouse bool
}

// Practice is the title of the lab's story; "" on the real internet.
func (d Deps) Practice() string {
	if d.Lab == nil {
		return ""
	}
	return d.Lab.Story
}

// Lab is what the small internet adds to the screens: publishing by a key, and time that runs faster.
type Lab struct {
	Story  string // title of the scenario in the program's language
	Domain string // the story's domain or an address of it, offered in the first box
	// Notice is the error mail that the story's owner holds, offered there in place of the domain; "" where there is none.
	Notice  string
	Publish func(edits []snapshot.Edit) error
	// Mistakes are the ways to publish wrong (words: tui.mistake.*), and PublishWrong does so.
	Mistakes     []string
	PublishWrong func(mistake string, edits []snapshot.Edit) error
	Advance      func(time.Duration) // jumps forward
	Speed        func(times int)     // 0 pauses
	Speeds       []int
	// Key is what a service's console would show in the story for a record's name; "" for nothing. "paste" is offered for it.
	Key func(service, name string) string
	// Mail sends a test mail in the story and gives what its owner would hold of it: its source as the receiver's page shows
	// it in a language, or the notice that it was refused. nil: the story sends none. SwitchOn makes a service sign.
	Mail     func(ctx context.Context, lang string) (string, error)
	SwitchOn func(service string)
	// Press presses a service's switch that makes the key's record as well.
	Press func(service, name string)
}

// Opened is the content of the file that a text names; the text itself where it names none.
func (d Deps) Opened(text string) string {
	name := strings.Trim(strings.TrimSpace(text), `"'`)
	if d.Open == nil || name == "" || len(name) > wizard.MaxText || strings.ContainsAny(name, "\r\n") {
		return text
	}
	data, err := d.Open(name)
	if err != nil {
		return text
	}
	return string(data)
}
