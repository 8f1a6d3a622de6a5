package message

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"example.org/todoku/checks/spf"
)

// world is DNS in memory: "name type" to answers. Missing entries do not exist; "?" was not asked, "!" failed.
type world map[string][]string

func (w world) Reply(n spf.Need) spf.Reply {
	list, ok := w[strings.ToLower(n.Name)+" "+n.Type]
	if !ok {
		return spf.Reply{Status: spf.Void}
	}
	switch list[0] {
	case "?":
		return spf.Reply{Status: spf.Missing}
	case "!":
		return spf.Reply{Status: spf.TempErr}
	}
	r := spf.Reply{Status: spf.Found}
	for _, v := range list {
		switch n.Type {
		case "TXT":
			r.TXT = append(r.TXT, v)
		case "A", "AAAA":
			r.Addrs = append(r.Addrs, netip.MustParseAddr(v))
		default:
			r.Names = append(r.Names, v)
		}
	}
	return r
}

// with returns the world with some answers changed; without answers the name does not exist.
func (w world) with(name string, answers ...string) world {
	out := world{}
	for k, v := range w {
		out[k] = v
	}
	delete(out, name)
	if len(answers) > 0 {
		out[name] = answers
	}
	return out
}

// chance is a source of randomness that is the same in every run.
type chance struct{ *rand.ChaCha8 }

func (c chance) Read(p []byte) (int, error) { return c.ChaCha8.Read(p) }

func rsaOf(bits int, seed byte) *rsa.PrivateKey {
	var s [32]byte
	s[0] = seed
	_ = s
	k, err := rsa.GenerateKey(chance{rand.NewChaCha8(s)}, bits)
	if err != nil {
		panic(err)
	}
	return k
}

var (
	good  = sync.OnceValue(func() *rsa.PrivateKey { return rsaOf(1024, 1) })
	other = sync.OnceValue(func() *rsa.PrivateKey { return rsaOf(1024, 2) })
	edKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
)

func record(k crypto.Signer) string {
	if pub, ok := k.Public().(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(pub)
	}
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		panic(err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

const (
	trace = "Return-Path: <info@shop.example>\r\n" +
		"Received: from mail.shop.example (mail.shop.example. [203.0.113.10])\r\n" +
		"        by mx.receiver.example with ESMTPS id 1a2b3c\r\n" +
		"        for <you@receiver.example>;\r\n" +
		"        Fri, 03 Nov 2090 10:00:00 +0900 (JST)\r\n" // the library that signs writes the present time
	plainMail = "From: =?UTF-8?B?44GK5bqX?= <info@shop.example>\r\n" +
		"To: you@receiver.example\r\n" +
		"Subject: Your order\r\n" +
		"Date: Tue, 03 Nov 2026 09:59:58 +0900\r\n" +
		"Message-ID: <1@shop.example>\r\n" +
		"\r\n" +
		"Thank you  for your order.\r\n" +
		"\r\n" +
		"The shop\r\n"
)

// home is the DNS of the shop whose mail is signed with key good under s1.
func home() world {
	return world{
		"s1._domainkey.shop.example TXT": {record(good())},
		"ed._domainkey.shop.example TXT": {record(edKey)},
		"_dmarc.shop.example TXT":        {"v=DMARC1; p=quarantine; rua=mailto:d@shop.example"},
		"shop.example TXT":               {"v=spf1 ip4:203.0.113.10 -all"},
	}
}

// sign signs a mail and adds the trace of its delivery.
func sign(t testing.TB, mail string, change func(*msgauth.SignOptions)) string {
	t.Helper()
	o := &msgauth.SignOptions{Domain: "shop.example", Selector: "s1", Signer: good(), Hash: crypto.SHA256,
		HeaderCanonicalization: msgauth.CanonicalizationRelaxed, BodyCanonicalization: msgauth.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID"}}
	if change != nil {
		change(o)
	}
	var b bytes.Buffer
	if err := msgauth.Sign(&b, strings.NewReader(mail), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parsed(t testing.TB, text string) *Message {
	t.Helper()
	m, err := Parse(context.Background(), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func verified(t testing.TB, text string, dns DNS) Report {
	t.Helper()
	return parsed(t, text).Verify(context.Background(), dns)
}

// lazy is a world in which only its entries were asked; an empty list means that the name does not exist.
type lazy struct{ world }

func (l lazy) Reply(n spf.Need) spf.Reply {
	list, asked := l.world[strings.ToLower(n.Name)+" "+n.Type]
	switch {
	case !asked:
		return spf.Reply{Status: spf.Missing}
	case len(list) == 0:
		return spf.Reply{Status: spf.Void}
	}
	return l.world.Reply(n)
}
