package main

import (
	"bufio"
	"io"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// hold waits for Enter before a console window closes that belongs to the program alone, as after a double click: an
// error could not be read otherwise. A run that ended well was read on its own screens.
func hold(own bool, status cli.Status, lang func() i18n.Lang, in io.Reader, out io.Writer) {
	if !own || status == cli.StatusOK {
		return
	}
	_, _ = io.WriteString(out, "\n"+lang().T("cmd.fault.press-enter")+" ")
	_, _ = bufio.NewReader(in).ReadString('\n')
}
