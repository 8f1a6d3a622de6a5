package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
)

const plainKey = `"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC1"`

// detected looks at a zone without a word of the owner's and lists the services that show.
func detected(t *testing.T, zone string) (ids []string, s *snapshot.Snapshot) {
	t.Helper()
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("services.txtar", []byte(fmt.Sprintf(scenarioHead, "many.example")+
			"-- zone many.example @ 01.dnsv.jp 02.dnsv.jp --\n@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com ~all\"\n"+zone))
		if err != nil {
			t.Fatal(err)
		}
		s, _ = look(t, sc, nil, nil, cat)
	})
	for _, c := range cat.Detect(s).Senders {
		ids = append(ids, c.ID)
	}
	return ids, s
}

// Services that show in nothing but a rare selector or a bounce host are found beside a key that everybody has.
func TestServicesThatHide(t *testing.T) {
	for want, zone := range map[string]string{
		"klaviyo":               "kl._domainkey CNAME dkim.dkim1.klaviyodns.com.\nkl2._domainkey CNAME dkim.dkim2.klaviyodns.com.\n",
		"postmark":              "pm-bounces CNAME pm.mtasv.net.\n20260101120000pm._domainkey TXT " + plainKey,
		"resend":                "send MX 10 feedback-smtp.us-east-1.amazonses.com.\nsend TXT \"v=spf1 include:amazonses.com ~all\"\nresend._domainkey TXT " + plainKey,
		"intercom":              "intercom._domainkey CNAME 0123.dkim.intercom.io.\noutbound.intercom CNAME rp.intercom-mail.com.\n",
		"mailgun":               "mg MX 10 mxa.mailgun.org.\npic._domainkey.mg TXT " + plainKey,
		"squarespace-campaigns": "squarespace._domainkey CNAME dkim.squarespace-mail.com.\n",
		"help-scout":            "strong1._domainkey CNAME strong1.helpscout.net.\n",
		"freshdesk":             "fwdkim1 CNAME spfmx1.domainkey.freshemail.io.\n",
		"zendesk":               "zendesk2._domainkey CNAME zendesk2._domainkey.zendesk.com.\nzendesk1._domainkey CNAME zendesk1._domainkey.zendesk.com.\n",
		"constant-contact":      "ctct1._domainkey CNAME 100._domainkey.dkim1.ccsend.com.\n",
	} {
		ids, s := detected(t, "google._domainkey TXT "+plainKey+"\n_dmarc TXT \"v=DMARC1; p=none\"\n"+zone)
		if !slices.Contains(ids, want) {
			t.Errorf("%s is not found, but %q", want, ids)
		}
		if n := len(s.Answers); n > 230 {
			t.Errorf("%s: %d questions", want, n)
		}
	}
}

// Where the server says that no key can be, only the commonest and the bounce hosts are asked for; a wildcard costs no more than usual, and shows nobody.
func TestServicesBound(t *testing.T) {
	ids, s := detected(t, "pm-bounces CNAME pm.mtasv.net.\n")
	below := func() (count int) {
		for _, a := range s.Answers {
			if strings.HasSuffix(a.Name, "._domainkey.many.example") {
				count++
			}
		}
		return count
	}
	if !slices.Contains(ids, "postmark") || below() > 4+maxDenied {
		t.Errorf("%q, %d selectors", ids, below())
	}
	for _, wild := range []string{"*._domainkey TXT " + plainKey + "\n", "*._domainkey CNAME keys.other.example.\n", "_domainkey DNAME _domainkey.other.example.\n"} {
		if ids, s = detected(t, wild); below() > 12 || len(ids) > 0 {
			t.Errorf("%s: %q, %d selectors", wild, ids, below())
		}
	}
	if ids, s = detected(t, "* MX 10 mail.many.example.\n* TXT \"v=spf1 -all\"\nmail A 203.0.113.9\n"); len(ids) > 0 || len(s.Answers) > 120 {
		t.Errorf("a wildcard shows %q, %d questions", ids, len(s.Answers))
	}
}

// A service's key is looked for at the sub-domain from which it sends.
func TestKeysOfASendingSubdomain(t *testing.T) {
	_, s := detected(t, "mg MX 10 mxa.mailgun.org.\nmg TXT \"v=spf1 include:mailgun.org ~all\"\npic._domainkey.mg TXT "+plainKey+"\n")
	if a := s.TXT("pic._domainkey.mg.many.example"); len(a.Records) != 1 {
		t.Errorf("%s %s", a.Status, a.Reason)
	}
	if a := s.TXT("mg.many.example"); len(a.Records) != 1 {
		t.Errorf("%s %s", a.Status, a.Reason)
	}
}

// An alias that stands beside a key, at servers that answer by type, is seen; so is the DNAME that makes an alias.
func TestAliasesAreTold(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("beside.txtar", []byte(fmt.Sprintf(scenarioHead, "beside.example")+
			"-- loose zone beside.example @ 01.dnsv.jp 02.dnsv.jp --\n@ MX 1 smtp.google.com.\ngoogle._domainkey TXT "+plainKey+
			"\ngoogle._domainkey CNAME old.their.example.\n_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc CNAME dmarc.their.example.\n"))
		if err != nil {
			t.Fatal(err)
		}
		s, _ := look(t, sc, nil, nil, cat)
		for _, name := range []string{"google._domainkey.beside.example", "_dmarc.beside.example"} {
			if txt, alias := s.TXT(name), s.Get(name, snapshot.CNAME); len(txt.Records) != 1 || len(alias.Records) != 1 {
				t.Errorf("%s: %q beside %q", name, txt.Data(), alias.Data())
			}
		}
	})
	_, s := detected(t, "_domainkey DNAME _domainkey.their.example.\n")
	a := s.TXT("google._domainkey.many.example")
	if len(a.Chain) == 0 || a.Chain[0].DNAME != "_domainkey.many.example" {
		t.Errorf("%+v", a)
	}
}
