package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"example.org/todoku/wizard/session/store"
)

// NotifyFlag adds --notify to a command that waits.
func (p *Program) NotifyFlag(c *cobra.Command, to *bool) {
	c.Flags().BoolVar(to, "notify", false, p.About("cmd.flag.notify"))
}

// RunReason words why a kept run cannot be read or written.
func (p *Program) RunReason(err error) string {
	switch {
	case errors.Is(err, store.ErrNewer):
		return p.Lang.T("cmd.runs.newer")
	case errors.Is(err, store.ErrEmpty), errors.Is(err, store.ErrSize):
		return p.Lang.T("cmd.runs.damaged")
	}
	return p.Reason(err)
}

// Seconds rounds up: nobody is told to come too early.
func Seconds(d time.Duration) int { return int((max(d, 0) + time.Second - 1) / time.Second) }
