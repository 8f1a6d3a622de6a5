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

// Record is what outlives the program of a run, beside the looks of its wait: the replies, what DNS said when it was
// planned, and the plan as it was told. Path and Start are enough to ask again; the others are what was waited for.
type Record struct {
	Domain  string              `json:"domain"` // ASCII
	Name    string              `json:"name"`   // the domain as people write it
	Path    wizard.Path         `json:"path,omitempty"`
	Start   owner.Answers       `json:"start"`
	Answers owner.Answers       `json:"answers"`
	DNS     *snapshot.Snapshot  `json:"dns"` // as it was before the changes
	Changes []plan.Change       `json:"changes"`
	Places  []propagation.Place `json:"places"`
	Reports *reported.Domain    `json:"reports,omitempty"` // what DMARC reports said of the domain, in brief
	Saved   []string            `json:"saved,omitempty"`   // the records that the owner said were saved
	// Proof is what the last test mail has shown, and Signing the services at which signing was switched on for it.
	Proof   *proof.Proof `json:"proof,omitempty"`
	Signing []string     `json:"signing,omitempty"`
}

// Clean is the record with what was learnt in place of the text of a mail, and whether there was any: runs of earlier
// versions were kept with it.
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

// gist is the part of a record by which one plan is told from another.
func (r Record) gist() string {
	text, _ := json.Marshal(Record{Domain: r.Domain, Path: r.Path, Changes: r.Changes, Saved: r.Saved, Proof: r.Proof, Signing: r.Signing, Reports: r.Reports}) // plain values: no error
	return string(text)
}

// Record is this run as it would be kept now.
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
	Looks []propagation.Look // that still count at the places of today
}

// ResultBegun is how a run stands that was left before its wait.
const ResultBegun = "begun"

// Begun reports whether a run was left before its wait: only what the owner said is kept of it, and DNS is looked at anew.
func (r Record) Begun() bool { return r.DNS == nil }

// Offer is a kept run that may be gone on with, and how it stands.
type Offer struct {
	Stored
	Verdict propagation.Verdict
}

// offersMost is how many kept runs are offered.
const offersMost = 3

// RunsRead takes in the runs of earlier days.
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

// Offers are the kept runs that may be gone on with, the latest first.
func (s *Session) Offers() []Offer { return s.offers }

// GoOn goes on with a kept run at its wait, or where it was left before that at the page that shows what was found. An error says that the questions have changed since: the domain is all that
// can be taken over then.
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
	s.result.Plan.Changes = r.Changes // as they were told, whatever the rules would say today
	s.wait = NewWait(r.Changes, r.DNS, s.world.Places(r.DNS), s.world.Now, s.world.Steady)
	s.wait.Resume(r)
	s.disk = s.wait.disk
	return append(out, s.arrive()...), nil
}

// goOnAsking puts back what the owner said in a run that was left before its wait.
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
	_ = s.walk(path) // it fitted a moment ago
	s.about, s.disk = s.ans.Domain, &disk{id: r.ID, gist: r.gist()}
	clear(s.said)
	for _, reply := range path {
		s.said[reply.Step] = reply
	}
	s.saved = slices.Clone(r.Saved)
	s.reports = Reports{Run: s.reports.Run + 1, Paths: slices.Clone(s.ans.Reports), Said: r.Reports}
	return append(out, s.arrive()...), nil
}

// Kept reports whether the run is on the disk and may be gone on with.
func (s *Session) Kept() bool { return s.disk.id != "" && !s.disk.done && s.disk.err == nil }

// begun is the run as it is kept before its wait.
func (s *Session) begun() Record {
	r := s.Record()
	r.DNS, r.Changes, r.Places = nil, nil, nil
	return r
}

// Keep puts a run on the disk: as a new one, or as more of the one that it is already. The ID under which it is kept
// from then on goes to Saved; "" where nothing is kept here.
type Keep struct {
	ID      string // "": not kept yet
	Record  Record
	Changed bool // the record is not the one that is kept
	Looks   []propagation.Look
	Done    bool // nobody needs to go on with it

	of   *disk
	gist string
}

// disk is what of a run is kept, from the first reply on.
type disk struct {
	id     string
	gist   string             // of the record that is kept
	unkept []propagation.Look // heard since
	done   bool
	busy   bool // a Keep is under way
	err    error
}

// ID is that of the run on the disk; "" where it is not kept.
func (w *Wait) ID() string { return w.disk.id }

// KeepErr is why the run could not be kept the last time; nil where it was.
func (w *Wait) KeepErr() error { return w.disk.err }

// Keep gives what is to be kept now; false where nothing is new, or where another Keep is under way.
func (w *Wait) Keep(r Record) (Keep, bool) {
	d := w.disk
	k := Keep{ID: d.id, Record: r, Looks: d.unkept, Done: w.Published() && !d.done, of: d, gist: r.gist()}
	k.Changed = k.gist != d.gist
	if d.id == "" {
		k.Changed, k.Looks = true, slices.Clone(w.Looks)
	}
	k.Done = k.Done || k.Changed && w.Published() // a new record would make a run that is done one to go on with
	if d.busy || len(w.Wants) == 0 || !k.Changed && len(k.Looks) == 0 && !k.Done {
		return Keep{}, false
	}
	d.busy, d.unkept = true, nil
	return k, true
}

// Kept takes in what became of a Keep. Looks that were not written are the store's, which tries again with the next.
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

// Resume goes on with a kept run: its looks count, and what is new is added to it.
func (w *Wait) Resume(r Stored) {
	w.Looks, w.disk = r.Looks, &disk{id: r.ID, gist: r.gist()}
	w.Judge()
}
