package input_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
)

// notice returns a delivery report about a returned mail.
func notice(to, final, original string, returned ...string) string {
	return strings.Join(append(append([]string{"From: MAILER-DAEMON@www1.host.example", "To: " + to, "Subject: Returned mail",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "", "--b", "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; www1.host.example", "", "Original-Recipient: rfc822; " + original, "Final-Recipient: rfc822; " + final, "Action: failed", "Status: 5.7.26",
		"Diagnostic-Code: smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated.", "", "--b",
		"Content-Type: text/rfc822-headers", ""}, returned...), "", "--b--", ""), "\n")
}

// TestParties: who may hold a notice, and so which domain it is about. Where that is more than one, none is taken.
func TestParties(t *testing.T) {
	const forwards = "info@suzume.example"
	for name, c := range map[string]struct{ text, want, domain string }{
		"straight":                   {notice("mori@hibari.example", "kato@gmail.com", "kato@gmail.com", "From: mori@hibari.example", "To: kato@gmail.com"), "writer=hibari.example!", "hibari.example"},
		"passed on":                  {notice("mori@hibari.example", "suzu@gmail.com", forwards, "From: mori@hibari.example", "To: "+forwards), "writer=hibari.example! forwarder=suzume.example", ""},
		"to the forwarder":           {notice("postmaster@suzume.example", "suzu@gmail.com", forwards, "From: mori@hibari.example", "To: "+forwards), "writer=hibari.example forwarder=suzume.example!", ""},
		"from free mail":             {notice("mori@yahoo.co.jp", "suzu@gmail.com", forwards, "From: mori@yahoo.co.jp", "To: "+forwards), "forwarder=suzume.example", "suzume.example"},
		"by one's own sub-domain":    {notice("mori@hibari.example", "suzu@gmail.com", "all@ml.hibari.example", "From: mori@hibari.example", "To: all@ml.hibari.example"), "writer=hibari.example!", "hibari.example"},
		"a list":                     {notice("kai-bounces@machi.example", "kato@gmail.com", "kato@gmail.com", "From: mori@hibari.example", "To: kai@machi.example", "List-Id: <kai.machi.example>", "List-Post: <mailto:kai@machi.example>"), "writer=hibari.example lister=machi.example!", ""},
		"a list, from a free mail":   {notice("kai-bounces@machi.example", "kato@gmail.com", "kato@gmail.com", "From: mori@gmail.com", "To: kai@machi.example", "List-Id: <kai.machi.example>", "List-Post: <mailto:kai@machi.example>"), "lister=machi.example!", "machi.example"},
		"the forwarder's postmaster": {"From: MAILER-DAEMON@www4.host.example\nTo: postmaster@kosame.example\nSubject: Returned mail\n\n<kosame@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.14] said:\n    550-5.7.26 Your email has been blocked because the sender is unauthenticated. SPF [nagisa.example] with ip: [203.0.113.20] = did not pass\n", "writer=nagisa.example forwarder=kosame.example!", ""},
		"the alias alone":            {"<kosame@gmail.com> (expanded from <info@kosame.example>): host\n    gmail-smtp-in.l.google.com[198.51.100.14] said: 550-5.7.1 likely unsolicited mail (in reply to end of DATA command)\n", "forwarder=kosame.example", "kosame.example"},
	} {
		var got []string
		for _, p := range input.Parties(bounce.Read([]byte(c.text))) {
			told := ""
			if p.Told {
				told = "!"
			}
			got = append(got, fmt.Sprint(p.Role, "=", p.Domain, told))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if in, bad := input.Own(c.text); bad != nil || in.Kind != input.Bounce || in.Domain != c.domain {
			t.Errorf("%s: the box takes %q as %s, %v", name, in.Domain, in.Kind, bad)
		}
	}
}

// header returns the header of a mail that arrived, with From, To, the final address and the envelope sender.
func header(from, to, final, envelope string, more ...string) string {
	return strings.Join(append([]string{"Delivered-To: " + final, "Return-Path: <" + envelope + ">",
		"Received: from sv9.host.example (sv9.host.example. [198.51.100.7]) by mx.google.com with ESMTPS id x for <" + final + ">; Tue, 3 Nov 2026 10:00:01 +0900",
		"From: " + from, "To: " + to, "Subject: Hello", "Message-ID: <1@x.example>"}, more...), "\n") + "\n"
}

// TestPartiesOfHeader: a mail that arrived names several too, and none of them is taken unasked.
func TestPartiesOfHeader(t *testing.T) {
	const me, forwards = "mori@hibari.example", "info@suzume.example"
	post := []string{"List-Id: <kai.machi.example>", "List-Post: <mailto:kai@machi.example>"}
	for name, c := range map[string]struct{ text, want, domain string }{
		"straight":                  {header(me, "kato@gmail.com", "kato@gmail.com", me), "writer=hibari.example", "hibari.example"},
		"passed on, as it is":       {header(me, forwards, "suzu@gmail.com", me), "writer=hibari.example forwarder=suzume.example", ""},
		"passed on, rewritten":      {header(me, forwards, "suzu@gmail.com", "SRS0=aB1c=XY=hibari.example=mori@suzume.example"), "writer=hibari.example forwarder=suzume.example", ""},
		"passed on, from free mail": {header("mori@yahoo.co.jp", forwards, "suzu@gmail.com", "mori@yahoo.co.jp"), "forwarder=suzume.example", "suzume.example"},
		"a blind copy to oneself":   {header(me, me, "kato@gmail.com", me), "writer=hibari.example", "hibari.example"},
		"a list":                    {header(me, "kai@machi.example", "kato@gmail.com", "kai-bounces@machi.example", post...), "writer=hibari.example lister=machi.example", ""},
		"a list of one's own":       {header(me, "kai@ml.hibari.example", "kato@gmail.com", "x@hibari.example", "List-Post: <mailto:kai@ml.hibari.example>"), "writer=hibari.example", "hibari.example"},
		"another envelope":          {header(me, "kato@gmail.com", "kato@gmail.com", "www@kosame.example"), "writer=hibari.example carrier=kosame.example", ""},
		"another, but signed":       {header(me, "kato@gmail.com", "kato@gmail.com", "www@kosame.example", "DKIM-Signature: v=1; a=rsa-sha256; d=hibari.example; s=q; h=From; bh=AA==; b=AA=="), "writer=hibari.example", "hibari.example"},
		"a form of a visitor's":     {header("tani@gmail.com", "kato@gmail.com", "kato@gmail.com", "www@kosame.example"), "carrier=kosame.example", "kosame.example"},
		"a service's":               {header(me, "kato@gmail.com", "kato@gmail.com", "bounces+1@u1.wl.sendgrid.net"), "writer=hibari.example", "hibari.example"},
		"the rental server's":       {header(me, "kato@gmail.com", "kato@gmail.com", "hibari@sv1234.xserver.jp"), "writer=hibari.example", "hibari.example"},
	} {
		m, err := message.ParsePaste(t.Context(), c.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range input.PartiesOf(m) {
			got = append(got, p.Role+"="+p.Domain)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if in, bad := input.Own(c.text); bad != nil || in.Kind != input.Header || in.Domain != c.domain {
			t.Errorf("%s: the box takes %q as %s, %v", name, in.Domain, in.Kind, bad)
		}
	}
}

// TestOpensMail: what begins a mail is told from an address with a word in front of it.
func TestOpensMail(t *testing.T) {
	for line, want := range map[string]bool{"From: mori@hibari.example": true, "Return-Path: <mori@hibari.example>": true, " TO : x@y.example": true, "差出人：森 <mori@hibari.example>": true,
		"件名: Re: hibari.example": true, "元のメッセージ": true, "メッセージ ID\t<1@hibari.example>": true, "Original Message": true,
		"次の宛先へのメールは配信できませんでした。": true, "日本語の会社名でも.jp": false, "日本語の会社名でも。jp": false, "ひばり食堂": false, "こんにちは株式会社テスト.example": false, "mori@hibari.example": false, "domain: hibari.example": false, "https://hibari.example/": false, "hibari.example": false, "": false} {
		if got := input.OpensMail(line); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}

// TestWebPage: the text of the page on which a web mailer shows a mail's source is a mail, though lines of the page stand first.
func TestWebPage(t *testing.T) {
	text := "元のメッセージ\nメッセージ ID\t<1@hibari.example>\n作成日:\t2026年11月9日 10:00（1 秒後に配信済み）\nFrom:\tmori@hibari.example\nTo:\tkato@gmail.com\nSPF:\tPASS（IP: 203.0.113.5）。詳細\n\n" +
		header("mori@hibari.example", "kato@gmail.com", "kato@gmail.com", "mori@hibari.example")
	if in, bad := input.Own(text); bad != nil || in.Kind != input.Header || in.Domain != "hibari.example" || in.Raw != text {
		t.Errorf("%s %q, %v", in.Kind, in.Domain, bad)
	}
}
