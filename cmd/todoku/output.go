package main

import (
	"todoku/checks/lab"
	"todoku/wizard/summary"
)

// told is a result as the package that words it wants it.
func (a *app) told(r result) summary.Input {
	story := ""
	if a.opt.lab != "" {
		if sc, err := lab.Find(a.opt.lab); err == nil {
			story = sc.Title[string(a.lang)]
		}
	}
	return summary.Input{Practice: story, Lang: a.lang, Catalog: r.in.Catalog, Domain: r.input.Unicode, Answers: r.in.Answers, DNS: r.in.DNS,
		Findings: r.found, Plan: r.plan, Forecast: r.future, Seen: r.in.Seen, Now: r.in.DNS.Taken, Program: "todoku " + version(), Elapsed: r.elapsed}
}

// writeJSON writes the contract's object on one line, with the checklists that were asked for.
func (a *app) writeJSON(r result) error {
	in := a.told(r)
	in.Forecast.Lists = a.askedLists(r)
	return a.writeLine(summary.Contract(in))
}

// writeLine writes one JSON object on a line of its own.
func (a *app) writeLine(v any) error {
	line, err := summary.Encode(v, "")
	if err != nil {
		return err
	}
	_, err = a.out.Write(line)
	return err
}

// summary is what export hands over.
func (a *app) summary(r result, format string) ([]byte, error) {
	return summary.Write(format, a.told(r))
}
