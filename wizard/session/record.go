package session

import (
	"encoding/json"
	"slices"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// Record is what is kept of a run, besides the looks of its wait: the replies, the DNS answers from which it was
// planned, and the plan. Path and Start are enough to ask again; the other fields are for the wait.
type Record struct {
	Domain  string              `json:"domain"` // ASCII
	Name    string              `json:"name"`   // the domain as people write it
	Path    wizard.Path         `json:"path,omitempty"`
	Start   owner.Answers       `json:"start"`
	Answers owner.Answers       `json:"answers"`
	DNS     *snapshot.Snapshot  `json:"dns"` // from before the changes
	Changes []plan.Change       `json:"changes"`
	Places  []propagation.Place `json:"places"`
	Reports *reported.Domain    `json:"reports,omitempty"` // what DMARC reports said of the domain, shortened
	Saved   []string            `json:"saved,omitempty"`   // the records that the owner said were saved
	// Proof is what the last test mail has shown, and Signing lists the services at which signing was switched on for it.
	Proof   *proof.Proof `json:"proof,omitempty"`
	Signing []string     `json:"signing,omitempty"`
}

// Clean returns the record with the text of a mail replaced by what was learnt from it, and whether there was any:
// earlier versions kept the text.
func (r Record) Clean() (Record, bool) {
	had := r.Start.Message != "" || r.Answers.Message != ""
	r.Start, r.Answers = inhand.Forget(r.Start), inhand.Teach(inhand.Forget(r.Answers))
	path := clonePath(r.Path)
	for i, reply := range path {
		if text := reply.Pasted(); text != "" {
			path[i], had = reply.Learnt(inhand.Learn(text)), true
		}
	}
	if had {
		r.Path = path
	}
	return r, had
}

// gist returns the part of a record that tells whether two records differ.
func (r Record) gist() string {
	text, _ := json.Marshal(Record{Domain: r.Domain, Path: r.Path, Changes: r.Changes, Saved: r.Saved, Proof: r.Proof, Signing: r.Signing, Reports: r.Reports}) // plain values cannot fail
	return string(text)
}

// Record returns this run as it would be kept now.
func (s *Session) Record() Record {
	r := Record{Domain: s.ans.Domain, Name: s.Name(), Path: clonePath(s.path), Start: s.flow.Start.Clone(), Answers: s.ans.Clone(),
		DNS: s.snap, Changes: slices.Clone(s.result.Plan.Changes), Saved: slices.Clone(s.saved), Proof: s.prove.kept, Signing: slices.Clone(s.prove.on)}
	if s.wait != nil {
		r.Places = slices.Clone(s.wait.Places)
	}
	if d := s.ReportsSaid(); d != nil {
		brief := d.Brief()
		r.Reports = &brief
	}
	return r
}

// Stored is a run as it was kept.
type Stored struct {
	Record
	ID    string
	Looks []propagation.Look // those that still count at today's places
}

// ResultBegun is the result of a run that was left before its wait.
const ResultBegun = "begun"

// Begun reports whether a run was left before its wait: only the owner's replies are kept then, and DNS is asked again.
func (r Record) Begun() bool { return r.DNS == nil }

// Offer is a kept run that can be resumed, and its state.
type Offer struct {
	Stored
	Verdict propagation.Verdict
}

// offersMost is the largest number of kept runs to offer.
const offersMost = 3

// RunsRead records the kept runs.
func (s *Session) RunsRead(runs []Stored) []Effect {
	s.offers = nil
	now := s.world.Now()
	for _, r := range runs[:min(len(runs), offersMost)] {
		if r.Begun() {
			s.offers = append(s.offers, Offer{Stored: r, Verdict: propagation.Verdict{Result: ResultBegun}})
			continue
		}
		v := propagation.Judge(propagation.Wants(r.Changes, r.DNS), s.world.Places(r.DNS), propagation.Rebase(r.Looks, now), now)
		s.offers = append(s.offers, Offer{r, v})
	}
	return nil
}

// Offers returns the kept runs that can be resumed, the latest first.
func (s *Session) Offers() []Offer { return s.offers }

// GoOn resumes a kept run at its wait, or at the found page if it was left before that. An error says that the
// questions have changed since: only the domain can be taken over then.
func (s *Session) GoOn(r Stored) ([]Effect, error) {
	flow := s.flow
	flow.Start = r.Start
	if r.Begun() {
		return s.goOnAsking(flow, r)
	}
	path, err := flow.Until(r.Path, wizard.StepWatch)
	if err != nil {
		return nil, err
	}
	s.flow = flow
	if err := s.walk(path); err != nil {
		return nil, err
	}
	s.open = nil
	clear(s.said)
	for _, reply := range path {
		s.said[reply.Step] = reply
	}
	out := s.endWait()
	s.saved = slices.Clone(r.Saved)
	s.about, s.rang = r.Domain, false
	s.prove = proving{run: s.prove.run + 1, kept: r.Proof, on: slices.Clone(r.Signing)}
	s.reports = Reports{Run: s.reports.Run + 1, Paths: slices.Clone(s.ans.Reports), Said: r.Reports}
	s.snap, s.seen = r.DNS, s.world.Catalog.Detect(r.DNS)
	s.look = Looking{Run: s.look.Run + 1, Domain: r.Domain, Whole: true, Came: slices.Clone(r.DNS.Answers), with: s.ans.Clone()}
	s.judge()
	s.result.Plan.Changes = r.Changes // as they were shown, whatever the rules would say now
	s.wait = NewWait(r.Changes, r.DNS, s.world.Places(r.DNS), s.world.Now, s.world.Steady)
	s.wait.Resume(r)
	s.disk = s.wait.disk
	return append(out, s.arrive()...), nil
}

// goOnAsking restores the replies of a run that was left before its wait.
func (s *Session) goOnAsking(flow wizard.Flow, r Stored) ([]Effect, error) {
	said := slices.DeleteFunc(clonePath(r.Path), func(x wizard.Reply) bool {
		step, ok := flow.Step(x.Step)
		return !ok || step.Kind == wizard.Page && step.Put == nil
	})
	path := flow.Put(nil, said...)
	if len(path) == 0 {
		return nil, &wizard.Misfit{Step: flow.First, Code: wizard.MisfitOrder}
	}
	s.flow, s.open = flow, nil
	if err := s.walk(path); err != nil {
		return nil, err
	}
	out := s.forget()
	s.flow = flow
	_ = s.walk(path) // cannot fail: it was checked above
	s.about, s.disk = s.ans.Domain, &disk{id: r.ID, gist: r.gist()}
	clear(s.said)
	for _, reply := range path {
		s.said[reply.Step] = reply
	}
	s.saved = slices.Clone(r.Saved)
	s.reports = Reports{Run: s.reports.Run + 1, Paths: slices.Clone(s.ans.Reports), Said: r.Reports}
	return append(out, s.arrive()...), nil
}

// Kept reports whether the run is on disk and can be resumed.
func (s *Session) Kept() bool { return s.disk.id != "" && !s.disk.done && s.disk.err == nil }

// begun returns the run as it is kept before its wait.
func (s *Session) begun() Record {
	r := s.Record()
	r.DNS, r.Changes, r.Places = nil, nil, nil
	return r
}

// Keep writes a run to disk: a new one, or an update of the one that is there. The ID under which it is kept goes to
// Saved; "" if runs are not kept here.
type Keep struct {
	ID      string // "" if not kept yet
	Record  Record
	Changed bool // the record differs from the one that is kept
	Looks   []propagation.Look
	Done    bool // the run is complete and will not be resumed

	of   *disk
	gist string
}

// disk is the state of what is kept of a run, from the first reply on.
type disk struct {
	id     string
	gist   string             // of the record that is kept
	unkept []propagation.Look // looks since the last Keep
	done   bool
	busy   bool // a Keep is in progress
	err    error
}

// ID returns the ID of the run on disk; "" if it is not kept.
func (w *Wait) ID() string { return w.disk.id }

// KeepErr returns why the run could not be kept the last time; nil if it was.
func (w *Wait) KeepErr() error { return w.disk.err }

// Keep returns what has to be kept now; false if nothing is new, or if a Keep is in progress.
func (w *Wait) Keep(r Record) (Keep, bool) {
	d := w.disk
	k := Keep{ID: d.id, Record: r, Looks: d.unkept, Done: w.Published() && !d.done, of: d, gist: r.gist()}
	k.Changed = k.gist != d.gist
	if d.id == "" {
		k.Changed, k.Looks = true, slices.Clone(w.Looks)
	}
	k.Done = k.Done || k.Changed && w.Published() // a new record would otherwise make a finished run unfinished
	if d.busy || len(w.Wants) == 0 || !k.Changed && len(k.Looks) == 0 && !k.Done {
		return Keep{}, false
	}
	d.busy, d.unkept = true, nil
	return k, true
}

// Kept records the outcome of a Keep. The store keeps looks that were not written, and tries again with the next ones.
func (w *Wait) Kept(k Keep, id string, err error) { w.disk.kept(k, id, err) }

func (d *disk) kept(k Keep, id string, err error) {
	d.busy, d.err = false, err
	if id != "" {
		d.id = id
	}
	if err == nil && id != "" {
		d.gist, d.done = k.gist, d.done || k.Done
	}
}

// Resume restores a kept run: its looks count, and new ones are added to it.
func (w *Wait) Resume(r Stored) {
	w.Looks, w.disk = r.Looks, &disk{id: r.ID, gist: r.gist()}
	w.Judge()
}
