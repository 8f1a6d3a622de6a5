package main

import (
	"strings"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"

	"github.com/charmbracelet/x/ansi"
)

// What a command says of itself fits a terminal of 80 columns, where --help and the manual pages show it line by line.
func TestHelpWidth(t *testing.T) {
	for _, lang := range i18n.Langs() {
		root := (&app{&cli.Program{Lang: lang}}).root("help")
		for _, c := range append(root.Commands(), root) {
			for line := range strings.Lines(c.Long) {
				if w := ansi.StringWidth(strings.TrimRight(line, "\n")); w > 80 {
					t.Errorf("%s %s: %d columns: %s", lang, c.Name(), w, line)
				}
			}
		}
	}
}
