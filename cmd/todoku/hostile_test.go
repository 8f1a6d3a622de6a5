package main

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"todoku/checks/catalog"
	"todoku/checks/input"
	"todoku/checks/lab"
	"todoku/checks/probe"
	"todoku/checks/snapshot"
	"todoku/cmd/todoku/internal/cli"
	"todoku/cmd/todoku/internal/world"
	"todoku/i18n"
	"todoku/wizard/document"
)

// inLab looks at a scenario's domain inside the lab.
func inLab(t testing.TB, cat *catalog.Catalog, sc lab.Scenario) *snapshot.Snapshot {
	t.Helper()
	clock := lab.NewClock(time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC))
	n, err := lab.New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	c := probe.New(probe.Config{Dialer: n, Resolvers: []netip.AddrPort{n.Resolver()}, Now: clock.Now, Timeout: 200 * time.Millisecond}, cat)
	s, err := c.Run(context.Background(), sc.Answers, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// evil moves the cursor, sets the clipboard, turns the reading direction and is no UTF-8.
const evil = "\x1b[2J\x1b]52;c;cm0gLXJm\x07\u202e\u200b\x9b31m\xff\r\b"

// poison puts evil into everything that a server can choose.
func poison(s *snapshot.Snapshot) *snapshot.Snapshot {
	out := s.Clone()
	for i := range out.Answers {
		a := &out.Answers[i]
		a.Server += evil
		records := make([]snapshot.Record, len(a.Records))
		for j, r := range a.Records {
			switch r.Data += evil; a.Type {
			case snapshot.A, snapshot.AAAA, snapshot.NS:
				r.Data = a.Records[j].Data // no other bytes fit in there
			}
			r.Strings = []string{r.Data}
			records[j] = r
		}
		a.Records = records
		if a.Status == snapshot.Failed {
			a.Errors = append(a.Errors, snapshot.ExtendedError{Code: 6, Text: evil})
		}
	}
	return out
}

// Whatever DNS says, no byte that a terminal obeys reaches any output, in any scenario.
func TestNothingHostileGetsOut(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	reached := false
	for _, sc := range all {
		if strings.Contains(sc.ID, "dead") || strings.Contains(sc.ID, "no-network") {
			continue // their timeouts are the probe's own tests' business
		}
		snap := poison(inLab(t, cat, sc))
		r := world.Judge(cat, input.Input{Domain: sc.Answers.Domain, Unicode: sc.Answers.Domain}, sc.Answers, snap)
		for _, lang := range i18n.Langs() {
			p := &cli.Program{Lang: lang}
			outputs := map[string]string{"text": document.Page(r.Document(p), p.Layout())}
			for _, format := range document.Formats() {
				data, err := format.Write(r.Document(p))
				if err != nil {
					t.Fatal(err)
				}
				outputs[format.Name] = string(data)
			}
			for name, text := range outputs {
				reached = reached || strings.Contains(text, `\x1b[2J`)
				if bad := control(text); bad != "" {
					t.Errorf("%s, %s, %s: %s", sc.ID, lang, name, bad)
				}
			}
		}
	}
	if !reached {
		t.Error("the poison was in no output: the test tests nothing")
	}
}

// control finds a character in text that is not to be shown, with what stands before it.
func control(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if cli.Printable(line) != line {
			return cli.Printable(line)
		}
	}
	return ""
}
