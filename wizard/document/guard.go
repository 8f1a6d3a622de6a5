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
	Lapses     []GuardLapse    `json:"lapses"` // Keys that went, where only a mail can tell whether another signs.
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

// GuardLapse is a key that is no longer there, where DNS cannot tell whether mail is still signed with it.
type GuardLapse struct {
	Name     string `json:"name"`              // Where the key stood.
	Selector string `json:"selector"`          // Its selector.
	Service  string `json:"service,omitempty"` // ID of the service that signed with it, where that is known.
	What     string `json:"what"`
	Do       string `json:"do"` // How to find out whether it is still needed.
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
		Changes: []GuardChange{}, Breaks: []GuardFinding{}, Forecast: []GuardForecast{}, Losses: []GuardReason{}, Lapses: []GuardLapse{}, By: []GuardReason{},
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
	for _, l := range g.Drift.Lapses {
		what, do := p.Lapsed(l, g.ASCII)
		out.Lapses = append(out.Lapses, GuardLapse{l.Name, l.Selector, l.Service, what, do})
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
		p.write(p.style(style, g.headline(printable(name))), "\n")
	}
	switch g.State {
	case GuardSame:
		return ""
	case GuardChanged, GuardKept:
		head(Normal)
		if g.newKey() {
			p.write(g.Lang.T("guard.lapse.new"), "\n")
		}
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

// unsure is the wording for a complete look whose changes DNS alone cannot judge.
const unsure = "unsure"

// unkept is the wording of a domain that could not be checked and has no good state yet.
const unkept = "unkept"

// wording returns the key of the words for a state.
func (g Guarded) wording() string {
	if g.State == GuardUnknown && g.Reason == "" && len(g.Drift.Unanswered) == 0 && len(g.Drift.Lapses) > 0 {
		return unsure
	}
	if g.State == GuardUnknown && g.Since.IsZero() {
		return unkept
	}
	return string(g.State)
}

// headline returns the line that says how the domain compares.
func (g Guarded) headline(name string) string {
	return g.Lang.T("guard.state."+g.wording(), i18n.Args{"domain": name, "since": since(g), "count": len(g.Drift.Changes)})
}

// newKey reports whether there is a new or changed key. DNS does not show whether mail is signed with it.
func (g Guarded) newKey() bool {
	return slices.ContainsFunc(g.Drift.Changes, func(c drift.Change) bool { return c.Kind == drift.DKIM && len(c.Come) > 0 })
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
	var changed, worse, lapsed, by, do, open, mended []string
	for _, c := range g.Drift.Changes {
		changed = append(changed, p.words.Changed(c))
	}
	worse = p.whats(g.faults(), func(checks.Finding) bool { return true })
	for _, l := range g.Drift.Losses {
		worse = append(worse, p.words.Lost(l))
	}
	worse = append(worse, p.words.Fallen(g.Drift.Fallen)...)
	before := p.words.PutBack(g.Drift.Changes)
	if g.State == GuardBroken && len(before) > 0 && !parked(g) {
		do = append(do, g.Lang.T("guard.put-back"))
	}
	for _, l := range g.Drift.Lapses {
		what, how := p.words.Lapsed(l, printable(g.ASCII))
		lapsed, do = append(lapsed, what), append(do, how)
	}
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
	p.list(g.Lang.T("guard.unsure"), lapsed)
	p.list(g.Lang.T("guard.who"), by)
	p.list(g.Lang.T("guard.fix"), append(do, fixes(p.words, g.faults())...))
	if g.State == GuardBroken || len(lapsed) > 0 {
		p.list(g.Lang.T("guard.before"), before)
	}
	p.list(g.Lang.T("guard.mended"), mended)
	p.list(g.Lang.T("guard.unanswered"), open)
	if g.Reason != "" {
		p.list(g.Lang.T("guard.unanswered"), []string{g.Reason})
	}
}

// parked reports whether the registrar took the domain off its name servers: records put back there would help nobody.
func parked(g Guarded) bool {
	return slices.ContainsFunc(g.faults(), func(f checks.Finding) bool { return f.Code == checks.DomainParked })
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
	return "\n" + g.Lang.T("guard.next."+g.wording(), i18n.Args{"domain": printable(g.ASCII)}) + "\n"
}
