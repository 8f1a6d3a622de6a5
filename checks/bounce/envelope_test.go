package bounce_test

import (
	"testing"

	"example.org/todoku/checks/bounce"
)

// Bounces go to the envelope sender, and list software makes that in forms of its own.
func TestListByEnvelope(t *testing.T) {
	for to, want := range map[string]string{
		"tomo-return-35972-@list.example":                           "tomo@list.example",
		"tomo-return-12-mori=gmail.com@list.example":                "tomo@list.example",
		"tomo-bounces@list.example":                                 "tomo@list.example",
		"tomo-bounces+mori=gmail.com@list.example":                  "tomo@list.example",
		"owner-tomo@list.example":                                   "tomo@list.example",
		"tomo-owner@list.example":                                   "tomo@list.example",
		"tomo+bncBDY7XXJN4UBRBJ6X3OQAKGQEXXXXXXX@googlegroups.com":  "tomo@googlegroups.com",
		"bounces+5929922-66fc-mori=gmail.com@news.example":          "",
		"bounce-mc.us8_31276059.2676496-a2a85a8a2f@news.mcdlv.test": "",
		"info@shop.example":                                         "",
		"return-12@shop.example":                                    "",
	} {
		r := bounce.Read([]byte("Return-Path: <>\nFrom: MAILER-DAEMON@mx.list.example\nTo: " + to + "\nSubject: failure notice\n\n" +
			"Hi. This is the qmail-send program at mx.list.example.\n\n<mori@gmail.com>:\n192.0.2.26 failed after I sent the message.\n" +
			"Remote host said: 550-5.7.26 Unauthenticated email from hotaru.example is not accepted due to\n550 5.7.26 domain's DMARC policy.\n"))
		if r.List.Is != (want != "") || r.List.Address != want {
			t.Errorf("%s: %+v, want %q", to, r.List, want)
		}
		if step := r.Main().Step; want != "" && step != "by-list" {
			t.Errorf("%s: step %s", to, step)
		}
	}
}

// An address that counts as a home line's is refused whoever sends from it; that is no sign of spam.
func TestHomeLine(t *testing.T) {
	for text, want := range map[string]bounce.Step{
		"550 DY-001 Unfortunately, messages from 203.0.113.9 weren't sent. Hotmail does not relay dynamically-assigned IP ranges.": "use-relay",
		"554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using pbl.spamhaus.org":                                  "use-relay",
		"554 5.7.1 Client host rejected: dynamic IP address":                                                                       "use-relay",
		"554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using zen.spamhaus.org":                                  "ask-host-delist",
	} {
		if r := bounce.Read([]byte(text + "\n")).Main(); r.Cause != bounce.IPReputation || r.Step != want {
			t.Errorf("%s: %s, step %s", text, r.Cause, r.Step)
		}
	}
}

// Some receivers name the address and the domain in a sentence.
func TestSPFSentence(t *testing.T) {
	for _, text := range []string{
		"550 5.1.0 203.0.113.9 is not allowed to send from <minato-ya.example> per it's SPF Record.",
		"550 SPF: 203.0.113.9 is not allowed to send mail from minato-ya.example",
		"554 5.7.1 SPF check failed: [203.0.113.9] is not authorized to send mail for info@minato-ya.example",
	} {
		l := bounce.Read([]byte(text + "\n")).Teaches()
		if len(l.IPs) != 1 || l.IPs[0].String() != "203.0.113.9" || l.Envelope != "minato-ya.example" {
			t.Errorf("%s: %+v", text, l)
		}
	}
}

// Some failures do not pass by themselves, though the sending server goes on trying.
func TestLastingDelays(t *testing.T) {
	for text, want := range map[string]bounce.Step{
		"Feb 9 07:30:18 mx postfix/smtp[137]: 73EBC8B09: to=<mori@gmail.com>, relay=none, dsn=4.4.1, status=deferred (connect to alt1.gmail-smtp-in.l.google.com[192.0.2.26]:25: Connection timed out)": "port-blocked",
		"Feb 9 07:30:18 mx postfix/smtp[137]: 73EBC8B09: to=<mori@kikyo.example>, relay=none, dsn=4.4.1, status=deferred (connect to mx.kikyo.example[192.0.2.26]:25: Connection timed out)":            "wait",
		"450 4.7.1 <localhost.localdomain>: Helo command rejected: Host not found": "mend-helo",
	} {
		if r := bounce.Read([]byte(text + "\n")).Main(); r.Step != want {
			t.Errorf("%s: %s, step %s", text, r.Cause, r.Step)
		}
	}
}
