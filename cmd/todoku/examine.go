package main

import (
	"context"
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/forecast"
	"todoku/checks/input"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard/session"
)

// result is one domain, looked at and judged.
type result struct {
	input   input.Input
	in      checks.In
	found   []checks.Finding
	plan    plan.Plan
	future  forecast.Forecast
	verdict checks.Verdict
	elapsed time.Duration
}

// status is the exit status that the verdict asks for.
func (r result) status() int {
	switch r.verdict {
	case checks.VerdictOK:
		return statusOK
	case checks.VerdictFix:
		return statusFix
	}
	return statusUnknown
}

// examine asks DNS about one domain and judges the answers.
func (w *world) examine(ctx context.Context, input input.Input, answers owner.Answers) (result, error) {
	answers.Domain = input.Domain
	if w.story != nil && w.story.Answers.Domain == input.Domain {
		answers = over(w.story.Answers, answers)
	}
	start := time.Now()
	snap, err := w.client.Run(ctx, answers, nil, nil)
	if snap == nil {
		snap = snapshot.New(input.Domain, w.now())
	}
	r := judge(w.cat, input, answers, snap)
	r.elapsed = time.Since(start)
	return r, err
}

// judge is all that follows from a snapshot; it asks nobody.
func judge(cat *catalog.Catalog, input input.Input, answers owner.Answers, snap *snapshot.Snapshot) result {
	r := session.Judge(answers, snap, cat)
	return result{input: input, in: r.In(), found: r.Findings, plan: r.Plan, future: r.Forecast, verdict: r.Verdict()}
}

// blindness says why nothing at all is known: offline, silence, nonsense, or nothing but refusals and failures; "" where something is.
func blindness(s *snapshot.Snapshot) string {
	var unreachable, nonsense, refused, failed bool
	for _, a := range s.Answers {
		if a.Known() {
			return ""
		}
		unreachable = unreachable || a.Reason == snapshot.Unreachable
		nonsense = nonsense || a.Reason == snapshot.Malformed
		refused = refused || a.Reason == snapshot.Refused
		failed = failed || a.Reason == snapshot.ServFail || a.Reason == snapshot.Bogus
	}
	switch {
	case nonsense:
		return "nonsense"
	case refused:
		return "refused"
	case failed:
		return "failed"
	case unreachable || len(s.Answers) == 0:
		return "offline"
	}
	return "silent"
}

// blind words blindness in one sentence.
func (a *app) blind(kind string) string {
	switch kind {
	case "nonsense":
		return a.lang.T("cmd.blind.nonsense")
	case "refused":
		return a.lang.T("cmd.blind.refused")
	case "failed":
		return a.lang.T("cmd.blind.failed")
	case "offline":
		return a.lang.T("cmd.blind.offline")
	}
	return a.lang.T("cmd.blind.silent")
}

// domain reads a DOMAIN argument.
func (a *app) domain(text string) (input.Input, error) {
	in, problem := input.DomainOf(text)
	if problem != nil {
		return in, &fault{statusUsage, a.problem(problem), ""}
	}
	return in, nil
}

// problem words what the first box would say.
func (a *app) problem(p *input.Problem) string {
	args := i18n.Args{}
	for k, v := range p.Args {
		args[k] = printable(v)
	}
	return a.lang.T(p.Code, args)
}
