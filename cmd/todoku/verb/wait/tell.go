package wait

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// lookLine is the JSON line for one record at one place after a look.
type lookLine struct {
	Schema    int      `json:"schema"`
	Event     string   `json:"event"`
	At        string   `json:"at"`
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Place     string   `json:"place"`
	Authority bool     `json:"authority"`
	State     string   `json:"state"`
	Until     string   `json:"until,omitempty"`
	LeftS     int      `json:"left_s"`
	Found     []string `json:"found"`
	Diff      string   `json:"diff,omitempty"`
	Why       string   `json:"why,omitempty"`
	Caches    int      `json:"caches,omitempty"`      // how many answered this time
	With      int      `json:"caches_with,omitempty"` // how many of those have the record
}

// report prints the answers of a look: one JSON line a record for machines, only what has changed for people.
func (t *waiter) report(asks []propagation.Ask) error {
	now := t.w.Now()
	p := t.words()
	for _, x := range t.Verdict.Sights {
		want, place := t.Wants[x.Want], t.Place(x.Place)
		if !askedOf(asks, place.ID, want) {
			continue
		}
		if t.JSON {
			if err := t.WriteLine(lineOf(x, want, place, now)); err != nil {
				return err
			}
		}
		s, isNew := t.news.Sight(p, x, want, place, now)
		if !isNew {
			continue
		}
		t.wipe()
		line := t.Lang.T("plain.sight", i18n.Args{"clock": p.Clock(now), "place": s.Place, "kind": s.Kind,
			"name": cli.Printable(want.Name), "type": string(want.Type), "state": s.State})
		t.Note(strings.TrimRight(line+"  "+strings.Join([]string{s.Left, s.Caches}, "  "), " "))
	}
	for _, text := range t.news.Advice() { // after the places, which often say the same
		t.Note("    " + text)
	}
	// What is wrong is printed at the end, with the exit status.
	if text := t.news.Verdict(p, t.Verdict, now); text != "" && t.Verdict.Result != propagation.ResultWrong {
		t.wipe()
		t.Note(text)
	}
	return nil
}

// words returns the words for people, with the panel that answers for the zone.
func (t *waiter) words() words.P {
	p := words.P{Lang: t.Lang, Catalog: t.w.Catalog}
	if seen := t.w.Catalog.Detect(t.run.DNS).Panels; len(seen) > 0 && !seen[0].Ambiguous {
		p.Panel = seen[0].ID
	}
	return p
}

func askedOf(asks []propagation.Ask, place string, w propagation.Want) bool {
	for _, a := range asks {
		if a.Place == place && a.Name == w.Name && a.Type == w.Type {
			return true
		}
	}
	return false
}

func lineOf(x propagation.Sight, w propagation.Want, place propagation.Place, now time.Time) lookLine {
	l := lookLine{Schema: 1, Event: "look", At: now.Format(time.RFC3339), Name: w.Name, Type: string(w.Type), Place: place.ID,
		Authority: place.Authority, State: string(x.State), Found: []string{}, Why: x.Why}
	if x.Caches > 1 {
		l.Caches, l.With = x.Caches, x.CachesWith
	}
	if x.Until.After(now) {
		l.Until, l.LeftS = x.Until.Format(time.RFC3339), cli.Seconds(x.Until.Sub(now))
	}
	for _, v := range x.Found {
		l.Found = append(l.Found, snapshot.Printable(v))
	}
	if x.Diff != nil {
		l.Diff = x.Diff.Kind
	}
	return l
}

// doneLine is the last JSON line.
type doneLine struct {
	Schema int    `json:"schema"`
	Event  string `json:"event"`
	Result string `json:"result"`
}

// finish prints the last line, and returns the fault that sets the exit status.
func (t *waiter) finish(result string, f *cli.Fault) error {
	t.wipe()
	if t.JSON {
		err := t.WriteLine(doneLine{1, "done", result})
		if err != nil {
			return err
		}
	}
	if f == nil {
		return nil
	}
	return f
}

// draw shows the wait on one line of the terminal: how much of it is over, and what is left.
func (t *waiter) draw() {
	if !t.bar {
		return
	}
	now, p := t.w.Now(), words.P{Lang: t.Lang}
	seen, share := 0, 1.0
	for _, x := range t.Verdict.Sights {
		if x.State == propagation.Published {
			seen++
		}
		if x.Until.After(now) && x.Total > 0 {
			share = min(share, 1-float64(x.Until.Sub(now))/float64(x.Total))
		}
	}
	text := t.Lang.T("cmd.wait.progress", i18n.Args{"seen": seen, "all": len(t.Verdict.Sights)})
	const cells = 20
	if t.Verdict.Done.After(now) {
		on := min(cells, max(0, int(share*cells)))
		text = "[" + strings.Repeat("#", on) + strings.Repeat(".", cells-on) + "]  " + text + "  " +
			t.Lang.T("words.left.time", i18n.Args{"left": p.Duration(t.Verdict.Done.Sub(now))})
	}
	_, _ = fmt.Fprint(t.Err, "\r"+ansi.Truncate(text, 78, "")+"\x1b[K")
	t.drawn = true
}

// wipe clears the progress line before other lines are printed.
func (t *waiter) wipe() {
	if t.drawn {
		_, _ = fmt.Fprint(t.Err, "\r\x1b[K")
		t.drawn = false
	}
}

// ring rings the terminal's bell, and with --notify shows a desktop notification.
func (t *waiter) ring() {
	if _, tty := cli.Terminal(t.Err); !tty {
		return
	}
	t.wipe()
	text := "\a"
	if t.Notify {
		text += t.Ring("todoku", t.Lang.T("words.notify", i18n.Args{"domain": cli.Printable(t.run.Name)}))
	}
	_, _ = fmt.Fprint(t.Err, text)
}
