package words

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/snapshot"
)

// Mark says whether a line of a proof is good or bad.
type Mark string

// The marks.
const (
	MarkGood Mark = "good"
	MarkBad  Mark = "bad"
	MarkNone Mark = "none" // neutral or not known
)

// ProofRow is one line of what a test mail shows.
type ProofRow struct {
	Label, Text string
	Mark        Mark
}

// Proof is what a test mail shows, in words.
type Proof struct {
	Head  string     // the result
	Mark  Mark       // of Head
	Rows  []ProofRow // what the receiver said, and the route
	Do    []string   // what to do now
	Short string     // one line for a summary
}

// Proof words what a test mail shows. domain is the owner's, as people write it.
func (p P) Proof(x proof.Proof, domain string) Proof {
	w := proofWords{p, x, domain}
	out := Proof{Head: w.head(), Mark: MarkBad, Do: w.do(), Short: w.short()}
	switch {
	case x.Proved():
		out.Mark = MarkGood
	case x.Arrived():
		out.Mark = MarkNone
	}
	if x.Fault == proof.Refused || x.Kind == string(bounce.Bounce) {
		out.Rows = w.refusal()
	} else if x.Fault != proof.Unread {
		out.Rows = w.results()
	}
	for i, r := range out.Rows {
		out.Rows[i].Text = snapshot.Printable(r.Text)
	}
	return out
}

type proofWords struct {
	p      P
	x      proof.Proof
	domain string
}

func (w proofWords) t(id string, args ...string) string {
	x := w.x
	return w.p.t("proof."+id, append(args, "domain", w.domain, "from", w.or(x.Domain), "receiver", w.receiver(), "received", w.when(x.Received),
		"ip", ipText(x), "other", w.or(w.signer()))...)
}

func ipText(x proof.Proof) string {
	if !x.IP.IsValid() {
		return "?"
	}
	return x.IP.String()
}

func (w proofWords) or(s string) string {
	if s == "" {
		return w.p.t("explain.not-told")
	}
	return s
}

// signer returns the domain for which SPF or a signature passes, if it is not the author's.
func (w proofWords) signer() string {
	for _, c := range append([]proof.Check{w.x.SPF}, w.x.DKIM...) {
		if c.Result == "pass" && c.Domain != w.x.Domain {
			return c.Domain
		}
	}
	return w.x.SPF.Domain
}

func (w proofWords) receiver() string {
	id := w.x.Receiver
	if slices.Contains(bounce.Receivers(), id) {
		return w.p.t("explain.receiver." + id)
	}
	return w.or(id)
}

// when words a moment with its date, since it may be read days later.
func (w proofWords) when(t time.Time) string {
	if t.IsZero() {
		return w.p.t("explain.not-told")
	}
	return t.In(w.p.Now.Location()).Format("2006-01-02 15:04")
}

func (w proofWords) passedOn() bool {
	return w.x.Way.Route == owner.Forward || w.x.Way.Route == owner.List
}

func (w proofWords) head() string {
	if w.x.Fault != "" {
		return w.t("head." + string(w.x.Fault))
	}
	signed := slices.ContainsFunc(w.x.DKIM, func(c proof.Check) bool { return c.Result == "pass" && c.Aligned != owner.No })
	switch {
	case w.x.ByWay:
		return w.byWay()
	case w.passedOn() && w.x.SPF.Result != "pass":
		return w.t("head.forwarded")
	case !signed:
		return w.t("head.without-dkim")
	}
	return w.t("head.proved")
}

// byWay returns the head for a mail that proves a forward or a list: the name under which the receiver knows it.
func (w proofWords) byWay() string {
	if w.x.SPF.Result == "pass" {
		return w.t("head.way-spf", "by", w.x.SPF.Domain, "through", w.or(w.x.Way.Through))
	}
	for _, c := range w.x.DKIM {
		if c.Result == "pass" {
			return w.t("head.way-dkim", "by", c.Domain, "through", w.or(w.x.Way.Through))
		}
	}
	return w.t("head.proved") // cannot happen: one of the two passes
}

// do returns what to do next, depending on the fault, the signature's reason, or the bounce's cause.
func (w proofWords) do() []string {
	var out []string
	switch x := w.x; x.Fault {
	case "":
		if x.ByWay && x.Way.Route == owner.Forward && x.SPF.Result != "pass" {
			out = append(out, w.t("do.proved-signed"))
		}
		return append(out, w.t("do.proved"))
	case proof.Refused:
		if w.ofWay() {
			return []string{w.t("do.refused-" + string(x.Way.Route))}
		}
		if w.p.Lang.Has(x.Mail.Next) {
			out = append(out, w.p.t(x.Mail.Next))
		}
		if x.Mail.Fix == owner.RemedyYes {
			out = append(out, w.t("do.refused"))
		}
		return out
	case proof.BadSignature:
		for _, c := range x.DKIM {
			if c.Aligned != owner.No && c.Reason != "" && len(out) == 0 {
				out = append(out, w.p.t(message.Reason(c.Reason).Words()))
			}
		}
	}
	id := "do." + string(w.x.Fault)
	if way := id + "-way"; w.x.ByWay && w.p.Lang.Has("proof."+way) {
		id = way
	}
	return append(out, w.t(id))
}

func (w proofWords) short() string {
	switch {
	case w.x.Proved():
		return w.t("short.proved", "head", w.head())
	case w.x.Fault == proof.Refused:
		return w.t("short.refused")
	}
	return w.t("short.arrived", "head", w.head())
}

// ofWay reports whether the bounce is about a forwarded mail that failed authentication. The usual words for that cause
// address the sender, who cannot fix it.
func (w proofWords) ofWay() bool {
	return w.x.ByWay && w.passedOn() && w.x.Mail.Unproven()
}

// refusal returns what the bounce says.
func (w proofWords) refusal() []ProofRow {
	m := w.x.Mail
	what, whose := w.p.t(bounce.Cause(m.Cause).Words("what")), w.p.t(bounce.Cause(m.Cause).Words("job"))
	if w.ofWay() {
		what, whose = w.t("row.what-"+string(w.x.Way.Route)), ""
	}
	rows := []ProofRow{
		{w.t("row.cause"), w.p.t(bounce.Cause(m.Cause).Words("name")), MarkBad},
		{w.t("row.what"), what, MarkNone},
		{w.t("row.whose"), whose, MarkNone},
		{w.t("row.to"), m.Recipient, MarkNone},
		{w.t("row.codes"), m.Codes, MarkNone},
		{w.t("row.way"), w.way(), MarkNone},
	}
	return slices.DeleteFunc(rows, func(r ProofRow) bool { return strings.TrimSpace(r.Text) == "" })
}

// results returns what the receiver says.
func (w proofWords) results() []ProofRow {
	x := w.x
	rows := []ProofRow{{"SPF", w.check(x.SPF, "spf"), w.mark(x.SPF, w.passedOn())}}
	if len(x.DKIM) == 0 {
		rows = append(rows, ProofRow{"DKIM", w.t("row.unsigned"), map[bool]Mark{true: MarkNone, false: MarkBad}[x.Proved()]})
	}
	label := "DKIM"
	for _, c := range x.DKIM {
		rows = append(rows, ProofRow{label, w.check(c, "dkim"), w.mark(c, c.Aligned == owner.No)})
	}
	policy := w.result(x.DMARC)
	if x.Policy != "" {
		policy = w.t("row.dmarc", "result", policy, "policy", x.Policy)
	}
	rows = append(rows, ProofRow{"DMARC", policy, w.mark(x.DMARC, false)})
	if way := w.way(); way != "" {
		rows = append(rows, ProofRow{w.t("row.way"), way, MarkNone})
	}
	if x.Receiver != "" {
		rows = append(rows, ProofRow{w.t("row.received"), w.t("row.received-at"), MarkNone})
	}
	return rows
}

// result words the receiver's result, else the result of verification.
func (w proofWords) result(c proof.Check) string {
	switch {
	case c.Result != "":
		return c.Result
	case c.Checked != "":
		return w.t("row.checked", "result", c.Checked)
	}
	return w.t("row.silent")
}

// check words one SPF or DKIM result, and says if it is not aligned.
func (w proofWords) check(c proof.Check, kind string) string {
	result := w.result(c)
	if c.Domain == "" {
		return result
	}
	out := w.t("row."+kind, "result", result, "signer", c.Domain, "selector", w.or(c.Selector))
	if c.Aligned == owner.No {
		out += " " + w.t("row.unaligned")
	}
	switch {
	case kind == "dkim" && c.Verified && c.Result == "pass":
		out += " " + w.t("row.verified")
	case c.Reason != "":
		out += " " + w.p.t(message.Reason(c.Reason).Words())
	}
	return out
}

func (w proofWords) mark(c proof.Check, excused bool) Mark {
	switch {
	case c.Result == "pass" && c.Aligned != owner.No:
		return MarkGood
	case excused, c.Result == "pass", c.Result == "" && c.Checked != "fail" && c.Checked != "permerror":
		return MarkNone
	}
	return MarkBad
}

func (w proofWords) way() string {
	switch y := w.x.Way; y.Route {
	case owner.Direct:
		return w.t("way.direct")
	case owner.Forward:
		if y.SRS {
			return w.t("way.forward-srs", "through", w.or(y.Through))
		}
		return w.t("way.forward", "through", w.or(y.Through))
	case owner.List:
		return w.t("way.list", "through", w.or(y.Through))
	}
	return ""
}

// ProofError words why a test mail could not be read.
func (p P) ProofError(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, proof.ErrTooLong):
		return p.t("proof.fault.too-long")
	case errors.Is(err, fs.ErrInvalid):
		return p.t("proof.fault.open", "error", p.t("proof.fault.no-file"))
	case errors.As(err, &path), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return p.t("proof.fault.open", "error", p.Trouble(err))
	}
	return p.t("proof.fault.failed", "error", err.Error())
}

// Starts returns the name of a service, and how to switch on signing in its console; "" if the catalogue does not say.
func (p P) Starts(id string) (name, start string) { return p.service(id), p.in(p.dkim(id).Start) }
