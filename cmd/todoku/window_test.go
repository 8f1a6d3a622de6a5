package main

import (
	"bytes"
	"strings"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// A window of one's own waits for a key after a fault, and for nothing else.
func TestHold(t *testing.T) {
	for _, c := range []struct {
		own    bool
		status cli.Status
		held   bool
	}{{true, cli.StatusUsage, true}, {true, cli.StatusUnknown, true}, {true, cli.StatusFix, true}, {true, cli.StatusOK, false}, {false, cli.StatusUsage, false}} {
		var out bytes.Buffer
		in := strings.NewReader("\nmore")
		hold(c.own, c.status, func() i18n.Lang { return i18n.JA }, in, &out)
		if got := strings.Contains(out.String(), "Enter"); got != c.held {
			t.Errorf("%+v: %q", c, &out)
		}
	}
}
