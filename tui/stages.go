package tui

import (
	"strings"

	"example.org/todoku/wizard"
)

// stages are the five stages of a run in order (i18n tui.stage.<id>), each with its pages. Questions belong to the
// first.
var stages = []struct {
	id    string
	pages []wizard.StepID
}{
	{"diagnosis", nil},
	{"records", []wizard.StepID{wizard.StepRecords}},
	{"watch", []wizard.StepID{wizard.StepWatch}},
	{"proof", []wizard.StepID{wizard.StepProof}},
	{"keep", []wizard.StepID{wizard.StepKeep}},
}

// rule draws the line between the body and the footer.
func (f Frame) rule() string { return " " + f.Styles.Dim.Render(strings.Repeat(f.Glyphs.Rule, f.W-2)) }

// stages draws the rule above the body with the five stages in it, the current one in brackets.
func (f Frame) stages(at wizard.StepID) string {
	here := 0
	for i, s := range stages {
		for _, p := range s.pages {
			if p == at {
				here = i
			}
		}
	}
	bar := f.Styles.Dim.Render(strings.Repeat(f.Glyphs.Rule, 2)) + " "
	for i, s := range stages {
		word := f.T("stage." + s.id)
		if i > 0 {
			bar += f.Styles.Dim.Render(" " + f.Glyphs.Sep + " ")
		}
		if i == here {
			bar += f.Styles.Title.Render("[" + word + "]")
			continue
		}
		bar += f.Styles.Dim.Render(word)
	}
	if left := f.W - 2 - width(bar) - 1; left > 0 {
		bar += " " + f.Styles.Dim.Render(strings.Repeat(f.Glyphs.Rule, left))
	}
	return " " + cut(bar, f.W-2, f.Glyphs.Etc)
}
