package message

import (
	"context"
	"crypto"
	"strings"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"
)

// from returns a mail of one author, sent with an envelope domain that passes SPF, and signed by a domain.
func from(t *testing.T, author, envelope, signer string) string {
	t.Helper()
	mail := "From: " + author + "\r\nTo: you@receiver.example\r\nSubject: x\r\n\r\nhi\r\n"
	if signer != "" {
		mail = sign(t, mail, func(o *msgauth.SignOptions) { o.Domain, o.HeaderKeys, o.Hash = signer, []string{"From"}, crypto.SHA256 })
	}
	return "Return-Path: <b@" + envelope + ">\r\nReceived: from x (x.example [203.0.113.10]) by mx.receiver.example (Postfix); Fri, 3 Nov 2090 10:00:00 +0900\r\n" + mail
}

// The tree walk, the record that counts, the alignment and what it comes to (RFC 9989 sections 4.4 and 4.10).
func TestDMARC(t *testing.T) {
	all := "v=spf1 ip4:203.0.113.10 -all"
	for name, c := range map[string]struct {
		author, envelope, signer string
		dns                      world
		want                     string // result domain policy org
	}{
		"SPF aligned":         {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=reject"}, "x.example TXT": {all}}, "pass x.example reject x.example"},
		"SPF, a subdomain":    {"a@x.example", "b.x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "b.x.example TXT": {all}}, "pass x.example none x.example"},
		"SPF, strict":         {"a@x.example", "b.x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none; aspf=s"}, "b.x.example TXT": {all}}, "fail x.example none x.example"},
		"SPF of another":      {"a@x.example", "y.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "y.example TXT": {all}}, "fail x.example none x.example"},
		"SPF fails":           {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "x.example TXT": {"v=spf1 -all"}}, "fail x.example none x.example"},
		"SPF could not":       {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "x.example TXT": {"!"}}, "temperror x.example none x.example"},
		"SPF not asked":       {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "x.example TXT": {"?"}}, " x.example none x.example"},
		"DKIM aligned":        {"a@x.example", "y.example", "x.example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "s1._domainkey.x.example TXT": {record(good())}}, "pass x.example none x.example"},
		"DKIM, a subdomain":   {"a@x.example", "y.example", "m.x.example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "s1._domainkey.m.x.example TXT": {record(good())}}, "pass x.example none x.example"},
		"DKIM, strict":        {"a@x.example", "y.example", "m.x.example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none; adkim=s"}, "s1._domainkey.m.x.example TXT": {record(good())}}, "fail x.example none x.example"},
		"DKIM of the parent":  {"a@m.x.example", "y.example", "x.example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "s1._domainkey.x.example TXT": {record(good())}}, "pass x.example none x.example"},
		"DKIM above":          {"a@x.example", "y.example", "example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=reject"}, "s1._domainkey.example TXT": {record(good())}}, "fail x.example reject x.example"},
		"DKIM could not":      {"a@x.example", "y.example", "x.example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "s1._domainkey.x.example TXT": {"!"}}, "temperror x.example none x.example"},
		"DKIM saves":          {"a@x.example", "x.example", "x.example", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "s1._domainkey.x.example TXT": {record(good())}, "x.example TXT": {"!"}}, "pass x.example none x.example"},
		"no record":           {"a@x.example", "x.example", "", world{"x.example TXT": {all}}, "none   x.example"},
		"two records":         {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none", "v=DMARC1; p=reject"}}, "none   x.example"},
		"not DMARC1":          {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=dmarc1; p=none"}}, "none   x.example"},
		"a bad policy":        {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=monitor"}}, "none   x.example"},
		"bad, with rua":       {"a@x.example", "y.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=monitor; rua=mailto:a@x.example"}}, "fail x.example none x.example"},
		"sp":                  {"a@s.x.example", "y.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=reject; sp=quarantine; np=none"}, "s.x.example A": {"192.0.2.1"}}, "fail x.example quarantine x.example"},
		"np":                  {"a@s.x.example", "y.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=reject; sp=quarantine; np=none"}}, "fail x.example none x.example"},
		"own before parent's": {"a@s.x.example", "y.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=reject"}, "_dmarc.s.x.example TXT": {"v=DMARC1; p=none"}}, "fail s.x.example none x.example"},
		"psd=n":               {"a@b.m.x.example", "c.m.x.example", "", world{"_dmarc.m.x.example TXT": {"v=DMARC1; p=reject; psd=n"}, "c.m.x.example TXT": {all}}, "pass m.x.example reject m.x.example"},
		"psd=n parts":         {"a@m.x.example", "x.example", "", world{"_dmarc.m.x.example TXT": {"v=DMARC1; p=reject; psd=n"}, "_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "x.example TXT": {all}}, "fail m.x.example reject m.x.example"},
		"psd=y parts": {"a@giant.bank.example", "mega.bank.example", "", world{"_dmarc.bank.example TXT": {"v=DMARC1; p=reject; psd=y"}, "_dmarc.giant.bank.example TXT": {"v=DMARC1; p=none"},
			"mega.bank.example TXT": {all}}, "fail giant.bank.example none giant.bank.example"},
		"psd=y alone":      {"a@s.giant.bank.example", "y.example", "", world{"_dmarc.bank.example TXT": {"v=DMARC1; p=reject; psd=y"}}, "fail bank.example reject giant.bank.example"},
		"a registry's own": {"a@bank.example", "y.example", "", world{"_dmarc.bank.example TXT": {"v=DMARC1; p=reject; psd=y"}}, "fail bank.example reject bank.example"},
		"many labels":      {"a@1.2.3.4.5.6.7.8.x.example", "y.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=reject"}, "_dmarc.3.4.5.6.7.8.x.example TXT": {"v=DMARC1; p=none"}}, "fail x.example reject x.example"},
		"DNS fails":        {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"!"}, "x.example TXT": {all}}, "temperror   "},
		"not asked":        {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"?"}, "x.example TXT": {all}}, "   "},
		"above not asked":  {"a@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "_dmarc.example TXT": {"?"}, "x.example TXT": {all}}, "pass x.example none "},
		"two authors":      {"a@x.example, b@y.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}}, "permerror   "},
		"two of one":       {"a@x.example, b@x.example", "x.example", "", world{"_dmarc.x.example TXT": {"v=DMARC1; p=none"}, "x.example TXT": {all}}, "pass x.example none x.example"},
		"Japanese domain":  {"a@日本語.jp", "xn--wgv71a119e.jp", "", world{"_dmarc.xn--wgv71a119e.jp TXT": {"v=DMARC1; p=none"}, "xn--wgv71a119e.jp TXT": {all}}, "pass xn--wgv71a119e.jp none xn--wgv71a119e.jp"},
	} {
		t.Run(name, func(t *testing.T) {
			d := verified(t, from(t, c.author, c.envelope, c.signer), c.dns).DMARC
			if got := strings.Join([]string{string(d.Result), d.Domain, d.Policy, d.Org}, " "); got != c.want {
				t.Errorf("got %q (%s), want %q", got, d.Detail, c.want)
			}
			if (d.Result == NotKnown) != (d.Detail == ProofOpen || d.Detail == PolicyOpen) {
				t.Errorf("detail %q", d.Detail)
			}
		})
	}
}

// With no DNS at hand everything that has to be asked is listed; with the answers nothing is missing.
func TestMissing(t *testing.T) {
	m := parsed(t, trace+sign(t, plainMail, nil))
	known := world{}
	for round := range 5 {
		rep := m.Verify(context.Background(), lazy{known})
		if len(rep.Missing) == 0 {
			if rep.DMARC.Result != Pass || rep.DKIM[0].Result != Pass || rep.SPF.Result != "pass" {
				t.Errorf("%+v", rep)
			}
			if round > 3 {
				t.Errorf("%d rounds", round)
			}
			return
		}
		if rep.DMARC.Result == Fail || rep.DMARC.Result == None || rep.DKIM[0].Result != NotKnown && round == 0 {
			t.Errorf("round %d: a word too early: %q %q", round, rep.DMARC.Result, rep.DKIM[0].Result)
		}
		for _, n := range rep.Missing {
			k := strings.ToLower(n.Name) + " " + n.Type
			if _, twice := known[k]; twice {
				t.Fatalf("asks twice for %s", k)
			}
			known[k] = home()[k]
		}
	}
	t.Error("never complete")
}
