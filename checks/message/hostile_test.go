package message

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"example.org/todoku/checks/lab/sample"
)

// endless returns a reader that repeats a text up to a size, without holding it.
func endless(text string, size int64) io.Reader {
	return io.LimitReader(&loop{text: text}, size)
}

type loop struct {
	text string
	at   int
}

func (l *loop) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		c := copy(p[n:], l.text[l.at:])
		n += c
		l.at = (l.at + c) % len(l.text)
	}
	return n, nil
}

// peak runs f and returns the peak of memory in use, and the duration.
func peak(f func()) (bytes uint64, took time.Duration) {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	base := stats.HeapAlloc
	var most atomic.Uint64
	done := make(chan struct{})
	go func() {
		var s runtime.MemStats
		for {
			runtime.ReadMemStats(&s)
			most.Store(max(most.Load(), s.HeapAlloc-min(s.HeapAlloc, base)))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	f()
	took = time.Since(start)
	close(done)
	return most.Load(), took
}

// Whatever comes in, it ends soon, in little memory, and with a clear word.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	signed := trace + sign(t, plainMail, nil)
	both := trace + sign(t, sign(t, plainMail, nil), func(o *msgauth.SignOptions) {
		o.BodyCanonicalization = msgauth.CanonicalizationSimple
	})
	head, _, _ := strings.Cut(signed, "\r\n\r\n")
	manyLengths := ""
	for i := range 40 {
		manyLengths += fmt.Sprintf("DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=shop.example; s=s1; l=%d; h=from; bh=AAAA; b=AAAA\r\n", i*1000)
	}
	nested := func(depth int) io.Reader {
		var b strings.Builder
		for i := range depth {
			fmt.Fprintf(&b, "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\nContent-Type: message/rfc822\r\n\r\n", i, i)
		}
		return strings.NewReader(b.String())
	}
	all := map[string]struct {
		in   func() io.Reader // fresh each time
		gap  Gap
		want Result // of the first signature; "" where none or not known
	}{
		"50 MB": {func() io.Reader {
			return io.MultiReader(strings.NewReader(both+"\r\n"), endless("A line of text that goes on for a while, as they do.\r\n", 50<<20))
		}, GapConnection, Fail},
		"300 MB": {func() io.Reader {
			return io.MultiReader(strings.NewReader(signed+"\r\n"), endless("A line of text that goes on for a while, as they do.\r\n", 300<<20))
		}, GapTooLarge, NotKnown},
		"one line of 50 MB":    {func() io.Reader { return io.MultiReader(strings.NewReader(both+"\r\n"), endless("x", 50<<20)) }, GapConnection, Fail},
		"50 MB of empty lines": {func() io.Reader { return io.MultiReader(strings.NewReader(both), endless("\r\n", 50<<20)) }, GapConnection, Pass},
		"50 MB of blanks":      {func() io.Reader { return io.MultiReader(strings.NewReader(signed+"\r\n"), endless(" \t", 50<<20)) }, GapConnection, Pass},
		"an endless header": {func() io.Reader {
			return io.MultiReader(strings.NewReader(head+"\r\nX-A: b\r\n"), endless("X-Long: y\r\n", 200<<20))
		}, GapFields, NotKnown},
		"one endless field": {func() io.Reader {
			return io.MultiReader(strings.NewReader(head+"\r\nX-A: b"), endless(" and more", 200<<20))
		}, GapFields, NotKnown},
		"an endless first line": {func() io.Reader { return endless("Received: ", 100<<20) }, GapFields, NotKnown},
		"nested":                {func() io.Reader { return nested(200) }, GapCut, NotKnown},
		"nested deep":           {func() io.Reader { return nested(20000) }, GapCut, NotKnown},
		"NUL bytes":             {func() io.Reader { return strings.NewReader(strings.ReplaceAll(signed, "order", "or\x00der")) }, GapConnection, Fail},
		"nothing but NUL":       {func() io.Reader { return endless("\x00", 50<<20) }, GapHeader, NotKnown},
		"wrong charset":         {func() io.Reader { return strings.NewReader(strings.ReplaceAll(signed, "order", "\xff\xfe\x8f\xe3")) }, GapConnection, Fail},
		"signatures": {func() io.Reader {
			return io.MultiReader(endless("DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n", 82*3500), strings.NewReader(signed))
		}, GapConnection, Fail},
		"more signatures": {func() io.Reader {
			return io.MultiReader(endless("DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n", 900<<10), strings.NewReader(signed))
		}, GapFields, NotKnown},
		"signed lengths": {func() io.Reader {
			return io.MultiReader(strings.NewReader(manyLengths+signed), endless("text\r\n", 50<<20))
		}, GapConnection, Fail},
		"h= without end": {func() io.Reader {
			return io.MultiReader(strings.NewReader("DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; bh=AAAA; b=AAAA; h=from"), endless(":from", 500<<10), strings.NewReader("\r\n"+signed))
		}, GapConnection, PermError},
		"z= without end": {func() io.Reader {
			return io.MultiReader(strings.NewReader("DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; bh=AAAA; b=AAAA; h=from:subject; z=a"), endless("|subject:=20b", 500<<10), strings.NewReader("\r\n"+signed))
		}, GapConnection, Fail},
		"open comments": {func() io.Reader {
			return io.MultiReader(strings.NewReader("Authentication-Results: a"), endless("(", 60<<10), strings.NewReader("\r\nReceived: from"), endless(" (((", 60<<10), strings.NewReader("\r\nFrom: "), endless("(<", 60<<10), strings.NewReader("\r\n"+signed))
		}, GapConnection, Pass},
		"addresses": {func() io.Reader {
			return io.MultiReader(strings.NewReader("To: a@b.example"), endless(", a@b.example", 700<<10), strings.NewReader("\r\n"+signed))
		}, GapConnection, Pass},
		"chain": {func() io.Reader { return strings.NewReader(many() + signed) }, GapConnection, NotKnown},
		"an mbox of many": {func() io.Reader {
			return io.MultiReader(strings.NewReader("From a@b.example Tue Nov  3 10:00:00 2026\n"+signed), endless("\nFrom a@b.example Tue Nov  3 10:00:00 2026\nFrom: a@b.example\n\nhi\n", 50<<20))
		}, GapMore, Pass},
	}
	for i, name := range slices.Sorted(maps.Keys(all)) {
		if !sample.Takes(i) {
			continue
		}
		c := all[name]
		t.Run(name, func(t *testing.T) {
			var m *Message
			var rep Report
			used, took := peak(func() {
				var err error
				if m, err = Parse(context.Background(), c.in()); err != nil {
					t.Fatal(err)
				}
				rep = m.Verify(context.Background(), home())
			})
			if used > 64<<20 {
				t.Errorf("%d MiB", used>>20)
			}
			if c.gap != GapConnection && !slices.Contains(m.Gaps, c.gap) {
				t.Errorf("gaps %q, want %q", m.Gaps, c.gap)
			}
			got := NotKnown
			if len(rep.DKIM) > 0 {
				got = rep.DKIM[0].Result
			}
			if got != c.want {
				t.Errorf("signature: %q, want %q (body %q)", got, c.want, m.Body)
			}
			t.Logf("%d MiB, %v", used>>20, took.Round(time.Millisecond))
		})
	}
}

// Where ctx ends, reading ends.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	start := time.Now()
	_, err := Parse(ctx, io.MultiReader(strings.NewReader(trace+sign(t, plainMail, nil)), endless("text\r\n", 150<<20)))
	if !errors.Is(err, context.Canceled) || time.Since(start) > time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	m := parsed(t, trace+sign(t, plainMail, nil))
	if rep := m.Verify(ctx, home()); rep.DKIM[0].Result != NotKnown || rep.SPF.Result != "" || rep.DMARC.Result != NotKnown {
		t.Errorf("judged after the end: %+v", rep)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("disk") }

func TestBrokenReader(t *testing.T) {
	if _, err := Parse(context.Background(), broken{}); err == nil {
		t.Error("no error")
	}
	if _, err := Parse(context.Background(), io.MultiReader(strings.NewReader(trace+plainMail), endless("text\r\n", 1<<20), broken{})); err == nil {
		t.Error("no error in the body")
	}
}

// Nothing that a terminal would obey leaves the package.
func TestNothingObeyed(t *testing.T) {
	evil := "\x1b]0;x\x07\u202e"
	text := "Return-Path: <" + evil + "@shop.example>\nReceived: from " + evil + " (" + evil + " [203.0.113.10]) by " + evil + ".example with " + evil + " for <" + evil + "@a.example>; Tue, 3 Nov 2026 10:00:00 +0900\n" +
		"Authentication-Results: " + evil + "; " + evil + "=" + evil + " (" + evil + ") reason=" + evil + " a." + evil + "=" + evil + "\nList-Id: <" + evil + ">\nList-Post: <mailto:a@b.example>\nDelivered-To: " + evil + "@a.example\n" +
		"From: " + evil + " <" + evil + "@b.example>\nSubject: =?UTF-8?Q?=1B]0;x=07?= " + evil + "\nMessage-ID: <" + evil + ">\nX-Forwarded-For: " + evil + "\n\n"
	m := parsed(t, evil+"\n"+text)
	m.Header = nil // raw by nature
	m.index = nil
	for _, bad := range []string{"\x1b", "\x07", "\u202e"} {
		for _, s := range []string{fmt.Sprintf("%+v", *m), fmt.Sprintf("%+v", parsed(t, text).Verify(context.Background(), home()))} {
			if i := strings.Index(s, bad); i >= 0 {
				t.Errorf("%q in %q", bad, s[max(i-80, 0):min(i+20, len(s))])
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(trace + sign(f, plainMail, nil)))
	f.Add([]byte(gmailJA + trace + plainMail))
	f.Add([]byte(many()))
	f.Add([]byte("From a@b Tue Nov  3 10:00:00 2026\nReceived: from a (b [1.2.3.4]) by c; x\nAuthentication-Results: a; dkim=pass (\nDKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; l=3; z=a:=41|b; bh=AAAA; b=AAAA\nFrom: =?x?b?a?= <a@b>\n\n>From \n"))
	f.Add([]byte("> Received:\n> from x\n> Message-ID: <a>\n> Return-Path: <SRS0=a=b=c=d@e>\n"))
	dns := home().with("s._domainkey.a.example TXT", record(good()))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(context.Background(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		rep := m.Verify(context.Background(), dns)
		for _, d := range rep.DKIM {
			if d.Reason != "" && (d.Result == Pass || d.Result == NotKnown) || d.Result == Fail && d.Reason == "" {
				t.Errorf("%q %q", d.Result, d.Reason)
			}
		}
		if m.Body == Absent && slices.ContainsFunc(rep.DKIM, func(d DKIM) bool { return d.Result == Fail }) {
			t.Error("a header alone fails")
		}
		again := m.Verify(context.Background(), dns)
		if len(again.Changes) != len(rep.Changes) || again.DMARC != rep.DMARC || again.ARC != rep.ARC {
			t.Error("another word the second time")
		}
	})
}

func FuzzAuthenticationResults(f *testing.F) {
	f.Add("mx.b.example 1; dkim (a) / 1 = pass (b) header . d = x; spf=fail reason=\"a;b\"")
	f.Add("i=1; a; b=c (((\"")
	f.Fuzz(func(t *testing.T, v string) {
		for _, c := range authenticationResults(Field{Name: "A", key: "arc-authentication-results", Value: v}) {
			if c.Method == "" {
				t.Errorf("no method in %q", v)
			}
		}
		_, _ = receivedSPF(Field{Value: v})
		_ = hop(0, v)
		_ = addresses(v)
	})
}

func BenchmarkParse(b *testing.B) {
	mail := trace + sign(b, plainMail, nil) + strings.Repeat("A line of text that goes on for a while, as they do.\r\n", 20000)
	b.SetBytes(int64(len(mail)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Parse(context.Background(), strings.NewReader(mail))
		if err != nil {
			b.Fatal(err)
		}
		m.Verify(context.Background(), home())
	}
}
