package verb_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/verb/help"
	"example.org/todoku/i18n"
)

// helpTree is a program with one command that has flags of its own, answers, and a flag of every command.
func helpTree(p *clitest.Program) *cobra.Command {
	root := &cobra.Command{Use: "todoku", Short: "a program", Run: func(*cobra.Command, []string) {}}
	root.PersistentFlags().Bool("json", false, "as JSON")
	c := &cobra.Command{Use: "check DOMAIN", Short: "looks", Long: "looks at it all", Example: "todoku check a.example", Run: root.Run}
	c.Flags().StringP("file", "f", "", "reads `NAMES`")
	c.Flags().Bool("hidden", false, "")
	_ = c.Flags().MarkHidden("hidden")
	(&cli.Answers{Program: p.Program}).Declare(c)
	root.AddCommand(c)
	return root
}

func TestHelpPage(t *testing.T) {
	p := clitest.New("")
	if err := help.Run(&help.Options{Program: p.Program, Root: helpTree(p), Path: []string{"check"}}); err != nil {
		t.Fatal(err)
	}
	text := p.Told.String()
	at := -1
	for _, want := range []string{"looks at it all\n", "Usage:\n  todoku check DOMAIN", "  todoku check a.example\n", "-f, --file NAMES", "--mail-host ", "--json  "} {
		i := strings.Index(text, want)
		if i <= at {
			t.Errorf("%q is missing or out of order:\n%s", want, text)
		}
		at = i
	}
	if strings.Contains(text, "hidden") || strings.Contains(text, i18n.EN.T("cmd.help.status")) {
		t.Errorf("shows what is not this command's:\n%s", text)
	}
	if text := help.Page(i18n.EN, helpTree(p)); !strings.Contains(text, "check DOMAIN") || !strings.Contains(text, "Exit status: 0") {
		t.Errorf("the program's own page:\n%s", text)
	}
}

func TestHelpUnknown(t *testing.T) {
	p := clitest.New("")
	err := help.Run(&help.Options{Program: p.Program, Root: helpTree(p), Path: []string{"chek"}})
	var f *cli.Fault
	if !errors.As(err, &f) || f.Status != cli.StatusUsage || !strings.Contains(f.Hint, "todoku check") {
		t.Errorf("%+v", f)
	}
}
