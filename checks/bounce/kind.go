package bounce

import (
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// weigher collects the evidence of one mail: whether it is a delivery failure, and of which cause.
type weigher struct {
	m       *opened
	n       notice
	ready   string // the bounce's text, normalised for phrases
	replies string // the servers' replies in it
	reply   string // the first reply code in it, and the status code that belongs to it
	status  string
	stage   Stage // the SMTP command that it mentions
	report  report
	event   *event // set if it is an Amazon SES notification
}

// daemons matches names that mail servers use as authors.
var daemons = lazily(func() string { return `(?i)` + anyOf("daemon") })

// daemon reports whether an author or return path is a mail server's; the domain of an address does not count.
func daemon(from string) bool { return daemons().MatchString(atDomain.ReplaceAllString(from, "")) }

var atDomain = pattern.New(`@[^\s<>"()]+`)

// kind returns the kind of a mail or text.
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

// complains reports whether it is an abuse report (RFC 5965), or an older kind of one.
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

// delivered reports whether everything in the notice was successful (RFC 3464 section 2.3.3).
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

// listPrograms are the makes that run mailing lists; they refuse posts under the list's own address.
var listPrograms = []string{"fml", "googlegroups", "mailman", "majordomo", "sympa"}

// failure returns a score for a delivery failure; 3 and more is one.
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
	// A bounce has a null return path (RFC 5321 section 6.1); old servers used their own name.
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
		return 0 // a delayed parcel
	}
	if score < 3 && score > 0 {
		add(1, means(string(clip([]byte(w.ready), maxReply))) && daemon(words(h.get("from"))))
	}
	return score
}

// byServer reports whether a mail that mentions a failure was written by a mail server, not by a shop or a parcel
// service.
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

// autoreply reports whether it is an automatic reply (RFC 3834), by its header or its words.
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
		return true // only programs write without a return address (RFC 3834 section 3.1.2)
	}
	body := string(clip([]byte(w.ready), 3000))
	return autoSubject(h, signAuto) && (signIn(body, signAutoBody) != nil || h.has("in-reply-to") || h.has("x-auto-response-suppress") || autoOpening(h)) ||
		signIn(body, signAutoBody) != nil && (h.has("in-reply-to") || h.has("x-auto-response-suppress") || strings.HasPrefix(strings.ToLower(h.get("subject")), "re:"))
}

// answers reports whether a mail is a reply to another.
func answers(h fields) bool {
	subject := strings.TrimSpace(strings.ToLower(words(h.get("subject"))))
	return h.has("in-reply-to") || h.has("references") || strings.HasPrefix(subject, "re:") || autoSubject(h, signAuto)
}

// autoOpening reports whether the subject begins with words that only programs write.
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

// looseKind returns the kind of a text without a header: a piece of a bounce, or a reply alone.
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

// noticed reports whether a text about a failure is a server's bounce, not somebody's question: it has an address on
// a line of its own or beside others, or words of mail server software.
func (w *weigher) noticed() bool {
	sign := signIn(w.ready, signBounce)
	return sign != nil && sign.software != "" || strings.Contains(w.n.text, "@") && strings.Count(strings.TrimSpace(w.n.text), "\n") > 0
}

// saidCode matches a reply as bounces quote it.
var saidCode = pattern.New(`(?i)\b(?:said|returned|replied)\s*:?\s*["'<(]?[45][0-57]\d[ -]`)

// hashed matches a status code in qmail's own form.
var hashed = pattern.New(`\(#[45]\.\d{1,3}\.\d{1,3}\)`)

// bareReply matches a server's reply that stands alone, whatever its words.
var bareReply = pattern.New(`(?i)^(?:diagnostic-code\s*:\s*)?(?:smtp\s*[;:]\s*)?["'<(]{0,2}[45][0-579]\d(?:[ -]|[ -]?#?[45]\.\d)[^\n]{6,}(?:\n[^\n]+){0,12}$`)

// distinct reports whether the words are some receiver's own, or stand alone; a word like "spam" in a letter is
// neither.
func distinct(ready string) bool {
	if receiverOf(ready, "", "") != "" {
		return true
	}
	hit, by := find(asked{text: ready}, false)
	return hit != nil && len(ready) < 300 && (strings.Contains(by.as, " ") || len(ready) < 40)
}
