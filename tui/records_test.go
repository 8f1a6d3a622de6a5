package tui

import (
	"strings"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// atRecords opens the records of a story whose answers are given already.
func atRecords(t *testing.T, story string, lang i18n.Lang, change ...func(*Deps)) *driver {
	t.Helper()
	d := drive(t, story, lang, change...)
	d.to(wizard.StepRecords)
	return d
}

// The values of every record of the stories, and whose screen they are for, stand on the first screen of its page at 60x20;
// where there is more, a mark and keys say so.
func TestRecordIsTheHero(t *testing.T) {
	for _, story := range []string{"s1", "s2", "s3", "s4", "s5"} {
		for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
			d := atRecords(t, story, lang)
			d.size(60, 20)
			for i := range d.r.c.Result().Plan.Changes {
				d.unasked()
				s, ok := d.r.screen.(records)
				if !ok || s.at != i {
					t.Fatalf("%s: record %d is not shown", story, i)
				}
				view := d.view()
				w := s.words()
				if !strings.Contains(view, cut(w.Panel, 12, "")) {
					t.Errorf("%s %s, record %d: whose screen?\n%s", story, lang, i, view)
				}
				if !s.box.open && !w.Switch {
					for _, x := range w.Fields {
						if !strings.Contains(view, cut(x.Label, 6, "")) || !strings.Contains(view, cut(x.Value, 12, "")) {
							t.Errorf("%s %s, record %d: %s is below the fold:\n%s", story, lang, i, x.Label, view)
						}
					}
					more := strings.Contains(view, d.r.glyphs.More)
					if more != strings.Contains(view, d.r.glyphs.UpDown) {
						t.Errorf("%s %s, record %d: the mark and the keys disagree:\n%s", story, lang, i, view)
					}
				}
				d.press("right")
			}
		}
	}
}

// A record whose server is not known yet is no record to copy or to save: it says what it is for and whose server is
// wanted, and Enter puts it off.
func TestUnknownServerIsNotSaved(t *testing.T) {
	d := drive(t, "s1", i18n.JA, func(d *Deps) {
		d.Start = owner.Answers{Domain: "hanazono.example", Hosts: []owner.Host{{ID: "sakura-rs"}}}
	})
	d.to(wizard.StepRecords)
	s, ok := d.r.screen.(records)
	if ch, _ := s.change(); !ok || !ch.Lacks() || ch.AsksKey() {
		t.Fatalf("no record that lacks a server:\n%s", d.view())
	}
	for _, text := range []string{"SPF レコードを追加", "a:<server>", "後回しにして次へ"} {
		d.shows(text)
	}
	if view := d.view(); strings.Contains(view, "保存済みにする") || strings.Contains(view, "コピー") || strings.Contains(view, "--mail-host") {
		t.Errorf("offers to save it, or speaks of a command:\n%s", view)
	}
	for _, k := range []string{"c", "a", "space", "enter"} {
		d.press(k)
	}
	if len(d.copied) != 0 || d.r.c.IsSaved(d.r.c.Result().Plan.Changes[0]) {
		t.Error("a value with a gap was copied or taken as saved")
	}
	if s, ok := d.r.screen.(records); !ok || s.at != 1 {
		t.Error("Enter does not put it off")
	}
}

// A key that is pasted without its selector is asked for it; the record then has a name, its key can be changed, and
// Escape leaves the first one as it is.
func TestKeyIsNamed(t *testing.T) {
	d := drive(t, "s1", i18n.JA, func(d *Deps) {
		d.Start = owner.Answers{Domain: "hanazono.example", Hosts: []owner.Host{{ID: "sakura-rs", Value: "www1234.sakura.ne.jp"}}}
	})
	d.to(wizard.StepRecords)
	for range 5 {
		if d.r.screen.(records).box.open {
			break
		}
		d.press("right")
	}
	key := strings.Split(d.r.c.d.Lab.Key("google-workspace", "google._domainkey.hanazono.example"), "\n")
	value := key[len(key)-1]
	d.paste(value)
	d.press("enter")
	d.shows("セレクタ")
	d.press("enter")
	d.shows(i18n.JA.T("tui.key-problem.bad-selector"))
	d.paste("_domainkey.hanazono.example")
	d.press("enter")
	d.shows(i18n.JA.T("tui.key-problem.bad-selector"))
	d.press("ctrl+u")
	d.paste("rs20261128")
	d.press("enter")
	d.shows("rs20261128._domainkey")
	at := d.r.screen.(records).at
	d.press("k")
	d.shows(i18n.JA.T("tui.rec.paste"))
	d.press("esc")
	d.shows("rs20261128._domainkey")
	d.press("k")
	d.paste(value)
	d.press("enter", "ctrl+u")
	d.paste("rs2._domainkey")
	d.press("enter")
	d.shows("rs2._domainkey")
	d.shuns("rs20261128")
	if got := d.r.screen.(records).at; got != at {
		t.Errorf("the record was page %d and is page %d", at+1, got+1)
	}
}

// Enter says that a record was saved and goes on; Space takes it back. The list beside the page shows it.
func TestRecordsAreTicked(t *testing.T) {
	d := atRecords(t, "s1", i18n.JA)
	d.size(120, 40)
	d.shuns("[✓]")
	d.press("enter")
	d.shows("[✓]")
	d.shows(i18n.JA.T("tui.rec.saved", i18n.Args{"count": 1}))
	d.press("left")
	d.shows(i18n.JA.T("tui.rec.is-saved"))
	d.press("space")
	d.shuns("[✓]")
}

// TestRecordIsNamedWhole: the title of a record is never cut, says which of a service's keys it is, and names a service once.
func TestRecordIsNamedWhole(t *testing.T) {
	d := atRecords(t, "s5", i18n.JA)
	d.size(60, 20)
	d.press("enter")
	d.shows("さくらのレンタルサーバ / メールボックスで DKIM を")
	d.shows("オンにする")
	head, _, _ := strings.Cut(d.view(), i18n.JA.T("tui.rec.notes"))
	if n := strings.Count(head, "さくらのレンタルサーバ"); n != 1 {
		t.Errorf("the service is named %d times:\n%s", n, d.view())
	}
	d = atRecords(t, "s4", i18n.EN)
	for range 2 {
		d.press("enter")
	}
	d.shows("Add the DKIM key (")
}

// A key that was cut off is shown by its two ends: its beginning is the same as the right one's.
func TestKeyThatWasCutOff(t *testing.T) {
	d := drive(t, "s3", i18n.JA)
	d.size(80, 50)
	d.to(wizard.StepRecords)
	for range 8 {
		if s, ok := d.r.screen.(records); ok && s.box.open {
			break
		}
		d.press("enter")
		d.unasked()
	}
	d.press("tab", "enter")
	d.shows("途中で切れています（現在の鍵の終わり …oVvzn6cBjASJ")
	ch, _ := d.r.screen.(records).change()
	if end := "…" + ch.Value[len(ch.Value)-12:]; !strings.Contains(strings.ReplaceAll(d.view(), "\n", ""), end[:9]) {
		t.Errorf("not how it must end, %s:\n%s", end, d.view())
	}
}
