package session_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/proof"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/session/store"
)

// toProof walks a story to its proof: every key of its consoles pasted, every record published and seen.
func toProof(t *testing.T, story string) *front {
	t.Helper()
	return toProofWith(t, story, func(*front) {})
}

// toProofWith is toProof with what its owner does at the records.
func toProofWith(t *testing.T, story string, there func(*front)) *front {
	t.Helper()
	f := open(t, story, owner.Answers{})
	f.store = &store.Store{Dir: t.TempDir(), Now: f.Clock.Now}
	f.to(wizard.StepRecords)
	for i := 0; i < len(f.Result().Plan.Changes); i++ {
		ch := f.Result().Plan.Changes[i]
		if !ch.AsksKey() {
			continue
		}
		k, got := f.ReadKey(ch, f.Story.Key(ch.Ask, ch.Name))
		if got.Problem != "" {
			t.Fatalf("%s: %+v", ch.Name, got)
		}
		f.TakeKey(k)
		i = max(0, f.Find(ch)) - 1
	}
	there(f)
	f.to(wizard.StepWatch)
	must(t, f.Net.Publish(f.Result().Plan.Edits()))
	f.do(f.LookNow())
	for range 300 {
		if f.Wait().Published() {
			break
		}
		f.Clock.Advance(5 * time.Minute)
		f.do(f.Due())
	}
	f.say()
	if f.At() != wizard.StepProof {
		t.Fatalf("at %s, published %v", f.At(), f.Wait().Published())
	}
	return f
}

// The shop's run to its proof: signing is switched on first, the mail is judged by Gmail, and the run on the disk says that
// it is proved, when and by what, without a word of the mail.
func TestProved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := toProof(t, "S1")
		todo := f.Signing()
		if len(todo) != 1 || todo[0].Service != "google-workspace" || len(f.Unseen()) != 0 {
			t.Fatalf("signing: %+v", todo)
		}
		f.do(f.Practice("ja"))
		if p := f.Proof(); p == nil || p.Fault != proof.Unsigned || !p.Arrived() || p.Proved() {
			t.Errorf("before signing: %+v", p)
		}
		// What is said to be now is what holds with the records, and a signature is assumed until a mail shows one.
		if was, now := f.Result().Forecast.Lines[0].Now, f.Outlook(); was.Outcome == forecast.Delivered || now.Changes || now.Lines[0].Now.Outcome != forecast.Delivered ||
			!assumesSigning(now) || now.Lists[0].Items[0].State != forecast.Met {
			t.Errorf("with the records: %+v", now.Lines[0])
		}
		f.do(f.SwitchedOn("google-workspace"))
		if len(f.Signing()) != 0 {
			t.Error("signing is asked for again")
		}
		f.do(f.Practice("ja"))
		p := f.Proof()
		if p == nil || !p.Proved() || p.Receiver != "gmail" || p.SPF.Result != "pass" || p.DKIM[0].Selector != "google" || !p.DKIM[0].Verified ||
			p.DMARC.Result != "pass" || p.Policy != "none" || p.Way.Route != owner.Direct || !p.Received.Equal(f.Clock.Now().Truncate(time.Second)) {
			t.Fatalf("not proved: %+v", p)
		}
		if f.Proved() != p {
			t.Error("the proof is not kept")
		}
		if assumesSigning(f.Outlook()) {
			t.Error("that mail is signed is assumed, though a mail has shown it")
		}
		all, err := f.store.List()
		must(t, err)
		if len(all) != 1 || all[0].Proof == nil || !all[0].Proof.Proved() || !all[0].Done || len(all[0].Signing) != 1 {
			t.Errorf("on the disk: %+v", all)
		}
		text := files(t, f.store.Dir)
		for _, word := range []string{"This is a test mail", "Subject", "DKIM-Signature", "Authentication-Results"} {
			if strings.Contains(text, word) {
				t.Errorf("the run's file holds %q of the mail", word)
			}
		}
		// What says nothing of today leaves the proof as it is.
		f.do(f.ReadProof("hello"))
		if f.Proof().Fault != proof.Unread || !f.Proved().Proved() {
			t.Errorf("%+v, kept %+v", f.Proof(), f.Proved())
		}
	})
}

// A switch at the service makes the key's record: once it is pressed, the lab's mail is signed, and nothing is left to paste. Who
// says that it is pressed, and sends a mail without a signature, is told so.
func TestSwitchMakesTheKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, pressed := range []bool{false, true} {
			f := toProofWith(t, "S5", func(f *front) {
				for _, c := range f.Result().Plan.Changes {
					if c.Switch {
						f.SetSaved(c, true)
						f.deaf = !pressed
					}
				}
			})
			if only, done := f.Switched(); !only || done {
				t.Errorf("before the mail: %t, %t", only, done)
			}
			f.do(f.Practice("en"))
			_, done := f.Switched()
			if p := f.Proof(); p == nil || p.Proved() != pressed || !pressed && p.Fault != proof.Unsigned || done != pressed {
				t.Errorf("pressed %t: %+v, done %t", pressed, p, done)
			}
		}
	})
}

func assumesSigning(f forecast.Forecast) bool {
	return slices.ContainsFunc(f.Lines, func(l forecast.Line) bool { return slices.Contains(l.Now.Assumes, forecast.SigningOn) })
}

// A mail that proves nothing is told by what it lacks: of another domain, older than the change, the sender's own copy.
func TestNotProved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healthy := open(t, "S8", owner.Answers{})
		sent, err := healthy.Post.Send(t.Context(), "en")
		must(t, err)
		f := toProof(t, "S1")
		if f.do(f.ReadProof(sent.Text)); f.Proof().Fault != proof.OtherDomain || f.Proof().Domain != "aozora.example" {
			t.Errorf("of another domain: %+v", f.Proof())
		}
		f.do(f.SwitchedOn("google-workspace"))
		if sent, err = f.Post.Send(t.Context(), "en"); err != nil {
			t.Fatal(err)
		}
		day := f.Clock.Now().In(time.FixedZone("", -8*3600))
		for fault, text := range map[proof.Fault]string{
			proof.Older:         strings.ReplaceAll(sent.Text, day.Format("02 Jan 2006"), day.AddDate(0, -1, 0).Format("02 Jan 2006")),
			proof.OtherReceiver: strings.NewReplacer("mx.google.com", "mx.example.net", "google.com", "example.net", "2002:a05:6214", "2001:db8", "Original Message", "").Replace(sent.Text),
			proof.Unreceived:    sent.Text[strings.Index(sent.Text, "DKIM-Signature:"):],
			proof.Unread:        "\x00\x01\x02" + strings.Repeat("\xff", 1000),
			proof.BadSPF:        strings.NewReplacer("spf=pass", "spf=softfail", "SPF:\tPASS", "SPF:\tSOFTFAIL").Replace(sent.Text),
			proof.BadSignature:  strings.ReplaceAll(sent.Text, "dkim=pass", "dkim=fail"),
			proof.NoPolicy:      strings.ReplaceAll(sent.Text, "dmarc=pass", "dmarc=none"),
			proof.BadDMARC:      strings.ReplaceAll(sent.Text, "dmarc=pass", "dmarc=fail"),
			"":                  sent.Text,
		} {
			if f.do(f.ReadProof(text)); f.Proof() == nil || f.Proof().Fault != fault {
				t.Errorf("want %q: %+v %v", fault, f.Proof(), f.ProofErr())
			}
		}
	})
}

// onWay is a run of one who holds the story's error mail, on its proof page, with its records unpublished.
func onWay(t *testing.T, story string) *front {
	t.Helper()
	sc, err := lab.Find(story)
	must(t, err)
	given := owner.Answers{Domain: sc.Answers.Domain, Message: sc.Answers.Message, Symptom: owner.SymptomBounce, Route: sc.Answers.Route, Hosts: sc.Answers.Hosts, List: sc.Answers.List}
	if sc.Answers.Route == owner.Forward { // the mail alone tells
		given.Route = ""
	}
	f := open(t, story, given)
	f.to(wizard.StepProof)
	return f
}

// The owner's forward and list are proved by a mail of somebody else's that took that way: at once where its writer signs, as
// the page asks for; refused at first, and then as soon as the list's domain has SPF, or a member's server rewrites.
func TestProvedWay(t *testing.T) {
	for story, want := range map[string]proof.Way{
		"S6":            {Route: owner.Forward, Through: "info@suzume-kobo.example"},
		"S7":            {Route: owner.List, Through: "kai@machikai.example"},
		"list-stranger": {Route: owner.List, Through: "kai@dokusho.example", SRS: false},
	} {
		t.Run(story, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := onWay(t, story)
				if story == "S6" && (f.Answers().Forward.Mine != owner.Mine || f.Answers().Forward.From != want.Through) {
					t.Errorf("learnt of the notice: %+v", f.Answers().Forward)
				}
				if f.do(f.Practice("ja")); f.Proof() == nil || f.Proof().Way.Route != want.Route || f.Proof().Way.Through == "" || f.Proof().Proved() != (story == "S6") {
					t.Fatalf("first: %+v", f.Proof())
				}
				must(t, f.Net.Publish(f.Result().Plan.Edits()))
				f.Clock.Advance(2 * time.Hour)
				f.do(f.Practice("en"))
				if p := f.Proof(); !p.Proved() || !p.ByWay || p.Way != want {
					t.Errorf("then: %+v", p)
				}
				// A mail that came straight proves nothing of the way.
				sent, err := open(t, "S8", owner.Answers{}).Post.Send(t.Context(), "en")
				must(t, err)
				if f.do(f.ReadProof(sent.Text)); f.Proof().Fault != proof.OtherWay || !f.Proved().Proved() {
					t.Errorf("straight: %+v", f.Proof())
				}
			})
		})
	}
}

// A notice that the test mail was refused is read, and kept as what happened.
func TestProofRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := open(t, "S1", owner.Answers{})
		f.to(wizard.StepWatch)
		f.say()
		f.do(f.Practice("ja"))
		if p := f.Proof(); p == nil || p.Fault != proof.Refused || p.Mail.Cause != "auth-spf-dkim" || f.Proved() != p || p.Arrived() {
			t.Errorf("%+v", p)
		}
		if len(f.Unseen()) == 0 && len(f.PutOff()) == 0 {
			t.Error("nothing is said to be open")
		}
	})
}

// A late result of a mail that is not waited for any more changes nothing.
func TestLateProof(t *testing.T) {
	f := open(t, "S8", owner.Answers{})
	f.to(wizard.StepProof)
	f.hold = func(e session.Effect) bool { _, ok := e.(session.ReadMail); return ok }
	f.do(f.ReadProof("one"))
	f.AskAgain()
	f.do(f.MailRead(f.held[0].(session.ReadMail).Run, session.Evidence{}))
	if f.Proof() != nil || f.Reading() {
		t.Errorf("%+v", f.Proof())
	}
}

// A path is told from a mail however a terminal drops it.
func TestPath(t *testing.T) {
	for text, want := range map[string]string{
		"/home/a/mail.eml": "/home/a/mail.eml", "'/home/a b/mail.eml'": "/home/a b/mail.eml", `/home/a\ b/\(1\).eml `: "/home/a b/(1).eml",
		"file:///home/a%20b/x.eml": "/home/a b/x.eml", "~/x": "~/x", `C:\mails\x.msg`: `C:\mails\x.msg`, `"C:\my mails\x.eml"`: `C:\my mails\x.eml`, "x.eml": "x.eml",
		"Subject: x.eml": "", "hello": "", "": "", "/a\n/b": "", "shop.example": "",
	} {
		if got, ok := session.PathIn(text); got != want && ok || ok != (want != "") {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}
