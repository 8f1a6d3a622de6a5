package dkim_test

import (
	"testing"

	"example.org/todoku/checks/dkim"
)

const whole = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCyLgaK34pXyYponA2mtt8rRwN/R0KFyy9pV7mEBTqDu/rCkgoDpxtohYGeLFqIEljj52CtY6rsmlen39THoUjUYFTjIMCj/tPg3WQ0RooHMH9ROf3uolmZjGS6inZkJ2gPzgkChx0pIy18qfh/xY7J/pt74S9M5kSTwEyCc8IjgwIDAQAB"

// What was pasted with its surroundings is a key that no receiver reads, and the key can be read out of it.
func TestPastedAsItIs(t *testing.T) {
	for in, problem := range map[string]string{
		`( "v=DKIM1; h=sha256; k=rsa; " "p=` + whole + `" )`:                                 dkim.ZoneLine,
		`k1._domainkey.shop.example. 3600 IN TXT ( "v=DKIM1; k=rsa; p=` + whole + `" ) ; k1`: dkim.ZoneLine,
		`k1._domainkey IN TXT v=DKIM1; k=rsa; p=` + whole:                                    dkim.ZoneLine,
		`TXT v=DKIM1; p=` + whole:                                                            dkim.ZoneLine,
		`"v=DKIM1; k=rsa; p=` + whole + `"`:                                                  dkim.Quotes,
		whole:                                                                                dkim.BadTag,
		`(k=rsa; p=` + whole + `)`:                                                           dkim.ZoneLine,
	} {
		r := dkim.Parse(in)
		if !dkim.Is(in) || r.Valid() || len(r.Problems) == 0 || r.Problems[0].Code != problem {
			t.Errorf("%.50q: is a key %v, valid %v, problems %v; want %s", in, dkim.Is(in), r.Valid(), r.Problems, problem)
		}
		got := dkim.Clean(in)
		if got.Problem != "" || !dkim.Same(got.Value, "p="+whole) {
			t.Errorf("%.50q: cleaned to %.60q, problem %q", in, got.Value, got.Problem)
		}
	}
	for _, in := range []string{
		"google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ",
		"v=spf1 include:_spf.example.net ip4:203.0.113.0/24 ip4:198.51.100.0/24 ~all",
		"v=DMARC1; p=none; rua=mailto:a-long-address-of-reports@reports.shop.example",
		"AQAB", "selector1-shop-example._domainkey.shop.onmicrosoft.com",
		"8f2c1d0e4b5a69788f2c1d0e4b5a69788f2c1d0e4b5a69788f2c1d0e4b5a6978",
		"k=rsa; a note on how this key p is to be used by everybody here",
	} {
		if dkim.Is(in) {
			t.Errorf("%q is no key", in)
		}
	}
}

func TestTarget(t *testing.T) {
	for in, want := range map[string]string{
		"selector1-shop-example._domainkey.shop.onmicrosoft.com": "selector1-shop-example._domainkey.shop.onmicrosoft.com",
		`"s1.domainkey.u123.wl.sendgrid.net."`:                   "s1.domainkey.u123.wl.sendgrid.net",
		"CNAME s1.domainkey.u123.wl.sendgrid.net.":               "s1.domainkey.u123.wl.sendgrid.net",
		"k2._domainkey 3600 IN CNAME dkim2.mcsv.net.":            "dkim2.mcsv.net",
		"AQAB":                           "",
		"v=DKIM1; p=" + whole:            "",
		"see the console of example.net": "",
		"p=none":                         "",
		"":                               "",
		"10 mx.shop.example":             "mx.shop.example",
		"o=~; r=postmaster@shop.example": "",
	} {
		got, ok := dkim.Target(in)
		if ok != (want != "") || got != want && ok {
			t.Errorf("Target(%q) is %q, %v; want %q", in, got, ok, want)
		}
	}
}
