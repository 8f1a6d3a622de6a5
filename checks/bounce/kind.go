package bounce

import (
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// weigher is a mail with what was made of it: what speaks for a delivery failure, and for which cause.
type weigher struct {
	m       *opened
	n       notice
	ready   string // the notice, made ready for phrases
	replies string // the servers' answers in it
	reply   string // the first code in the notice, and the status code that goes with it
	status  string
	stage   Stage // the command that the notice tells of
	report  report
	event   *event // the notice is of that kind
}

// daemons are names that mail servers write under.
var daemons = lazily(func() string { return `(?i)` + anyOf("daemon") })

// daemon reports whether a line of an author or a return path is a mail server's; the domain of an address tells nothing.
func daemon(from string) bool { return daemons().MatchString(atDomain.ReplaceAllString(from, "")) }

var atDomain = pattern.New(`@[^\s<>"()]+`)

// kind tells what a mail or a text is.
func (w *weigher) kind() Kind {
	switch {
	case w.complains():
		return Complaint
	case w.hasPart("message/disposition-notification"):
		return Delivered
	case w.delivered():
		return Delivered
	}
	if len(w.m.head) == 0 {
		return w.looseKind()
	}
	auto := w.autoreply()
	score := w.failure()
	switch {
	case score >= 3 && !auto, score >= 5:
		return Bounce
	case auto:
		return Autoreply
	}
	for _, p := range w.m.parts {
		if p.mail != nil || strings.TrimSpace(p.text) != "" {
			return Message
		}
	}
	return Header
}

// complains: an abuse report (RFC 5965), or one of those that were sent before there was a form for them.
func (w *weigher) complains() bool {
	if w.event != nil {
		return w.event.NotificationType == "Complaint"
	}
	if w.hasPart("message/feedback-report") || strings.EqualFold(param(w.m.head, "report-type"), "feedback-report") {
		return true
	}
	if feedbackLine.MatchString(w.n.text) && w.n.returned+w.n.text != "" {
		return true
	}
	if w.m.head.has("x-hmxmroriginalrecipient") && w.attached() != nil {
		return true
	}
	said := words(w.m.head.get("subject")) + "\n" + string(clip([]byte(w.ready), 2000))
	return signIn(strings.ToLower(said), signComplaint) != nil && len(w.report.groups) == 0
}

var feedbackLine = pattern.New(`(?im)^\s*feedback-type:\s*([a-z-]+)`)

func (w *weigher) hasPart(kind string) bool {
	return slices.ContainsFunc(w.m.parts, func(p part) bool { return p.kind == kind })
}

func (w *weigher) attached() *opened {
	for _, p := range w.m.parts {
		if p.mail != nil {
			return p.mail
		}
	}
	return nil
}

// delivered: everything that the notice reports went well (RFC 3464 section 2.3.3).
func (w *weigher) delivered() bool {
	if len(w.report.groups) > 0 {
		for _, g := range w.report.groups {
			switch {
			case g.action == "delivered" || g.action == "relayed" || g.action == "expanded":
			case g.action == "" && strings.HasPrefix(g.status, "2."):
			default:
				return false
			}
		}
		return true
	}
	if logSent.MatchString(w.n.text) && !logFailed.MatchString(w.n.text) {
		return true
	}
	reply := w.reply
	failed := strings.HasPrefix(reply, "4") || strings.HasPrefix(reply, "5")
	return !failed && signIn(w.ready, signSuccess) != nil && w.failureWords() == 0 &&
		(len(w.m.head) == 0 || daemon(w.m.head.get("from")) || strings.HasPrefix(w.m.kind, "multipart/report") || autoSubject(w.m.head, signSuccess))
}

var (
	logSent   = pattern.New(`(?i)\bstatus=sent\b|\bstat=sent\b`)
	logFailed = pattern.New(`(?i)\bstatus=(?:bounced|deferred|expired)\b|\bstat=(?:user unknown|service unavailable|deferred|host unknown)`)
)

func (w *weigher) failureWords() int {
	n := 0
	if signIn(w.ready, signBounce) != nil {
		n++
	}
	if logFailed.MatchString(w.n.text) {
		n++
	}
	return n
}

// listPrograms run mailing lists, and refuse posts.
var listPrograms = []string{"fml", "googlegroups", "mailman", "majordomo", "sympa"}

// failure weighs a mail: 3 and more is a delivery failure.
func (w *weigher) failure() int {
	h := w.m.head
	score := 0
	add := func(points int, ok bool) {
		if ok {
			score += points
		}
	}
	reply, status := w.reply, w.status
	coded := reply != "" && !strings.HasPrefix(reply, "2") || strings.HasPrefix(status, "4") || strings.HasPrefix(status, "5")
	subject := plain(words(h.get("subject")))
	add(4, len(w.report.groups) > 0)
	add(4, h.has("x-failed-recipients"))
	add(2, daemon(words(h.get("from"))))
	add(2, signIn(subject, signSubject) != nil)
	null := strings.TrimSpace(h.get("return-path")) == "<>" || h.has("return-path") && h.get("return-path") == ""
	add(1, null)
	// A notice has no return path (RFC 5321 section 6.1); old servers gave their own name.
	sign := signIn(w.ready, signBounce)
	add(-2, addressOf(h.get("return-path")) != "" && !daemon(h.get("return-path")) && (sign == nil || sign.software == ""))
	add(2, strings.EqualFold(param(h, "report-type"), "delivery-status"))
	add(2, w.failureWords() > 0)
	add(1, sign != nil && slices.Contains(listPrograms, sign.software)) // they write under the list's own name
	add(1, signIn(w.ready, signDelay) != nil)
	add(1, coded)
	back := w.attached() != nil || w.n.returned != ""
	add(1, back)
	add(-2, h.has("in-reply-to") && h.has("references") && !daemon(h.get("from")))
	if !daemon(words(h.get("from"))) && signIn(subject, signSubject) == nil {
		add(-3, h.has("list-unsubscribe") || h.has("list-id"))
	}
	if !coded && !back && !null && len(w.report.groups) == 0 && !w.byServer(subject) {
		return 0 // a parcel is late, too
	}
	if score < 3 && score > 0 {
		add(1, means(string(clip([]byte(w.ready), maxReply))) && daemon(words(h.get("from"))))
	}
	return score
}

// byServer reports whether a mail server wrote a mail that speaks of a failure, and not a shop or a carrier.
func (w *weigher) byServer(subject string) bool {
	h := w.m.head
	sign := signIn(w.ready, signBounce)
	switch {
	case daemon(words(h.get("from"))), daemon(h.get("return-path")), h.has("x-failed-recipients"),
		strings.EqualFold(param(h, "report-type"), "delivery-status"):
		return true
	}
	return sign != nil && (sign.software != "" || signIn(subject, signSubject) != nil && len(w.n.entries()) > 0)
}

// autoreply: somebody's program answers (RFC 3834), be it by its header or by its words.
func (w *weigher) autoreply() bool {
	h := w.m.head
	submitted := strings.ToLower(h.get("auto-submitted"))
	switch {
	case w.hasPart("message/delivery-status"), h.has("x-failed-recipients"):
		return false
	case strings.HasPrefix(submitted, "auto-replied"), strings.HasPrefix(submitted, "auto-generated") && autoSubject(h, signAuto),
		h.has("x-autoreply"), h.has("x-autorespond"), h.has("x-autoresponder"), h.has("x-autoreply-from"), strings.EqualFold(h.get("x-autogenerated"), "reply"),
		h.has("x-auto-reply"), h.has("x-vacation"), h.has("x-mail-autoreply"), h.has("x-auto-response"),
		strings.EqualFold(strings.TrimSpace(h.get("precedence")), "auto_reply"),
		strings.EqualFold(strings.TrimSpace(h.get("delivered-to")), "autoresponder"):
		return !daemon(words(h.get("from"))) || w.failure() < 4
	case daemon(words(h.get("from"))):
		return false
	}
	if path := strings.TrimSpace(h.get("return-path")); path == "<>" && w.failureWords() == 0 && addressOf(h.get("from")) != "" && answers(h) {
		return true // nobody but a program writes without a return address (RFC 3834 section 3.1.2)
	}
	body := string(clip([]byte(w.ready), 3000))
	return autoSubject(h, signAuto) && (signIn(body, signAutoBody) != nil || h.has("in-reply-to") || h.has("x-auto-response-suppress") || autoOpening(h)) ||
		signIn(body, signAutoBody) != nil && (h.has("in-reply-to") || h.has("x-auto-response-suppress") || strings.HasPrefix(strings.ToLower(h.get("subject")), "re:"))
}

// answers reports whether a mail is an answer to another.
func answers(h fields) bool {
	subject := strings.TrimSpace(strings.ToLower(words(h.get("subject"))))
	return h.has("in-reply-to") || h.has("references") || strings.HasPrefix(subject, "re:") || autoSubject(h, signAuto)
}

// autoOpening: the subject begins with what programs alone write.
func autoOpening(h fields) bool {
	subject := strings.TrimSpace(strings.ToLower(words(h.get("subject"))))
	for _, s := range signs()[signAuto] {
		p := s.words
		p.begin = true
		if p.in(subject) {
			return true
		}
	}
	return false
}

func autoSubject(h fields, meaning string) bool {
	subject := strings.TrimSpace(strings.ToLower(words(h.get("subject"))))
	return begins(subject, meaning)
}

// looseKind tells what a text without a header is: a piece of a notice, or the reply alone.
func (w *weigher) looseKind() Kind {
	reply, status := w.reply, w.status
	hard := strings.HasPrefix(reply, "4") || strings.HasPrefix(reply, "5")
	bad := strings.HasPrefix(status, "4") || strings.HasPrefix(status, "5")
	short := len(w.ready) < 2000
	known := short && means(w.ready)
	switch {
	case short && bareReply.MatchString(strings.TrimSpace(w.n.text)), len(w.report.groups) > 0, logFailed.MatchString(w.n.text), hard && bad, w.failureWords() > 0 && (hard || bad || short && w.noticed()),
		hard && known, bad && known, short && hashed.MatchString(w.n.text) && w.noticed(), short && hard && (w.stage != "" || saidCode.MatchString(w.n.text)), signIn(w.ready, signDelay) != nil && short:
		return Bounce
	case known && distinct(w.ready):
		return Bounce
	case signIn(w.ready, signAutoBody) != nil && short:
		return Autoreply
	}
	return Unknown
}

// noticed reports whether a text that speaks of a failure is a server's notice, not somebody's question: it names an
// address on a line of its own or beside others, or has words of a mail server's make.
func (w *weigher) noticed() bool {
	sign := signIn(w.ready, signBounce)
	return sign != nil && sign.software != "" || strings.Contains(w.n.text, "@") && strings.Count(strings.TrimSpace(w.n.text), "\n") > 0
}

// saidCode is an answer as notices quote it.
var saidCode = pattern.New(`(?i)\b(?:said|returned|replied)\s*:?\s*["'<(]?[45][0-57]\d[ -]`)

// hashed is a status code as qmail writes it, and nobody else.
var hashed = pattern.New(`\(#[45]\.\d{1,3}\.\d{1,3}\)`)

// bareReply is a server's answer that stands alone, whatever it says.
var bareReply = pattern.New(`(?i)^(?:diagnostic-code\s*:\s*)?(?:smtp\s*[;:]\s*)?["'<(]{0,2}[45][0-579]\d(?:[ -]|[ -]?#?[45]\.\d)[^\n]{6,}(?:\n[^\n]+){0,12}$`)

// distinct: the words are some receiver's own, or stand alone; a word like "spam" within a letter is neither.
func distinct(ready string) bool {
	if receiverOf(ready, "", "") != "" {
		return true
	}
	hit, by := find(asked{text: ready}, false)
	return hit != nil && len(ready) < 300 && (strings.Contains(by.as, " ") || len(ready) < 40)
}
