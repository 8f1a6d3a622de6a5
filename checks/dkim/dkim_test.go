package dkim

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// modulus returns a number of exactly the given bits: readable as a public key and quick to make.
func modulus(bits int) *rsa.PublicKey {
	b := bytes.Repeat([]byte{0xb5, 0x3c, 0x91, 0x0f, 0x77}, bits/40+1)[:bits/8]
	b[0] |= 0x80
	b[len(b)-1] |= 1
	return &rsa.PublicKey{N: new(big.Int).SetBytes(b), E: 65537}
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func spkiOf(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func edKey() ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)).Public().(ed25519.PublicKey)
}

func private2048(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func problems(r Record) string {
	var out []string
	for _, p := range r.Problems {
		c := p.Code
		if p.Fatal {
			c += "!"
		}
		out = append(out, c)
	}
	return strings.Join(out, " ")
}

func TestIs(t *testing.T) {
	for txt, want := range map[string]bool{
		"v=DKIM1; k=rsa; p=MIIB": true,
		"k=rsa; p=":              true,
		"p=MIGf":                 true,
		"v=DKIM1":                true,
		`"v=DKIM1; p=x"`:         true,
		"v＝ＤＫＩＭ１； ｐ＝ＭＩＩＢ": true,
		"v=spf1 p=x":               false,
		"v=DMARC1; p=none":         false,
		"":                         false,
		"google-site-verification": false,
		"t=y; o=~":                 false, // DomainKeys policy
	} {
		if Is(txt) != want {
			t.Errorf("Is(%q) = %v", txt, !want)
		}
	}
}

func TestParse(t *testing.T) {
	rsa2048, rsa1024 := b64(spkiOf(t, modulus(2048))), b64(spkiOf(t, modulus(1024)))
	bare := b64(x509.MarshalPKCS1PublicKey(modulus(2048)))
	ed := b64(edKey())
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for _, c := range []struct {
		txt      string
		bits     int
		problems string
	}{
		{"v=DKIM1; k=rsa; p=" + rsa2048, 2048, ""},
		{"v=DKIM1; p=" + rsa1024 + ";", 1024, ""},
		{"p=" + bare, 2048, "bare-rsa"},
		{"v=DKIM1; k=ed25519; p=" + ed, 256, ""},
		{"v=DKIM1; k=rsa; p=" + rsa2048[:200] + " \t" + rsa2048[200:], 2048, ""},
		{"v=DKIM1; k=rsa; p=" + b64(spkiOf(t, modulus(512))), 512, "short-key!"},
		{"v=DKIM1; k=rsa; p=" + b64(spkiOf(t, modulus(8192))), 8192, "long-key"},
		{"v=DKIM1; k=rsa; p=" + rsa2048[:237], 0, "truncated!"},
		{"v=DKIM1; k=rsa; p=" + rsa2048[:236], 0, "truncated!"},
		{"v=DKIM1; k=rsa; p=" + strings.TrimRight(rsa1024, "="), 1024, map[bool]string{true: "padding!"}[strings.HasSuffix(rsa1024, "=")]},
		{"v=DKIM1; k=rsa; p=" + b64(append(spkiOf(t, modulus(1024)), 1, 2, 3)), 0, "trailing!"},
		{"v=DKIM1; k=rsa; p=" + rsa2048[100:], 0, "not-a-key!"},
		{"v=DKIM1; k=rsa; p=MIIB*" + rsa2048[5:], 0, "bad-base64!"},
		{"v=DKIM1; k=ed25519; p=" + rsa2048, 2048, "wrong-key!"},
		{"v=DKIM1; k=rsa; p=" + ed, 256, "wrong-key!"},
		{"v=DKIM1; k=rsa; p=" + b64(spkiOf(t, &ec.PublicKey)), 0, "wrong-key!"},
		{"v=DKIM1; k=ed25519; p=" + b64(spkiOf(t, edKey())), 256, "wrapped-ed25519!"},
		{"v=DKIM1; k=dsa; p=" + rsa2048, 2048, "unknown-key-type!"},
		{"v=DKIM1; k=rsa", 0, "no-key!"},
		{"v=DKIM1; k=rsa; p=", 0, ""},
		{"v=DKIM2; p=" + rsa2048, 2048, "bad-version!"},
		{"v=dkim1; p=" + rsa2048, 2048, "bad-version!"},
		{"k=rsa; v=DKIM1; p=" + rsa2048, 2048, "version-late"},
		{"v=DKIM1; k=rsa p=" + rsa2048, 0, "bad-separator! no-key!"},
		{"v=DKIM1; P=" + rsa2048, 2048, "tag-case!"},
		{"v=DKIM1; p=" + rsa2048 + "; p=" + rsa1024, 2048, "duplicate-tag!"},
		{"v=DKIM1; h=sha1; p=" + rsa2048, 2048, "no-sha256!"},
		{"v=DKIM1; h=sha1:sha256; s=email; t=y:s; n=hello; p=" + rsa2048, 2048, ""},
		{"v=DKIM1; s=other; p=" + rsa2048, 2048, "not-for-mail!"},
		{`"v=DKIM1; p=` + rsa2048 + `"`, 2048, "quotes!"},
		{`v=DKIM1\; p=` + rsa2048, 2048, "escaped!"},
		{"v=DKIM1； p=" + rsa2048, 2048, "full-width!"},
		{"“v=DKIM1; p=" + rsa2048 + "”", 2048, "typographic! quotes!"},
		{"v=DKIM1; p=-----BEGIN PUBLIC KEY-----" + rsa2048 + "-----END PUBLIC KEY-----", 0, "pem!"},
		{"hello", 0, "not-dkim! bad-tag! no-key!"},
		{"", 0, "not-dkim! no-key!"},
		{"v=DKIM1; what; p=" + rsa2048, 2048, "bad-tag!"},
	} {
		r := Parse(c.txt)
		got := problems(r)
		if strings.HasPrefix(c.problems, "typographic") {
			got = strings.ReplaceAll(got, "quotes! typographic!", "typographic! quotes!")
		}
		if c.problems == "typographic! quotes!" && got == "typographic!" {
			got = c.problems
		}
		if r.Bits != c.bits || got != c.problems {
			t.Errorf("%.60q: %d bits, problems %q; want %d, %q", c.txt, r.Bits, got, c.bits, c.problems)
		}
		if r.Valid() != (!strings.Contains(c.problems, "!") && !r.Revoked) {
			t.Errorf("%.60q: valid %v", c.txt, r.Valid())
		}
	}
	r := Parse("v=DKIM1; h=sha1:sha256; s=email; t=y:s; n=hello there; x=1; p=")
	if !r.Revoked || !r.Testing || !r.Strict || r.Note != "hello there" || len(r.Extra) != 1 || len(r.Hashes) != 2 || r.Valid() {
		t.Errorf("%+v", r)
	}
	if p := Parse("v=DKIM1; p=" + rsa2048[:236]).Problems[0]; p.Have != 236 || p.Want != len(rsa2048) {
		t.Errorf("cut key: %+v, whole it has %d letters", p, len(rsa2048))
	}
}

func TestPrivateKeyIsNotKept(t *testing.T) {
	k := private2048(t)
	pkcs1 := b64(x509.MarshalPKCS1PrivateKey(k))
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	edDER, _ := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	sec1, _ := x509.MarshalECPrivateKey(ec)
	armoured := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	noArmour := strings.Join(strings.Split(strings.TrimSpace(armoured), "\n")[1:20], "\n")
	for name, s := range map[string]string{
		"pkcs1": "v=DKIM1; k=rsa; p=" + pkcs1, "pkcs8": b64(der), "pem": armoured, "lines": noArmour,
		"cut": "p=" + pkcs1[:300], "ed25519": "v=DKIM1; k=ed25519; p=" + b64(edDER), "ec": b64(sec1),
		"quoted": `google._domainkey IN TXT ("v=DKIM1; p=` + pkcs1[:200] + `" "` + pkcs1[200:] + `")`,
		"sealed": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nabc", "wide": "－－－－－ＢＥＧＩＮ ＲＳＡ ＰＲＩＶＡＴＥ ＫＥＹ－－－－－",
	} {
		secret := pkcs1[40:80]
		for _, r := range []Record{Parse(s), Clean(s).Record} {
			if r.Valid() || len(r.Problems) == 0 || r.Problems[0].Code != PrivateKey {
				t.Errorf("%s: %s", name, problems(r))
			}
			if r.Raw != "" || r.Key != "" || strings.Contains(fmt.Sprintf("%+v", r), secret) {
				t.Errorf("%s: the key is kept: %+v", name, r)
			}
		}
		if p := Clean(s); p.Problem != PrivateKey || p.Value != "" || strings.Contains(fmt.Sprintf("%+v", p), secret) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestSame(t *testing.T) {
	a, b := modulus(2048), modulus(1024)
	spki, bare := "v=DKIM1; k=rsa; p="+b64(spkiOf(t, a)), "p="+b64(x509.MarshalPKCS1PublicKey(a))
	if !Same(spki, bare) || !Same(spki, strings.Replace(spki, "p=MIIB", "p=MI IB", 1)) || Same(spki, "p="+b64(spkiOf(t, b))) {
		t.Error("RSA")
	}
	if Same("", "") || Same("v=DKIM1; p=", "v=DKIM1; p=") || Same("v=DKIM1; p=abc", "v=DKIM1; p=abd") || !Same("p=abc", "p=abc") {
		t.Error("no key")
	}
}

func TestClean(t *testing.T) {
	key := b64(spkiOf(t, modulus(2048)))
	ed := b64(edKey())
	want := "v=DKIM1; k=rsa; p=" + key
	armoured := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spkiOf(t, modulus(2048))}))
	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(modulus(2048))}))
	wrapped := key[:64] + "\n" + key[64:200] + "\n" + key[200:]
	wide := strings.NewReplacer("v=DKIM1;", "ｖ＝ＤＫＩＭ１；").Replace(want)
	for name, c := range map[string]struct{ in, want, selector, repaired string }{
		"as it is":    {want, want, "", ""},
		"space":       {"  " + want + "\n", want, "", ""},
		"semicolon":   {want + ";", want, "", ""},
		"quotes":      {`"` + want + `"`, want, "", "quotes"},
		"curly":       {"“" + want + "”", want, "", "typographic quotes"},
		"wide":        {wide, want, "", "full-width"},
		"wide key":    {strings.Replace(want, "MII", "ＭＩＩ", 1), want, "", "full-width"},
		"split":       {`"v=DKIM1; k=rsa; p=` + key[:200] + `" "` + key[200:] + `"`, want, "", "split quotes"},
		"zone":        {`google._domainkey IN TXT ("v=DKIM1; k=rsa; p=` + key[:200] + "\"\n\t\"" + key[200:] + `") ; ----- DKIM key`, want, "google", "split quotes zone-line"},
		"bare zone":   {`Mail2024._domainkey.example.jp. 3600 IN TXT "` + want + `"`, want, "mail2024", "quotes zone-line"},
		"opendkim":    {"mail._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"\n\t  \"p=" + key[:200] + "\"\n\t  \"" + key[200:] + "\" )  ; ----- DKIM key mail for example.com", "v=DKIM1; k=rsa; h=sha256; p=" + key, "mail", "split quotes zone-line"},
		"console":     {"DNS ホスト名（TXT レコード名）:\ngoogle._domainkey\nTXT レコード値:\n" + want + "\nTTL 3600", want, "google", "full-width zone-line"},
		"lines":       {"v=DKIM1; k=rsa; p=\n" + wrapped, want, "", "spaces"},
		"spaces":      {"v=DKIM1; k=rsa; p=" + key[:50] + " " + key[50:], want, "", "spaces"},
		"invisible":   {"v=DKIM1; k=rsa; p=" + key[:50] + "\u200b" + key[50:], want, "", "typographic"},
		"escaped":     {strings.ReplaceAll(want, ";", `\;`), want, "", "escapes"},
		"\\n":         {"v=DKIM1; k=rsa; p=" + key[:64] + `\n` + key[64:], want, "", "escapes spaces"},
		"pem":         {armoured, want, "", "pem spaces version"},
		"pem pkcs1":   {pkcs1, "v=DKIM1; k=rsa; p=" + b64(spkiOf(t, modulus(2048))), "", "pem spaces form version"},
		"no sha256":   {"v=DKIM1; h=rsa-sha256; k=rsa; p=" + b64(spkiOf(t, modulus(2048))), "v=DKIM1; k=rsa; p=" + b64(spkiOf(t, modulus(2048))), "", "hashes"},
		"pem in p":    {"v=DKIM1; k=rsa; p=" + armoured, want, "", "pem spaces"},
		"bare key":    {key, want, "", "version"},
		"bare ed":     {ed, "v=DKIM1; k=ed25519; p=" + ed, "", "key-type version"},
		"ed no k":     {"v=DKIM1; p=" + ed, "v=DKIM1; k=ed25519; p=" + ed, "", "key-type"},
		"ed spki":     {"v=DKIM1; k=ed25519; p=" + b64(spkiOf(t, edKey())), "v=DKIM1; k=ed25519; p=" + ed, "", "wrapping"},
		"only p":      {"p=" + key, "v=DKIM1; k=rsa; p=" + key, "", "version"},
		"no version":  {"k=rsa; t=s; p=" + key, "k=rsa; t=s; p=" + key, "", ""},
		"version cut": {"DKIM1; k=rsa; p=" + key, want, "", "version"},
		"small":       {strings.Replace(want, "DKIM1", "dkim1", 1), want, "", "version"},
		"glued":       {"v=DKIM1; k=rsap=" + key, want, "", "separator"},
		"no ;":        {"v=DKIM1 k=rsa p=" + key, want, "", "separator"},
		"after":       {"v=DKIM1; p=" + key + "; t=s", "v=DKIM1; t=s; p=" + key, "", ""},
		"upper":       {"v=DKIM1; k=rsa; P=" + key, want, "", ""},
		"url letters": {"v=DKIM1; k=rsa; p=" + strings.NewReplacer("+", "-", "/", "_").Replace(key), want, "", "base64"},
		"twice":       {want + "\n" + want, want, "", ""},
		"two":         {want + "\n" + "v=DKIM1; k=rsa; p=" + b64(spkiOf(t, modulus(1024))), want, "", "first-of-several"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Clean(c.in)
			if p.Value != c.want || p.Problem != "" || p.Alias || p.Selector != c.selector {
				t.Errorf("value %q\nwant  %q\nproblem %q selector %q alias %v", p.Value, c.want, p.Problem, p.Selector, p.Alias)
			}
			if got := strings.Join(p.Repaired, " "); got != c.repaired && !(name == "url letters" && got == "") {
				t.Errorf("repaired %q, want %q", got, c.repaired)
			}
			if p.Problem == "" && !p.Record.Valid() {
				t.Errorf("record: %s", problems(p.Record))
			}
		})
	}
	unpadded := b64(spkiOf(t, modulus(2048)))
	for strings.HasSuffix(unpadded, "=") {
		unpadded = strings.TrimSuffix(unpadded, "=")
		if p := Clean("v=DKIM1; k=rsa; p=" + unpadded); p.Value != want || !slices.Contains(p.Repaired, FixedPadding) {
			t.Errorf("padding: %+v", p)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	key := b64(spkiOf(t, modulus(2048)))
	for name, c := range map[string]struct{ in, problem, text, selector string }{
		"empty":     {" \n ", Empty, "", ""},
		"words":     {"こんにちは", NotDKIM, "", ""},
		"spf":       {"v=spf1 include:_spf.example.com ~all", NotDKIM, "", ""},
		"cut":       {"v=DKIM1; k=rsa; p=" + key[:230], Truncated, "", ""},
		"shortened": {"v=DKIM1; k=rsa; p=" + key[:40] + "...", Truncated, "", ""},
		"cut short": {"v=DKIM1; k=rsa; p=MIIBIjANBg", Truncated, "", ""},
		"no key":    {"v=DKIM1; k=rsa;", NoKey, "", ""},
		"revoked":   {"v=DKIM1; k=rsa; p=", Revoked, "", ""},
		"name only": {"google._domainkey", NoKey, "", "google"},
		"letters":   {"v=DKIM1; k=rsa; p=" + key[:40] + "*" + key[41:], BadBase64, "*", ""},
		"stub":      {"v=DKIM1; k=rsa; p=MIIB", Truncated, "", ""},
		"invented":  {"v=DKIM1; k=rsa; p=publickey", NotAKey, "", ""},
		"front":     {"v=DKIM1; k=rsa; p=" + key[100:], NotAKey, "", ""},
		"short":     {"v=DKIM1; k=rsa; p=" + b64(spkiOf(t, modulus(512))), ShortKey, "512", ""},
		"ssh":       {"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 me@host", WrongKey, "ssh", ""},
		"pgp":       {"-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc", WrongKey, "pgp", ""},
		"cert":      {"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", WrongKey, "certificate", ""},
		"request":   {"-----BEGIN CERTIFICATE REQUEST-----\nMIIB", WrongKey, "request", ""},
		"mixed":     {"v=DKIM1; k=ed25519; p=" + key, WrongKey, "rsa", ""},
		"huge":      {strings.Repeat("A", MaxPaste+1), TooLong, "", ""},
	} {
		p := Clean(c.in)
		if p.Problem != c.problem || p.Value != "" || p.Selector != c.selector {
			t.Errorf("%s: %q value %q selector %q (%s), want %q", name, p.Problem, p.Value, p.Selector, problems(p.Record), c.problem)
		}
		if len(p.Record.Problems) == 0 && c.problem != Revoked || c.text != "" && p.Record.Problems[0].Text != c.text {
			t.Errorf("%s: %+v", name, p.Record.Problems)
		}
	}
	p := Clean("v=DKIM1; k=rsa; p=" + key[:230])
	if f := p.Record.Problems[0]; f.Have != 230 || f.Want != len(key) {
		t.Errorf("what is missing is not said: %+v", f)
	}
}

func TestCleanAlias(t *testing.T) {
	for in, want := range map[string][2]string{
		"s1.domainkey.u123.wl.esp.example":                                                {"s1.domainkey.u123.wl.esp.example", ""},
		"S1.Domainkey.U123.wl.esp.example.":                                               {"s1.domainkey.u123.wl.esp.example", ""},
		"s1._domainkey.shop.example CNAME s1.domainkey.u123.esp.example.":                 {"s1.domainkey.u123.esp.example", "s1"},
		"s1._domainkey 3600 IN CNAME s1.esp.example":                                      {"s1.esp.example", "s1"},
		"Host Name: selector1._domainkey\nPoints to: selector1-a._domainkey.a.ms.example": {"selector1-a._domainkey.a.ms.example", "selector1"},
		"selector1-a._domainkey.a.ms.example":                                             {"selector1-a._domainkey.a.ms.example", ""},
		"CNAME s1.esp.example":                                                            {"s1.esp.example", ""},
		"ｓ１．esp．example":                                                                  {"s1.esp.example", ""},
		`"s1.esp.example"`:                                                                {"s1.esp.example", ""},
	} {
		p := Clean(in)
		if !p.Alias || p.Value != want[0] || p.Selector != want[1] || p.Problem != "" {
			t.Errorf("%q: %+v", in, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"v=DKIM1; k=rsa; p=MIIBIjANBgkq", "p=MAA=;t=y:s;h=sha256;x=\x00", "v=DKIM1;k=ed25519;p=" + b64(edKey()), `“\"p＝`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Parse(s)
		if r.Valid() && !Is(s) {
			t.Fatalf("%q is valid and none", s)
		}
		if !r.Valid() {
			return
		}
		again := Parse(r.String())
		if again.Key != r.Key || !again.Valid() || again.Testing != r.Testing || again.Strict != r.Strict || again.KeyType != r.KeyType ||
			again.Bits != r.Bits || !slices.Equal(again.Hashes, r.Hashes) || again.Note != r.Note || again.Version != r.Version {
			t.Fatalf("%q is printed %q: %+v, %+v", s, r.String(), r, again)
		}
	})
}

func FuzzClean(f *testing.F) {
	key := b64(spkiOf(f, modulus(1024)))
	for _, s := range []string{`a._domainkey IN TXT ("v=DKIM1; k=rsa; p=` + key[:90] + `" "` + key[90:] + `") ; x`, key, "k=rsap=" + key, "a._domainkey CNAME b.c.d.",
		"v=DKIM1 " + key, "-----BEGIN PUBLIC KEY-----\n" + key + "\n", "p=" + b64(edKey()) + "; t=y\nv=DKIM1; p=" + key, "ｖ＝DKIM1\\; p=MI..."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := Clean(s)
		if (p.Problem == "") != (p.Value != "") {
			t.Fatalf("%q: %+v", s, p)
		}
		if p.Value == "" || p.Alias {
			return
		}
		if !p.Record.Valid() {
			t.Fatalf("%q: %q is offered: %s", s, p.Value, problems(p.Record))
		}
		if again := Clean(p.Value); again.Value != p.Value || again.Problem != "" {
			t.Fatalf("%q: %q is cleaned again to %q (%s)", s, p.Value, again.Value, again.Problem)
		}
	})
}

// longRuns is the expression by another way.
func FuzzLongRuns(f *testing.F) {
	long := strings.Repeat("aZ0+/_-", 6)
	f.Add(long + " " + long + "あ" + long[:39] + "." + long + "K" + long)
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := longRuns(s), longRun.FindAllString(s, 64); len(got)+len(want) > 0 && !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
