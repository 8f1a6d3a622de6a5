package inhand_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks/bounce"
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
	const refused = "<kato@softbank.example>: host mx.softbank.example[192.0.2.1] said: 553\n    hibari.example does not exist (in reply to MAIL FROM command)\n"
	a = inhand.Teach(owner.Answers{Domain: "hibari.example", Route: owner.Direct, Message: refused})
	if m := a.Mail; m.Kind != "bounce" || m.Cause != "sender-domain" || m.Envelope != "hibari.example" || a.Route != owner.Direct {
		t.Errorf("%+v", m)
	}
	if a = inhand.Teach(owner.Answers{Domain: "hibari.example"}); a.Mail.Kind != "" {
		t.Errorf("%+v", a.Mail)
	}
}

// The values of a mail that rules ask for by name are those that package bounce gives.
func TestMailValues(t *testing.T) {
	for mail, read := range map[owner.MailKind]bounce.Kind{owner.MailBounce: bounce.Bounce, owner.MailComplaint: bounce.Complaint, owner.MailAutoreply: bounce.Autoreply,
		owner.MailDelivered: bounce.Delivered, owner.MailHeader: bounce.Header, owner.MailMessage: bounce.Message, owner.MailUnread: bounce.Unknown} {
		if string(mail) != string(read) {
			t.Errorf("kind %q is read as %q", mail, read)
		}
	}
	for mail, read := range map[owner.Remedy]bounce.Fix{owner.RemedyYes: bounce.FixYes, owner.RemedyNo: bounce.FixNo, owner.RemedyDepends: bounce.FixDepends} {
		if string(mail) != string(read) {
			t.Errorf("remedy %q is read as %q", mail, read)
		}
	}
	if owner.JobOwner != string(bounce.JobOwner) || owner.CauseLogin != string(bounce.Login) || owner.CausePTR != string(bounce.PTR) ||
		owner.CauseAuthDKIM != string(bounce.AuthDKIM) || owner.CauseAuthDMARC != string(bounce.AuthDMARC) {
		t.Error("a job or cause that rules ask for is none of package bounce")
	}
	for _, c := range bounce.Causes() {
		auth := slices.Contains([]bounce.Cause{bounce.AuthSPFDKIM, bounce.AuthSPF, bounce.AuthDKIM, bounce.AuthDMARC, bounce.AuthDMARCMissing, bounce.AuthAlignment}, c)
		if m := (owner.Mail{Cause: string(c)}); m.Unproven() != auth {
			t.Errorf("%s: unproven %v", c, m.Unproven())
		}
	}
}
