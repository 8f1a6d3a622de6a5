package dkim

import (
	"strings"
	"testing"
)

// TestCleanShapes: a value comes out clean from whatever shape consoles, zone files and tables give it.
func TestCleanShapes(t *testing.T) {
	key, want := b64(spkiOf(t, modulus(2048))), "v=DKIM1; k=rsa; p="
	const alias = "s1.domainkey.u1.wl1.esp.example"
	for name, c := range map[string]struct{ in, want, selector string }{
		"json":           {`{"type":"TXT","name":"s1._domainkey","value":"v=DKIM1; k=rsa; p=` + key + `","ttl":3600}`, want + key, "s1"},
		"json, no v":     {`{"host": "mail._domainkey.example.jp", "data": "k=rsa; p=` + key + `", "valid": false}`, "k=rsa; p=" + key, "mail"},
		"json in json":   {`{\"value\":\"v=DKIM1; k=rsa; p=` + key + `\"}`, want + key, ""},
		"json escape":    {`{"value":"v=DKIM1; k=rsa; p\u003d` + key + `"}`, want + key, ""},
		"json alias":     {`{"type":"CNAME","host":"s1._domainkey.shop.example","data":"` + alias + `"}`, alias, "s1"},
		"json aliases":   {`[{"record":"CNAME","name":"s1._domainkey","value":"` + alias + `"},{"record":"CNAME","name":"s2._domainkey","value":"s2.esp.example"}]`, alias, "s1"},
		"table row":      {"TXT\tgoogle._domainkey\tv=DKIM1; k=rsa; p=" + key + "\t3600\t未確認", want + key, "google"},
		"table row, end": {"default._domainkey  TXT  v=DKIM1; k=rsa; p=" + key + "  3600  Pending", want + key, "default"},
		"markdown row":   {"| google._domainkey | TXT | `v=DKIM1; k=rsa; p=" + key + "` | 3600 |", want + key, "google"},
		"csv":            {`"TXT","google._domainkey","v=DKIM1; k=rsa; p=` + key + `","3600"`, want + key, "google"},
		"yaml":           {"name: google._domainkey\ntype: TXT\ncontent: \"v=DKIM1; k=rsa; p=" + key + "\"", want + key, "google"},
		"block":          {"Host: google._domainkey\nType: TXT\nValue: v=DKIM1; k=rsa; p=" + key + "\nTTL: 3600", want + key, "google"},
		"labels":         {"ホスト名\tgoogle._domainkey\n種別\tTXT\n値\tv=DKIM1; k=rsa; p=" + key, want + key, "google"},
		"brackets":       {"ホスト名：rs20240819._domainkey.example.jp\nタイプ：TXT\n値：「v=DKIM1; k=rsa; p=" + key + "」\n優先度：", want + key, "rs20240819"},
		"labels, alias":  {"「ホスト名」 s1._domainkey\n「値」 " + alias, alias, "s1"},
		"type first":     {"CNAME s1._domainkey " + alias + ".", alias, "s1"},
		"value first":    {alias + " s1._domainkey", alias, "s1"},
		"split lines":    {"\"v=DKIM1; k=rsa; p=" + key[:100] + "\"\n\"" + key[100:] + "\"", want + key, ""},
		"html":           {"v=DKIM1;&nbsp;k=rsa;&nbsp;p=" + key, want + key, ""},
		"terraform":      {"records = [\"v=DKIM1; k=rsa; p=" + key[:100] + "\\\"\\\"" + key[100:] + "\"]", want + key, ""},
		"tinydns":        {"'google._domainkey.example.jp:v=DKIM1; k=rsa; p=" + key + ":3600", want + key, "google"},
		"openssl":        {"writing RSA key\n-----BEGIN PUBLIC KEY-----\n" + key[:64] + "\n" + key[64:] + "\n-----END PUBLIC KEY-----\n", want + key, ""},
	} {
		p := Clean(c.in)
		if p.Value != c.want || p.Selector != c.selector || p.Problem != "" || p.Alias == strings.Contains(c.want, "p=") {
			t.Errorf("%s: value %q selector %q alias %v problem %q", name, p.Value, p.Selector, p.Alias, p.Problem)
		}
	}
	for name, c := range map[string]struct{ in, problem, selector string }{
		"a mail's signature": {"DKIM-Signature: v=1; a=rsa-sha256; d=example.jp;\n s=rs20240819; h=from:to; bh=47DEQpj8HBSa=; b=dzdVyOfAKCdL", Signature, "rs20240819"},
		"a DMARC record":     {"v=DMARC1; p=none; rua=mailto:a@b.jp", NotDKIM, ""},
		"an own name":        {"s1._domainkey", NoKey, "s1"},
	} {
		if p := Clean(c.in); p.Problem != c.problem || p.Value != "" || p.Selector != c.selector {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
