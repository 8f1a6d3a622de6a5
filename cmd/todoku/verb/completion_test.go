package verb_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/verb/completion"
)

// Every shell that is offered gets a script; each speaks its shell's own words.
func TestCompletionShells(t *testing.T) {
	words := map[string]string{"bash": "complete -o default", "zsh": "#compdef todoku", "fish": "complete -c todoku", "powershell": "Register-ArgumentCompleter"}
	for _, shell := range completion.Command(clitest.New("").Program, completion.Run).ValidArgs {
		p := clitest.New("")
		root := &cobra.Command{Use: "todoku"}
		root.AddCommand(completion.Command(p.Program, completion.Run))
		if err := clitest.Execute(t, root, "completion", shell); err != nil || words[shell] == "" || !strings.Contains(p.Told.String(), words[shell]) {
			t.Errorf("%s: %v: %.80q", shell, err, &p.Told)
		}
	}
}

func TestCompletionNoShell(t *testing.T) {
	p := clitest.New("")
	err := completion.Run(&completion.Options{Program: p.Program, Root: &cobra.Command{}, Shell: "tc\x1bsh"})
	if cli.StatusOf(err) != cli.StatusUsage || strings.Contains(err.Error(), "\x1b") || p.Told.Len() > 0 {
		t.Errorf("%v; told %q", err, &p.Told)
	}
}
