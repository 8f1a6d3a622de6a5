package input

import (
	"strings"
	"testing"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

func TestRecognise(t *testing.T) {
	for text, want := range map[string]Input{
		"example.jp":                            {Kind: Domain, Domain: "example.jp"},
		"  Example.JP.\n":                       {Kind: Domain, Domain: "example.jp"},
		"info@tanaka-foods.example":             {Kind: Address, Domain: "tanaka-foods.example", Local: "info"},
		"Info+x@Example.JP":                     {Kind: Address, Domain: "example.jp", Local: "Info+x"},
		"mailto:info@example.jp?subject=hi":     {Kind: Address, Domain: "example.jp", Local: "info"},
		"@example.jp":                           {Kind: Domain, Domain: "example.jp"},
		"<info@example.jp>":                     {Kind: Address, Domain: "example.jp", Local: "info"},
		"田中 <info@example.jp>":                  {Kind: Address, Domain: "example.jp", Local: "info"},
		"example.jp です":                         {Kind: Domain, Domain: "example.jp"},
		"dmarc@example.jp":                      {Kind: Address, Domain: "example.jp", Local: "dmarc"},
		"https://www.example.jp/shop?a=b#c":     {Kind: URL, Domain: "example.jp"},
		"HTTPS://user:pw@shop.Example.jp:8080/": {Kind: URL, Domain: "shop.example.jp"},
		"//example.jp/":                         {Kind: URL, Domain: "example.jp"},
		"example.jp/contact":                    {Kind: URL, Domain: "example.jp"},
		"example.jp:443":                        {Kind: URL, Domain: "example.jp"},
		"www.example.jp":                        {Kind: Domain, Domain: "www.example.jp"},
		"Ｅｘａｍｐｌｅ．ｊｐ":                            {Kind: Domain, Domain: "example.jp", Folded: true},
		"ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ":                       {Kind: Address, Domain: "example.jp", Local: "info", Folded: true},
		"example。jp":                            {Kind: Domain, Domain: "example.jp", Folded: true},
		"example｡jp":                            {Kind: Domain, Domain: "example.jp", Folded: true},
		"tanakaーfoods．example":                  {Kind: Domain, Domain: "tanaka-foods.example", Folded: true},
		"tanaka−foods.example":                  {Kind: Domain, Domain: "tanaka-foods.example", Folded: true},
		"日本語.jp":                                {Kind: Domain, Domain: "xn--wgv71a119e.jp", Unicode: "日本語.jp"},
		"日本語。ｊｐ":                                {Kind: Domain, Domain: "xn--wgv71a119e.jp", Unicode: "日本語.jp", Folded: true},
		"xn--wgv71a119e.jp":                     {Kind: Domain, Domain: "xn--wgv71a119e.jp", Unicode: "日本語.jp"},
		"サーバー.jp":                               {Kind: Domain, Domain: "xn--vckucxgb.jp", Unicode: "サーバー.jp"},
		"サーバー・ラーメン.jp":                          {Kind: Domain, Domain: "xn--vckuc7b5a3c4bfbc.jp", Unicode: "サーバー・ラーメン.jp"},
		"\ufeffexample.jp\u200b":                {Kind: Domain, Domain: "example.jp", Folded: true},
		"exam\u200bple.jp":                      {Kind: Domain, Domain: "example.jp", Folded: true},
		"　example.jp　":                          {Kind: Domain, Domain: "example.jp"},
		"mail.example.co.jp":                    {Kind: Domain, Domain: "mail.example.co.jp"},
		"shop.github.io":                        {Kind: Domain, Domain: "shop.github.io"},
		"city.kawasaki.jp":                      {Kind: Domain, Domain: "city.kawasaki.jp"},
		"my_host.example.jp":                    {Kind: Domain, Domain: "my_host.example.jp"},
		"a--b.example":                          {Kind: Domain, Domain: "a--b.example"},
		"123.jp":                                {Kind: Domain, Domain: "123.jp"},
		"example.jp\nexample.jp\n":              {Kind: Domain, Domain: "example.jp"},
		"私のドメインは\nexample.jp\nです":               {Kind: Domain, Domain: "example.jp"},
		"example.jp info@example.jp":            {Kind: Address, Domain: "example.jp", Local: "info"},
		strings.Repeat("a", 63) + ".example":    {Kind: Domain, Domain: strings.Repeat("a", 63) + ".example"},
		strings.Repeat("abcdefghi.", 24) + "abc.example.jp"[:13]: {Kind: Domain, Domain: strings.Repeat("abcdefghi.", 24) + "abc.example.j"},
	} {
		got, bad := Recognise(text)
		if bad != nil {
			t.Errorf("%q: %s %v", text, bad.Code, bad.Args)
			continue
		}
		want.Raw = text
		if want.Unicode == "" {
			want.Unicode = want.Domain
		}
		if got != want {
			t.Errorf("%q:\n got %+v\nwant %+v", text, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"":       Empty,
		" \n\t　": Empty,
		"\u200b": Empty,
		"hello":  NotDomain,
		"@ A 203.0.113.10\n@ TXT v=spf1 a:www1234.sakura.ne.jp include:_spf.google.com ~all\n": NoDomain, // a panel's page
		"v=spf1 include:_spf.google.com ~all":                                                  Record, "\"v=DMARC1; p=none; rua=mailto:a@b.example\"": Record,
		"localhost":             NotDomain,
		"hello world":           NotDomain,
		"これは何ですか":               NotDomain,
		".":                     NotDomain,
		"。":                     NotDomain,
		"https://":              Empty,
		"@":                     Empty,
		"info@":                 Empty,
		"jp":                    TLD,
		"JP.":                   TLD,
		"info@jp":               TLD,
		"co.jp":                 PublicSuffix,
		"ＣＯ．ＪＰ":                 PublicSuffix,
		"info@co.jp":            PublicSuffix,
		"tokyo.jp":              PublicSuffix,
		"github.io":             PrivateSuffix,
		"192.0.2.1":             IP,
		"2001:db8::1":           IP,
		"[2001:db8::1]":         IP,
		"info@[192.0.2.1]":      IP,
		"http://192.0.2.1:80/x": IP,
		"192.0.2.0/24":          IP,
		"12345":                 NotDomain, "shop.123": NotDomain,
		"192.0.2.999":                   IP,
		"１９２．０．２．１":                     IP,
		"example..jp":                   Dots,
		".example.jp":                   Dots,
		"example.jp..":                  Dots,
		"-example.jp":                   Hyphen,
		"example-.jp":                   Hyphen,
		"exam!ple.jp":                   Characters,
		"exam$ple.jp":                   Characters,
		"例^.jp":                         Characters,
		"xn--a.jp":                      Characters,
		"example .jp":                   Blank,
		"\x1b[31mexample.jp":            Escape,
		"exam\x00ple.jp":                Escape,
		"exam\u202eple.jp":              Escape,
		"exam\xffple.jp":                Escape,
		"_dmarc.example.jp":             RecordName,
		"google._domainkey.example.jp":  RecordName,
		"_dmarc.co.jp":                  PublicSuffix,
		"a.example b.example":           Several,
		"a.example\nb.example\n":        Several,
		"one\ntwo":                      NoDomain,
		strings.Repeat("a", 64) + ".jp": Label,
		strings.Repeat("あ", 40) + ".jp": "",
		strings.Repeat("あ", 62) + ".jp": Label,
		strings.Repeat("abcdefghi.", 25) + "jp.jp": TooLong,
		strings.Repeat("a.", 4000) + "jp":          TooLong,
		strings.Repeat("x", MaxText+1):             Huge,
	} {
		in, bad := Recognise(text)
		code := ""
		if bad != nil {
			code = bad.Code
		}
		if code != want && want != "" {
			t.Errorf("%.40q: %q %+v, want %s", text, code, in.Domain, want)
		}
		if bad == nil {
			continue
		}
		if in != (Input{}) {
			t.Errorf("%.40q: input beside the problem: %+v", text, in)
		}
		for k, v := range bad.Args {
			if snapshot.Printable(v) != v || len([]rune(v)) > 60 {
				t.Errorf("%.40q: %s=%q", text, k, v)
			}
		}
		worded(t, bad)
	}
}

func worded(t *testing.T, p *Problem) {
	t.Helper()
	args := i18n.Args{}
	for k, v := range p.Args {
		args[k] = v
	}
	for _, l := range i18n.Langs() {
		if s := l.T(p.Code, args); strings.Contains(s, "<no value>") || s == "" {
			t.Errorf("%s in %s: %s", p.Code, l, s)
		}
	}
}

func TestEveryCodeIsWorded(t *testing.T) {
	for _, c := range Codes() {
		for _, l := range i18n.Langs() {
			if !l.Has(c) {
				t.Errorf("%s has no words in %s", c, l)
			}
		}
	}
}

const gmailBounce = `From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: info@tanaka-foods.example
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/report; report-type=delivery-status

550-5.7.26 This mail has been blocked because the sender is unauthenticated.
550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.
550-5.7.26  Authentication results:
550-5.7.26  DKIM = did not pass
550-5.7.26  SPF [tanaka-foods.example] with ip: [203.0.113.10] = did not pass
`

func TestMail(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		kind   Kind
		domain string
	}{
		"gmail": {gmailBounce, Bounce, "tanaka-foods.example"},
		"crlf":  {strings.ReplaceAll(gmailBounce, "\n", "\r\n"), Bounce, "tanaka-foods.example"},
		"cr":    {strings.ReplaceAll(gmailBounce, "\n", "\r"), Bounce, "tanaka-foods.example"},
		"one line": {"550-5.7.26 This mail is unauthenticated. SPF [shop.example] with ip: [192.0.2.1] = did not pass gsmtp", Bounce,
			"shop.example"},
		"no domain": {"550 5.7.26 This mail is unauthenticated, which poses a security risk to the", Bounce, ""},
		"dmarc":     {"550-5.7.26 Unauthenticated email from shop.example is not accepted due to domain's\n550-5.7.26 DMARC policy.", Bounce, "shop.example"},
		"japanese":  {"メールのブロック\nkeiko@gmail.com へのメールがブロックされました。詳しくは、下記の詳細な技術情報をご覧ください。", Bounce, ""},
		"embedded": {"Return-Path: <>\nFrom: MAILER-DAEMON@mx.host.example\nTo: info@envelope.example\n\nyour mail\n\n" +
			"--b\nContent-Type: message/rfc822\n\nFrom: =?utf-8?q?x?=\n <info@author.example>\nTo: x@gmail.com\n", Bounce, "author.example"},
		"to owner": {"Return-Path: <>\nFrom: MAILER-DAEMON@mx.host.example\nTo: info@envelope.example\n\n<x@gmail.com>: host said: 550 5.1.1 no\n", Bounce,
			"envelope.example"},
		"header": {"Delivered-To: me@gmail.com\nAuthentication-Results: mx.google.com;\n  dkim=pass header.i=@esp.example;\n  spf=pass smtp.mailfrom=b@bounce.example\n" +
			"DKIM-Signature: v=1; a=rsa-sha256; d=esp.example; s=s1; b=abc\nFrom: \"x@liar.example\" <shop@shop.example>\nTo: me@gmail.com\n", Header, ""}, // of two domains: which is the owner's is asked
		"no from": {"Received: from a by b\nDKIM-Signature: v=1; a=rsa-sha256; s=s1; d=esp.example; b=abc\n", Header, "esp.example"},
		"path":    {"Return-Path: <b@bounce.example>\nReceived: from a by b\n", Header, "bounce.example"},
		"message": {"From: a@shop.example\nTo: b@gmail.com\nSubject: hi\n\nhello\n", Message, "shop.example"},
		"mbox":    {"From a@shop.example Mon Jan 1\nFrom: a@shop.example\nTo: b@gmail.com\n\nhello\n", Message, "shop.example"},
		"speaks of errors": {"From: a@shop.example\nTo: b@gmail.com\nSubject: help\nMessage-ID: <1@shop.example>\n\n配信できませんと言われました\n", Message,
			"shop.example"},
		"wide":      {"From: a@ｓｈｏｐ．example\nTo: b@gmail.com\n", Header, "shop.example"},
		"hostile":   {"From: a@sh\x1b[2Jop.example\nTo: b@gmail.com\n", Header, ""},
		"long tail": {"From: a@shop.example\nTo: b@gmail.com\n\n" + strings.Repeat("x ", 1<<20), Message, "shop.example"},
	} {
		in, bad := Recognise(c.text)
		if bad != nil || in.Kind != c.kind || in.Domain != c.domain || in.Raw != c.text {
			t.Errorf("%s: %v %s %q, want %s %q", name, bad, in.Kind, in.Domain, c.kind, c.domain)
		}
		if _, bad := DomainOf(c.text); bad == nil || bad.Code != NoDomain {
			t.Errorf("%s: DomainOf: %v", name, bad)
		}
	}
	if in, bad := DomainOf("info@example.jp"); bad != nil || in.Domain != "example.jp" {
		t.Errorf("DomainOf: %+v %v", in, bad)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"Ｅｘａｍｐｌｅ．ｊｐ", "info@日本語。jp", "https://a:b@c.jp:1/x", gmailBounce, "From: a@b.c\nTo: d", "\x1b]0;x\x07a.jp", "a.b c.d", "xn--a.jp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		in, bad := Recognise(s)
		if (bad == nil) == (in == Input{}) {
			t.Fatalf("%q: %+v and %v", s, in, bad)
		}
		if bad != nil {
			for k, v := range bad.Args {
				if snapshot.Printable(v) != v {
					t.Fatalf("%q: %s=%q", s, k, v)
				}
			}
			worded(t, bad)
			return
		}
		if in.Domain == "" {
			if in.Kind != Bounce && in.Kind != Header && in.Kind != Message {
				t.Fatalf("%q: %s without a domain", s, in.Kind)
			}
			return
		}
		if len(in.Domain) > 253 || snapshot.Printable(in.Unicode) != in.Unicode {
			t.Fatalf("%q: %+v", s, in)
		}
		for _, form := range []string{in.Domain, in.Unicode} {
			if again, bad := Recognise(form); bad != nil || again.Domain != in.Domain {
				t.Fatalf("%q: %q is read again as %q, %v", s, form, again.Domain, bad)
			}
		}
		own, bad := Own(s)
		if bad != nil {
			if bad.Code != FreeMailDomain {
				t.Fatalf("%q: %+v, and not one's own: %v", s, in, bad)
			}
			return
		}
		if again, bad := Own(own.Domain); own.Domain != "" && (bad != nil || again.Domain != own.Domain) {
			t.Fatalf("%q: %q leads on to %q, %v", s, own.Domain, again.Domain, bad)
		}
		for _, n := range own.Notes() {
			worded(t, &Problem{Code: n.Code, Args: n.Args})
		}
	})
}

func BenchmarkLargePaste(b *testing.B) {
	text := "From: a@shop.example\nTo: b@gmail.com\n\n" + strings.Repeat("550 5.7.1 text@host.example ", 1<<18)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Recognise(text)
	}
}
