package tui

import (
	"context"
	"slices"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/facts"
	"todoku/checks/forecast"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
	"todoku/wizard/document"
	"todoku/wizard/words"
)

// Case is what todoku knows about one domain: the replies, what DNS said, and what follows from both. Only Update
// changes it; commands work on copies and come back as messages.
type Case struct {
	d    Deps
	ctx  context.Context
	lang i18n.Lang

	flow wizard.Flow
	path wizard.Path
	said map[wizard.StepID]wizard.Reply // replies that Back took away are kept, to be offered again
	ans  owner.Answers
	at   wizard.StepID
	name string // the domain as people write it

	look   looking // the look under way, or the last one
	snap   *snapshot.Snapshot
	seen   catalog.Detected
	found  []checks.Finding
	plan   plan.Plan
	future forecast.Forecast // what receivers do, now and after the plan
	wait   waiting
	kept   []keptRun         // runs that may be gone on with
	proof  string            // the pasted source of a mail that arrived
	ring   func(more string) // sounds the bell

	tick func(time.Duration, func(time.Time) tea.Msg) tea.Cmd
}

// looking is one run of questions to DNS. Messages of another run are dropped.
type looking struct {
	run         int
	domain      string
	busy, whole bool // whole: it knew every answer of the owner
	stop        context.CancelFunc
	came        []snapshot.Answer
	asked, open int
	err         error
}

type (
	progressMsg struct {
		run  int
		got  []Progress
		feed *feed
	}
	checkedMsg struct {
		run  int
		snap *snapshot.Snapshot
		err  error
	}
)

func newCase(ctx context.Context, d Deps) *Case {
	c := &Case{d: d, ctx: ctx, lang: d.Lang, flow: wizard.Main(), said: map[wizard.StepID]wizard.Reply{}, tick: tea.Tick, ring: func(string) {}}
	c.flow.Start = d.Start
	c.ans, c.at = d.Start, c.flow.First
	return c
}

func (c *Case) p() words.P {
	return words.P{Lang: c.lang, Catalog: c.d.Catalog, Now: c.d.Now(), Panel: c.panel()}
}

// step is the question or page to show.
func (c *Case) step() wizard.Step {
	s, _ := c.flow.Step(c.at)
	return s
}

// before is what was replied to a step, now or before Back took it away; else what the answers say.
func (c *Case) before(s wizard.Step) wizard.Reply {
	if r, ok := c.said[s.ID]; ok {
		return r
	}
	if s.Said == nil {
		return wizard.Reply{Step: s.ID}
	}
	return s.Said(c.ans)
}

// reply adds a reply and walks on; an error (*wizard.Misfit) leaves everything as it was.
func (c *Case) reply(r wizard.Reply) error {
	domain := c.ans.Domain
	if err := c.walk(c.path.With(r)); err != nil {
		return err
	}
	if c.ans.Domain != domain {
		clear(c.said)
		c.endWait()
		c.found, c.plan, c.future, c.wait = nil, plan.Plan{}, forecast.Forecast{}, waiting{run: c.wait.run}
	}
	c.said[r.Step] = r
	return nil
}

func (c *Case) walk(p wizard.Path) error {
	a, at, err := c.flow.Walk(p)
	if err == nil {
		c.path, c.ans, c.at = p, a, at
	}
	return err
}

// back takes the last reply back, with those of the pages that nobody stops at; false where there is none.
func (c *Case) back() bool {
	if len(c.path) == 0 {
		return false
	}
	p := c.path
	for {
		at := p[len(p)-1].Step
		p = p.Back()
		if len(p) == 0 || at != wizard.StepCheck && !c.passes(at) {
			return c.walk(p) == nil
		}
	}
}

// passes reports whether a page has nothing to show: no records to make, and so none to wait for.
func (c *Case) passes(at wizard.StepID) bool {
	switch at {
	case wizard.StepRecords:
		return len(c.plan.Changes) == 0
	case wizard.StepWatch:
		return len(c.plan.Edits()) == 0
	}
	return false
}

// addKey keeps a key that was pasted at its record, in place of an earlier one, and plans anew.
func (c *Case) addKey(k owner.Key) {
	same := func(o owner.Key) bool { return o.Service == k.Service }
	c.flow.Start.Keys = append(slices.DeleteFunc(slices.Clone(c.flow.Start.Keys), same), k)
	if c.walk(c.path) == nil {
		c.judge()
	}
}

// choose takes a way out of an SPF record that is too big, beside those taken before, and plans anew.
func (c *Case) choose(take owner.SPFChoice) {
	now := &c.flow.Start.SPF
	now.Drop, now.Flatten = append(slices.Clone(now.Drop), take.Drop...), append(slices.Clone(now.Flatten), take.Flatten...)
	if c.walk(c.path) == nil {
		c.judge()
	}
}

// unchoose takes all such choices back.
func (c *Case) unchoose() {
	c.flow.Start.SPF = owner.SPFChoice{}
	if c.walk(c.path) == nil {
		c.judge()
	}
}

// chose reports whether a way was taken.
func (c *Case) chose() bool { return len(c.ans.SPF.Drop)+len(c.ans.SPF.Flatten) > 0 }

// shown is the domain as people write it.
func (c *Case) shown() string {
	if c.name != "" && c.ans.Domain != "" {
		return c.name
	}
	return c.ans.Domain
}

// begin asks DNS about the domain, over what is known already, with what the owner said so far.
func (c *Case) begin(whole bool) tea.Cmd {
	if c.look.stop != nil {
		c.look.stop()
	}
	old := c.snap
	if old != nil && old.Domain != c.ans.Domain {
		old, c.snap, c.seen = nil, nil, catalog.Detected{}
	}
	ctx, stop := context.WithCancel(c.ctx)
	run := c.look.run + 1
	c.look = looking{run: run, domain: c.ans.Domain, busy: true, whole: whole, stop: stop}
	if old != nil {
		c.look.came = slices.Clone(old.Answers)
		old = old.Clone() // the screens go on reading the first
	}
	f := &feed{ready: make(chan struct{}, 1)}
	ans, check := c.ans, c.d.Check
	return tea.Batch(func() tea.Msg {
		defer f.end()
		s, err := check(ctx, ans, old, f.add)
		return checkedMsg{run, s, err}
	}, f.next(run))
}

// early begins to look as soon as a domain is known, while the questions are asked.
func (c *Case) early() tea.Cmd {
	if c.ans.Domain == "" || c.ans.Domain == c.look.domain || c.at == wizard.StepCheck {
		return nil
	}
	return c.begin(false)
}

// again begins anew, forgetting what DNS said.
func (c *Case) again() tea.Cmd {
	c.snap = nil
	return c.begin(true)
}

func (c *Case) progress(m progressMsg) tea.Cmd {
	if m.run != c.look.run {
		return nil
	}
	for _, p := range m.got {
		c.look.came = append(c.look.came, p.Answer)
		c.look.asked, c.look.open = p.Asked, p.Open
	}
	if m.feed == nil {
		return nil
	}
	return m.feed.next(m.run)
}

func (c *Case) checked(m checkedMsg) {
	if m.run != c.look.run {
		return
	}
	c.look.busy, c.look.err = false, m.err
	if m.snap != nil {
		c.snap = m.snap
		c.look.came = slices.Clone(m.snap.Answers)
		c.seen = c.d.Catalog.Detect(c.snap)
	}
	if c.look.whole {
		c.judge()
	}
}

// judge runs the rules and makes the plan.
func (c *Case) judge() {
	if c.snap == nil {
		c.found, c.plan, c.future = nil, plan.Plan{}, forecast.Forecast{}
		return
	}
	in := facts.Read(c.ans, c.snap, c.d.Catalog)
	c.found = checks.Diagnose(in)
	c.plan = plan.Make(in, c.found)
	c.future = forecast.Make(in, c.plan)
}

// blind reports that not one question got an answer: there is no way to DNS at all.
func (c *Case) blind() bool {
	if c.look.busy || c.look.run == 0 {
		return false
	}
	if c.snap == nil || len(c.snap.Answers) == 0 {
		return true
	}
	return !slices.ContainsFunc(c.snap.Answers, snapshot.Answer.Known)
}

// zone is the apex of the zone whose records are edited.
func (c *Case) zone() string {
	if c.snap != nil {
		if z, ok := c.snap.Zone(); ok {
			return z
		}
	}
	return c.ans.Domain
}

// panel is the DNS panel that records are written for: the owner's word, else what DNS shows without doubt.
func (c *Case) panel() string {
	return document.Input{Answers: c.ans, Findings: c.found, Seen: c.seen}.Panel()
}

// feed carries the results of one run from its goroutines to the screen.
type feed struct {
	mu    sync.Mutex
	got   []Progress
	ended bool
	ready chan struct{}
}

func (f *feed) add(p Progress) {
	f.mu.Lock()
	f.got = append(f.got, p)
	f.mu.Unlock()
	f.wake()
}

func (f *feed) end() {
	f.mu.Lock()
	f.ended = true
	f.mu.Unlock()
	f.wake()
}

func (f *feed) wake() {
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// next waits for results and brings all that are there.
func (f *feed) next(run int) tea.Cmd {
	return func() tea.Msg {
		<-f.ready
		f.mu.Lock()
		defer f.mu.Unlock()
		m := progressMsg{run: run, got: f.got, feed: f}
		f.got = nil
		if f.ended {
			m.feed = nil
		}
		return m
	}
}
