package session

import (
	"net/netip"
	"slices"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// Reports is the state of the current or last reading of the owner's DMARC reports.
type Reports struct {
	Run   int // 0 if there was none yet
	Paths []string
	Busy  bool
	Share Share
	Read  *report.Reading  // nil before the end, and when Said comes from a kept run
	At    int              // index of the domain in Read that is shown
	Said  *reported.Domain // what they say of that domain; nil for none

	dns *snapshot.Snapshot // DNS answers about the senders
}

// Share is the progress of a reading.
type Share struct {
	FilesRead, Files int
	BytesRead, Bytes int64
}

type (
	// ReadReports reads DMARC reports from files and folders. It replaces a reading in progress. Progress goes to
	// ReportsProgressed, the end to ReportsRead.
	ReadReports struct {
		Run   int
		Paths []string
	}
	// StopReports stops a reading; what was read by then still goes to ReportsRead.
	StopReports struct{}
	// AskSenders looks up in DNS who the addresses in a domain's reports are, adding to what is known (may be nil). The
	// answers go to SendersAsked; nil if DNS cannot be reached.
	AskSenders struct {
		Run    int
		Domain string
		IPs    []netip.Addr
		Known  *snapshot.Snapshot
	}
)

func (ReadReports) effect() {}
func (StopReports) effect() {}
func (AskSenders) effect()  {}

// Reports returns the state of the current or last reading of reports.
func (s *Session) Reports() Reports { return s.reports }

// OpenReports starts reading reports.
func (s *Session) OpenReports(paths []string) []Effect {
	s.reports = Reports{Run: s.reports.Run + 1, Paths: slices.Clone(paths), Busy: true}
	return []Effect{ReadReports{Run: s.reports.Run, Paths: slices.Clone(paths)}}
}

// openOnce starts reading the reports that the owner named in the first box, unless they were read already.
func (s *Session) openOnce() []Effect {
	if r := s.reports; r.Run > 0 && slices.Equal(r.Paths, s.ans.Reports) && (r.Read == nil || !r.Read.Stopped) {
		return nil
	}
	return s.OpenReports(s.ans.Reports)
}

// CutReports stops a reading in progress; what was read is shown.
func (s *Session) CutReports() []Effect {
	if !s.reports.Busy {
		return nil
	}
	return []Effect{StopReports{}}
}

// ReportsProgressed records the progress of a reading.
func (s *Session) ReportsProgressed(run int, share Share) []Effect {
	if run == s.reports.Run && s.reports.Busy {
		s.reports.Share = share
	}
	return nil
}

// ReportsRead records what was read. It shows first the domain that this run is about, else the one with the most
// messages.
func (s *Session) ReportsRead(run int, read *report.Reading) []Effect {
	r := &s.reports
	if run != r.Run || !r.Busy {
		return nil
	}
	r.Busy, r.Read, r.At = false, read, 0
	if t := reported.Find(read.Domains, s.ans.Domain); t != nil && s.ans.Domain != "" {
		r.At = slices.Index(read.Domains, t)
	}
	return s.showReports()
}

// NextReports shows the next domain in the reports.
func (s *Session) NextReports() []Effect {
	r := &s.reports
	if r.Read == nil || len(r.Read.Domains) < 2 {
		return nil
	}
	r.At = (r.At + 1) % len(r.Read.Domains)
	return s.showReports()
}

// showReports judges the shown domain, and looks up its senders.
func (s *Session) showReports() []Effect {
	r := &s.reports
	r.Said, r.dns = nil, nil
	if len(r.Read.Domains) == 0 {
		return nil
	}
	s.judgeReports()
	t := r.Read.Domains[r.At]
	out := s.keepReports()
	ask := AskSenders{Run: r.Run, Domain: t.Domain, IPs: reported.Addresses(t)}
	if s.snap != nil && s.snap.Domain == t.Domain {
		ask.Known = s.snap.Clone()
	}
	return append(out, ask)
}

// SendersAsked records what DNS said of a domain's senders.
func (s *Session) SendersAsked(run int, domain string, dns *snapshot.Snapshot) []Effect {
	r := &s.reports
	if run != r.Run || r.Read == nil || dns == nil || len(r.Read.Domains) == 0 || r.Read.Domains[r.At].Domain != domain {
		return nil
	}
	r.dns = dns
	s.judgeReports()
	return s.keepReports()
}

// judgeReports judges the shown domain again with all that is known.
func (s *Session) judgeReports() {
	r := &s.reports
	if r.Read == nil || len(r.Read.Domains) == 0 {
		return
	}
	t := r.Read.Domains[r.At]
	k := reported.Known{Catalog: s.world.Catalog, DNS: r.dns, Now: s.world.Now()}
	if k.DNS == nil && s.snap != nil && s.snap.Domain == t.Domain {
		k.DNS = s.snap
	}
	if s.ans.Domain == t.Domain {
		k.Senders = slices.DeleteFunc(append(s.ans.HostIDs(), s.ans.Senders...), func(id string) bool { return id == owner.Unknown || id == owner.None })
	}
	said := reported.Of(t, k)
	r.Said = &said
}

// ReportsSaid returns what the reports say of the domain that this run is about; nil for nothing.
func (s *Session) ReportsSaid() *reported.Domain {
	if d := s.reports.Said; d != nil && s.ans.Domain != "" && snapshot.Below(s.ans.Domain, d.Tally.Domain) {
		return d
	}
	return nil
}

// keepReports keeps what was read with the run, if the run is kept.
func (s *Session) keepReports() []Effect {
	if s.wait == nil || s.wait.ID() == "" || s.ReportsSaid() == nil {
		return nil
	}
	return s.keep()
}

// ReportsReply returns the reply of the page that shows reports: the shown domain, if there is one.
func (s *Session) ReportsReply() wizard.Reply {
	r := wizard.Reply{Step: wizard.StepReports}
	if d := s.reports.Said; d != nil && wizard.IsName(d.Tally.Domain) {
		r.Values = []string{d.Tally.Domain}
	}
	return r
}

// NextStage returns the change of the DMARC record to the next stage that the reports allow; false if no step is due,
// or if the present record is not known.
func NextStage(d *reported.Domain) (plan.Change, bool) {
	value := ""
	if d != nil {
		value = d.Next()
	}
	if value == "" {
		return plan.Change{}, false
	}
	return plan.Change{Action: plan.Replace, Name: d.Name(), Type: snapshot.TXT, TTL: stageTTL, Value: value, Old: []string{d.Record}}, true
}

// stageTTL, in seconds, is short enough to go back the same day if mail is lost.
const stageTTL = 3600
