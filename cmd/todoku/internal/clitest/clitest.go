// Package clitest runs a command under test: a Program that keeps what it prints, and a world that must not be opened.
package clitest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
)

// Program is a run in English that keeps what it prints.
type Program struct {
	*cli.Program
	Told, Noted bytes.Buffer // standard output and standard error
}

// New returns a run inside a story of the lab.
func New(story string) *Program {
	p := &Program{}
	p.Program = &cli.Program{In: strings.NewReader(""), Out: &p.Told, Err: &p.Noted, Lang: i18n.EN, Version: "test",
		Common: cli.Common{Lab: story, Timeout: cli.DefaultTimeout}}
	return p
}

// Execute runs a command with args as the command line does, but without the flags that every command has.
func Execute(t *testing.T, c *cobra.Command, args ...string) error {
	t.Helper()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetOut(io.Discard)
	c.SetErr(io.Discard)
	c.SetArgs(append([]string{}, args...)) // with nil, cobra would read the test's own arguments
	return c.ExecuteContext(t.Context())
}

// NoWorld returns a World function that fails the test: the command must not ask DNS.
func NoWorld(t *testing.T) func(context.Context) (*world.World, error) {
	return func(context.Context) (*world.World, error) {
		t.Helper()
		t.Error("questions would be asked")
		return nil, errors.New("no world")
	}
}
