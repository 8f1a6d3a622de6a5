package main

import (
	"strings"
	"testing"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// evil moves the cursor, sets the clipboard, changes the text direction and is invalid UTF-8.
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
	t.Parallel()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	reached := false
	for i, sc := range sample.Of(all) {
		if i%3 > 0 && !sample.Whole() {
			continue
		}
		snap := poison(trial.Of(t, sc).Look(t).DNS)
		r := world.Result{Result: session.Judge(sc.Answers, snap, cat), Input: input.Input{Domain: sc.Answers.Domain, Unicode: sc.Answers.Domain}}
		for j, lang := range i18n.Langs() {
			if !sample.Whole() && i/3%len(i18n.Langs()) != j {
				continue
			}
			p := &cli.Program{Lang: lang}
			outputs := map[string]string{"text": document.Page(r.Document(p), p.Layout())}
			for _, format := range document.Formats() {
				data, err := format.Write(r.Document(p))
				if err != nil {
					t.Fatal(err)
				}
				outputs[format.Name] = string(data)
				switch format.Name {
				case "json":
					if err := validOutput(strict(), []string{"todoku", "export", "--json"}, string(data)); err != nil {
						t.Errorf("%s, %s: %v", sc.ID, lang, err)
					}
				case "csv": // its mark of UTF-8 and its line ends are its own
					outputs["csv"] = strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
				case "zone": // between the fields
					outputs["zone"] = strings.ReplaceAll(string(data), "\t", " ")
				}
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

// control returns the first character in a text that must not be shown, with what comes before it.
func control(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if cli.Printable(line) != line {
			return cli.Printable(line)
		}
	}
	return ""
}
