package verb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/explain"
	"example.org/todoku/wizard/document"
)

func TestExplainFlags(t *testing.T) {
	var got *explain.Options
	c := explain.Command(clitest.New("").Program, func(_ context.Context, o *explain.Options) error { got = o; return nil })
	if err := clitest.Execute(t, c, "a.eml", "-", "box"); err != nil || strings.Join(got.Files, " ") != "a.eml - box" {
		t.Errorf("%v, read as %+v", err, got)
	}
}

// explainTold runs explain over one text on standard input, as an object.
func explainTold(t *testing.T, in io.Reader) (document.Explanation, cli.Status) {
	t.Helper()
	p := clitest.New("S8")
	p.In, p.JSON = in, true
	status := cli.StatusOf(explain.Run(t.Context(), &explain.Options{Program: p.Program, World: world.Opener(p.Program)}))
	var out document.Explanation
	if err := json.Unmarshal(p.Told.Bytes(), &out); err != nil {
		t.Errorf("%v: %s%s", err, &p.Told, &p.Noted)
	}
	return out, status
}

// What came back is told apart by whose words they are and where they were said, and ends with the status that follows.
func TestExplainRefusals(t *testing.T) { synctest.Test(t, explainRefusalsInNoTime) }

func explainRefusalsInNoTime(t *testing.T) {
	const gmail = "<kato@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.26] said:\n    "
	const docomo = "<kato@docomo.ne.jp>: host mfsmax.docomo.ne.jp[198.51.100.27] said: 550 Unknown user\n    kato@docomo.ne.jp "
	for _, c := range []struct {
		text, kind, receiver, cause, fix string
		status                           cli.Status
	}{
		{gmail + "550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n    550 5.7.26 x - gsmtp", "bounce", "gmail", "auth-spf-dkim", "true", cli.StatusFix},
		{gmail + "550-5.7.26 Unauthenticated email from yahoo.co.jp is not accepted due to\n    550 5.7.26 domain's DMARC policy. x - gsmtp", "bounce", "gmail", "auth-dmarc", "false", cli.StatusFix},
		{gmail + "552 5.2.2 The email account that you tried to reach is over quota. x - gsmtp", "bounce", "gmail", "mailbox-full", "false", cli.StatusOK},
		{docomo + "(in reply to end of DATA command)", "bounce", "docomo", "user-or-filter", "false", cli.StatusOK},
		{"<kato@gmail.com>: host relay.mailchannels.net[198.51.100.28] said: 550 5.7.1 [SS] Message blocked.", "bounce", "mailchannels", "spam", "null", cli.StatusUnknown},
		{"<kato@kikyo.example>: host mx.kikyo.example[198.51.100.29] said: 554 5.7.1 Frobnicated (in reply to RCPT TO command)", "bounce", "", "unknown", "null", cli.StatusUnknown},
		{"451 4.7.1 Greylisted, please try again in 300 seconds", "bounce", "", "temporary", "false", cli.StatusOK},
		{"Milk, bread, eggs.", "unknown", "", "", "null", cli.StatusUnknown},
		{"", "unknown", "", "", "null", cli.StatusUnknown},
	} {
		got, status := explainTold(t, strings.NewReader(c.text))
		fix, _ := json.Marshal(got.DNSCanFix)
		if string(got.Kind) != c.kind || got.Receiver != c.receiver || string(got.Cause) != c.cause || string(fix) != c.fix || status != c.status {
			t.Errorf("%s\n%s by %q for %s, DNS %s, status %d; want %+v", c.text, got.Kind, got.Receiver, got.Cause, fix, status, c)
		}
		if got.Kind == "bounce" && (got.What == "" || got.Whose == "" || got.Next == "" || strings.Contains(got.What+got.Whose+got.Next, "bounce.")) {
			t.Errorf("%s\nmeans %q, %q, %q", c.text, got.What, got.Whose, got.Next)
		}
	}
}

// Many recipients are told in few lines; the object has each of them.
func TestExplainManyRecipients(t *testing.T) { synctest.Test(t, explainManyInNoTime) }

func explainManyInNoTime(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "Final-Recipient: rfc822; a%d@kikyo.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 User unknown\n\n", i)
	}
	if got, _ := explainTold(t, strings.NewReader(b.String())); len(got.Recipients) != 300 {
		t.Errorf("%d recipients", len(got.Recipients))
	}
	p := clitest.New("S8")
	p.In = strings.NewReader(b.String())
	if err := explain.Run(t.Context(), &explain.Options{Program: p.Program, World: world.Opener(p.Program)}); cli.StatusOf(err) != cli.StatusOK {
		t.Error(err)
	}
	if n := strings.Count(p.Told.String(), "\n"); n > 80 || !strings.Contains(p.Told.String(), "280") {
		t.Errorf("%d lines:\n%s", n, &p.Told)
	}
}

// Whatever is handed in ends in a clear word. What is handed in is large, and what is held of it is bounded: the bytes that
// were ever taken say so, and no clock.
func TestExplainHostileFiles(t *testing.T) { synctest.Test(t, explainHostileInNoTime) }

func explainHostileInNoTime(t *testing.T) {
	const top = "From: MAILER-DAEMON@sv7.host.example\nSubject: Undelivered Mail Returned to Sender\n"
	again := func(line string, bytes int64) io.Reader { return io.LimitReader(&explainLoop{line: line}, bytes) }
	for name, c := range map[string]struct {
		in   io.Reader
		most uint64 // MiB that may be taken, all in all
	}{
		"a large mail":      {io.MultiReader(strings.NewReader(top+"\n<x@y.example>: host mx.y.example[192.0.2.1] said: 550 5.1.1 User unknown\n"), again("filler\n", 48<<20)), 160},
		"an endless header": {io.MultiReader(strings.NewReader(top), again("X-A: b\n", 48<<20)), 160},
		"an endless line":   {again("550 5.7.26 ", 48<<20), 160},
		"separators alone":  {again("From a@b.example Thu Feb 12 10:00:00 2026\n\n", 4<<20), 400},
		"packed":            {io.MultiReader(strings.NewReader("PK\x03\x04"), again("\x00\x01", 8<<20)), 160},
		"signatures":        {io.MultiReader(again("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=b; h=from; bh=AA==; b=AA==\n", 1<<20), strings.NewReader("From: a@a.example\nTo: b@b.example\n\nx\n")), 160},
		"ways without end":  {io.MultiReader(again("Received: from a.example by b.example with ESMTP id 1; Thu, 12 Feb 2026 10:00:00 +0900\n", 8<<20), strings.NewReader("From: a@a.example\n\nx\n")), 160},
	} {
		p := clitest.New("S8")
		p.In = c.in
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		status := cli.StatusOf(explain.Run(t.Context(), &explain.Options{Program: p.Program, World: world.Opener(p.Program)}))
		runtime.ReadMemStats(&after)
		took := (after.TotalAlloc - before.TotalAlloc) >> 20
		if trial.Racing { // pools then give nothing back, so that what was taken says nothing
			took = 0
		}
		if took > c.most || status == cli.StatusUsage || p.Told.Len() == 0 || p.Noted.Len() > 0 {
			t.Errorf("%s: %d MiB taken, status %d: %.300s%.300s", name, took, status, &p.Told, &p.Noted)
		}
		if bytes.ContainsAny(p.Told.Bytes(), "\x00\x1b") {
			t.Errorf("%s: what it holds reaches the terminal", name)
		}
	}
}

// explainLoop gives a line again and again.
type explainLoop struct {
	line string
	at   int
}

func (l *explainLoop) Read(p []byte) (int, error) {
	n := copy(p, l.line[l.at:])
	l.at = (l.at + n) % len(l.line)
	return n, nil
}

// A folder is read in the order of its names, hidden files and links left out; a file that cannot be read costs the others
// nothing.
func TestExplainFolder(t *testing.T) { synctest.Test(t, explainFolderInNoTime) }

func explainFolderInNoTime(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.txt": "550 5.1.1 <a@b.example>: User unknown", "a.txt": "552 5.2.2 Mailbox full", ".hidden": "550 5.7.26 x",
		"sub/c.txt": "Milk."} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "a.txt"), filepath.Join(dir, "d.txt")); err != nil {
		t.Fatal(err)
	}
	p := clitest.New("S8")
	p.JSON = true
	err := explain.Run(t.Context(), &explain.Options{Program: p.Program, World: world.Opener(p.Program), Files: []string{filepath.Join(dir, "none"), dir}})
	var order []string
	for line := range strings.Lines(p.Told.String()) {
		var x document.Explanation
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatal(err)
		}
		order = append(order, strings.TrimPrefix(x.File, dir+"/")+" "+string(x.Kind))
	}
	if got := strings.Join(order, ", "); got != "none unknown, a.txt bounce, b.txt bounce, sub/c.txt unknown" || cli.StatusOf(err) != cli.StatusUsage {
		t.Errorf("%s; %v", got, err)
	}
}
