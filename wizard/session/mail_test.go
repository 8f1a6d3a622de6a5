package session_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/owner"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session/store"
)

const refused = `From: Mail Delivery System <MAILER-DAEMON@www1234.sakura.ne.jp>
To: tanaka@tanaka-foods.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<kato@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.14] said:
    550-5.7.26 Your email has been blocked because the sender is unauthenticated. (in reply to end of DATA command)

--b
Content-Type: message/rfc822

Return-Path: <tanaka@tanaka-foods.example>
From: tanaka@tanaka-foods.example
To: kato@gmail.com
Subject: Invoice for the pickled plums

The amount is eleven thousand yen.
--b--
`

// What was pasted teaches, and is kept nowhere: a run on the disk holds none of its text, and leads to the same diagnosis.
func TestMailIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, begin := range []func() *front{
			func() *front { // in the first box
				f := open(t, "S5", owner.Answers{})
				r := wizard.Reply{Step: wizard.StepIntake, Values: []string{"tanaka-foods.example"},
					Extra: map[string]string{wizard.ExtraMessage: refused, wizard.ExtraKind: "bounce"}}
				effects, err := f.Reply(r)
				if err != nil {
					t.Fatal(err)
				}
				f.do(effects)
				return f
			},
			func() *front { // where it is asked for
				f := open(t, "S5", owner.Answers{})
				f.say("tanaka-foods.example")
				f.Open(wizard.StepSymptom)
				f.say("bounce")
				f.say(refused)
				return f
			},
			func() *front { return open(t, "S5", owner.Answers{Domain: "tanaka-foods.example", Message: refused}) },
		} {
			f := begin()
			dir := t.TempDir()
			f.store = &store.Store{Dir: dir, Now: f.Clock.Now}
			f.to(wizard.StepWatch)
			text := files(t, dir)
			for _, word := range []string{"plums", "eleven", "Undelivered", "unauthenticated", "MAILER-DAEMON"} {
				if strings.Contains(text, word) {
					t.Errorf("the run's file holds %q of the mail", word)
				}
			}
			if !strings.Contains(text, "kato@gmail.com") || f.Answers().Mail.Cause != "auth-spf-dkim" {
				t.Errorf("nothing was learnt: %+v", f.Answers().Mail)
			}
			again := open(t, "S5", owner.Answers{})
			again.store = f.store
			again.do(again.Begin())
			effects, err := again.GoOn(again.Offers()[0].Stored)
			if err != nil {
				t.Fatal(err)
			}
			again.do(effects)
			if a, b := told(t, again), told(t, f); a != b {
				t.Errorf("it is another diagnosis:\n%s\nwas\n%s", a, b)
			}
		}
	})
}

// told is what the owner's mail and the rules say, as it would be written.
func told(t *testing.T, f *front) string {
	t.Helper()
	var codes []string
	for _, x := range f.Result().Findings {
		codes = append(codes, fmt.Sprintf("%s %s %+v", x.Code, x.Severity, x.Args))
	}
	data, err := json.MarshalIndent([]any{f.Answers(), codes}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// files is the text of all files of a folder.
func files(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) == 0 {
		t.Fatal("no run is kept", err)
	}
	var b strings.Builder
	for _, n := range names {
		data, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(data)
	}
	return b.String()
}

// What cannot be read as a mail is told at once, and the question stays; the line with the reason alone is enough.
func TestARubbishPasteIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, "S5", owner.Answers{})
		f.say("tanaka-foods.example")
		f.Open(wizard.StepSymptom)
		f.say("bounce")
		for text, fits := range map[string]bool{"asdf jkl\nqwertz": false, "my mail does not arrive": false, "": true,
			"550-5.7.26 Your email has been blocked because the sender is unauthenticated.": true} {
			r := wizard.Reply{Step: wizard.StepBounce}
			if text != "" {
				r.Values = []string{text}
			}
			m := f.Fits(r)
			if (m == nil) != fits || m != nil && m.Code != wizard.MisfitUnread {
				t.Errorf("%q: %v", text, m)
			}
			if !fits {
				if _, err := f.Reply(r); err == nil || f.At() != wizard.StepBounce {
					t.Errorf("%q is taken, and leads to %s", text, f.At())
				}
			}
		}
	})
}
