package main

import (
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/todoku/cmd/todoku/internal/cli"
)

// Most scripts call the program dozens of times for a moment each. They run it in the test's own process, one after the
// other, each call in the script's directory and environment: starting processes would take most of the suite's time.

// apartKey is the context key for whether a script's calls are processes.
type apartKey struct{}

// A script needs processes if it uses standard input, or waits for long, so that others can run in the meantime.
var processLine = regexp.MustCompile("(?m)^stdin |^nonsense$|^status 0 todoku .* wait ")

func needsProcess(t *testing.T, file string) bool {
	t.Helper()
	return processLine.Match(contents(t, file))
}

// apartEnv is the environment variable that tells a test that it has its process for itself.
const apartEnv = "TODOKU_TEST_APART"

// alone runs the test again in a process of its own, with the same subtests, and fails as it does there.
func alone(t *testing.T) {
	pattern := "^" + t.Name() + "$"
	if _, sub, ok := strings.Cut(flag.Lookup("test.run").Value.String(), "/"); ok {
		pattern += "/" + sub
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+pattern, "-test.count=1", "-test.v="+strconv.FormatBool(testing.Verbose()))
	cmd.Env = append(os.Environ(), apartEnv+"=1")
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case testing.Verbose():
		t.Logf("%s", out)
	}
}

// serial is a test whose subtests do not run in parallel.
type serial struct{ *testing.T }

func (serial) Parallel() {}

func (s serial) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(serial{t}) })
}

func (s serial) Verbose() bool { return testing.Verbose() }

// inside runs the program in this process, and returns its exit status.
func inside(ts *testscript.TestScript, args []string) cli.Status {
	schemas := strict() // its files are found from here
	home, err := os.Getwd()
	ts.Check(err)
	environ := os.Environ()
	defer func() {
		os.Clearenv()
		for _, e := range environ {
			k, v, _ := strings.Cut(e, "=")
			ts.Check(os.Setenv(k, v))
		}
		ts.Check(os.Chdir(home))
	}()
	os.Clearenv()
	for _, k := range []string{"HOME", "PATH", "TMPDIR", "XDG_STATE_HOME", "LANG", "LC_ALL", "LC_MESSAGES", "TERM", "NO_COLOR", "RUNEWIDTH_EASTASIAN",
		"XDG_CONFIG_HOME", "TODOKU_CONFIG", "TODOKU_LANG", "TODOKU_RESOLVER", "TODOKU_DNS_PANEL", "TODOKU_REPORT_TO", "TODOKU_GLYPHS", "TODOKU_MOUSE"} {
		if v := ts.Getenv(k); v != "" {
			ts.Check(os.Setenv(k, v))
		}
	}
	ts.Check(os.Chdir(ts.MkAbs(".")))
	var told strings.Builder
	status := run(context.Background(), args, strings.NewReader(""), io.MultiWriter(ts.Stdout(), &told), ts.Stderr())
	if err := validOutput(schemas, append([]string{"todoku"}, args...), told.String()); err != nil {
		ts.Fatalf("%v", err)
	}
	return status
}

// called runs the program in this process as a command of a script.
func called(ts *testscript.TestScript, neg bool, args []string) {
	if status := inside(ts, args); (status == cli.StatusOK) == neg {
		ts.Fatalf("exit status %d\n%s", status, ts.ReadFile("stderr"))
	}
}
