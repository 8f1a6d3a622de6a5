package inhand_test

import (
	"testing"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/owner"
)

// TestTeach: what a mail says goes into the answers with its evidence, and takes nothing from what the owner said.
func TestTeach(t *testing.T) {
	const header = "Return-Path: <b@post.test>\nAuthentication-Results: mx.google.com; dkim=pass header.i=@hibari.example header.s=q7z header.b=Zm9v;\n" +
		" spf=pass smtp.mailfrom=b@post.test; dmarc=pass header.from=hibari.example\n" +
		"DKIM-Signature: v=1; a=rsa-sha256; d=hibari.example; s=q7z; h=From; bh=AA==; b=Zm9vYmFy\nFrom: a@hibari.example\nTo: b@gmail.com\nSubject: x\n\n"
	a := inhand.Teach(owner.Answers{Domain: "hibari.example", Message: header})
	if m := a.Mail; len(m.Selectors) != 1 || m.Selectors[0] != "q7z" || m.Envelope != "post.test" || m.SPF != "pass" || m.DMARC != "pass" || m.Domain != "hibari.example" {
		t.Errorf("%+v", m)
	}
	const bounce = "<kato@softbank.example>: host mx.softbank.example[192.0.2.1] said: 553\n    hibari.example does not exist (in reply to MAIL FROM command)\n"
	a = inhand.Teach(owner.Answers{Domain: "hibari.example", Route: owner.Direct, Message: bounce})
	if m := a.Mail; m.Kind != "bounce" || m.Cause != "sender-domain" || m.Envelope != "hibari.example" || a.Route != owner.Direct {
		t.Errorf("%+v", m)
	}
	if a = inhand.Teach(owner.Answers{Domain: "hibari.example"}); a.Mail.Kind != "" {
		t.Errorf("%+v", a.Mail)
	}
}
