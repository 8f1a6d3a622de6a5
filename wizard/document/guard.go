package document

import (
	"slices"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/drift"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// GuardState is the outcome of comparing a domain with its last good state.
type GuardState string

// The states.
const (
	GuardSame    GuardState = "same"    // nothing changed
	GuardChanged GuardState = "changed" // something changed without harm
	GuardBroken  GuardState = "broken"  // something got worse
	GuardUnknown GuardState = "unknown" // it could not be checked
	GuardKept    GuardState = "kept"    // there was no good state yet; this one is kept
	GuardRefused GuardState = "refused" // there was no good state yet, and this one has faults
)

// Guarded is the comparison of a domain with its last good state.
type Guarded struct {
	Lang     i18n.Lang
	Catalog  *catalog.Catalog
	Domain   string // as people write it
	ASCII    string
	State    GuardState
	Since    time.Time // when the good state was seen; zero without one
	Taken    time.Time
	Drift    drift.Drift
	Findings []checks.Finding // of this look
	Reason   string           // why nothing could be checked, in that case
	All      bool             // list harmless changes in full
}

// GuardLine is the JSON of "guard". Fields may be added, never renamed.
type GuardLine struct {
	Schema     int             `json:"schema"`
	Domain     string          `json:"domain"`
	ASCII      string          `json:"ascii"`
	State      GuardState      `json:"state"`
	Since      string          `json:"since,omitempty"` // RFC 3339; when the good state was seen
	Taken      string          `json:"taken"`
	Changes    []GuardChange   `json:"changes"`
	Breaks     []GuardFinding  `json:"breaks"`
	Forecast   []GuardForecast `json:"forecast"`
	Losses     []GuardReason   `json:"losses"`
	By         []GuardReason   `json:"by"`
	Mended     []checks.Code   `json:"mended"`
	Unanswered []Evidence      `json:"unanswered"`
	Error      string          `json:"error,omitempty"`
}

// GuardChange is one changed record.
type GuardChange struct {
	Kind drift.Kind `json:"kind"`
	Act  drift.Act  `json:"act"`
	Name string     `json:"name"`
	Gone []string   `json:"gone"`
	Come []string   `json:"come"`
	Was  []string   `json:"was"`
	What string     `json:"what"`
}

// GuardFinding is a new fault.
type GuardFinding struct {
	Code     checks.Code     `json:"code"`
	Severity checks.Severity `json:"severity"`
	Name     string          `json:"name"`
	What     string          `json:"what"`
	Fix      string          `json:"fix"`
}

// GuardForecast is a receiver that treats the mail worse than before.
type GuardForecast struct {
	Receiver string           `json:"receiver"`
	Before   forecast.Outcome `json:"before"`
	Now      forecast.Outcome `json:"now"`
	Code     string           `json:"code,omitempty"`
}

// GuardReason is a loss, or who probably caused it, as a code with its arguments and in words.
type GuardReason struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args"`
	What string            `json:"what"`
}

func (g Guarded) words() words.P { return words.P{Lang: g.Lang, Catalog: g.Catalog, Now: g.Taken} }

// faults returns the new findings, or where no good state exists all findings that are faults.
func (g Guarded) faults() []checks.Finding {
	if g.State != GuardRefused {
		return g.Drift.Broken
	}
	return slices.DeleteFunc(checks.Causes(g.Findings), func(f checks.Finding) bool {
		return f.Severity != checks.Blocks && f.Severity != checks.Harms
	})
}

// GuardContract returns the comparison as the JSON line of "guard".
func GuardContract(g Guarded) GuardLine {
	p := g.words()
	out := GuardLine{Schema: 1, Domain: g.Domain, ASCII: g.ASCII, State: g.State, Taken: g.Taken.UTC().Format(time.RFC3339), Error: g.Reason,
		Changes: []GuardChange{}, Breaks: []GuardFinding{}, Forecast: []GuardForecast{}, Losses: []GuardReason{}, By: []GuardReason{},
		Mended: []checks.Code{}, Unanswered: evidence(g.Drift.Unanswered)}
	if !g.Since.IsZero() {
		out.Since = g.Since.UTC().Format(time.RFC3339)
	}
	for _, c := range g.Drift.Changes {
		out.Changes = append(out.Changes, GuardChange{c.Kind, c.Act, c.Name, append([]string{}, c.Gone...), append([]string{}, c.Come...), append([]string{}, c.Was...), p.Changed(c)})
	}
	for _, f := range g.faults() {
		w := p.Finding(f)
		out.Breaks = append(out.Breaks, GuardFinding{f.Code, f.Severity, f.Name, w.What, w.Fix})
	}
	for _, f := range g.Drift.Fallen {
		out.Forecast = append(out.Forecast, GuardForecast{f.Receiver, f.Before.Outcome, f.Now.Outcome, f.Now.Code})
	}
	for _, l := range g.Drift.Losses {
		out.Losses = append(out.Losses, GuardReason{l.Code, l.Args, p.Lost(l)})
	}
	for _, c := range g.Drift.Clues {
		out.By = append(out.By, GuardReason{c.Code, c.Args, p.Culprit(c)})
	}
	for _, f := range g.Drift.Mended {
		out.Mended = append(out.Mended, f.Code)
	}
	return out
}

// GuardPage returns the comparison as text; "" where there is nothing to report.
func GuardPage(g Guarded, l Layout) string {
	p := &page{Layout: l, words: g.words()}
	head := func(style Style) {
		name := g.Domain
		if g.ASCII != name {
			name += " (" + g.ASCII + ")"
		}
		text := g.Lang.T("guard.state."+string(g.State), i18n.Args{"domain": printable(name), "since": since(g), "count": len(g.Drift.Changes)})
		p.write(p.style(style, text), "\n")
	}
	switch g.State {
	case GuardSame:
		return ""
	case GuardChanged, GuardKept:
		head(Normal)
		if g.All {
			p.drift(g)
		}
		return p.String()
	case GuardUnknown:
		head(Bold)
	default:
		head(Bad)
	}
	p.drift(g)
	p.write(p.next(g))
	return p.String()
}

func since(g Guarded) string {
	if g.Since.IsZero() {
		return ""
	}
	return g.Since.Format("2006-01-02 15:04")
}

// mostOpen is how many unanswered questions are listed: a dead server leaves dozens.
const mostOpen = 6

// drift lists what changed, what that breaks, who did it, and what was not answered.
func (p *page) drift(g Guarded) {
	var changed, worse, by, open, mended []string
	for _, c := range g.Drift.Changes {
		changed = append(changed, p.words.Changed(c))
	}
	worse = p.whats(g.faults(), func(checks.Finding) bool { return true })
	for _, l := range g.Drift.Losses {
		worse = append(worse, p.words.Lost(l))
	}
	worse = append(worse, p.words.Fallen(g.Drift.Fallen)...)
	for _, c := range g.Drift.Clues {
		by = append(by, p.words.Culprit(c))
	}
	for _, a := range g.Drift.Unanswered {
		if len(open) == mostOpen {
			open = append(open, g.Lang.T("guard.more", i18n.Args{"count": len(g.Drift.Unanswered) - mostOpen}))
			break
		}
		if text := p.words.Heard(a, g.ASCII); !slices.Contains(open, text) {
			open = append(open, text)
		}
	}
	mended = p.whats(g.Drift.Mended, func(checks.Finding) bool { return true })
	p.list(g.Lang.T("guard.changed"), changed)
	p.list(g.Lang.T("guard.worse"), worse)
	p.list(g.Lang.T("guard.who"), by)
	p.list(g.Lang.T("guard.fix"), fixes(p.words, g.faults()))
	if g.State == GuardBroken {
		p.list(g.Lang.T("guard.before"), p.words.PutBack(g.Drift.Changes))
	}
	p.list(g.Lang.T("guard.mended"), mended)
	p.list(g.Lang.T("guard.unanswered"), open)
	if g.Reason != "" {
		p.list(g.Lang.T("guard.unanswered"), []string{g.Reason})
	}
}

// fixes returns what to do about the findings, each sentence once.
func fixes(p words.P, found []checks.Finding) (out []string) {
	for _, f := range found {
		if fix := p.Finding(f).Fix; fix != "" && !slices.Contains(out, fix) {
			out = append(out, fix)
		}
	}
	return out
}

// next names the next command.
func (p *page) next(g Guarded) string {
	return "\n" + g.Lang.T("guard.next."+string(g.State), i18n.Args{"domain": printable(g.ASCII)}) + "\n"
}
