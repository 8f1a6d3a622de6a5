package main

import (
	"todoku/checks/lab"
	"todoku/wizard/document"
)

// told is a result as the package that words it wants it.
func (a *app) told(r result) document.Input {
	story := ""
	if a.opt.lab != "" {
		if sc, err := lab.Find(a.opt.lab); err == nil {
			story = sc.Title.In(string(a.lang))
		}
	}
	return document.Input{Practice: story, Lang: a.lang, Catalog: r.in.Catalog, Domain: r.input.Unicode, Answers: r.in.Answers, DNS: r.in.DNS,
		Findings: r.found, Plan: r.plan, Forecast: r.future, Seen: r.in.Seen, Now: r.in.DNS.Taken, Program: "todoku " + version(), Elapsed: r.elapsed}
}

// writeJSON writes the contract's object on one line, with the checklists that were asked for.
func (a *app) writeJSON(r result) error {
	in := a.told(r)
	in.Forecast.Lists = a.askedLists(r)
	return a.writeLine(document.Contract(in))
}

// writeLine writes one JSON object on a line of its own.
func (a *app) writeLine(v any) error {
	line, err := document.Encode(v, "")
	if err != nil {
		return err
	}
	_, err = a.out.Write(line)
	return err
}

// summary is what export hands over.
func (a *app) summary(r result, format string) ([]byte, error) {
	return document.Write(format, a.told(r))
}
