package message

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"example.org/todoku/checks/spf"
)

// Each server writes Received in its own way.
func TestHop(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"Postfix": {"from mail.a.example (rdns.a.example [192.0.2.1]) by mx.b.example (Postfix) with ESMTPS id 1 for <u@b.example>; Tue, 3 Nov 2026 10:00:00 +0900 (JST)",
			"helo mail.a.example name rdns.a.example ip 192.0.2.1 by mx.b.example with ESMTPS for u@b.example from  at 2026-11-03T01:00:00Z"},
		"Postfix, unknown name": {"from pc (unknown [192.0.2.1]) by mx.b.example (Postfix) with ESMTP; Tue, 3 Nov 2026 10:00:00 +0900",
			"helo pc name  ip 192.0.2.1 by mx.b.example with ESMTP for  from  at 2026-11-03T01:00:00Z"},
		"Postfix, IPv6": {"from a.example (a.example [IPv6:2001:db8::1]) by mx.b.example (Postfix); 3 Nov 2026 01:00:00 GMT",
			"helo a.example name a.example ip 2001:db8::1 by mx.b.example with  for  from  at 2026-11-03T01:00:00Z"},
		"Gmail": {"from mail-sor-f41.google.com (mail-sor-f41.google.com. [209.85.220.41]) by mx.google.com with SMTPS id x for <u@gmail.com> (Google Transport Security); Tue, 03 Nov 2026 01:00:00 -0000",
			"helo mail-sor-f41.google.com name mail-sor-f41.google.com ip 209.85.220.41 by mx.google.com with SMTPS for u@gmail.com from  at 2026-11-03T01:00:00Z"},
		"Gmail, within": {"by 2002:a05:6000:1842:b0:1 with SMTP id c2csp1; Tue, 3 Nov 2026 01:00:00 -0800 (PST)",
			"helo  name  ip invalid IP by 2002:a05:6000:1842:b0:1 with SMTP for  from  at 2026-11-03T09:00:00Z"},
		"Exim": {"from rdns.a.example ([192.0.2.1] helo=mail.a.example) by mx.b.example with esmtps (TLS1.3) (Exim 4.94) (envelope-from <x@a.example>) id 1a for u@b.example; Tue, 03 Nov 2026 10:00:00 +0900",
			"helo mail.a.example name rdns.a.example ip 192.0.2.1 by mx.b.example with esmtps for u@b.example from x@a.example at 2026-11-03T01:00:00Z"},
		"Exim, no name": {"from [192.0.2.1] (helo=mail.a.example) by mx.b.example with esmtp (Exim 4.94) id 1a; Tue, 03 Nov 2026 10:00:00 +0900",
			"helo mail.a.example name  ip 192.0.2.1 by mx.b.example with esmtp for  from  at 2026-11-03T01:00:00Z"},
		"qmail": {"from unknown (HELO mail.a.example) (192.0.2.1) by mx.b.example with SMTP; 3 Nov 2026 10:00:00 +0900",
			"helo mail.a.example name  ip 192.0.2.1 by mx.b.example with SMTP for  from  at 2026-11-03T01:00:00Z"},
		"qmail, user": {"from rdns.a.example (HELO mail.a.example) (user@192.0.2.1) by mx.b.example with SMTP; 3 Nov 2026 10:00:00 +0900",
			"helo mail.a.example name rdns.a.example ip 192.0.2.1 by mx.b.example with SMTP for  from  at 2026-11-03T01:00:00Z"},
		"Yahoo! JAPAN": {"from 192.0.2.1 (EHLO mail.a.example) (192.0.2.1) by mta001.mail.djm.ynwp.yahoo.co.jp with SMTP; Tue, 03 Nov 2026 10:00:00 +0900",
			"helo mail.a.example name  ip 192.0.2.1 by mta001.mail.djm.ynwp.yahoo.co.jp with SMTP for  from  at 2026-11-03T01:00:00Z"},
		"Microsoft": {"from TYAPR01.jpnprd01.prod.outlook.com (2603:1096:404::1) by OS3PR01.jpnprd01.prod.outlook.com (2603:1096:604::2) with Microsoft SMTP Server (version=TLS1_2) id 15.20; Tue, 3 Nov 2026 01:00:00 +0000",
			"helo TYAPR01.jpnprd01.prod.outlook.com name  ip 2603:1096:404::1 by os3pr01.jpnprd01.prod.outlook.com with Microsoft for  from  at 2026-11-03T01:00:00Z"},
		"Sendmail, forged": {"from mail.a.example (rdns.c.example [192.0.2.1] (may be forged)) by mx.b.example (8.17/8.17) with ESMTP id 1; Tue, 3 Nov 2026 10:00:00 +0900",
			"helo mail.a.example name rdns.c.example ip 192.0.2.1 by mx.b.example with ESMTP for  from  at 2026-11-03T01:00:00Z"},
		"a literal as name": {"from [10.0.0.5] (203-0-113-9.isp.example [203.0.113.9]) by smtp.a.example (Postfix) with ESMTPSA; Tue, 3 Nov 2026 10:00:00 +0900",
			"helo 10.0.0.5 name 203-0-113-9.isp.example ip 203.0.113.9 by smtp.a.example with ESMTPSA for  from  at 2026-11-03T01:00:00Z"},
		"envelope behind the time": {"from a.example (a.example [192.0.2.1]) by mx.b.example with ESMTP; Tue, 3 Nov 2026 10:00:00 +0900; (envelope-from <x@a.example>)",
			"helo a.example name a.example ip 192.0.2.1 by mx.b.example with ESMTP for  from x@a.example at 2026-11-03T01:00:00Z"},
		"nothing": {"", "helo  name  ip invalid IP by  with  for  from  at 0001-01-01T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			h := hop(0, c.in)
			got := fmt.Sprintf("helo %s name %s ip %s by %s with %s for %s from %s at %s", h.Helo, h.Name, h.IP, h.By, h.With, h.For, h.MailFrom, h.At.Format("2006-01-02T15:04:05Z"))
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

const rest = "From: info@shop.example\nTo: you@receiver.example\nSubject: x\nDate: Tue, 3 Nov 2026 10:00:00 +0900\nMessage-ID: <1@shop.example>\n\nhi\n"

// The border is where the receiver took the mail in: not inside it, and not before.
func TestBorder(t *testing.T) {
	inside := "Received: from mx1.receiver.example (mx1.receiver.example [198.51.100.1]) by store.receiver.example with LMTP; Tue, 3 Nov 2026 10:00:02 +0900\n"
	scanner := "Received: from localhost (localhost [127.0.0.1]) by mx1.receiver.example (Postfix) with ESMTP; Tue, 3 Nov 2026 10:00:01 +0900\n"
	in := "Received: from mail.shop.example (mail.shop.example [203.0.113.10]) by mx1.receiver.example (Postfix) with ESMTPS for <you@receiver.example>; Tue, 3 Nov 2026 10:00:00 +0900\n"
	before := "Received: from pc (9.isp.example [203.0.113.99]) by mail.shop.example (Postfix) with ESMTPSA; Tue, 3 Nov 2026 09:59:59 +0900\n"
	for name, c := range map[string]struct{ head, want string }{
		"one hop":         {in, "203.0.113.10 mx1.receiver.example Received false"},
		"two":             {in + before, "203.0.113.10 mx1.receiver.example Received false"},
		"inside":          {inside + scanner + in + before, "203.0.113.10 mx1.receiver.example Received false"},
		"private address": {strings.Replace(inside, "198.51.100.1", "10.1.1.1", 1) + in + before, "203.0.113.10 mx1.receiver.example Received false"},
		"stated by Received-SPF": {inside + "Received-SPF: pass (receiver.example: domain of info@shop.example designates 203.0.113.10 as permitted sender) client-ip=203.0.113.10;\n" + in + before,
			"203.0.113.10 mx1.receiver.example Received-SPF true"},
		"stated by a comment": {"Authentication-Results: mx1.receiver.example; spf=pass (sender IP is 203.0.113.10) smtp.mailfrom=shop.example\n" + in + before,
			"203.0.113.10 mx1.receiver.example Authentication-Results true"},
		"stated by somebody before": {in + "Authentication-Results: mail.shop.example; spf=pass smtp.remote-ip=203.0.113.99 smtp.mailfrom=x.example\n" + before,
			"203.0.113.10 mx1.receiver.example Received false"},
		"from the receiver's own": {"Received: by 2002:a05:1 with SMTP id x; Tue, 3 Nov 2026 10:00:01 +0900\n" +
			"Received: from mail-f41.google.com (mail-f41.google.com. [209.85.220.41]) by mx.google.com with SMTPS id y; Tue, 3 Nov 2026 10:00:00 +0900\n" +
			"Received-SPF: pass (google.com: domain of x@shop.example designates 209.85.220.41 as permitted sender) client-ip=209.85.220.41;\n" + before,
			"209.85.220.41 mx.google.com Received-SPF true"},
		"Microsoft": {"X-Forefront-Antispam-Report: CIP:203.0.113.10;CTRY:JP;LANG:ja;\n" + in, "203.0.113.10 mx1.receiver.example X-Forefront-Antispam-Report true"},
		"none":      {"Received: by 10.0.0.1 with HTTP; Tue, 3 Nov 2026 10:00:00 +0900\n", "invalid IP   false"},
		"loopback":  {scanner, "invalid IP   false"},
	} {
		t.Run(name, func(t *testing.T) {
			b := parsed(t, c.head+rest).Border
			if got := fmt.Sprintf("%s %s %s %v", b.IP, b.By, b.Source, b.Stated); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEnvelope(t *testing.T) {
	for name, c := range map[string]struct{ head, want string }{
		"Return-Path":          {"Return-Path: <bounce+x=y@mail.shop.example>\nReceived-SPF: pass envelope-from=\"other@b.example\";\n", "bounce+x=y@mail.shop.example mail.shop.example Return-Path"},
		"empty":                {"Return-Path: <>\n", "null Return-Path"},
		"Received-SPF":         {"Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=a.example; envelope-from=x@a.example; receiver=<UNKNOWN>\n", "x@a.example a.example Received-SPF"},
		"smtp.mailfrom":        {"Authentication-Results: mx.b.example; spf=pass smtp.mailfrom=x@a.example; dkim=none\n", "x@a.example a.example Authentication-Results"},
		"a domain alone":       {"Authentication-Results: mx.b.example; spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=none\n", " a.example Authentication-Results"},
		"X-Envelope-From":      {"X-Envelope-From: x@a.example\nReceived: from a (a [192.0.2.1]) by b.example; 3 Nov 2026 10:00:00 +0900\n", "x@a.example a.example X-Envelope-From"},
		"Exim's Received":      {"Received: from a.example ([192.0.2.1]) by b.example (envelope-from <x@a.example>); 3 Nov 2026 10:00:00 +0900\n", "x@a.example a.example Received"},
		"Japanese domain":      {"Return-Path: <x@日本語.jp>\n", "x@日本語.jp xn--wgv71a119e.jp Return-Path"},
		"none":                 {"Received: by 10.0.0.1 with HTTP; 3 Nov 2026 10:00:00 +0900\n", "unknown"},
		"nothing of a mailbox": {"Return-Path: hello\nMIME-Version: 1.0\n", "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			e := parsed(t, c.head+rest).Envelope
			got := "unknown"
			if e.Null {
				got = "null " + e.Source
			} else if e.Known {
				got = e.Address + " " + e.Domain + " " + e.Source
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// SPF is judged for the address that connected, and an empty envelope by HELO.
func TestSPF(t *testing.T) {
	in := func(from, helo string) string {
		return "Return-Path: <" + from + ">\nReceived: from " + helo + " (x.example [203.0.113.10]) by mx.receiver.example (Postfix); Tue, 3 Nov 2026 10:00:00 +0900\n" + rest
	}
	dns := world{"shop.example TXT": {"v=spf1 ip4:203.0.113.10 -all"}, "mail.shop.example TXT": {"v=spf1 a -all"}, "mail.shop.example A": {"203.0.113.10"},
		"open.example TXT": {"?"}, "dead.example TXT": {"!"}, "other.example TXT": {"v=spf1 -all"}, "_dmarc.shop.example TXT": {"v=DMARC1; p=none"}}
	for name, c := range map[string]struct {
		text   string
		result spf.Result
		domain string
		align  Tri
		helo   bool
	}{
		"pass":           {in("a@shop.example", "h"), spf.Pass, "shop.example", Yes, false},
		"a subdomain":    {in("a@mail.shop.example", "h"), spf.Pass, "mail.shop.example", Yes, false},
		"unaligned":      {in("a@other.example", "h"), spf.Fail, "other.example", No, false},
		"no record":      {in("a@none.example", "h"), spf.None, "none.example", No, false},
		"HELO":           {in("", "mail.shop.example"), spf.Pass, "mail.shop.example", Yes, true},
		"HELO, address":  {in("", "[203.0.113.10]"), spf.None, "", Unknown, true},
		"HELO, a word":   {in("", "pc"), spf.None, "pc", No, true},
		"no such domain": {in("a@[192.0.2.1]", "h"), spf.None, "", Unknown, false},
		"not asked":      {in("a@open.example", "h"), "", "open.example", No, false},
		"DNS fails":      {in("a@dead.example", "h"), spf.TempError, "dead.example", No, false},
		"no envelope":    {strings.SplitN(in("", "h"), "\n", 2)[1], "", "", Unknown, false},
		"no connection":  {"Return-Path: <a@shop.example>\n" + rest, "", "shop.example", Yes, false},
		"no DNS at hand": {in("a@shop.example", "h"), "", "shop.example", Yes, false},
	} {
		t.Run(name, func(t *testing.T) {
			var d DNS = dns
			if name == "no DNS at hand" {
				d = nil
			}
			s := parsed(t, c.text).Verify(context.Background(), d).SPF
			if s.Result != c.result || s.Domain != c.domain || s.Aligned != c.align || s.Helo != c.helo {
				t.Errorf("got %q %q %v %v", s.Result, s.Domain, s.Aligned, s.Helo)
			}
		})
	}
}
