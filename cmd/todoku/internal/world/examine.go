package world

import (
	"context"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// Result is one domain after look-up and judgement.
type Result struct {
	session.Result
	Input   input.Input
	Elapsed time.Duration
	Proof   *proof.Proof // what the mail of --message shows, where that mail was received; else nil
}

// Status returns the exit status for the verdict.
func (r Result) Status() cli.Status {
	switch r.Verdict() {
	case checks.VerdictOK:
		return cli.StatusOK
	case checks.VerdictFix:
		return cli.StatusFix
	}
	return cli.StatusUnknown
}

// Examine asks DNS about one domain and judges the answers.
func (w *World) Examine(ctx context.Context, input input.Input, answers owner.Answers) (Result, error) {
	answers.Domain = input.Domain
	answers = inhand.Teach(w.Over(answers))
	start := time.Now()
	ahead := &session.Ahead{Catalog: w.Catalog}
	snap, err := w.Client.WithStays(ahead.Stays).Run(ctx, answers, nil, nil)
	if snap == nil {
		snap = snapshot.New(input.Domain, w.Now())
	}
	return Result{Result: ahead.Judge(answers, snap), Input: input, Elapsed: time.Since(start)}, err
}

// Prove judges the mail in hand as a test mail, asking DNS; got may be nil.
func (w *World) Prove(ctx context.Context, r *Result, got *inhand.Mail) {
	r.Prove(got, w.Now(), func(m *message.Message) message.Report {
		rep, _ := w.Verify(ctx, snapshot.New("", w.Now()), m)
		return rep
	})
}

// Prove judges the mail in hand as a test mail if it was received. A bounce is not judged here: it shows up as a
// finding.
func (r *Result) Prove(got *inhand.Mail, now time.Time, verify func(*message.Message) message.Report) {
	if got == nil || got.Message == nil || got.Kind != bounce.Header && got.Kind != bounce.Message {
		return
	}
	p := proof.Judge(proof.Wanted(r.Answers, now), *got, verify(got.Message))
	r.Proof = &p
}

// Document returns the input of the documents for this result.
func (r Result) Document(p *cli.Program) document.Input {
	story := ""
	if p.Lab != "" {
		if sc, err := lab.Find(p.Lab); err == nil {
			story = sc.Title.In(string(p.Lang))
		}
	}
	return document.Input{Practice: story, Lang: p.Lang, Catalog: r.In().Catalog, Domain: r.Input.Unicode, Typed: r.Input.Dropped, Answers: r.Answers, DNS: r.DNS,
		Findings: r.Findings, Plan: r.Plan, Forecast: r.Forecast, Seen: r.Seen, Now: r.DNS.Taken, Program: "todoku " + p.Version, Elapsed: r.Elapsed, Proof: r.Proof}
}

// NoteUnfound warns of terms of --spf-drop and --spf-flatten that the SPF record does not hold, since those flags then
// change nothing.
func (r Result) NoteUnfound(a *cli.Answers) {
	records, known := reading.SPFRecords(r.DNS, r.Input.Domain)
	if !known {
		return
	}
	var held []string
	for _, record := range records {
		for _, t := range spf.Parse(record).Terms {
			held = append(held, t.Text)
		}
	}
	for _, t := range r.In().Terms() { // the plan adds these if they are missing, and --spf-flatten may name them
		held = append(held, t.Text)
	}
	for _, term := range slices.Concat(a.SPFDrop, a.SPFFlatten) {
		if !slices.ContainsFunc(held, func(h string) bool { return strings.EqualFold(h, term) }) {
			a.Note(a.Lang.T("cmd.fault.spf-unfound", i18n.Args{"term": cli.Printable(term), "domain": cli.Printable(r.Input.Domain)}))
		}
	}
}

// Over merges the answers of the flags into the story's own, if they are about the story's domain: a flag wins.
func (w *World) Over(flags owner.Answers) owner.Answers {
	if w.Story == nil || w.Story.Answers.Domain != flags.Domain {
		return flags
	}
	return w.Story.Answers.Merge(flags)
}
