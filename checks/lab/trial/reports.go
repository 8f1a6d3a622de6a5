package trial

import (
	"bytes"
	"context"
	"io"
	"net/netip"
	"strings"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// ReportFiles returns the story's DMARC reports of a phase.
func (x *Trial) ReportFiles(phase string) []report.File {
	for _, p := range x.Story.Phases {
		if p.Name != phase {
			continue
		}
		made, err := x.Story.Reports(p, x.Clock.Now())
		if err != nil {
			panic(err)
		}
		var out []report.File
		for _, f := range made {
			out = append(out, report.File{Name: f.Name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }})
		}
		return out
	}
	return nil
}

// ReadReports reads the story's reports of the phases that paths name, as "/reports/before".
func (x *Trial) ReadReports(ctx context.Context, paths []string) *report.Reading {
	var files []report.File
	for _, p := range paths {
		files = append(files, x.ReportFiles(strings.TrimPrefix(p, reportsAt))...)
	}
	return report.Read(ctx, files, report.Options{})
}

const reportsAt = "/reports/"

// Recognise recognises paths of the story's reports; all else it leaves to package input.
func (x *Trial) Recognise(text string) (input.Input, *input.Problem) {
	paths, sure := input.Paths(text)
	switch {
	case !sure:
		return input.Own(text)
	case !strings.HasPrefix(paths[0], reportsAt):
		return input.Input{}, &input.Problem{Code: input.NoFile, Args: map[string]string{"text": paths[0]}}
	}
	return input.Input{Kind: input.Reports, Raw: strings.Join(paths, "\n")}, nil
}

// Senders looks up in the lab who the addresses in reports are.
func (x *Trial) Senders(ctx context.Context, domain string, ips []netip.Addr, known *snapshot.Snapshot) *snapshot.Snapshot {
	if known == nil {
		known = snapshot.New(domain, x.Clock.Now())
	}
	if err := x.Client.Receive(ctx, known, func(d spf.Data) []spf.Need { return reported.Needs(d, domain, ips) }); err != nil {
		return nil
	}
	return known
}
