package bounce

import (
	_ "embed" // for the table
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed causes.tsv
var causesFile string

// sequel is what follows from a cause.
type sequel struct {
	cause Cause
	fix   Fix
	job   Job
	step  Step
}

// sequels returns the embedded table, parsed once. An error would be a defect of the program, which the tests find.
var sequels = sync.OnceValue(func() []sequel {
	list, err := readSequels(causesFile)
	if err != nil {
		panic(err)
	}
	return list
})

func readSequels(text string) ([]sequel, error) {
	var out []sequel
	for i, cols := range table(text) {
		if len(cols) != 4 {
			return nil, fmt.Errorf("causes.tsv: row %d has %d columns", i+1, len(cols))
		}
		s := sequel{Cause(cols[0]), Fix(cols[1]), Job(cols[2]), Step(cols[3])}
		switch s.fix {
		case FixYes, FixNo, FixDepends:
		default:
			return nil, fmt.Errorf("causes.tsv: %s: %q is no answer", s.cause, s.fix)
		}
		out = append(out, s)
	}
	return out, nil
}

// table splits a file of tab-separated columns; comments (#) and empty lines are left out.
func table(text string) [][]string {
	var out [][]string
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			continue
		}
		out = append(out, strings.Split(strings.TrimRight(line, "\r"), "\t"))
	}
	return out
}

// Causes returns all causes, for the tests of their words.
func Causes() []Cause {
	var out []Cause
	for _, s := range sequels() {
		out = append(out, s.cause)
	}
	return out
}

// OtherSteps returns the next steps that replace a cause's own, for the tests of their words.
func OtherSteps() []Step {
	out := []Step{mendMX, sendAgain, ownAuthor, onward, onwardOwnSPF, onwardSRS, onwardRewritten, onwardSigned, onwardBorrowed, onwardBorrowedSPF, byList, byListMember, cleaner, turnedAway, asksLogin, relayListed, Inbound}
	for _, r := range rows() {
		if s := r.when.step; s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

const (
	mendMX    Step = "mend-mx"    // the domain that cannot be found is the sender's own
	sendAgain Step = "send-again" // a temporary fault, but no server retries any more
	ownAuthor Step = "own-author" // the author's address is at a mailbox provider
	onward    Step = "passed-on"  // authentication failed after the mail was forwarded
	// The same, where more is known.
	onwardOwnSPF      Step = "passed-on-own-spf"      // the forwarder rewrote the envelope sender, and the SPF record of its own domain does not cover it
	onwardSRS         Step = "passed-on-needs-srs"    // the receiver checks SPF alone, and the mail is signed already
	onwardRewritten   Step = "passed-on-srs"          // the forwarder rewrote the envelope already
	onwardSigned      Step = "passed-on-signed"       // the author's domain signed it, and the signature failed
	onwardBorrowed    Step = "passed-on-borrowed"     // the author's address is at a mailbox provider
	onwardBorrowedSPF Step = "passed-on-borrowed-spf" // the same, where SRS would be enough
	cleaner           Step = "forward-clean"          // forwarded spam that counts against the forwarding server
	allThree          Step = "all-three"              // the receiver demands SPF, DKIM and DMARC together
	// A server demands a login, or turns a client away: whose job it is depends on who spoke to whom (see speaker).
	loginOrBlocked Step = "login-or-blocked"   // it is not certain whether for want of a login
	loginWhose     Step = "login-whose"        // it is not certain whether the server is the sender's or the recipient's
	turnedAway     Step = "server-turned-away" // the recipient's server turned the sending server away
	asksLogin      Step = "server-asks-login"  // the recipient's server demanded a login of the sending server
	byList         Step = "by-list"            // authentication failed for mail from a mailing list
	byListMember   Step = "by-list-member"     // the same, where the failed address is known to be a member
	relayListed    Step = "relay-listed"       // the listed address is that of the server that was to pass the mail on
	// Steps that rows of the table name.
	badAddress     Step = "bad-address"       // the recipient's address breaks the rules of RFC 5321
	senderBanned   Step = "sender-banned"     // the sender's own provider stopped the account for spam
	notYourAddress Step = "not-your-address"  // the account that logged in may not use the From address
	ownRelay       Step = "own-relay"         // the sender's own outgoing server refused
	noMailbox      Step = "no-return-mailbox" // the receiver asked the sender's server, which does not know the return path
	narrowSPF      Step = "narrow-spf"        // the SPF record lets too many servers send
	portBlocked    Step = "port-blocked"      // no connection to a large company's server, which is hardly ever down
	mendHELO       Step = "mend-helo"         // the sending server's own name, told in HELO, was not found
	useRelay       Step = "use-relay"         // the address is, or counts as, that of a line at home or in an office
	// Inbound is the step where the recipient is the one who looks: the own server refused somebody else's mail.
	Inbound Step = "inbound"
)

// retold are the steps that need a description of their own (slot "what"), since the cause's would be wrong.
var retold = []Step{sendAgain, ownAuthor, onward, onwardOwnSPF, onwardSRS, onwardRewritten, onwardSigned, onwardBorrowed, onwardBorrowedSPF, byList, byListMember, allThree, loginOrBlocked, loginWhose, turnedAway, asksLogin,
	relayListed, badAddress, senderBanned, notYourAddress, ownRelay, noMailbox, narrowSPF, useRelay, portBlocked, mendHELO, Inbound}

// after returns what follows from a cause.
func after(c Cause) sequel {
	for _, s := range sequels() {
		if s.cause == c {
			return s
		}
	}
	return sequel{c, FixDepends, JobUnknown, "show-text"}
}

// Words returns the ID of a cause's words in package i18n: slot is name, what, job or next.
func (c Cause) Words(slot string) string { return "bounce.cause." + string(c) + "." + slot }

// Tells returns the ID of the words for one recipient's failure in a slot: those of the cause, unless another step
// applies.
func (r Recipient) Tells(slot string) string {
	other := slot == "job" || slot == "next" || slot == "what" && r.Step.Retold()
	if other && r.Step != after(r.Cause).step {
		return r.Step.Words(slot)
	}
	return r.Cause.Words(slot)
}

// Words returns the ID of the words of a step that replaces a cause's own: slot is job, next, and for some steps what.
func (s Step) Words(slot string) string { return "bounce.step." + string(s) + "." + slot }

// ForMember returns the ID of the words of a next step for a list of which the failed address is known to be a member; other
// words have no such form.
func ForMember(next string) string {
	if next == byList.Words("next") {
		return byListMember.Words("next")
	}
	return next
}

// Retold reports whether a step has a "what" of its own.
func (s Step) Retold() bool { return slices.Contains(retold, s) }
