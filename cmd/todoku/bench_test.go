package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
)

// built makes the program as it is shipped: no test code in it, no race detector.
func built(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "todoku")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// latency is what every answer takes on its way.
const latency = 20 * time.Millisecond

// A small domain of one server, without mail service: the least that a check asks.
const smallDomain = `A domain of one server.
-- scenario.toml --
id = "small"
[title]
ja = "三"
en = "small"
[about]
ja = "三"
en = "small"
[answers]
domain = "mittsu.example"
-- zone mittsu.example @ 01.dnsv.jp 02.dnsv.jp --
@      A   203.0.113.31
@      TXT "v=spf1 ip4:203.0.113.31 -all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:info@mittsu.example"
`

// BenchmarkCheck is the whole process from start to exit status, against servers on loopback of which each takes 20 ms
// to answer. ratio is its time over (longest chain of look-ups that wait for each other × 20 ms); the aim is 1.5.
func BenchmarkCheck(b *testing.B) {
	program := built(b)
	small, err := lab.Parse("small.txtar", []byte(smallDomain))
	if err != nil {
		b.Fatal(err)
	}
	stories := []lab.Scenario{small}
	for _, id := range []string{"S1", "S8"} {
		sc, err := lab.Find(id)
		if err != nil {
			b.Fatal(err)
		}
		stories = append(stories, sc)
	}
	for _, sc := range stories {
		b.Run(sc.ID, func(b *testing.B) { benchmarkCheck(b, program, sc) })
	}
}

func benchmarkCheck(b *testing.B, program string, sc lab.Scenario) {
	n, err := lab.New(sc, lab.NewClock(time.Now()))
	if err != nil {
		b.Fatal(err)
	}
	if err := n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency}); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	served, err := n.Serve(ctx, lab.Ports{})
	if err != nil {
		stop()
		b.Skip(err)
	}
	defer served.Wait()
	defer stop()
	port := uint16(world.DNSPort)
	for _, at := range served.Servers {
		port = at.Port()
	}
	check := func(more ...string) {
		args := append([]string{"check", sc.Answers.Domain, "--json", "--private", "--resolver", served.Resolver.String(),
			"--port", strconv.Itoa(int(port))}, more...)
		var exit *exec.ExitError
		if err := exec.Command(program, args...).Run(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != int(cli.StatusFix)) {
			b.Fatal(err)
		}
	}
	file := filepath.Join(b.TempDir(), "seen.json")
	check("--save-snapshot", file)
	var seen snapshot.Snapshot
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(data, &seen); err != nil {
		b.Fatal(err)
	}
	chain := 0
	for _, a := range seen.Answers {
		chain = max(chain, a.Needs)
	}
	for b.Loop() {
		check()
	}
	took := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(took)/float64(time.Duration(chain)*latency), "ratio")
	b.ReportMetric(float64(chain), "chain")
	b.ReportMetric(float64(len(seen.Answers)), "questions")
}

// BenchmarkVersion is how long a script waits for --version. The aim is 20 ms.
func BenchmarkVersion(b *testing.B) {
	program := built(b)
	for b.Loop() {
		if err := exec.Command(program, "--version").Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstFrame is the time from the start of the process to the first box on the screen. The aim is 100 ms.
func BenchmarkFirstFrame(b *testing.B) {
	program := built(b)
	dir := b.TempDir()
	for b.Loop() {
		cmd := exec.Command(program, "lab", "S1")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "LANG=ja_JP.UTF-8", "LC_ALL=", "TERM=xterm-256color", "XDG_STATE_HOME="+dir)
		tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
		if err != nil {
			b.Skip(err)
		}
		waitFor(b, tty, "hanazono.example")
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = tty.Close()
	}
}

// waitFor reads the terminal until the text comes, and answers each question for the cursor's place as a terminal does.
func waitFor(b *testing.B, tty io.ReadWriter, want string) {
	b.Helper()
	var got strings.Builder
	buf := make([]byte, 4096)
	for answered := 0; !strings.Contains(got.String(), want); {
		n, err := tty.Read(buf)
		if err != nil {
			b.Fatalf("%v: %q", err, got.String())
		}
		got.Write(buf[:n])
		for ; answered < strings.Count(got.String(), "\x1b[6n"); answered++ {
			_, _ = io.WriteString(tty, "\x1b[1;2R")
		}
	}
}
