package dkim

import "testing"

func TestCleanSelector(t *testing.T) {
	for typed, want := range map[string]string{
		"rs20261128": "rs20261128", " RS20261128 ": "rs20261128", "ｒｓ２０２６": "rs2026", "rs1._domainkey": "rs1",
		"rs1._domainkey.tanaka-foods.example.": "rs1", "a.b": "a.b", "k_1": "k_1", `"s1"`: "s1",
		"": "", "_domainkey": "", "_domainkey.tanaka-foods.example": "", "._domainkey.x.example": "", "-a": "", "a b": "", "a..b": "",
		"_domainkey.tanaka-foods.example._domainkey": "", "v=DKIM1; k=rsa": "", "鍵": "",
	} {
		got, ok := CleanSelector(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v, want %q", typed, got, ok, want)
		}
	}
}
