// Package document writes what is handed over when the work is done, or left half done: one document in several
// formats, and the objects of the command line's JSON contract. It collects and words; it decides nothing and writes
// no file.
package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// Input is everything that a summary is made from. Only Lang, Catalog and Answers.Domain are required.
type Input struct {
	Lang     i18n.Lang
	Catalog  *catalog.Catalog
	Domain   string // as people write it; "" where that is Answers.Domain
	Typed    string // the name as it was given, where Domain is looked at in its place
	Answers  owner.Answers
	DNS      *snapshot.Snapshot // nil if nothing was asked
	Findings []checks.Finding
	Plan     plan.Plan
	Forecast forecast.Forecast // without Lines there is no forecast; without Lists no checklists
	Seen     catalog.Detected
	Wait     *Wait            // nil if there is no wait
	Proof    *proof.Proof     // of the last test mail; nil for none
	Reports  *reported.Domain // what DMARC reports say of the domain; nil if none were read
	Now      time.Time        // date of the summary
	Practice string           // title of the lab's story; "" on the real internet
	Program  string           // name and version, such as "todoku 1.0"
	Queries  int              // how many DNS questions were asked; 0: as many as the snapshot has answers
	Elapsed  time.Duration
}

// Wait is the state of the wait.
type Wait struct {
	Wants   []propagation.Want
	Places  []propagation.Place
	Verdict propagation.Verdict
}

// Of returns the input for a session's findings and wait. The caller adds language, names and dates.
func Of(s *session.Session) Input {
	r := s.Result()
	in := Input{Domain: s.Name(), Answers: s.Answers(), DNS: r.DNS, Findings: r.Findings, Plan: r.Plan, Forecast: s.Outlook(), Seen: s.Seen(), Proof: s.Proved()}
	in.Reports = s.ReportsSaid()
	if w := s.Wait(); w != nil && len(w.Wants) > 0 {
		in.Wait = &Wait{Wants: w.Wants, Places: w.Places, Verdict: w.Verdict}
	}
	return in
}

// A Format renders the input as a file.
type Format struct {
	Name  string // as on the command line
	Ext   string // of the file's name, with its dot
	Write func(Input) ([]byte, error)
}

// formats lists the formats in the order in which they are offered. A new format is a new row here.
var formats = []Format{
	{"txt", ".txt", func(in Input) ([]byte, error) { return text(document(in)), nil }},
	{"html", ".html", htmlSheet},
	{"request", "-request.txt", func(in Input) ([]byte, error) { return request(in), nil }},
	{"undo", "-undo.txt", func(in Input) ([]byte, error) { return undo(in), nil }},
	{"md", ".md", func(in Input) ([]byte, error) { return markdown(document(in)), nil }},
	{"json", ".json", func(in Input) ([]byte, error) { return Encode(Contract(in), "  ") }},
	{"csv", ".csv", spreadsheet},
	{"zone", ".zone", func(in Input) ([]byte, error) { return zoneFile(in), nil }},
	{"dnscontrol", "-dnsconfig.js", func(in Input) ([]byte, error) { return dnsControl(in), nil }},
	{"octodns", "-octodns.yaml", func(in Input) ([]byte, error) { return octoDNS(in), nil }},
	{"terraform-cloudflare", "-cloudflare.tf", func(in Input) ([]byte, error) { return terraformCloudflare(in), nil }},
	{"terraform-route53", "-route53.tf", func(in Input) ([]byte, error) { return terraformRoute53(in), nil }},
}

// Formats returns the formats in the order in which they are offered.
func Formats() []Format { return slices.Clone(formats) }

// FormatsOf returns the names of the formats whose file extension the path has: the one with the longest, else all that
// share what follows the last dot.
func FormatsOf(path string) []string {
	path = strings.ToLower(path)
	var best Format
	var out []string
	for _, f := range formats {
		if strings.HasSuffix(path, f.Ext) && len(f.Ext) > len(best.Ext) {
			best = f
		}
		if ext := f.Ext[strings.LastIndex(f.Ext, "."):]; strings.HasSuffix(path, ext) {
			out = append(out, f.Name)
		}
	}
	if best.Name != "" {
		return []string{best.Name}
	}
	return out
}

// FormatError says that a format does not exist.
type FormatError struct {
	Format string
	Known  []string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("no format %q (have %s)", e.Format, strings.Join(e.Known, ", "))
}

// Write renders the summary in a format; an unknown format is a *FormatError.
func Write(format string, in Input) ([]byte, error) {
	e := &FormatError{Format: format}
	for _, f := range formats {
		if f.Name == format {
			return f.Write(in)
		}
		e.Known = append(e.Known, f.Name)
	}
	return nil, e
}

// FileName returns a good name for the summary's file: the domain, the day, the format's extension.
func FileName(format string, in Input) string {
	ext := "." + format
	for _, f := range formats {
		if f.Name == format {
			ext = f.Ext
		}
	}
	return "todoku-" + in.Answers.Domain + "-" + in.Now.Format("2006-01-02") + ext
}

func (in Input) words() words.P { return words.P{Lang: in.Lang, Catalog: in.Catalog, Now: in.Now} }

// paper returns the words for documents that are handed over.
func (in Input) paper() words.P {
	p := in.words()
	p.Paper = true
	return p
}

// domain returns the name as people write it.
func (in Input) domain() string {
	if in.Domain != "" {
		return in.Domain
	}
	return in.Answers.Domain
}

// Panel returns the ID of the DNS panel that the records are written for.
func (in Input) Panel() string { return session.Panel(in.Answers, in.Findings, in.Seen) }

// Zone returns the apex of the zone that the panel edits.
func (in Input) Zone() string { return session.Zone(in.Answers, in.DNS) }

// Diagnosis returns, as lines of plain text, what was found, what receivers do, and what could not be checked.
func Diagnosis(in Input) string {
	b := &builder{in: in, p: in.paper()}
	b.verdict()
	b.found()
	b.detours()
	b.forecast()
	b.unseen()
	b.attempts()
	return string(text(b.blocks))
}

// Record returns one change of the plan as lines of plain text; i counts from 0. The value is on a line of its own.
func Record(in Input, i int) string {
	b := &builder{in: in, p: in.paper()}
	list := b.p.Changes(in.Plan, in.Panel(), in.Zone(), in.Answers)
	b.title(3, strconv.Itoa(i+1)+" / "+strconv.Itoa(len(list))+"  "+list[i].Title)
	b.record(list[i], in.Plan.Changes[i].Action == plan.Remove)
	return string(text(b.blocks))
}
