package message

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// seal adds one ARC set to a mail, as a forwarding server does (RFC 8617 section 5.1).
func seal(t testing.TB, mail string, n int, cv string, k *rsa.PrivateKey) string {
	t.Helper()
	_, body, _ := strings.Cut(mail, "\r\n\r\n")
	sum := newBodySum(true)
	_, _ = sum.Write([]byte(body))
	sum.end()
	value := func(text string) string {
		hash := sha256.Sum256([]byte(text))
		sig, err := k.Sign(nil, hash[:], crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(sig)
	}
	results := fmt.Sprintf("ARC-Authentication-Results: i=%d; hop%d.example; dkim=pass header.d=shop.example; spf=pass smtp.mailfrom=shop.example\r\n", n, n)
	ams := fmt.Sprintf("ARC-Message-Signature: i=%d; a=rsa-sha256; c=relaxed/relaxed; d=hop%d.example; s=s1; h=from:to:subject; bh=%s; b=", n, n,
		base64.StdEncoding.EncodeToString(sum.sum()))
	m := parsed(t, ams+"\r\n"+results+mail)
	ams += value(m.signedText(m.Chain[len(m.Chain)-1].signature, nil)) + "\r\n"
	as := fmt.Sprintf("ARC-Seal: i=%d; a=rsa-sha256; cv=%s; d=hop%d.example; s=s1; b=", n, cv, n)
	m = parsed(t, as+"\r\n"+ams+results+mail)
	text := ""
	for _, s := range m.Chain {
		text += relaxedField(m.Header[s.results].Raw) + relaxedField(m.Header[s.message].Raw)
		if s.Number < n {
			text += relaxedField(m.Header[s.seal].Raw)
		}
	}
	return as + value(text+strings.TrimSuffix(relaxedField(as), "\r\n")) + "\r\n" + ams + results + mail
}

func TestARC(t *testing.T) {
	dns := home()
	for n := range 5 {
		dns[fmt.Sprintf("s1._domainkey.hop%d.example TXT", n)] = []string{record(good())}
	}
	mail := sign(t, plainMail, nil)
	one := seal(t, mail, 1, "none", good())
	two := seal(t, one, 2, "pass", good())
	drop := func(text, field string) string {
		i := strings.Index(text, field)
		return text[:i] + "X-" + text[i:]
	}
	header, _, _ := strings.Cut(two, "\r\n\r\n")
	for name, c := range map[string]struct {
		text   string
		dns    world
		cv     Result
		detail string
		n      int
	}{
		"none":              {mail, dns, None, "", 0},
		"one":               {one, dns, Pass, "", 1},
		"two":               {two, dns, Pass, "", 2},
		"three":             {seal(t, two, 3, "pass", good()), dns, Pass, "", 3},
		"by another key":    {seal(t, one, 2, "pass", other()), dns, Fail, ArcMessage, 2},
		"the first forged":  {seal(t, seal(t, mail, 1, "none", other()), 2, "pass", good()), dns, Fail, ArcSeal, 2},
		"text changed":      {strings.Replace(two, "Thank", "thank", 1), dns, Fail, ArcMessage, 2},
		"subject changed":   {strings.Replace(two, "Your order", "Your orders", 1), dns, Fail, ArcMessage, 2},
		"results changed":   {strings.Replace(two, "i=1; hop1.example; dkim=pass", "i=1; hop1.example; dkim=fail", 1), dns, Fail, ArcSeal, 2},
		"cv=fail":           {seal(t, one, 2, "fail", good()), dns, Fail, ArcFailed, 2},
		"first says pass":   {seal(t, mail, 1, "pass", good()), dns, Fail, ArcCV, 1},
		"second says none":  {seal(t, one, 2, "none", good()), dns, Fail, ArcCV, 2},
		"a seal missing":    {drop(two, "ARC-Seal: i=1"), dns, Fail, ArcIncomplete, 2},
		"a seal twice":      {two[:strings.Index(two, "\r\n")+2] + two, dns, Fail, ArcIncomplete, 2},
		"a number missing":  {seal(t, one, 3, "pass", good()), dns, Fail, ArcOrder, 2},
		"no key":            {two, dns.with("s1._domainkey.hop1.example TXT"), Fail, ArcKey, 2},
		"DNS fails":         {two, dns.with("s1._domainkey.hop1.example TXT", "!"), NotKnown, ArcKey, 2},
		"not asked":         {two, dns.with("s1._domainkey.hop2.example TXT", "?"), NotKnown, ArcKeyNotAsked, 2},
		"the header alone":  {header + "\r\n", dns, NotKnown, ArcBody, 2},
		"a malformed seal":  {strings.Replace(two, "cv=pass", "cv=perhaps", 1), dns, Fail, ArcSyntax, 2},
		"no number at all":  {"ARC-Seal: a=b\r\n" + mail, dns, Fail, ArcOrder, 1},
		"far too many sets": {strings.Repeat("ARC-Seal: i=0\r\n", 3) + many(), dns, Fail, ArcTooMany, 51},
	} {
		t.Run(name, func(t *testing.T) {
			a := parsed(t, c.text).Verify(context.Background(), c.dns).ARC
			if a.CV != c.cv || a.Detail != c.detail || a.Instances != c.n {
				t.Errorf("got %q %q %d, want %q %q %d", a.CV, a.Detail, a.Instances, c.cv, c.detail, c.n)
			}
		})
	}
	m := parsed(t, two)
	said := 0
	for _, cl := range m.Claims {
		if cl.Header == "ARC-Authentication-Results" && cl.Instance > 0 && cl.By == fmt.Sprintf("hop%d.example", cl.Instance) && !cl.Receiver {
			said++
		}
	}
	if said != 4 || m.Chain[0].Domain != "hop1.example" || m.Chain[1].CV != "pass" {
		t.Errorf("%d results of the chain\n%+v", said, m.Claims)
	}
}

func many() string {
	var b strings.Builder
	for n := range 200 {
		fmt.Fprintf(&b, "ARC-Seal: i=%d; cv=pass; a=rsa-sha256; b=AAAA; d=a.example; s=s\r\n", n+1)
	}
	return b.String() + plainMail
}
