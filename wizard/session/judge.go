package session

import (
	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/snapshot"
)

// Result is all that follows from the owner's answers and from DNS.
type Result struct {
	Answers  owner.Answers
	DNS      *snapshot.Snapshot // nil if nothing was judged yet
	Seen     catalog.Detected
	Findings []checks.Finding
	Plan     plan.Plan
	Forecast forecast.Forecast // what receivers do, now and after the plan

	in *facts.Facts
}

// Judge runs the rules over a snapshot and makes the plan. It asks no questions.
func Judge(a owner.Answers, dns *snapshot.Snapshot, cat *catalog.Catalog) Result {
	in := facts.Read(a, dns, cat)
	return judge(in, checks.Diagnose(in))
}

// judge makes the result of facts and of what the rules found in them.
func judge(in *facts.Facts, found []checks.Finding) Result {
	r := Result{Answers: in.Owner, DNS: in.DNS, Seen: in.Seen(), Findings: found, in: in}
	r.Plan = plan.Make(in, r.Findings)
	r.Forecast = forecast.Make(in, r.Plan)
	return r
}

// In returns the facts that the rules read.
func (r Result) In() *facts.Facts { return r.in }

// Verdict summarises the findings.
func (r Result) Verdict() checks.Verdict { return checks.VerdictOf(r.Findings) }

// Panel returns the ID of the DNS panel that the records are written for.
func (r Result) Panel() string { return Panel(r.Answers, r.Findings, r.Seen) }

// Zone returns the apex of the zone that the panel edits.
func (r Result) Zone() string { return Zone(r.Answers, r.DNS) }

// Awaited returns what to wait for: the plan's records, or existing ones that are not seen everywhere yet.
func (r Result) Awaited() []plan.Change {
	if r.in == nil {
		return nil
	}
	return plan.Awaited(r.in, r.Plan)
}

// NextStage returns the DMARC policy in force once the plan is published, and the next one; "" for none.
func (r Result) NextStage() (held, next string) {
	if r.DNS == nil {
		return "", ""
	}
	return plan.NextStage(r.in, r.Plan)
}

// Panel returns the ID of the DNS panel that records are written for: the one that the owner named, unless
// another one answers for the zone; otherwise what DNS shows without doubt, or "".
func Panel(a owner.Answers, found []checks.Finding, seen catalog.Detected) string {
	for _, f := range found {
		if a, ok := f.Args.(checks.NSElsewhereArgs); ok {
			return string(a.Real)
		}
	}
	if a.Panel != "" && a.Panel != owner.Unknown {
		return a.Panel
	}
	if len(seen.Panels) > 0 && !seen.Panels[0].Ambiguous {
		return seen.Panels[0].ID
	}
	return ""
}

// Zone returns the apex of the zone that holds the domain; the domain itself while that is not known.
func Zone(a owner.Answers, dns *snapshot.Snapshot) string {
	if dns != nil {
		if apex, ok := dns.Zone(); ok {
			return apex
		}
	}
	return a.Domain
}

// outlook is a cached forecast with what it was made from.
type outlook struct {
	in   *facts.Facts
	made bool
	kept *proof.Proof
	told forecast.Forecast
}

// outlook makes the forecast again: with what a test mail has shown, and if made is set as it is with the plan's
// records.
func (r Result) outlook(made bool, kept *proof.Proof) forecast.Forecast {
	in := r.in
	if kept != nil && kept.Arrived() {
		a := r.Answers.Clone()
		for _, d := range kept.DKIM {
			a.Mail.Signed = append(a.Mail.Signed, owner.Signed{Domain: d.Domain, Selector: d.Selector, Result: d.Result})
		}
		in = facts.Read(a, r.DNS, in.Catalog)
	}
	if made {
		return forecast.Made(in, r.Plan)
	}
	return forecast.Make(in, r.Plan)
}

// Outlook returns what receivers do now, and after what is still to come. Once every place has seen the records, "now"
// includes them; and a signature that a test mail has shown is no longer an assumption.
func (s *Session) Outlook() forecast.Forecast {
	made, kept := s.wait.Published() && len(s.result.Plan.Edits()) > 0, s.prove.kept
	if s.result.in == nil || !made && (kept == nil || !kept.Arrived() || len(s.result.Plan.Edits()) > 0) {
		return s.result.Forecast
	}
	if o := &s.outlook; o.in != s.result.in || o.made != made || o.kept != kept {
		*o = outlook{s.result.in, made, kept, s.result.outlook(made, kept)}
	}
	return s.outlook.told
}

// Result returns what followed from the last look with all answers.
func (s *Session) Result() Result { return s.result }

// Panel returns the ID of the DNS panel that records are written for, as far as it is known.
func (s *Session) Panel() string { return Panel(s.ans, s.result.Findings, s.seen) }

// Zone returns the apex of the zone whose records are edited, as far as it is known.
func (s *Session) Zone() string { return Zone(s.ans, s.snap) }

func (s *Session) judge() {
	s.result = Result{}
	if s.snap != nil {
		s.result = Judge(s.ans, s.snap, s.world.Catalog)
	}
	s.judgeReports()
}
