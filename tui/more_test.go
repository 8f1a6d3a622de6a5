package tui

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session/store"
)

// toldAll opens a scenario with all its answers given.
func toldAll(t *testing.T, scenario string) *driver {
	t.Helper()
	return drive(t, scenario, i18n.JA, steady, func(d *Deps) { d.Start = trial.New(t, scenario).Story.Answers })
}

// firstBoxAlbum shows what the first box accepts, and what it refuses.
func firstBoxAlbum(t *testing.T, a *album) {
	dir := filepath.Join(t.TempDir(), "runs")
	var deps Deps
	d := drive(t, "S1", i18n.JA, steady, func(x *Deps) {
		x.Runs = &store.Store{Dir: dir, Now: x.Now}
		deps = *x
	})
	d.press("enter")
	d.to(wizard.StepRecords)
	deps.After = d.after
	d.r = New(deps)
	d.run(d.r.Init())
	a.add(d, "first box: a run is kept")
	d.press("ctrl+u", "?")
	a.add(d, "first box: help")
	d.press("esc")
	d.paste("tanaka foods.example")
	d.press("enter")
	a.add(d, "first box: a blank")
	d.press("ctrl+u")
	d.paste("info@gmial.com")
	d.press("enter")
	a.add(d, "first box: misspelt")
	d.press("ctrl+u")
	d.paste("<a@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.14] said:\n550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n(in reply to end of DATA command)\n")
	a.add(d, "first box: a notice is pasted")
	d.r.cut = true
	a.add(d, "first box: the paste was cut")
	d.r.cut = false
	d.press("enter")
	a.add(d, "found: after a notice")
	whoseAlbum(t, a)

	d = toldAll(t, "unregistered")
	a.add(d, "found: nobody has registered it")
	d.press("ctrl+u", "co.jp", "enter")
	a.add(d, "found: no better")
	d = toldAll(t, "no-network")
	a.add(d, "found: no DNS")
	d = drive(t, "servers-dead", i18n.JA, steady)
	d.press("enter")
	a.add(d, "host: nobody has answered")
	d.press("enter", "enter")
	a.add(d, "found: nobody has answered")
	d.to(wizard.StepSymptom)
	d.press("enter")
	a.add(d, "symptom: none is chosen")
	d = toldAll(t, "mail-spam")
	a.add(d, "found: a mail in hand")
	d = drive(t, "S8", i18n.JA, steady)
	msg := keyMsg("enter")
	_, cmd := d.r.Update(msg) // what is to be done waits
	a.add(d, "found: looking")
	d.run(cmd)
	d.r.w, d.r.h = 40, 10
	if v := d.view(); !strings.Contains(v, "60") {
		t.Errorf("too small, and not said: %q", v)
	}
}

// whoseAlbum shows mails with several domains. None of them is chosen without asking.
func whoseAlbum(t *testing.T, a *album) {
	for _, mail := range []struct{ name, text string }{
		{"a notice of a forwarded mail", "From: MAILER-DAEMON@www1.host.example\nTo: mori@hibari.example\nSubject: Returned mail\n\n" +
			"<suzu@gmail.com> (expanded from <info@suzume.example>): host gmail-smtp-in.l.google.com[198.51.100.14] said:\n" +
			"550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n(in reply to end of DATA command)\n"},
		{"the header of a forwarded mail", "Delivered-To: suzu@gmail.com\nReturn-Path: <mori@hibari.example>\n" +
			"Received: from www1.host.example (www1.host.example. [198.51.100.7]) by mx.google.com for <suzu@gmail.com>; Tue, 3 Nov 2026 10:00:01 +0900\n" +
			"From: mori@hibari.example\nTo: info@suzume.example\nSubject: Hello\n"},
		{"the header of a post to a list", "Delivered-To: kato@gmail.com\nReturn-Path: <kai-bounces@machi.example>\n" +
			"From: mori@hibari.example\nTo: kai@machi.example\nSubject: [kai 12] Hello\nList-Id: <kai.machi.example>\nList-Post: <mailto:kai@machi.example>\n"},
		{"a header with another envelope", "Delivered-To: kato@gmail.com\nReturn-Path: <www@kosame.example>\n" +
			"Received: from www1.host.example (www1.host.example. [198.51.100.7]) by mx.google.com for <kato@gmail.com>; Tue, 3 Nov 2026 10:00:01 +0900\n" +
			"From: mori@hibari.example\nTo: kato@gmail.com\nSubject: Hello\n"},
	} {
		d := drive(t, "S1", i18n.JA, steady)
		d.press("ctrl+u")
		d.paste(mail.text)
		d.press("enter")
		if at := d.r.c.At(); at != wizard.StepWhose {
			t.Errorf("%s: %s is shown, not whose it is", mail.name, at)
		}
		a.add(d, "whose: "+mail.name)
	}
}

// questionAlbum shows what the walk of the first story has not shown.
func questionAlbum(t *testing.T, a *album) {
	d := drive(t, "S5", i18n.JA, steady)
	d.to(wizard.StepHost)
	d.press("zzzz", "enter")
	a.add(d, "host: nothing is found")
	d.press("ctrl+u", "203", "ctrl+u")
	d.press("own-server")
	a.add(d, "host: searched")
	d.press("enter")
	a.add(d, "host: the server's name")
	d.press("_", "enter")
	a.add(d, "host: no name of a server")
	d.press("esc", "esc", "esc")
	d.to(wizard.StepHost)
	d.press("わからない", "enter")
	a.add(d, "host: how to find out")
	d.press("esc", "esc")
	d.to(wizard.StepSymptom)
	d.press("down", "down", "enter") // in spam
	a.add(d, "volume")
	routeAlbum(t, a)
}

// routeAlbum shows the questions about forwarding and mailing lists, and the one for a bounce.
func routeAlbum(t *testing.T, a *album) {
	d := drive(t, "S6", i18n.JA, steady)
	d.to(wizard.StepRoute)
	d.press("転送")
	a.add(d, "route: searched")
	d.press("enter")
	replies := map[wizard.StepID]string{wizard.StepForwardWhose: "自分", wizard.StepForwardFrom: "info@suzume-kobo.example", wizard.StepForwardTo: "suzu@gmail.com",
		wizard.StepForwardHost: "さくら", wizard.StepForwardCopy: "わからない", wizard.StepListAddress: "kai@wa.example", wizard.StepListWhose: "いいえ",
		wizard.StepListBounced: "kato@gmail.com", wizard.StepListMember: "わからない"}
	walk := func(name string) {
		t.Helper()
		for range 12 {
			at := d.r.c.At()
			if at == wizard.StepFound || at == wizard.StepDiagnosis {
				return
			}
			a.add(d, name+string(at))
			if text := replies[at]; text != "" {
				d.press("ctrl+u")
				d.paste(text)
			}
			d.press("enter")
			if d.r.c.At() == at {
				d.press("enter") // a warning, or how to find out
			}
		}
		t.Errorf("%sno end at %s:\n%s", name, d.r.c.At(), d.view())
	}
	walk("forward: ")
	d = drive(t, "S7", i18n.JA, steady)
	d.choose(wizard.StepRoute, "メーリングリスト")
	walk("list: ")
	d = drive(t, "S1", i18n.JA, steady)
	d.choose(wizard.StepSymptom, "エラーメールが")
	a.add(d, "bounce: asked for")
	d.paste("this is no bounce\nat all")
	d.press("enter")
	a.add(d, "bounce: not read")

	d = toldAll(t, "S1")
	d.to(wizard.StepPanel)
	d.press("xserver", "enter")
	_, cmd := d.r.Update(keyMsg("enter")) // what is to be done waits
	a.add(d, "check: looking")
	d.run(cmd)
}

// diagnosisAlbum: other pictures of the way, and findings in detail.
func diagnosisAlbum(t *testing.T, a *album) {
	for _, scenario := range []string{"S2", "S3", "S6", "S7", "S8", "servers-dead", "domain-parked", "spf-too-many"} {
		d := toldAll(t, scenario)
		d.to(wizard.StepDiagnosis)
		a.add(d, "diagnosis: "+scenario)
		d.press("d")
		a.add(d, "diagnosis: "+scenario+" in detail")
		if scenario == "spf-too-many" {
			d.press("pgdown", "pgdown")
			a.add(d, "diagnosis: "+scenario+" in detail, further down")
		}
	}
}

// recordAlbum: one of every kind of change.
func recordAlbum(t *testing.T, a *album) {
	for _, scenario := range []string{"S2", "S3", "S4", "S5", "S7", "spf-two", "dkim-switch", "spf-ask", "own-server-both", "dmarc-as-cname", "onamae"} {
		d := toldAll(t, scenario)
		d.to(wizard.StepRecords)
		for i := range d.r.c.Result().Plan.Changes {
			if s, ok := d.r.screen.(records); !ok || s.at != i {
				break
			}
			a.add(d, "record: "+scenario)
			d.press("right")
			d.unasked()
		}
	}
	d := toldAll(t, "S1")
	d.to(wizard.StepRecords)
	d.press("space", "ctrl+c")
	a.add(d, "record: ticked, Ctrl+C")
	d.press("down", "down", "down", "down")
	a.add(d, "record: further down")
	d.press("1")
	a.add(d, "record: an empty field copied")
	d.press("?")
	a.add(d, "record: help")
	d = drive(t, "S1", i18n.JA, steady)
	d.to(wizard.StepRecords)
	d.press("right", "right")
	a.add(d, "record: asks where reports go")
	d.press("ctrl+u", "x@gmail.com", "enter")
	a.add(d, "record: reports to a stranger")
	d.press("ctrl+u", "x@other.example", "enter")
	if d.r.c.At() != wizard.StepReport {
		t.Error("an address at another domain is taken without a word")
	}
	a.add(d, "record: reports to another domain")
	d.press("ctrl+u", "nobody", "enter")
	a.add(d, "record: no address")
}

// keyAlbum: what the box for a key says. SAKURA's console shows a key whose name stands elsewhere in it.
func keyAlbum(t *testing.T, a *album) {
	d := drive(t, "S5", i18n.JA, steady, func(d *Deps) {
		d.Start = trial.New(t, "S5").Story.Answers
		d.Start.Panel = "onamae-navi"
	})
	d.to(wizard.StepRecords)
	for range 5 {
		if s, ok := d.r.screen.(records); ok && s.box.open {
			break
		}
		d.press("right")
		d.unasked()
	}
	if s, ok := d.r.screen.(records); !ok || !s.box.open {
		t.Fatalf("no box:\n%s", d.view())
	}
	a.add(d, "key: asked for")
	for _, text := range []string{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "v=spf1 ~all", "xyz"} {
		d.press("ctrl+u")
		d.paste(text)
		d.press("enter")
		a.add(d, "key: problem")
	}
	_, key, _ := strings.Cut(trial.New(t, "S1").Story.Key("google-workspace", "google._domainkey.hanazono.example"), "v=DKIM1")
	d.press("ctrl+u")
	d.paste("v=DKIM1" + key)
	a.add(d, "key: pasted")
	d.press("enter")
	a.add(d, "key: its name is asked for")
	d.press("ctrl+u", "a b", "enter")
	a.add(d, "key: no name")
	d.press("ctrl+u", "rs20260801", "enter")
	a.add(d, "key: named")
}

// mistakeAlbum: what the wait says of records that were made wrong.
func mistakeAlbum(t *testing.T, a *album) {
	d := toldAll(t, "S5")
	d.to(wizard.StepWatch)
	d.press("w")
	a.add(d, "wait: mistakes")
	d.press("esc")
	for i, m := range d.r.c.d.Lab.Mistakes {
		d.press("w")
		d.press(strings.Fields(strings.Repeat("down ", i))...)
		d.press("enter")
		a.add(d, "wait: "+m)
	}
	d.press("c")
	a.add(d, "wait: the right value copied")
	d.press("d")
	a.add(d, "wait: each record")
	d.press("esc", "enter")
	a.add(d, "wait: the record to mend")
	d.press("enter", "p", "s")
	a.add(d, "wait: sure?")
	d.press("?")
	a.add(d, "wait: help")
	d.press("esc", "s", "s")
	a.add(d, "proof: too early")
	d.press("esc")
	d.size(80, 24)
}

// endAlbum: the last page in its kinds, and files that cannot be written.
func endAlbum(t *testing.T, a *album) {
	for _, scenario := range []string{"S8", "mail-full", "servers-dead", "S5"} {
		d := toldAll(t, scenario)
		d.r.c.d.Save = func(string, []byte) (string, error) { return "", errors.New("no room on the disk") }
		for range 20 {
			if d.r.c.At() == wizard.StepKeep || d.ended {
				break
			}
			d.press("enter")
		}
		if d.ended {
			continue
		}
		a.add(d, "last page: "+scenario)
		if scenario == "S8" {
			d.press("enter")
			a.add(d, "last page: not saved")
			d.press("r")
			a.add(d, "last page: reports")
		}
	}
	d := drive(t, "S1", i18n.JA, steady)
	d.to(wizard.StepRecords)
	d.press("right", "tab", "enter")
	d.to(wizard.StepWatch)
	d.press("p")
	for range 60 {
		d.pass(10 * time.Minute)
	}
	d.press("enter", "n")
	a.add(d, "proof: signing put off")
	d.paste("nothing of this is a mail")
	d.press("enter")
	a.add(d, "proof: no mail")
}
