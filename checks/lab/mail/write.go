package mail

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	_ "embed" // for the keys
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.org/todoku/checks/lab"
)

//go:embed keys.pem
var keysFile []byte

// keys returns the private keys of the stories by name. They are worthless outside the lab.
var keys = sync.OnceValues(func() (map[string]*rsa.PrivateKey, error) {
	out := map[string]*rsa.PrivateKey{}
	for rest := keysFile; ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			return out, nil
		}
		k, err := x509.ParsePKCS8PrivateKey(b.Bytes)
		if err != nil {
			return nil, err
		}
		if k, ok := k.(*rsa.PrivateKey); ok {
			out[b.Headers["Name"]] = k
		}
	}
})

// ident returns the ID that a server gives a mail, the same for the same mail and moment.
func ident(now time.Time, n int) string {
	sum := sha256.Sum256([]byte(now.UTC().Format(time.RFC3339Nano) + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:10])
}

// The date format of mails (RFC 5322 section 3.3).
const dateForm = "Mon, 02 Jan 2006 15:04:05 -0700"

// write returns the mail as it leaves the owner's server.
func (p *Post) write(now time.Time, n int, on bool) (parcel, error) {
	rcpt := Rcpt
	if p.out.Via != nil {
		rcpt = p.out.Via.Address
	}
	id := ident(now, n)
	c := parcel{envelope: p.out.Envelope, rcpt: rcpt, ip: p.out.IP, helo: p.out.Helo, body: "This is a test mail.\r\n"}
	for _, f := range [][2]string{
		{"MIME-Version", "1.0"}, {"From", p.out.From}, {"Date", now.Format(dateForm)}, {"Message-ID", "<" + id + "@" + p.own + ">"},
		{"Subject", "Test"}, {"To", rcpt}, {"Content-Type", `text/plain; charset="UTF-8"`},
	} {
		c.lines = append(c.lines, f[0]+": "+f[1]+"\r\n")
	}
	if !on || p.out.Key == "" {
		return c, nil
	}
	all, err := keys()
	if err != nil {
		return c, err
	}
	key := all[p.out.Key]
	if key == nil {
		return c, fmt.Errorf("the lab has no key %q", p.out.Key)
	}
	head := []string{"DKIM-Signature", fmt.Sprintf("v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s; t=%d;", domainOf(p.out.From), p.out.Selector, now.Unix()),
		"h=mime-version:from:date:message-id:subject:to;"}
	sig, err := signed(key, head[0], strings.Join(head[1:], "\r\n        ")+"\r\n        bh="+bodyHash(c.body), c.lines[:6])
	if err != nil {
		return c, err
	}
	c.lines = append([]string{sig}, c.lines...)
	return c, nil
}

// bodyHash returns bh= (RFC 6376 section 3.7) of a body that is already in relaxed form.
func bodyHash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// signed returns a header field that signs others: DKIM-Signature, or one of ARC's. tags has all tags but b=.
func signed(key *rsa.PrivateKey, name, tags string, over []string) (string, error) {
	field := name + ": " + tags + ";\r\n        b="
	var b strings.Builder
	for _, f := range over {
		b.WriteString(relaxed(f) + "\r\n")
	}
	b.WriteString(relaxed(field))
	sum := sha256.Sum256([]byte(b.String()))
	sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return field + folded(base64.StdEncoding.EncodeToString(sig)) + "\r\n", nil
}

// folded breaks a long value over lines.
func folded(s string) string {
	var out []string
	for ; len(s) > 64; s = s[64:] {
		out = append(out, s[:64])
	}
	return strings.Join(append(out, s), "\r\n         ")
}

// relaxed is the relaxed form of a field (RFC 6376 section 3.4.2), without its end.
func relaxed(field string) string {
	name, value, _ := strings.Cut(field, ":")
	return strings.ToLower(name) + ":" + strings.Join(strings.Fields(value), " ")
}

// pass returns the n-th mail as the forwarder or list sends it on: to the next forwarder, else to the receiver.
func pass(c parcel, via lab.Via, now time.Time, n int) parcel {
	c = c.with("Received", "from %s (%s [%s])\r\n        by %s (Postfix) with ESMTPS id %s\r\n        for <%s>; %s",
		c.helo, c.helo, c.ip, via.Helo, ident(now, 1000)[:10], via.Address, now.Format(dateForm))
	c.rcpt, c.ip, c.helo = Rcpt, via.IP, via.Helo
	if via.Via != nil {
		c.rcpt = via.Via.Address
	}
	if via.Kind == lab.ViaForward {
		c = c.with("Delivered-To", "%s", via.Address)
		if via.Rewrites(n) {
			local, _, _ := strings.Cut(c.envelope, "@")
			c.envelope = "SRS0=xK3d=YC=" + domainOf(c.envelope) + "=" + local + "@" + domainOf(via.Address)
		}
		return c
	}
	local, _, _ := strings.Cut(via.Address, "@")
	c.envelope = local + "-bounces@" + domainOf(via.Address)
	lines := c.lines
	c.lines = nil
	for _, l := range lines {
		if s, ok := strings.CutPrefix(l, "Subject: "); ok {
			l = "Subject: [" + local + "] " + s
		}
		c.lines = append(c.lines, l)
	}
	c = c.with("List-Id", "<%s.%s>", local, domainOf(via.Address)).with("List-Post", "<mailto:%s>", via.Address)
	c.body += "_______________________________________________\r\n" + local + " mailing list\r\n"
	return c
}
