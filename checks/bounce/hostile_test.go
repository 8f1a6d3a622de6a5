package bounce_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
)

const reportTop = "From: MAILER-DAEMON@sv7.host.example\nTo: info@minato-ya.example\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"

// nested is a mail in a mail in a mail.
func nested(depth int, kind string) string {
	var top, bottom strings.Builder
	for i := range depth {
		switch kind {
		case "multipart":
			fmt.Fprintf(&top, "Content-Type: multipart/mixed; boundary=\"b%d\"\n\n--b%d\n", i, i)
			fmt.Fprintf(&bottom, "\n--b%d--\n", depth-1-i)
		default:
			top.WriteString("Content-Type: message/rfc822\n\nFrom: a@b.example\nTo: c@d.example\n")
		}
	}
	return top.String() + "Content-Type: text/plain\n\n550 5.1.1 <x@y.example>: User unknown\n" + bottom.String()
}

// hostile are mails that were made to hurt, each of a given size or form.
func hostile() map[string]func() io.Reader {
	text := strings.NewReader
	many := func(s string, bytes int) string { return strings.Repeat(s, bytes/len(s)+1) }
	report := reportTop + "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n"
	junk := make([]byte, 2<<20)
	rand.New(rand.NewSource(7)).Read(junk)
	return map[string]func() io.Reader{
		"50 MB": func() io.Reader {
			return io.MultiReader(text(report+"<x@y.example>: host mx.y.example[192.0.2.1] said: 550 5.1.1 User unknown\n\n--b\nContent-Type: message/rfc822\n\n"), &endless{line: "X-Filler: " + many("a", 60) + "\n", left: 50 << 20})
		},
		"50 MB in one line": func() io.Reader { return &endless{line: many("From: a@b.example 550 5.7.26 ", 4096), left: 50 << 20} },
		"50 MB of separators": func() io.Reader {
			return &endless{line: "From a@b.example Thu Feb 12 10:00:00 2026\n\n", left: 50 << 20}
		},
		"200 parts deep":       func() io.Reader { return text(reportTop + nested(200, "multipart")) },
		"200 mails deep":       func() io.Reader { return text(reportTop + nested(200, "mail")) },
		"10,000 parts":         func() io.Reader { return text(report + many("--b\nContent-Type: text/plain\n\n550 5.1.1 x\n", 1<<20)) },
		"endless header":       func() io.Reader { return text("From: a@b.example\n" + many("X-A: b\n", 8<<20)) },
		"endless field":        func() io.Reader { return text("From: a@b.example\nSubject: " + many("x", 8<<20)) },
		"endless folded field": func() io.Reader { return text("From: a@b.example\nSubject: x\n" + many(" y\n", 8<<20)) },
		"NUL bytes":            func() io.Reader { return text(report + many("\x00", 2<<20)) },
		"NUL bytes between": func() io.Reader {
			return text("F\x00r\x00o\x00m\x00:\x00 \x00m\x00a\x00i\x00l\x00e\x00r\x00-\x00d\x00")
		},
		"wrong charset": func() io.Reader {
			return bytes.NewReader(append([]byte(reportTop+"Content-Type: text/plain; charset=utf-16\n\n"), junk...))
		},
		"unknown charset": func() io.Reader {
			return bytes.NewReader(append([]byte(reportTop+"Content-Type: text/plain; charset=klingon\n\n"), junk...))
		},
		"cut base64": func() io.Reader {
			return text(reportTop + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nNTUwIDUuMS4xIFVzZXIgdW5rbm93bg=="[:40] + "N")
		},
		"base64 that is none": func() io.Reader {
			return text(reportTop + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + many("!?*", 1<<20))
		},
		"cut within its form": func() io.Reader {
			return text(report + "<x@y.example>: host mx.y.example[192.0.2.1] said: 550 5.1.1 User unkn")
		},
		"addresses without end": func() io.Reader { return text(report + many("<a@b.example>: 550 5.1.1 User unknown\n", 2<<20)) },
		"recipients without end": func() io.Reader {
			return text(report + "--b\nContent-Type: message/delivery-status\n\n" + many("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 x\n\n", 2<<20))
		},
		"signatures without end": func() io.Reader {
			return text(report + "--b\nContent-Type: message/rfc822\n\n" + many("DKIM-Signature: v=1; d=a.example; s=b\n", 2<<20))
		},
		"quotation without end": func() io.Reader { return text(many("> ", 1<<20) + "\n" + many("> > > 550 5.1.1 a\n", 1<<20)) },
		"tags without end":      func() io.Reader { return text(many("<div><a@b.example></p>", 2<<20)) },
		"encoded words without end": func() io.Reader {
			return text("From: a@b.example\nSubject: " + many("=?utf-8?B?44GK?= ", 1<<20) + "\n\n")
		},
		"escape sequences": func() io.Reader { return text(many("\x1b[2J\x1b$B550 5.1.1 \x1b]0;x\x07", 1<<20)) },
		"words of a phrase apart": func() io.Reader {
			return text("550 5.7.1 " + many("unauthenticated email from blocked using ip ", 1<<20))
		},
		"at signs":               func() io.Reader { return text(report + many("@", 1<<20)) },
		"dots and colons":        func() io.Reader { return text("550 " + many("1.2.3.4:", 1<<20)) },
		"random bytes":           func() io.Reader { return bytes.NewReader(junk) },
		"header of random bytes": func() io.Reader { return bytes.NewReader(append([]byte("Received: "), junk...)) },
	}
}

// endless gives a line again and again.
type endless struct {
	line string
	left int
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, e.line[e.at:])
	e.at = (e.at + n) % len(e.line)
	e.left -= n
	return n, nil
}

// watchHeap gives the most that the heap held above what it holds now, while a function ran. Garbage counts until it is swept, so
// it is swept often.
func watchHeap(run func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Int64
	done := make(chan bool)
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), int64(now.HeapAlloc)-int64(before.HeapAlloc)))
			}
		}
	}()
	run()
	close(done)
	return most.Load()
}

func TestHostileMailsAreBounded(t *testing.T) {
	mostHeap := int64(32 << 20) // what is read is bounded, and so is the time; memory is what a test can rely on
	if trial.Racing {
		mostHeap *= 4 // the race detector needs that much more
	}
	all := hostile()
	for i, name := range slices.Sorted(maps.Keys(all)) {
		if !sample.Takes(i) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			in := all[name]()
			var got int
			start := time.Now()
			heap := watchHeap(func() {
				err := bounce.Each(in, func(r bounce.Result) bool {
					if r.Kind == "" {
						t.Errorf("no kind")
					}
					got++
					return got < 2000
				})
				if err != nil {
					t.Error(err)
				}
			})
			took := time.Since(start)
			if os.Getenv("SHOW") != "" {
				fmt.Printf("%-28s %8.2fs %5d MiB %d\n", name, took.Seconds(), heap>>20, got)
			}
			if got == 0 || heap > mostHeap {
				t.Errorf("%d results in %s with %d MiB", got, took, heap>>20)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, r := range []string{"", "550 5.1.1 x", reportTop + nested(3, "multipart"), reportTop + nested(3, "mail"), "\x1b$B", "From a 1:1 2026\n\n"} {
		f.Add([]byte(r))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bounce.Read(data)
		if r.Kind == "" {
			t.Error("no kind")
		}
		if r.Kind == bounce.Bounce && (len(r.Recipients) == 0 || r.Cause() == "") {
			t.Error("a bounce without a recipient or a cause")
		}
		for _, one := range r.Recipients {
			if len(one.Text) > 2000 || one.Cause == bounce.NotKnown && one.Fix == bounce.FixYes {
				t.Errorf("%+v", one)
			}
		}
		r.Teaches()
	})
}
