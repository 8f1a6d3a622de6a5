// Package tui is the Bubble Tea program: a root that is the only tea.Model, and one file a screen. It asks no server,
// reads no clock and touches no file: all effects come in through Deps.
package tui

import (
	"context"
	"io"
	"maps"
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

// Progress is one look-up's result, delivered as it comes.
type Progress = session.Progress

// Deps holds the effects and settings of the outside world. cmd passes the real ones in, tests and the lab their own.
type Deps struct {
	Lang    i18n.Lang
	Langs   []i18n.Lang // languages that Ctrl+L cycles through; empty means all
	Catalog *catalog.Catalog
	Now     func() time.Time
	Start   owner.Answers // answers from the command line; Domain may be empty
	// Recognise reads what was typed into the first box.
	Recognise func(string) (input.Input, *input.Problem)
	// Check asks DNS, except for what old (may be nil) already holds. When ctx ends it returns what it has.
	Check func(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Progress)) (*snapshot.Snapshot, error)
	// Places lists the places to watch: the authoritative servers in the snapshot, then the resolvers.
	Places func(s *snapshot.Snapshot) []propagation.Place
	// Look sends the questions to their places, in parallel.
	Look func(ctx context.Context, asks []propagation.Ask, places []propagation.Place) []propagation.Look
	// Verify checks a mail's SPF, DKIM and DMARC over DNS. What could not be asked is not known.
	Verify func(ctx context.Context, m *message.Message) message.Report
	// OpenMail opens a file that the owner named, to read a mail of any size from it.
	OpenMail func(path string) (io.ReadCloser, error)
	// Open reads a file whose name was typed where a paste is expected; nil if no files may be opened.
	Open func(name string) ([]byte, error)
	// Reports reads DMARC reports from files and folders and calls each with its progress. When ctx ends it returns what
	// it has. nil if no files may be opened.
	Reports func(ctx context.Context, paths []string, each func(session.Share)) *report.Reading
	// Senders looks up who the addresses in a domain's reports are, adding to what is known. It returns nil where DNS
	// cannot or may not be asked.
	Senders func(ctx context.Context, domain string, ips []netip.Addr, known *snapshot.Snapshot) *snapshot.Snapshot
	// Copy copies text to the clipboard. how is one of the codes worded in tui.toml: copied, sent (not confirmed), file
	// (with its path).
	Copy func(text string) (how, path string, err error)
	// Save writes a file completely or not at all, never over an existing one; it returns the path.
	Save func(name string, data []byte) (path string, err error)
	// Program is the name and version printed in the summary; "todoku" where empty.
	Program string
	// Runs keeps runs on disk; nil keeps none.
	Runs *store.Store
	// Lab is the lab's additions; nil on the real internet.
	Lab *Lab
	// Notify returns the escape sequences of a desktop notification, sent once all is seen; nil if the owner did not ask
	// for it.
	Notify func(title, text string) string
	// Panel finds the name servers of the panel that the owner named, for a zone that other servers answer for; nil looks
	// for none.
	Panel func(ctx context.Context, a owner.Answers, s *snapshot.Snapshot) propagation.Panel
	// After replaces time.After for the countdown of a wait, which runs in real time; nil means time.After.
	After func(time.Duration) <-chan time.Time
	// NoColor draws without colours, and ASCII without box characters, for terminals that draw those two cells wide.
	NoColor, ASCII bool
	// Background is the terminal's background, and Colors its number of colours; Run finds out where they are not set.
	Background Background
	Colors     int
	// Progress says that the terminal shows a progress bar (OSC 9;4).
	Progress bool
	// Untitled leaves the window's title alone, and NoMouse leaves the mouse to the terminal.
	Untitled, NoMouse bool
}

// Practice returns the title of the lab's story in a language; "" on the real internet.
func (d Deps) Practice(lang i18n.Lang) string {
	if d.Lab == nil {
		return ""
	}
	return d.Lab.Story(string(lang))
}

// Lab is what the lab adds to the screens: publishing records by a key, and time that runs faster.
type Lab struct {
	Story  func(lang string) string // title of the scenario
	Domain string                   // the story's domain or an address in it, offered in the first box
	// Notice is the bounce that the story's owner received, offered there instead of the domain; "" where there is none.
	Notice  string
	Publish func(edits []snapshot.Edit) error
	// Mistakes are the mistakes that PublishWrong can publish the records with (words: tui.mistake.*).
	Mistakes     []string
	PublishWrong func(mistake string, edits []snapshot.Edit) error
	Advance      func(time.Duration) // moves the lab's clock forward
	Speed        func(times int)     // 0 pauses
	Speeds       []int
	// Key returns what a service's console would show in the story for a record's name; "" for nothing. "paste" inserts
	// it.
	Key func(service, name string) string
	// Mail sends a test mail in the story and returns what its sender gets to see: the source as the receiver's web page
	// shows it in a language, or the bounce. nil where the story sends none. SwitchOn makes a service sign.
	Mail     func(ctx context.Context, lang string) (string, error)
	SwitchOn func(service string)
	// Press presses a service's switch that also publishes the key's record.
	Press func(service, name string) error
}

// Placed returns the reply of the first box with the address that the practice story gives its reader, where the reply is
// the story's bounce: it tells which of the parties named there the reader is.
func (d Deps) Placed(r wizard.Reply) wizard.Reply {
	if d.Lab == nil || d.Lab.Notice == "" || strings.TrimSpace(r.Pasted()) != strings.TrimSpace(d.Lab.Notice) || !strings.Contains(d.Lab.Domain, "@") {
		return r
	}
	r.Extra = maps.Clone(r.Extra)
	r.Extra[wizard.ExtraAddress] = d.Lab.Domain
	return r
}

// Opened returns the content of the file that a text names, or the text itself where it names none.
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
