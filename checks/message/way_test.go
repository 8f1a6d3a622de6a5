package message

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"
)

// What a list or a forwarder did is found, and proved by the signature where it can be.
func TestChanges(t *testing.T) {
	signed := sign(t, plainMail, nil)
	ed := sign(t, plainMail, func(o *msgauth.SignOptions) { o.Selector, o.Signer = "ed", edKey })
	over := sign(t, plainMail, func(o *msgauth.SignOptions) {
		o.HeaderKeys = []string{"From", "To", "Subject", "Reply-To"}
	})
	list := "Return-Path: <staff-bounces@list.example>\r\nReceived: from ml.list.example (ml.list.example. [198.51.100.7]) by mx.receiver.example with ESMTPS;\r\n Fri, 03 Nov 2090 10:00:05 +0900\r\n" +
		"List-Id: <staff.list.example>\r\nList-Post: <mailto:staff@list.example>\r\n"
	copied := signedBy(t, plainMail, "v=1; z=From:=20info@shop.example|Subject:=20Your=20order;")
	edit := func(text string, pairs ...string) string {
		out := strings.NewReplacer(pairs...).Replace(text)
		if out == text {
			t.Fatalf("nothing to change: %q", pairs)
		}
		return out
	}
	encoded := sign(t, edit(plainMail, "Your order", "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte("ご注文"))+"?="), nil)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"untouched":            {trace + signed, nil},
		"footer":               {list + edit(signed, "The shop\r\n", "The shop\r\n-- \r\nstaff list\r\nhttps://list.example/\r\n"), []string{"footer by ml.list.example of shop.example true: -- staff list https://list.example/"}},
		"subject tag":          {list + edit(signed, "Subject: Your", "Subject: [staff 12] Your"), []string{"subject-tag by ml.list.example of shop.example true: [staff 12]"}},
		"subject tag, Ed25519": {list + edit(ed, "Subject: Your", "Subject: [staff 12] Your"), []string{"subject-tag by ml.list.example of shop.example true: [staff 12]"}},
		"subject tag, one encoded word before": {list + edit(encoded, "Subject: ", "Subject: =?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte("[社内]"))+"?= "),
			[]string{"subject-tag by ml.list.example of shop.example true: [社内]"}},
		"subject tag within the encoded word": {list + edit(encoded, base64.StdEncoding.EncodeToString([]byte("ご注文")), base64.StdEncoding.EncodeToString([]byte("[社内] ご注文"))),
			[]string{"subject-tag by ml.list.example of shop.example true: [社内]"}},
		"spam mark":              {trace + edit(signed, "Subject: Your", "Subject: ***SPAM*** Your"), []string{"subject-tag by  of shop.example true: ***SPAM***"}},
		"Reply-To added":         {list + edit(over, "To: you@", "Reply-To: staff@list.example\r\nTo: you@"), []string{"header-added by ml.list.example of shop.example true: "}},
		"tag and Reply-To":       {list + edit(over, "Subject: Your", "Subject: [s] Your", "To: you@", "Reply-To: staff@list.example\r\nTo: you@"), []string{"header-added by ml.list.example of shop.example true: ", "subject-tag by ml.list.example of shop.example true: [s]"}},
		"From rewritten":         {list + "X-Original-From: info@shop.example\r\n" + edit(sign(t, edit(plainMail, "=?UTF-8?B?44GK5bqX?= <info@shop.example>", "info@shop.example"), nil), "From: info@shop.example", "From: 'info' via Staff <staff@list.example>"), []string{"from by ml.list.example of  false: info@shop.example", "from by ml.list.example of shop.example true: info@shop.example"}},
		"copied by the signer":   {trace + edit(copied, "Subject: Your order", "Subject: Our order"), []string{"header by  of shop.example true: Your order"}},
		"something else":         {list + edit(signed, "Subject: Your", "Subject: Hello, your"), nil},
		"envelope":               {edit(trace, "<info@shop.example>", "<SRS0=ab1c=XY=shop.example=info@fwd.example>") + signed, []string{"envelope by fwd.example of  false: SRS0=ab1c=XY=shop.example=info@fwd.example"}},
		"encoded anew":           {trace + "X-MIME-Autoconverted: from 8bit to quoted-printable by fwd.example id 1\r\n" + edit(signed, "Thank", "=54hank"), []string{"converted by  of shop.example false: from 8bit to quoted-printable by fwd.example id 1"}},
		"passed before":          {trace + "Authentication-Results: mx.fwd.example; dkim=pass header.d=shop.example\r\n" + edit(signed, "Thank", "thank"), []string{"passed-before by mx.fwd.example of shop.example false: "}},
		"the list signs as well": {list + sign(t, signed, func(o *msgauth.SignOptions) { o.Domain = "list.example" }), []string{"resigned by list.example of  false: "}},
	} {
		t.Run(name, func(t *testing.T) {
			got := map[string]bool{}
			for _, ch := range verified(t, c.text, home()).Changes {
				got[fmt.Sprintf("%s by %s of %s %v: %s", ch.Kind, ch.By, ch.Domain, ch.Proved, ch.Text)] = true
			}
			for _, w := range c.want {
				if !got[w] {
					t.Errorf("missing %q in %v", w, got)
				}
			}
			if len(got) != len(c.want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestForward(t *testing.T) {
	gmail := func(lines ...string) string {
		return strings.Join(lines, "\n") + "\n" + rest
	}
	in := "Received: from mail.fwd.example (mail.fwd.example. [198.51.100.7]) by mx.google.com with ESMTPS for <me@gmail.com>; Tue, 3 Nov 2026 10:00:01 +0900"
	before := "Received: from mail.shop.example (mail.shop.example [203.0.113.10]) by mail.fwd.example (Postfix) with ESMTPS for <you@receiver.example>; Tue, 3 Nov 2026 10:00:00 +0900"
	for name, c := range map[string]struct {
		text, want string
	}{
		"direct":            {gmail("Delivered-To: you@receiver.example", "Return-Path: <info@shop.example>", strings.Replace(in, "me@gmail.com", "you@receiver.example", 1)), "1 from  final you@receiver.example by  srs false "},
		"plus tag":          {gmail("Delivered-To: you+shop@receiver.example", "Return-Path: <info@shop.example>"), "1 from  final you+shop@receiver.example by  srs false "},
		"not written to":    {gmail("Delivered-To: me@gmail.com", "Return-Path: <info@shop.example>"), "0 from  final me@gmail.com by  srs false "},
		"two recipients":    {gmail("Delivered-To: me@gmail.com", "Return-Path: <info@shop.example>", in, before), "2 from you@receiver.example final me@gmail.com by mail.fwd.example srs false "},
		"alias in one":      {gmail("Delivered-To: me@receiver.example", "Return-Path: <info@shop.example>", strings.Replace(in, "me@gmail.com", "me@receiver.example", 1), before), "0 from  final me@receiver.example by  srs false "},
		"SRS":               {gmail("Delivered-To: me@gmail.com", "Return-Path: <SRS0=aB1c=XY=shop.example=info@fwd.example>", in), "2 from  final me@gmail.com by mail.fwd.example srs true info@shop.example"},
		"SRS twice":         {gmail("Delivered-To: me@gmail.com", "Return-Path: <SRS1=xx=fwd.example==aB1c=XY=shop.example=info@fwd2.example>", in), "2 from  final me@gmail.com by mail.fwd.example srs true "},
		"Gmail's own":       {gmail("Delivered-To: me@other.example", "X-Forwarded-To: me@other.example", "X-Forwarded-For: you@gmail.com me@other.example", "Return-Path: <you+caf_=me=other.example@gmail.com>", in), "2 from you@gmail.com final me@other.example by mail.fwd.example srs true "},
		"a list is no such": {gmail("Delivered-To: me@gmail.com", "Return-Path: <l-bounces@l.example>", "List-Id: <l.l.example>", "List-Post: <mailto:l@l.example>", in, before), "0 from  final me@gmail.com by  srs false "},
		"nothing":           {rest, "0 from  final  by  srs false "},
	} {
		t.Run(name, func(t *testing.T) {
			f := parsed(t, c.text).Forward
			got := fmt.Sprintf("%d from %s final %s by %s srs %v %s", map[Tri]int{Unknown: 0, No: 1, Yes: 2}[f.Forwarded], f.From, f.Final, f.By, f.SRS, f.Origin)
			if got != c.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, c.want, f.Evidence)
			}
			if f.Forwarded == Yes && len(f.Evidence) == 0 {
				t.Error("no evidence")
			}
		})
	}
}

func TestList(t *testing.T) {
	for name, c := range map[string]struct{ head, want string }{
		"Mailman":       {"List-Id: Staff <staff.list.example>\nList-Post: <mailto:staff@list.example>\nX-Mailman-Version: 2.1\n", "true staff.list.example staff@list.example list.example"},
		"Google Groups": {"Mailing-list: list staff@list.example; contact staff+owners@list.example\nList-ID: <staff.list.example>\nList-Post: <https://groups.example/>, <mailto:staff@list.example>\nList-Unsubscribe: <mailto:x@list.example>\n", "true staff.list.example staff@list.example list.example"},
		"fml":           {"X-ML-Name: staff\nX-ML-Count: 12\nList-Post: <mailto:staff@list.example?subject=x>\n", "true  staff@list.example list.example"},
		"List-Id alone": {"List-Id: <123.sender.example>\n", "false   "},
		"by precedence": {"List-Id: <staff.list.example>\nPrecedence: list\n", "true staff.list.example  "},
		"announcements": {"List-Id: <news.list.example>\nList-Post: NO (moderated)\n", "false   "},
		"a newsletter":  {"List-Id: <123.sender.example>\nList-Unsubscribe: <https://sender.example/u>\n", "false   "},
		"none":          {"", "false   "},
	} {
		t.Run(name, func(t *testing.T) {
			l := parsed(t, c.head+rest).List
			if got := fmt.Sprintf("%v %s %s %s", l.Is, l.ID, l.Address, l.Domain); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What the mail teaches of the sender's set-up, and how sure that is.
func TestLessons(t *testing.T) {
	text := "Return-Path: <info@shop.example>\r\n" +
		"Received: from mail.fwd.example (mail.fwd.example. [198.51.100.7]) by mx.google.com with ESMTPS for <me@gmail.com>; Fri, 3 Nov 2090 10:00:01 +0900\r\n" +
		"Received-SPF: fail (google.com: domain of info@shop.example does not designate 198.51.100.7 as permitted sender) client-ip=198.51.100.7;\r\n" +
		"Received: from mail.shop.example (mail.shop.example [203.0.113.10]) by mail.fwd.example (Postfix) for <you@receiver.example>; Fri, 3 Nov 2090 10:00:00 +0900\r\n" +
		sign(t, plainMail, nil)
	l := verified(t, text, home()).Lessons
	got := fmt.Sprintln(l.Addresses, l.Signers, l.Envelope, l.Forwarder)
	want := "[{198.51.100.7 mail.fwd.example Received-SPF true} {203.0.113.10 mail.shop.example Received false}] [{shop.example s1 pass }] shop.example mail.fwd.example\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A header from which the DKIM-Signature fields are missing, as people copy a part of it: what the receiver says of the
// signature is kept, and the result of verification is not known, nor is that of DMARC. A claim of anybody else is no
// signature.
func TestSignatureNotPasted(t *testing.T) {
	const header = "Received: from mx.google.com by 2002:a05:6a10:1 with SMTP; Thu, 26 Nov 2026 10:00:01 +0900\n" +
		"Authentication-Results: mx.google.com; dkim=fail header.i=@x.example header.s=s1 header.b=AbCd; spf=fail smtp.mailfrom=a@x.example\n" +
		"Return-Path: <a@x.example>\n" +
		"Received: from out.x.example (out.x.example [198.51.100.7]) by mx.google.com; Thu, 26 Nov 2026 10:00:00 +0900\n" +
		"From: a@x.example\nTo: b@gmail.com\nSubject: test\n\n"
	rep := parsed(t, header).Verify(t.Context(), nil)
	if len(rep.DKIM) != 1 {
		t.Fatalf("%+v", rep.DKIM)
	}
	d := rep.DKIM[0]
	if d.Domain != "x.example" || d.Selector != "s1" || d.Claimed != "fail" || d.Result != NotKnown || d.Detail != NotPasted {
		t.Errorf("%+v", d)
	}
	if rep.DMARC.Result == Fail {
		t.Error("DMARC is called failed although the signature was not seen")
	}
	if rep := parsed(t, strings.Replace(header, "mx.google.com; dkim", "mx.other.example; dkim", 1)).Verify(t.Context(), nil); len(rep.DKIM) != 0 {
		t.Errorf("a claim of another server: %+v", rep.DKIM)
	}
	if rep := parsed(t, strings.Replace(header, "dkim=fail header.i=@x.example", "dkim=none header.i=@x.example", 1)).Verify(t.Context(), nil); len(rep.DKIM) != 0 {
		t.Errorf("no signature: %+v", rep.DKIM)
	}
}
