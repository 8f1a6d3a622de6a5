package main

import (
	"bufio"
	"io"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// hold keeps a window open that closes with the program, as one that a double click opened does, until Enter is pressed:
// what went wrong could not be read otherwise. A run that ended well has been read on its own screens.
func hold(own bool, status cli.Status, lang i18n.Lang, in io.Reader, out io.Writer) {
	if !own || status == cli.StatusOK {
		return
	}
	_, _ = io.WriteString(out, "\n"+lang.T("cmd.fault.press-enter")+" ")
	_, _ = bufio.NewReader(in).ReadString('\n')
}
