package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// The READMEs say what is so: the graph of the questions, every command, and set-up in two commands, in both languages.
func TestReadme(t *testing.T) {
	var shape [2][]string
	for i, name := range []string{"README.md", "README.ja.md"} {
		raw, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		graph := "```mermaid\n" + strings.TrimSpace(wizard.Main().Graph()) + "\n```"
		if !strings.Contains(text, graph) {
			if os.Getenv("TODOKU_UPDATE") != "1" {
				t.Errorf("%s does not hold the graph of the questions as it is now (TODOKU_UPDATE=1 puts it there)", name)
			} else {
				text = regexp.MustCompile("(?s)```mermaid\n.*?```").ReplaceAllLiteralString(text, graph)
				if err := os.WriteFile("../../"+name, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		a := &app{&cli.Program{Lang: i18n.EN}}
		for _, c := range a.root("help").Commands() {
			if !c.Hidden && !strings.Contains(text, "| `todoku "+c.Name()) {
				t.Errorf("%s has no line for todoku %s", name, c.Name())
			}
		}
		if !strings.Contains(text, "```sh\ngo run ./cmd/todoku lab S1\ngo test ./...\n```") {
			t.Errorf("%s does not set up in the two commands", name)
		}
		// Headings, tables and code, line by line: what is in one language is in the other.
		for line := range strings.Lines(text) {
			if m := regexp.MustCompile("^(#+ |\\| `[^`]*`|```\\w*)").FindString(line); m != "" {
				shape[i] = append(shape[i], m)
			}
		}
	}
	if !slices.Equal(shape[0], shape[1]) {
		t.Errorf("the READMEs differ in shape:\n%q\n%q", shape[0], shape[1])
	}
}
