package document

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Kept is a wait that is kept on disk.
type Kept struct {
	ID, Name string
	Done     bool // its owner has seen it end
	Wait     Wait
	Dir      string // where it is kept
}

// Standing returns the state of a kept wait in a few words.
func (k Kept) Standing(p words.P, now time.Time) string {
	v := k.Wait.Verdict
	switch {
	case k.Done && len(k.Wait.Wants) == 0: // no record was to be made
		return p.T("words.run.done")
	case k.Done:
		return p.T("words.run." + propagation.ResultPublished)
	case v.Result == propagation.ResultWaiting && v.Done.After(now):
		return p.T("words.run.left", "left", p.Duration(v.Done.Sub(now)))
	}
	return p.T("words.run." + v.Result)
}

// KeptList returns one line for each kept wait.
func KeptList(p words.P, all []Kept, now time.Time) string {
	var rows [][2]string
	for _, k := range all {
		rows = append(rows, [2]string{printable(k.Name), k.Standing(p, now) + "  " + printable(k.ID)})
	}
	return strings.TrimPrefix(Section(p.T("cmd.runs.title"), rows), "\n")
}

// KeptPage describes what is waited for, and who sees it.
func KeptPage(p words.P, k Kept, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s\n", printable(k.Name), printable(k.ID), k.Standing(p, now))
	for i, w := range k.Wait.Wants {
		var do []string
		fmt.Fprintf(&b, "\n%s  %s  %s\n", printable(w.Name), w.Type, printable(w.Value))
		for _, x := range k.Wait.Verdict.Sights {
			if x.Want != i {
				continue
			}
			s := p.Sight(x, placeOf(k.Wait.Places, x.Place), now)
			fmt.Fprintf(&b, "  %s\n", strings.TrimRight(s.Place+"  "+s.State+"  "+s.Left, " "))
			if text := s.Advice(); text != "" && !slices.Contains(do, text) {
				do = append(do, text)
			}
		}
		for _, text := range do {
			fmt.Fprintf(&b, "    %s\n", text)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", p.Lang.T("cmd.runs.file", i18n.Args{"dir": printable(k.Dir)}))
	return b.String()
}
