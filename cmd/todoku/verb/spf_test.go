package verb_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/spf"
)

func spfOptions(p *clitest.Program) *spf.Options {
	return &spf.Options{Program: p.Program, World: world.Opener(p.Program), Answers: &cli.Answers{Program: p.Program}}
}

func TestSPFFlags(t *testing.T) {
	var got *spf.Options
	c := spf.Command(clitest.New("").Program, func(_ context.Context, o *spf.Options) error { got = o; return nil })
	err := clitest.Execute(t, c, "a.example", "--ip", "192.0.2.1", "--mail-from", "", "--helo", "mx.a.example", "--record", "v=spf1 -all", "--sender", "none")
	if err != nil || got.IP != "192.0.2.1" || got.MailFrom != "" || got.HELO != "mx.a.example" || got.Record != "v=spf1 -all" ||
		len(got.Domains) != 1 || len(got.Answers.Senders) != 1 {
		t.Errorf("%v, read as %+v", err, got)
	}
}

// A record alone is judged by its own text, without a question.
func TestSPFRecordAlone(t *testing.T) {
	for record, want := range map[string]cli.Status{
		"v=spf1 ip4:192.0.2.1 -all":             cli.StatusOK,
		"v=spf1 include:_spf.google.com ~all":   cli.StatusOK, // what it includes nobody has seen: no fault
		"v=spf1 ipv4:192.0.2.1 -all":            cli.StatusFix,
		"hello":                                 cli.StatusFix,
		"v=spf1" + strings.Repeat(" a", 11):     cli.StatusFix,
		"v=spf1 exists:%{i}.x.a.example ~all":   cli.StatusOK,
		"v=spf1 ip4:192.0.2.1 ip4:192.0.2 -all": cli.StatusFix,
	} {
		p := clitest.New("")
		o := spfOptions(p)
		o.Record, o.World = record, clitest.NoWorld(t)
		if got := cli.StatusOf(spf.Run(t.Context(), o)); got != want || p.Told.Len() == 0 {
			t.Errorf("%s: status %d, want %d: %s", record, got, want, &p.Told)
		}
	}
}

// The exit status is what the receiver decides: only pass is fine, and what could not be looked up is not known.
func TestSPFJudged(t *testing.T) { synctest.Test(t, spfJudgedInNoTime) }

func spfJudgedInNoTime(t *testing.T) {
	for _, c := range []struct {
		story, ip, from, record string
		want                    cli.Status
		told                    string
	}{
		{"S8", "198.51.100.65", "info@aozora.example", "", cli.StatusOK, "pass: "},
		{"S8", "203.0.113.10", "info@aozora.example", "", cli.StatusFix, "softfail: "},
		{"S8", "203.0.113.10", "info@nobody-here.example", "", cli.StatusFix, "none: "},
		{"S8", "203.0.113.10", "", "v=spf1 ip4:203.0.113.10 -all", cli.StatusOK, "pass: "},
		{"no-network", "203.0.113.10", "info@aozora.example", "", cli.StatusUnknown, ""},
	} {
		p := clitest.New(c.story)
		o := spfOptions(p)
		o.IP, o.MailFrom, o.Record = c.ip, c.from, c.record
		if got := cli.StatusOf(spf.Run(t.Context(), o)); got != c.want || !strings.Contains(p.Told.String(), c.told) {
			t.Errorf("%+v: status %d: %s%s", c, got, &p.Told, &p.Noted)
		}
	}
}
