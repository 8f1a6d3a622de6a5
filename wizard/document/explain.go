package document

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/spf"
	"example.org/todoku/wizard/words"
)

// Explained is one mail in hand, parsed and, as far as DNS could be asked, verified.
type Explained struct {
	File string // as given
	Part int    // number of the mail in an mbox file; 0 for a single mail
	inhand.Mail
	Report message.Report // valid if Message is set
	Blind  bool           // DNS was asked and no question was answered
}

// Explanation is the JSON of "explain". Fields may be added, never renamed; unknown values are omitted.
type Explanation struct {
	Schema     int                `json:"schema"`
	File       string             `json:"file"`
	Part       int                `json:"part,omitempty"`
	Kind       bounce.Kind        `json:"kind"`
	Receiver   string             `json:"receiver,omitempty"`
	Codes      []string           `json:"codes,omitempty"`
	Cause      bounce.Cause       `json:"cause,omitempty"`
	DNSCanFix  *bool              `json:"dns_can_fix,omitempty"`
	Final      string             `json:"final_recipient,omitempty"`
	Forwarded  *bool              `json:"forwarded,omitempty"`
	List       *bool              `json:"list,omitempty"`
	Recipients []ExplainedFailure `json:"recipients,omitempty"`
	SPF        *ExplainedSPF      `json:"spf,omitempty"`
	DKIM       []ExplainedDKIM    `json:"dkim,omitempty"`
	DMARC      *ExplainedDMARC    `json:"dmarc,omitempty"`
	Claimed    []ExplainedClaim   `json:"claimed,omitempty"`
	ARC        *ExplainedARC      `json:"arc,omitempty"`
	Reply      string             `json:"reply,omitempty"` // the text with which it was refused
	What       string             `json:"what,omitempty"`
	Whose      string             `json:"whose,omitempty"`
	Next       string             `json:"next,omitempty"`
	Parties    []ExplainedParty   `json:"parties,omitempty"` // whose domain the mail may be about
}

// ExplainedParty is one whose domain the mail may be about: who wrote it, forwarded it, runs the list, or sent it for
// another domain.
type ExplainedParty struct {
	Role   string `json:"role"`           // writer, forwarder, lister or carrier
	Domain string `json:"domain"`         // its domain, in ASCII
	Told   bool   `json:"told,omitempty"` // the bounce was sent to it
}

func explainedParties(list []input.Party) (out []ExplainedParty) {
	for _, p := range list {
		out = append(out, ExplainedParty{p.Role, UTF8(p.Domain), p.Told})
	}
	return out
}

// ExplainedFailure is the failure of one of several recipients.
type ExplainedFailure struct {
	Final     string       `json:"final_recipient,omitempty"`
	Codes     []string     `json:"codes"`
	Cause     bounce.Cause `json:"cause"`
	DNSCanFix *bool        `json:"dns_can_fix,omitempty"`
}

// ExplainedSPF is the SPF result: verified for a message, quoted from the receiver's text for a bounce.
type ExplainedSPF struct {
	Result  string `json:"result,omitempty"`
	Domain  string `json:"domain,omitempty"`
	IP      string `json:"ip,omitempty"`
	Aligned *bool  `json:"aligned,omitempty"`
}

// ExplainedDKIM is the result of one signature.
type ExplainedDKIM struct {
	Domain   string         `json:"domain,omitempty"`
	Selector string         `json:"selector,omitempty"`
	Result   message.Result `json:"result,omitempty"`
	Aligned  *bool          `json:"aligned,omitempty"`
	Reason   message.Reason `json:"reason,omitempty"`
	Detail   string         `json:"detail,omitempty"`
}

// ExplainedDMARC is the DMARC result.
type ExplainedDMARC struct {
	Result string `json:"result,omitempty"`
	Domain string `json:"domain,omitempty"`
	Policy string `json:"policy,omitempty"`
}

// ExplainedClaim is one result that an Authentication-Results header states.
type ExplainedClaim struct {
	Header     string            `json:"header"`
	By         string            `json:"by,omitempty"`
	Method     string            `json:"method"`
	Result     string            `json:"result"`
	Properties map[string]string `json:"properties,omitempty"`
}

// ExplainedARC is the ARC chain.
type ExplainedARC struct {
	CV        message.Result `json:"cv,omitempty"`
	Instances int            `json:"instances"`
}

// canFix reports whether the owner can fix the cause with a DNS record. nil where the text does not decide it; false
// where a receiver leaves open which of two causes it is and neither is a matter of records.
func canFix(r bounce.Recipient) *bool {
	var yes bool
	switch {
	case r.Fix == bounce.FixYes:
		yes = true
	case r.Fix == bounce.FixNo, r.Cause == bounce.UserOrFilter:
	default:
		return nil
	}
	return &yes
}

func truth(known, yes bool) *bool {
	if !known {
		return nil
	}
	return &yes
}

func tri(t message.Tri) *bool { return truth(t != message.Unknown, t == message.Yes) }

// Explain returns the JSON object for one mail.
func Explain(p words.P, x Explained) Explanation {
	out := Explanation{Schema: 1, File: UTF8(x.File), Part: x.Part, Kind: x.Kind}
	switch {
	case x.Message != nil && x.Kind != bounce.Unknown:
		x.explainMessage(&out)
	case x.Kind != bounce.Unknown:
		x.explainBounce(p, &out)
	}
	return out
}

func (x Explained) explainBounce(p words.P, out *Explanation) {
	b, main := x.Bounce, x.Bounce.Main()
	out.Receiver, out.Cause, out.DNSCanFix = b.Receiver, b.Cause(), canFix(main)
	out.Codes, out.Final, out.Reply = utf8s(main.Codes()), UTF8(main.Final), p.T("explain.as-is", "text", oneLine(main.Text))
	out.Parties = explainedParties(input.Parties(b))
	out.What, out.Whose, out.Next = p.T(main.Tells("what")), p.T(main.Tells("job")), p.T(main.Tells("next"))
	if x.Kind == bounce.Bounce {
		out.Forwarded = truth(b.Forwarding.Is != bounce.Maybe, b.Forwarding.Is == bounce.Yes)
		out.List = truth(true, b.List.Is)
	}
	if len(b.Recipients) > 1 {
		for _, r := range b.Recipients {
			out.Recipients = append(out.Recipients, ExplainedFailure{UTF8(r.Final), utf8s(r.Codes()), r.Cause, canFix(r)})
		}
	}
	from := x.From()
	if c := b.Claims.SPF; c != nil {
		out.SPF = &ExplainedSPF{Result: c.Result, Domain: UTF8(c.Domain), IP: shownIP(c.IP, b.Claims.IP), Aligned: alike(from, c.Domain)}
	}
	if c := b.Claims.DKIM; c != nil {
		out.DKIM = []ExplainedDKIM{{Domain: UTF8(c.Domain), Result: message.Result(c.Result), Aligned: alike(from, c.Domain)}}
	}
	if c := b.Claims.DMARC; c != nil {
		out.DMARC = &ExplainedDMARC{Result: c.Result, Domain: UTF8(c.Domain)}
	}
}

// alike reports whether two names have the same organizational domain, as relaxed alignment requires; nil where one
// name is unknown.
func alike(a, b string) *bool {
	if a == "" || b == "" {
		return nil
	}
	return truth(true, strings.EqualFold(input.Registrable(strings.ToLower(a)), input.Registrable(strings.ToLower(b))))
}

func shownIP(list ...netip.Addr) string {
	for _, ip := range list {
		if ip.IsValid() {
			return ip.String()
		}
	}
	return ""
}

func (x Explained) explainMessage(out *Explanation) {
	m, r := x.Message, x.Report
	out.Final = UTF8(m.Forward.Final)
	out.Parties = explainedParties(input.PartiesOf(m))
	out.Forwarded = tri(m.Forward.Forwarded)
	out.List = truth(true, m.List.Is)
	out.SPF = &ExplainedSPF{Result: string(r.SPF.Result), Domain: UTF8(r.SPF.Domain), IP: shownIP(r.SPF.IP), Aligned: tri(r.SPF.Aligned)}
	for _, d := range r.DKIM {
		out.DKIM = append(out.DKIM, ExplainedDKIM{UTF8(d.Domain), UTF8(d.Selector), d.Result, tri(d.Aligned), d.Reason, d.Detail})
	}
	out.DMARC = &ExplainedDMARC{string(r.DMARC.Result), UTF8(r.DMARC.Domain), r.DMARC.Policy}
	for _, c := range m.Claims {
		props := map[string]string{}
		for k, v := range c.Properties {
			props[UTF8(k)] = UTF8(v)
		}
		out.Claimed = append(out.Claimed, ExplainedClaim{c.Header, UTF8(c.By), UTF8(c.Method), UTF8(c.Result), props})
	}
	out.ARC = &ExplainedARC{r.ARC.CV, r.ARC.Instances}
}

// Lean says whether a mail asks the owner to act.
type Lean int

// The values of Lean.
const (
	LeanNothing Lean = iota
	LeanFix
	LeanUnknown
)

// Asks says whether the owner has something to fix, in DNS or where the mail is sent from.
func (x Explained) Asks() Lean {
	if x.Message != nil && x.Kind != bounce.Unknown {
		return x.messageAsks()
	}
	if x.Kind == bounce.Unknown {
		return LeanUnknown
	}
	lean := LeanNothing
	for _, r := range append(slices.Clone(x.Bounce.Recipients), x.Bounce.Main()) {
		switch {
		case r.Fix == bounce.FixYes, r.Cause == bounce.Login, r.Job == bounce.JobOwner, r.Cause == bounce.PTR:
			return LeanFix
		case r.Cause == bounce.NotKnown, r.Cause == bounce.Spam:
			lean = LeanUnknown
		}
	}
	return lean
}

// ownFaults are the reasons that are the fault of the signer's set-up and not of the mail's route.
var ownFaults = []message.Reason{message.KeyMissing, message.KeyRevoked, message.KeyMalformed, message.KeyShort, message.BadAlgorithm,
	message.BadSyntax, message.SignatureWrong}

func (x Explained) messageAsks() Lean {
	r := x.Report
	if slices.ContainsFunc(r.DKIM, func(d message.DKIM) bool { return d.Aligned == message.Yes && slices.Contains(ownFaults, d.Reason) }) ||
		r.SPF.Result == spf.PermError && r.SPF.Aligned == message.Yes {
		return LeanFix
	}
	switch r.DMARC.Result {
	case message.Pass:
		return LeanNothing
	case message.Fail, message.PermError:
		return LeanFix
	case message.None:
		if x.passes() {
			return LeanNothing
		}
		return LeanFix
	}
	switch r.DMARC.Claimed {
	case "pass":
		return LeanNothing
	case "fail":
		return LeanFix
	}
	return LeanUnknown
}

// passes reports whether SPF or DKIM passes for the author's own domain (aligned).
func (x Explained) passes() bool {
	r := x.Report
	return r.SPF.Result == spf.Pass && r.SPF.Aligned == message.Yes ||
		slices.ContainsFunc(r.DKIM, func(d message.DKIM) bool { return d.Result == message.Pass && d.Aligned == message.Yes })
}

// oneLine replaces line breaks and runs of white space by single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
