package checks

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// The states of mail-refused: what the bounce in hand means for the owner.
var (
	RefusedFound     = State{"means", "found"}       // a DNS fault that explains it was found
	RefusedFine      = State{"means", "fine-now"}    // DNS could explain it, but nothing is wrong there now
	RefusedUncovered = State{"means", "uncovered"}   // DNS could explain it: SPF does not cover the address that sent it
	RefusedElsewhere = State{"means", "elsewhere"}   // no DNS record can fix it
	RefusedOpen      = State{"means", "open"}        // the text does not say
	RefusedOther     = State{"means", "other"}       // the bounced mail was another domain's
	RefusedBelow     = State{"means", "below"}       // it was sent in the name of a host below the domain, to which the domain's records do not apply
	RefusedListed    = State{"means", "list-from"}   // the owner's list sent it on in the name of an author whose domain forbids that
	RefusedPath      = State{"means", "return-path"} // SPF was evaluated for another domain, that of the return path
	RefusedPassing   = State{"means", "passing"}     // somebody else's server forwarded it, and nothing is wrong in DNS
	RefusedOwnPass   = State{"means", "own-pass"}    // the owner's own mailbox forwarded it, whoever wrote it
	RefusedTo        = State{"to", "to"}             // the recipient is known
	RefusedBy        = State{"by", "by"}             // the receiver is in the list of package bounce
	RefusedSaying    = State{"codes", "codes"}       // the bounce has status codes
	RefusedForwarded = State{"way", "forwarded"}     // it was forwarded to an address that the sender did not write to, and failed authentication there
	RefusedOnward    = State{"way", "onward"}        // it was forwarded, and failed for another reason
	RefusedAgain     = State{"again", "again"}       // the sending server tries again
)

// MailRefusedArgs are the arguments of mail-refused.
type MailRefusedArgs struct {
	Cause    Cause `words:"-"` // shown by Meaning in a sentence
	Meaning  Meaning
	Job      Job
	Next     NextStep
	To       Address
	Receiver Receiver
	Codes    Text
	Of       Name // the sender's domain
	Return   Name // the domain of the return path, with RefusedPath
	Domain   Name // the domain that was checked
}

var ruleMailRefused = Rule{
	Code: MailRefused, Severity: Blocks, Page: "https://support.google.com/a/answer/3221692", Also: []string{"RFC 3463"},
	Aspects: []Aspect{{RefusedFound, RefusedFine, RefusedUncovered, RefusedElsewhere, RefusedOpen, RefusedOther, RefusedBelow, RefusedListed, RefusedPath, RefusedPassing, RefusedOwnPass}},
	Remarks: []State{RefusedTo, RefusedBy, RefusedSaying, RefusedForwarded, RefusedOnward, RefusedAgain},
	Args:    MailRefusedArgs{},
	Review:  mailRefused,
}

// mailRefused reports what the bounce in hand means. It is told before everything that DNS suggests.
func mailRefused(in *facts.Facts, found []Finding) []Finding {
	m := in.Owner.Mail
	if m.Kind != owner.MailBounce {
		return nil
	}
	returns := returnPath(in)
	f := Finding{Args: MailRefusedArgs{Cause(m.Cause), Meaning(m.Means), Job(m.Whose), NextStep(m.Next), Address(m.Recipient), Receiver(m.Receiver),
		Text(m.Codes), Name(m.Domain), Name(returns), Name(in.Owner.Domain)}, Evidence: facts.Evidence(in.DNS.TXT(in.Owner.Domain), in.DNS.Get(in.Owner.Domain, "MX"))}
	state := RefusedOpen
	switch {
	case in.Owner.Route == owner.Forward && in.Owner.Forward.Mine == owner.Mine && m.Route == owner.Forward:
		state, f.Severity = RefusedOwnPass, Harms
	case otherDomain(in) && !input.FreeMail(m.Domain): // a free-mail address may be the author's at any provider
		state, f.Severity = RefusedOther, Advice
	case m.Unproven() && m.Route == "" && sentAsHost(in):
		state, f.Severity = RefusedBelow, Harms
	case m.Cause == owner.CauseAuthDMARC && authorOfList(in):
		state, f.Severity = RefusedListed, Harms
	case returns != "" && m.Fix == owner.RemedyYes && !in.AllSigned():
		state = RefusedPath
	case m.Fix == owner.RemedyYes && m.Unproven() && m.Route == owner.List && passedOn(in): // even if something is wrong in DNS
		state, f.Severity = RefusedPassing, Unknown
	case (m.Fix == owner.RemedyYes || m.Fix == owner.RemedyDepends && m.Unproven()) && mayCause(m, found):
		state = RefusedFound
	case m.Fix == owner.RemedyYes && m.Unproven() && passedOn(in):
		state, f.Severity = RefusedPassing, Unknown
	case m.Fix == owner.RemedyYes && len(in.UncoveredSeen()) > 0:
		state, f.Severity = RefusedUncovered, Unknown
	case m.Fix == owner.RemedyYes:
		state, f.Severity = RefusedFine, Unknown
	case m.Fix == owner.RemedyNo:
		state, f.Severity = RefusedElsewhere, Advice
		if m.Job == owner.JobOwner || m.Cause == owner.CauseLogin || m.Cause == owner.CausePTR {
			f.Severity = Harms // not a DNS record, but the owner's to fix
		}
	default:
		f.Severity = Unknown
	}
	f.States = []State{state}
	passed, proof := m.Route == owner.Forward, m.Unproven()
	for _, r := range []struct {
		is    bool
		state State
	}{{m.Recipient != "", RefusedTo}, {m.Receiver != "", RefusedBy}, {m.Codes != "", RefusedSaying}, {passed && proof, RefusedForwarded}, {passed && !proof, RefusedOnward},
		{m.Temporary, RefusedAgain}} {
		if r.is {
			f.States = append(f.States, r.state)
		}
	}
	return one(f)
}

// returnPath returns the domain of the return path for which the receiver evaluated SPF, if the mail in hand was sent
// directly from the owner's domain, that is another organizational domain, and the receiver did not want DKIM alone; else "".
func returnPath(in *facts.Facts) string {
	m, own := in.Owner.Mail, input.Registrable(in.Owner.Domain)
	if !m.Unproven() || m.Cause == owner.CauseAuthDKIM || m.Route != "" || input.Registrable(m.Domain) != own || m.Envelope == "" || input.Registrable(m.Envelope) == own {
		return ""
	}
	return m.Envelope
}

// sentAsHost reports whether the mail in hand was sent in the name of a host below the domain, as programs on a server do:
// author and envelope sender.
func sentAsHost(in *facts.Facts) bool {
	m, own := in.Owner.Mail, in.Owner.Domain
	below := func(name string) bool { return name != own && snapshot.Below(name, own) }
	return below(m.Domain) && (m.Envelope == "" || below(m.Envelope))
}

// passedOn reports whether somebody else's server forwarded the mail in hand: a recipient's mailbox, or that of a member
// of a mailing list.
func passedOn(in *facts.Facts) bool {
	switch in.Owner.Mail.Route {
	case owner.Forward:
		return in.Owner.Forward.Mine != owner.Mine
	case owner.List:
		return in.Owner.List.Member == owner.No
	}
	return false
}

// authorOfList reports whether a mailing list of the owner's sent the mail in hand on in the name of an author elsewhere.
func authorOfList(in *facts.Facts) bool {
	m, own := in.Owner.Mail, input.Registrable(in.Owner.Domain)
	_, list, ok := strings.Cut(cmp.Or(m.List, in.Owner.List.Address), "@")
	return m.Route == owner.List && ok && input.Registrable(list) == own && m.Domain != "" && input.Registrable(m.Domain) != own
}

// otherDomain reports whether the mail in hand was sent from another domain.
func otherDomain(in *facts.Facts) bool {
	m, own := in.Owner.Mail, input.Registrable(in.Owner.Domain)
	return m.Domain != "" && input.Registrable(m.Domain) != own && input.Registrable(m.Envelope) != own
}

// mayCause reports whether one of the findings can be the cause of the refusal in hand.
func mayCause(m owner.Mail, found []Finding) bool {
	topics := []string{"dns", "domain", "zone", "dnssec", "ns", "name", "record", "cname", "target", "split", "mx"}
	if m.Unproven() {
		topics = append(topics[:len(topics)-1], "spf", "dkim", "dmarc", "sender", "forward", "list")
	}
	return slices.ContainsFunc(found, func(f Finding) bool {
		return f.Under == "" && (f.Severity == Blocks || f.Severity == Harms) && slices.Contains(topics, f.Code.Topic())
	})
}

// The states of mail-notice: what the mail in hand is, if it is not a bounce.
var (
	NoticeComplaint = State{"kind", "complaint"}
	NoticeAutoreply = State{"kind", "autoreply"}
	NoticeDelivered = State{"kind", "delivered"}
	NoticeUnread    = State{"kind", "unread"}
	NoticeUnseen    = State{"kind", "unseen"} // the owner got a bounce but did not paste it
)

var ruleMailNotice = Rule{
	Code: MailNotice, Severity: Advice, RFC: "RFC 3464", Also: []string{"RFC 3834", "RFC 5965"},
	Aspects: []Aspect{{NoticeComplaint, NoticeAutoreply, NoticeDelivered, NoticeUnread, NoticeUnseen}},
	Review:  mailNotice,
}

// mailNotice reports that the mail in hand is not a bounce or could not be read, or that the owner got a bounce, did not
// paste it, and DNS shows no cause.
func mailNotice(in *facts.Facts, found []Finding) []Finding {
	state, ok := map[owner.MailKind]State{owner.MailComplaint: NoticeComplaint, owner.MailAutoreply: NoticeAutoreply, owner.MailDelivered: NoticeDelivered,
		owner.MailUnread: NoticeUnread}[in.Owner.Mail.Kind]
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

// Refusal returns the mail-refused finding; false if there is none.
func Refusal(found []Finding) (Finding, bool) {
	i := slices.IndexFunc(found, func(f Finding) bool { return f.Code == MailRefused })
	if i < 0 {
		return Finding{}, false
	}
	return found[i], true
}

// seenUnaligned returns a finding if the receiver of the mail in hand reports dmarc=fail while SPF or DKIM passed for
// another organizational domain, or SPF was evaluated for another one and nothing passed.
func seenUnaligned(in *facts.Facts) []Finding {
	m, own := in.Owner.Mail, input.Registrable(in.Owner.Domain)
	if m.Kind != owner.MailHeader && m.Kind != owner.MailMessage || m.DMARC != "fail" || otherDomain(in) {
		return nil
	}
	seen := facts.Evidence(in.DNS.TXT(dnsname.Policy(in.Owner.Domain)), in.DNS.TXT(in.Owner.Domain))
	var by []string
	if m.SPF == "pass" && m.Envelope != "" {
		by = append(by, input.Registrable(m.Envelope))
	}
	for _, s := range m.Signed {
		if s.Result == "pass" {
			by = append(by, input.Registrable(strings.ToLower(s.Domain)))
		}
	}
	switch {
	case slices.Contains(by, own):
		return nil
	case len(by) > 0:
		f := Finding{Args: SenderUnalignedArgs{Service: Service(by[0])}, States: []State{AlignSeen, KeySeen}, Evidence: seen}
		if in.Catalog == nil {
			return one(f)
		}
		if h, ok := in.Catalog.MailboxOwner(by[0]); ok && h.Kind == catalog.KindFreeMail {
			f.Args, f.States[0] = SenderUnalignedArgs{Service: Service(h.ID)}, AlignFree
		}
		return one(f)
	case m.Envelope != "" && input.Registrable(m.Envelope) != own && m.Route == "" && m.Shown.Forwarded != owner.Yes:
		return one(Finding{Args: SenderUnalignedArgs{Service: Service(m.Envelope), At: Name(m.Envelope)}, States: []State{AlignPath, KeySeen}, Evidence: seen})
	}
	return nil
}
