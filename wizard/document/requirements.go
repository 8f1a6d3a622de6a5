package document

import (
	"slices"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/forecast"
)

// stateStyle colours the state of a demand; the word beside it says the same.
var stateStyle = map[forecast.State]Style{forecast.Met: Good, forecast.Unmet: Bad, forecast.Unsure: Bold, forecast.Hidden: Dim}

// RequirementsPage returns the forecast's checklists as text: each demand with its state, why, and the evidence.
func RequirementsPage(in Input, l Layout) string {
	p := newPage(in, l)
	p.name()
	for _, c := range in.Forecast.Lists {
		p.write("\n", p.style(Part, p.words.T("forecast.list", "receiver", p.words.Receiver(c.Receiver))), "\n")
		var sources []string
		for _, j := range c.Items {
			rows := []row{{label: p.words.DemandState(j.State), text: p.words.Need(j), style: stateStyle[j.State]}, {text: p.words.Stands(j)}}
			if j.State != forecast.Hidden {
				for _, e := range j.Evidence {
					rows = append(rows, row{text: p.words.Evidence(e)})
				}
			}
			p.columns("  ", p.stateWidth(), rows)
			if !slices.Contains(sources, j.Source) {
				sources = append(sources, j.Source)
			}
		}
		for _, s := range sources {
			p.write("  ", p.style(Dim, p.words.T("forecast.source", "source", p.words.Cite(s))), "\n")
		}
	}
	return p.String()
}

// stateWidth returns the width in cells of the longest word for a state.
func (p *page) stateWidth() (width int) {
	for s := range stateStyle {
		width = max(width, ansi.StringWidth(p.words.DemandState(s)))
	}
	return width
}

// receivers prints what each receiver does now, and with the records.
func (p *page) receivers() {
	f := p.in.Forecast
	if f.Silent || len(f.Lines) == 0 {
		return
	}
	p.write("\n", p.style(Part, p.words.T("forecast.title")), "\n")
	var rows []row
	for _, l := range f.Lines {
		now, then := p.words.Outlook(l.Now), p.words.Outlook(l.Then)
		rows = append(rows, row{label: p.words.Receiver(l.Receiver), text: now})
		if f.Changes && now != then {
			rows = append(rows, row{text: p.words.T("forecast.later", "when", p.words.Then(f), "text", then)})
		}
	}
	p.columns("  ", 0, rows)
}
