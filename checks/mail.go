package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
)

// The states of mail-refused: what the refusal in hand means for the owner.
var (
	RefusedFound     = State{"means", "found"}     // DNS can mend it, and what is wrong there was found
	RefusedFine      = State{"means", "fine-now"}  // DNS could mend it, but there is nothing wrong now
	RefusedUncovered = State{"means", "uncovered"} // DNS could mend it: SPF does not let the address pass that sent the mail, whosever that is
	RefusedElsewhere = State{"means", "elsewhere"} // no record mends it
	RefusedOpen      = State{"means", "open"}      // the text does not decide it
	RefusedOther     = State{"means", "other"}     // it is about another domain
	RefusedPassing   = State{"means", "passing"}   // somebody else's server passed it on, and nothing is wrong in DNS
	RefusedOwnPass   = State{"means", "own-pass"}  // the owner's mailbox passed it on, whoever wrote it
	RefusedTo        = State{"to", "to"}           // the address is known
	RefusedBy        = State{"by", "by"}           // the receiver is one that is known
	RefusedSaying    = State{"codes", "codes"}     // there are codes
	RefusedForwarded = State{"way", "forwarded"}   // it went on to an address that it was not written to
	RefusedAgain     = State{"again", "again"}     // the sending server tries again
)

// MailRefusedArgs are the arguments of mail-refused.
type MailRefusedArgs struct {
	Cause    Cause `words:"-"` // Meaning says it in a sentence
	Meaning  Meaning
	Job      Job
	Next     NextStep
	To       Address
	Receiver Receiver
	Codes    Text
	Of       Name // whose mail it was
}

var ruleMailRefused = Rule{
	Code: MailRefused, Severity: Blocks, Page: "https://support.google.com/a/answer/3221692", Also: []string{"RFC 3463"},
	Aspects: []Aspect{{RefusedFound, RefusedFine, RefusedUncovered, RefusedElsewhere, RefusedOpen, RefusedOther, RefusedPassing, RefusedOwnPass}},
	Remarks: []State{RefusedTo, RefusedBy, RefusedSaying, RefusedForwarded, RefusedAgain},
	Args:    MailRefusedArgs{},
	Review:  mailRefused,
}

// mailRefused says what the refusal in hand means: it outranks what DNS suggests.
func mailRefused(in *facts.Facts, found []Finding) []Finding {
	m := in.Owner.Mail
	if m.Kind != "bounce" {
		return nil
	}
	f := Finding{Args: MailRefusedArgs{Cause(m.Cause), Meaning(m.Means), Job(m.Whose), NextStep(m.Next), Address(m.Recipient), Receiver(m.Receiver),
		Text(m.Codes), Name(m.Domain)}, Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain), in.DNS.Get(in.Owner.Domain, "MX"))}
	state := RefusedOpen
	switch {
	case in.Owner.Route == owner.Forward && in.Owner.Forward.Mine == owner.Mine && m.Route == owner.Forward:
		state, f.Severity = RefusedOwnPass, Harms
	case foreign(in) && !input.FreeMail(m.Domain): // such an author's mail goes out from anywhere
		state, f.Severity = RefusedOther, Advice
	case m.Fix == "yes" && strings.HasPrefix(m.Cause, "auth-") && m.Route == owner.List && passedOn(in): // whatever is wrong in DNS
		state, f.Severity = RefusedPassing, Unknown
	case (m.Fix == "yes" || m.Fix == "depends" && strings.HasPrefix(m.Cause, "auth-")) && blamed(m.Cause, found):
		state = RefusedFound
	case m.Fix == "yes" && strings.HasPrefix(m.Cause, "auth-") && passedOn(in):
		state, f.Severity = RefusedPassing, Unknown
	case m.Fix == "yes" && len(in.UncoveredSeen()) > 0:
		state, f.Severity = RefusedUncovered, Unknown
	case m.Fix == "yes":
		state, f.Severity = RefusedFine, Unknown
	case m.Fix == "no":
		state, f.Severity = RefusedElsewhere, Advice
		if m.Job == "owner" || m.Cause == "login" || m.Cause == "ptr" {
			f.Severity = Harms // no record, but the owner's to do
		}
	default:
		f.Severity = Unknown
	}
	f.States = []State{state}
	for _, r := range []struct {
		is    bool
		state State
	}{{m.Recipient != "", RefusedTo}, {m.Receiver != "", RefusedBy}, {m.Codes != "", RefusedSaying}, {m.Route == "forward", RefusedForwarded}, {m.Temporary, RefusedAgain}} {
		if r.is {
			f.States = append(f.States, r.state)
		}
	}
	return one(f)
}

// passedOn reports whether somebody else's server passed the mail in hand on: that of a recipient, or of a list's member.
func passedOn(in *facts.Facts) bool {
	switch in.Owner.Mail.Route {
	case owner.Forward:
		return in.Owner.Forward.Mine != owner.Mine
	case owner.List:
		return in.Owner.List.Member == owner.No
	}
	return false
}

// foreign reports whether the mail in hand is another domain's.
func foreign(in *facts.Facts) bool {
	m, own := in.Owner.Mail, input.Registrable(in.Owner.Domain)
	return m.Domain != "" && input.Registrable(m.Domain) != own && input.Registrable(m.Envelope) != own
}

// blamed reports whether something was found to be wrong that the cause of a refusal can come from.
func blamed(cause string, found []Finding) bool {
	topics := []string{"dns", "domain", "zone", "dnssec", "ns", "name", "record", "cname", "target", "split", "mx"}
	if strings.HasPrefix(cause, "auth-") {
		topics = append(topics[:len(topics)-1], "spf", "dkim", "dmarc", "sender", "forward", "list")
	}
	return slices.ContainsFunc(found, func(f Finding) bool {
		return f.Under == "" && (f.Severity == Blocks || f.Severity == Harms) && slices.Contains(topics, f.Code.Topic())
	})
}

// The states of mail-notice.
var (
	NoticeComplaint = State{"kind", "complaint"}
	NoticeAutoreply = State{"kind", "autoreply"}
	NoticeDelivered = State{"kind", "delivered"}
	NoticeUnread    = State{"kind", "unread"}
	NoticeUnseen    = State{"kind", "unseen"} // an error mail came back, and nobody has shown it
)

var ruleMailNotice = Rule{
	Code: MailNotice, Severity: Advice, RFC: "RFC 3464", Also: []string{"RFC 3834", "RFC 5965"},
	Aspects: []Aspect{{NoticeComplaint, NoticeAutoreply, NoticeDelivered, NoticeUnread, NoticeUnseen}},
	Review:  mailNotice,
}

// mailNotice: the mail in hand is no refusal, or is not understood; or there was a refusal that nobody has shown, while DNS
// shows nothing that it could come from.
func mailNotice(in *facts.Facts, found []Finding) []Finding {
	state, ok := map[string]State{"complaint": NoticeComplaint, "autoreply": NoticeAutoreply, "delivered": NoticeDelivered,
		"unknown": NoticeUnread}[in.Owner.Mail.Kind]
	if in.Owner.Symptom == owner.SymptomBounce && in.Owner.Mail.Kind == "" && VerdictOf(found) == VerdictOK {
		state, ok = NoticeUnseen, true
	}
	if !ok {
		return nil
	}
	f := Finding{States: []State{state}, Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain))}
	if state == NoticeUnread || state == NoticeUnseen {
		f.Severity = Unknown
	}
	return one(f)
}

// Refusal is the finding that speaks of the refusal in hand; false where there is none.
func Refusal(found []Finding) (Finding, bool) {
	i := slices.IndexFunc(found, func(f Finding) bool { return f.Code == MailRefused })
	if i < 0 {
		return Finding{}, false
	}
	return found[i], true
}

// seenUnaligned are the domains for which a mail in hand passes, where the receiver says that DMARC failed for the owner's.
func seenUnaligned(in *facts.Facts) []Finding {
	m, own := in.Owner.Mail, input.Registrable(in.Owner.Domain)
	if m.Kind != "header" && m.Kind != "message" || m.DMARC != "fail" || foreign(in) {
		return nil
	}
	var by []string
	if m.SPF == "pass" && m.Envelope != "" {
		by = append(by, input.Registrable(m.Envelope))
	}
	for _, s := range m.Signed {
		if s.Result == "pass" {
			by = append(by, input.Registrable(strings.ToLower(s.Domain)))
		}
	}
	if len(by) == 0 || slices.Contains(by, own) {
		return nil
	}
	return one(Finding{Args: SenderUnalignedArgs{Service: Service(by[0])}, States: []State{AlignSeen, KeySeen},
		Evidence: facts.Evidence(in.DNS.TXT("_dmarc."+in.Owner.Domain), in.DNS.TXT(in.Owner.Domain))})
}
