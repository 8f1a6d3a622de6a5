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

// Reports is a reading of the owner's DMARC reports that is under way, or the last one.
type Reports struct {
	Run   int // 0: there was none yet
	Paths []string
	Busy  bool
	Share Share
	Read  *report.Reading  // nil before the end, and where what was said comes from a kept run
	At    int              // which of the domains in Read is shown
	Said  *reported.Domain // what they say of that domain; nil where they say nothing of any

	dns *snapshot.Snapshot // what was asked about the senders
}

// Share is how far a reading is.
type Share struct {
	FilesRead, Files int
	BytesRead, Bytes int64
}

type (
	// ReadReports reads DMARC reports out of files and folders, in place of a reading that is still under way. How far it is
	// goes to ReportsProgressed, the end to ReportsRead.
	ReadReports struct {
		Run   int
		Paths []string
	}
	// StopReports ends a reading; what was read by then goes to ReportsRead all the same.
	StopReports struct{}
	// AskSenders asks DNS who the addresses in the reports of a domain are, over what is known already (nil: nothing). The
	// answers go to SendersAsked; nil, where there is no way to DNS.
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

// Reports is the reading of reports that is under way, or the last one.
func (s *Session) Reports() Reports { return s.reports }

// OpenReports begins to read reports.
func (s *Session) OpenReports(paths []string) []Effect {
	s.reports = Reports{Run: s.reports.Run + 1, Paths: slices.Clone(paths), Busy: true}
	return []Effect{ReadReports{Run: s.reports.Run, Paths: slices.Clone(paths)}}
}

// openOnce begins to read the reports that the owner named in the first box, unless they were read already.
func (s *Session) openOnce() []Effect {
	if r := s.reports; r.Run > 0 && slices.Equal(r.Paths, s.ans.Reports) && (r.Read == nil || !r.Read.Stopped) {
		return nil
	}
	return s.OpenReports(s.ans.Reports)
}

// CutReports ends a reading that is under way; what was read is told as it is.
func (s *Session) CutReports() []Effect {
	if !s.reports.Busy {
		return nil
	}
	return []Effect{StopReports{}}
}

// ReportsProgressed takes in how far a reading is.
func (s *Session) ReportsProgressed(run int, share Share) []Effect {
	if run == s.reports.Run && s.reports.Busy {
		s.reports.Share = share
	}
	return nil
}

// ReportsRead takes in what was read. The domain that this run is about is shown first, else the one with the most
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

// NextReports shows the next domain of which the reports tell.
func (s *Session) NextReports() []Effect {
	r := &s.reports
	if r.Read == nil || len(r.Read.Domains) < 2 {
		return nil
	}
	r.At = (r.At + 1) % len(r.Read.Domains)
	return s.showReports()
}

// showReports judges the domain that is shown, and has its senders asked for.
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

// SendersAsked takes in what DNS said of the senders of a domain.
func (s *Session) SendersAsked(run int, domain string, dns *snapshot.Snapshot) []Effect {
	r := &s.reports
	if run != r.Run || r.Read == nil || dns == nil || len(r.Read.Domains) == 0 || r.Read.Domains[r.At].Domain != domain {
		return nil
	}
	r.dns = dns
	s.judgeReports()
	return s.keepReports()
}

// judgeReports says what the reports tell of the domain that is shown, with all that is known by now.
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

// ReportsSaid is what the reports say of the domain that this run is about; nil where they say nothing of it.
func (s *Session) ReportsSaid() *reported.Domain {
	if d := s.reports.Said; d != nil && s.ans.Domain != "" && snapshot.Below(s.ans.Domain, d.Tally.Domain) {
		return d
	}
	return nil
}

// keepReports keeps what was read with the run, where that is kept.
func (s *Session) keepReports() []Effect {
	if s.wait == nil || s.wait.ID() == "" || s.ReportsSaid() == nil {
		return nil
	}
	return s.keep()
}

// ReportsReply answers the page that shows reports: with the domain that is shown, where there is one.
func (s *Session) ReportsReply() wizard.Reply {
	r := wizard.Reply{Step: wizard.StepReports}
	if d := s.reports.Said; d != nil && wizard.IsName(d.Tally.Domain) {
		r.Values = []string{d.Tally.Domain}
	}
	return r
}

// NextStage is the change of the record to the next stage of the policy, as the reports allow it; false where no step is
// due, or where the present record is not known.
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

// stageTTL is short enough to go back the same day, where mail is lost after all.
const stageTTL = 3600
