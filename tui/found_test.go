package tui

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session/store"
)

const bounceInHand = `From: Mail Delivery System <MAILER-DAEMON@tanaka-foods.example>
To: info@tanaka-foods.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

<someone@gmail.com>: host gmail-smtp-in.l.google.com said: 550-5.7.26 This mail is unauthenticated

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; www1234.sakura.ne.jp

Final-Recipient: rfc822; someone@gmail.com
Action: failed
Status: 5.7.26
Diagnostic-Code: smtp; 550-5.7.26 unauthenticated

--x
Content-Type: message/rfc822

From: info@tanaka-foods.example
To: someone@gmail.com

hello
--x--
`

// After the domain, or a bounce pasted in its place, the diagnosis is three keys away at most.
func TestThreeKeysToADiagnosis(t *testing.T) {
	for story, paste := range map[string]string{"s1": "", "s2": "", "s5": "", "s8": "", "S5": bounceInHand} {
		for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
			d := drive(t, story, lang)
			if paste != "" {
				d.press("ctrl+u")
				d.paste(paste)
			}
			d.press("enter")
			keys := 0
			for ; d.r.c.At() != wizard.StepDiagnosis && keys < 9; keys++ {
				if paste != "" && keys == 0 { // what was understood is shown before anything is concluded from it
					d.shows("someone@gmail.com")
					d.shows("550 5.7.26")
				}
				d.press("enter")
			}
			if keys > 3 {
				t.Errorf("%s %s: %d keys after the domain\n%s", story, lang, keys, d.view())
			}
			if paste != "" && d.r.c.Answers().Mail.Cause == "" {
				t.Errorf("the bounce is not read: %+v", d.r.c.Answers().Mail)
			}
		}
	}
}

// Enter takes the row that the pointer or a search is on; "none" is no search's hit, and a search without one takes nothing.
func TestEnterTakesTheRowPointedAt(t *testing.T) {
	host := func(d *driver) string {
		if ids := d.r.c.Answers().HostIDs(); len(ids) > 0 {
			return strings.Join(ids, " ")
		}
		return ""
	}
	for _, c := range []struct {
		step wizard.StepID
		keys []string
		want string
		at   wizard.StepID
	}{
		{wizard.StepHost, []string{"fastmail", "enter"}, "fastmail", wizard.StepFound},
		{wizard.StepHost, []string{"down", "down", "down", "up", "up", "up", "enter"}, "google-workspace", wizard.StepFound},
		{wizard.StepHost, []string{"enter"}, "google-workspace", wizard.StepFound},
		{wizard.StepHost, []string{"fastmail", "space", "enter"}, "google-workspace fastmail", wizard.StepFound},
		{wizard.StepHost, []string{"space", "enter"}, "", wizard.StepHost}, // un-ticked: something has to be said
		{wizard.StepHost, []string{"zzz", "enter"}, "", wizard.StepHost},
		{wizard.StepServices, []string{"sendgrid", "enter"}, "sendgrid", wizard.StepFound},
		{wizard.StepServices, []string{"zzz", "enter"}, "", wizard.StepServices},
		{wizard.StepServices, []string{"enter"}, owner.None, wizard.StepFound},
	} {
		d := drive(t, "s1", i18n.JA)
		d.to(c.step)
		d.press(c.keys...)
		got := host(d)
		if c.step == wizard.StepServices {
			a := d.r.c.Answers()
			if got = strings.Join(a.Senders, " "); a.NoSender {
				got = owner.None
			}
		}
		if got != c.want || d.r.c.At() != c.at {
			t.Errorf("%s %q: %q at %s, want %q at %s\n%s", c.step, c.keys, got, d.r.c.At(), c.want, c.at, d.view())
		}
	}
}

// A sender is found by what people call its kind, in kana as well.
func TestSearchByKind(t *testing.T) {
	for _, typed := range []string{"メルマガ", "めるまが", "予約", "よやく", "フォーム", "ショップ", "newsletter"} {
		d := drive(t, "s1", i18n.JA)
		d.to(wizard.StepServices)
		d.press(typed)
		rows := d.r.screen.(question).shown()
		if len(rows) < 6 || len(rows[0].Search) == 0 {
			t.Errorf("%s finds %d rows", typed, len(rows))
		}
	}
}

// Who does not know is led to how to find out, with what DNS has shown, and back to the list or on.
func TestUnknownIsExplained(t *testing.T) {
	for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
		d := drive(t, "s1", lang)
		for step, shown := range map[wizard.StepID]string{wizard.StepPanel: "ns1.xserver.jp", wizard.StepHost: "smtp.google.com"} {
			d.to(step)
			d.press(lang.T("wizard."+string(step)+".option.unknown"), "enter")
			d.shows(lang.T("wizard." + string(step) + ".find"))
			d.shows(shown)
			d.press("esc")
			d.shuns(lang.T("tui.question.found-out"))
			d.press("enter", "enter")
			if d.r.c.At() != wizard.StepFound {
				t.Errorf("%s leads on to %s\n%s", step, d.r.c.At(), d.view())
			}
		}
	}
}

// A domain that nobody has registered is told at once, with the box again; the right name goes on from there.
func TestMistypedDomain(t *testing.T) {
	d := drive(t, "s5", i18n.JA)
	d.press("ctrl+u")
	d.paste("tanaka-foods.exmaple")
	d.press("enter")
	if d.r.c.At() == wizard.StepIntake { // an ending that does not exist is refused before DNS is asked
		d.press("ctrl+u")
		d.paste("tanaka-fodos.example")
		d.press("enter")
	}
	d.shows(i18n.JA.T("tui.found.missing", i18n.Args{"domain": d.r.c.Name()}))
	d.shows("> " + d.r.c.Name())
	d.press("enter")
	if d.r.c.At() != wizard.StepFound || !d.r.c.Missing() {
		t.Fatalf("at %s", d.r.c.At())
	}
	d.press("ctrl+u")
	d.paste("tanaka-foods.example")
	d.press("enter")
	if d.r.c.Missing() || d.r.c.Name() != "tanaka-foods.example" {
		t.Fatalf("still missing:\n%s", d.view())
	}
	d.to(wizard.StepDiagnosis)
}

// The name of a web server, a blank and a free-mail domain do not lead astray.
func TestFirstBoxIsCareful(t *testing.T) {
	d := drive(t, "s5", i18n.JA)
	for typed, code := range map[string]string{"gmail.com": "intake-free-mail", "tanaka foods.example": "intake-blank"} {
		d.press("ctrl+u")
		d.paste(typed)
		d.press("enter")
		if s, ok := d.r.screen.(intakeBox); !ok || s.wrong == nil || !strings.HasPrefix(s.wrong.Code, code) {
			t.Errorf("%s is taken:\n%s", typed, d.view())
		}
	}
	d.press("ctrl+u")
	d.paste("www.tanaka-foods.example")
	d.press("enter")
	d.shows("www.tanaka-foods.example")
	d.to(wizard.StepDiagnosis)
	if name := d.r.c.Answers().Domain; name != "tanaka-foods.example" {
		t.Errorf("looked at %s", name)
	}
}

// What was not seen is not called absent, what is broken is not called good, and nobody who did not answer is forgotten.
func TestLookRowsKeepThreeStates(t *testing.T) {
	states := func(d *driver) (out []lookState) {
		for _, r := range lookRows {
			s, _, _, _ := r.stand(d.r.c)
			out = append(out, s)
		}
		return out
	}
	d := drive(t, "s3", i18n.JA)
	d.press("enter")
	for i, s := range states(d) {
		if s != lookSeen {
			t.Errorf("s3: row %s is in state %d, though a record stands there", lookRows[i].name, s)
		}
	}
	d.shuns("✓")
	d = drive(t, "servers-dead", i18n.JA)
	d.press("enter")
	for i, s := range states(d) {
		if lookRows[i].name != "ns" && s != lookUnknown {
			t.Errorf("servers-dead: row %s is in state %d, though nobody answered", lookRows[i].name, s)
		}
	}
}

// A run is kept from the first reply on; the next program points at it, and Enter goes on. Leaving says so.
func TestKeptFromTheFirstReply(t *testing.T) {
	var deps Deps
	d := drive(t, "s1", i18n.JA, func(x *Deps) {
		x.Lab = nil
		x.Runs = &store.Store{Dir: filepath.Join(t.TempDir(), "runs"), Now: x.Now}
		deps = *x
	})
	d.paste("hanazono.example")
	d.press("enter")
	d.choose(wizard.StepHost, "fastmail")
	d.press("q")
	if !d.ended || !strings.Contains(d.r.Farewell(), i18n.JA.T("tui.leave.resume")) {
		t.Fatalf("left with %q", d.r.Farewell())
	}
	next := &driver{t: t, clock: d.clock}
	deps.After = next.after
	next.r = New(deps)
	next.run(next.r.Init())
	next.shows(i18n.JA.T("words.run.begun"))
	next.press("enter")
	if c := next.r.c; c.At() != wizard.StepFound || c.Name() != "hanazono.example" || strings.Join(c.Answers().HostIDs(), " ") != "fastmail" {
		t.Errorf("not the same run: at %s, %+v\n%s", c.At(), c.Answers(), next.view())
	}
}

// Ctrl+C asks once where something can be copied, and leaves at once elsewhere.
func TestCtrlCAsksWhereThereIsSomethingToCopy(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepRecords)
	d.press("ctrl+c")
	d.shows(i18n.JA.T("tui.leave.again"))
	d.press("down")
	d.shuns(i18n.JA.T("tui.leave.again"))
	d.press("ctrl+c", "ctrl+c")
	if !d.ended {
		t.Error("Ctrl+C twice does not leave")
	}
	if d = drive(t, "s1", i18n.JA); true {
		d.press("ctrl+c")
	}
	if !d.ended {
		t.Error("Ctrl+C does not leave the first page")
	}
}

// The address for reports is asked at its record; one at a free mail service is warned of, and taken the second time.
func TestReportsAreAskedAtTheirRecord(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepRecords)
	for range 5 {
		if d.r.c.At() == wizard.StepReport {
			break
		}
		d.press("right")
	}
	if d.r.c.At() != wizard.StepReport {
		t.Fatalf("never asked:\n%s", d.view())
	}
	d.paste("shop@gmail.com")
	d.press("enter")
	d.shows(i18n.JA.T("wizard.report.free-mail", i18n.Args{"host": "gmail.com"}))
	d.press("ctrl+u")
	d.paste("dmarc@hanazono.example")
	d.press("enter")
	d.shows("rua=mailto:dmarc@hanazono.example")
	d.press("left", "right")
	if d.r.c.At() != wizard.StepRecords {
		t.Errorf("asked again at %s", d.r.c.At())
	}
	healthy := drive(t, "s8", i18n.JA) // its record names an address already
	healthy.to(wizard.StepDiagnosis)
	healthy.r.c.Open(wizard.StepReport)
	if got := healthy.r.c.Suggestion(); !strings.Contains(got, "@") {
		t.Errorf("nothing is taken from rua=: %q", got)
	}
}

// The symptom decides what follows: advice on what DNS cannot show, and no test mail after a check-up.
func TestSymptomDecides(t *testing.T) {
	for symptom, shown := range map[owner.Symptom]bool{owner.SymptomVanish: true, owner.SymptomSpam: true, owner.SymptomCheckup: false} {
		d := drive(t, "s8", i18n.JA, func(d *Deps) { d.Start.Symptom = symptom })
		d.to(wizard.StepDiagnosis)
		text := d.r.c.p().Advice(d.r.c.Answers())
		if shown != (text != "") {
			t.Errorf("%s: advice %q", symptom, text)
		}
		if shown {
			d.shows(text[:60])
		}
		d.press("enter")
		if want := map[bool]wizard.StepID{true: wizard.StepProof, false: wizard.StepKeep}[shown]; d.r.c.At() != want {
			t.Errorf("%s leads to %s", symptom, d.r.c.At())
		}
	}
}

// Help begins with the words and the keys of the page that it lies over.
func TestHelpIsAboutThisPage(t *testing.T) {
	d := drive(t, "s1", i18n.JA)
	d.to(wizard.StepRecords)
	d.size(80, 60)
	d.press("?")
	v := d.view()
	for _, word := range []string{"TXT", "SPF", "include", "~all", i18n.JA.T("tui.key.copy-value")} {
		if at := strings.Index(v, word); at < 0 || at > strings.Index(v, i18n.JA.T("tui.help.others")) {
			t.Errorf("%s does not stand before the other words:\n%s", word, v)
		}
	}
}

// Where DNS has said nothing, Enter says nothing for the owner: no row is pointed at, "none" is not made of silence, and
// blind Enters lead through how to find out to "I do not know".
func TestNothingSeenNothingClaimed(t *testing.T) {
	d := drive(t, "servers-dead", i18n.JA)
	d.press("enter")
	if q, ok := d.r.screen.(question); !ok || d.r.c.At() != wizard.StepHost || q.at != nowhere {
		t.Fatalf("at %s:\n%s", d.r.c.At(), d.view())
	}
	d.shuns(d.r.glyphs.Pointer)
	d.press("enter")
	d.shows(i18n.JA.T("wizard.host.find"))
	d.press("enter")
	for _, l := range d.r.c.Lines() {
		switch l.Step {
		case wizard.StepHost:
			if !slices.Equal(l.Reply.Values, []string{owner.Unknown}) {
				t.Errorf("the mail service is %v", l.Reply.Values)
			}
		case wizard.StepServices, wizard.StepPanel:
			if l.Known() {
				t.Errorf("%s is %v, which nobody has seen", l.Step, l.Reply.Values)
			}
		}
	}
	d.shuns(i18n.JA.T("words.found.why-none"))
	for _, r := range lookRows {
		if s, _, _, heard := r.stand(d.r.c); s != lookUnknown || r.name != "ns" && heard > 0 {
			t.Errorf("%s: state %d, heard %d", r.name, s, heard)
		}
	}
	d.shuns(i18n.JA.T("tui.look.unfound", i18n.Args{"count": 1}))
}
