package bounce

import (
	"slices"
	"strings"
	"unicode"

	"example.org/todoku/checks/internal/pattern"
)

// level is one text about a recipient; levels are ordered from the refusing server's own words outwards.
type level struct {
	text  string // as received
	ready string // normalised for phrases, if that was done already
	// reply and status are the codes in it, if they were extracted already.
	reply, status string
	// near says that the text is about this recipient only, so that a status code in it counts.
	near bool
	// whole says that it is the server's complete reply.
	whole bool
}

// uncut reports whether a reply has its last line; one that ends in a continuation line ("550-") was cut off.
func uncut(text string) bool {
	all := replyLines.FindAllStringSubmatch(text, -1)
	return len(all) > 0 && all[len(all)-1][1] == " " && strings.ContainsFunc(text, unicode.IsLetter)
}

var replyLines = pattern.New(`(?:^|\s)[245][0-57]\d([ -])[#(]?[245]\.\d{1,3}\.\d{1,3}`)

// judge finds the cause for one recipient: first from the words of the reply, then from its status code if its
// registered meaning is a cause, then from weaker words, then from the surrounding text.
func judge(r *Recipient, levels []level) {
	var near, far []asked
	for _, l := range levels {
		q := r.question(l)
		if l.near {
			near = append(near, q)
		} else {
			far = append(far, q)
		}
	}
	c := byNumber(r.Status, r.Receiver)
	if len(near) > 1 && levels[0].whole && c != "" {
		// A complete reply is more reliable than what the bounce says about it.
		if !r.search(near[:1], false) {
			r.setCause(c, ByNumber)
		}
		return
	}
	if r.search(near, false) {
		return
	}
	if c != "" {
		r.setCause(c, ByNumber)
		return
	}
	replied := slices.DeleteFunc(slices.Clone(near), func(q asked) bool { code, status := codesIn(q.raw); return code+status == "" })
	if !r.search(replied, true) && !r.search(far, false) {
		r.search(near, true)
	}
}

// question normalises one text for look-up in the table.
func (r *Recipient) question(l level) asked {
	q := asked{raw: l.text, receiver: r.Receiver, known: r.Receiver != "" || r.Host != "" || r.Final != "", stage: r.Stage}
	if q.reply, q.status = l.reply, l.status; l.ready == "" {
		q.reply, q.status = codesIn(l.text)
	}
	if l.near {
		q.reply, q.status = first(q.reply, r.Reply), first(q.status, r.Status)
	}
	if q.text = l.ready; q.text == "" {
		q.text = plain(string(clip([]byte(l.text), maxReply)))
	}
	return q
}

// search looks the texts up, the closest first, and applies what is found. A weak row without a cause ends the search
// for weak rows: the reply states a reason, but one that is not known.
func (r *Recipient) search(list []asked, weak bool) bool {
	for _, q := range list {
		hit, by := find(q, weak)
		if hit == nil {
			continue
		}
		if weak && hit.cause == NotKnown {
			return false
		}
		r.Words = by.as
		r.settle(hit, q.raw)
		return true
	}
	return false
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// settle applies the row that was found, and the codes of the text it was found in.
func (r *Recipient) settle(hit *row, text string) {
	r.setCause(hit.cause, ByWords)
	r.Source = hit.source
	if hit.when.fix != "" {
		r.Fix = hit.when.fix
	}
	if hit.when.job != "" {
		r.Job = hit.when.job
	}
	if hit.when.step != "" {
		r.Step = hit.when.step
	}
	reply, status := codesIn(text)
	r.Reply = first(r.Reply, reply)
	r.Status = first(r.Status, status)
}

func (r *Recipient) setCause(c Cause, by Basis) {
	s := after(c)
	r.Cause, r.Fix, r.Job, r.Step, r.Basis = c, s.fix, s.job, s.step, by
}

// passing are causes that the sending server handles by itself while it still retries.
var passing = map[Cause]bool{NotKnown: true, HostDown: true, System: true, Temporary: true, HostUnknown: true}

// lasting are steps for failures that do not pass by themselves, though the server goes on trying.
var lasting = map[Step]bool{portBlocked: true, mendHELO: true}

// finish sets what the cause alone does not decide: whether the server retries, and whether the domain that cannot be
// found is the owner's own.
func (r *Recipient) finish(delayed bool, own string) {
	if r.Cause == "" {
		r.setCause(NotKnown, ByNone)
	}
	soft := strings.HasPrefix(r.Reply, "4") || r.Reply == "" && strings.HasPrefix(r.Status, "4")
	r.Temporary = delayed
	if delayed && passing[r.Cause] && !lasting[r.Step] && !(r.Cause == HostUnknown && !soft && r.Reply+r.Status != "") {
		r.setCause(Temporary, ByAction)
	}
	if r.Cause == Temporary && !delayed {
		r.Job, r.Step = JobSender, sendAgain
	}
	if r.Cause == HostUnknown {
		r.Fix = FixNo
		if own != "" && (domainOf(r.Final) == own || domainOf(r.Original) == own) {
			r.Fix, r.Job, r.Step = FixYes, JobOwner, mendMX
		}
	}
}

// ownServer are causes for which the sender's own server refuses, whatever the recipient.
var ownServer = map[Cause]bool{Login: true, RelayDenied: true}

// unreached are causes that the sending server finds by itself, where no receiver has answered.
var unreached = map[Cause]bool{HostUnknown: true, HostDown: true}

// Main returns the most informative recipient: the first that failed for a known cause. It is empty if there are
// none.
func (r Result) Main() Recipient {
	if len(r.Recipients) == 0 {
		return Recipient{Cause: r.Cause(), Fix: after(r.Cause()).fix, Job: after(r.Cause()).job, Step: after(r.Cause()).step}
	}
	best := r.Recipients[0]
	for _, one := range r.Recipients {
		if telling(one) > telling(best) {
			best = one
		}
	}
	return best
}

func telling(r Recipient) int {
	switch {
	case r.Cause == NotKnown || r.Cause == "":
		return 0
	case r.Temporary:
		return 1
	case r.Fix == FixYes:
		return 3
	}
	return 2
}

// Cause returns why the mail was not delivered: the main recipient's cause, or the kind if it is not a bounce; "" for
// an ordinary mail.
func (r Result) Cause() Cause {
	switch r.Kind {
	case Complaint:
		return IsComplaint
	case Autoreply:
		return IsAutoreply
	case Delivered:
		return IsDelivered
	case Bounce:
		if len(r.Recipients) == 0 {
			return NotKnown
		}
		return r.Main().Cause
	}
	return ""
}
