package cli

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"example.org/todoku/i18n"
)

func TestGraver(t *testing.T) {
	for _, c := range [][3]Status{{0, 1, 1}, {1, 3, 3}, {3, 2, 2}, {2, 0, 2}, {0, 0, 0}, {1, 1, 1}} {
		if got := Graver(c[0], c[1]); got != c[2] {
			t.Errorf("Graver(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
		if got := Graver(c[1], c[0]); got != c[2] {
			t.Errorf("Graver(%d, %d) = %d, want %d", c[1], c[0], got, c[2])
		}
	}
}

// What is told of an error goes to standard error alone, and its status is found under any wrapping.
func TestTell(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status Status
		told   string
	}{
		"nothing":      {nil, StatusOK, ""},
		"all is told":  {Exit(StatusFix), StatusFix, ""},
		"all is well":  {Exit(StatusOK), StatusOK, ""},
		"usage":        {Usage("no such flag", "see help"), StatusUsage, "todoku: no such flag\nsee help\n"},
		"without hint": {NewFault(StatusUnknown, "silent", ""), StatusUnknown, "todoku: silent\n"},
		"wrapped":      {fmt.Errorf("more: %w", Usage("no such flag", "")), StatusUsage, "todoku: no such flag\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			p := &Program{Out: &out, Err: &errs, Lang: i18n.EN}
			if got := p.Tell(c.err); got != c.status || errs.String() != c.told || out.Len() > 0 {
				t.Errorf("status %d, told %q and %q; want %d, %q", got, &out, &errs, c.status, c.told)
			}
			if got := StatusOf(c.err); got != c.status {
				t.Errorf("StatusOf: %d", got)
			}
		})
	}
	// Any other error is a defect of the program, and claims nothing about the domain.
	var errs bytes.Buffer
	p := &Program{Err: &errs, Lang: i18n.EN}
	if got := p.Tell(errors.New("odd \x1b[31m")); got != StatusUnknown || bytes.ContainsRune(errs.Bytes(), 0x1b) || !bytes.Contains(errs.Bytes(), []byte("odd")) {
		t.Errorf("status %d, told %q", got, &errs)
	}
}
