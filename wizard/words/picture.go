package words

import (
	"slices"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Picture is the route of a mail, stop by stop, with the place where it breaks.
type Picture struct {
	Stops []Stop
	Links []Link // Links[i] leads from Stops[i] to Stops[i+1]
	// Proofs are SPF, DKIM and DMARC, in this order, as the stop that checks DNS sees them.
	Proofs []Standing
}

// Stop is one stop on a mail's route.
type Stop struct {
	Kind  StopKind
	Name  string
	Below string // its address, if known
}

// StopKind is the kind of a stop.
type StopKind string

// The kinds.
const (
	StopWriter   StopKind = "writer"
	StopServer   StopKind = "server"
	StopDNS      StopKind = "dns"
	StopForwards StopKind = "forwards"
	StopReceiver StopKind = "receiver"
)

// Link is the state of the way from one stop to the next.
type Link string

// The states of a link.
const (
	LinkGood    Link = "good" // nothing seen stops the mail
	LinkBroken  Link = "bad"
	LinkUnknown Link = "unknown"
)

// Standing is the state of SPF, DKIM or DMARC: good, missing, not-found (where absence cannot be seen), some (one of
// several is missing), bad or unknown.
type Standing struct {
	Name     string
	State    StandingState
	Severity checks.Severity
}

// StandingState is how SPF, DKIM or DMARC stands, as far as a picture tells it.
type StandingState string

// The values of Standing.State.
const (
	StandsGood     StandingState = "good"
	StandsBad      StandingState = "bad"
	StandsMissing  StandingState = "missing"
	StandsNotFound StandingState = "not-found" // there is none under the names that could be tried
	StandsSome     StandingState = "some"      // one of several is missing
	StandsUnknown  StandingState = "unknown"
)

// Scene is what a picture is drawn from.
type Scene struct {
	In       *facts.Facts
	Findings []checks.Finding
	Plan     plan.Plan
	Forecast forecast.Forecast
}

// Picture draws the route of a mail. The receiver is the forecast's first, unless a bounce in
// hand names the address that refused.
func (p P) Picture(x Scene) Picture {
	name, addr := p.sends(x)
	you, server := Stop{StopWriter, p.t("tui.pic.you"), ""}, Stop{StopServer, name, addr}
	end := []Stop{{StopReceiver, p.t("tui.pic.gmail"), ""}}
	if len(x.Forecast.Lines) > 0 {
		end[0].Name = p.Receiver(x.Forecast.Lines[0].Receiver)
	}
	if r := p.Route(x.In); r != nil && x.In.Owner.Route == owner.Forward && x.In.Owner.Forward.Mine != owner.Mine {
		end = []Stop{{StopForwards, r[1], ""}, end[0]}
	} else if r != nil { // forwarded by the owner's own server, or sent through a list
		you.Name, server, end[0].Name = r[0], Stop{StopForwards, r[1], ""}, r[2]
	} else if f, ok := checks.Refusal(x.Findings); ok && !f.Is(checks.RefusedOther) && x.In.Owner.Mail.Recipient != "" {
		end[0].Name = snapshot.Printable(x.In.Owner.Mail.Recipient)
	}
	out := Picture{Stops: append([]Stop{you, server, {StopDNS, p.t("tui.pic.check"), ""}}, end...)}
	for range out.Stops[1:] {
		out.Links = append(out.Links, LinkGood)
	}
	last := len(out.Links) - 1
	switch {
	case x.troubled(false):
		out.Links[1] = LinkBroken
	case x.refused(), x.stopped():
		out.Links[last] = LinkBroken
	case x.troubled(true):
		out.Links[1] = LinkUnknown
	case x.bounced():
		out.Links[last] = LinkBroken
	case checks.VerdictOf(x.Findings) == checks.VerdictUnknown, x.unsure():
		out.Links[last] = LinkUnknown
	}
	for _, topic := range []string{"spf", "dkim", "dmarc"} {
		out.Proofs = append(out.Proofs, x.standing(topic))
	}
	return out
}

// refused reports whether the receiver in the picture refuses the mail or puts it into spam.
func (x Scene) refused() bool {
	if len(x.Forecast.Lines) == 0 {
		return checks.VerdictOf(x.Findings) == checks.VerdictFix
	}
	now := x.Forecast.Lines[0].Now
	return forecast.Worse(now.Outcome, forecast.Banner) || forecast.Worse(now.Worst, forecast.Banner) && checks.VerdictOf(x.Findings) == checks.VerdictFix
}

// stopped reports whether mail that is forwarded or goes through the list is refused.
func (x Scene) stopped() bool {
	return slices.ContainsFunc(x.Findings, func(f checks.Finding) bool {
		about := f.Code == checks.ForwardBreaksSPF || f.Code == checks.ListDomain || f.Is(checks.RefusedPassing) || f.Is(checks.RefusedOwnPass)
		return about && (f.Severity == checks.Blocks || f.Severity == checks.Harms || f.Code == checks.MailRefused)
	})
}

// bounced reports whether the bounce in hand shows that mail is refused, whatever DNS says. If nothing is wrong in DNS
// now, that may be over.
func (x Scene) bounced() bool {
	f, ok := checks.Refusal(x.Findings)
	return ok && !f.Is(checks.RefusedOther) && !f.Is(checks.RefusedFine)
}

// unsure reports whether DNS does not decide what the receiver does.
func (x Scene) unsure() bool {
	return len(x.Forecast.Lines) > 0 && x.Forecast.Lines[0].Now.Outcome == forecast.Unknown
}

// aboutDNS are the topics of findings about the domain's DNS as a whole.
var aboutDNS = []string{"dns-", "dnssec-", "zone-", "domain-"}

// troubled reports whether the domain's DNS as a whole is at fault, or with unknown, whether that could not be checked.
func (x Scene) troubled(unknown bool) bool {
	return slices.ContainsFunc(x.Findings, func(f checks.Finding) bool {
		return f.Severity != checks.Fine && f.Severity != checks.Advice && (f.Severity == checks.Unknown) == unknown &&
			slices.ContainsFunc(aboutDNS, func(topic string) bool { return strings.HasPrefix(string(f.Code), topic) })
	})
}

// standing returns the state of SPF, DKIM or DMARC, from the gravest finding about it.
func (x Scene) standing(topic string) Standing {
	about := func(f checks.Finding) bool { return strings.HasPrefix(string(f.Code), topic+"-") }
	out := Standing{Name: strings.ToUpper(topic), State: StandsUnknown, Severity: checks.Unknown}
	i := slices.IndexFunc(x.Findings, about) // gravest first
	if i < 0 {
		return out
	}
	code := string(x.Findings[i].Code)
	switch out.Severity = x.Findings[i].Severity; {
	case strings.HasSuffix(code, "-missing") && !strings.Contains(code, "sender"), strings.HasSuffix(code, "-not-found"):
		out.State = StandsMissing
		if strings.HasSuffix(code, "-not-found") { // under the names that could be tried
			out.State = StandsNotFound
		}
		if slices.ContainsFunc(x.Findings, func(f checks.Finding) bool { return about(f) && f.Severity == checks.Fine }) {
			out.State = StandsSome
		}
	case out.Severity == checks.Fine, out.Severity == checks.Advice:
		out.State = StandsGood
	case out.Severity != checks.Unknown:
		out.State = StandsBad
	}
	return out
}

// sends returns the name of the sending system and, where known, its address: of several systems the one whose mail is
// treated worse.
func (p P) sends(x Scene) (name, addr string) {
	name = p.t("tui.pic.server")
	id := ""
	for _, h := range x.In.Owner.Hosts {
		if _, ok := p.Catalog.Host(h.ID); ok {
			id, name, addr = h.ID, p.service(h.ID), snapshot.Printable(h.Value)
			break
		}
	}
	if len(x.Forecast.Lines) > 0 && len(x.Forecast.Lines[0].Now.Services) > 0 {
		if hit := x.Forecast.Lines[0].Now.Services[0]; hit != id {
			if _, ok := p.entry(hit); ok {
				id, name, addr = hit, p.service(hit), ""
			}
		}
	}
	tries := slices.DeleteFunc(slices.Clone(x.Plan.Tries), func(t plan.Try) bool { return t.From != id })
	if len(tries) == 0 && len(x.In.Owner.Hosts) < 2 {
		tries = x.Plan.Tries
	}
	if len(tries) == 0 {
		return name, addr
	}
	at := max(0, slices.IndexFunc(tries, func(t plan.Try) bool { return t.Before != "pass" }))
	return name, snapshot.Printable(tries[at].IP)
}
