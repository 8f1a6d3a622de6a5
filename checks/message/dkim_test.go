package message

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"example.org/todoku/checks/spf"
)

const keyName = "s1._domainkey.shop.example TXT"

// Every reason is reached, and told from the others.
func TestReasons(t *testing.T) {
	mail := trace + sign(t, plainMail, nil)
	simple := trace + sign(t, plainMail, func(o *msgauth.SignOptions) {
		o.HeaderCanonicalization, o.BodyCanonicalization = msgauth.CanonicalizationSimple, msgauth.CanonicalizationSimple
	})
	ed := trace + sign(t, plainMail, func(o *msgauth.SignOptions) { o.Selector, o.Signer = "ed", edKey })
	edit := func(text, old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("nothing to change: %q", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	p := strings.TrimPrefix(record(good()), "v=DKIM1; k=rsa; ")
	for name, c := range map[string]struct {
		text   string
		dns    world
		result Result
		reason Reason
		detail string
	}{
		"good":                      {mail, home(), Pass, "", ""},
		"good, simple":              {simple, home(), Pass, "", ""},
		"good, Ed25519":             {ed, home(), Pass, "", ""},
		"LF alone":                  {strings.ReplaceAll(mail, "\r\n", "\n"), home(), Pass, "", ""},
		"blanks, relaxed":           {edit(mail, "Thank you  for", "Thank you for"), home(), Pass, "", ""},
		"blanks, simple":            {edit(simple, "Thank you  for", "Thank you for"), home(), Fail, BodyChanged, ""},
		"no key":                    {mail, home().with(keyName), PermError, KeyMissing, ""},
		"another record there":      {mail, home().with(keyName, "v=spf1 -all"), PermError, KeyMissing, ""},
		"revoked":                   {mail, home().with(keyName, "v=DKIM1; p="), PermError, KeyRevoked, ""},
		"cut":                       {mail, home().with(keyName, record(good())[:120]), PermError, KeyMalformed, ""},
		"no p":                      {mail, home().with(keyName, "v=DKIM1; k=rsa"), PermError, KeyMalformed, ""},
		"for another service":       {mail, home().with(keyName, "v=DKIM1; s=tlsrpt; "+p), PermError, KeyMalformed, KeyService},
		"512 bits":                  {mail, home().with(keyName, shortKey), PermError, KeyShort, ""},
		"another type":              {mail, home().with(keyName, record(edKey)), PermError, BadAlgorithm, KeyType},
		"another hash":              {mail, home().with(keyName, "v=DKIM1; h=sha1; "+p), PermError, BadAlgorithm, KeyHash},
		"sha1":                      {edit(mail, "a=rsa-sha256", "a=rsa-sha1"), home(), PermError, BadAlgorithm, WeakHash},
		"unheard of":                {edit(mail, "a=rsa-sha256", "a=rsa-md5"), home(), PermError, BadAlgorithm, OtherAlgorithm},
		"another key":               {mail, home().with(keyName, record(other())), Fail, SignatureWrong, ""},
		"b= damaged":                {damaged(mail), home(), Fail, SignatureWrong, ""},
		"text changed":              {edit(mail, "Thank", "thank"), home(), Fail, BodyChanged, ""},
		"subject changed":           {edit(mail, "Your order", "Your orders"), home(), Fail, HeaderChanged, ""},
		"subject changed, Ed25519":  {edit(ed, "Your order", "Your orders"), home(), Fail, SignatureWrong, ""},
		"subject tagged, Ed25519":   {edit(ed, "Subject: Your", "Subject: [shop] Your"), home(), Fail, HeaderChanged, ""},
		"DNS fails":                 {mail, home().with(keyName, "!"), TempError, DNSFailed, ""},
		"nobody asked":              {mail, home().with(keyName, "?"), NotKnown, "", KeyNotAsked},
		"two keys, the second fits": {mail, home().with(keyName, record(other()), record(good())), Pass, "", SeveralKeys},
		"no v":                      {edit(mail, "v=1;", ""), home(), PermError, BadSyntax, NoTag},
		"v=2":                       {edit(mail, "v=1;", "v=2;"), home(), PermError, BadSyntax, OddVersion},
		"a tag twice":               {edit(mail, "v=1;", "v=1; v=1;"), home(), PermError, BadSyntax, TwiceTag},
		"q":                         {edit(mail, "v=1;", "v=1; q=http;"), home(), PermError, BadSyntax, OddQuery},
		"c":                         {edit(mail, "c=relaxed/relaxed", "c=nowsp"), home(), PermError, BadSyntax, OddCanon},
		"i outside":                 {edit(mail, "v=1;", "v=1; i=a@shop2.example;"), home(), PermError, BadSyntax, OddIdentity},
		"From unsigned":             {edit(mail, "h=From:", "h=Sender:"), home(), PermError, BadSyntax, UnsignedFrom},
		"x before t":                {trace + signedBy(t, plainMail, "v=1; t=1790000000; x=1780000000;"), home(), PermError, BadSyntax, OddTag},
		"a selector that is none":   {edit(mail, "s=s1", "s=s1..a"), home(), PermError, BadSyntax, OddTag},
	} {
		t.Run(name, func(t *testing.T) {
			rep := verified(t, c.text, c.dns)
			if len(rep.DKIM) != 1 {
				t.Fatalf("%d signatures", len(rep.DKIM))
			}
			d := rep.DKIM[0]
			if d.Result != c.result || d.Reason != c.reason || d.Detail != c.detail {
				t.Errorf("got %q %q %q, want %q %q %q", d.Result, d.Reason, d.Detail, c.result, c.reason, c.detail)
			}
			if (d.Result == NotKnown) != slices.Contains(rep.Missing, spf.Need{Name: "s1._domainkey.shop.example", Type: "TXT"}) {
				t.Errorf("asks for %v", rep.Missing)
			}
		})
	}
}

// shortKey is an RSA key of 512 bits, as nobody should have any more.
const shortKey = "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALgSoqXVSEmfcIsOzw7oRuCCOwsmtX/SJnTWxYyj2leFxfS/AVJ+dYfY+hXqMsT7l+MZvvh/R1WzN4MO/kI/7XsCAwEAAQ=="

// damaged changes a letter in the middle of b=.
func damaged(text string) string {
	i := strings.Index(text, " b=") + 40
	c := byte('A')
	if text[i] == 'A' {
		c = 'B'
	}
	return text[:i] + string(c) + text[i+1:]
}

// A signature is measured by the time of its arrival, not by today's.
func TestTime(t *testing.T) {
	at := int64(3813354000) // the trace's time
	for name, c := range map[string]struct {
		x, t   int64
		result Result
		reason Reason
		detail string
	}{
		"ended long before": {at - 86400, 0, PermError, Expired, ""},
		"ended just before": {at - 60, 0, Pass, "", ""}, // clocks differ
		"ends after":        {at + 60, 0, Pass, "", ""},
		"from the future":   {0, at + 86400, Pass, "", InTheFuture},
	} {
		t.Run(name, func(t *testing.T) {
			extra := ""
			if c.x != 0 {
				extra += fmt.Sprintf(" x=%d;", c.x)
			}
			if c.t != 0 {
				extra += fmt.Sprintf(" t=%d;", c.t)
			}
			d := verified(t, trace+signedBy(t, plainMail, "v=1;"+extra), home()).DKIM[0]
			if d.Result != c.result || d.Reason != c.reason || d.Detail != c.detail {
				t.Errorf("got %q %q %q", d.Result, d.Reason, d.Detail)
			}
		})
	}
	t.Run("arrival not known", func(t *testing.T) {
		d := verified(t, signedBy(t, plainMail, "v=1; x=1000000000;"), home()).DKIM[0]
		if d.Result != Pass {
			t.Errorf("got %q %q: an old mail is not expired because it is old", d.Result, d.Reason)
		}
	})
}

// signedBy signs by hand with the tags given, for what the library does not write.
func signedBy(t testing.TB, mail, tags string) string {
	t.Helper()
	_, body, _ := strings.Cut(mail, "\r\n\r\n")
	sum := newBodySum(true)
	limit := int64(-1)
	if _, err := fmt.Sscanf(tags[max(strings.Index(tags, " l="), 0):], " l=%d", &limit); err == nil {
		sum.follow(limit)
	}
	_, _ = sum.Write([]byte(body))
	sum.end()
	bh := sum.sum()
	if part, ok := sum.upTo(limit); ok {
		bh = part
	}
	field := "DKIM-Signature: " + tags + " a=rsa-sha256; c=relaxed/relaxed; d=shop.example; s=s1;\r\n h=from:to:subject; bh=" +
		base64.StdEncoding.EncodeToString(bh) + ";\r\n b="
	m := parsed(t, field+"\r\n"+mail)
	hash := sha256.Sum256([]byte(m.signedText(m.Signed[0], nil)))
	sig, err := good().Sign(nil, hash[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return field + base64.StdEncoding.EncodeToString(sig) + "\r\n" + mail
}

func TestLength(t *testing.T) {
	mail := trace + signedBy(t, plainMail, "v=1; l=20;")
	d := verified(t, mail, home()).DKIM[0]
	if d.Result != Pass || d.Detail != UnsignedTail {
		t.Errorf("part signed: %q %q", d.Result, d.Detail)
	}
	rep := verified(t, mail+"-- \r\nA list\r\n", home())
	if d := rep.DKIM[0]; d.Result != Pass || d.Detail != UnsignedTail {
		t.Errorf("with a footer: %q %q %q", d.Result, d.Reason, d.Detail)
	}
	if len(rep.Changes) == 0 || rep.Changes[0].Kind != TailUnsigned || rep.Changes[0].Text != "rder." {
		t.Errorf("changes: %+v", rep.Changes)
	}
	if d := verified(t, strings.Split(mail, "Thank you")[0]+"Thank\r\n", home()).DKIM[0]; d.Reason != BodyChanged || d.Detail != ShorterBody {
		t.Errorf("shorter: %q %q %q", d.Result, d.Reason, d.Detail)
	}
}

func TestIdentity(t *testing.T) {
	mail := trace + signedBy(t, plainMail, "v=1; i=a@news.shop.example;")
	if d := verified(t, mail, home()).DKIM[0]; d.Result != Pass {
		t.Errorf("a subdomain: %q %q", d.Result, d.Detail)
	}
	strict := home().with(keyName, strings.Replace(record(good()), "k=rsa;", "k=rsa; t=y:s;", 1))
	if d := verified(t, mail, strict).DKIM[0]; d.Result != PermError || d.Reason != BadSyntax || d.Detail != StrictIdentity {
		t.Errorf("t=s: %q %q %q", d.Result, d.Reason, d.Detail)
	}
	if d := verified(t, trace+sign(t, plainMail, nil), strict).DKIM[0]; d.Result != Pass || !d.Testing {
		t.Errorf("t=s without i=: %q, testing %v", d.Result, d.Testing)
	}
}

// Of a header alone nothing is said of the body, and never that it fails.
func TestHeaderAlone(t *testing.T) {
	whole := trace + sign(t, plainMail, nil)
	header, _, _ := strings.Cut(whole, "\r\n\r\n")
	for name, text := range map[string]string{
		"header":                 header + "\r\n",
		"header and empty line":  header + "\r\n\r\n",
		"header without an end":  header,
		"header, subject tagged": strings.Replace(header, "Your order", "[x] Your order", 1),
		"header, b= damaged":     damaged(header),
	} {
		t.Run(name, func(t *testing.T) {
			m := parsed(t, text)
			rep := m.Verify(context.Background(), home())
			d := rep.DKIM[0]
			if d.Result != NotKnown || d.Reason != "" || d.Detail != BodyNotSeen {
				t.Errorf("got %q %q %q", d.Result, d.Reason, d.Detail)
			}
			if m.Body != Absent || !slices.Contains(m.Gaps, GapBody) {
				t.Errorf("body %q, gaps %v", m.Body, m.Gaps)
			}
			if want := !strings.Contains(name, ","); d.HeaderGood != want {
				t.Errorf("header good: %v", d.HeaderGood)
			}
			if d.Aligned != Yes {
				t.Errorf("aligned %v", d.Aligned)
			}
		})
	}
	if d := verified(t, header, home().with(keyName)).DKIM[0]; d.Result != PermError || d.Reason != KeyMissing {
		t.Errorf("a missing key is seen by a header too: %q %q", d.Result, d.Reason)
	}
}

// What a paste or a cut may have done is no failure of the sender's.
func TestCopiedOrCut(t *testing.T) {
	whole := trace + sign(t, plainMail, nil)
	changed := strings.Replace(whole, "Thank", "thank", 1)
	m, err := ParsePaste(context.Background(), changed)
	if err != nil {
		t.Fatal(err)
	}
	if d := m.Verify(context.Background(), home()).DKIM[0]; d.Result != NotKnown || d.Detail != BodyMayDiffer {
		t.Errorf("pasted body: %q %q %q", d.Result, d.Reason, d.Detail)
	}
	m, _ = ParsePaste(context.Background(), strings.Replace(whole, "Your order", "Your  orders", 1))
	if d := m.Verify(context.Background(), home()).DKIM[0]; d.Result != NotKnown || d.Detail != HeaderMayDiffer {
		t.Errorf("pasted header: %q %q %q", d.Result, d.Reason, d.Detail)
	}
	m, _ = ParsePaste(context.Background(), whole)
	if d := m.Verify(context.Background(), home()).DKIM[0]; d.Result != Pass {
		t.Errorf("pasted whole: %q %q %q", d.Result, d.Reason, d.Detail)
	}
	parts := "From: info@shop.example\r\nTo: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\n\r\nhello\r\n--b1\r\n\r\nmore\r\n--b1--\r\n"
	cut := trace + strings.Split(sign(t, parts, func(o *msgauth.SignOptions) { o.HeaderKeys = []string{"From"} }), "more")[0]
	if d := verified(t, cut, home()).DKIM[0]; d.Result != NotKnown || d.Detail != BodyNotWhole {
		t.Errorf("cut: %q %q %q", d.Result, d.Reason, d.Detail)
	}
}

// Only so many are verified, and the rest is counted.
func TestManySignatures(t *testing.T) {
	var b strings.Builder
	for range 3000 {
		b.WriteString("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AAAA; b=AAAA\r\n")
	}
	rep := verified(t, b.String()+trace+sign(t, plainMail, nil), home().with("s._domainkey.a.example TXT", record(other())))
	if len(rep.DKIM) != MaxSignatures || rep.More != 3001-MaxSignatures {
		t.Errorf("%d verified, %d more", len(rep.DKIM), rep.More)
	}
	if rep.DMARC.Result != Pass { // by SPF
		t.Errorf("dmarc %q", rep.DMARC.Result)
	}
}

// The library that signs here verifies too. Whatever it lets pass passes, and what it refuses does not, but for what it
// refuses of its own accord.
func TestAgainstLibrary(t *testing.T) {
	forms := []msgauth.Canonicalization{msgauth.CanonicalizationSimple, msgauth.CanonicalizationRelaxed}
	bodies := []string{"", "\r\n", "\r\n\r\n", "a", "a\r\n", "a \t b \r\n", " \r\n\r\na\r\n\r\n\r\n", "\t\r\n", "a\r\n \r\n\r\n", "\r\n\r\na",
		strings.Repeat("x", 70000) + "\r\n", strings.Repeat("line \r\n", 20000)}
	heads := []string{"From: a@shop.example\r\n", "from :  a@shop.example \r\nSubject:\r\n two \r\n\t three\r\nTo:\r\nTO: x\r\n", "X: y\r\nFrom: a@shop.example\r\nSubject: \r\n"}
	n := 0
	for _, h := range forms {
		for _, b := range forms {
			for _, body := range bodies {
				for _, head := range heads {
					mail := sign(t, head+"\r\n"+body, func(o *msgauth.SignOptions) {
						o.HeaderCanonicalization, o.BodyCanonicalization = h, b
						o.HeaderKeys = []string{"From", "Subject", "To", "To", "Cc"}
					})
					for _, text := range []string{mail, strings.Replace(mail, "two", "2", 1), mail + "x"} {
						v, err := msgauth.VerifyWithOptions(strings.NewReader(text), &msgauth.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
							return home().Reply(spf.Need{Name: name, Type: "TXT"}).TXT, nil
						}})
						if err != nil {
							t.Fatal(err)
						}
						d := verified(t, text, home()).DKIM[0]
						if (v[0].Err == nil) != (d.Result == Pass) && d.Detail != BodyNotSeen {
							t.Errorf("%s/%s %q %q: library %v, here %q %q %q", h, b, head, clip(body, 20), v[0].Err, d.Result, d.Reason, d.Detail)
						}
						n++
					}
				}
			}
		}
	}
	t.Logf("%d mails", n)
}

// A body that comes in pieces of any size has the same sum.
func TestBodyInPieces(t *testing.T) {
	body := []byte("\r\r\n a \t\r\n\r\n\r\nb\rc\n\n  \r\n d\r\n\r\n \t")
	for _, relaxed := range []bool{false, true} {
		whole := newBodySum(relaxed)
		_, _ = whole.Write(body)
		whole.end()
		for size := 1; size < 7; size++ {
			pieces := newBodySum(relaxed)
			for p := range slices.Chunk(body, size) {
				_, _ = pieces.Write(p)
			}
			pieces.end()
			if !bytes.Equal(whole.sum(), pieces.sum()) || whole.size != pieces.size {
				t.Errorf("relaxed %v, pieces of %d: another sum", relaxed, size)
			}
		}
	}
}
