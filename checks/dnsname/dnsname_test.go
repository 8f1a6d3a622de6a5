package dnsname

import "testing"

// A name that was put together comes apart into the same parts, with its domain and as panels show it.
func TestKeys(t *testing.T) {
	for _, domain := range []string{"a.example", ""} {
		name := Key("s1.k2", domain)
		if sel, ok := Selector(name); !ok || sel != "s1.k2" {
			t.Errorf("Selector(%q): %q, %v", name, sel, ok)
		}
		if sel, ok := SelectorAt(name, domain); !ok || sel != "s1.k2" || !IsKeyOf(name, domain) {
			t.Errorf("SelectorAt(%q, %q): %q, %v", name, domain, sel, ok)
		}
		if sel, ok := SelectorAt(name, "b.example"); ok || sel != name || IsKeyOf(name, "b.example") {
			t.Errorf("SelectorAt(%q) of another domain: %q, %v", name, sel, ok)
		}
	}
	if sel, domain, ok := CutKey(Key("s1", "a.example")); !ok || sel != "s1" || domain != "a.example" {
		t.Errorf("CutKey: %q, %q, %v", sel, domain, ok)
	}
	for name, want := range map[string][3]bool{ // IsKey, InKeys, IsKeys
		"s1._domainkey.a.example":    {true, true, false},
		"_domainkey.a.example":       {false, true, true},
		"a.example":                  {},
		"my_domainkey.a.example":     {},
		"_domainkeys.a.example":      {},
		"s1._domainkey":              {},
		"s._domainkey.b._domainkey.": {true, true, false},
	} {
		if got := [3]bool{IsKey(name), InKeys(name), IsKeys(name)}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestPolicies(t *testing.T) {
	if got := PolicyDomain(Policy("a.example")); got != "a.example" || !IsPolicy(Policy("a.example")) || IsPolicy("a.example") || PolicyDomain("x.example") != "x.example" {
		t.Errorf("the domain of a policy: %q", got)
	}
	if got := ReportPermission("example.jp", "mail.example.com"); got != "example.jp._report._dmarc.mail.example.com" {
		t.Errorf("the permission stands at %s", got)
	}
	for name, want := range map[string]string{"_dmarc": "", "_dmarc.shop": "shop", "s1._domainkey": "s1", "s1._domainkey.shop": "s1.shop", "@": "@"} {
		if got := Unlabelled(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
