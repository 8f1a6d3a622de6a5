package document

import (
	"time"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/proof"
	"example.org/todoku/wizard/words"
)

// Proof is what a test mail has shown, in the JSON contract. State is proved (all is as it should be), arrived (the
// receiver accepted it, with a fault), refused, or unproved (the mail says nothing about the owner's present mail).
type Proof struct {
	State    string       `json:"state"`
	Fault    proof.Fault  `json:"fault,omitempty"`
	Kind     string       `json:"kind"`
	At       time.Time    `json:"at"`                 // when it was read
	Received string       `json:"received,omitempty"` // RFC 3339
	Receiver string       `json:"receiver,omitempty"`
	From     string       `json:"from,omitempty"` // domain of the author
	IP       string       `json:"ip,omitempty"`
	SPF      ProofCheck   `json:"spf"`
	DKIM     []ProofCheck `json:"dkim"`
	DMARC    ProofCheck   `json:"dmarc"`
	Route    string       `json:"route,omitempty"` // direct, forward or list
	Through  string       `json:"through,omitempty"`
	Cause    string       `json:"cause,omitempty"` // of a refusal
	Codes    string       `json:"codes,omitempty"`
	Text     string       `json:"text"`
}

// ProofCheck is one result: as the receiver states it, and as verification gives it now ("" where that is not known).
type ProofCheck struct {
	Result   string `json:"result"`
	Checked  string `json:"checked,omitempty"`
	Domain   string `json:"domain,omitempty"`
	Selector string `json:"selector,omitempty"`
	Policy   string `json:"policy,omitempty"`
	Aligned  *bool  `json:"aligned,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// proofOf returns the contract's proof; nil where no mail was read.
func proofOf(in Input) *Proof {
	x := in.Proof
	if x == nil {
		return nil
	}
	w := in.paper().Proof(*x, in.domain())
	out := &Proof{State: "unproved", Fault: x.Fault, Kind: x.Kind, At: x.At, Receiver: UTF8(x.Receiver), From: UTF8(x.Domain), SPF: checkOf(x.SPF),
		DKIM: []ProofCheck{}, DMARC: checkOf(x.DMARC), Route: string(x.Way.Route), Through: UTF8(x.Way.Through), Cause: x.Mail.Cause, Codes: UTF8(x.Mail.Codes), Text: w.Head}
	switch {
	case x.Proved():
		out.State = "proved"
	case x.Arrived():
		out.State = "arrived"
	case x.Fault == proof.Refused:
		out.State = "refused"
	}
	if !x.Received.IsZero() {
		out.Received = x.Received.Format(time.RFC3339)
	}
	if x.IP.IsValid() {
		out.IP = x.IP.String()
	}
	for _, d := range x.DKIM {
		out.DKIM = append(out.DKIM, checkOf(d))
	}
	out.DMARC.Policy = UTF8(x.Policy)
	return out
}

func checkOf(c proof.Check) ProofCheck {
	out := ProofCheck{Result: UTF8(c.Result), Checked: c.Checked, Domain: UTF8(c.Domain), Selector: UTF8(c.Selector), Reason: c.Reason}
	if c.Aligned != "" {
		yes := c.Aligned == owner.Yes
		out.Aligned = &yes
	}
	return out
}

// proof says whether a test mail has arrived. Without a test mail it claims nothing.
func (b *builder) proof() {
	b.title(2, b.t("heading.proof"))
	if b.in.Proof == nil {
		b.say(b.p.T("proof.short.none"))
		return
	}
	w := b.p.Proof(*b.in.Proof, b.in.domain())
	b.say(w.Short)
	var rows [][2]string
	for _, r := range w.Rows {
		rows = append(rows, [2]string{r.Label, r.Text})
	}
	if len(rows) > 0 {
		b.add(block{kind: table, rows: rows})
	}
	if !b.in.Proof.Proved() {
		b.list(b.t("label.do"), w.Do)
	}
}

// mail prints what the mail of --message shows.
func (p *page) mail() {
	if p.in.Proof == nil {
		return
	}
	w := p.words.Proof(*p.in.Proof, p.in.domain())
	style := map[words.Mark]Style{words.MarkGood: Good, words.MarkBad: Bad, words.MarkNone: Bold}
	rows := []row{{label: p.t("mail"), text: w.Head, style: style[w.Mark]}}
	for _, r := range w.Rows {
		rows = append(rows, row{label: r.Label, text: r.Text})
	}
	for i, d := range w.Do {
		if p.in.Proof.Proved() {
			break
		}
		label := ""
		if i == 0 {
			label = p.t("fix")
		}
		rows = append(rows, row{label: label, text: d})
	}
	p.rows("", rows)
}
