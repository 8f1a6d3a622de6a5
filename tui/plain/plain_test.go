package plain_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/tui"
	"example.org/todoku/tui/plain"
	"example.org/todoku/wizard/session"
)

var day = trial.Day

// bench is the world of a run: a scenario of the lab whose clock jumps with every round of questions.
type bench struct {
	deps   tui.Deps
	net    *lab.Internet
	clock  *lab.Clock
	keys   map[string]string
	saved  map[string]string
	copied []string
	checks int
}

func newBench(t *testing.T, scenario string, lang i18n.Lang) *bench {
	t.Helper()
	x := trial.New(t, scenario)
	b := &bench{saved: map[string]string{}, net: x.Net, clock: x.Clock, keys: x.Story.Keys}
	b.deps = tui.Deps{Lang: lang, Catalog: x.Catalog, Now: x.Clock.Now, Recognise: x.Recognise, Senders: x.Senders,
		Reports: func(ctx context.Context, paths []string, _ func(session.Share)) *report.Reading {
			return x.ReadReports(ctx, paths)
		},
		Check: func(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(tui.Progress)) (*snapshot.Snapshot, error) {
			b.checks++
			return x.Client.Run(ctx, a, old, func(e probe.Event) { each(tui.Progress{Answer: e.Answer, Asked: e.Asked, Open: e.Open}) })
		},
		Places: x.Watch.Places, Look: x.Watch.Look,
		Panel: func(ctx context.Context, a owner.Answers, s *snapshot.Snapshot) propagation.Panel {
			return x.Watch.Panel(ctx, x.Catalog, a, s)
		},
		Copy: func(text string) (string, string, error) {
			b.copied = append(b.copied, text)
			return "copied", "", nil
		},
		Save: func(name string, data []byte) (string, error) {
			if _, ok := b.saved[name]; ok {
				return "", errors.New("it exists")
			}
			b.saved[name] = string(data)
			return "/tmp/" + name, nil
		},
		Lab: &tui.Lab{Notice: x.Story.Answers.Message, Story: x.Story.Title.In, Domain: cmp.Or(x.Story.Answers.ReportTo, x.Story.Answers.Domain), Key: x.Story.Key, Publish: x.Net.Publish,
			Speed: x.Clock.Speed, Speeds: []int{0, 1, 60, 3600}, Mail: x.Mailed(), SwitchOn: x.Post.SwitchOn, Press: x.Post.Press},
		Verify: x.Verify,
	}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// page is what was written, for two goroutines.
type page struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

// script types lines. A line that begins with "@" is not typed: it waits until the rest of it was written.
type script struct {
	lines []string
	seen  *page
}

func (s *script) Read(b []byte) (int, error) {
	for len(s.lines) > 0 {
		line := s.lines[0]
		s.lines = s.lines[1:]
		text, wait := strings.CutPrefix(line, "@")
		if !wait {
			return copy(b, line+"\n"), nil
		}
		for range 1000 {
			if strings.Contains(s.seen.String(), text) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return 0, io.EOF
}

// run types the lines and gives what was written.
func (b *bench) run(t *testing.T, lines ...string) string {
	t.Helper()
	var out page
	ctx, stop := context.WithTimeout(context.Background(), 24*time.Hour)
	defer stop()
	must(t, plain.Run(ctx, &script{lines: lines, seen: &out}, &out, b.deps))
	if ctx.Err() != nil {
		t.Errorf("the run did not end by itself")
	}
	for _, r := range out.String() {
		if r != '\n' && unicode.Is(unicode.C, r) {
			t.Errorf("control code %q is written", r)
		}
	}
	return out.String()
}

// inOrder fails at the first piece that does not follow the ones before it.
func inOrder(t *testing.T, text string, pieces ...string) {
	t.Helper()
	rest := text
	for _, p := range pieces {
		_, after, ok := strings.Cut(rest, p)
		if !ok {
			t.Fatalf("no %q after the pieces before it, in:\n%s", p, text)
		}
		rest = after
	}
}

// TestStoryS5 walks from the domain to seen records and a saved summary, in Japanese.
func TestStoryS5(t *testing.T) { synctest.Test(t, storyS5) }

func storyS5(t *testing.T) {
	b := newBench(t, "S5", i18n.JA)
	out := b.run(t,
		"ｉｎｆｏ＠ｔａｎａｋａ－ｆｏｏｄｓ．ｅｘａｍｐｌｅ", // as an input method writes it
		"５",        // something is wrong:
		"１",        // a bounce came back
		"",         // no bounce at hand
		"",         // all else is right
		"",         // on to the records
		"copy", "", // SPF
		"",                                  // DKIM, which a switch makes
		"",                                  // reports to the own address
		"",                                  // DMARC
		"publish", "3600", "@新しい設定が反映されました", // and wait
		"lab", "", // the test mail, signed since the switch was pressed
		"1", "", // keep it as text
	)
	inOrder(t, out,
		"DNS を調べています", "次のとおりで合っていますか", "さくら", "www1234.sakura.ne.jp",
		"エラーメールが戻ってくる", "次のとおりで合っていますか", "エラーメールが戻ってくる", "件の問い合わせをしました",
		"SPF", "根拠", ".dns.ne.jp",
		"\nv=spf1 a:www1234.sakura.ne.jp mx ~all\n", "クリップボードにコピーしました。",
		"DKIM をオンにすると", "入力するものはありません",
		"空欄のまま Enter を押すと「info@tanaka-foods.example」",
		"\nv=DMARC1; p=none; rua=mailto:info@tanaka-foods.example\n",
		"レコードを公開しました。", "反映済み", "すべての確認先に、新しい設定が反映されました。",
		"届きました。SPF・DKIM・DMARC のすべてを通っています。", "確認済み（",
		"ファイルに保存しました: /tmp/todoku-tanaka-foods.example-2026-11-22.txt", "終了します。",
	)
	if len(b.copied) != 1 || b.copied[0] != "v=spf1 a:www1234.sakura.ne.jp mx ~all" {
		t.Errorf("copied %q", b.copied)
	}
	if b.checks != 2 {
		t.Errorf("looked %d times, want once early and once with all answers", b.checks)
	}
	if len(b.saved) != 1 {
		t.Errorf("saved: %v", b.saved)
	}
}

// TestStoryS1 walks the other story with a long key, in English; signing is told to wait for the key.
func TestStoryS1(t *testing.T) { synctest.Test(t, storyS1) }

func storyS1(t *testing.T) {
	b := newBench(t, "S1", i18n.EN)
	out := b.run(t, "info@hanazono.example", "", "", "", "lab", "", "", "", "publish", "3600", "@are live everywhere",
		"", "lab", "", "1", "") // signing is on; the test mail is sent
	inOrder(t, out, "Google Workspace", "the MX is", "\nv=spf1 include:_spf.google.com ~all\n", "Paste the key.", "The key can be used.",
		"google._domainkey", "\nv=DKIM1; k=rsa; p=MIIB", "To do once it is live:", "\nv=DMARC1; p=none; rua=mailto:info@hanazono.example\n",
		"The new settings are live everywhere.", "Turn on signing at Google Workspace", "It arrived, and SPF, DKIM and DMARC all pass.",
		"ok DKIM: pass (hanazono.example, selector google)", "Proved (", "Saved to this file: /tmp/todoku-hanazono.example-2026-11-22.txt")
}

// TestNobodyIsAskedTooEarly: while nothing is published, no resolver is asked for the records, however often "now" is
// typed.
func TestNobodyIsAskedTooEarly(t *testing.T) { synctest.Test(t, nobodyIsAskedTooEarly) }

func nobodyIsAskedTooEarly(t *testing.T) {
	b := newBench(t, "S1", i18n.EN)
	var mu sync.Mutex
	early := map[lab.Heard]bool{}
	b.net.Listen(func(h lab.Heard) {
		mu.Lock()
		defer mu.Unlock()
		record := h.Type == snapshot.TXT && (h.Name == "hanazono.example" || h.Name == "_dmarc.hanazono.example" || h.Name == "google._domainkey.hanazono.example")
		if record && slices.Contains([]string{"resolver.lab.test", "dns.google", "one.one.one.one", "dns9.quad9.net"}, h.Server) {
			early[h] = true
		}
	})
	walk := []string{"info@hanazono.example", "", "", "", "lab", "", "", "", "now", "now"}
	b.run(t, append(slices.Clone(walk), "quit")...)
	if len(early) > 0 {
		t.Errorf("asked: %v", early)
	}
	b.run(t, append(walk, "publish", "now", "quit")...)
	if len(early) == 0 {
		t.Error("never asked: this test sees nothing")
	}
}

// TestWaitAsksBeforeItEnds: an empty line alone does not end a wait, nor does another one after a command; two do.
func TestWaitAsksBeforeItEnds(t *testing.T) { synctest.Test(t, waitAsksBeforeItEnds) }

func waitAsksBeforeItEnds(t *testing.T) {
	b := newBench(t, "S1", i18n.EN)
	out := b.run(t, "info@hanazono.example", "", "", "", "", "", "", "", "now", "", "", "quit")
	again, proof := i18n.EN.T("tui.watch.sure"), i18n.EN.T("wizard.proof.title")
	inOrder(t, out, i18n.EN.T("wizard.watch.title"), again, again, proof)
	if strings.Count(out, again) != 2 {
		t.Errorf("asked %d times:\n%s", strings.Count(out, again), out)
	}
}

// TestHealthyS8: nothing to make, so nothing to wait for.
func TestHealthyS8(t *testing.T) { synctest.Test(t, healthyS8) }

func healthyS8(t *testing.T) {
	b := newBench(t, "S8", i18n.EN)
	out := b.run(t, "", "", "", "", "")
	inOrder(t, out, "Scenario:", "Nothing has to be fixed.", "Nothing was found that has to be fixed.", "Checked, nothing to fix:",
		"Test that mail arrives", "Save a summary", "Good-bye.")
	checkup := b.run(t, "", "5", "6", "", "", "") // who came for a check-up sends no mail
	inOrder(t, checkup, "Nothing has to be fixed.", "Save a summary", "Good-bye.")
	out += checkup
	if strings.Contains(checkup, "Test that mail arrives") {
		t.Errorf("a check-up ends in a mail:\n%s", checkup)
	}
	for _, not := range []string{"Records to add or change", "Only changes are reported"} {
		if strings.Contains(out, not) {
			t.Errorf("S8 says %q:\n%s", not, out)
		}
	}
}

// TestMistakesAndBack: bad replies are told in words and asked again, back keeps what was said, help helps.
func TestMistakesAndBack(t *testing.T) { synctest.Test(t, mistakesAndBack) }

func mistakesAndBack(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	out := b.run(t,
		"back",                // nowhere to go
		"com",                 // no domain
		"?",                   // help
		"",                    // the story's domain
		"7", "pigeon\x1b[31m", // not on the list; hostile
		"5", "2", "1", // spam, few emails
		"5", "back", // to what was found
		"back", "", // the domain: offered again, and what was said of it stays
		"1", "googl", "1 1", // find; the same twice
		"googl", "1", // Google Workspace
		"1", "back", // changes nothing
		"quit")
	inOrder(t, out, "This is the first question.", "? shows this again", "Is this right?",
		"Please enter a number from 1 to 5.", "Please enter a number from 1 to 5.", "What is wrong?", "Mail lands in spam",
		"Is this right?", "Mail lands in spam", "What is wrong?", "Press Enter for: Mail lands in spam", "Is this right?",
		"Enter a domain name", "Is this right?", "Mail lands in spam", "Which service sends your mail?", "Google Workspace",
		"Chosen twice: google-workspace", "Is this right?", "1. Mail service: Google Workspace", "Press Enter for: Google Workspace",
		"1. Mail service: Google Workspace", "Good-bye.")
}

// TestSlipsInLines: a blank in the name and a record's value are told at once and begin no paste; a search forgives a slip;
// what is no command where a record is to be saved, or signing to be turned on, is not taken for yes.
func TestSlipsInLines(t *testing.T) { synctest.Test(t, slipsInLines) }

func slipsInLines(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	out := b.run(t, "tanaka foods.example", "v=spf1 ~all", "", "1", "sakrua", "", "", "yes please", "", "later", "", "quit")
	inOrder(t, out, "tanakafoods.example", "is the value of a DNS record", "Is this right?", "1. SAKURA Rental Server", "Is this right?",
		"What was found", "\"yes please\" does nothing here.", "1 / 3", "\"later\" does nothing here.", "2 / 3")
	if strings.Contains(out, i18n.EN.T("plain.pasting")) {
		t.Errorf("a paste is read:\n%s", out)
	}
}

// TestPasteInTheFirstBox: a bounce of many lines is read to its end and its symptom is not asked again.
func TestPasteInTheFirstBox(t *testing.T) { synctest.Test(t, pasteInTheFirstBox) }

func pasteInTheFirstBox(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	out := b.run(t, "From: Mail Delivery System <MAILER-DAEMON@tanaka-foods.example>", "To: info@tanaka-foods.example",
		"Subject: Undelivered Mail Returned to Sender", "Content-Type: multipart/report; report-type=delivery-status; boundary=x", "", "--x", "",
		"<someone@gmail.com>: host gmail-smtp-in.l.google.com said: 550-5.7.26 This mail is unauthenticated", "", "--x",
		"Content-Type: message/delivery-status", "", "Reporting-MTA: dns; www1234.sakura.ne.jp", "",
		"Final-Recipient: rfc822; someone@gmail.com", "Action: failed", "Status: 5.7.26", "Diagnostic-Code: smtp; 550-5.7.26 unauthenticated", "",
		"--x", "Content-Type: message/rfc822", "", "From: info@tanaka-foods.example", "To: someone@gmail.com", "", "hello", "--x--", ".", "quit")
	inOrder(t, out, "Reading on.", "Is this right?", "Pasted mail: to someone@gmail.com, reason: Neither SPF nor DKIM passes, code 550 5.7.26", "Bounce message: ")
}

// TestUnknownAndOthers: who does not know is told how to find out; a list and a forward have their questions.
func TestUnknownAndOthers(t *testing.T) { synctest.Test(t, unknownAndOthers) }

func unknownAndOthers(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	b.deps.Start = owner.Answers{Domain: "tanaka-foods.example", Symptom: owner.SymptomCheckup}
	unknown := func(out string) string { // the number of "I do not know" in the last list
		var n string
		for l := range strings.SplitSeq(out, "\n") {
			if strings.Contains(l, "I do not know") {
				n, _, _ = strings.Cut(strings.TrimSpace(l), ".")
			}
		}
		return n
	}
	host := unknown(b.run(t, "1", "quit"))
	services := unknown(b.run(t, "2", "quit"))
	panel := unknown(b.run(t, "3", "quit"))
	out := b.run(t, "1", host, host, "2", services, services, "3", panel, panel, "4", "3", "list@tanaka-foods.example", "who@gmail.com", "nobody here", ".", "", "2", "", "quit")
	inOrder(t, out, "How to find out:", "Mail servers found (MX): tanaka-foods.example", "How to find out:", "How to find out:",
		"Name servers found: ns1.dns.ne.jp", "What is the mailing list's address?", "could not be reached?", "Paste the list of members", "no email address in it", "member of the list?", "Is this right?", "What was found")
	out = b.run(t, "4", "2", "1", "nonsense", "", "", "", "1", "no mail", ".", "", "", "quit")
	inOrder(t, out, "Whose email address does the forwarding?", "This is not an email address", "Which address is it forwarded to?",
		"Which service does the forwarding?", "keep a copy", "one email that was forwarded", "not the source of an email", "Is this right?", "What was found")
}

// TestInterrupt: Ctrl+C ends a wait, and the summary is offered still.
func TestInterrupt(t *testing.T) { synctest.Test(t, interrupt) }

func interrupt(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	ctx, interrupt := context.WithCancel(context.Background())
	in, typing := io.Pipe()
	defer in.Close()
	rounds, look := 0, b.deps.Look
	b.deps.Look = func(c context.Context, asks []propagation.Ask, at []propagation.Place) []propagation.Look {
		if rounds++; rounds == 1 {
			interrupt()
		}
		return look(c, asks, at)
	}
	go func() {
		io.WriteString(typing, "\n\n\n\n\n-\n\n")
		<-ctx.Done()
		io.WriteString(typing, "1\n\n")
	}()
	var out bytes.Buffer
	must(t, plain.Run(ctx, in, &out, b.deps))
	inOrder(t, out.String(), "Only changes are reported", "The wait has been stopped.", "Save a summary", "Saved to this file:", "Good-bye.")
	if len(b.saved) != 1 {
		t.Errorf("saved: %v", b.saved)
	}
	for _, text := range b.saved {
		inOrder(t, text, "v=spf1", "Going live", "not live yet")
	}
}

// TestEndOfInput: whoever types nothing gets no endless loop, and no error.
func TestEndOfInput(t *testing.T) { synctest.Test(t, endOfInput) }

func endOfInput(t *testing.T) {
	for _, lines := range [][]string{nil, {""}, {"", "1"}, {"", "1", "From: x"}} {
		inOrder(t, newBench(t, "S5", i18n.EN).run(t, lines...), "Good-bye.")
	}
}

// TestNoNetwork: nothing is called fine, the lab is offered, and looking again is.
func TestNoNetwork(t *testing.T) { synctest.Test(t, noNetwork) }

func noNetwork(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	b.deps.Lab = nil
	b.deps.Check = func(_ context.Context, a owner.Answers, _ *snapshot.Snapshot, _ func(tui.Progress)) (*snapshot.Snapshot, error) {
		b.checks++
		return snapshot.New(a.Domain, day), errors.New("network is \x1b[31mdown")
	}
	out := b.run(t, "tanaka-foods.example", "", "quit")
	inOrder(t, out, "Something went wrong: network is", "No DNS server answered", "todoku lab", "Press Enter to check again.", "No DNS server answered", "Good-bye.")
	if strings.Contains(out, "needs to be fixed") {
		t.Errorf("called fine without a look:\n%s", out)
	}
}

// TestBrokenPipe: an error of writing ends the run and is returned.
func TestBrokenPipe(t *testing.T) { synctest.Test(t, brokenPipe) }

func brokenPipe(t *testing.T) {
	b := newBench(t, "S5", i18n.EN)
	in, _ := io.Pipe()
	defer in.Close()
	if err := plain.Run(context.Background(), in, broken{}, b.deps); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
