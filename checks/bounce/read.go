package bounce

import (
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Read tells what a mail, or a piece of one, says. Anything may be handed in; what is beyond the bounds is not read.
func Read(data []byte) Result {
	m, cut := open(data)
	r := read(m, 0)
	r.Cut = r.Cut || cut
	r.detach()
	return r
}

// read tells what a mail says; of an ordinary mail with a notice attached to it, what the notice says.
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

// passedOn reports whether a person passes a notice on, or a notice reports on a notice of which it says nothing more.
func (w *weigher) passedOn() bool {
	if from := words(w.m.head.get("from")); len(w.m.head) > 0 && !daemon(from) && len(w.report.groups) == 0 {
		return quotedDaemon().MatchString(w.n.text + "\n" + w.n.returned)
	}
	inner := w.attached()
	return inner != nil && daemon(words(inner.head.get("from"))) && len(w.report.groups) == 0 && len(w.n.entries()) == 0
}

// weigh puts the words of a mail together.
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

// noticeText joins the texts of a mail that stand before the mail that came back; HTML only where there is no plain text
// to speak of. Full-width signs become plain ones: Japanese notices have colons and brackets of both kinds.
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

// quotedDaemon is the author's line of a notice that somebody quotes.
var quotedDaemon = lazily(func() string {
	return `(?im)^[>\s*]*` + anyOf("author") + `\s*[:\x{ff1a}]\s*.{0,80}?(?:mailer-daemon|postmaster@|mail delivery)`
})

// within finds a notice that an ordinary mail carries: attached as it is, or quoted by somebody who passes it on.
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

// fill reads the recipients, the mail that came back, and what follows from both.
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
	r.List = listOf(r.Returned)
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

// returned is the header of the mail that came back: a part of its own, or the end of the notice.
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

// recipients puts together what the report and the words say of each address.
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

// close settles what is no failure: nobody is refused where mail was delivered, or where somebody complains.
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

// dropDelivered leaves out whom the mail reached, where it failed for others.
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

// entries are the recipients in the words of the notice, without those of whom it cannot speak: the one it is written to.
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
		// An address in a signature or an explanation has no reason below it, unless all stand in one list.
		out = trimUntold(out)
	}
	if len(out) > 0 {
		return out
	}
	return slices.DeleteFunc(w.n.named(), ours)
}

// told reports whether an entry says something of its address.
func (e entry) told() bool {
	reply, status := codesIn(e.text)
	return reply != "" || status != "" || means(plain(string(clip([]byte(e.text), maxReply))))
}

// trimUntold leaves out the entries behind the last that says something, and those before the first that stand apart.
func trimUntold(list []entry) []entry {
	last := 0
	for i, e := range list {
		if e.told() {
			last = i
		}
	}
	return list[:last+1]
}

// merge joins entries of one address: notices name it in a list, and again with the reply.
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

// weighOne finds codes, server, stage and cause for one recipient.
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
		replies = "" // of whom they speak is not known
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
	if ownServer[one.Cause] && one.Host == "" {
		one.Receiver = ""
	}
	one.finish(w.delayed(*one), ownDomain(r))
}

// naming are the makes of servers that name the other server wherever they hand on what that said.
var naming = map[string]bool{"exchange": true, "postfix": true, "exim": true}

// refuser tells who refused. The name of the server that wrote the notice marks nobody: it passes on what another said. Where
// it is of a make that would have named the other, and names none, it speaks for itself.
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

// number takes the codes of the first text that has any; the report's own status where none is told beside the reply, or
// where that says nothing.
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

// levels are the texts in which the cause is looked for. What the notice says as a whole counts where it speaks of one
// recipient, or gives one reason for all.
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

// told picks the text that is shown for the refusal: the first that holds a server's reply, else the first.
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

// maxShown is how much of a refusal's text is kept.
const maxShown = 2000

// delayed reports whether the notice says that the server goes on trying.
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
	// The reply alone, as somebody copied it: what is passing is tried again.
	return len(w.m.head) == 0 && strings.HasPrefix(r.Reply, "4") && signIn(w.ready, signBounce) == nil
}

func ownDomain(r *Result) string {
	if r.Returned != nil {
		return r.Returned.FromDomain
	}
	return ""
}
