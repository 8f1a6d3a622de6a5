package wizard

import (
	"maps"
	"slices"
	"strings"

	"example.org/todoku/checks/owner"
)

// The questions and pages of the main flow.
const (
	StepIntake       StepID = "intake"        // the first box, which takes any text; Values[0] is the domain
	StepWhose        StepID = "whose"         // which party the owner is, if a pasted mail names several domains
	StepDomain       StepID = "domain"        // asked if a pasted mail names no domain
	StepSymptom      StepID = "symptom"       // what happens to the mail
	StepVolume       StepID = "volume"        // how much is sent, if that may be the reason
	StepBounce       StepID = "bounce"        // the bounce, pasted
	StepHost         StepID = "host"          // which systems send the mail
	StepServices     StepID = "services"      // which services also send in the owner's name
	StepPanel        StepID = "panel"         // where DNS is edited
	StepRoute        StepID = "route"         // direct, forwarded, or a list
	StepForwardWhose StepID = "forward-whose" // whose mailbox forwards
	StepForwardFrom  StepID = "forward-from"
	StepForwardTo    StepID = "forward-to"
	StepForwardHost  StepID = "forward-host" // the system that forwards
	StepForwardCopy  StepID = "forward-copy" // whether a copy stays
	StepForwardMail  StepID = "forward-mail" // one forwarded mail, pasted
	StepListAddress  StepID = "list-address"
	StepListWhose    StepID = "list-whose" // who runs the list, if it has another domain
	StepListBounced  StepID = "list-bounced"
	StepListMembers  StepID = "list-members" // the list of members, pasted
	StepListMember   StepID = "list-member"
	StepReport       StepID = "report"  // where DMARC reports go
	StepReports      StepID = "reports" // what the DMARC reports in hand say; Values[0] is their domain
	StepFound        StepID = "found"   // everything found and answered, on one page
	StepCheck        StepID = "check"
	StepDiagnosis    StepID = "diagnosis"
	StepRecords      StepID = "records"
	StepWatch        StepID = "watch"
	StepProof        StepID = "proof"
	StepKeep         StepID = "keep"
)

// The catalogue's lists that a step's Options can name.
const (
	OptionsHosts   = "hosts"
	OptionsSenders = "senders"
	OptionsPanels  = "panels"
)

// The tests of a typed reply (Step.Check). Front ends normalise full-width letters and the like before they reply.
const (
	CheckDomain  = "domain"
	CheckIP      = "ip"
	CheckAddress = "address"
	CheckHost    = "host" // a host name or an IP address
	CheckText    = "text" // anything printable on one line
)

// Extras of the reply to StepIntake.
const (
	ExtraMessage = "message" // the pasted mail as it came
	ExtraKind    = "kind"    // "bounce" where the paste is one
	ExtraAddress = "address" // the mail address that was typed
	ExtraTyped   = "typed"   // the text as it was typed, if what was read from it needs an explanation
	ExtraReports = "reports" // files and folders with DMARC reports, one a line
)

var (
	always   = Guard{"always", func(owner.Answers) bool { return true }}
	noDomain = Guard{"no-domain", func(a owner.Answers) bool { return a.Domain == "" }}
	bounced  = Guard{"bounced", func(a owner.Answers) bool { return a.Symptom == owner.SymptomBounce }}
)

// byVolume leads to the question how much is sent: receivers put bulk mail into spam, or drop or refuse it, for reasons that
// do not count for a few letters.
var byVolume = Guard{"by-volume", func(a owner.Answers) bool {
	return a.Symptom == owner.SymptomSpam || a.Symptom == owner.SymptomVanish || a.Symptom == owner.SymptomGmail
}}

// reportsInHand leads to the page of reports, before anything is asked.
var reportsInHand = Guard{"reports-in-hand", func(a owner.Answers) bool { return len(a.Reports) > 0 }}

// severalDomains leads to the question which party the owner is, if the mail may be in the hands of several.
var severalDomains = Guard{"several-domains", func(a owner.Answers) bool { return a.Domain == "" && len(a.Mail.Parties) > 1 }}

// inHand reports whether there is a mail to learn from, or something was learnt from one.
func inHand(a owner.Answers) bool { return a.Message != "" || a.Mail.Kind != "" }

func to(id StepID) []Edge { return []Edge{{always, id}} }

// Main returns the flow of all questions. Only the domain is always asked. Every other question belongs to a line of
// the found page, and is asked if the owner opens that line.
func Main() Flow {
	return Flow{First: StepIntake, Steps: slices.Concat(intakeSteps(), aside(StepSymptom, symptomSteps()), systemSteps(),
		aside(StepRoute, routeSteps()), aside(StepReport, []Step{reportStep()}), pages())}
}

// aside assigns questions to a line of the found page.
func aside(line StepID, steps []Step) []Step {
	for i := range steps {
		steps[i].Line = line
	}
	return steps
}

func intakeSteps() []Step {
	return []Step{
		{ID: StepIntake, Kind: Text, Check: CheckDomain, Put: putIntake, Said: saidIntake,
			Next: []Edge{{reportsInHand, StepReports}, {severalDomains, StepWhose}, {noDomain, StepDomain}, {always, StepSymptom}}},
		whoseStep(),
		{ID: StepReports, Kind: Page, Check: CheckDomain, Put: putReports, Next: []Edge{{noDomain, StepDomain}, {always, StepSymptom}}},
		text(StepDomain, CheckDomain, false, func(a *owner.Answers) *string { return &a.Domain }, to(StepSymptom)...),
	}
}

// whoseStep asks which party of a mail the owner is.
func whoseStep() Step {
	return Step{ID: StepWhose, Kind: Choose, Fixed: []string{owner.Writer, owner.Forwarder, owner.Lister, owner.Carrier, owner.Another},
		Named: func(a owner.Answers, role string) (string, bool) {
			p, ok := a.Mail.Party(role)
			return p.Domain, ok || role == owner.Another
		},
		Suggest: suggestWhose, Put: putWhose, Said: saidWhose,
		Next: []Edge{{noDomain, StepDomain}, {always, StepSymptom}}}
}

// suggestWhose returns the party with the domain of the owner's address, else the one to whom the bounce was sent, else
// the first.
func suggestWhose(a owner.Answers) string {
	for _, p := range a.Mail.Parties {
		if _, at, ok := strings.Cut(a.Address, "@"); ok && strings.EqualFold(at, p.Domain) {
			return p.Role
		}
	}
	for _, p := range a.Mail.Parties {
		if p.Told {
			return p.Role
		}
	}
	if len(a.Mail.Parties) > 0 {
		return a.Mail.Parties[0].Role
	}
	return ""
}

func putWhose(a *owner.Answers, r Reply) {
	p, _ := a.Mail.Party(r.first())
	a.Domain = p.Domain
	switch p.Role {
	case owner.Forwarder:
		a.Route = owner.Forward
	case owner.Lister:
		a.List.Mine = owner.Yes
	case owner.Writer:
		if a.Mail.Route == owner.List {
			a.List.Mine = owner.No
		}
	}
}

func saidWhose(a owner.Answers) Reply {
	for _, p := range a.Mail.Parties {
		if p.Domain == a.Domain {
			return said(StepWhose, p.Role)
		}
	}
	return Reply{Step: StepWhose}
}

func symptomSteps() []Step {
	return []Step{
		choose(StepSymptom, "", func(a *owner.Answers) *owner.Symptom { return &a.Symptom },
			[]owner.Symptom{owner.SymptomBounce, owner.SymptomSpam, owner.SymptomVanish, owner.SymptomSendOnly, owner.SymptomGmail, owner.SymptomCheckup},
			Edge{bounced, StepBounce}, Edge{byVolume, StepVolume}, Edge{always, StepHost}),
		choose(StepVolume, "", func(a *owner.Answers) *owner.Volume { return &a.Volume },
			[]owner.Volume{owner.VolumeSmall, owner.VolumeBulk, owner.Unknown}, to(StepHost)...),
		{ID: StepBounce, Kind: Paste, Optional: true,
			Put:  func(a *owner.Answers, r Reply) { putMail(a, r, r.first()) },
			Said: func(a owner.Answers) Reply { return saidMail(said(StepBounce, a.Message), a) },
			Next: to(StepHost)},
	}
}

func systemSteps() []Step {
	return []Step{
		{ID: StepHost, Line: StepHost, Kind: Pick, Options: OptionsHosts, Fixed: []string{owner.Unknown}, Check: CheckHost,
			Put: putHosts, Said: saidHosts, Next: to(StepServices)},
		{ID: StepServices, Line: StepServices, Kind: Pick, Options: OptionsSenders, Fixed: []string{owner.None, owner.Unknown}, Optional: true,
			Put: putServices, Said: saidServices, Next: to(StepPanel)},
		aside(StepPanel, []Step{choose(StepPanel, OptionsPanels, func(a *owner.Answers) *string { return &a.Panel }, []string{owner.Unknown},
			Edge{ownList, StepListBounced}, Edge{always, StepRoute})})[0],
	}
}

// reportStep is asked at the DMARC record, where its answer is needed.
func reportStep() Step {
	s := text(StepReport, CheckAddress, true, func(a *owner.Answers) *string { return &a.ReportTo }, to(StepFound)...)
	s.Suggest = suggestReport
	return s
}

func pages() []Step {
	order := []StepID{StepFound, StepCheck, StepDiagnosis, StepRecords, StepWatch, StepProof, StepKeep}
	var out []Step
	for i, id := range order {
		s := Step{ID: id, Kind: Page}
		if i+1 < len(order) {
			s.Next = to(order[i+1])
		}
		out = append(out, s)
	}
	return out
}

// choose returns a step that sets one field to one of the fixed options, or to an entry of the catalogue.
func choose[T ~string](id StepID, options string, field func(*owner.Answers) *T, fixed []T, next ...Edge) Step {
	s := Step{ID: id, Kind: Choose, Options: options, Next: next}
	for _, v := range fixed {
		s.Fixed = append(s.Fixed, string(v))
	}
	s.Put = func(a *owner.Answers, r Reply) { *field(a) = T(r.first()) }
	s.Said = func(a owner.Answers) Reply { return said(id, string(*field(&a))) }
	return s
}

// text returns a step that sets one field to what was typed.
func text(id StepID, check string, optional bool, field func(*owner.Answers) *string, next ...Edge) Step {
	return Step{ID: id, Kind: Text, Check: check, Optional: optional, Next: next,
		Put:  func(a *owner.Answers, r Reply) { *field(a) = r.first() },
		Said: func(a owner.Answers) Reply { return said(id, *field(&a)) }}
}

func (r Reply) first() string {
	if len(r.Values) == 0 {
		return ""
	}
	return r.Values[0]
}

func said(id StepID, v string) Reply {
	if v == "" {
		return Reply{Step: id}
	}
	return Reply{Step: id, Values: []string{v}}
}

func putIntake(a *owner.Answers, r Reply) {
	a.Domain, a.Address, a.Reports = r.first(), r.Extra[ExtraAddress], nil
	if list := r.Extra[ExtraReports]; list != "" {
		a.Reports = strings.Split(list, "\n")
	}
	if m := r.Extra[ExtraMessage]; m != "" || r.Mail != nil {
		putMail(a, r, m)
	}
	if r.Extra[ExtraKind] == string(owner.SymptomBounce) {
		a.Symptom = owner.SymptomBounce
	}
}

// putReports stores the domain that the reports are about. Somebody who reads reports comes for a check-up.
func putReports(a *owner.Answers, r Reply) {
	a.Domain, a.Symptom = r.first(), owner.SymptomCheckup
}

func saidIntake(a owner.Answers) Reply {
	r := said(StepIntake, a.Domain)
	set := func(k, v string) {
		if v == "" {
			return
		}
		if r.Extra == nil {
			r.Extra = map[string]string{}
		}
		r.Extra[k] = v
	}
	set(ExtraMessage, a.Message)
	set(ExtraAddress, a.Address)
	set(ExtraReports, strings.Join(a.Reports, "\n"))
	if inHand(a) && a.Symptom == owner.SymptomBounce {
		set(ExtraKind, string(owner.SymptomBounce))
	}
	return saidMail(r, a)
}

// putMail stores a mail's text, or what was learnt from it.
func putMail(a *owner.Answers, r Reply, text string) {
	a.Message, a.Mail = text, owner.Mail{}
	if r.Mail != nil {
		a.Mail = r.Mail.Clone()
	}
}

// saidMail is the inverse of putMail.
func saidMail(r Reply, a owner.Answers) Reply {
	if a.Message == "" && a.Mail.Kind != "" {
		m := a.Mail.Clone()
		r.Mail = &m
	}
	return r
}

// Pasted returns the text of a mail in a reply; "" if it has none.
func (r Reply) Pasted() string {
	if r.Step == StepBounce {
		return r.first()
	}
	return r.Extra[ExtraMessage]
}

// Learnt returns the reply with the text of its mail replaced by what was learnt from it.
func (r Reply) Learnt(m owner.Mail) Reply {
	if r.Mail = &m; r.Step == StepBounce {
		r.Values = nil
		return r
	}
	r.Extra = maps.Clone(r.Extra)
	if delete(r.Extra, ExtraMessage); len(r.Extra) == 0 {
		r.Extra = nil
	}
	return r
}

func putHosts(a *owner.Answers, r Reply) {
	a.Hosts = nil
	for _, id := range r.Values {
		a.Hosts = append(a.Hosts, owner.Host{ID: id, Value: r.Extra[id]})
	}
}

func saidHosts(a owner.Answers) Reply {
	r := Reply{Step: StepHost}
	for _, h := range a.Hosts {
		r.Values = append(r.Values, h.ID)
		if h.Value != "" {
			if r.Extra == nil {
				r.Extra = map[string]string{}
			}
			r.Extra[h.ID] = h.Value
		}
	}
	return r
}

// putServices takes an empty reply for "none".
func putServices(a *owner.Answers, r Reply) {
	a.Senders, a.NoSender = nil, len(r.Values) == 0
	for _, id := range r.Values {
		switch id {
		case owner.None:
			a.NoSender = true
		case owner.Unknown:
		default:
			a.Senders = append(a.Senders, id)
		}
	}
}

func saidServices(a owner.Answers) Reply {
	r := Reply{Step: StepServices, Values: slices.Clone(a.Senders)}
	if a.NoSender && len(a.Senders) == 0 {
		r.Values = []string{owner.None}
	}
	return r
}

// suggestReport suggests the address that the owner typed. No other address is suggested, since its mailbox may not
// exist.
func suggestReport(a owner.Answers) string { return a.Address }
