package tui

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/lab/trial"
	proved "example.org/todoku/checks/proof"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// endless gives a text again and again, as often as many bytes want.
func endless(s string, bytes int) io.Reader {
	var parts []io.Reader
	block := strings.Repeat(s, 1+1<<20/len(s))
	for n := 0; n < bytes; n += len(block) {
		parts = append(parts, strings.NewReader(block))
	}
	return io.MultiReader(parts...)
}

// deep returns mails nested n times.
func deep(n int, form string) string {
	return "From: a@aozora.example\nReceived: from x by mx.google.com; Sun, 22 Nov 2026 05:00:00 +0000\n" + strings.Repeat(form, n) + "\n550 5.7.26 x\n"
}

// hostileProofs are malicious inputs for the proof page, pasted or as a file.
func hostileProofs() map[string]io.Reader {
	text := func(s string) io.Reader { return strings.NewReader(s) }
	many := strings.Repeat
	head := "From: a@aozora.example\nReceived: from x [198.51.100.65] by mx.google.com; Sun, 22 Nov 2026 05:00:00 +0000\n"
	size := 50 << 20
	if trial.Racing {
		size = 5 << 20
	}
	return map[string]io.Reader{
		"50 MB of a body":        io.MultiReader(text(head+"\n"), endless("a line of the body\n", size)),
		"megabytes in a line":    endless("From: a@b.example ", 2<<20),
		"endless header line":    io.MultiReader(text(head+"Authentication-Results: mx.google.com; "), endless("spf=pass ", 2<<20)),
		"endless folded line":    io.MultiReader(text(head+"Authentication-Results: mx.google.com;"), endless("\n dkim=pass;", 2<<20)),
		"endless fields":         io.MultiReader(text(head), endless("X-A: b\n", 1<<20)),
		"received without end":   text(head + many("Received: from a by b; Sun, 22 Nov 2026 05:00:00 +0000\n", 5000)),
		"signatures without end": text(head + many("DKIM-Signature: v=1; a=rsa-sha256; d=aozora.example; s=a; h=from; bh=AA==; b=AA==\n", 5000)),
		"seals without end":      text(head + many("ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.example; s=a; b=AA==\n", 5000)),
		"multiparts in another":  text(deep(200, "Content-Type: multipart/mixed; boundary=b\n\n--b\n")),
		"mails in another":       text(deep(200, "Content-Type: message/rfc822\n\nFrom: a@b.example\n")),
		"binary":                 text(many("\x00\xff\x1b[2J\x07\x80", 5000)),
		"an archive":             text("PK\x03\x04" + many("\x00\x01\x02", 1000)),
		"NUL bytes between":      text(many("F\x00r\x00o\x00m\x00", 1000)),
		"escape sequences":       text(head + "Authentication-Results: mx.google.com; spf=\x1b]0;x\x07pass smtp.mailfrom=\x1b[31ma@b\n"),
		"long words":             text(head + "Received: from " + many("x", 1<<18) + " by " + many("y.", 1<<18) + "example; now\n"),
		"at signs":               text("From: " + many("@", 1<<18)),
		"comments in comments":   text(head + "Authentication-Results: mx.google.com; spf=pass " + many("(", 1<<18)),
		"encoded words":          text(head + "Subject: " + many("=?utf-8?B?44GK?= ", 1<<14)),
		"addresses":              text(head + "To: " + many("a@b.example, ", 1<<14)),
		"white space":            text(many(" \n", 1<<18)),
		"nothing":                text(""),
		"a notice of thousands":  text("Subject: Undelivered Mail\n\n" + many("<a@b.example>: 550-5.7.26 unauthenticated\n", 300)),
	}
}

// Whatever is named on the proof page ends in a clear word, in bounded memory, and leaves little behind; nothing of it is
// called a proof.
func TestHostileProofs(t *testing.T) {
	var in io.Reader
	d := drive(t, "s8", i18n.EN, func(d *Deps) {
		d.Verify = nil
		d.OpenMail = func(string) (io.ReadCloser, error) { return io.NopCloser(in), nil }
	})
	d.to(wizard.StepProof)
	for name, mail := range hostileProofs() {
		t.Run(name, func(t *testing.T) {
			in = mail
			d.t = t
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			d.paste("/tmp/mail.eml")
			d.press("enter")
			runtime.ReadMemStats(&after)
			p := d.r.c.Proof()
			if p == nil || p.Fault == "" || d.r.c.Reading() {
				t.Fatalf("%+v, %v", p, d.r.c.ProofErr())
			}
			kept, err := json.Marshal(p)
			must(t, err)
			if heap := int64(after.HeapAlloc) - int64(before.HeapAlloc); len(kept) > 16<<10 || heap > 64<<20 && !trial.Racing {
				t.Errorf("%d bytes are kept, %d MiB held", len(kept), heap>>20)
			}
			t.Logf("%s: %s, %v", name, p.Fault, time.Since(start).Round(time.Millisecond))
			for _, r := range d.view() {
				if r != '\n' && r < ' ' {
					t.Errorf("the screen shows %q", r)
				}
			}
			d.press("esc")
		})
	}
}

// A paste that is too long, a file that is not there: each has its word, and the box is open again.
func TestUnreadableProofs(t *testing.T) {
	d := drive(t, "s8", i18n.EN, func(d *Deps) {
		d.OpenMail = func(string) (io.ReadCloser, error) { return nil, errors.New("no such luck") }
	})
	d.to(wizard.StepProof)
	d.paste("/no/such/file.eml")
	d.press("enter")
	d.shows("no such luck")
	s := session.New(session.World{Now: d.clock.Now}, d.r.c.Answers())
	if effects := s.ReadProof(strings.Repeat("x\n", wizard.MaxPaste)); effects != nil || !errors.Is(s.ProofErr(), proved.ErrTooLong) || s.Reading() {
		t.Errorf("too long: %v, %v", effects, s.ProofErr())
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if e := d.r.c.d.evidence(ctx, "From: a@aozora.example\n\n", ""); e.Err == nil && e.Mail.Kind == "" {
		t.Errorf("%+v", e)
	}
}
