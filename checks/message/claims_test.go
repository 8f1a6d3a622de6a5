package message

import (
	"fmt"
	"sort"
	"strings"
	"testing"
)

func told(c Claim) string {
	var p []string
	for k, v := range c.Properties {
		p = append(p, k+"="+v)
	}
	sort.Strings(p)
	out := c.By + " " + c.Method + "=" + c.Result
	if c.Reason != "" {
		out += " reason " + c.Reason
	}
	if c.Comment != "" {
		out += " (" + c.Comment + ")"
	}
	return strings.TrimSpace(out + " " + strings.Join(p, " "))
}

// Results as servers write them, in the syntax of RFC 8601 and out of it.
func TestAuthenticationResults(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"none":              {"mx.b.example; none", nil},
		"none, version":     {"mx.b.example 1; none", nil},
		"one":               {"mx.b.example; spf=pass smtp.mailfrom=a@x.example", []string{"mx.b.example spf=pass smtp.mailfrom=a@x.example"}},
		"version":           {"mx.b.example 1; spf=pass", []string{"mx.b.example spf=pass"}},
		"method version":    {"mx.b.example; spf/1=pass", []string{"mx.b.example spf=pass"}},
		"case":              {"MX.B.Example; SPF=Pass", []string{"mx.b.example spf=pass"}},
		"quoted reason":     {`mx.b.example; dkim=fail reason="bad; very \"bad\"" header.d=x.example`, []string{`mx.b.example dkim=fail reason bad; very "bad" header.d=x.example`}},
		"comments":          {"mx.b.example (ours) 1 (one); dkim (we) = (say) pass (2048-bit (rsa) key) header.d (the) = (signer) x.example (of course)", []string{"mx.b.example dkim=pass (2048-bit (rsa) key of course) header.d=x.example"}},
		"semicolon within":  {"mx.b.example; dkim=pass (a; b) header.d=x.example; spf=none", []string{"mx.b.example dkim=pass (a; b) header.d=x.example", "mx.b.example spf=none"}},
		"dots apart":        {"mx.b.example; dkim=fail policy (a dot) . (here) expired = 1362471462", []string{"mx.b.example dkim=fail policy.expired=1362471462"}},
		"Gmail":             {"mx.google.com; dkim=pass header.i=@x.example header.s=s1 header.b=AbC/12+d; spf=pass (google.com: domain of b@x.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=b@x.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=x.example", []string{"mx.google.com dkim=pass header.b=AbC/12+d header.i=@x.example header.s=s1", "mx.google.com spf=pass (google.com: domain of b@x.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=b@x.example", "mx.google.com dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=x.example"}},
		"Microsoft":         {"spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none (message not signed) header.d=none;dmarc=fail action=quarantine header.from=x.example;compauth=fail reason=001", []string{"spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x.example", "dkim=none (message not signed) header.d=none", "dmarc=fail action=quarantine header.from=x.example", "compauth=fail reason 001"}},
		"Outlook.com":       {"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; outlook.com; dkim=pass header.d=x.example", []string{"outlook.com spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example", "outlook.com dkim=pass header.d=x.example"}},
		"Yahoo":             {"atlas1.mail.yahoo.com; dkim=perm_fail header.i=@x.example header.s=s1; spf=pass smtp.mailfrom=x.example; dmarc=pass(p=NONE) header.from=x.example;", []string{"atlas1.mail.yahoo.com dkim=perm_fail header.i=@x.example header.s=s1", "atlas1.mail.yahoo.com spf=pass smtp.mailfrom=x.example", "atlas1.mail.yahoo.com dmarc=pass (p=NONE) header.from=x.example"}},
		"Yahoo, old":        {"mta001.mail.yahoo.co.jp  from=x.example; domainkeys=neutral (no sig);  from=x.example; dkim=pass (ok)", []string{"mta001.mail.yahoo.co.jp domainkeys=neutral (no sig)", "mta001.mail.yahoo.co.jp dkim=pass (ok)"}},
		"equals in address": {"mx.b.example; spf=pass smtp.mailfrom=bounce+a=c@x.example", []string{"mx.b.example spf=pass smtp.mailfrom=bounce+a=c@x.example"}},
		"quoted address":    {`mx.b.example; spf=pass smtp.mailfrom="bounce+a=c@x.example"`, []string{"mx.b.example spf=pass smtp.mailfrom=bounce+a=c@x.example"}},
		"no semicolon":      {"mx.b.example spf=pass smtp.mailfrom=x.example", []string{"mx.b.example spf=pass smtp.mailfrom=x.example"}},
		"open comment":      {"mx.b.example; dkim=pass (good header.d=x.example; spf=fail", []string{"mx.b.example dkim=pass header.d=x.example", "mx.b.example spf=fail"}},
		"open quotes":       {`mx.b.example; dkim=fail reason="bad header.d=x.example; spf=fail`, []string{`mx.b.example dkim=fail reason "bad header.d=x.example`, "mx.b.example spf=fail"}},
		"stray parenthesis": {"mx.b.example; dkim=pass (good)) header.d=x.example", []string{"mx.b.example dkim=pass (good) header.d=x.example"}},
		"empty":             {"", nil},
		"no method":         {"mx.b.example; /=pass", nil},
		"garbage":           {";;=;==;(;\";", nil},
		"escape sequences":  {"mx.b.example; dkim=pass header.d=\x1b[2J", []string{"mx.b.example dkim=pass header.d=\\x1b[2J"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, cl := range authenticationResults(Field{Name: "Authentication-Results", key: "authentication-results", Value: c.in}) {
				got = append(got, told(cl))
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestReceivedSPF(t *testing.T) {
	for in, want := range map[string]string{
		"pass (google.com: domain of a@x.example designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1;":                                         "google.com spf=pass (google.com: domain of a@x.example designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1",
		"Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=x.example; envelope-from=<a@x.example>; receiver=mx.b.example":                     "mx.b.example spf=pass (mailfrom) client-ip=192.0.2.1 envelope-from=a@x.example helo=x.example identity=mailfrom receiver=mx.b.example",
		`softfail (mx.b.example: not permitted) client-ip=192.0.2.1; envelope-from="a@x.example"; helo=x.example; receiver=mx.b.example; mechanism=~all`: "mx.b.example spf=softfail (mx.b.example: not permitted) client-ip=192.0.2.1 envelope-from=a@x.example helo=x.example mechanism=~all receiver=mx.b.example",
		"None": "spf=none",
	} {
		c, ok := receivedSPF(Field{Name: "Received-SPF", Value: in})
		if !ok || told(c) != want {
			t.Errorf("got  %s\nwant %s", told(c), want)
		}
	}
}

// What the receiver says is told from what stood in the mail when it came.
func TestWhoseClaim(t *testing.T) {
	m := parsed(t, "Return-Path: <a@shop.example>\n"+
		"Received: from mail.fwd.example (mail.fwd.example. [198.51.100.7]) by mx.google.com with ESMTPS id 1; Tue, 3 Nov 2026 10:00:00 +0900\n"+
		"Authentication-Results: mx.google.com; dkim=fail header.i=@shop.example header.b=AAAAAAAA; spf=softfail smtp.mailfrom=a@shop.example\n"+
		"Authentication-Results: mx.google.com.evil.example; dkim=pass header.i=@shop.example\n"+
		"Received: from mail.shop.example (mail.shop.example [203.0.113.10]) by mail.fwd.example (Postfix); Tue, 3 Nov 2026 09:59:59 +0900\n"+
		"Authentication-Results: mail.fwd.example; dkim=pass header.d=shop.example header.b=AAAAAAAA\n"+
		"Authentication-Results: mx.google.com; dmarc=pass header.from=shop.example\n"+ // forged
		"DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; h=from; bh=AAAA; b=AAAAAAAAAAAA\n"+rest)
	got := ""
	for _, c := range m.Claims {
		got += fmt.Sprintf("%s %s=%s %d %v\n", c.By, c.Method, c.Result, c.Hop, c.Receiver)
	}
	want := "mx.google.com dkim=fail 0 true\nmx.google.com spf=softfail 0 true\nmx.google.com.evil.example dkim=pass -1 false\nmail.fwd.example dkim=pass 1 false\nmx.google.com dmarc=pass 0 false\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	rep := verified(t, "Received: by mx.google.com with SMTP; Tue, 3 Nov 2026 10:00:00 +0900\n"+rest, nil)
	if rep.SPF.Claimed != "" {
		t.Errorf("claims %q of nothing", rep.SPF.Claimed)
	}
	rep = m.Verify(t.Context(), home())
	if rep.DKIM[0].Claimed != "fail" || rep.SPF.Claimed != "softfail" || rep.DMARC.Claimed != "" {
		t.Errorf("claimed %q %q %q", rep.DKIM[0].Claimed, rep.SPF.Claimed, rep.DMARC.Claimed)
	}
}
