package bounce

import (
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Read parses a mail, or a piece of one. Any bytes are accepted; what exceeds the limits is not read.
func Read(data []byte) Result {
	m, cut := open(data)
	r := read(m, 0)
	r.Cut = r.Cut || cut
	r.detach()
	return r
}

// read parses a mail; for an ordinary mail with a bounce attached, it returns what the bounce says.
func read(m *opened, depth int) Result {
	w := weigh(m)
	kind := w.kind()
	if depth < 3 && (kind == Message || kind == Bounce && w.passedOn()) {
		if r, ok := within(w, depth); ok {
			return r
		}
	}
	r := Result{Kind: kind, Own: mailOf(m.head)}
	switch kind {
	case Bounce, Delivered, Complaint:
		w.fill(&r)
	case Unknown:
		r.Own = nil
	}
	return r
}

// passedOn reports whether a person forwards a bounce, or a bounce reports on another one without saying more.
func (w *weigher) passedOn() bool {
	if from := words(w.m.head.get("from")); len(w.m.head) > 0 && !daemon(from) && len(w.report.groups) == 0 {
		return quotedDaemon().MatchString(w.n.text + "\n" + w.n.returned)
	}
	inner := w.attached()
	return inner != nil && daemon(words(inner.head.get("from"))) && len(w.report.groups) == 0 && len(w.n.entries()) == 0
}

// weigh collects the texts of a mail.
func weigh(m *opened) *weigher {
	w := &weigher{m: m}
	w.n = readNotice(noticeText(m))
	w.ready, w.replies, w.stage = plain(w.n.text), w.n.replies(), stageOf(w.n.text)
	w.reply, w.status = codesIn(w.n.text)
	if e, ok := readEvent(noticeText(m)); ok {
		w.event, w.report = &e, e.report()
		return w
	}
	var fields strings.Builder
	for _, p := range m.parts {
		if p.kind == "message/delivery-status" || p.kind == "message/global-delivery-status" {
			fields.WriteString(p.text + "\n\n")
		}
	}
	w.report = readReport(fields.String())
	if len(w.report.groups) == 0 {
		w.report = readReport(w.n.text)
	}
	if len(w.report.groups) == 0 && w.n.returned != "" && strings.Contains(strings.ToLower(w.n.returned), "final-recipient") {
		w.report = readReport(w.n.returned)
	}
	return w
}

// noticeText joins the texts that come before the returned mail; HTML only if there is hardly any plain text.
// Full-width signs become plain ones, since Japanese bounces use both kinds of colons and brackets.
func noticeText(m *opened) string {
	var plains, pages []string
	for _, p := range m.parts {
		if p.mail != nil && len(plains)+len(pages) > 0 {
			break
		}
		switch {
		case p.kind == "text/html":
			pages = append(pages, fromHTML(p.text))
		case strings.HasPrefix(p.kind, "text/") && p.mail == nil:
			plains = append(plains, p.text)
		case strings.HasPrefix(p.kind, "message/delivery") && len(plains) > 0:
		}
	}
	text := strings.Join(plains, "\n\n")
	if page := strings.Join(pages, "\n\n"); page != "" && (len(strings.TrimSpace(text)) < 60 || !strings.Contains(text, "@")) {
		text += "\n\n" + page
	}
	return width.Fold.String(text)
}

// quotedDaemon matches the author line of a quoted bounce.
var quotedDaemon = lazily(func() string {
	return `(?im)^[>\s*]*` + anyOf("author") + `\s*[:\x{ff1a}]\s*.{0,80}?(?:mailer-daemon|postmaster@|mail delivery)`
})

// within finds a bounce inside an ordinary mail: attached, or quoted by somebody who forwards it.
func within(w *weigher, depth int) (Result, bool) {
	for _, p := range w.m.parts {
		if p.mail != nil {
			if r := read(p.mail, depth+1); r.Kind == Bounce || r.Kind == Complaint {
				return r, true
			}
		}
	}
	whole := w.n.text + "\n" + w.n.returned
	if at := quotedDaemon().FindStringIndex(whole); at != nil {
		inner, _ := open([]byte(whole[at[0]:]))
		if r := read(inner, depth+1); r.Kind == Bounce {
			return r, true
		}
	}
	return Result{}, false
}

// fill sets the recipients, the returned mail, and what follows from both.
func (w *weigher) fill(r *Result) {
	r.Software, r.Server = writer(w.n.text)
	if host := hostName(untyped(w.report.server)); host != "" {
		r.Server = host
	}
	r.Returned = w.returned()
	if r.Returned != nil && r.Returned.Envelope == "" {
		r.Returned.Envelope = addressOf(untyped(w.report.from))
	}
	if m := feedbackLine.FindStringSubmatch(w.allText()); m != nil {
		r.Feedback = strings.ToLower(m[1])
	}
	if w.event != nil {
		r.Feedback = strings.ToLower(w.event.Complaint.ComplaintFeedbackType)
	}
	r.Recipients = w.recipients(r)
	r.close()
	r.Receiver = r.Main().Receiver
	if r.List = listOf(r.Returned); !r.List.Is {
		r.List = listBounced(r)
	}
	r.Claims = claimsOf(r.texts(w))
	r.Claims.narrow(r.Recipients)
	r.disown()
	if d := domainOf(addressOf(untyped(w.report.from))); d != "" && r.Claims.Sender == "" {
		r.Claims.Sender = d
	}
	r.Forwarding = forwardingOf(r)
	if m := loggedSRS.FindString(w.n.text); m != "" && r.Forwarding.Is == Maybe {
		r.Forwarding = Forwarding{Is: Yes, Evidence: []Evidence{SRSEnvelope}}
		r.logged = domainOf(strings.TrimSuffix(m, ">"))
		r.Claims.Sender = first(r.Claims.Sender, r.logged)
	}
	r.onTheWay()
}

func (w *weigher) allText() string {
	var b strings.Builder
	for _, p := range w.m.parts {
		if p.kind == "message/feedback-report" {
			b.WriteString(p.text)
		}
	}
	return b.String() + "\n" + w.n.text
}

// returned returns the header of the returned mail: from a part of its own, or from the end of the text.
func (w *weigher) returned() *Mail {
	if w.event != nil {
		return w.event.mail()
	}
	for _, p := range w.m.parts {
		if p.mail == nil {
			continue
		}
		if len(p.mail.head) > 0 {
			return mailOf(p.mail.head)
		}
	}
	if w.n.returned == "" {
		return nil
	}
	head, _ := readFields([]byte(w.n.returned))
	if !head.isMail() && len(head) < 2 {
		return nil
	}
	return mailOf(head)
}

// recipients combines what the report and the text say of each address.
func (w *weigher) recipients(r *Result) []Recipient {
	entries := w.entries(r)
	failed := w.m.head.get("x-failed-recipients")
	var out []Recipient
	var texts []string
	for _, g := range w.report.groups {
		out = append(out, Recipient{Final: g.final, Original: g.original, Action: g.action, Status: g.status, Host: g.remote})
		texts = append(texts, g.text)
	}
	if len(out) == 0 {
		for _, a := range addressesOf(failed) {
			out, texts = append(out, Recipient{Final: a}), append(texts, "")
		}
	}
	if len(out) == 0 {
		for _, e := range entries {
			out, texts = append(out, Recipient{Final: e.address, Original: e.original}), append(texts, "")
		}
	}
	if len(out) == 0 {
		out, texts = []Recipient{{}}, []string{""}
	}
	for i := range out {
		w.weighOne(&out[i], texts[i], entries, len(out), r)
	}
	return dropDelivered(out, r.Kind)
}

// close sets the cause IsDelivered for a success notice, and drops the recipients of a complaint: neither is a refusal.
func (r *Result) close() {
	switch r.Kind {
	case Delivered:
		for i := range r.Recipients {
			r.Recipients[i].Words, r.Recipients[i].Source = "", ""
			r.Recipients[i].setCause(IsDelivered, ByAction)
		}
	case Complaint:
		r.Recipients = nil
	}
}

// dropDelivered removes recipients that received the mail, if it failed for others.
func dropDelivered(list []Recipient, kind Kind) []Recipient {
	if kind != Bounce {
		return list
	}
	out := slices.DeleteFunc(slices.Clone(list), func(r Recipient) bool {
		return r.Action == "delivered" || r.Action == "relayed" || r.Action == "expanded"
	})
	if len(out) == 0 {
		return list
	}
	return out
}

// entries returns the recipients in the text of the bounce, without its own addressee.
func (w *weigher) entries(r *Result) []entry {
	own := addressesOf(w.m.head.get("to"))
	if r.Returned != nil && r.Returned.From != "" {
		own = append(own, r.Returned.From)
	}
	ours := func(e entry) bool { return slices.ContainsFunc(own, func(a string) bool { return same(a, e.address) }) }
	list := merge(w.n.entries())
	var out []entry
	for _, e := range list {
		local, _, _ := strings.Cut(strings.ToLower(e.address), "@")
		helper := local == "postmaster" || local == "support" || local == "abuse" || local == "hostmaster"
		if local == "mailer-daemon" || helper && !e.told() || len(list) > 1 && ours(e) {
			continue
		}
		out = append(out, e)
	}
	for _, secondary := range []func(entry) bool{func(e entry) bool { return e.quoted }, func(e entry) bool { return e.coded }} {
		if meant := slices.DeleteFunc(slices.Clone(out), secondary); len(meant) > 0 {
			out = meant
		}
	}
	if told := slices.ContainsFunc(out, entry.told); told && len(out) > 1 {
		// An address in a signature or an explanation has no reason after it, unless all are in one list.
		out = trimUntold(out)
	}
	if len(out) > 0 {
		return out
	}
	return slices.DeleteFunc(w.n.named(), ours)
}

// told reports whether an entry says something about its address.
func (e entry) told() bool {
	reply, status := codesIn(e.text)
	return reply != "" || status != "" || means(plain(string(clip([]byte(e.text), maxReply))))
}

// trimUntold removes entries after the last one that says something, and those before the first that stand apart.
func trimUntold(list []entry) []entry {
	last := 0
	for i, e := range list {
		if e.told() {
			last = i
		}
	}
	return list[:last+1]
}

// merge joins entries of one address: bounces may name it in a list, and again with the reply.
func merge(list []entry) []entry {
	var out []entry
	for _, e := range list {
		i := slices.IndexFunc(out, func(o entry) bool { return strings.EqualFold(o.address, e.address) })
		if i < 0 {
			out = append(out, e)
			continue
		}
		out[i].text = strings.TrimSpace(out[i].text + "\n" + e.text)
		out[i].original = first(out[i].original, e.original)
	}
	return out
}

// weighOne sets codes, server, stage and cause for one recipient.
func (w *weigher) weighOne(one *Recipient, text string, entries []entry, count int, r *Result) {
	own := ""
	for _, e := range entries {
		if same(e.address, one.Final) || one.Original != "" && same(e.address, one.Original) {
			own, one.Original = e.text, first(one.Original, e.original)
		}
	}
	about, replies := w.n.about(one.Final), w.replies
	w.number(one, text, own, about, replies)
	if count > 1 {
		replies = "" // it is not known which recipients they are about
	}
	all := join(text, own, about, replies)
	one.Host = first(one.Host, hostOf(all))
	one.Stage = stageOf(join(text, own, about))
	if one.Stage == "" && (count == 1 || all == "") {
		one.Stage = w.stage
	}
	ready := plain(string(clip([]byte(all), maxReply)))
	if all == "" {
		ready = w.ready
	}
	one.Receiver = w.refuser(ready, one, r)
	one.Text = told(text, own, about, replies, w.n.text)
	judge(one, w.levels(text, own, about, replies, count, entries))
	one.speaker(r.Server, ownDomain(r))
	one.relayed(all)
	if (ownServer[one.Cause] || unreached[one.Cause]) && one.Host == "" {
		one.Receiver = ""
	}
	one.finish(w.delayed(*one), ownDomain(r))
}

// naming is mail server software that always names the other server when it passes on a reply.
var naming = map[string]bool{"exchange": true, "postfix": true, "exim": true}

// refuser returns the receiver that refused. The name of the server that wrote the bounce does not identify it, since
// that server passes on another's reply. Only if its software would have named the other server, and names none, did it
// refuse by itself.
func (w *weigher) refuser(ready string, one *Recipient, r *Result) string {
	host := one.Host
	if r.Server != "" {
		ready = strings.ReplaceAll(ready, strings.ToLower(r.Server), " ")
	}
	if host == "" && naming[r.Software] && signIn(w.ready, signRemote) == nil {
		host = first(r.Server, "?")
	}
	return receiverOf(ready, host, one.Final)
}

// number sets the codes from the first text that has any; the report's own status is used if the reply has none, or
// only a meaningless one.
func (w *weigher) number(one *Recipient, texts ...string) {
	status := one.Status
	for _, t := range texts {
		if reply, code := codesIn(t); reply+code != "" {
			one.Reply, one.Status = reply, code
			break
		}
	}
	if one.Status == "" || strings.HasSuffix(one.Status, ".0.0") && status != "" {
		one.Status = status
	}
}

// levels returns the texts in which to look for the cause. The bounce as a whole counts if it is about one recipient,
// or gives one reason for all.
func (w *weigher) levels(text, own, about, replies string, count int, entries []entry) []level {
	list := []level{{text: text, near: true, whole: uncut(text)}, {text: own, near: true}}
	if count == 1 {
		list = append(list, level{text: replies, near: true})
	}
	list = append(list, level{text: about, near: true})
	if count == 1 || !slices.ContainsFunc(entries, entry.told) {
		list = append(list, level{text: w.n.text, ready: w.ready, reply: w.reply, status: w.status})
	}
	return slices.DeleteFunc(list, func(l level) bool { return strings.TrimSpace(l.text) == "" })
}

func join(list ...string) string { return strings.TrimSpace(strings.Join(list, "\n")) }

// told returns the text to show for the refusal: the first that has a server's reply, else the first.
func told(list ...string) string {
	best := ""
	for _, t := range list {
		reply, status := codesIn(t)
		if best = first(best, strings.TrimSpace(t)); reply+status != "" {
			best = strings.TrimSpace(t)
			break
		}
	}
	if len(best) > maxShown {
		best = strings.ToValidUTF8(best[:maxShown], "")
	}
	return strings.Clone(best)
}

// maxShown is how much of a refusal's text is kept, in bytes.
const maxShown = 2000

// delayed reports whether the bounce says that the server will retry.
func (w *weigher) delayed(r Recipient) bool {
	if r.Action != "" {
		return r.Action == "delayed"
	}
	if strings.Contains(w.n.text, "status=deferred") {
		return true
	}
	if signIn(w.ready, signDelay) != nil {
		return signIn(w.ready, signExpired) == nil
	}
	// A reply copied alone: temporary failures are retried.
	return len(w.m.head) == 0 && strings.HasPrefix(r.Reply, "4") && signIn(w.ready, signBounce) == nil
}

func ownDomain(r *Result) string {
	if r.Returned != nil {
		return r.Returned.FromDomain
	}
	return ""
}
