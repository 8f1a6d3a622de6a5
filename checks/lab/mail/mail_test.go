package mail_test

import (
	"context"
	"testing"
	"time"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/mail"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/snapshot"
)

var day = time.Date(2026, 11, 22, 14, 0, 0, 0, time.FixedZone("JST", 9*3600))

// play starts a story with its post; change may change the story first.
func play(t *testing.T, id string, change func(*lab.Scenario)) (*lab.Internet, *lab.Clock, *mail.Post, lab.Scenario) {
	t.Helper()
	sc, err := lab.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&sc)
	}
	clock := lab.StoppedClock(day)
	n, err := lab.New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	return n, clock, mail.New(n, sc, clock.Now), sc
}

// read sends a mail and reads what comes of it as a pasted text.
func read(t *testing.T, p *mail.Post, lang string) (mail.Sent, inhand.Mail) {
	t.Helper()
	sent, err := p.Send(t.Context(), lang)
	if err != nil {
		t.Fatal(err)
	}
	got, err := inhand.Paste(context.Background(), sent.Text)
	if err != nil {
		t.Fatal(err)
	}
	return sent, got
}

// claims is what the receiver says of the three, as "dkim=pass spf=pass dmarc=pass".
func claims(m *message.Message) string {
	rep := m.Verify(context.Background(), nil)
	dkim := "none"
	for _, d := range rep.DKIM {
		dkim = d.Claimed
	}
	return "dkim=" + dkim + " spf=" + rep.SPF.Claimed + " dmarc=" + rep.DMARC.Claimed
}

// S1 from the refusal to the proof, in the cache of the receiver's resolver: what is published counts only once the old
// answer has gone from it.
func TestShop(t *testing.T) {
	n, clock, p, sc := play(t, "S1", nil)
	sent, got := read(t, p, "ja")
	if !sent.Refused || got.Kind != bounce.Bounce || got.Bounce.Cause() != bounce.AuthSPFDKIM || got.Bounce.Receiver != "gmail" {
		t.Fatalf("nothing is published: %v %v\n%s", got.Kind, got.Bounce.Cause(), sent.Text)
	}
	publish(t, n, "hanazono.example", "v=spf1 include:_spf.google.com ~all")
	if sent, _ = read(t, p, "en"); !sent.Refused {
		t.Error("the resolver still remembers that there is no SPF")
	}
	clock.Advance(2 * time.Hour)
	if _, got = read(t, p, "ja"); got.Message == nil || claims(got.Message) != "dkim=none spf=pass dmarc=" {
		t.Fatalf("SPF alone: %v", got.Kind)
	}
	p.SwitchOn("google-workspace")
	if _, got = read(t, p, "en"); claims(got.Message) != "dkim=temperror spf=pass dmarc=" {
		t.Errorf("signed without a key: %s", claims(got.Message))
	}
	publish(t, n, "google._domainkey.hanazono.example", sc.Keys["google-workspace"])
	publish(t, n, "_dmarc.hanazono.example", "v=DMARC1; p=none")
	clock.Advance(2 * time.Hour)
	for _, lang := range []string{"ja", "en", "fr"} {
		sent, got = read(t, p, lang)
		m := got.Message
		if m == nil || m.View != "gmail" || claims(m) != "dkim=pass spf=pass dmarc=pass" || m.Summary.SPF != "pass" || m.Summary.DKIM != "pass" ||
			m.Summary.SignedBy != "hanazono.example" || m.Summary.IP.String() != "198.51.100.65" {
			t.Fatalf("%s: all is published:\n%s", lang, sent.Text)
		}
		if !m.Received.Equal(clock.Now().Truncate(time.Second)) || m.Forward.Forwarded != message.No || m.Forward.Final != mail.Rcpt {
			t.Errorf("%s: received %v, %+v", lang, m.Received, m.Forward)
		}
		// What the receiver wrote is so: its own seal and the signature verify.
		if rep := m.Verify(t.Context(), dns{n}); rep.ARC.CV != message.Pass || rep.DKIM[0].Result != message.Pass || rep.SPF.Result != "pass" {
			t.Errorf("%s: ARC %+v, DKIM %+v, SPF %v", lang, rep.ARC, rep.DKIM[0], rep.SPF.Result)
		}
	}
}

func publish(t *testing.T, n *lab.Internet, name, value string) {
	t.Helper()
	if err := n.Publish([]snapshot.Edit{{Name: name, Type: snapshot.TXT, TTL: 3600, Add: []string{value}}}); err != nil {
		t.Fatal(err)
	}
}

// A mail that is passed on: SPF is the forwarder's, the signature lives; a list breaks the signature too.
func TestPassedOn(t *testing.T) {
	via := func(kind string, srs, unsigned bool) func(*lab.Scenario) {
		return func(sc *lab.Scenario) {
			s := *sc.Sends
			s.Via = &lab.Via{Kind: kind, Address: "kaiho@tanaka-foods.example", IP: sc.Sends.IP, Helo: "www1234.sakura.ne.jp", SRS: srs}
			s.Via.IP = mustAddr("203.0.113.10")
			s.On = !unsigned
			sc.Sends = &s
		}
	}
	for _, c := range []struct {
		name     string
		kind     string
		srs, raw bool
		refused  bool
		want     string
	}{
		{"forwarded", lab.ViaForward, false, false, false, "dkim=pass spf=softfail dmarc=pass"},
		{"with SRS", lab.ViaForward, true, false, false, "dkim=pass spf=none dmarc=pass"},
		{"unsigned", lab.ViaForward, false, true, true, ""},
		{"a list", lab.ViaList, false, false, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, p, _ := play(t, "S8", via(c.kind, c.srs, c.raw))
			sent, got := read(t, p, "en")
			if sent.Refused != c.refused {
				t.Fatalf("refused %v:\n%s", sent.Refused, sent.Text)
			}
			if c.refused {
				if got.Bounce.Cause() != bounce.AuthDMARC || got.Bounce.Main().Final != mail.Rcpt || c.kind == lab.ViaForward && got.Bounce.Forwarding.Is != bounce.Yes ||
					got.Bounce.List.Is != (c.kind == lab.ViaList) {
					t.Errorf("%v %+v %+v\n%s", got.Bounce.Cause(), got.Bounce.Forwarding, got.Bounce.List, sent.Text)
				}
				return
			}
			if got := claims(got.Message); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if f := got.Message.Forward; f.Forwarded != message.Yes || f.SRS != c.srs {
				t.Errorf("the way: %+v", f)
			}
		})
	}
}
